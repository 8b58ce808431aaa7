"""Random graphs for hidden checks, drawn by Hypothesis and sifted for clear verdicts."""

import hashlib
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.storage import SHORTEST_SECRET_NUMBER
from autograder.tape import BINARY, Constant, Step, Tape, spare_names
from autograder.worker.requests import GradientsRequest

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

# A grid of eighths reads well and is exact in binary; 0 and 1 are left out because too
# many wrong formulas agree there.
# Plain numbers stand first: Hypothesis shrinks towards them.
GRID = tuple(
    sorted(
        (k / 8 for k in range(-24, 25) if k not in (0, 8, -8)),
        key=lambda x: (x.as_integer_ratio()[1], abs(x), x < 0),
    )
)
EXPONENTS = (2, 3, -1, -2, 0.5, 1.5)
# A gradient this close to 0 or 1 could hide a mistake; data or a gradient this large would
# let an absolute error of rounding pass for one of the student's.
NEAR = 1e-2
LARGEST = 1e4
KINK_DISTANCE = 0.05  # many steps away from relu's kink
TRIES = 14  # graphs drawn for each that is kept; about 2 ms each
ROUNDS = 4  # of so many; one seed of three that were tried needed a second

# What chooses graphs: data of all nodes, and the leaves' gradients. It raises ArithmeticError
# or ValueError outside an operation's domain. Who compiles hands in the reference's: nothing
# in the tool differentiates.
Gradients = Callable[[Tape], tuple[Sequence[float], Sequence[float]]]
# All that the reference answers to a request for gradients; raises as Gradients.
Answers = Callable[[GradientsRequest], Sequence[float]]


def none_known(request: GradientsRequest) -> Sequence[float]:
    """Stands for answers where no random graph is asked for. Raises: LookupError."""
    raise LookupError("random graphs are chosen by right gradients; hand them in")


def nothing_shown() -> str:
    """Stands for the numbers that students see where there are none."""
    return ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What random graphs are drawn with, beside the seed.

    Attributes:
        answers: right ones, which graphs are chosen by.
        shown: gives every number that students see, as one text: no drawn graph has one of them
            among its answers. Asked for when the first graph is drawn.
        redrawn: how often each check has been drawn anew, by its name.
    """

    answers: Answers = none_known
    shown: Callable[[], str] = nothing_shown
    redrawn: Mapping[str, int] = field(default_factory=dict)

    def gradients(self, tape: Tape) -> tuple[Sequence[float], Sequence[float]]:
        """Data of all nodes, and the leaves' gradients. Raises: as Gradients."""
        numbers = self.answers({"tape": tape.plain()})
        # output, leaves' gradients, then gradients and data of all nodes
        return numbers[-tape.size :], numbers[1 : 1 + len(tape.leaves)]

    def is_shown(self, request: GradientsRequest) -> bool:
        """Whether students see one of the numbers that are due to a request."""
        shown = self.shown()
        written = map(repr, self.answers(request) if shown else ())
        return any(len(text) >= SHORTEST_SECRET_NUMBER and text in shown for text in written)


