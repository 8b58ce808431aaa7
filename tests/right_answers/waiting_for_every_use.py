"""Like reference counting: a node counts its uses, each use reports back, the last one sets it off.

expect: full
"""
import math


class Value:
    def __init__(self, data, _operands=(), _pull=None):
        self.data = data
        self.grad = 0.0
        self._operands = _operands
        self._pull = _pull
        self._uses = 0  # only meaningful during backward

    @classmethod
    def of(cls, x):
        return x if isinstance(x, cls) else cls(x)

    def _count_uses(self):
        """Fill in _uses for everything below self."""
        below = [self]
        for node in below:  # the list grows while we walk along it
            for operand in node._operands:
                if operand._uses == 0:
                    below.append(operand)
                operand._uses += 1

    def backward(self):
        self._count_uses()
        self.grad = 1.0
        free = [self]
        while free:
            node = free.pop()
            if node._pull is None:
                continue
            shares = node._pull(node.grad)
            for operand, share in zip(node._operands, shares, strict=True):
                operand.grad += share
                operand._uses -= 1
                if operand._uses == 0:
                    free.append(operand)

    # binary

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), lambda up: (up, up))

    def __mul__(self, other):
        other = Value.of(other)
        return Value(
            self.data * other.data,
            (self, other),
            lambda up: (up * other.data, up * self.data),
        )

    def __sub__(self, other):
        return self + Value.of(other).__neg__()

    def __truediv__(self, other):
        other = Value.of(other)
        return Value(
            self.data / other.data,
            (self, other),
            lambda up: (up / other.data, -up * self.data / other.data**2),
        )

    def __radd__(self, other):
        return Value.of(other).__add__(self)

    def __rmul__(self, other):
        return Value.of(other).__mul__(self)

    def __rsub__(self, other):
        return Value.of(other).__sub__(self)

    def __rtruediv__(self, other):
        return Value.of(other).__truediv__(self)

    # unary

    def __neg__(self):
        return Value(-self.data, (self,), lambda up: (-up,))

    def __pow__(self, k):
        return Value(self.data**k, (self,), lambda up: (up * k * self.data ** (k - 1),))

    def exp(self):
        out = math.exp(self.data)
        return Value(out, (self,), lambda up: (up * out,))

    def log(self):
        return Value(math.log(self.data), (self,), lambda up: (up / self.data,))

    def tanh(self):
        out = math.tanh(self.data)
        return Value(out, (self,), lambda up: (up - up * out**2,))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), lambda up: (up if self.data > 0 else 0.0,))

    def sigmoid(self):
        out = 1 / (1 + math.exp(-min(max(self.data, -700), 700)))
        return Value(out, (self,), lambda up: (up * out * (1 - out),))
