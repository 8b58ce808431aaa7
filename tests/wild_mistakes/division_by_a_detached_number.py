"""a / b is written self * (1 / other.data): the denominator never hears of it.

expect: no gradient for the denominator
fails: gradients, graphs
"""
import math


def lift(v):
    if isinstance(v, Value):
        return v
    return Value(v)


class Value:
    def __init__(self, data, sources=None):
        self.data = data
        self.grad = 0.0
        self.sources = sources if sources is not None else []

    def __add__(self, other):
        other = lift(other)
        return Value(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        other = lift(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __truediv__(self, other):
        other = lift(other)
        return self * (1 / other.data)

    def __pow__(self, power):
        return Value(self.data**power, [(self, power * self.data**(power - 1))])

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -lift(other)

    def __radd__(self, other):
        return lift(other) + self

    def __rmul__(self, other):
        return lift(other) * self

    def __rsub__(self, other):
        return lift(other) - self

    def __rtruediv__(self, other):
        return lift(other) / self

    def exp(self):
        y = math.exp(self.data)
        return Value(y, [(self, y)])

    def log(self):
        return Value(math.log(self.data), [(self, 1 / self.data)])

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, [(self, 1 - y**2)])

    def relu(self):
        if self.data > 0:
            return Value(self.data, [(self, 1)])
        return Value(0.0, [(self, 0)])

    def sigmoid(self):
        y = math.tanh(self.data / 2) / 2 + 0.5
        return Value(y, [(self, y * (1 - y))])

    def backward(self):
        self.grad = 1.0
        # Kahn
        degree = {}
        stack = [self]
        while stack:
            for source, _ in stack.pop().sources:
                if source not in degree:
                    degree[source] = 0
                    stack.append(source)
                degree[source] += 1
        free = [self]
        while free:
            node = free.pop()
            for source, local in node.sources:
                source.grad += local * node.grad
                degree[source] -= 1
                if degree[source] == 0:
                    free.append(source)
