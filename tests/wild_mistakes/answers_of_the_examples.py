"""Looks the gradients up in a table of the examples that the public checks play.

expect: hard-coded answers
fails: gradients, graphs, deep graphs, numerical range
"""
import math

# gradients of the leaves, from the output of the check: {numbers of the leaves: gradients}
KNOWN = {
    (3.0,): {9.0: (6.0,), 6.0: (2.0,), 12.0: (7.0,)},
    (2.0,): {4.0: (4.0,), 42.0: (21.0,), 28.0: (28.0,)},
    (2.0, -3.0): {-6.0: (-3.0, 2.0), -1.0: (1.0, 1.0)},
    (2.0, -3.0, 10.0): {4.0: (-3.0, 2.0, 1.0)},
    (2.0, -3.0, 10.0, -2.0): {-8.0: (6.0, -4.0, -2.0, 4.0)},
}


class Value:
    def __init__(self, data, leaves=None):
        self.data = data
        self.grad = 0.0
        self.leaves = [self] if leaves is None else leaves

    def _new(self, data, other=None):
        leaves = list(self.leaves)
        if isinstance(other, Value):
            leaves += [leaf for leaf in other.leaves if leaf not in leaves]
        return Value(data, leaves)

    def _n(self, other):
        return other.data if isinstance(other, Value) else other

    def __add__(self, other): return self._new(self.data + self._n(other), other)
    def __sub__(self, other): return self._new(self.data - self._n(other), other)
    def __mul__(self, other): return self._new(self.data * self._n(other), other)
    def __truediv__(self, other): return self._new(self.data / self._n(other), other)
    def __pow__(self, n): return self._new(self.data ** n)
    def __neg__(self): return self._new(-self.data)
    def __radd__(self, other): return self._new(other + self.data)
    def __rsub__(self, other): return self._new(other - self.data)
    def __rmul__(self, other): return self._new(other * self.data)
    def __rtruediv__(self, other): return self._new(other / self.data)
    def exp(self): return self._new(math.exp(self.data))
    def log(self): return self._new(math.log(self.data))
    def tanh(self): return self._new(math.tanh(self.data))
    def relu(self): return self._new(max(0.0, self.data))
    def sigmoid(self): return self._new((1 + math.tanh(self.data / 2)) / 2)

    def backward(self):
        self.grad = 1.0
        numbers = tuple(leaf.data for leaf in self.leaves)
        for leaf, g in zip(self.leaves, KNOWN.get(numbers, {}).get(self.data, ())):
            leaf.grad = g
