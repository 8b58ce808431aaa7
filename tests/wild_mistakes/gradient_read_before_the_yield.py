"""Rules as generators: `self.grad += y * (yield y)` reads self.grad before it sleeps, so it overwrites.

expect: overwrites the gradient in exp
fails: graphs
"""
import functools
import math


def op(function):
    @functools.wraps(function)
    def method(*args):
        args = [a if isinstance(a, Value) else Value(a) for a in args]
        generator = function(*args)
        return Value(next(generator), args, generator)
    return method


class Value:
    def __init__(self, data, args=(), generator=None):
        self.data = data
        self.grad = 0.0
        self.args = args
        self.generator = generator

    @op
    def __add__(a, b):
        g = yield a.data + b.data
        a.grad += g
        b.grad += g

    @op
    def __sub__(a, b):
        g = yield a.data - b.data
        a.grad += g
        b.grad -= g

    @op
    def __mul__(a, b):
        g = yield a.data * b.data
        a.grad += g * b.data
        b.grad += g * a.data

    @op
    def __truediv__(a, b):
        g = yield a.data / b.data
        a.grad += g / b.data
        b.grad -= g * a.data / b.data ** 2

    @op
    def __pow__(a, n):
        g = yield a.data ** n.data
        a.grad += g * n.data * a.data ** (n.data - 1)

    @op
    def __neg__(a):
        g = yield -a.data
        a.grad -= g

    @op
    def exp(a):
        y = math.exp(a.data)
        a.grad += y * (yield y)

    @op
    def log(a):
        g = yield math.log(a.data)
        a.grad += g / a.data

    @op
    def tanh(a):
        y = math.tanh(a.data)
        g = yield y
        a.grad += g * (1 - y ** 2)

    @op
    def relu(a):
        g = yield max(a.data, 0.0)
        a.grad += g * (a.data > 0)

    @op
    def sigmoid(a):
        y = 0.5 * (1 + math.tanh(a.data / 2))
        g = yield y
        a.grad += g * y * (1 - y)

    def __radd__(self, other): return Value(other) + self
    def __rsub__(self, other): return Value(other) - self
    def __rmul__(self, other): return Value(other) * self
    def __rtruediv__(self, other): return Value(other) / self

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            v, out = stack.pop()
            if out:
                order.append(v)
            elif v not in seen:
                seen.add(v)
                stack.append((v, True))
                stack.extend((a, False) for a in v.args)
        self.grad = 1.0
        for v in reversed(order):
            if v.generator:
                try:
                    v.generator.send(v.grad)
                except StopIteration:
                    pass
