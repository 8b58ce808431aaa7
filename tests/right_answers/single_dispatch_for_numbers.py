"""functools.singledispatch decides what an operand is; anything else gives NotImplemented.

expect: full
"""
import functools
import math
import numbers


@functools.singledispatch
def as_value(thing):
    return NotImplemented


class Value:
    def __init__(self, data, _rule=None, _prev=()):
        self.data = data
        self.grad = 0.0
        self._rule = _rule
        self._prev = _prev

    def _operation(self, other, compute):
        other = as_value(other)
        if other is NotImplemented:
            return NotImplemented
        return compute(self, other)

    def __add__(self, other):
        return self._operation(other, add)

    def __radd__(self, other):
        return self._operation(other, lambda right, left: add(left, right))

    def __mul__(self, other):
        return self._operation(other, mul)

    def __rmul__(self, other):
        return self._operation(other, lambda right, left: mul(left, right))

    def __sub__(self, other):
        return self._operation(other, lambda left, right: add(left, -right))

    def __rsub__(self, other):
        return self._operation(other, lambda right, left: add(left, -right))

    def __truediv__(self, other):
        return self._operation(other, div)

    def __rtruediv__(self, other):
        return self._operation(other, lambda right, left: div(left, right))

    def __pow__(self, exponent):
        if not isinstance(exponent, numbers.Real):
            return NotImplemented
        return scale(self, self.data**exponent, exponent * self.data ** (exponent - 1))

    def __neg__(self):
        return scale(self, -self.data, -1.0)

    def exp(self):
        y = math.exp(self.data)
        return scale(self, y, y)

    def log(self):
        return scale(self, math.log(self.data), 1 / self.data)

    def tanh(self):
        y = math.tanh(self.data)
        return scale(self, y, 1 - y * y)

    def relu(self):
        return scale(self, max(self.data, 0.0), 1.0 * (self.data > 0))

    def sigmoid(self):
        y = 1 / (1 + math.exp(-self.data)) if self.data >= 0 else 1 - 1 / (1 + math.exp(self.data))
        return scale(self, y, y * (1 - y))

    def backward(self):
        topo, visited, stack = [], set(), [self]
        while stack:
            v = stack[-1]
            if v in visited:
                stack.pop()
                continue
            unvisited = [p for p in v._prev if p not in visited]
            if unvisited:
                stack.append(unvisited[0])
            else:
                visited.add(v)
                topo.append(v)
        self.grad = 1.0
        for v in reversed(topo):
            if v._rule is not None:
                v._rule(v.grad)


@as_value.register
def _(thing: Value):
    return thing


@as_value.register
def _(thing: numbers.Real):
    return Value(thing)


def add(a, b):
    def rule(g):
        a.grad += g
        b.grad += g

    return Value(a.data + b.data, rule, (a, b))


def mul(a, b):
    def rule(g):
        a.grad += g * b.data
        b.grad += g * a.data

    return Value(a.data * b.data, rule, (a, b))


def div(a, b):
    def rule(g):
        a.grad += g / b.data
        b.grad -= g * a.data / b.data**2

    return Value(a.data / b.data, rule, (a, b))


def scale(a, data, slope):
    def rule(g):
        a.grad += g * slope

    return Value(data, rule, (a,))
