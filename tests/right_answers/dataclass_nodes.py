"""A dataclass with eq=False (so that it can be hashed) and annotations that are never evaluated.

expect: full
"""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field


def _nothing(upstream: float) -> None:
    """The rule of a leaf."""


@dataclass(eq=False)
class Value:
    data: float
    grad: float = 0.0
    parents: tuple[Value, ...] = field(default=(), repr=False)
    rule: Callable[[float], None] = field(default=_nothing, repr=False)

    @classmethod
    def wrap(cls, x: Value | float) -> Value:
        return x if isinstance(x, cls) else cls(x)

    def __add__(self, other: Value | float) -> Value:
        other = self.wrap(other)

        def rule(upstream: float) -> None:
            self.grad += upstream
            other.grad += upstream

        return Value(self.data + other.data, parents=(self, other), rule=rule)

    def __mul__(self, other: Value | float) -> Value:
        other = self.wrap(other)

        def rule(upstream: float) -> None:
            self.grad += upstream * other.data
            other.grad += upstream * self.data

        return Value(self.data * other.data, parents=(self, other), rule=rule)

    def through(self, data: float, slope: float) -> Value:
        """A node with one parent."""

        def rule(upstream: float) -> None:
            self.grad += upstream * slope

        return Value(data, parents=(self,), rule=rule)

    def __pow__(self, n: float) -> Value:
        return self.through(self.data**n, n * self.data ** (n - 1))

    def __neg__(self) -> Value:
        return self.through(-self.data, -1.0)

    def exp(self) -> Value:
        return self.through(math.exp(self.data), math.exp(self.data))

    def log(self) -> Value:
        return self.through(math.log(self.data), 1 / self.data)

    def tanh(self) -> Value:
        t = math.tanh(self.data)
        return self.through(t, 1 - t**2)

    def relu(self) -> Value:
        return self.through(self.data, 1.0) if self.data > 0 else self.through(0.0, 0.0)

    def sigmoid(self) -> Value:
        s = 0.5 * (1 + math.tanh(self.data / 2))
        return self.through(s, s * (1 - s))

    def __sub__(self, other: Value | float) -> Value:
        return self + -self.wrap(other)

    def __truediv__(self, other: Value | float) -> Value:
        return self * self.wrap(other) ** -1

    def __radd__(self, other: float) -> Value:
        return self.wrap(other) + self

    def __rmul__(self, other: float) -> Value:
        return self.wrap(other) * self

    def __rsub__(self, other: float) -> Value:
        return self.wrap(other) - self

    def __rtruediv__(self, other: float) -> Value:
        return self.wrap(other) / self

    def backward(self) -> None:
        order: list[Value] = []
        seen: set[Value] = set()
        stack: list[tuple[Value, bool]] = [(self, False)]
        while stack:
            node, left = stack.pop()
            if left:
                order.append(node)
                continue
            if node in seen:
                continue
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
        self.grad = 1.0
        for node in reversed(order):
            node.rule(node.grad)
