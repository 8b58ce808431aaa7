"""A dataclass compares by its fields, and __hash__ by data: two nodes with equal numbers are one.

expect: nodes compared by their numbers
fails: gradients, graphs, numerical range
"""
import math
from dataclasses import dataclass, field


@dataclass
class Value:
    data: float
    grad: float = field(default=0.0, compare=False)
    inputs: tuple = field(default=(), compare=False, repr=False)
    slopes: tuple = field(default=(), compare=False, repr=False)

    def __hash__(self):
        # python said "unhashable type: 'Value'", this fixed it
        return hash(self.data)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, inputs=(self, other), slopes=(1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, inputs=(self, other), slopes=(other.data, self.data))

    def _f(self, y, slope):
        return Value(y, inputs=(self,), slopes=(slope,))

    def __pow__(self, n): return self._f(self.data ** n, n * self.data ** (n - 1))
    def __neg__(self): return self._f(-self.data, -1.0)
    def exp(self): return self._f(math.exp(self.data), math.exp(self.data))
    def log(self): return self._f(math.log(self.data), 1 / self.data)
    def tanh(self): return self._f(math.tanh(self.data), 1 - math.tanh(self.data) ** 2)
    def relu(self): return self._f(max(self.data, 0.0), float(self.data > 0))

    def sigmoid(self):
        s = (1 + math.tanh(self.data / 2)) / 2
        return self._f(s, s * (1 - s))

    def __sub__(self, other): return self + -other
    def __truediv__(self, other): return self * other ** -1
    def __radd__(self, other): return self + other
    def __rmul__(self, other): return self * other
    def __rsub__(self, other): return -self + other
    def __rtruediv__(self, other): return self ** -1 * other

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, finished = stack.pop()
            if finished:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((i, False) for i in node.inputs)
        self.grad = 1.0
        for node in reversed(order):
            for i, slope in zip(node.inputs, node.slopes):
                i.grad += node.grad * slope
