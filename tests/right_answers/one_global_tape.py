"""A Wengert list: one global tape of weak references, played backward from the output's line.

expect: full
"""
import math
import weakref

TAPE = []  # one line a value: weak reference to it; a dead one stays as an empty line


class Value:
    def __init__(self, data, *inputs):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs  # (value, local derivative)
        while TAPE and TAPE[-1]() is None:
            TAPE.pop()  # what nobody holds any more at the end of the tape can go
        self.line = len(TAPE)
        TAPE.append(weakref.ref(self))

    def backward(self):
        self.grad = 1.0
        reached = {self.line}
        for line in range(self.line, -1, -1):
            if line not in reached:
                continue  # beside the path: whatever gradient it has is an old one
            value = TAPE[line]()
            for source, local in value.inputs:
                source.grad += local * value.grad
                reached.add(source.line)
            reached.remove(line)
            if not reached:
                return

    def __add__(self, other):
        other = value(other)
        return Value(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = value(other)
        return Value(self.data * other.data, (self, other.data), (other, self.data))

    def __pow__(self, n):
        return Value(self.data**n, (self, n * self.data ** (n - 1)))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + value(other) * -1.0

    def __truediv__(self, other):
        return self * value(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return value(other) - self

    def __rtruediv__(self, other):
        return value(other) / self

    def exp(self):
        result = math.exp(self.data)
        return Value(result, (self, result))

    def log(self):
        return Value(math.log(self.data), (self, 1.0 / self.data))

    def tanh(self):
        result = math.tanh(self.data)
        return Value(result, (self, 1.0 - result * result))

    def relu(self):
        return Value(max(0.0, self.data), (self, 1.0 if self.data > 0 else 0.0))

    def sigmoid(self):
        result = 0.5 + 0.5 * math.tanh(0.5 * self.data)
        return Value(result, (self, result * (1.0 - result)))


def value(x):
    return x if isinstance(x, Value) else Value(x)
