"""Post-order by a generator that delegates to itself: elegant, and as deep as the graph.

expect: full but deep graphs
"""
import math


class Value:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def post_order(self, seen):
        seen.add(self)
        for parent, _ in self.edges:
            if parent not in seen:
                yield from parent.post_order(seen)
        yield self

    def backward(self):
        self.grad = 1.0
        for node in reversed(list(self.post_order(set()))):
            for parent, local in node.edges:
                parent.grad += local * node.grad

    def __add__(self, other):
        other = ensure(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = ensure(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __pow__(self, n):
        return Value(self.data**n, ((self, n * self.data ** (n - 1)),))

    def __neg__(self):
        return Value(-self.data, ((self, -1.0),))

    def __sub__(self, other):
        return self + -ensure(other)

    def __truediv__(self, other):
        return self * ensure(other) ** -1

    def __radd__(self, other):
        return ensure(other) + self

    def __rmul__(self, other):
        return ensure(other) * self

    def __rsub__(self, other):
        return ensure(other) - self

    def __rtruediv__(self, other):
        return ensure(other) / self

    def exp(self):
        y = math.exp(self.data)
        return Value(y, ((self, y),))

    def log(self):
        return Value(math.log(self.data), ((self, 1.0 / self.data),))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, ((self, 1.0 - y * y),))

    def relu(self):
        return Value(max(self.data, 0.0), ((self, 1.0 if self.data > 0 else 0.0),))

    def sigmoid(self):
        y = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        return Value(y, ((self, y * (1.0 - y)),))


def ensure(x):
    return x if isinstance(x, Value) else Value(x)
