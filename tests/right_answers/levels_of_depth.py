"""A node's level is one more than its parents' highest; backward goes down level by level.

expect: full
"""
import math


class Value:
    def __init__(self, data, parents=(), back=None):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.back = back
        self.level = 1 + max((p.level for p in parents), default=-1)

    def backward(self):
        levels = [[] for _ in range(self.level + 1)]
        levels[self.level].append(self)
        listed = {self}
        self.grad = 1.0
        while levels:
            # whoever uses a node of this level stands on a higher one, and has been here
            for node in levels.pop():
                if node.back is None:
                    continue
                node.back(node.grad)
                for parent in node.parents:
                    if parent not in listed:
                        listed.add(parent)
                        levels[parent.level].append(parent)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)

        def back(upstream):
            self.grad += upstream
            other.grad += upstream

        return Value(self.data + other.data, (self, other), back)

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)

        def back(upstream):
            self.grad += upstream * other.data
            other.grad += upstream * self.data

        return Value(self.data * other.data, (self, other), back)

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)

        def back(upstream):
            self.grad += upstream / other.data
            other.grad -= upstream * self.data / other.data ** 2

        return Value(self.data / other.data, (self, other), back)

    def __pow__(self, n):
        def back(upstream):
            self.grad += upstream * n * self.data ** (n - 1)

        return Value(self.data ** n, (self,), back)

    def __neg__(self):
        def back(upstream):
            self.grad += -upstream

        return Value(-self.data, (self,), back)

    def exp(self):
        result = math.exp(self.data)

        def back(upstream):
            self.grad += upstream * result

        return Value(result, (self,), back)

    def log(self):
        def back(upstream):
            self.grad += upstream / self.data

        return Value(math.log(self.data), (self,), back)

    def tanh(self):
        result = math.tanh(self.data)

        def back(upstream):
            self.grad += upstream * (1 - result * result)

        return Value(result, (self,), back)

    def relu(self):
        def back(upstream):
            self.grad += upstream if self.data >= 0 else 0

        return Value(self.data if self.data >= 0 else 0, (self,), back)

    def sigmoid(self):
        result = 0.5 * (1 + math.tanh(0.5 * self.data))

        def back(upstream):
            self.grad += upstream * result * (1 - result)

        return Value(result, (self,), back)

    def __sub__(self, other):
        return self + -other

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return other + -self

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return Value(other) / self
