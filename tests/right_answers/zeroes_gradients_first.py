"""backward() sets every gradient of the graph to zero before it starts, the leaves' too.

expect: full
"""
import math


class Value:
    def __init__(self, data, children=(), local_grads=()):
        self.data = data
        self.grad = 0
        self._children = children
        self._local_grads = local_grads

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, k):
        return Value(self.data**k, (self,), (k * self.data**(k - 1),))

    def exp(self):
        return Value(math.exp(self.data), (self,), (math.exp(self.data),))

    def log(self):
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self):
        return Value(math.tanh(self.data), (self,), (1 - math.tanh(self.data)**2,))

    def relu(self):
        return Value(max(0, self.data), (self,), (float(self.data > 0),))

    def sigmoid(self):
        s = (math.tanh(self.data / 2) + 1) / 2
        return Value(s, (self,), (s * (1 - s),))

    def __neg__(self): return self * -1
    def __radd__(self, other): return self + other
    def __sub__(self, other): return self + -other
    def __rsub__(self, other): return -self + other
    def __rmul__(self, other): return self * other
    def __truediv__(self, other): return self * other**-1
    def __rtruediv__(self, other): return self**-1 * other

    def graph(self):
        """All nodes, parents before children."""
        out, inside, left = [], set(), [iter([self])]
        path = []
        while left:
            for node in left[-1]:
                if node not in inside:
                    inside.add(node)
                    path.append(node)
                    left.append(iter(node._children))
                    break
            else:
                left.pop()
                if path:
                    out.append(path.pop())
        return out

    def zero_grad(self):
        for node in self.graph():
            node.grad = 0

    def backward(self):
        self.zero_grad()
        self.grad = 1
        for node in reversed(self.graph()):
            for child, local in zip(node._children, node._local_grads):
                child.grad += local * node.grad
