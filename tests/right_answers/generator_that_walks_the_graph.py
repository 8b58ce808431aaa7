"""backward() is one loop over a generator that yields each node after everything made from it.

expect: full
"""
import math
from collections import defaultdict


class Value:
    def __init__(self, data, terms=()):
        self.data = data
        self.grad = 0.0
        self.terms = terms  # [(local derivative, parent)]

    def outputs_first(self):
        """Yield the nodes of this graph, each after all the nodes that use it."""
        users = defaultdict(set)
        todo, known = [self], {self}
        while todo:
            node = todo.pop()
            for _, parent in node.terms:
                users[parent].add(node)
                if parent not in known:
                    known.add(parent)
                    todo.append(parent)
        todo.append(self)
        while todo:
            node = todo.pop()
            yield node
            for parent in {parent for _, parent in node.terms}:
                users[parent].discard(node)
                if not users[parent]:
                    todo.append(parent)

    def backward(self):
        self.grad = 1.0
        for node in self.outputs_first():
            for local, parent in node.terms:
                parent.grad += node.grad * local

    def __add__(self, other):
        if isinstance(other, (int, float)):
            return Value(self.data + other, [(1.0, self)])
        return Value(self.data + other.data, [(1.0, self), (1.0, other)])

    def __mul__(self, other):
        if isinstance(other, (int, float)):
            return Value(self.data * other, [(other, self)])
        return Value(self.data * other.data, [(other.data, self), (self.data, other)])

    def __pow__(self, n):
        return Value(self.data ** n, [(n * self.data ** (n - 1), self)])

    def reciprocal(self):
        return Value(1 / self.data, [(-1 / self.data ** 2, self)])

    def __neg__(self): return self * -1
    def __sub__(self, other): return self + -other
    def __truediv__(self, other):
        return self * (1 / other if isinstance(other, (int, float)) else other.reciprocal())
    def __radd__(self, other): return self + other
    def __rmul__(self, other): return self * other
    def __rsub__(self, other): return -self + other
    def __rtruediv__(self, other): return self.reciprocal() * other

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(e, self)])

    def log(self):
        return Value(math.log(self.data), [(1 / self.data, self)])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(1 - t ** 2, self)])

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.data)) if self.data > -40 else math.exp(self.data)
        return Value(s, [(s * (1 - s), self)])

    def relu(self):
        # a node that is off has no parents: nothing flows through it
        return Value(self.data, [(1.0, self)]) if self.data > 0 else Value(0.0)

    def __repr__(self):
        return f'Value({self.data})'
