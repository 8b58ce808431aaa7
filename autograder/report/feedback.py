"""A report arranged for reading, task by task: what terminal and notebook both show.

A check's message comes as lines; here it is taken apart into the five parts of feedback:
what differs, the minimal case, expected and observed, why, what to try.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.model import CheckResult, CompiledExercise, Outcome, Report, Visibility
from autograder.report import words

WHY, TRY, OBSERVED = "why   ", "try   ", "   observed "
EXPECTED = "   expected "
NOT_WRITTEN = "not written yet"
# "   (relative error 0.5, rtol 1e-06)" at the end of a line that shows a number
TOLERANCE = re.compile(r"   \((.*)\)$")


@dataclass(frozen=True, slots=True)
class Numbers:
    """An observed number beside the expected one.

    Attributes:
        label: what it is the value of, `a.grad`.
        expected: as text; empty where a hidden check does not tell it.
        observed: as text.
        error: size of the difference and the tolerance; empty with a hidden check.
    """

    label: str
    expected: str
    observed: str
    error: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The five parts of feedback on a failed check; any part but the first may be empty."""

    what: str
    misconception: str = ""
    case: str = ""
    numbers: tuple[Numbers, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""
    attempt: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One check.

    Attributes:
        id: of the check.
        title: what it asks, one sentence.
        hidden: whether the student cannot run it.
        outcome: its outcome.
        score, max_score: in points.
        note: one phrase where that is all there is to say.
        explanation: of a failure that is told in full here.
    """

    id: str
    title: str
    hidden: bool
    outcome: Outcome
    score: float
    max_score: float
    note: str = ""
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Part:
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
    parts: tuple[Part, ...]


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
            Part(
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
        and "\n" not in report.checks[0].message
        and all(check.minimal_case is None for check in report.checks)
    )


def _lines(
    checks: Sequence[CheckResult], titles: dict[str, str], told: dict[str, str]
) -> tuple[Line, ...]:
    lines = []
    explained: set[str] = set()  # misconceptions, errors and advice told in this task
    for check in checks:
        title = titles.get(check.id) or check.id.replace("_", " ")
        line = Line(
            id=check.id,
            title=title,
            hidden=check.visibility is Visibility.HIDDEN,
            outcome=check.outcome,
            score=check.score,
            max_score=check.max_score,
        )
        if check.outcome is not Outcome.FAILED:
            line = replace(line, note=check.message)
        elif check.minimal_case is None and check.message in told:
            above = words.SAME_MESSAGE.format(title=told[check.message].rstrip("."))
            line = replace(line, note=above)
        else:
            line = replace(line, **_told_once(explain(check), explained))
            if check.minimal_case is None:
                told[check.message] = title
        lines.append(line)
    return tuple(lines)


def _told_once(explanation: Explanation, explained: set[str]) -> dict[str, Any]:
    """A line's explanation, or a note that points to the one above."""
    misconception, what = explanation.misconception, explanation.what
    if misconception in explained:
        return {"note": words.SAME_MISTAKE.format(misconception=misconception)}
    if not misconception and not explanation.numbers and what in explained:
        return {"note": words.SAME_ERROR.format(what=what)}
    if explanation.attempt in explained:
        explanation = replace(explanation, why="", attempt="")
    explained.update({misconception, what, explanation.attempt} - {""})
    return {"explanation": explanation}


def explain(check: CheckResult) -> Explanation:
    """Take a failed check's message apart.

    Args:
        check: its message has one part a line or more, as the judge wrote it.
    """
    numbers, said = [], []
    why = attempt = ""
    for line in check.message.splitlines():
        if line.startswith(WHY):
            why = line.removeprefix(WHY)
        elif line.startswith(TRY):
            attempt = line.removeprefix(TRY)
        elif OBSERVED in line:
            numbers.append(_numbers(line))
        else:
            said.append(line)
    what, *notes = said or [""]
    return Explanation(
        what=what,
        misconception=check.misconception or "",
        case=check.minimal_case or "",
        numbers=tuple(numbers),
        notes=tuple(notes),
        why=why,
        attempt=attempt,
    )


def _numbers(line: str) -> Numbers:
    """Split `a.grad   expected 2.0   observed 1.0   (relative error 0.5, rtol 1e-06)`."""
    tolerance = TOLERANCE.search(line)
    rest = line[: tolerance.start()] if tolerance else line
    rest, _, observed = rest.rpartition(OBSERVED)
    label, _, expected = rest.rpartition(EXPECTED) if EXPECTED in rest else (rest, "", "")
    return Numbers(label, expected, observed, tolerance[1] if tolerance else "")
