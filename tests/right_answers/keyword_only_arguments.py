"""All but the number are keyword-only arguments; a wrong type of operand is NotImplemented.

expect: full
"""
import math


class Value:
    def __init__(self, data, *, grad=0.0, parents=(), backward_rule=None, name=None):
        self.data = data
        self.grad = grad
        self.parents = parents
        self.backward_rule = backward_rule
        self.name = name

    def __repr__(self):
        return f"Value({self.data!r}, grad={self.grad!r}, name={self.name!r})"

    @staticmethod
    def number_or_value(x):
        if isinstance(x, Value):
            return x
        if isinstance(x, (int, float)):
            return Value(x, name=repr(x))
        return None

    def __add__(self, other):
        if (other := self.number_or_value(other)) is None:
            return NotImplemented

        def rule(*, upstream):
            self.grad += upstream
            other.grad += upstream

        return Value(self.data + other.data, parents=(self, other), backward_rule=rule)

    def __mul__(self, other):
        if (other := self.number_or_value(other)) is None:
            return NotImplemented

        def rule(*, upstream):
            self.grad += upstream * other.data
            other.grad += upstream * self.data

        return Value(self.data * other.data, parents=(self, other), backward_rule=rule)

    def __pow__(self, exponent):
        if not isinstance(exponent, (int, float)):
            return NotImplemented
        return self.chain(
            value=self.data**exponent, derivative=exponent * self.data ** (exponent - 1)
        )

    def chain(self, *, value, derivative):
        def rule(*, upstream):
            self.grad += upstream * derivative

        return Value(value, parents=(self,), backward_rule=rule)

    def __neg__(self):
        return self.chain(value=-self.data, derivative=-1.0)

    def exp(self):
        y = math.exp(self.data)
        return self.chain(value=y, derivative=y)

    def log(self):
        return self.chain(value=math.log(self.data), derivative=1 / self.data)

    def tanh(self):
        y = math.tanh(self.data)
        return self.chain(value=y, derivative=1 - y**2)

    def relu(self):
        return self.chain(value=max(self.data, 0.0), derivative=float(self.data > 0))

    def sigmoid(self):
        # where e**-x would overflow, the sigmoid is e**x up to the last digit
        y = 1 / (1 + math.exp(-self.data)) if self.data > -50 else math.exp(self.data)
        return self.chain(value=y, derivative=y * (1 - y))

    def __sub__(self, other):
        other = self.number_or_value(other)
        return NotImplemented if other is None else self + -other

    def __truediv__(self, other):
        other = self.number_or_value(other)
        return NotImplemented if other is None else self * other**-1

    def __radd__(self, other):
        return Value(other) + self

    def __rmul__(self, other):
        return Value(other) * self

    def __rsub__(self, other):
        return Value(other) - self

    def __rtruediv__(self, other):
        return Value(other) / self

    def backward(self):
        remaining = {self: None}  # insertion order of a depth-first walk that leaves nodes late
        finished = []
        trail = [self]
        while trail:
            node = trail[-1]
            fresh = next((p for p in node.parents if p not in remaining), None)
            if fresh is None:
                finished.append(trail.pop())
            else:
                remaining[fresh] = None
                trail.append(fresh)
        self.grad = 1.0
        for node in reversed(finished):
            if node.backward_rule is not None:
                node.backward_rule(upstream=node.grad)
