"""Follows every path from the output on its own, so it is right, and twenty doublings take for ever.

expect: exponential time
fails: graphs
"""
import math


class Value:
    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents

    def receive(self, amount):
        self.grad += amount

    def backward(self):
        # no topological sort needed, just send every contribution all the way down!
        letters = [(self, 1.0)]
        while letters:
            node, amount = letters.pop()
            node.receive(amount)
            for parent, derivative in node.parents:
                letters.append((parent, amount * derivative))

    def __add__(self, other):
        other = box(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = box(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __pow__(self, n):
        return Value(self.data ** n, ((self, n * self.data ** (n - 1)),))

    def __neg__(self): return self * -1
    def __sub__(self, other): return self + -box(other)
    def __truediv__(self, other): return self * box(other) ** -1
    def __radd__(self, other): return box(other) + self
    def __rmul__(self, other): return box(other) * self
    def __rsub__(self, other): return box(other) - self
    def __rtruediv__(self, other): return box(other) / self

    def exp(self):
        y = math.exp(self.data)
        return Value(y, ((self, y),))

    def log(self):
        return Value(math.log(self.data), ((self, 1 / self.data),))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, ((self, 1 - y * y),))

    def relu(self):
        return Value(max(self.data, 0.0), ((self, float(self.data > 0)),))

    def sigmoid(self):
        y = (1 + math.tanh(self.data / 2)) / 2
        return Value(y, ((self, y * (1 - y)),))


def box(x):
    return x if isinstance(x, Value) else Value(x)
