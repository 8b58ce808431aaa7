"""Tapes: straight-line lists of operations, as plain data.

A tape can be sent to a worker, played on any engine, mirrored, drawn, and printed
back as Python to paste. Node numbers count leaves first, then one node a step.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.worker.requests import PlainTape

UNARY = ("neg", "exp", "log", "tanh", "relu", "sigmoid")
BINARY = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}
COMMUTATIVE = frozenset({"add", "mul"})
OPS = (*BINARY, *UNARY)


@dataclass(frozen=True, slots=True)
class Constant:
    """A plain number among a step's arguments, as in `2 * a`."""

    number: float  # int stays int: whole-number mistakes need whole numbers


Argument = int | Constant


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on earlier nodes, given by their numbers, and constants."""

    op: str
    args: tuple[Argument, ...]

    @property
    def needs(self) -> str:
        """The operation as an engine offers it: "radd" where a constant stands left."""
        if len(self.args) == 2 and isinstance(self.args[0], Constant):
            return "r" + self.op
        return self.op


@dataclass(frozen=True, slots=True)
class Tape:
    """A small program over scalars.

    Attributes:
        leaves: data of the leaves.
        steps: operations in the order in which they are played.
        names: a Python name for each node, leaves first.
    """

    leaves: tuple[float, ...]
    steps: tuple[Step, ...]
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.leaves) + len(self.steps)

    @property
    def needs(self) -> tuple[str, ...]:
        """The operations it cannot do without, sorted, each once."""
        return tuple(sorted({step.needs for step in self.steps}))

    @property
    def has_fan_out(self) -> bool:
        """Whether some node is used more than once."""
        uses = [a for step in self.steps for a in step.args if isinstance(a, int)]
        return len(uses) > len(set(uses))

    def plain(self) -> PlainTape:
        """The tape as JSON types, for the player."""
        return {
            "leaves": list(self.leaves),
            "steps": [
                [s.op, *([a.number] if isinstance(a, Constant) else a for a in s.args)]
                for s in self.steps
            ],
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Tape":
        """The tape that `plain` wrote, its nodes named afresh."""
        leaves = tuple(plain["leaves"])
        steps = tuple(
            Step(op, tuple(a if isinstance(a, int) else Constant(*a) for a in args))
            for op, *args in plain["steps"]
        )
        spare = spare_names(())
        return cls(leaves, steps, tuple(next(spare) for _ in range(len(leaves) + len(steps))))

    def mirrored(self) -> "Tape":
        """The tape with the operands of every + and * exchanged: the same function."""
        return replace(
            self,
            steps=tuple(Step(s.op, s.args[::-1]) if s.op in COMMUTATIVE else s for s in self.steps),
        )

    def python(self) -> list[str]:
        """The tape as lines of Python that build it from Values."""
        lines = [
            f"{name} = Value({number!r})"
            for name, number in zip(self.names, self.leaves, strict=False)
        ]
        for k, step in enumerate(self.steps):
            lines.append(f"{self.names[len(self.leaves) + k]} = {self._expression(step)}")
        return lines

    def _expression(self, step: Step) -> str:
        words = [repr(a.number) if isinstance(a, Constant) else self.names[a] for a in step.args]
        if step.op in BINARY:
            # -2 ** a and a ** -2 read as Python reads them: brackets where it matters
            left, right = (f"({w})" if w.startswith("-") else w for w in words)
            return f"{left} {BINARY[step.op]} {right}"
        return f"-{words[0]}" if step.op == "neg" else f"{words[0]}.{step.op}()"


class Traced:
    """Stands in for a Value while an author's lambda is traced onto a tape."""

    def __init__(self, recording: list[Step], number: int) -> None:
        self._recording, self._number = recording, number

    def _record(self, op: str, *args: "Traced | float") -> "Traced":
        recording = self._recording
        recording.append(
            Step(op, tuple(a._number if isinstance(a, Traced) else Constant(a) for a in args))
        )
        # subtle: numbers of steps are known only relative to the leaves, so they are
        # counted down from -1 here and put right by `trace`
        return Traced(recording, -len(recording))

    def __add__(self, other: "Traced | float") -> "Traced":
        return self._record("add", self, other)

    def __radd__(self, other: float) -> "Traced":
        return self._record("add", other, self)

    def __sub__(self, other: "Traced | float") -> "Traced":
        return self._record("sub", self, other)

    def __rsub__(self, other: float) -> "Traced":
        return self._record("sub", other, self)

    def __mul__(self, other: "Traced | float") -> "Traced":
        return self._record("mul", self, other)

    def __rmul__(self, other: float) -> "Traced":
        return self._record("mul", other, self)

    def __truediv__(self, other: "Traced | float") -> "Traced":
        return self._record("truediv", self, other)

    def __rtruediv__(self, other: float) -> "Traced":
        return self._record("truediv", other, self)

    def __pow__(self, exponent: float) -> "Traced":
        return self._record("pow", self, exponent)

    def __neg__(self) -> "Traced":
        return self._record("neg", self)

    def exp(self) -> "Traced":
        """e ** self."""
        return self._record("exp", self)

    def log(self) -> "Traced":
        """Natural logarithm."""
        return self._record("log", self)

    def tanh(self) -> "Traced":
        """Hyperbolic tangent."""
        return self._record("tanh", self)

    def relu(self) -> "Traced":
        """max(0, self)."""
        return self._record("relu", self)

    def sigmoid(self) -> "Traced":
        """1 / (1 + e**-self)."""
        return self._record("sigmoid", self)


def spare_names(taken: tuple[str, ...]) -> Iterator[str]:
    """Names for nodes that have none: b, c, ... z without those taken, then n1, n2, ..."""
    yield from (letter for letter in "abcdefghijkmnpqrstuvwxyz" if letter not in taken)
    number = 1
    while True:
        yield f"n{number}"
        number += 1


def trace(
    function: Callable[..., Any], at: list[float] | tuple[float, ...], names: str = ""
) -> Tape:
    """Record what a function does to its arguments.

    Args:
        function: takes one argument for each leaf, uses operators, returns the output.
        at: data of the leaves; int stays int.
        names: names of the steps' nodes, separated by spaces; else letters are chosen.
    Returns: a tape whose last node is the output.
    Raises: ValueError if the function returns anything but a node it made last.
    """
    recording: list[Step] = []
    # leaves are numbered from 0, steps from -1 downwards until their count is known
    leaves = [Traced(recording, k) for k in range(len(at))]
    output = function(*leaves)
    if not isinstance(output, Traced) or output._number != -len(recording):
        raise ValueError("a traced function must return the node that it made last")
    count = len(at)
    steps = tuple(
        Step(s.op, tuple(count - a - 1 if isinstance(a, int) and a < 0 else a for a in s.args))
        for s in recording
    )
    code = function.__code__
    given = code.co_varnames[: code.co_argcount]
    leaf_names = given if len(given) == count else tuple(f"x{k}" for k in range(count))
    chosen = tuple(names.split())
    spare = spare_names(leaf_names + chosen)
    chosen += tuple(next(spare) for _ in range(len(steps) - len(chosen)))
    return Tape(tuple(at), steps, leaf_names + chosen)
