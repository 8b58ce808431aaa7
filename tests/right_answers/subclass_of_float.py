"""Value is a float that has a gradient: equal numbers are equal, so nodes are told apart by id.

expect: full
"""
import math


class Value(float):
    def __new__(cls, data, *history):
        self = super().__new__(cls, data)
        self.history = history  # (node, slope)
        self.grad = 0.0
        return self

    def __init__(self, data, *history):
        pass

    @property
    def data(self):
        return float.__float__(self)  # float(self) would come out as a plain float too

    def __repr__(self):
        return f"Value({self.data!r}, grad={self.grad!r})"

    def __add__(self, other):
        other = node(other)
        return Value(self.data + other.data, (self, 1.0), (other, 1.0))

    def __sub__(self, other):
        other = node(other)
        return Value(self.data - other.data, (self, 1.0), (other, -1.0))

    def __mul__(self, other):
        other = node(other)
        return Value(self.data * other.data, (self, other.data), (other, self.data))

    def __truediv__(self, other):
        other = node(other)
        return Value(
            self.data / other.data,
            (self, 1.0 / other.data),
            (other, -self.data / other.data**2),
        )

    def __pow__(self, n):
        return Value(self.data**n, (self, n * self.data ** (n - 1)))

    def __neg__(self):
        return Value(-self.data, (self, -1.0))

    # A float that stands on the left gives way, since Value is a subclass of its type.
    def __radd__(self, other):
        return node(other) + self

    def __rsub__(self, other):
        return node(other) - self

    def __rmul__(self, other):
        return node(other) * self

    def __rtruediv__(self, other):
        return node(other) / self

    def exp(self):
        e = math.exp(self.data)
        return Value(e, (self, e))

    def log(self):
        return Value(math.log(self.data), (self, 1.0 / self.data))

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self, 1.0 - t * t))

    def relu(self):
        return Value(max(self.data, 0.0), (self, 1.0 if self.data > 0.0 else 0.0))

    def sigmoid(self):
        s = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        return Value(s, (self, s * (1.0 - s)))

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            n, done = stack.pop()
            if done:
                order.append(n)
            elif id(n) not in seen:
                seen.add(id(n))
                stack.append((n, True))
                stack += [(parent, False) for parent, _ in n.history]
        self.grad = 1.0
        for n in reversed(order):
            for parent, slope in n.history:
                parent.grad += slope * n.grad


def node(x):
    return x if isinstance(x, Value) else Value(x)
