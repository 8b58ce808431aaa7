"""Parents are a dict from node to the sum of its local derivatives: a * a has one entry, 2a.

expect: full
"""
import math


class Value:
    """A node. `local[parent]` is d(self)/d(parent) with everything else held still."""

    def __init__(self, data, *edges):
        self.data = data
        self.grad = 0.0
        self.local = {}
        for parent, derivative in edges:
            self.local[parent] = self.local.get(parent, 0.0) + derivative

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other):
        other = constant(other)
        return Value(self.data + other.data, (self, 1.0), (other, 1.0))

    def __sub__(self, other):
        other = constant(other)
        return Value(self.data - other.data, (self, 1.0), (other, -1.0))

    def __mul__(self, other):
        other = constant(other)
        return Value(self.data * other.data, (self, other.data), (other, self.data))

    def __truediv__(self, other):
        other = constant(other)
        quotient = self.data / other.data
        return Value(quotient, (self, 1 / other.data), (other, -quotient / other.data))

    def __pow__(self, exponent):
        if exponent == 0:
            return Value(1.0, (self, 0.0))
        return Value(self.data**exponent, (self, exponent * self.data ** (exponent - 1)))

    def __neg__(self):
        return Value(-self.data, (self, -1.0))

    def __radd__(self, other):
        return constant(other) + self

    def __rsub__(self, other):
        return constant(other) - self

    def __rmul__(self, other):
        return constant(other) * self

    def __rtruediv__(self, other):
        return constant(other) / self

    def exp(self):
        y = math.exp(self.data)
        return Value(y, (self, y))

    def log(self):
        return Value(math.log(self.data), (self, 1 / self.data))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, (self, 1 - y**2))

    def sigmoid(self):
        y = 0.5 * math.tanh(0.5 * self.data) + 0.5
        return Value(y, (self, y - y**2))

    def relu(self):
        return Value(self.data, (self, 1.0)) if self.data > 0 else Value(0.0, (self, 0.0))

    def backward(self):
        # Leaving a node: all that it depends on is in `order` already.
        order, state = {}, [(self, iter(self.local))]
        entered = {self}
        while state:
            node, parents = state[-1]
            for parent in parents:
                if parent not in entered:
                    entered.add(parent)
                    state.append((parent, iter(parent.local)))
                    break
            else:
                state.pop()
                order[node] = None
        self.grad = 1.0
        for node in reversed(order):
            for parent, derivative in node.local.items():
                parent.grad += node.grad * derivative


def constant(x):
    return x if isinstance(x, Value) else Value(x)
