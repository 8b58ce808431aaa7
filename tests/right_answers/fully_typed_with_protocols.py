"""Type hints everywhere: Protocol, TypeAlias, Final, overload, Self-like returns, ClassVar.

expect: full
"""
from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final, NamedTuple, Protocol, TypeAlias, overload, runtime_checkable

Number: TypeAlias = "int | float"
Operand: TypeAlias = "Value | int | float"

ONE: Final = 1.0


@runtime_checkable
class Rule(Protocol):
    """What sends an upstream gradient on to the operands."""

    def __call__(self, upstream: float) -> None: ...


class Link(NamedTuple):
    """How much an operand changes a result."""

    operand: Value
    slope: float


class Value:
    """A scalar with a history."""

    made: ClassVar[int] = 0

    data: Number
    grad: float
    links: tuple[Link, ...]

    def __init__(self, data: Number, links: Iterable[Link] = ()) -> None:
        type(self).made += 1
        self.data = data
        self.grad = 0.0
        self.links = tuple(links)

    @overload
    @staticmethod
    def lift(x: Value) -> Value: ...
    @overload
    @staticmethod
    def lift(x: Number) -> Value: ...
    @staticmethod
    def lift(x: Operand) -> Value:
        return x if isinstance(x, Value) else Value(x)

    def __repr__(self) -> str:
        return f"Value(data={self.data!r}, grad={self.grad!r})"

    def __add__(self, other: Operand) -> Value:
        right: Value = Value.lift(other)
        return Value(self.data + right.data, (Link(self, ONE), Link(right, ONE)))

    def __sub__(self, other: Operand) -> Value:
        right: Value = Value.lift(other)
        return Value(self.data - right.data, (Link(self, ONE), Link(right, -ONE)))

    def __mul__(self, other: Operand) -> Value:
        right: Value = Value.lift(other)
        return Value(self.data * right.data, (Link(self, right.data), Link(right, self.data)))

    def __truediv__(self, other: Operand) -> Value:
        right: Value = Value.lift(other)
        result: float = self.data / right.data
        return Value(result, (Link(self, ONE / right.data), Link(right, -result / right.data)))

    def __pow__(self, exponent: Number) -> Value:
        slope: float = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (Link(self, slope),))

    def __neg__(self) -> Value:
        return Value(-self.data, (Link(self, -ONE),))

    def __radd__(self, other: Number) -> Value:
        return Value.lift(other) + self

    def __rsub__(self, other: Number) -> Value:
        return Value.lift(other) - self

    def __rmul__(self, other: Number) -> Value:
        return Value.lift(other) * self

    def __rtruediv__(self, other: Number) -> Value:
        return Value.lift(other) / self

    def exp(self) -> Value:
        result: float = math.exp(self.data)
        return Value(result, (Link(self, result),))

    def log(self) -> Value:
        return Value(math.log(self.data), (Link(self, ONE / self.data),))

    def tanh(self) -> Value:
        result: float = math.tanh(self.data)
        return Value(result, (Link(self, ONE - result * result),))

    def relu(self) -> Value:
        alive: bool = self.data > 0
        return Value(self.data if alive else 0.0, (Link(self, ONE if alive else 0.0),))

    def sigmoid(self) -> Value:
        result: float = 0.5 * (ONE + math.tanh(0.5 * self.data))
        return Value(result, (Link(self, result * (ONE - result)),))

    def _rule(self) -> Rule:
        def send(upstream: float) -> None:
            for operand, slope in self.links:
                operand.grad += slope * upstream

        assert isinstance(send, Rule)
        return send

    def backward(self) -> None:
        order: Sequence[Value] = list(_post_order(self))
        self.grad = ONE
        for node in reversed(order):
            node._rule()(node.grad)


def _post_order(root: Value) -> Iterator[Value]:
    """Yield every node once, operands first."""
    seen: set[Value] = {root}
    stack: list[tuple[Value, Iterator[Link]]] = [(root, iter(root.links))]
    while stack:
        node, links = stack[-1]
        for link in links:
            if link.operand not in seen:
                seen.add(link.operand)
                stack.append((link.operand, iter(link.operand.links)))
                break
        else:
            stack.pop()
            yield node
