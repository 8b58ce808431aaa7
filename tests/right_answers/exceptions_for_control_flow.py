"""Ask forgiveness, not permission: AttributeError means a number, IndexError means done.

expect: full
"""
import math


class Done(Exception):
    """Raised by a node that has no parent left to look at."""


class Value:
    def __init__(self, data, parents=(), rule=None):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.rule = rule
        self.looked_at = 0

    def next_parent(self):
        try:
            parent = self.parents[self.looked_at]
        except IndexError:
            self.looked_at = 0
            raise Done from None
        self.looked_at += 1
        return parent

    def __add__(self, other):
        try:
            data = self.data + other.data
        except AttributeError:
            return self + Value(other)

        def rule(g):
            self.grad += g
            other.grad += g

        return Value(data, (self, other), rule)

    def __sub__(self, other):
        try:
            data = self.data - other.data
        except AttributeError:
            return self - Value(other)

        def rule(g):
            self.grad += g
            other.grad -= g

        return Value(data, (self, other), rule)

    def __mul__(self, other):
        try:
            data = self.data * other.data
        except AttributeError:
            return self * Value(other)

        def rule(g):
            self.grad += g * other.data
            other.grad += g * self.data

        return Value(data, (self, other), rule)

    def __truediv__(self, other):
        try:
            data = self.data / other.data
        except AttributeError:
            return self / Value(other)

        def rule(g):
            self.grad += g / other.data
            other.grad -= g * data / other.data

        return Value(data, (self, other), rule)

    def __pow__(self, n):
        def rule(g):
            try:
                self.grad += g * n * self.data ** (n - 1)
            except ZeroDivisionError:  # 0 ** 0 and its like
                self.grad += 0.0 if n == 0 else math.inf

        return Value(self.data**n, (self,), rule)

    def __neg__(self):
        return 0.0 - self

    def __radd__(self, other):
        return Value(other) + self

    def __rsub__(self, other):
        return Value(other) - self

    def __rmul__(self, other):
        return Value(other) * self

    def __rtruediv__(self, other):
        return Value(other) / self

    def _smooth(self, y, slope):
        def rule(g):
            self.grad += g * slope

        return Value(y, (self,), rule)

    def exp(self):
        y = math.exp(self.data)
        return self._smooth(y, y)

    def log(self):
        return self._smooth(math.log(self.data), 1.0 / self.data)

    def tanh(self):
        y = math.tanh(self.data)
        return self._smooth(y, 1.0 - y * y)

    def relu(self):
        return self._smooth(*((self.data, 1.0) if self.data > 0 else (0.0, 0.0)))

    def sigmoid(self):
        try:
            y = 1.0 / (1.0 + math.exp(-self.data))
        except OverflowError:  # far on the left
            y = 0.0
        return self._smooth(y, y * (1.0 - y))

    def backward(self):
        order, met, stack = [], {self}, [self]
        try:
            while True:
                try:
                    parent = stack[-1].next_parent()
                except Done:
                    order.append(stack.pop())
                else:
                    if parent not in met:
                        met.add(parent)
                        stack.append(parent)
        except IndexError:  # the stack is empty
            pass
        self.grad = 1.0
        for node in reversed(order):
            try:
                node.rule(node.grad)
            except TypeError:
                if node.rule is not None:
                    raise
