"""`__slots__`, no instance dict, no weak references: no attribute can be added from outside.

expect: full
"""
import math


class Value:
    __slots__ = ("data", "grad", "_back", "_left", "_right")

    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self._back = self._left = self._right = None

    def _made(self, data, back, right=None):
        out = Value(data)
        out._back = back
        out._left = self
        out._right = right
        return out

    def __add__(self, other):
        other = _value(other)

        def back(g):
            self.grad += g
            other.grad += g

        return self._made(self.data + other.data, back, other)

    def __sub__(self, other):
        other = _value(other)

        def back(g):
            self.grad += g
            other.grad -= g

        return self._made(self.data - other.data, back, other)

    def __mul__(self, other):
        other = _value(other)

        def back(g):
            self.grad += g * other.data
            other.grad += g * self.data

        return self._made(self.data * other.data, back, other)

    def __truediv__(self, other):
        other = _value(other)

        def back(g):
            self.grad += g / other.data
            other.grad -= g * self.data / other.data**2

        return self._made(self.data / other.data, back, other)

    def __pow__(self, n):
        def back(g):
            self.grad += g * n * self.data ** (n - 1)

        return self._made(self.data**n, back)

    def __neg__(self):
        def back(g):
            self.grad -= g

        return self._made(-self.data, back)

    def exp(self):
        y = math.exp(self.data)

        def back(g):
            self.grad += g * y

        return self._made(y, back)

    def log(self):
        def back(g):
            self.grad += g / self.data

        return self._made(math.log(self.data), back)

    def tanh(self):
        y = math.tanh(self.data)

        def back(g):
            self.grad += g * (1 - y * y)

        return self._made(y, back)

    def relu(self):
        def back(g):
            self.grad += g * (self.data > 0)

        return self._made(self.data * (self.data > 0), back)

    def sigmoid(self):
        y = 1 - 1 / (1 + math.exp(self.data)) if self.data < 300 else 1.0

        def back(g):
            self.grad += g * y * (1 - y)

        return self._made(y, back)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return _value(other) - self

    def __rtruediv__(self, other):
        return _value(other) / self

    def backward(self):
        nodes, placed = [], set()
        stack = [self]
        while stack:
            node = stack.pop()
            if node is None or node in placed:
                continue
            unplaced = [p for p in (node._left, node._right) if p is not None and p not in placed]
            if unplaced:
                stack.append(node)
                stack.extend(unplaced)
            else:
                placed.add(node)
                nodes.append(node)
        self.grad = 1.0
        for node in reversed(nodes):
            if node._back is not None:
                node._back(node.grad)


def _value(x):
    return x if isinstance(x, Value) else Value(x)
