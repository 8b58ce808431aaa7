"""The shared words of verdicts: what is said of each check and of a whole submission."""

from dataclasses import dataclass

from autograder.model import Outcome, Visibility

RESULT_FORMAT = 2  # version of the lines that `autograder grade --out` writes
# All that is said of a check whose stub is as it was given out.
NOT_WRITTEN = "not written yet"


@dataclass(frozen=True, slots=True)
class Numbers:
    """An observed number beside the expected one, both as they are shown.

    An object in a result line's `numbers`, with these four keys in this order.

    Attributes:
        label: what it is the value of, `a.grad`.
        expected: the right number; empty for a hidden check, which does not tell it.
        observed: what the submission gave.
        error: the size of the difference and the tolerance, `relative error 0.5, rtol 1e-06`;
            empty for a hidden check.
    """

    label: str
    expected: str
    observed: str
    error: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is said of a check that did not pass; all but the first part may be empty.

    A student's own text (of an exception that was raised) stands in `what` alone.

    Attributes:
        what: what differs in the minimal case, `a.grad is too small`; of a check that was not
            judged, why it was not. The key `message` of a result line.
        mistake: what the named misconception is, in its own sentence; empty without a name.
        numbers: the number that differs; empty where it was no number that failed.
        where: which node's gradient is the first wrong one on the walk back from the output; of
            a check that pays for each fault found, how many were and where the others are.
        why: the idea behind the mistake.
        attempt: what to try next. The key `try` of a result line.
    """

    what: str = ""
    mistake: str = ""
    numbers: tuple[Numbers, ...] = ()
    where: str = ""
    why: str = ""
    attempt: str = ""


NOTHING_SAID = Explanation()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The verdict on one check.

    An object in a result line's `checks`. Its keys, in their order: `id`, `task`, `visibility`,
    `outcome`, `score`, `max_score`, `misconception`, `message`, `minimal_case`, and the other
    parts of the explanation: `mistake`, `numbers`, `where`, `why`, `try`.

    Attributes:
        id: name of the author's function.
        task: the task that the check belongs to.
        visibility: `public` (the student has its numbers) or `hidden`.
        outcome: `passed`, `failed`, `missing`, `skipped`, `error`, or of a check without points
            `differs`: from what others do, and right as well.
        score: in points; 0 unless the check passed.
        max_score: in points; 0 for a remark.
        misconception: id of the mistake that explains the failure, or null.
        minimal_case: Python to paste that shows the failure, or null where it rests on no case.
        explanation: what is said of it; nothing if the check passed.
    """

    id: str
    task: str
    visibility: Visibility
    outcome: Outcome
    score: float
    max_score: float
    misconception: str | None = None
    minimal_case: str | None = None
    explanation: Explanation = NOTHING_SAID

    @property
    def message(self) -> str:
        """One sentence: what differs, or why the check was not judged; empty if it passed."""
        return self.explanation.what

    def __hash__(self) -> int:
        # enough to tell results apart: a class of 1,000 asks for 70,000 of them, and hashing
        # every field, two enums among them, takes twice as long
        told = self.explanation
        return hash((self.id, self.misconception, told.what, told.numbers))


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on one submission.

    A line of a result file: `format` (the number 2), then these keys in this order.

    Attributes:
        student: id, as in the folder of submissions.
        exercise: id of the exercise.
        submission_sha256: of the file as it was handed in.
        course_sha256: of every source that the compiled exercise was made from.
        level: how it was run: 3 in a sandbox, 2 behind a filter of system calls, 1 in an
            ordinary process.
        score: in points; null where it is withheld, because something of ours failed.
        max_score: in points.
        outcome: of the whole: `passed`, `failed`, `missing` (nothing is written) or `error`.
        checks: the verdict on each check, in the course's order.
        repairs: what was put right before the code was run, one sentence each.
        remarks: what is worth knowing and costs no points, one sentence each.
        output: what the submission printed.
        flags: what staff should look at, one sentence each.
    """

    student: str
    exercise: str
    submission_sha256: str
    course_sha256: str
    level: int
    score: float | None
    max_score: float
    outcome: Outcome
    checks: tuple[CheckResult, ...]
    repairs: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    output: str = ""
    flags: tuple[str, ...] = ()
