"""When numbers answer a case rightly: the reference's, or others that are right too.

Compiling asks it of every case. The judge compares with the reference's numbers all at once
(comparing.py) and asks here only where others can be right.
"""

import math
from collections.abc import Sequence

from autograder.model import Case
from autograder.tolerance import ATOL, EXACT_ATOL, EXACT_RTOL, RTOL, all_close
from autograder.worker.status import Status

# Statuses that say nothing for or against an engine: what it lacks is no mistake in what it has.
SILENT = (Status.LACKING, Status.UNWRITTEN, Status.NOT_RUN)
ORDER_FLAGS = (0.0, 0.0, 0.0, 1.0)  # left out, too many, before a parent, output last


def is_right(case: Case, expected: Sequence[float], observed: Sequence[float]) -> bool:
    """Whether numbers answer a case rightly.

    Args:
        case: what was played.
        expected: the reference's numbers; at least the judged ones.
        observed: numbers of the engine, as many as are judged or more.
    """
    judged = observed[: case.judged]
    if all_close(judged, expected[: case.judged], *tolerances(case)):
        return True
    if case.kind == "order":
        leaves = len(case.request["tape"]["leaves"])
        walked = all_close(judged[-leaves:], expected[case.judged - leaves : case.judged])
        return walked and is_order(case, judged[:-leaves])
    return any(all_close(judged, answer, *tolerances(case)) for answer in case.accept)


def tolerances(case: Case) -> tuple[float, float]:
    """The relative and the absolute tolerance of a case."""
    return (EXACT_RTOL, EXACT_ATOL) if case.exact else (RTOL, ATOL)


def has_other_answers(case: Case) -> bool:
    """Whether numbers other than the reference's can be right."""
    return bool(case.accept) or case.kind == "order"


def is_order(case: Case, numbers: Sequence[float]) -> bool:
    """Whether the places that a case of kind "order" observed are a topological order.

    Any valid order is right. The places are checked against the tape, so that an answer
    which only claims to be an order fails.
    """
    tape = case.request["tape"]
    flags, places = tuple(numbers[: len(ORDER_FLAGS)]), numbers[len(ORDER_FLAGS) :]
    leaves = len(tape["leaves"])
    if flags != ORDER_FLAGS or len(places) != leaves + len(tape["steps"]):
        return False
    if not all(map(math.isfinite, places)):
        return False
    needed = {len(places) - 1}
    for node in range(len(places) - 1, leaves - 1, -1):
        parents = [a for a in tape["steps"][node - leaves][1:] if isinstance(a, int)]
        if node in needed:
            needed.update(parents)
            if any(not places[parent] < places[node] for parent in parents):
                return False
    # a node that the output does not depend on must not be listed
    right = all((places[n] >= 0) == (n in needed) for n in range(len(places)))
    return right and len({places[n] for n in needed}) == len(needed)
