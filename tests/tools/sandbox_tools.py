"""What the tests of the sandbox share: other identities, and a child to confine."""

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import pytest
from repository import ROOT
from waiting import NET_S

from autograder.sandbox import launch

NOBODY = 65_534  # an ordinary uid that exists everywhere and owns nothing

linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="the layers of levels 2 and 3 are Linux's own"
)

# Code for `python`: run `work()` in a forked child that is confined, print what came of it.
IN_A_CHILD = """
import os, sys
from autograder.worker.confine import *
import autograder.worker.confine as confine_module

def in_a_child(level, work, limits=Limits()):
    if level > 1:
        prepare()
    answers, answer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            confine(limits, level)
            said = repr(work())
        except BaseException as raised:
            said = f"{type(raised).__name__}: {raised}"
        os.write(answer, said.encode())
        os._exit(0)
    os.close(answer)
    heard = os.read(answers, 65536).decode()
    os.close(answers)
    status = os.waitpid(child, 0)[1]
    print(heard or f"signal {os.WTERMSIG(status)}", flush=True)
"""


def need(found: object, what: str) -> None:
    """Fail where our own machines must have it, skip on anybody else's."""
    if not found:
        message = f"this machine has no {what}, so a promise of the sandbox was not tested"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


@functools.cache
def readable_copy(*distributions: str) -> Path:
    """A copy of the package that every user can read, wherever the checkout and its venv lie.

    Args:
        distributions: what it needs from the venv, by name: a venv in root's own folder, or in
            a temporary one, is shut to others.
    """
    folder = Path(tempfile.mkdtemp(prefix="micrograde-tests-"))
    atexit.register(shutil.rmtree, folder)
    folder.chmod(0o755)
    shutil.copytree(
        ROOT / "autograder", folder / "autograder", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in distributions:
        for file in metadata.distribution(name).files or ():
            place = (folder / file).resolve()
            if place.is_relative_to(folder) and "tests" not in file.parts:  # no ../../../bin
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), place)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@functools.cache
def interpreter_for_nobody() -> str | None:
    """A Python of our own version that an ordinary user can start: ours may lie in /root."""
    for candidate in (str(launch.interpreter()), "/usr/bin/python3", "/usr/local/bin/python3"):
        # the same version: what is compiled for ours is of no use to another
        ours = sys.version_info[:2]
        question = f"import sys, ctypes, resource; sys.exit(sys.version_info[:2] != {ours})"
        try:
            asked = subprocess.run(
                [candidate, "-c", question],
                check=False, capture_output=True, user=NOBODY, group=NOBODY, extra_groups=[],
            )  # fmt: skip
        except OSError:
            continue
        if asked.returncode == 0:
            return candidate
    return None


def as_identity(identity: str, *distributions: str) -> tuple[list[str], dict[str, object]]:
    """How to start Python as `root` or as a `user`: the command, and Popen's arguments.

    Args:
        identity: one of the two.
        distributions: what has to be importable beside the package, by name.
    """
    packages = str(readable_copy(*distributions))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": packages}
    arguments: dict[str, object] = {"env": environment, "cwd": "/"}
    if os.geteuid() == 0 and identity == "user":
        interpreter = interpreter_for_nobody()
        need(interpreter, "Python of this version that an ordinary user can start")
        return [str(interpreter), "-B"], {
            **arguments, "user": NOBODY, "group": NOBODY, "extra_groups": [],
        }  # fmt: skip
    if os.geteuid() != 0 and identity == "root":
        pytest.skip("only root can find out how the layers hold for root")
    return [sys.executable, "-B"], arguments


def python(code: str, identity: str = "root", prefix: tuple[str, ...] = ()) -> str:
    """Run code as an identity, and return what it printed; its failure is the test's."""
    command, arguments = as_identity(identity)
    ran = subprocess.run(
        [*prefix, *command, "-c", code],
        capture_output=True, text=True, timeout=NET_S, check=False, **arguments,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def myself() -> str:
    """The identity that runs the tests."""
    return "root" if os.geteuid() == 0 else "user"
