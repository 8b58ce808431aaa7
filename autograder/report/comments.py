"""A report as comments on a notebook's solution cells, which nbgrader shows and hands out.

It picks what each cell says; the layout is that of the terminal, in a fenced block.
"""

import re
from dataclasses import replace

from autograder.model import CompiledExercise, Exercise, Outcome, Role
from autograder.report import words
from autograder.report.feedback import Feedback, TaskFeedback, arrange
from autograder.report.terminal import Pen, body, closing
from autograder.verdicts import Report

BACKTICKS, BLANK_LINES = re.compile("`+"), re.compile("\n{3,}")


def cell_comments(
    report: Report, compiled: CompiledExercise, exercise: Exercise
) -> dict[str, str | None]:
    """Say what there is to say of each task below the cell where its answer stands.

    nbgrader shows comments on solution cells only. A task whose solution is in another
    task's cell speaks there.

    Args:
        report: the verdict.
        compiled: for the titles.
        exercise: in notebook form.
    Returns: solve cell to Markdown: a fenced block, so that nothing a student wrote acts as
        Markdown or HTML; None where everything passed.
    """
    carriers = _carriers(exercise)
    said: dict[str, list[str]] = {c.id: [] for c in exercise.cells if c.role is Role.SOLVE}
    first, pen = next(iter(said)), Pen()
    if report.score is None:
        said[first] += pen.hang("", f"{words.OVERALL[Outcome.ERROR]}.")
    feedback = arrange(report, compiled)
    if feedback.everywhere:
        said[first] += body(feedback, pen)
    passed = {
        task.id
        for task in exercise.tasks
        if all(c.outcome is Outcome.PASSED for c in report.checks if c.task == task.id)
    }
    for part in feedback.parts:
        if part.id not in passed:
            said[carriers.get(part.id, first)] += [
                *body(Feedback("", (_short(part, report),)), pen),
                "",
            ]
    said[first] += closing(report, pen, printed_too=False)
    return {cell: _fenced("\n".join(lines)) for cell, lines in said.items()}


def _short(part: TaskFeedback, report: Report) -> TaskFeedback:
    """A task less what needs no comment: what passed, and of what is not begun all but its name."""
    unwritten = part.unwritten or report.outcome is Outcome.MISSING
    wanting = (line for line in part.lines if line.check.outcome is not Outcome.PASSED)
    return replace(part, unwritten=unwritten, lines=() if unwritten else tuple(wanting))


def _carriers(exercise: Exercise) -> dict[str, str]:
    """The solve cell that speaks for each task: its last, or the last above its check."""
    own: dict[str, str] = {}
    above: dict[str, str] = {}
    latest = ""
    for cell in exercise.cells:
        if cell.role is Role.SOLVE:
            latest = own[str(cell.task)] = cell.id
        elif cell.role is Role.CHECK and latest:
            above[str(cell.task)] = latest
    return above | own


def _fenced(text: str) -> str | None:
    text = BLANK_LINES.sub("\n\n", text).strip("\n")
    if not text:
        return None
    longest = max((len(run) for run in BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
