"""exp computes e**(x**2), a Gaussian remembered from another course.

expect: exp(x**2)
fails: operators, graphs, deep graphs
"""
from __future__ import annotations

import math


class Value:
    """A scalar node of a computational graph."""

    def __init__(self, data: float) -> None:
        self.data = data
        self.grad = 0.0

    @property
    def inputs(self) -> list[Value]:
        return []

    def propagate(self) -> None:
        """Leaves have nobody to propagate to."""

    def __add__(self, other: Value | float) -> Value: return Add(self, other)
    def __radd__(self, other: float) -> Value: return Add(other, self)
    def __mul__(self, other: Value | float) -> Value: return Mul(self, other)
    def __rmul__(self, other: float) -> Value: return Mul(other, self)
    def __pow__(self, exponent: float) -> Value: return Pow(self, exponent)
    def __neg__(self) -> Value: return Mul(self, -1.0)
    def __sub__(self, other: Value | float) -> Value: return Add(self, Mul(other, -1.0))
    def __rsub__(self, other: float) -> Value: return Add(other, -self)
    def __truediv__(self, other: Value | float) -> Value: return Mul(self, Pow(other, -1))
    def __rtruediv__(self, other: float) -> Value: return Mul(other, Pow(self, -1))
    def exp(self) -> Value: return Exp(self)
    def log(self) -> Value: return Log(self)
    def tanh(self) -> Value: return Tanh(self)
    def relu(self) -> Value: return ReLU(self)
    def sigmoid(self) -> Value: return Sigmoid(self)

    def backward(self) -> None:
        ordered: list[Value] = []
        seen: set[int] = set()

        def visit(node: Value) -> None:
            if id(node) in seen:
                return
            seen.add(id(node))
            for parent in node.inputs:
                visit(parent)
            ordered.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(ordered):
            node.propagate()


def as_value(x: Value | float) -> Value:
    return x if isinstance(x, Value) else Value(x)


class Binary(Value):
    def __init__(self, a: Value | float, b: Value | float) -> None:
        self.a, self.b = as_value(a), as_value(b)
        super().__init__(self.forward())

    @property
    def inputs(self) -> list[Value]:
        return [self.a, self.b]


class Unary(Value):
    def __init__(self, a: Value | float) -> None:
        self.a = as_value(a)
        super().__init__(self.forward())

    @property
    def inputs(self) -> list[Value]:
        return [self.a]


class Add(Binary):
    def forward(self): return self.a.data + self.b.data

    def propagate(self):
        self.a.grad += self.grad
        self.b.grad += self.grad


class Mul(Binary):
    def forward(self): return self.a.data * self.b.data

    def propagate(self):
        self.a.grad += self.b.data * self.grad
        self.b.grad += self.a.data * self.grad


class Pow(Unary):
    def __init__(self, a, n):
        self.n = n
        super().__init__(a)

    def forward(self): return self.a.data ** self.n

    def propagate(self):
        self.a.grad += self.n * self.a.data ** (self.n - 1) * self.grad


class Exp(Unary):
    def forward(self): return math.exp(self.a.data ** 2)

    def propagate(self):
        self.a.grad += 2 * self.a.data * self.data * self.grad


class Log(Unary):
    def forward(self): return math.log(self.a.data)

    def propagate(self):
        self.a.grad += self.grad / self.a.data


class Tanh(Unary):
    def forward(self): return math.tanh(self.a.data)

    def propagate(self):
        self.a.grad += (1 - self.data ** 2) * self.grad


class Sigmoid(Unary):
    def forward(self): return 1 / (1 + math.exp(-self.a.data))

    def propagate(self):
        self.a.grad += self.data * (1 - self.data) * self.grad


class ReLU(Unary):
    def forward(self): return max(0.0, self.a.data)

    def propagate(self):
        if self.a.data > 0:
            self.a.grad += self.grad
