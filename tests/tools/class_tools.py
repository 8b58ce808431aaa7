"""What the tests that grade a whole class share, and the forms in which people hand in."""

import ast
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from sandbox_tools import need

from autograder.grading.grade import Grader
from autograder.intake.imported import named_imports
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
    submissions = submissions_of(files)
    imports = named_imports(compiled.exercise.imports, submissions)
    grader = Grader(compiled, best_level(), 2, imports)
    reports = list(grader.grade(submissions))
    assert grader.failures == []
    return {report.student: report for report in reports}


def lost(report: Report) -> dict[str, str]:
    """Checks that did not bring all their points, and their outcome."""
    return {c.id: c.outcome.value for c in report.checks if c.score < c.max_score}


def tasks_lost(report: Report) -> set[str]:
    """Tasks in which points were lost."""
    return {c.task for c in report.checks if c.score < c.max_score}


# One text in every form in which people hand it in -----------------------------------------

SOLVE_CELL = "solve-operators-engine"
SETUP, CHECK = "from autograder import check, draw", 'check("operators")'
TRIALS = (
    "trial_a = Value(2.0)\ntrial_b = trial_a * 3 + 1\ntrial_b",
    "for step in range(3):\n    print(step, Value(step) + 1)",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2, 3])",
)


def notebook(*sources: str, solve: int | None = None) -> bytes:
    """A notebook of code cells, one of them the released one to solve."""
    cells = [
        {
            "cell_type": "code",
            "metadata": {"nbgrader": {"grade_id": SOLVE_CELL}} if number == solve else {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def pieces(source: str) -> Sequence[str]:
    """A file's top-level statements, comments between them with the one that follows."""
    tree = ast.parse(source)
    lines, begun, found = source.split("\n"), 0, []
    for node in tree.body:
        last = node.end_lineno or node.lineno
        if last > begun:
            found.append("\n".join(lines[begun:last]))
            begun = last
    return [*found, "\n".join(lines[begun:])]


def _imports_above(source: str) -> tuple[str, str]:
    parts = pieces(source)
    count = next(
        (k for k, part in enumerate(parts) if not _is_preamble(part)),
        len(parts),
    )
    return "\n".join(parts[:count]), "\n".join(parts[count:])


def _is_preamble(part: str) -> bool:
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in ast.parse(part).body
    )


def released_cell(source: str) -> bytes:
    """In the released notebook's one cell."""
    return notebook(SETUP, source, CHECK, solve=1)


def imports_above(source: str) -> bytes:
    """In the released cell, with the imports in a cell of their own above it."""
    above, below = _imports_above(source)
    return notebook(SETUP, above, below, CHECK, solve=2)


def spread_over_cells(source: str) -> bytes:
    """Each statement in a cell; the first is the released one."""
    return notebook(SETUP, *pieces(source), CHECK, solve=1)


def among_trials(source: str) -> bytes:
    """In a notebook of the student's own, with trials between the statements."""
    first, *rest = pieces(source)
    return notebook(first, *rest, *TRIALS)


FORMS: dict[str, Callable[[str], bytes]] = {
    form.__name__: form for form in (released_cell, imports_above, spread_over_cells, among_trials)
}
