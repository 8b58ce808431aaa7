"""`autograder doctor`: tries out what this machine gives, and says what is missing.

It probes the levels, attacks the sandbox, has a small file graded, and looks at packages, disk
and memory.
"""

import ctypes.util
import importlib.metadata
import json
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from autograder import limits
from autograder.errors import AutograderError
from autograder.model import Block, Case
from autograder.sandbox import attacks, levels
from autograder.sandbox.runners import start_runner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import Workload
from autograder.worker.requests import CallRequest, PlainWorkload

LEAST_DISK_GIB = 1.0  # ten thousand result lines take about 0.3
LEAST_MEMORY_GIB = 2 * limits.MEMORY_BYTES / limits.GIB  # two workers; an honest one takes 0.03
# A package, and what one does without it.
PACKAGES = (
    ("micrograde", "release"),
    ("numpy", "grade"),
    ("click", "use the command line"),
    ("PyYAML", "read course.yml"),
    ("jinja2", "write reports"),
    ("rich", "see a progress bar"),
    ("hypothesis", "compile a course"),
    ("jupytext", "build notebooks"),
    ("nbformat", "build notebooks"),
    ("nbgrader", "fill nbgrader's gradebook"),
    ("pygraphviz", "draw graphs as pictures"),
)
HONEST = "def f(x):\n    return 2 * x + 1\n"
BROKEN = "BROKEN"  # how a line begins that makes a machine unfit


def is_broken(line: str) -> bool:
    """Whether a line of the findings says that something must be mended."""
    return line.strip().startswith(BROKEN)


def examine(folder: Path, *, full: bool = False) -> tuple[str, bool]:
    """Probe the machine, attack its sandbox, have it grade, look at versions and room.

    Args:
        folder: whose disk is looked at.
        full: try every attack, the slow ones too (some 10 s), and name each.
    Returns: what was found, in lines; and whether all is well.
    """
    probe = levels.probe()
    lines = _isolation(probe)
    if probe.level > 1:
        lines += _attacks(probe.level, full) + _worker(probe.level)
    lines += _packages() + _room(folder)
    broken = sum(map(is_broken, lines))
    if broken:
        lines.append(f"NOT FIT FOR GRADING: {broken} broken, marked {BROKEN} above")
    else:
        lines.append(f"all is well: submissions are graded at level {probe.level}")
    return "\n".join(lines), not broken


def _isolation(probe: levels.Probe) -> list[str]:
    lines = [levels.describe(probe.level)]
    for reason in probe.reasons:
        # a layer that is there and lets attacks through is worse than none: staff rely on it
        mark = f"{BROKEN} " if levels.DOES_NOT_HOLD in reason else ""
        lines.append(f"  {mark}not higher: {reason}")
    if probe.level == 1:
        lines.append(
            f"  {BROKEN} nothing keeps a submission from your files: grade on Linux, or in a Linux "
            "container; students check their own work here all the same"
        )
    lines += [f"  {name}: {value}" for name, value in probe.details]
    seccomp = ctypes.util.find_library("seccomp") or "absent"
    lines.append(f"  libseccomp: {seccomp} (only to build the filter anew)")
    return lines


def _attacks(level: int, full: bool) -> list[str]:
    started = time.monotonic()
    try:
        results = attacks.run(level, quick=not full)
    except AutograderError as error:
        return ["attacks: none", f"  {BROKEN} they could not be tried: {error}"]
    seconds = time.monotonic() - started
    held = [result for result in results if result.held]
    rest = "" if full else "; the slow ones too: autograder doctor --full"
    lines = [f"attacks: {len(held)} of {len(results)} held off in {seconds:.1f} s{rest}"]
    if full:
        lines += [f"  held off: {result.name} ({result.observed})" for result in held]
    lines += [
        f"  {BROKEN} {result.name} GOT THROUGH: {result.observed}; expected: {result.expected}"
        for result in results
        if not result.held
    ]
    return lines


def _worker(level: int) -> list[str]:
    """Have a tiny submission run as every other does, from the zygote to the reply."""
    request: CallRequest = {"name": "f", "args": [3]}
    case = Case("call", request, (), "f(3)", within_s=limits.CALL_CPU_S)
    told: PlainWorkload = {
        "imports": [],
        "cases": [case.plain()],
        "cpu_s": limits.PLAY_CPU_S,
        "cpu_hard_s": limits.PROCESS_CPU_S,
    }
    workload = Workload(json.dumps(told).encode(), (1,), case.within_s)
    started = time.monotonic()
    try:
        runner = start_runner(workload, level)
        try:
            up = time.monotonic()
            run = run_program(runner, workload, [Block("honest.py", HONEST)])
        finally:
            runner.close()
    except AutograderError as error:
        return ["worker: none", f"  {BROKEN} it does not work: {error}"]
    answered = time.monotonic()
    if run.trouble or not run.reply.floats:
        return ["worker: started", f"  {BROKEN} an honest file failed: {run.trouble}"]
    start_ms, run_ms = (up - started) * 1e3, (answered - up) * 1e3
    cores = len(os.sched_getaffinity(0))
    return [f"worker: started in {start_ms:.0f} ms, graded in {run_ms:.0f} ms; {cores} cores"]


def _packages() -> list[str]:
    wanted = _wanted()
    lines = ["packages:"]
    for name, use in PACKAGES:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"  {name} is not installed: needed to {use}")
            continue
        bounds = wanted.get(name.lower(), SpecifierSet())
        if bounds.contains(version, prereleases=True):
            lines.append(f"  {name} {version}")
        else:
            lines.append(
                f"  {BROKEN} {name} {version}, wanted {bounds}; run: pip install -U {name}"
            )
    return lines


def _wanted() -> dict[str, SpecifierSet]:
    """What versions our own package asks for, by name in lower case."""
    try:
        lines = importlib.metadata.requires("micrograde") or []
    except importlib.metadata.PackageNotFoundError:
        return {}
    requirements = [Requirement(line) for line in lines]
    return {wanted.name.lower(): wanted.specifier for wanted in requirements}


def _room(folder: Path) -> list[str]:
    lines = []
    for what, on in (("results", folder), ("archives", Path(tempfile.gettempdir()))):
        free = shutil.disk_usage(on).free / 2**30
        lines.append(f"disk: {free:.1f} GiB free in {on}, for {what}")
        if free < LEAST_DISK_GIB:
            lines.append(f"  {BROKEN} that is little: they may need {LEAST_DISK_GIB:g} GiB")
    memory = _memory_gib()
    if memory is not None:
        lines.append(f"memory: {memory:.1f} GiB available")
        if memory < LEAST_MEMORY_GIB:
            lines.append(
                f"  {BROKEN} that is little: two workers may take {LEAST_MEMORY_GIB:g} GiB"
            )
    return lines


def _memory_gib() -> float | None:
    """Memory that processes could get, where the system tells."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^MemAvailable:\s+(\d+) kB$", text, re.MULTILINE)
    return int(found[1]) / 2**20 if found else None
