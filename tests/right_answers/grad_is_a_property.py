"""`grad` is a property: each use leaves its contribution in a list, reading adds them up exactly.

expect: full
"""
import math


class Value:
    def __init__(self, data, sources=()):
        self._data = data
        self._sources = sources
        self._contributions = []

    @property
    def data(self):
        return self._data

    @data.setter
    def data(self, number):
        if not isinstance(number, (int, float)):
            raise TypeError(f"data has to be a number, not {number!r}")
        self._data = number

    @property
    def grad(self):
        return math.fsum(self._contributions)

    @grad.setter
    def grad(self, number):
        self._contributions = [number] if number else []

    def _receive(self, amount):
        self._contributions.append(amount)

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other):
        other = _as_value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __sub__(self, other):
        other = _as_value(other)
        return Value(self.data - other.data, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other):
        other = _as_value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __truediv__(self, other):
        other = _as_value(other)
        ratio = self.data / other.data
        return Value(ratio, ((self, 1.0 / other.data), (other, -ratio / other.data)))

    def __pow__(self, exponent):
        return Value(self.data**exponent, ((self, exponent * self.data ** (exponent - 1)),))

    def __neg__(self):
        return Value(-self.data, ((self, -1.0),))

    def __radd__(self, other):
        return _as_value(other) + self

    def __rsub__(self, other):
        return _as_value(other) - self

    def __rmul__(self, other):
        return _as_value(other) * self

    def __rtruediv__(self, other):
        return _as_value(other) / self

    def exp(self):
        y = math.exp(self.data)
        return Value(y, ((self, y),))

    def log(self):
        return Value(math.log(self.data), ((self, 1.0 / self.data),))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, ((self, 1.0 - y * y),))

    def relu(self):
        return Value(max(self.data, 0.0), ((self, 1.0 if self.data > 0 else 0.0),))

    def sigmoid(self):
        y = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        return Value(y, ((self, y * (1.0 - y)),))

    def backward(self):
        self.grad = 1.0
        for node in _outputs_first(self):
            upstream = node.grad
            for source, local in node._sources:
                source._receive(upstream * local)


def _as_value(x):
    return x if isinstance(x, Value) else Value(x)


def _outputs_first(root):
    colour, order, stack = {root: "grey"}, [], [(root, list(root._sources))]
    while stack:
        node, rest = stack[-1]
        if not rest:
            stack.pop()
            colour[node] = "black"
            order.append(node)
        else:
            source, _ = rest.pop()
            if source not in colour:
                colour[source] = "grey"
                stack.append((source, list(source._sources)))
    return order[::-1]
