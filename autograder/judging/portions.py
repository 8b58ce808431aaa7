"""Checks that pay for what was found: each planted fault brings its part of the points."""

from collections import Counter
from collections.abc import Sequence

from autograder.judging import wording
from autograder.model import Answer, Check

PORTIONED = ("probes",)  # kinds of case; 1 is due where there is a fault to be found, else 0


def is_portioned(check: Check) -> bool:
    """Whether a check pays for what was found, even if it does not pass as a whole."""
    return all(case.kind in PORTIONED for case in check.cases)


def portion(check: Check, expected: Sequence[Answer], passed: Sequence[bool]) -> float:
    """The part of its points that a check which did not pass brings all the same.

    Args:
        check: of any kind.
        expected: the reference's answers to its cases.
        passed: whether each case passed.
    Returns: from 0 to 1; 0 after any false alarm, for then "yes" means nothing.
    """
    if not is_portioned(check):
        return 0.0
    faults = [well for answer, well in zip(expected, passed, strict=True) if _is_fault(answer)]
    right = [well for answer, well in zip(expected, passed, strict=True) if not _is_fault(answer)]
    return sum(faults) / len(faults) if faults and all(right) else 0.0


def found_line(check: Check, expected: Sequence[Answer], passed: Sequence[bool]) -> str:
    """Where the faults are that were not found, and how many were; nothing where none was."""
    if not 0.0 < portion(check, expected, passed) < 1.0:
        return ""
    faults = [k for k, answer in enumerate(expected) if _is_fault(answer)]
    missed = Counter(
        engine.get("fault") or engine.get("name", "")
        for engine in (check.cases[k].request["engine"] for k in faults if not passed[k])
    )
    words = [
        where if n == 1 else wording.MISSED_OFTEN.format(where=where, count=n)
        for where, n in missed.items()
    ]
    found = len(faults) - missed.total()
    return wording.FOUND.format(found=found, faults=len(faults), missed=", ".join(words))


def _is_fault(answer: Answer) -> bool:
    return answer.numbers[:1] == (1.0,)
