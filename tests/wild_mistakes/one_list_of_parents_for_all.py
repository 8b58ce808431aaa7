"""A mutable default argument: every Value made without parents shares one list with all the others.

expect: mutable default argument; the graph has a cycle
fails: gradients, graphs, deep graphs
"""
import math


class Value:
    def __init__(self, data, parents=[]):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.back = lambda: None

    def wrap(self, x):
        return x if isinstance(x, Value) else Value(x)

    def __add__(self, other):
        other = self.wrap(other)
        out = Value(self.data + other.data)
        out.parents.append(self)
        out.parents.append(other)

        def back():
            self.grad += out.grad
            other.grad += out.grad
        out.back = back
        return out

    def __mul__(self, other):
        other = self.wrap(other)
        out = Value(self.data * other.data)
        out.parents.append(self)
        out.parents.append(other)

        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.back = back
        return out

    def __pow__(self, n):
        return self.function(self.data ** n, n * self.data ** (n - 1))

    def function(self, result, derivative):
        out = Value(result)
        out.parents.append(self)

        def back():
            self.grad += derivative * out.grad
        out.back = back
        return out

    def exp(self): return self.function(math.exp(self.data), math.exp(self.data))
    def log(self): return self.function(math.log(self.data), 1 / self.data)
    def tanh(self): return self.function(math.tanh(self.data), 1 - math.tanh(self.data) ** 2)
    def relu(self): return self.function(max(0.0, self.data), 1.0 if self.data > 0 else 0.0)

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.data))
        return self.function(s, s * (1 - s))

    def __neg__(self): return self * -1
    def __sub__(self, other): return self + (-other)
    def __truediv__(self, other): return self * other ** -1
    def __radd__(self, other): return self + other
    def __rmul__(self, other): return self * other
    def __rsub__(self, other): return (-self) + other
    def __rtruediv__(self, other): return (self ** -1) * other

    def backward(self):
        topo = []
        visited = set()

        def visit(v):
            if v in visited:
                return
            visited.add(v)
            for p in v.parents:
                visit(p)
            topo.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(topo):
            v.back()
