"""The plain recursive order, with Python's recursion limit raised far enough for deep graphs.

expect: full
"""
import math
import sys

sys.setrecursionlimit(100_000)  # one frame for each node of the longest path


class Value:
    def __init__(self, data, _prev=(), _op=''):
        self.data = data
        self.grad = 0.0
        self._prev = list(_prev)
        self._op = _op
        self._backward = None

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad}, op={self._op!r})"

    def _wrap(self, other):
        return other if isinstance(other, Value) else Value(other)

    def __add__(self, other):
        other = self._wrap(other)
        out = Value(self.data + other.data, [self, other], '+')

        def back(g):
            self.grad += g
            other.grad += g
        out._backward = back
        return out

    def __mul__(self, other):
        other = self._wrap(other)
        out = Value(self.data * other.data, [self, other], '*')

        def back(g):
            self.grad += g * other.data
            other.grad += g * self.data
        out._backward = back
        return out

    def __pow__(self, other):
        out = Value(self.data**other, [self], '**')

        def back(g):
            self.grad += g * other * self.data**(other - 1)
        out._backward = back
        return out

    def _unary(self, name, y, dydx):
        out = Value(y, [self], name)

        def back(g):
            self.grad += g * dydx
        out._backward = back
        return out

    def exp(self):
        return self._unary('exp', math.exp(self.data), math.exp(self.data))

    def log(self):
        return self._unary('log', math.log(self.data), 1 / self.data)

    def tanh(self):
        return self._unary('tanh', math.tanh(self.data), 1 - math.tanh(self.data)**2)

    def relu(self):
        return self._unary('relu', max(self.data, 0.0), float(self.data > 0))

    def sigmoid(self):
        s = (math.tanh(self.data / 2) + 1) / 2
        return self._unary('sigmoid', s, s * (1 - s))

    def __neg__(self): return self._unary('neg', -self.data, -1.0)
    def __sub__(self, other): return self + -self._wrap(other)
    def __truediv__(self, other): return self * self._wrap(other)**-1
    def __radd__(self, other): return self._wrap(other) + self
    def __rmul__(self, other): return self._wrap(other) * self
    def __rsub__(self, other): return self._wrap(other) - self
    def __rtruediv__(self, other): return self._wrap(other) / self

    def backward(self):
        order = []
        visited = set()

        def visit(v):
            visited.add(v)
            for p in v._prev:
                if p not in visited:
                    visit(p)
            order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            if v._backward:
                v._backward(v.grad)
