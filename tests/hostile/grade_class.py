"""Grades a class in a process of its own, and says what is left when it is done.

    python grade_class.py COMPILED SUBMISSIONS LEVEL QUICK > results

COMPILED is JSON of a CompiledExercise. Each line of the results is a report; the last one is
an object with what was left behind. An own process, because it can be another user's, and
because whatever outlives the grader then comes to this process and can be counted.
"""

import contextlib
import ctypes
import json
import os
import sys
import time
from pathlib import Path

from autograder import limits
from autograder.grading.grade import Grader
from autograder.intake.arriving.arrival import find_submissions
from autograder.intake.imported import named_imports
from autograder.model import CompiledExercise
from autograder.records.results import result_line
from autograder.storage import from_plain

PR_SET_CHILD_SUBREAPER = 36
# The same limits sooner: most of a run of the corpus is waiting for limits.
QUICK = {"PLAY_CPU_S": 1.0, "PROCESS_CPU_S": 2, "WALL_S": 20.0, "IDLE_S": 1.5}


def survivors() -> list[int]:
    """Ids of processes that outlive the grader: its orphans come to this process."""
    deadline = time.monotonic() + 60.0  # bubblewrap's own first process ends a moment later
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        if not children:
            return []
        time.sleep(0.05)
    return list(map(int, children))


def open_descriptors() -> int:
    """How many there are."""
    return len(list(Path("/proc/self/fd").iterdir()))


def peak_mib() -> float:
    """The most memory that this process has held.

    subtle: getrusage also counts what the process held that started this one, up to the start.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def main(compiled_file: str, folder: str, level: str, quick: str) -> None:
    """Grade and print."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if quick == "quick":
        for name, value in QUICK.items():
            setattr(limits, name, value)
    compiled = from_plain(CompiledExercise, json.loads(Path(compiled_file).read_text()))
    submissions = find_submissions(Path(folder), compiled.exercise.id, compiled.exercise.file)
    descriptors = open_descriptors()
    imports = named_imports(compiled.exercise.imports, submissions)
    grader = Grader(compiled, int(level), 2, imports)
    for report in grader.grade(submissions):
        print(result_line(report))
    left = {
        "processes": survivors(),
        "descriptors": open_descriptors() - descriptors,
        "failures": [f"{failure.student}: {failure.reason}" for failure in grader.failures],
        "judge_mib": peak_mib(),
    }
    print(json.dumps(left))


if __name__ == "__main__":
    main(*sys.argv[1:])
