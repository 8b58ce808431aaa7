"""Every node pushes to its parents and then calls backward on them at once: right on trees.

expect: no order; shared nodes push too often
fails: graphs, deep graphs
"""
from math import exp, log, tanh


class Value:
    """My autograd. parents = the inputs, push = gives them their gradients."""

    def __init__(self, data, parents=(), push=None):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.push = push

    @staticmethod
    def _to_value(v):
        return v if isinstance(v, Value) else Value(v)

    def __add__(self, other):
        other = Value._to_value(other)
        def push(g):
            self.grad += g
            other.grad += g
        return Value(self.data + other.data, (self, other), push)

    def __sub__(self, other):
        other = Value._to_value(other)
        def push(g):
            self.grad += g
            other.grad -= g
        return Value(self.data - other.data, (self, other), push)

    def __mul__(self, other):
        other = Value._to_value(other)
        def push(g):
            self.grad += g * other.data
            other.grad += g * self.data
        return Value(self.data * other.data, (self, other), push)

    def __truediv__(self, other):
        other = Value._to_value(other)
        def push(g):
            self.grad += g / other.data
            other.grad -= g * self.data / other.data**2
        return Value(self.data / other.data, (self, other), push)

    def __pow__(self, n):
        def push(g):
            self.grad += g * n * self.data**(n - 1)
        return Value(self.data**n, (self,), push)

    def __neg__(self):
        def push(g):
            self.grad -= g
        return Value(-self.data, (self,), push)

    def exp(self):
        y = exp(self.data)
        def push(g):
            self.grad += g * y
        return Value(y, (self,), push)

    def log(self):
        def push(g):
            self.grad += g / self.data
        return Value(log(self.data), (self,), push)

    def tanh(self):
        y = tanh(self.data)
        def push(g):
            self.grad += g * (1 - y * y)
        return Value(y, (self,), push)

    def sigmoid(self):
        y = 0.5 * (1 + tanh(self.data / 2))
        def push(g):
            self.grad += g * y * (1 - y)
        return Value(y, (self,), push)

    def relu(self):
        def push(g):
            self.grad += g if self.data > 0 else 0.0
        return Value(max(0.0, self.data), (self,), push)

    def __radd__(self, other):
        return Value._to_value(other) + self

    def __rsub__(self, other):
        return Value._to_value(other) - self

    def __rmul__(self, other):
        return Value._to_value(other) * self

    def __rtruediv__(self, other):
        return Value._to_value(other) / self

    def backward(self, start=True):
        if start:
            self.grad = 1.0
        if self.push:
            self.push(self.grad)
        for p in self.parents:
            p.backward(False)
