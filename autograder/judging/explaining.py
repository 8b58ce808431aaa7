"""What a student is told about a check that did not pass. Every wording is here.

A message has up to five parts, one a line or more: what differs; expected and observed;
where it first goes wrong; why; what to try. The minimal case is kept beside it.
"""

import math
from collections.abc import Sequence

from autograder.model import Case, Check, Misconception, Visibility
from autograder.tolerance import ATOL, RTOL, close, relative_error
from autograder.worker.status import Status

NOT_WRITTEN = "not written yet"
LACKING = "not written yet: {names}"
REFUTED = "your code said here that it lacks {names}, and used it in other cases"
SKIPPED = "not judged: it builds on '{title}', which {reason}"
SKIP_REASONS = {
    "failed": "did not pass",
    "missing": "is not written yet",
    "skipped": "was not judged either",
    "error": "could not be judged",
}
NOT_RUN = "not judged on its own: your code ended or ran out of time before this check"
ERROR = "this check could not be judged; the fault is ours, and the score is withheld"
STATUS_TEXTS = {
    Status.CPU: "your code took more than {within_s:g} s of CPU time for this case; a quick "
    "engine takes a few thousandths of a second",
    Status.RECURSION: "your code calls itself too often: Python stops a recursion after about 1000 "
    "levels",
    Status.MEMORY: "your code used more memory than a submission may (512 MiB)",
    Status.CRASHED: "your code ended its process in this case",
    Status.WAITED: "your code waits in this case instead of computing, until it is ended",
    Status.ASKED_TOO_MUCH: "your code asks too much of the engine that it examines",
}
# The same when the file itself is run, before any case is played.
BLOCK_TEXTS = {
    Status.CPU: "your code takes too long when the file is run, before anything is asked of it",
    Status.RECURSION: "your code calls itself without end when the file is run",
    Status.MEMORY: "your code uses more memory than a submission may (512 MiB) when the file "
    "is run",
    Status.CRASHED: "your code ends its process when the file is run",
    Status.WAITED: "your code waits instead of computing when the file is run",
}
# About graphs: said of cases that build one.
STATUS_WHY = {
    Status.RECURSION: "each level of a recursion waits on Python's own stack, which is small",
    Status.CPU: "there is a loop that does not end, or a walk along every path of the graph: the "
    "number of paths can double with every layer",
}
STATUS_TRY = {
    Status.RECURSION: "walk the graph in a loop, with a list as your own stack",
    Status.CPU: "look at the condition that ends each of your loops; then count how often your "
    "code visits the first leaf of a chain of five doublings",
}


# Observations whose numbers count or say yes and no: nothing is too small or too large there.
FACTS = ("order", "cycle", "structure", "node", "repr")
# Answers of yes or no, by label and what was observed: as 1 and 0 they are hard to read.
YES_OR_NO = {
    ("verdict (True is 1)", 1.0): "your verdict is True, and that engine is wrong",
    ("verdict (True is 1)", 0.0): "your verdict is False, and that engine is right",
    ("told apart (yes is 1)", 0.0): "no probe of yours tells this engine from a right one",
}
# Answers that are nested lists: their numbers, counted flat, are nothing a student knows.
NESTED = ("shaped",)


def words_for(observed: float, expected: float, *, hidden: bool) -> str:
    """How an observed number is off; if hidden, without telling the expected one."""
    if math.isnan(observed):
        return "is not a number (nan)"
    if math.isinf(observed):
        return "is infinite"
    if observed == 0.0 != expected:
        return "is 0, which it should not be"
    if expected == 0.0:
        return "is too large" if hidden else "should be 0"
    if (observed > 0) != (expected > 0):
        # "the sign alone" would tell a hidden number: it is the observed one's opposite
        alone = hidden or close(observed, -expected)
        return "has the wrong sign" if alone else "has the wrong sign and size"
    size = "too small" if abs(observed) < abs(expected) else "too large"
    # -6.6 is larger than -13.4, and smaller in size
    return f"is {size} in size" if observed < 0 else f"is {size}"


def first_difference(observed: Sequence[float], expected: Sequence[float]) -> int | None:
    """Place of the first number that does not pass, or None."""
    return next(
        (k for k, (a, b) in enumerate(zip(observed, expected, strict=False)) if not close(a, b)),
        None,
    )


def number_lines(
    check: Check, case: Case, observed: Sequence[float], expected: Sequence[float]
) -> list[str]:
    """Say which number differs, and by how much.

    A public case shows both numbers and the relative error; a hidden one shows what was
    observed, and in words how it is off: nothing from which the expected one follows.
    """
    if len(observed) != len(expected) and case.kind in NESTED:
        return ["gave back lists of another length or depth than are due"]
    if len(observed) != len(expected):
        return [f"gave back {len(observed)} numbers where {len(expected)} are due"]
    place = first_difference(observed[: case.judged], expected)
    if place is None:
        return ["differs from what is expected"]
    label = case.labels[place] if place < len(case.labels) else f"number {place + 1}"
    got, due = observed[place], expected[place]
    hidden = check.visibility is Visibility.HIDDEN
    if (label, got) in YES_OR_NO:
        return [YES_OR_NO[label, got]]
    if case.kind in FACTS:
        lines = [f"{label}: not as it should be"]
    else:
        lines = [f"{label} {words_for(got, due, hidden=hidden)}"]
    if hidden:
        lines.append(f"{label}   observed {_short(got)}")
    else:
        texts = _short(due), _short(got)
        if texts[0] == texts[1]:  # they differ, further behind
            texts = repr(due), repr(got)
        lines.append(
            f"{label}   expected {texts[0]}   observed {texts[1]}   ({_error_size(got, due)})"
        )
    where = first_wrong_node(case, observed, expected)
    return lines + ([where] if where else [])


def _error_size(observed: float, expected: float) -> str:
    if not math.isfinite(observed):
        return "no tolerance covers this"
    if expected == 0.0:
        return f"absolute error {abs(observed):.2g}, atol {ATOL:g}"
    return f"relative error {relative_error(observed, expected):.2g}, rtol {RTOL:g}"


def _short(number: float) -> str:
    """Six significant digits, and always recognisable as a float."""
    text = f"{number:.6g}"
    return text if any(c in text for c in ".en") else text + ".0"


def first_wrong_node(case: Case, observed: Sequence[float], expected: Sequence[float]) -> str:
    """Where along the walk back the gradients first differ, for a graph of several nodes."""
    found = walk(case, observed, expected)
    if found is None:
        return ""
    right, wrong = found
    if not right:
        return f"walking back from the output, first wrong at {wrong}"
    return f"walking back from the output, right at {_and(right)}; first wrong at {wrong}"


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


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def raised(detail: str) -> str:
    """What to say when the student's own code raised."""
    return f"your code raised {detail}"


def because(misconception: Misconception | None, check: Check, status: Status | None) -> list[str]:
    """The why and try of a failure: the misconception's, else the status's, else the check's."""
    if misconception is not None:
        return [f"why   {misconception.why}", f"try   {misconception.attempt}"]
    lines = []
    if status in STATUS_WHY:
        lines = [f"why   {STATUS_WHY[status]}", f"try   {STATUS_TRY[status]}"]
    elif check.advice:
        lines = [f"try   {check.advice}"]
    return lines
