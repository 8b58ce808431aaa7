"""Local derivatives in a dict with the operand as key: in `a - a` the second entry replaces the first.

expect: one operand used twice by one operation loses a term
fails: graphs
"""
import math


class Value:
    def __init__(self, data, local=None):
        self.data = data
        self.grad = 0.0
        self.local = local or {}

    @staticmethod
    def lift(x):
        return x if isinstance(x, Value) else Value(x)

    def __add__(self, other):
        other = self.lift(other)
        return Value(self.data + other.data, {self: 1.0, other: 1.0})

    def __sub__(self, other):
        other = self.lift(other)
        return Value(self.data - other.data, {self: 1.0, other: -1.0})

    def __mul__(self, other):
        other = self.lift(other)
        return Value(self.data * other.data, {self: other.data, other: self.data})

    def __truediv__(self, other):
        other = self.lift(other)
        a, b = self.data, other.data
        return Value(a / b, {self: 1 / b, other: -a / b ** 2})

    def __pow__(self, k):
        return Value(self.data ** k, {self: k * self.data ** (k - 1)})

    def __neg__(self):
        return Value(-self.data, {self: -1.0})

    def exp(self):
        return Value(math.exp(self.data), {self: math.exp(self.data)})

    def log(self):
        return Value(math.log(self.data), {self: 1 / self.data})

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, {self: 1 - t ** 2})

    def sigmoid(self):
        s = (math.tanh(self.data / 2) + 1) / 2
        return Value(s, {self: s - s ** 2})

    def relu(self):
        return Value(max(0.0, self.data), {self: 1.0 if self.data > 0 else 0.0})

    def __radd__(self, other): return self.lift(other) + self
    def __rsub__(self, other): return self.lift(other) - self
    def __rmul__(self, other): return self.lift(other) * self
    def __rtruediv__(self, other): return self.lift(other) / self

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                order.append(v)
            elif v not in seen:
                seen.add(v)
                stack.append((v, True))
                stack.extend((p, False) for p in v.local)
        self.grad = 1.0
        for v in order[::-1]:
            for p, d in v.local.items():
                p.grad += d * v.grad
