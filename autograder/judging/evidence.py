"""Which checks count only beside a number that nobody could say without computing it.

A check whose numbers could all be said without computing anything (truth values, counts,
structure, numbers that stand in the question, or in the public half, which students have) counts
only if somewhere in the exercise a number that could not be said so was right too. Where none
was, the first such check counts, and further ones up to a tenth of the exercise's points; where
none is asked for, all count. Where gradients are asked, only gradients are such numbers: to
evaluate a graph forward is not to differentiate it.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from autograder.model import Case, CompiledExercise, Visibility

# Of these kinds every right submission answers the same, or counts what the case itself shows.
SAME_FOR_ALL = frozenset(
    (
        *("cycle", "structure", "node", "repr", "refusal", "start", "parameters", "minibatch"),
        *("gradcheck", "probes", "error-order"),
    )
)
# Kinds that ask for gradients, and how many numbers stand in front of these.
GRADIENT_KINDS = {"gradients": 1, "rule": 0, "chain": 1, "wide": 1, "on_values": 1}
# How labels of counts begin: lengths of lists stand in the question, or follow from it.
COUNTS = ("number of", "length of", "rows in")
SAID_ANYWAY = (0.0, 0.5, 1.0)
ALONE = 0.1  # of an exercise's points
CENT = 0.01  # points are written with two digits
DIGITS = 9  # two numbers that agree in so many are one

Numbers = Sequence[float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks of an exercise rest on; cases are numbered over the whole exercise.

    Attributes:
        telling: cases with a number that has to be computed.
        gradients: those of them that ask for gradients.
        without: checks that have no such case, in order: points, and whether one asks for
            gradients.
        alone: points that such checks may bring where no telling case passed.
    """

    telling: tuple[int, ...]
    gradients: tuple[int, ...]
    without: dict[str, tuple[float, bool]]
    alone: float

    @classmethod
    def of(cls, compiled: CompiledExercise) -> "Evidence":
        """Work it out from the cases and the expected numbers of an exercise."""
        telling: list[int] = []
        gradients: list[int] = []
        without: dict[str, tuple[float, bool]] = {}
        at = 0
        has_hidden = any(check.visibility is Visibility.HIDDEN for check in compiled.checks)
        for check in compiled.checks:
            public = has_hidden and check.visibility is Visibility.PUBLIC
            asks = any(map(asks_for_gradients, check.cases))
            has = False
            for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
                if not public and tells(case, answer.numbers):
                    telling.append(at)
                    gradients += [at] if asks_for_gradients(case) else []
                    has |= asks_for_gradients(case) or not asks
                at += 1
            if not has:
                without[check.id] = (check.points, asks)
        points = sum(check.points for check in compiled.checks)
        return cls(tuple(telling), tuple(gradients), without, ALONE * points)

    def lacking(self, passed: Set[str], cases: Sequence[bool]) -> frozenset[str]:
        """Those of the checks that passed which do not count: nothing beside them was computed.

        Args:
            passed: ids of the checks of which every case passed.
            cases: of every case, whether it passed.
        """
        found = {check: self.without[check] for check in self.without if check in passed}
        if not self.telling or any(cases[k] for k in self.gradients):
            return frozenset()
        if any(cases[k] for k in self.telling):
            asking = (check for check, (_, asks) in found.items() if asks)
            return frozenset(asking) if self.gradients else frozenset()
        lacking, brought = set(), 0.0
        for number, (check, (points, _)) in enumerate(found.items()):
            brought += points
            if number and brought > self.alone + CENT:
                lacking.add(check)
        return frozenset(lacking)


def asks_for_gradients(case: Case) -> bool:
    """Whether a case asks what flows back, and not only what comes out."""
    return case.kind in GRADIENT_KINDS and not case.request.get("plain")


def tells(case: Case, expected: Numbers) -> bool:
    """Whether some judged number of a case has to be computed.

    Args:
        case: what is played.
        expected: the reference's numbers.
    """
    if case.kind in SAME_FOR_ALL:
        return False
    first = GRADIENT_KINDS[case.kind] if asks_for_gradients(case) else 0
    if case.kind == "order":  # counts and places, then gradients
        first = case.judged - len(case.request["tape"]["leaves"])
    said = {_digits(x) for x in (*SAID_ANYWAY, *_numbers(case.request), *expected[:first])}
    if case.kind == "gradients":  # the data of every node stand last
        tape = case.request["tape"]
        said |= {_digits(x) for x in expected[-len(tape["leaves"]) - len(tape["steps"]) :]}
    # of a rule the gradients of the leaves alone: what else there is, a forward walk knows
    last = len(case.request["tape"]["leaves"]) if case.kind == "rule" else case.judged
    counts = {k for k, label in enumerate(case.labels) if label.startswith(COUNTS)}
    judged = range(first, min(last, len(expected)))
    return any(_digits(expected[k]) not in said for k in judged if k not in counts)


def _digits(x: float) -> str:
    """A number without its sign and its last digits: a sign is soon said."""
    return f"{abs(x):.{DIGITS}g}"


def _numbers(plain: Any) -> Iterator[float]:
    """The numbers that stand in a request; of a tape's steps the constants, not the places."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            if key == "steps" and isinstance(value, list):
                operands = [operand for _, *args in value for operand in args]
                yield from _numbers([one for one in operands if isinstance(one, list)])
            else:
                yield from _numbers(value)
    elif isinstance(plain, list | tuple):
        for value in plain:
            yield from _numbers(value)
    elif isinstance(plain, int | float) and not isinstance(plain, bool):
        yield float(plain)
