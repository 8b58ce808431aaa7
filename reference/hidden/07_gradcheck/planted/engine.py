"""A right engine to plant faults in; faults.yml says how. Not built like the course's own.

A node keeps its parents with their local derivatives, as numbers; `pass_on` multiplies.
"""

import math


class Value:
    """A node: its number, its gradient, how it was made, (parent, local derivative) pairs."""

    __slots__ = ("data", "edges", "grad", "op")

    def __init__(self, data, op="", *edges):
        self.data, self.grad, self.op, self.edges = data, 0.0, op, edges

    def __add__(self, other):
        other = lift(other)
        return Value(self.data + other.data, "+", (self, 1.0), (other, 1.0))

    def __sub__(self, other):
        other = lift(other)
        return Value(self.data - other.data, "-", (self, 1.0), (other, -1.0))

    def __mul__(self, other):
        other = lift(other)
        return Value(self.data * other.data, "*", (self, other.data), (other, self.data))

    def __truediv__(self, other):
        other = lift(other)
        quotient = self.data / other.data
        return Value(quotient, "/", (self, 1.0 / other.data), (other, -quotient / other.data))

    def __pow__(self, n):
        power = self.data**n
        return Value(power, "**", (self, n * self.data ** (n - 1)))

    def __neg__(self):
        return Value(-self.data, "neg", (self, -1.0))

    def __radd__(self, other):
        return lift(other) + self

    def __rsub__(self, other):
        return lift(other) - self

    def __rmul__(self, other):
        return lift(other) * self

    def __rtruediv__(self, other):
        return lift(other) / self

    def exp(self):
        y = math.exp(self.data)
        return Value(y, "exp", (self, y))

    def log(self):
        y = math.log(self.data)
        return Value(y, "log", (self, 1.0 / self.data))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, "tanh", (self, 1.0 - y * y))

    def sigmoid(self):
        y = 0.5 + 0.5 * math.tanh(0.5 * self.data)
        return Value(y, "sigmoid", (self, y * (1.0 - y)))

    def relu(self):
        return Value(max(0.0, self.data), "relu", (self, 1.0 if self.data > 0 else 0.0))

    def walk(self):
        """All nodes, each after those it was made from."""
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent, _ in node.edges:
                    visit(parent)
                order.append(node)

        visit(self)
        return order

    def backward(self):
        """Put d(self)/d(node) into every node's grad."""
        order = self.walk()
        self.grad += 1.0
        for node in reversed(order):
            node.pass_on()

    def pass_on(self):
        """Add this node's share to each of its parents."""
        for parent, local in self.edges:
            parent.grad += self.grad * local


def lift(number):
    """A Value as it is, a plain number as a leaf."""
    return number if isinstance(number, Value) else Value(number)
