"""Why a check failed, as data: what differs, which numbers, where, why, and what to try.

It picks the parts of an explanation; the sentences themselves are in wording.py, and how
the parts are laid out is for the report to say. Nothing of the course or of the submission
is judged here: outcome and name are settled before.
"""

from collections.abc import Sequence

from autograder.judging import wording
from autograder.model import Answer, Case, Check, Misconception, Visibility
from autograder.tolerance import close
from autograder.verdicts import Explanation, Numbers
from autograder.worker.status import Status

# Observations whose numbers count or say yes and no: nothing is too small or too large there.
FACTS = ("order", "cycle", "structure", "node", "repr")
# Answers that are nested lists: their numbers, counted flat, are nothing a student knows.
NESTED = ("shaped",)


def explain(
    check: Check,
    case: Case,
    *,
    answer: Answer,
    expected: Sequence[float],
    misconception: Misconception | None = None,
    known: str = "",
    found: str = "",
) -> Explanation:
    """Explain a failure.

    Args:
        check: that failed.
        case: of the check, the first that did not pass.
        answer: the submission's, with all its numbers.
        expected: the reference's numbers for this case.
        misconception: the mistake that was named, if any.
        known: what is said in place of what the answer itself tells; empty for nothing.
        found: how many of the faults were found that the check pays for one by one, and where
            the others are; empty for nothing.
    """
    status, detail = answer.status, answer.detail
    if status is Status.NOT_RUN and not known:
        # no advice: what ended the process is not what this check asks about
        return Explanation(f"{wording.NOT_RUN}: {detail}" if detail else wording.NOT_RUN)
    numbers: tuple[Numbers, ...] = ()
    where = ""
    if known:
        what = known
    elif status is Status.OK:
        what, numbers, where = difference(check, case, answer.numbers, expected)
        where = where or found
    elif status is Status.RAISED:
        what = wording.RAISED.format(detail=detail)
    elif status in wording.STATUS_TEXTS:
        text = wording.STATUS_TEXTS[status].format(within_s=case.within_s)
        what = f"{text} ({detail})" if detail else text
    else:
        what = detail
    why, attempt = because(misconception, check, status if case.ops else None)
    mistake = misconception.what if misconception else ""
    return Explanation(what, mistake, numbers, where, why, attempt)


def difference(
    check: Check, case: Case, observed: Sequence[float], expected: Sequence[float]
) -> tuple[str, tuple[Numbers, ...], str]:
    """Say which number differs, and by how much.

    A public case shows both numbers and the relative error; a hidden one shows what was
    observed, and in words how it is off: nothing from which the expected one follows.

    Returns: what differs, the number, and where along the walk back.
    """
    if len(observed) != len(expected):
        if case.kind in NESTED:
            return wording.OTHER_LENGTHS, (), ""
        return wording.other_count(len(observed), len(expected)), (), ""
    place = first_difference(observed[: case.judged], expected)
    if place is None:
        return wording.APPROXIMATE if case.exact else wording.DIFFERS, (), ""
    named = place < len(case.labels)
    label = case.labels[place] if named else wording.NUMBER.format(place=place + 1)
    got, due = observed[place], expected[place]
    hidden = check.visibility is Visibility.HIDDEN
    if (label, got) in wording.YES_OR_NO:
        return wording.YES_OR_NO[label, got], (), ""
    if case.kind in FACTS:
        what = wording.NOT_AS_DUE.format(label=label)
    else:
        what = f"{label} {wording.number_in_words(got, due, hidden=hidden)}"
    found = walk(case, observed, expected)
    where = wording.walk_in_words(*found) if found else ""
    return what, (_numbers(label, got, due, hidden=hidden),), where


def _numbers(label: str, observed: float, expected: float, *, hidden: bool) -> Numbers:
    if hidden:
        return Numbers(label, "", wording.number_text(observed), "")
    due, got = wording.number_text(expected), wording.number_text(observed)
    if due == got:  # they differ, further behind
        due, got = repr(expected), repr(observed)
    return Numbers(label, due, got, wording.error_in_words(observed, expected))


def first_difference(observed: Sequence[float], expected: Sequence[float]) -> int | None:
    """Place of the first number that does not pass, or None."""
    return next(
        (k for k, (a, b) in enumerate(zip(observed, expected, strict=False)) if not close(a, b)),
        None,
    )


def walk(
    case: Case, observed: Sequence[float], expected: Sequence[float]
) -> tuple[list[str], str] | None:
    """The nodes with a right gradient, output first, and the first with a wrong one.

    Returns: None if the case has no gradients of inner nodes, or none of them is wrong.
    """
    if case.kind != "gradients" or len(observed) != len(expected):
        return None
    tape = case.request["tape"]
    leaves = len(tape["leaves"])
    first = 1 + leaves  # behind the output's data and the leaves' gradients
    right: list[str] = []
    for at in range(first + leaves + len(tape["steps"]) - 1, first - 1, -1):
        name = case.labels[at].removesuffix(".grad")
        if close(observed[at], expected[at]):
            right.append(name)
        else:
            return (right, name)
    return None


def because(
    misconception: Misconception | None, check: Check, status: Status | None
) -> tuple[str, str]:
    """The why and the attempt of a failure: the misconception's, the status's or the check's.

    Args:
        misconception: the mistake that was named, if any.
        check: that failed; its advice is the last resort.
        status: how the case ended; None for a case that builds no graph.
    """
    if misconception is not None:
        return misconception.why, misconception.attempt
    if status in wording.STATUS_WHY:
        return wording.STATUS_WHY[status], wording.STATUS_TRY[status]
    return "", check.advice
