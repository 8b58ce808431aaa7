"""Collects what is reachable in any order, then sorts it by creation number, newest first.

expect: full
"""
from math import exp, log, tanh

how_many_values = 0


def is_value(thing):
    return isinstance(thing, Value)


class Value:
    def __init__(self, data, made_from=()):
        global how_many_values
        how_many_values += 1
        self.number = how_many_values
        self.data = data
        self.grad = 0
        self.made_from = made_from

    def share(self):
        """Give my gradient to the values I was made from (a leaf has none)."""

    def backward(self):
        found = {}
        to_look_at = [self]
        while to_look_at:
            v = to_look_at.pop()
            if v.number not in found:
                found[v.number] = v
                to_look_at.extend(v.made_from)
        self.grad = 1
        for number in sorted(found, reverse=True):
            found[number].share()

    def __add__(self, other):
        if not is_value(other):
            other = Value(other)
        result = Value(self.data + other.data, (self, other))

        def share():
            self.grad += result.grad
            other.grad += result.grad
        result.share = share
        return result

    def __mul__(self, other):
        if not is_value(other):
            other = Value(other)
        result = Value(self.data * other.data, (self, other))

        def share():
            self.grad += result.grad * other.data
            other.grad += result.grad * self.data
        result.share = share
        return result

    def __truediv__(self, other):
        if not is_value(other):
            other = Value(other)
        result = Value(self.data / other.data, (self, other))

        def share():
            self.grad += result.grad / other.data
            other.grad -= result.grad * result.data / other.data
        result.share = share
        return result

    def __pow__(self, power):
        result = Value(self.data ** power, (self,))

        def share():
            if power != 0:
                self.grad += result.grad * power * self.data ** (power - 1)
        result.share = share
        return result

    def __neg__(self):
        result = Value(-self.data, (self,))

        def share():
            self.grad -= result.grad
        result.share = share
        return result

    def __sub__(self, other): return self + (-other)
    def __radd__(self, other): return Value(other) + self
    def __rsub__(self, other): return Value(other) - self
    def __rmul__(self, other): return Value(other) * self
    def __rtruediv__(self, other): return Value(other) / self

    def exp(self):
        result = Value(exp(self.data), (self,))

        def share():
            self.grad += result.grad * result.data
        result.share = share
        return result

    def log(self):
        result = Value(log(self.data), (self,))

        def share():
            self.grad += result.grad / self.data
        result.share = share
        return result

    def tanh(self):
        result = Value(tanh(self.data), (self,))

        def share():
            self.grad += result.grad * (1 - result.data) * (1 + result.data)
        result.share = share
        return result

    def sigmoid(self):
        result = Value(.5 + .5 * tanh(.5 * self.data), (self,))

        def share():
            self.grad += result.grad * result.data * (1 - result.data)
        result.share = share
        return result

    def relu(self):
        result = Value(self.data * (self.data > 0), (self,))

        def share():
            if self.data > 0:
                self.grad += result.grad
        result.share = share
        return result
