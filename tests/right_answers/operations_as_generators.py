"""Each operation is a generator: it yields its number, sleeps, wakes with the upstream gradient.

expect: full
"""
import functools
import math


def operation(generator_function):
    """Turn a generator function into a method that makes a node."""

    @functools.wraps(generator_function)
    def make(*operands):
        operands = [x if isinstance(x, Value) else Value(x) for x in operands]
        sleeper = generator_function(*operands)
        return Value(next(sleeper), operands, sleeper)

    return make


class Value:
    def __init__(self, data, parents=(), sleeper=None):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.sleeper = sleeper

    def wake(self):
        if self.sleeper is not None:
            try:
                self.sleeper.send(self.grad)
            except StopIteration:
                self.sleeper = None  # it has said all it had to say

    @operation
    def __add__(self, other):
        g = yield self.data + other.data
        self.grad += g
        other.grad += g

    @operation
    def __sub__(self, other):
        g = yield self.data - other.data
        self.grad += g
        other.grad -= g

    @operation
    def __mul__(self, other):
        g = yield self.data * other.data
        self.grad += g * other.data
        other.grad += g * self.data

    @operation
    def __truediv__(self, other):
        g = yield self.data / other.data
        self.grad += g / other.data
        other.grad -= g * self.data / other.data / other.data

    @operation
    def __pow__(self, exponent):
        n = exponent.data
        g = yield self.data**n
        self.grad += g * n * self.data ** (n - 1)

    @operation
    def __neg__(self):
        g = yield -self.data
        self.grad -= g

    @operation
    def exp(self):
        y = math.exp(self.data)
        g = yield y  # not `self.grad += y * (yield y)`: that reads self.grad before it sleeps
        self.grad += y * g

    @operation
    def log(self):
        g = yield math.log(self.data)
        self.grad += g / self.data

    @operation
    def tanh(self):
        y = math.tanh(self.data)
        g = yield y
        self.grad += g * (1 - y * y)

    @operation
    def relu(self):
        g = yield self.data if self.data > 0 else 0.0
        self.grad += g if self.data > 0 else 0.0

    @operation
    def sigmoid(self):
        y = 0.5 + math.tanh(self.data / 2) / 2
        g = yield y
        self.grad += g * y * (1 - y)

    def __radd__(self, other):
        return Value(other) + self

    def __rsub__(self, other):
        return Value(other) - self

    def __rmul__(self, other):
        return Value(other) * self

    def __rtruediv__(self, other):
        return Value(other) / self

    def backward(self):
        entered, order, stack = {self}, [], [(self, iter(self.parents))]
        while stack:
            node, parents = stack[-1]
            for parent in parents:
                if parent not in entered:
                    entered.add(parent)
                    stack.append((parent, iter(parent.parents)))
                    break
            else:
                order.append(node)
                stack.pop()
        self.grad = 1.0
        for node in reversed(order):
            node.wake()
