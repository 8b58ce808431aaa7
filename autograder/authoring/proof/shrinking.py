"""The smallest graph on which an engine is wrong, for `check --explain`.

A student's machine has nothing that knows right gradients, and no Hypothesis. So compiling
draws a ladder of small graphs and keeps what the reference says of each; explaining plays
them on the student's engine, small ones first, and stops at the first that goes wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest

from autograder.authoring.checks.random_tapes import Gradients, clear_tapes
from autograder.authoring.checks.vocabulary import Recorder
from autograder.judging.rightness import SILENT, is_right
from autograder.model import Answer, Case, Check, Rung, Visibility
from autograder.storage import dumps
from autograder.tape import Tape
from autograder.worker.status import Status

# How many graphs of so many operations; a public.json grows by a twentieth with them.
SHARES = {1: 20, 2: 36, 3: 30, 4: 16, 5: 10, 6: 8}
LEAVES = 2
DRAWN = 2000  # graphs of which they are chosen; about 1.5 ms each
KIND = "gradients"

Play = Callable[[Case], Answer]


def draw_rungs(checks: Sequence[Check], seed: str, gradients: Gradients) -> list[Rung]:
    """Draw small graphs over the operations that an exercise's public checks walk back.

    Args:
        checks: the exercise's; hidden ones do not count.
        seed: a public one: the same graphs in every copy of the course.
        gradients: right ones.
    Returns: graphs of 1 to 6 operations, of which `make_ladder` chooses; none if no public
        check asks for gradients.
    """
    ops = sorted(
        {
            op
            for check in checks
            for case in check.cases
            if check.visibility is Visibility.PUBLIC and case.kind == KIND
            for op, *_ in case.request["tape"]["steps"]
        }
    )
    if not ops:
        return []
    drawn = clear_tapes(
        seed,
        DRAWN,
        ops=ops,
        steps=max(SHARES),
        leaves=LEAVES,
        gradients=gradients,
        any_slope=True,  # a / a and a + b are the plainest of all
    )
    return [_rung(tape, gradients) for tape in drawn]


def make_ladder(drawn: Sequence[Rung], secret: frozenset[str] = frozenset()) -> tuple[Rung, ...]:
    """Choose the graphs that students get.

    Args:
        drawn: by `draw_rungs`.
        secret: numbers, as JSON writes them, that no graph may hold. Random hidden graphs keep
            off the numbers of all that were drawn, so that the ladder is the same for any seed.
    Returns: small ones first.
    """
    rungs = [rung for rung in drawn if not _holds(rung, secret)]
    chosen: list[Rung] = []
    for steps, share in SHARES.items():
        alike = [rung for rung in rungs if len(rung.tape["steps"]) == steps]
        chosen += sorted(islice(_spread(alike), share), key=repr)
    return tuple(chosen)


def _spread(rungs: Sequence[Rung]) -> Iterator[Rung]:
    """Graphs of one size, each set of operations in turn.

    Those in which two steps use one node come first, then those that use one twice in a step,
    and of these always those of fewest kinds of operations: a * a, and then a * that, says more
    of a product's rule than one with a relu.
    """
    alike: dict[tuple[bool, bool, int, tuple[str, ...]], list[Rung]] = {}
    for rung in rungs:
        tape = Tape.of(rung.tape)
        key = (not _shares_a_node(tape), not tape.has_fan_out, len(tape.needs), tape.needs)
        alike.setdefault(key, []).append(rung)
    turns = zip_longest(*(alike[key] for key in sorted(alike)))
    return (rung for turn in turns for rung in turn if rung)


def _shares_a_node(tape: Tape) -> bool:
    """Whether two steps use the same node: what one adds to its gradient, another could lose."""
    used = [at for step in tape.steps for at in {x for x in step.args if isinstance(x, int)}]
    return len(used) > len(set(used))


def _holds(rung: Rung, numbers: frozenset[str]) -> bool:
    text = dumps(rung)
    return any(number in text for number in numbers)


def _rung(tape: Tape, gradients: Gradients) -> Rung:
    data, slopes = gradients(tape)
    return Rung(tape.plain(), (data[-1], *slopes))


def gradient_case(rung: Rung) -> Case:
    """The case that plays a rung's graph; output and leaf gradients are judged."""
    recorder = Recorder("", "")
    recorder.gradients_of(Tape.of(rung.tape), both_orders=False)
    (case,) = recorder.cases
    return case


def smallest_failure(
    play: Play, ladder: Sequence[Rung], ops: Sequence[str]
) -> tuple[Case, Answer, tuple[float, ...]] | None:
    """Climb the ladder until an engine's gradients are wrong.

    Args:
        play: plays a case on the engine.
        ladder: small graphs first.
        ops: operations to try first: the mistake is likely in one of them.
    Returns: the case, what the engine answered, and what is right; None if all were right.
    """
    wanted = set(ops)
    near = [rung for rung in ladder if {op for op, *_ in rung.tape["steps"]} <= wanted]
    for rung in (*near, *(rung for rung in ladder if rung not in near)):
        case = gradient_case(rung)
        answer = play(case)
        if answer.status in SILENT:
            continue
        if answer.status is Status.OK and is_right(case, rung.expected, answer.numbers):
            continue
        return case, answer, rung.expected
    return None
