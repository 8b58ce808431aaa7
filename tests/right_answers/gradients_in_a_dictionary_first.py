"""A pure function works out all gradients in a dict by id; backward() only copies them over.

expect: full
"""
import math
from typing import NamedTuple


class History(NamedTuple):
    parents: tuple
    vjp: object  # upstream gradient -> one gradient for each parent


NO_HISTORY = History((), lambda g: ())


def gradients(output):
    """Work out d(output)/d(node) for all nodes, touching none of them.

    Returns: {id(node): (node, gradient)}
    """
    post_order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            post_order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.history.parents)

    table = {id(node): 0.0 for node in post_order}
    table[id(output)] = 1.0
    for node in reversed(post_order):
        for parent, share in zip(node.history.parents, node.history.vjp(table[id(node)])):
            table[id(parent)] += share
    return {id(node): (node, table[id(node)]) for node in post_order}


class Value:
    def __init__(self, data, history=NO_HISTORY):
        self.data = data
        self.grad = 0.0
        self.history = history

    def backward(self):
        for node, gradient in gradients(self).values():
            node.grad += gradient

    def __add__(self, other):
        other = V(other)
        return Value(self.data + other.data, History((self, other), lambda g: (g, g)))

    def __mul__(self, other):
        other = V(other)
        return Value(
            self.data * other.data,
            History((self, other), lambda g: (g * other.data, g * self.data)),
        )

    def __pow__(self, n):
        return Value(
            self.data**n, History((self,), lambda g: (g * n * self.data ** (n - 1),))
        )

    def __neg__(self):
        return Value(-self.data, History((self,), lambda g: (-g,)))

    def exp(self):
        y = math.exp(self.data)
        return Value(y, History((self,), lambda g: (g * y,)))

    def log(self):
        return Value(math.log(self.data), History((self,), lambda g: (g / self.data,)))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, History((self,), lambda g: (g * (1.0 - y * y),)))

    def relu(self):
        if self.data > 0:
            return Value(self.data, History((self,), lambda g: (g,)))
        return Value(0.0, History((self,), lambda g: (0.0,)))

    def sigmoid(self):
        y = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        return Value(y, History((self,), lambda g: (g * y * (1.0 - y),)))

    def __sub__(self, other):
        return self + -V(other)

    def __truediv__(self, other):
        return self * V(other) ** -1

    def __radd__(self, other):
        return V(other) + self

    def __rsub__(self, other):
        return V(other) - self

    def __rmul__(self, other):
        return V(other) * self

    def __rtruediv__(self, other):
        return V(other) / self


def V(x):
    return x if isinstance(x, Value) else Value(x)
