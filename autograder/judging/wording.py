"""Every sentence of the judge's own, for a check or for a whole file.

Not here: what is wrong with a value that is no number (worker/players says it), how a
process ended early (sandbox/endings.py), why a file could not be read (intake), and what the
course itself says: titles, remarks, advice, misconceptions. The headings and phrases that a
report puts around these sentences are in report/words.py.
"""

import math
from collections.abc import Sequence

from autograder import limits
from autograder.model import Outcome
from autograder.tolerance import ATOL, RTOL, close, relative_error
from autograder.verdicts import NOT_WRITTEN
from autograder.worker.status import Status

UNWRITTEN = NOT_WRITTEN  # a shared word: reports put a task of which nothing is written in one line
LACKING = "not written yet: {names}"
REFUTED = "your code said here that it lacks {names}, and used it in other cases"
SKIPPED = "not judged: it builds on '{title}', which {reason}"
SKIP_REASONS = {
    Outcome.FAILED: "did not pass",
    Outcome.MISSING: "is not written yet",
    Outcome.SKIPPED: "was not judged either",
    Outcome.DIFFERS: "differs",
    Outcome.ERROR: "could not be judged",
}
NOT_RUN = "not judged on its own: your code ended or ran out of time before this check"
ERROR = "this check could not be judged; the fault is ours, and the score is withheld"
# For staff, of a whole file.
UNSTEADY = (
    "Asked the same twice, it gave other numbers the second time in {count} of the cases that were "
    "played again: the clock, chance or what it remembers is in its answers."
)
NOTHING_BESIDE = (
    "the answers are right, but they could be given without computing anything: this counts as "
    "soon as a number beside it is right too that has to be computed"
)
RAISED = "your code raised {detail}"
# In place of a text that may say a hidden case.
OWN_TEXT = "{kind}, with a text of its own"
AN_EXCEPTION = "an exception"
WITHHELD = "[not told to the student] {detail}"  # for staff, below what was printed
MEMORY = f"{limits.MEMORY_BYTES >> 20} MiB"
STATUS_TEXTS = {
    Status.CPU: "your code took more than {within_s:g} s of CPU time for this case; a quick "
    "engine takes a few thousandths of a second",
    Status.RECURSION: "your code calls itself too often: Python stops a recursion after about 1000 "
    "levels",
    Status.MEMORY: f"your code used more memory than a submission may ({MEMORY})",
    Status.CRASHED: "your code ended its process in this case",
    Status.WAITED: "your code waits in this case instead of computing, until it is ended",
    Status.ASKED_TOO_MUCH: "your code asks too much of the engine that it examines",
}
# The same when the file itself is run, before any case is played.
BLOCK_TEXTS = {
    Status.CPU: "your code takes too long when the file is run, before anything is asked of it",
    Status.RECURSION: "your code calls itself without end when the file is run",
    Status.MEMORY: f"your code uses more memory than a submission may ({MEMORY}) when the file "
    "is run",
    Status.CRASHED: "your code ends its process when the file is run",
    Status.WAITED: "your code waits instead of computing when the file is run",
}
BLOCK_NOT_RUN = "your code did not run to its end: {trouble}"
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
# Answers of yes or no, by label and what was observed: as 1 and 0 they are hard to read.
YES_OR_NO = {
    ("verdict (True is 1)", 1.0): "your verdict is True, and that engine is wrong",
    ("verdict (True is 1)", 0.0): "your verdict is False, and that engine is right",
    ("told apart (yes is 1)", 0.0): "no probe of yours tells this engine from a right one",
}
FOUND = (
    "your probes tell {found} of {faults} wrong engines from a right one; not yet where the fault "
    "is in: {missed}"
)
MISSED_OFTEN = "{where} ({count} engines)"
OTHER_LENGTHS = "gave back lists of another length or depth than are due"
OTHER_COUNT = "gave back too {few} numbers: {observed} where {expected} {are} due"
DIFFERS = "differs from what is expected"
APPROXIMATE = (
    "right to six digits and more, but not to twelve: here a formula is due, and an approximation "
    "stands in its place"
)
NOT_AS_DUE = "{label}: not as it should be"
NUMBER = "number {place}"  # the label of a number that has none
NO_TOLERANCE = "no tolerance covers this"
WALK = "walking back from the output, "
ALL_WRONG = WALK + "first wrong at {wrong}"
RIGHT_TO = WALK + "right at {right}; first wrong at {wrong}"


def other_count(observed: int, expected: int) -> str:
    """Say how many numbers came back and how many were due."""
    few, are = "few" if observed < expected else "many", "is" if expected == 1 else "are"
    return OTHER_COUNT.format(few=few, observed=observed, expected=expected, are=are)


def number_in_words(observed: float, expected: float, *, hidden: bool) -> str:
    """How an observed number is off; if hidden, without telling the expected one."""
    if math.isnan(observed):
        return "is not a number (nan)"
    if math.isinf(observed):
        return "is infinite"
    if observed == 0.0 != expected:
        return "is 0, which it should not be"
    if expected == 0.0 and not hidden:
        return "should be 0"
    if expected == 0.0:  # in the words for any other number of the observed one's sign
        return "is too large in size" if observed < 0 else "is too large"
    if (observed > 0) != (expected > 0):
        # "the sign alone" would tell a hidden number: it is the observed one's opposite
        alone = hidden or close(observed, -expected)
        return "has the wrong sign" if alone else "has the wrong sign and size"
    size = "too small" if abs(observed) < abs(expected) else "too large"
    # -6.6 is larger than -13.4, and smaller in size
    return f"is {size} in size" if observed < 0 else f"is {size}"


def error_in_words(observed: float, expected: float) -> str:
    """The size of a difference, and the tolerance: `relative error 0.5, rtol 1e-06`."""
    if not math.isfinite(observed):
        return NO_TOLERANCE
    if expected == 0.0:
        return f"absolute error {abs(observed):.2g}, atol {ATOL:g}"
    return f"relative error {relative_error(observed, expected):.2g}, rtol {RTOL:g}"


def number_text(number: float) -> str:
    """Six significant digits, and always recognisable as a float."""
    text = f"{number:.6g}"
    return text if any(c in text for c in ".en") else text + ".0"


def walk_in_words(right: Sequence[str], wrong: str) -> str:
    """How far a walk back from the output is right.

    Args:
        right: names of the nodes with a right gradient, output first.
        wrong: the first with a wrong one.
    """
    if not right:
        return ALL_WRONG.format(wrong=wrong)
    named = right[0] if len(right) == 1 else f"{', '.join(right[:-1])} and {right[-1]}"
    return RIGHT_TO.format(right=named, wrong=wrong)
