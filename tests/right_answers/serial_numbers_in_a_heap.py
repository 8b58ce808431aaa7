"""Every node has a serial number; backward takes the newest node first, from a heap.

expect: full
"""
import heapq
import itertools
import math


class Value:
    _serial = itertools.count()

    def __init__(self, data, _parents=()):
        self.data = data
        self.grad = 0.0
        self._parents = tuple(_parents)  # pairs (parent, function of the upstream gradient)
        self.serial = next(Value._serial)

    def __lt__(self, other):
        # the heap wants the smallest first, I want the youngest first
        return self.serial > other.serial

    def __repr__(self):
        return f"#{self.serial}: {self.data} (grad {self.grad})"

    def backward(self):
        self.grad = 1.0
        heap, queued = [self], {self.serial}
        while heap:
            node = heapq.heappop(heap)
            for parent, send in node._parents:
                parent.grad += send(node.grad)
                if parent.serial not in queued:
                    queued.add(parent.serial)
                    heapq.heappush(heap, parent)

    def __add__(self, other):
        if not isinstance(other, Value):
            return Value(self.data + other, [(self, lambda g: g)])
        return Value(self.data + other.data, [(self, lambda g: g), (other, lambda g: g)])

    __radd__ = __add__

    def __mul__(self, other):
        if not isinstance(other, Value):
            return Value(self.data * other, [(self, lambda g: g * other)])
        x, y = self.data, other.data
        return Value(x * y, [(self, lambda g: g * y), (other, lambda g: g * x)])

    __rmul__ = __mul__

    def __neg__(self):
        return -1 * self

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __pow__(self, n):
        x = self.data
        return Value(x ** n, [(self, lambda g: g * n * x ** (n - 1))])

    def __truediv__(self, other):
        return self * (other ** -1 if isinstance(other, Value) else 1 / other)

    def __rtruediv__(self, other):
        return self ** -1 * other

    def exp(self):
        y = math.exp(self.data)
        return Value(y, [(self, lambda g: g * y)])

    def log(self):
        x = self.data
        return Value(math.log(x), [(self, lambda g: g / x)])

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, [(self, lambda g: g * (1 - y * y))])

    def sigmoid(self):
        if self.data < 0:
            z = math.exp(self.data)
            y = z / (1 + z)
        else:
            y = 1 / (1 + math.exp(-self.data))
        return Value(y, [(self, lambda g: g * y * (1 - y))])

    def relu(self):
        x = self.data
        # at zero I take the middle of the two slopes
        slope = 1.0 if x > 0 else 0.0 if x < 0 else 0.5
        return Value(x if x > 0 else 0.0, [(self, lambda g: g * slope)])
