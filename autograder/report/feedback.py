"""A report arranged for reading: checks under their tasks, each mistake told once.

Terminal, notebook and nbgrader comments show what is arranged here, each in its own layout.
What the judge says of a check comes as data; no text is taken apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.model import CompiledExercise, Outcome, Visibility
from autograder.report import words
from autograder.verdicts import NOT_WRITTEN, CheckResult, Explanation, Report


@dataclass(frozen=True, slots=True)
class Line:
    """One check.

    Attributes:
        check: the verdict on it.
        title: what it asks, one sentence.
        note: one sentence where that is all there is to say.
        explanation: of a failure that is told in full here.
    """

    check: CheckResult
    title: str
    note: str = ""
    explanation: Explanation | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether the student cannot run it."""
        return self.check.visibility is Visibility.HIDDEN


@dataclass(frozen=True, slots=True)
class TaskFeedback:
    """One task with its checks; `unwritten` if nothing of it is written yet."""

    id: str
    title: str
    score: float
    max_score: float
    lines: tuple[Line, ...]
    unwritten: bool = False


@dataclass(frozen=True, slots=True)
class Feedback:
    """A whole report: what holds for every check, and otherwise the tasks."""

    everywhere: str
    parts: tuple[TaskFeedback, ...]


def arrange(report: Report, compiled: CompiledExercise | None = None) -> Feedback:
    """Put a report's checks under their tasks and say each mistake once.

    Args:
        report: the verdict.
        compiled: for the titles of tasks and checks; without it their ids stand in.
    """
    if _one_reason(report):
        return Feedback(report.checks[0].message, ())
    titles = {task.id: task.title for task in compiled.exercise.tasks} if compiled else {}
    lines = {check.id: check.title for check in compiled.checks} if compiled else {}
    told: dict[str, str] = {}  # messages about the whole file, and the check they stand under
    parts = []
    for task in dict.fromkeys(check.task for check in report.checks):
        checks = [check for check in report.checks if check.task == task]
        parts.append(
            TaskFeedback(
                id=task,
                title=titles.get(task, ""),
                score=sum(check.score for check in checks),
                max_score=sum(check.max_score for check in checks),
                lines=_lines(checks, lines, told),
                unwritten=all(
                    c.outcome is Outcome.MISSING and c.message == NOT_WRITTEN for c in checks
                ),
            )
        )
    return Feedback("", tuple(parts))


def _one_reason(report: Report) -> bool:
    """Whether one and the same message is all there is: the file could not be read, or run."""
    messages = {check.message for check in report.checks}
    return (
        len(report.checks) > 1
        and len(messages) == 1
        and messages.isdisjoint(("", NOT_WRITTEN))
        and all(check.minimal_case is None for check in report.checks)
    )


def _lines(
    checks: Sequence[CheckResult], titles: dict[str, str], told: dict[str, str]
) -> tuple[Line, ...]:
    lines = []
    explained: set[str] = set()  # misconceptions, errors and advice told in this task
    for check in checks:
        line = Line(check, titles.get(check.id) or check.id.replace("_", " "))
        if check.outcome is not Outcome.FAILED:
            line = replace(line, note=check.message)
        elif check.minimal_case is None and check.message in told:
            above = words.SAME_MESSAGE.format(title=told[check.message].rstrip("."))
            line = replace(line, note=above)
        else:
            if check.minimal_case is None:
                told[check.message] = line.title
            line = _told_once(line, explained)
        lines.append(line)
    return tuple(lines)


def _told_once(line: Line, explained: set[str]) -> Line:
    """The line with its explanation, or with a note that points to the one above."""
    explanation, misconception = line.check.explanation, line.check.misconception
    what = explanation.mistake or explanation.what
    if misconception in explained:
        return replace(line, note=words.SAME_MISTAKE.format(misconception=misconception))
    if not misconception and not explanation.numbers and what in explained:
        return replace(line, note=words.SAME_ERROR.format(what=what))
    attempt = explanation.attempt
    if attempt in explained:
        explanation = replace(explanation, why="", attempt="")
    explained.update({misconception or "", what, attempt} - {""})
    return replace(line, explanation=explanation)
