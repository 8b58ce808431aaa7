"""Forward mode: every Value carries its derivative by every leaf; backward() only hands them out.

expect: right for the wrong reason
fails: graphs
"""
import math


class Value:
    def __init__(self, data, d=None):
        self.data = data
        self.grad = 0.0
        # d[leaf] = how fast this value changes with that leaf
        self.d = {self: 1.0} if d is None else d

    @staticmethod
    def combine(data, *terms):
        d = {}
        for value, factor in terms:
            for leaf, rate in value.d.items():
                d[leaf] = d.get(leaf, 0.0) + factor * rate
        return Value(data, d)

    @staticmethod
    def of(x):
        # a constant changes with nothing
        return x if isinstance(x, Value) else Value(x, {})

    def __add__(self, other):
        other = Value.of(other)
        return Value.combine(self.data + other.data, (self, 1.0), (other, 1.0))

    def __sub__(self, other):
        other = Value.of(other)
        return Value.combine(self.data - other.data, (self, 1.0), (other, -1.0))

    def __mul__(self, other):
        other = Value.of(other)
        return Value.combine(self.data * other.data, (self, other.data), (other, self.data))

    def __truediv__(self, other):
        other = Value.of(other)
        q = self.data / other.data
        return Value.combine(q, (self, 1 / other.data), (other, -q / other.data))

    def __pow__(self, n):
        return Value.combine(self.data ** n, (self, n * self.data ** (n - 1)))

    def __neg__(self):
        return Value.combine(-self.data, (self, -1.0))

    def exp(self):
        y = math.exp(self.data)
        return Value.combine(y, (self, y))

    def log(self):
        return Value.combine(math.log(self.data), (self, 1 / self.data))

    def tanh(self):
        y = math.tanh(self.data)
        return Value.combine(y, (self, 1 - y * y))

    def sigmoid(self):
        y = 0.5 * (1 + math.tanh(self.data / 2))
        return Value.combine(y, (self, y * (1 - y)))

    def relu(self):
        return Value.combine(max(self.data, 0.0), (self, 1.0 if self.data > 0 else 0.0))

    def __radd__(self, other): return Value.of(other) + self
    def __rsub__(self, other): return Value.of(other) - self
    def __rmul__(self, other): return Value.of(other) * self
    def __rtruediv__(self, other): return Value.of(other) / self

    def backward(self):
        for leaf, rate in self.d.items():
            leaf.grad += rate
        self.grad = 1.0
