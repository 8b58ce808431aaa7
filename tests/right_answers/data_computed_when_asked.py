"""Lazy: an operation only notes what to do; data is computed at the first look, with a stack.

expect: full
"""
import math


def _sigmoid(x):
    return 0.5 * (1.0 + math.tanh(0.5 * x))


class Value:
    _nothing_yet = object()

    def __init__(self, data):
        self._data = data
        self.grad = 0.0
        self._inputs = ()
        self._forward = None
        self._slopes = None

    @classmethod
    def _later(cls, forward, slopes, *inputs):
        out = cls(cls._nothing_yet)
        out._forward, out._slopes, out._inputs = forward, slopes, inputs
        return out

    @property
    def data(self):
        # Not `i.data` of the inputs: a long chain would recurse.
        stack = [self]
        while stack:
            node = stack[-1]
            if node._data is not Value._nothing_yet:
                stack.pop()
                continue
            waiting = [i for i in node._inputs if i._data is Value._nothing_yet]
            if waiting:
                stack.extend(waiting)
            else:
                node._data = node._forward(*(i._data for i in node._inputs))
        return self._data

    @data.setter
    def data(self, number):
        self._data = number

    def __repr__(self):
        known = self._data is not Value._nothing_yet
        return f"Value(data={self._data if known else '...'}, grad={self.grad})"

    def __add__(self, other):
        return Value._later(lambda a, b: a + b, lambda y, a, b: (1.0, 1.0), self, _lift(other))

    def __sub__(self, other):
        return Value._later(lambda a, b: a - b, lambda y, a, b: (1.0, -1.0), self, _lift(other))

    def __mul__(self, other):
        return Value._later(lambda a, b: a * b, lambda y, a, b: (b, a), self, _lift(other))

    def __truediv__(self, other):
        return Value._later(
            lambda a, b: a / b, lambda y, a, b: (1.0 / b, -y / b), self, _lift(other)
        )

    def __pow__(self, n):
        return Value._later(lambda a: a**n, lambda y, a: (n * a ** (n - 1),), self)

    def __neg__(self):
        return Value._later(lambda a: -a, lambda y, a: (-1.0,), self)

    def exp(self):
        return Value._later(math.exp, lambda y, a: (y,), self)

    def log(self):
        return Value._later(math.log, lambda y, a: (1.0 / a,), self)

    def tanh(self):
        return Value._later(math.tanh, lambda y, a: (1.0 - y * y,), self)

    def relu(self):
        return Value._later(
            lambda a: a if a > 0 else 0.0, lambda y, a: (1.0 if a > 0 else 0.0,), self
        )

    def sigmoid(self):
        return Value._later(_sigmoid, lambda y, a: (y * (1.0 - y),), self)

    def __radd__(self, other):
        return _lift(other) + self

    def __rsub__(self, other):
        return _lift(other) - self

    def __rmul__(self, other):
        return _lift(other) * self

    def __rtruediv__(self, other):
        return _lift(other) / self

    def backward(self):
        self.data  # from here on every number below is known
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, finished = stack.pop()
            if finished:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((i, False) for i in node._inputs)
        self.grad = 1.0
        for node in reversed(order):
            if node._slopes is None:
                continue
            slopes = node._slopes(node._data, *(i._data for i in node._inputs))
            for i, slope in zip(node._inputs, slopes):
                i.grad += slope * node.grad


def _lift(x):
    return x if isinstance(x, Value) else Value(x)
