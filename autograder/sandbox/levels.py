"""Which level of isolation this machine gives, found by doing, and said in plain words.

A level is claimed only after a trial process was started in it, attacks were tried there,
and every one of them was refused. What is not in force is named, with its reason and the
command that would put it in force.
"""

import functools
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import InfrastructureError
from autograder.sandbox import attacks
from autograder.sandbox.launch import fixed_addresses
from autograder.worker.confine import ConfineError, prepare

DESCRIPTIONS = {
    3: "level 3: each submission runs behind a filter that lets through no call that takes a "
    "path, with limits on memory and CPU, inside bubblewrap: no network, no home, no files "
    "but the interpreter's",
    2: "level 2: each submission runs behind a filter that lets through no call that takes a "
    "path, with limits on memory and CPU; without bubblewrap as a second layer",
    1: "level 1: each submission runs in a process of its own with a time-out, and can do "
    "whatever you can do: nothing keeps it from your files or your network",
}

DOES_NOT_HOLD = "was set up, but does not hold"

# What Ubuntu 23.10 and later ship to let bubblewrap, and it alone, make user namespaces.
APPARMOR_REMEDY = (
    "sudo apt-get install apparmor-profiles && "
    "sudo ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ && "
    "sudo systemctl reload apparmor"
)


@dataclass(frozen=True, slots=True)
class Probe:
    """What this machine gives.

    Attributes:
        level: 3, 2 or 1.
        reasons: why not higher, one sentence each, with the command that would raise it.
        details: facts for a report of what was found, as (name, value).
    """

    level: int
    reasons: tuple[str, ...]
    details: tuple[tuple[str, str], ...]


def describe(level: int) -> str:
    """Say what is in force at a level, in one sentence that begins with its name.

    Args:
        level: 1, 2 or 3.
    Returns: the sentence, without a full stop.
    """
    return DESCRIPTIONS[level]


@functools.cache
def probe() -> Probe:
    """Find the highest level at which every quick attack is refused; once per process.

    Starts at most two short-lived processes, 0.1 to 0.3 s together.

    Returns: the level, why it is not higher, and what was found on the way.
    """
    reasons: list[str] = []
    try:
        layers = prepare()
    except ConfineError as missing:
        return Probe(1, (str(missing),), _details(None))
    for level in (3, 2):
        try:
            results = attacks.run(level, quick=True)
        except InfrastructureError as refused:
            reasons.append(_why_not(str(refused)))
            continue
        through = [result for result in results if not result.held]
        if not through:
            return Probe(level, tuple(reasons), _details(layers.landlock))
        reasons += [
            f"level {level} {DOES_NOT_HOLD}: {result.name}: {result.observed}" for result in through
        ]
    return Probe(1, tuple(reasons), _details(layers.landlock))


def _why_not(complaint: str) -> str:
    """Add to a complaint of bubblewrap the command that mends it; ours say theirs already."""
    return f"{complaint}; {_remedy()}" if "bwrap: " in complaint else complaint


def _remedy() -> str:
    """Guess from the kernel's settings what keeps bubblewrap from its namespaces."""
    if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return f"AppArmor keeps user namespaces from bubblewrap; run: {APPARMOR_REMEDY}"
    if _setting("kernel/unprivileged_userns_clone") == "0":
        return (
            "user namespaces are switched off; run: sudo sysctl kernel.unprivileged_userns_clone=1"
        )
    if _setting("user/max_user_namespaces") == "0":
        return "user namespaces are switched off; run: sudo sysctl user.max_user_namespaces=15000"
    return (
        "an ordinary container gives no user namespaces, and level 2 is what it is good for; "
        "for level 3 run: autograder doctor, on the host itself"
    )


def _setting(name: str) -> str | None:
    """Read a kernel setting; None where this kernel has none of that name."""
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return None


def _details(landlock: int | None) -> tuple[tuple[str, str], ...]:
    """Collect the facts that explain a level to whoever reads a report elsewhere."""
    with fixed_addresses() as fixed:
        addresses = "the same in each run" if fixed else "randomized"
    return (
        ("system", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("python", f"{platform.python_version()} at {sys.executable}"),
        ("bubblewrap", _version_of("bwrap")),
        ("landlock", f"version {landlock}" if landlock else "absent"),
        ("addresses", addresses),
    )


def _version_of(program: str) -> str:
    """Ask a program for its version."""
    path = shutil.which(program)
    if path is None:
        return "absent"
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return told.stdout.strip() or f"no answer from {path}"
