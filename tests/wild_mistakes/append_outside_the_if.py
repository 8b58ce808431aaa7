"""topo.append(v) stands one level too far left: a node is listed once for each use.

expect: nodes are repeated in the order
fails: graphs, deep graphs
"""
import math


class Value:

    def __init__(self, data, _children=(), _op=''):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = list(_children)
        self._op = _op

    def __repr__(self):
        return f"Value(data={self.data})"

    def __add__(self, rhs):
        rhs = rhs if isinstance(rhs, Value) else Value(rhs)
        result = Value(self.data + rhs.data, (self, rhs), '+')

        def _backward():
            self.grad += result.grad
            rhs.grad += result.grad
        result._backward = _backward
        return result

    def __mul__(self, rhs):
        rhs = rhs if isinstance(rhs, Value) else Value(rhs)
        result = Value(self.data * rhs.data, (self, rhs), '*')

        def _backward():
            self.grad += rhs.data * result.grad
            rhs.grad += self.data * result.grad
        result._backward = _backward
        return result

    def __pow__(self, rhs):
        result = Value(self.data**rhs, (self,), f'**{rhs}')

        def _backward():
            self.grad += rhs * (self.data ** (rhs - 1)) * result.grad
        result._backward = _backward
        return result

    def __truediv__(self, rhs):
        return self * rhs**-1

    def __rtruediv__(self, rhs):
        return rhs * self**-1

    def __neg__(self):
        return self * -1

    def __sub__(self, rhs):
        return self + (-rhs)

    def __rsub__(self, rhs):
        return rhs + (-self)

    def __radd__(self, rhs):
        return self + rhs

    def __rmul__(self, rhs):
        return self * rhs

    def exp(self):
        x = self.data
        result = Value(math.exp(x), (self,), 'exp')

        def _backward():
            self.grad += result.data * result.grad
        result._backward = _backward
        return result

    def log(self):
        result = Value(math.log(self.data), (self,), 'log')

        def _backward():
            self.grad += (1 / self.data) * result.grad
        result._backward = _backward
        return result

    def tanh(self):
        t = math.tanh(self.data)
        result = Value(t, (self,), 'tanh')

        def _backward():
            self.grad += (1 - t**2) * result.grad
        result._backward = _backward
        return result

    def relu(self):
        result = Value(max(self.data, 0.0), (self,), "relu")

        def _backward():
            self.grad += (result.data > 0) * result.grad
        result._backward = _backward
        return result

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.data))
        result = Value(s, (self,), 'sigmoid')

        def _backward():
            self.grad += s * (1 - s) * result.grad
        result._backward = _backward
        return result

    def backward(self):
        # topological sort, see lecture 4
        nodes = []
        seen = set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for child in v._prev:
                    visit(child)
            nodes.append(v)

        visit(self)
        self.grad = 1.0
        for node in reversed(nodes):
            node._backward()
