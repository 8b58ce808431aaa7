"""What the tests that grade a whole class share."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sandbox_tools import need

from autograder.grading.grade import Grader
from autograder.intake.submissions import Submission
from autograder.model import CompiledExercise
from autograder.sandbox import levels
from autograder.verdicts import Report

ENGINE = "06_engine"


@cache
def best_level() -> int:
    """The level of this machine; without a sandbox there is nothing to test."""
    level = levels.probe().level
    need(level >= 2, "sandbox")
    return level


def submissions_of(files: Iterable[Path]) -> list[Submission]:
    """Each file as the submission of a student of its name."""
    return [Submission(file.stem, ENGINE, file) for file in files]


def grade_files(compiled: CompiledExercise, files: Iterable[Path]) -> dict[str, Report]:
    """Grade engines in one class, two at a time: file name to report."""
    grader = Grader(compiled, best_level(), workers=2)
    reports = list(grader.grade(submissions_of(files)))
    assert grader.failures == []
    return {report.student: report for report in reports}


def lost(report: Report) -> dict[str, str]:
    """Checks that did not bring all their points, and their outcome."""
    return {c.id: c.outcome.value for c in report.checks if c.score < c.max_score}


def tasks_lost(report: Report) -> set[str]:
    """Tasks in which points were lost."""
    return {c.task for c in report.checks if c.score < c.max_score}
