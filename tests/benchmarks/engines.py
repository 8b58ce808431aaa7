"""The class that is graded: engines that are right, each in another way, over and over."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from autograder.authoring.proof.compiling import compile_exercise
from autograder.course.course_file import load_course
from autograder.intake.submissions import Submission
from autograder.model import CompiledExercise
from autograder.sandbox.workload import make_workload

ROOT = Path(__file__).resolve().parents[2]
EXERCISE = "06_engine"
# Engines as students write most of them: closures, a set or tuple of parents, a stack or
# recursion. The corpus of right answers has odder and slower ones.
SOURCES = (
    ROOT / "reference/engine.py",
    ROOT / "tests/hostile/honest_engine.py",
    ROOT / "tests/right_answers/parents_in_a_set.py",
    ROOT / "tests/right_answers/lambda_one_liners.py",
)


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


@cache
def compiled() -> CompiledExercise:
    """The exercise with its whole hidden set."""
    return compile_exercise(load_course(ROOT), EXERCISE)


def make_class(folder: Path, count: int, sources: Sequence[Path] = SOURCES) -> list[Path]:
    """Write a class in nbgrader's layout: each student's file."""
    shutil.rmtree(folder, ignore_errors=True)
    files = []
    for number in range(count):
        place = folder / f"student{number:05d}" / EXERCISE
        place.mkdir(parents=True)
        files.append(place / "engine.py")
        files[-1].write_bytes(sources[number % len(sources)].read_bytes())
    return files


def submissions(files: Sequence[Path]) -> Iterator[Submission]:
    """Each file as a submission."""
    for file in files:
        yield Submission(file.parents[1].name, EXERCISE, file)


def plain_cases(exercise: CompiledExercise) -> list[dict[str, Any]]:
    """The cases as a worker gets them."""
    cases: list[dict[str, Any]] = json.loads(make_workload(exercise).encoded)["cases"]
    return cases


def write_cases(file: Path, exercise: CompiledExercise) -> None:
    """Cases and expected numbers as JSON, for graders that are not ours."""
    checks = [
        {
            "id": check.id,
            "points": check.points,
            "cases": [
                {
                    **case.plain(),
                    "judged": case.judged,
                    "accept": case.accept,
                    "expected": answer.numbers,
                }
                for case, answer in zip(check.cases, exercise.expected[check.id], strict=True)
            ],
        }
        for check in exercise.checks
        if check.points  # remarks judge nothing
    ]
    file.write_text(json.dumps(checks))
