"""relu and sigmoid still raise NotImplementedError, as a stub does; all the rest is right.

expect: full but missing relu, sigmoid
"""
import math


class Value:
    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents  # (parent, local derivative)

    def __add__(self, other):
        other = make_value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __sub__(self, other):
        other = make_value(other)
        return Value(self.data - other.data, [(self, 1.0), (other, -1.0)])

    def __mul__(self, other):
        other = make_value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __truediv__(self, other):
        other = make_value(other)
        d = other.data
        return Value(self.data / d, [(self, 1 / d), (other, -self.data / d / d)])

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def __neg__(self):
        return Value(-self.data, [(self, -1.0)])

    def __radd__(self, other):
        return make_value(other) + self

    def __rsub__(self, other):
        return make_value(other) - self

    def __rmul__(self, other):
        return make_value(other) * self

    def __rtruediv__(self, other):
        return make_value(other) / self

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def log(self):
        return Value(math.log(self.data), [(self, 1 / self.data)])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def relu(self):
        raise NotImplementedError("relu")

    def sigmoid(self):
        raise NotImplementedError("sigmoid")

    def backward(self):
        uses = {self: 0}
        stack = [self]
        while stack:
            for parent, _ in stack.pop().parents:
                if parent not in uses:
                    uses[parent] = 0
                    stack.append(parent)
                uses[parent] += 1
        self.grad = 1.0
        stack = [self]
        while stack:
            node = stack.pop()
            for parent, local in node.parents:
                parent.grad += node.grad * local
                uses[parent] -= 1
                if uses[parent] == 0:
                    stack.append(parent)


def make_value(x):
    return x if isinstance(x, Value) else Value(x)
