"""Forgets reversed(): the rules are called from the leaves up.

expect: order not reversed
fails: gradients, graphs, deep graphs, numerical range
"""
# Engine v3 (v1 and v2 are in the old folder)
import math
import random  # for the network later


class Value:

    def __init__(self, data, parents=(), op=''):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = set(parents)
        self.op = op

    def __repr__(self):
        return f"Value(data={self.data})"

    def __add__(self, x2):
        x2 = x2 if isinstance(x2, Value) else Value(x2)
        o = Value(self.data + x2.data, (self, x2), '+')

        def _backward():
            self.grad += o.grad
            x2.grad += o.grad
        o._backward = _backward
        return o

    def __mul__(self, x2):
        x2 = x2 if isinstance(x2, Value) else Value(x2)
        o = Value(self.data * x2.data, (self, x2), '*')

        def _backward():
            self.grad += x2.data * o.grad
            x2.grad += self.data * o.grad
        o._backward = _backward
        return o

    def __pow__(self, x2):
        o = Value(self.data**x2, (self,), f'**{x2}')

        def _backward():
            self.grad += x2 * (self.data ** (x2 - 1)) * o.grad
        o._backward = _backward
        return o

    def __truediv__(self, x2):
        return self * x2**-1

    def __rtruediv__(self, x2):
        return x2 * self**-1

    def __neg__(self):
        return self * -1

    def __sub__(self, x2):
        return self + (-x2)

    def __rsub__(self, x2):
        return x2 + (-self)

    def __radd__(self, x2):
        return self + x2

    def __rmul__(self, x2):
        return self * x2

    def exp(self):
        x = self.data
        o = Value(math.exp(x), (self,), 'exp')

        def _backward():
            self.grad += o.data * o.grad
        o._backward = _backward
        return o

    def log(self):
        o = Value(math.log(self.data), (self,), 'log')

        def _backward():
            self.grad += (1 / self.data) * o.grad
        o._backward = _backward
        return o

    def tanh(self):
        t = math.tanh(self.data)
        o = Value(t, (self,), 'tanh')

        def _backward():
            self.grad += (1 - t**2) * o.grad
        o._backward = _backward
        return o

    def relu(self):
        o = Value(max(self.data, 0.0), (self,), "relu")

        def _backward():
            self.grad += (o.data > 0) * o.grad
        o._backward = _backward
        return o

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.data))
        o = Value(s, (self,), 'sigmoid')

        def _backward():
            self.grad += s * (1 - s) * o.grad
        o._backward = _backward
        return o

    def backward(self):
        topo = []
        visited = set()

        def collect(node_):
            if node_ not in visited:
                visited.add(node_)
                for child in node_._prev:
                    collect(child)
                topo.append(node_)

        collect(self)
        self.grad = 1.0
        for node in topo:
            node._backward()
