"""What a notebook gets from `from autograder import check, draw`."""

import os
import sys
from pathlib import Path
from typing import Any

from autograder.errors import UsageError
from autograder.model import Outcome
from autograder.report import words
from autograder.report.feedback import Feedback, arrange
from autograder.report.html import task_html
from autograder.report.terminal import Pen, body
from autograder.student.checking import OWN_MACHINE, up_to_task
from autograder.student.drawing import Drawing, graph_of_value
from autograder.student.finding import Workspace, find_workspace
from autograder.student.hints import asked_in_a_notebook
from autograder.student.hints import hint as next_hint
from autograder.student.kernel import check_namespace
from autograder.verdicts import Report

PASSED = "Passed. When you hand it in, hidden checks try the same idea with other numbers."
FAILED = "Change the cell above, run it, then run this one again."
MISSING = "Write it, run its cell, then run this one again."
SKIPPED = "Finish first what it builds on, then run this one again."
STUCK = "Stuck? In a cell of your own run {}"
CLOSING = {Outcome.PASSED: PASSED, Outcome.MISSING: MISSING, Outcome.SKIPPED: SKIPPED}
# Set by nbgrader while it validates or grades: there a failed check must raise.
UNDER_NBGRADER = "NBGRADER_EXECUTION"


class TaskResult:
    """The outcome of a task's public checks: HTML in a notebook, text everywhere.

    Args:
        passed: whether every check passed.
        text: plain, ends without a newline.
        html: the same for a notebook.
    """

    def __init__(self, passed: bool, text: str, html: str) -> None:
        self.passed, self.text, self.html = passed, text, html

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


class HintText:
    """A hint: Markdown that a notebook shows set in type."""

    def __init__(self, markdown: str) -> None:
        self.markdown = markdown

    def __repr__(self) -> str:
        return self.markdown

    def _repr_markdown_(self) -> str:
        return self.markdown


def check(
    task: str, exercise: str | None = None, *, hint: bool = False
) -> TaskResult | HintText | None:
    """Check one task on what the notebook has defined so far, or give a hint for it.

    Args:
        task: its name, as in the lesson: "mul rule".
        exercise: id, where it cannot be told from the notebook's folder.
        hint: give a hint instead, one level more each time.
    Returns: what to show; under nbgrader None.
    Raises: UsageError for an unknown task or exercise; under nbgrader AssertionError with
        the feedback if a check does not pass.
    """
    namespace = sys._getframe(1).f_globals
    workspace = _workspace(exercise, namespace)
    if hint:
        return HintText(next_hint(workspace, task, in_notebook=True))
    result = check_task(task, workspace, namespace)
    if os.environ.get(UNDER_NBGRADER):
        if not result.passed:
            raise AssertionError("\n" + result.text)
        return None  # nbgrader would read whatever is shown as a number of points
    return result


def check_task(task: str, workspace: Workspace, namespace: dict[str, Any]) -> TaskResult:
    """Check one task of an exercise on a notebook's variables.

    Args:
        task: its id.
        workspace: the exercise.
        namespace: the variables.
    """
    compiled = up_to_task(workspace.compiled, task)
    run = check_namespace(compiled, namespace, task)
    verdict = run.verdict
    skipped = all(result.outcome is Outcome.SKIPPED for result in verdict.checks)
    outcome = Outcome.SKIPPED if skipped else verdict.outcome
    report = Report(
        student="",
        exercise=compiled.exercise.id,
        submission_sha256="",
        course_sha256=compiled.sha256,
        level=OWN_MACHINE,
        score=verdict.score,
        max_score=verdict.max_score,
        outcome=outcome,
        checks=verdict.checks,
        remarks=verdict.remarks,
        output=run.output,
    )
    feedback = arrange(report, compiled)
    closing = " ".join((*verdict.remarks, CLOSING.get(outcome, FAILED)))
    asked = next(known for known in compiled.exercise.tasks if known.id == task)
    if outcome is Outcome.FAILED and asked.hints is not None:
        closing += " " + STUCK.format(asked_in_a_notebook(task))
    return TaskResult(
        passed=outcome is Outcome.PASSED,
        text=_text(feedback, run.output, closing),
        html=task_html(
            task,
            outcome,
            feedback,
            closing=closing,
            output=run.output,
            graphs=run.graphs,
        ),
    )


def _text(feedback: Feedback, output: str, closing: str) -> str:
    pen = Pen()
    out = body(feedback, pen)
    if output:
        out += [f"{words.OUTPUT}:", *(f"    {line}" for line in output.splitlines()), ""]
    return "\n".join([*out, *pen.hang("", closing)])


def _workspace(exercise: str | None, namespace: dict[str, Any]) -> Workspace:
    """The exercise of the running notebook: as named, by its file, or by the folder."""
    here = Path.cwd()
    if exercise is not None:
        return find_workspace(exercise, here)
    # VS Code gives the notebook its own path; Jupyter's server names it in the environment
    file = namespace.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or ""
    for start in (here, Path(str(file)).parent):
        if (start / "public.json").is_file():
            return find_workspace(".", start)
    try:
        return find_workspace(Path(str(file)).stem or ".", here)
    except UsageError as error:
        raise UsageError(
            'it is not clear which exercise this notebook belongs to; name it: check("...", '
            'exercise="04_backward_rules"), and keep public.json beside the notebook'
        ) from error


def draw(value: Any) -> Drawing:
    """Draw the graph of a Value: what it was computed from, with data and gradients.

    Args:
        value: a node of the student's own engine.
    Returns: a picture in a notebook, an indented text elsewhere.
    Raises: UsageError if it is no Value.
    """
    return Drawing(graph_of_value(value, sys._getframe(1).f_globals))
