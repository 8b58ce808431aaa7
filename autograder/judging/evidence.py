"""Which checks count only beside a number that nobody could say without computing it.

A check whose numbers could all be said without computing anything (truth values, counts,
structure, numbers that stand in the question) counts only if at least one number that could not
be said so was right too: in the check itself, else in a check that it requires, else in its task,
else in the tasks before it. Where none of these asks for such a number, the check stands by
itself. Where gradients are asked, only gradients are such numbers: to evaluate a graph forward is
not to differentiate it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.model import Case, Check, CompiledExercise

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
SAID_ANYWAY = (0.0, 1.0)
DIGITS = 9  # two numbers that agree in so many are one

Numbers = Sequence[float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks of an exercise rest on.

    Attributes:
        beside: for each check that has no such number of its own the numbers, over the whole
            exercise, of the cases of which one at least must have passed.
    """

    beside: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, compiled: CompiledExercise) -> "Evidence":
        """Work it out from the cases and the expected numbers of an exercise."""
        telling: dict[str, list[int]] = {}
        gradients: dict[str, list[int]] = {}
        at = 0
        for check in compiled.checks:
            telling[check.id], gradients[check.id] = [], []
            for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
                if tells(case, answer.numbers):
                    telling[check.id].append(at)
                    if asks_for_gradients(case):
                        gradients[check.id].append(at)
                at += 1
        beside = {}
        for check in compiled.checks:
            found = gradients if any(map(asks_for_gradients, check.cases)) else telling
            if check.cases and not found[check.id]:
                places = ([k for id in ids for k in found[id]] for ids in _beside(compiled, check))
                beside[check.id] = next((tuple(place) for place in places if place), ())
        return cls({check: cases for check, cases in beside.items() if cases})

    def is_lacking(self, check: str, passed: Sequence[bool]) -> bool:
        """Whether a check stands alone: nothing that has to be computed was right beside it.

        Args:
            check: id.
            passed: of every case of the exercise, whether it passed.
        """
        cases = self.beside.get(check)
        return cases is not None and not any(passed[k] for k in cases)


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
    counts = {k for k, label in enumerate(case.labels) if label.startswith(COUNTS)}
    judged = range(first, min(case.judged, len(expected)))
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


def _beside(compiled: CompiledExercise, check: Check) -> Iterator[list[str]]:
    """Where a number is looked for that a check has not itself: ids, the nearest place first."""
    checks = {one.id: one for one in compiled.checks}
    required, waiting = [], list(check.requires)
    while waiting:
        one = waiting.pop()
        if one in checks and one not in required:
            required.append(one)
            waiting += checks[one].requires
    yield required
    yield [one.id for one in compiled.checks if one.task == check.task]
    tasks = [task.id for task in compiled.exercise.tasks]
    earlier = tasks[: tasks.index(check.task)] if check.task in tasks else []
    yield [one.id for one in compiled.checks if one.task in earlier]
