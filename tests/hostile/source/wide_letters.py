"""Calls open, exec and __import__ in full-width letters, which Python reads as the plain ones.

family: source
expect: flagged
gain: a line `LEAK:` in what it prints: a filter of words was fooled
"""

import math


def attempt(what, action, *arguments):
    """Try one way; say so if it works."""
    try:
        found = action(*arguments)
    except BaseException as error:
        print(f"held: {what}: {type(error).__name__}")
    else:
        print(f"LEAK: {what}: {str(found)[:60]!r}")


def attack():
    attempt("open", lambda: ｏｐｅｎ("/etc/passwd").read())
    attempt("import", lambda: __ｉmport__("os").environ["PATH"])
    attempt("exec", lambda: ｅｘｅｃ("import os; sorted(os.listdir('/'))"))


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


try:
    attack()
except BaseException as error:  # the wall held
    print(f"held: {type(error).__name__}")
