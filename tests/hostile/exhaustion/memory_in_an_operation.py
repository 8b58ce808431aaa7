"""Takes 384 MiB at once and 16 MiB in each operation, up to 2 GiB in all.

family: exhaustion
expect: limit: memory
gain: more than the memory limit, or a grader that does not name it
"""

import math


KEPT = []


# A correct engine: nothing but the attack can cost this file a point. ---------------


def wrap(number):
    return number if isinstance(number, Value) else Value(number)


class Value:
    """A number that remembers how it was made. Nothing hostile in here."""

    def __init__(self, data, _children=(), _op="", _local=None):
        self.data, self.grad = data, 0.0
        self._prev, self._op = tuple(_children), _op
        self._local = _local  # () -> one local derivative for each parent

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other):
        other = wrap(other)
        return Value(self.data + other.data, (self, other), "+", lambda: (1.0, 1.0))

    def __sub__(self, other):
        other = wrap(other)
        return Value(self.data - other.data, (self, other), "-", lambda: (1.0, -1.0))

    def __mul__(self, other):
        other = wrap(other)
        return Value(self.data * other.data, (self, other), "*", lambda: (other.data, self.data))

    def __truediv__(self, other):
        other = wrap(other)
        a, b = self.data, other.data
        return Value(a / b, (self, other), "/", lambda: (1.0 / b, -a / b**2))

    def __pow__(self, n):
        return Value(self.data**n, (self,), f"**{n}", lambda: (n * self.data ** (n - 1),))

    def __neg__(self):
        return Value(-self.data, (self,), "neg", lambda: (-1.0,))

    def __radd__(self, other):
        return wrap(other) + self

    def __rsub__(self, other):
        return wrap(other) - self

    def __rmul__(self, other):
        return wrap(other) * self

    def __rtruediv__(self, other):
        return wrap(other) / self

    def exp(self):
        y = math.exp(self.data)
        return Value(y, (self,), "exp", lambda: (y,))

    def log(self):
        return Value(math.log(self.data), (self,), "log", lambda: (1.0 / self.data,))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, (self,), "tanh", lambda: (1.0 - y * y,))

    def relu(self):
        on = self.data > 0
        return Value(self.data if on else 0.0, (self,), "relu", lambda: (float(on),))

    def sigmoid(self):
        y = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        return Value(y, (self,), "sigmoid", lambda: (y * (1.0 - y),))

    def _backward(self):
        if self._local is not None:
            for parent, local in zip(self._prev, self._local(), strict=True):
                parent.grad += self.grad * local

    def topological_order(self):
        order, placed, entered, stack = [], set(), set(), [self]
        while stack:
            node = stack[-1]
            if node in placed or node in entered:
                stack.pop()
                if node not in placed:
                    placed.add(node)
                    order.append(node)
                continue
            entered.add(node)
            for parent in node._prev:
                if parent in entered and parent not in placed:
                    raise ValueError("the graph has a cycle")
                if parent not in placed:
                    stack.append(parent)
        return order

    def backward(self):
        order = self.topological_order()
        for node in order:
            if node._prev:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            node._backward()


honest_init = Value.__init__


def __init__(self, *arguments):
    honest_init(self, *arguments)
    if len(KEPT) < 128:
        # the first is never touched: on a busy machine to fill it takes a second
        KEPT.append(bytearray(b"x") * (1 << 24) if KEPT else bytearray(24 << 24))


Value.__init__ = __init__
