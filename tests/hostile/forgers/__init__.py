"""Forgers: submissions that answer in the player's place, for every exercise.

`echo` says constants, truth values, structure and numbers of the question; `forward` evaluates
every tape and knows no derivative. Each comes by four doors. What they earn is a table:

    python -m tests.hostile.forgers
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.grading.grade import Grader
from autograder.intake.arriving.arrival import find_submissions
from autograder.intake.imported import named_imports
from autograder.model import CompiledExercise

from .doors import DOORS, OPENED

FOLDER = Path(__file__).parent
ECHO = (FOLDER / "echo_answers.py").read_text(encoding="utf-8")
FORWARD = ECHO + (FOLDER / "forward_answers.py").read_text(encoding="utf-8")
FORGERS = {"echo": ECHO, "forward": FORWARD}
MOST = 0.1  # of the points: what whoever computes nothing may earn
# Exercises in which numbers are to be computed forward, and the kinds of case that ask for them.
FORWARD_KINDS = {
    "03_value": ("values", "structure", "node", "repr"),
    "06_engine": ("values",),
}


@dataclass(frozen=True, slots=True)
class Earned:
    """What one forger earned in one exercise, and whether it was seen."""

    exercise: str
    forger: str
    door: str
    score: float
    max_score: float
    flagged: bool
    paid: tuple[str, ...]


def source(forger: str, door: str) -> str:
    """The file that a forger hands in."""
    return FORGERS[forger] + DOORS[door] + OPENED


def bound(compiled: CompiledExercise, forger: str) -> float:
    """How many points a forger may earn."""
    kinds = FORWARD_KINDS.get(compiled.exercise.id, ()) if forger == "forward" else ()
    forward = sum(
        check.points
        for check in compiled.checks
        if kinds and all(case.kind in kinds for case in check.cases)
    )
    return max(forward, MOST * sum(check.points for check in compiled.checks))


def earned(compiled: CompiledExercise, level: int) -> Iterator[Earned]:
    """Grade every forger of an exercise by every door.

    Args:
        compiled: the exercise.
        level: isolation level, 2 or 3.
    """
    exercise = compiled.exercise
    name = str(Path(exercise.file).with_suffix(".py"))
    with TemporaryDirectory(prefix="micrograde-forgers-") as folder:
        for forger in FORGERS:
            for door in DOORS:
                inside = Path(folder, f"{forger}-{door}", exercise.id)
                inside.mkdir(parents=True)
                (inside / name).write_text(source(forger, door), encoding="utf-8")
        submissions = find_submissions(Path(folder), exercise.id, exercise.file)
        grader = Grader(compiled, level, 2, named_imports(exercise.imports, submissions))
        for report in grader.grade(submissions):
            forger, _, door = report.student.partition("-")
            assert report.score is not None, grader.failures
            yield Earned(
                exercise.id,
                forger,
                door,
                report.score,
                report.max_score,
                any("(" in flag for flag in report.flags),
                tuple(check.id for check in report.checks if check.score),
            )
