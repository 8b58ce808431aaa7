"""Nodes are tuples (op, operands) unpacked by one `match` statement; walrus in the conditions.

expect: full
"""
from __future__ import annotations

import math


class Value:
    def __init__(self, data: float, how: tuple = ()):
        self.data = data
        self.grad = 0.0
        self.how = how

    def __repr__(self) -> str:
        return f"Value({self.data}, how={self.how[:1]})"

    def __add__(self, other): return compute("+", self, other)
    def __radd__(self, other): return compute("+", other, self)
    def __sub__(self, other): return compute("-", self, other)
    def __rsub__(self, other): return compute("-", other, self)
    def __mul__(self, other): return compute("*", self, other)
    def __rmul__(self, other): return compute("*", other, self)
    def __truediv__(self, other): return compute("/", self, other)
    def __rtruediv__(self, other): return compute("/", other, self)
    def __pow__(self, n): return compute("**", self, n)
    def __neg__(self): return compute("-", 0.0, self)
    def exp(self): return compute("exp", self)
    def log(self): return compute("log", self)
    def tanh(self): return compute("tanh", self)
    def relu(self): return compute("relu", self)
    def sigmoid(self): return compute("sigmoid", self)

    def send(self) -> None:
        """Add this node's share to each operand."""
        g, y = self.grad, self.data
        match self.how:
            case ("+", a, b):
                give(a, g)
                give(b, g)
            case ("-", a, b):
                give(a, g)
                give(b, -g)
            case ("*", a, b):
                give(a, g * number(b))
                give(b, g * number(a))
            case ("/", a, b):
                give(a, g / number(b))
                give(b, -g * y / number(b))
            case ("**", a, n):
                give(a, g * n * a.data ** (n - 1))
            case ("exp", a):
                give(a, g * y)
            case ("log", a):
                give(a, g / a.data)
            case ("tanh", a):
                give(a, g * (1 - y * y))
            case ("sigmoid", a):
                give(a, g * y * (1 - y))
            case ("relu", a) if a.data > 0:
                give(a, g)

    def backward(self) -> None:
        seen: set[int] = set()
        order: list[Value] = []
        stack: list[tuple[Value, bool]] = [(self, False)]
        while stack:
            node, complete = stack.pop()
            if complete:
                order.append(node)
            elif (key := id(node)) not in seen:
                seen.add(key)
                stack.append((node, True))
                stack += [(p, False) for p in node.how[1:] if isinstance(p, Value)]
        self.grad = 1.0
        for node in reversed(order):
            node.send()


def number(x) -> float:
    return x.data if isinstance(x, Value) else x


def give(to, amount: float) -> None:
    if isinstance(to, Value):
        to.grad += amount


def compute(op: str, *operands) -> Value:
    match op, *map(number, operands):
        case "+", x, y:
            data = x + y
        case "-", x, y:
            data = x - y
        case "*", x, y:
            data = x * y
        case "/", x, y:
            data = x / y
        case "**", x, n:
            data = x**n
        case "sigmoid", x if x >= 0:
            data = 1 / (1 + math.exp(-x))
        case "sigmoid", x:
            data = (e := math.exp(x)) / (1 + e)
        case "relu", x:
            data = max(x, 0.0)
        case name, x:
            data = getattr(math, name)(x)
    return Value(data, (op, *operands))
