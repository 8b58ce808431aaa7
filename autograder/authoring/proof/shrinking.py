"""Find the smallest graph on which an engine is wrong, by trying graphs on it."""

import contextlib
import time
from collections.abc import Callable, Sequence

from autograder.authoring.checks.random_tapes import is_clear, tape_strategy
from autograder.authoring.checks.vocabulary import Recorder
from autograder.judging.rightness import is_right
from autograder.model import Answer, Case
from autograder.tape import Tape, duals
from autograder.worker.status import Status

SECONDS = 5.0
EXAMPLES = 2000  # at most; time is what ends it
SEED = 7  # the same code gets the same case

Play = Callable[[Case], Answer]


def gradient_case(tape: Tape) -> tuple[Case, tuple[float, ...]]:
    """A case that observes a tape's gradients, and what is right, from dual numbers.

    Returns: the case; output, leaf gradients, then nothing: the rest is not known.
    """
    recorder = Recorder("", "")
    recorder.gradients_of(tape, both_orders=False)
    (case,) = recorder.cases
    per_leaf = [duals(tape, leaf) for leaf in range(len(tape.leaves))]
    expected = (per_leaf[0][-1].value, *(nodes[-1].slope for nodes in per_leaf))
    return case, expected


def smallest_failure(
    play: Play, ops: Sequence[str], seconds: float = SECONDS
) -> tuple[Case, Answer, tuple[float, ...]] | None:
    """Search for the smallest graph whose gradients an engine gets wrong.

    Args:
        play: plays a case on the engine.
        ops: operations the graph may use.
        seconds: wall seconds, after which the smallest one so far is taken.
    Returns: the case, what the engine answered, and what is right; None if no graph failed.
    """
    from random import Random

    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis.errors import NoSuchExample

    deadline = time.monotonic() + seconds
    failed: list[Tape] = []

    def fails(tape: Tape) -> bool:
        if time.monotonic() > deadline:
            raise _TimeIsUpError
        if not is_clear(tape):
            return False
        case, expected = gradient_case(tape)
        answer = play(case)
        if answer.status in (Status.LACKING, Status.UNWRITTEN):
            return False
        if answer.status is Status.OK and is_right(case, expected, answer.numbers):
            return False
        failed.append(tape)
        return True

    # whatever ends the search, what was found until then counts
    with contextlib.suppress(NoSuchExample, _TimeIsUpError):
        find(
            tape_strategy(tuple(ops), steps=6, leaves=2, least=1),
            fails,
            settings=settings(
                max_examples=EXAMPLES,
                database=None,
                deadline=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            ),
            random=Random(SEED),
        )
    if not failed:
        return None
    case, expected = gradient_case(min(failed, key=lambda tape: (tape.size, repr(tape))))
    return case, play(case), expected


class _TimeIsUpError(Exception):
    """The search has used its time."""
