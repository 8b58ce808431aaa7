"""What a submission gets in place of a planted engine: a class that records, and asks.

It builds graphs as any engine does, but computes nothing: it notes each operation. Only to read
`data` or `grad`, or to call `backward`, does it ask whoever holds the engine, with all that was
noted since the last question. The form of a question is told in `worker.engines.session`.
"""

import json
import os
from typing import Any, ClassVar, Protocol

from autograder.worker.players.base import WrongType, number
from autograder.worker.protocol import LENGTH

LIMIT = "limit"  # kind of an answer: a bound was hit
WRONG_TYPE = "wrong type"
# What an engine may raise, as the submission then gets it.
RAISED: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        *(ZeroDivisionError, OverflowError, ArithmeticError, ValueError, TypeError),
        *(AttributeError, RecursionError, MemoryError, RuntimeError),
    )
}
encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class AskedTooMuch(Exception):
    """The submission asked more of a planted engine than it may."""


class EnginesGone(Exception):
    """Nobody answers any more."""


class Link(Protocol):
    """A way to who holds the engines.

    Attributes:
        tells: whether a verdict on probes comes back; else it goes to the judge alone.
        sent: whether the probes were sent.
    """

    tells: bool
    sent: bool

    def ask(self, question: list[Any]) -> Any:
        """Put a question and wait for the answer."""


class PipeLink:
    """The way to another process: a frame each way, numbered, so that answers fit questions.

    Args:
        descriptor: of a connected stream socket.
    """

    tells = False

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._asked = 0
        self.sent = False

    def ask(self, question: list[Any]) -> Any:
        """Put a question. Raises: EnginesGone."""
        self._asked += 1
        payload = LENGTH.pack(self._asked) + encode(question).encode()
        view = memoryview(LENGTH.pack(len(payload)) + payload)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
            (length,) = LENGTH.unpack(self._read(LENGTH.size))
            answer = self._read(length)
        except (OSError, EOFError):
            raise EnginesGone("the engine does not answer") from None
        if LENGTH.unpack_from(answer)[0] != self._asked:
            raise EnginesGone("the engine's answer is to another question")
        return json.loads(answer[LENGTH.size :])

    def _read(self, count: int) -> bytes:
        data = os.read(self._descriptor, count)
        while len(data) < count:
            part = os.read(self._descriptor, count - len(data))
            if not part:
                raise EOFError
            data += part
        return data


class Log:
    """What was done to one engine since it was handed out, and how much of it is told.

    Args:
        link: where to ask.
        slot: number of the case.
        tape: number of the tape in it.
    """

    __slots__ = ("_link", "_sent", "_slot", "_tape", "events", "known", "nodes")

    def __init__(self, link: Link, slot: int, tape: int) -> None:
        self._link, self._slot, self._tape, self._sent = link, slot, tape, 0
        self.events: list[Any] = []
        self.known: dict[tuple[str, int], float] = {}
        self.nodes = 0

    def note(self, event: Any) -> int:
        """Note a leaf or a step; return the number of its node."""
        self.events.append(event)
        self.nodes += 1
        return self.nodes - 1

    def write(self, name: str, node: int, given: Any) -> None:
        """Note a write to a node's data or grad."""
        written = number(given, name)
        self.events.append([name, node, written])
        self.known.clear()
        self.known[name, node] = written

    def read(self, name: str, node: int) -> float:
        """Ask for a node's data or grad; until something changes there, once."""
        found = self.known.get((name, node))
        if found is None:
            found = self.known[name, node] = self.ask([name, node])
        return found

    def ask(self, wanted: list[Any]) -> Any:
        """Tell what is new, and ask."""
        new, self._sent = self.events[self._sent :], len(self.events)
        return said(self._link.ask([self._slot, self._tape, new, wanted]))


def said(answer: Any) -> Any:
    """An answer as it is, or raised if the engine raised."""
    if type(answer) is not list:
        return answer
    kind, text = answer
    if kind == LIMIT:
        raise AskedTooMuch(text)
    raise RAISED.get(kind, WrongType)(text)


class Node:
    """A node as `engine(2.0)` makes one: `data`, `grad`, the operations, `backward()`.

    Args:
        data: of a leaf.
    """

    __slots__ = ("_log", "_node", "_op", "_prev")
    own: ClassVar[Log]  # of the class that was handed out

    def __init__(self, data: float) -> None:
        leaf = number(data, "data")
        self._log = self.own
        self._node = self._log.note(leaf)
        self._log.known["data", self._node] = leaf
        self._prev: tuple[Node, ...] = ()
        self._op = ""

    @property
    def data(self) -> float:
        """The number that the engine holds here."""
        return self._log.read("data", self._node)

    @data.setter
    def data(self, given: float) -> None:
        self._log.write("data", self._node, given)

    @property
    def grad(self) -> float:
        """The gradient that the engine holds here."""
        return self._log.read("grad", self._node)

    @grad.setter
    def grad(self, given: float) -> None:
        self._log.write("grad", self._node, given)

    def backward(self) -> None:
        """Have the engine walk back from this node."""
        self._log.known.clear()
        self._log.ask(["backward", self._node])

    def __repr__(self) -> str:
        return f"Value(data={self.data!r}, grad={self.grad!r})"

    def exp(self) -> Any:
        """e ** self."""
        return self._made("exp", self)

    def log(self) -> Any:
        """Natural logarithm."""
        return self._made("log", self)

    def tanh(self) -> Any:
        """Hyperbolic tangent."""
        return self._made("tanh", self)

    def relu(self) -> Any:
        """max(0, self)."""
        return self._made("relu", self)

    def sigmoid(self) -> Any:
        """1 / (1 + e**-self)."""
        return self._made("sigmoid", self)

    def __neg__(self) -> Any:
        return self._made("neg", self)

    def __add__(self, other: Any) -> Any:
        return self._made("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return self._made("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return self._made("sub", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._made("sub", other, self)

    def __mul__(self, other: Any) -> Any:
        return self._made("mul", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self._made("mul", other, self)

    def __truediv__(self, other: Any) -> Any:
        return self._made("truediv", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._made("truediv", other, self)

    def __pow__(self, exponent: Any) -> Any:
        return NotImplemented if isinstance(exponent, Node) else self._made("pow", self, exponent)

    def _made(self, op: str, *operands: Any) -> Any:
        """Note a step; NotImplemented if an operand is neither of this engine nor a number."""
        log, step = self._log, [op]
        for operand in operands:
            if isinstance(operand, Node):
                if operand._log is not log:
                    return NotImplemented
                step.append(operand._node)  # type: ignore[arg-type]
            elif isinstance(operand, int | float):
                step.append([number(float(operand), "an operand")])  # type: ignore[arg-type]
            else:
                return NotImplemented
        made = object.__new__(type(self))
        made._log, made._node = log, log.note(step)
        made._prev, made._op = tuple(x for x in operands if isinstance(x, Node)), op
        return made