def random_tapes(
    seed: str,
    count: int,
    *,
    ops: Sequence[str],
    steps: int,
    leaves: int,
    fan_out: bool,
    gradients: Gradients,
    is_shown: Callable[[Tape], bool] = lambda tape: False,
) -> list[Tape]:
    """Draw graphs whose gradients are far from 0, from 1 and from kinks.

    Args:
        seed: any text; the same text and version of Hypothesis give the same graphs.
        count: how many.
        ops: operations to draw from.
        steps: at most this many in a graph, >= 2.
        leaves: at most this many in a graph.
        fan_out: whether each must use some node more than once.
        gradients: right ones, to choose by.
        is_shown: whether students see a number that a graph gives: it is left out.
    Returns: distinct tapes, small ones first. With `fan_out`, each operation stands in one of
        them whose operand a later step uses too, if such a graph comes up.
    Raises: ValueError if too few can be found.
    """
    wanted = set(ops) if fan_out else set()
    found: dict[Tape, None] = {}
    for further in range(ROUNDS):
        drawn = clear_tapes(
            f"{seed}/{further}" if further else seed,
            count * TRIES,
            ops=ops,
            steps=steps,
            leaves=leaves,
            least=3,
            fan_out=fan_out,
            most=4 * count,
            gradients=gradients,
        )
        found.update(dict.fromkeys(tape for tape in drawn if not is_shown(tape)))
        if len(found) >= count and wanted <= set().union(*map(_shared, found)):
            break
    if len(found) < count:
        raise ValueError(f"only {len(found)} of {count} random graphs were found for {ops}")
    kept = sorted(found, key=_size_key)
    chosen: dict[Tape, None] = {}
    for tape in kept:  # small graphs that catch what is lost of a gradient, for each operation
        if len(chosen) < count and wanted & _shared(tape):
            chosen[tape] = None
            wanted -= _shared(tape)
    # and a spread of sizes, not only the smallest: every k-th of the others
    others, room = [tape for tape in kept if tape not in chosen], count - len(chosen)
    chosen.update(dict.fromkeys(others[k * len(others) // room] for k in range(room)))
    return sorted(chosen, key=_size_key)


def _shared(tape: Tape) -> set[str]:
    """The operations of which an operand is used by a later step as well.

    That step's rule runs first, and what it adds is lost where this one's overwrites it.
    """
    found: set[str] = set()
    later: set[int] = set()
    for step in reversed(tape.steps):
        nodes = {arg for arg in step.args if isinstance(arg, int)}
        if nodes & later:
            found.add(step.op)
        later |= nodes
    return found


def clear_tapes(
    seed: str,
    tries: int,
    *,
    ops: Sequence[str],
    steps: int,
    leaves: int,
    gradients: Gradients,
    least: int = 1,
    fan_out: bool = False,
    any_slope: bool = False,
    most: int | None = None,
) -> list[Tape]:
    """Draw graphs and keep the clear ones.

    Args:
        seed, ops, leaves, fan_out, gradients: as in `random_tapes`.
        tries: how many are drawn.
        any_slope: as in `is_clear`.
        steps, least: at most and at least this many operations, before pruning.
        most: how many to keep, or None for all.
    Returns: distinct tapes in the order in which they came.
    """
    # imported here: only compiling a course needs Hypothesis
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    found: dict[Tape, None] = {}
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")

    @seeded(number)
    @settings(
        max_examples=tries,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tape_strategy(ops, steps=steps, leaves=leaves, least=least))
    def collect(tape: Tape) -> None:
        wanted = most is None or len(found) < most
        if wanted and is_clear(tape, gradients, fan_out=fan_out, any_slope=any_slope):
            found[tape] = None

    # subtle: Hypothesis's generators draw from the global source when they start
    state = random.getstate()
    try:
        collect()
    finally:
        random.setstate(state)
    return list(found)


def tape_strategy(
    ops: Sequence[str], *, steps: int, leaves: int, least: int = 3
) -> "SearchStrategy[Tape]":
    """A Hypothesis strategy of graphs, whether their verdict is clear or not.

    Args:
        ops: operations to draw from.
        steps: at most this many operations, before those that nothing depends on go.
        leaves: at most this many leaves.
        least: at least this many operations, before the same.
    """
    from hypothesis import strategies as st

    @st.composite
    def tapes(draw: st.DrawFn) -> Tape:
        leaf_count = draw(st.integers(1, leaves))
        data = tuple(draw(st.sampled_from(GRID)) for _ in range(leaf_count))
        made: list[Step] = []
        for k in range(draw(st.integers(min(least, steps), steps))):
            op = draw(st.sampled_from(ops))
            node = st.integers(0, leaf_count + k - 1)
            newest = st.just(leaf_count + k - 1)  # or most graphs would fall apart when pruned
            first = draw(st.one_of(newest, newest, node))
            if op == "pow":
                made.append(Step(op, (first, Constant(draw(st.sampled_from(EXPONENTS))))))
            elif op in BINARY:
                other = draw(st.one_of(node, node, st.sampled_from(GRID).map(Constant)))
                args = (first, other) if draw(st.booleans()) else (other, first)
                made.append(Step(op, args))
            else:
                made.append(Step(op, (first,)))
        return _pruned(data, made)

    return tapes()


def _size_key(tape: Tape) -> tuple[int, str]:
    return (tape.size, repr(tape))


def _pruned(data: tuple[float, ...], steps: list[Step]) -> Tape:
    """Keep only what the last node depends on, and number it afresh."""
    count = len(data)
    needed = {count + len(steps) - 1}
    for k in range(len(steps) - 1, -1, -1):
        if count + k in needed:
            needed.update(a for a in steps[k].args if isinstance(a, int))
    place = {old: new for new, old in enumerate(sorted(needed))}
    leaves = tuple(x for k, x in enumerate(data) if k in needed)
    kept = tuple(
        Step(s.op, tuple(place[a] if isinstance(a, int) else a for a in s.args))
        for k, s in enumerate(steps)
        if count + k in needed
    )
    spare = spare_names(())
    return Tape(leaves, kept, tuple(next(spare) for _ in range(len(leaves) + len(kept))))


def is_clear(
    tape: Tape, gradients: Gradients, *, fan_out: bool = False, any_slope: bool = False
) -> bool:
    """Whether a wrong gradient would show on this graph, and a right one never look wrong.

    Args:
        tape: the graph.
        gradients: right ones.
        any_slope: whether gradients near 0 and 1, which hide some mistakes, will do.
        fan_out: whether it must use some node more than once, in two steps or more.
    """
    if not tape.leaves or len(tape.steps) < (2 if fan_out else 1):
        return False
    if fan_out and not tape.has_fan_out:
        return False
    try:
        data, slopes = gradients(tape)
        for slope in map(abs, slopes):
            hiding = slope <= NEAR or abs(slope - 1.0) <= NEAR
            if not slope < LARGEST or (hiding and not any_slope):
                return False
        return all(map(_tame, data)) and _off_kink(tape, data)
    except (ArithmeticError, ValueError):
        return False


def _tame(value: float) -> bool:
    return math.isfinite(value) and abs(value) < LARGEST


def _off_kink(tape: Tape, data: Sequence[float]) -> bool:
    for step in tape.steps:
        first = step.args[0]
        x = data[first] if isinstance(first, int) else first.number
        if step.op == "relu" and abs(x) < KINK_DISTANCE:
            return False
        # a saturated tanh or sigmoid has a gradient of rounding errors
        if step.op in ("tanh", "sigmoid", "exp") and abs(x) > 6.0:
            return False
        if step.op in ("truediv", "pow", "log"):
            divisor = step.args[-1] if step.op == "truediv" else first
            y = data[divisor] if isinstance(divisor, int) else divisor.number
            if abs(y) < KINK_DISTANCE:
                return False
    return True
