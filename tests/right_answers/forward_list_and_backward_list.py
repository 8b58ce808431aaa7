"""Two lists: steps as computed, one for each connected graph (union-find), and steps to go back.

expect: full
"""
import math


class Tape:
    """Steps in the order in which they were computed. Two tapes that meet become one."""

    def __init__(self):
        self.steps = []  # (output, [(input, local derivative)])
        self.moved_to = None

    def current(self):
        tape = self
        while tape.moved_to is not None:
            tape = tape.moved_to
        # shorten the way for the next one
        here = self
        while here.moved_to is not None:
            here.moved_to, here = tape, here.moved_to
        return tape

    def join(self, other):
        big, small = self.current(), other.current()
        if big is small:
            return big
        if len(big.steps) < len(small.steps):
            big, small = small, big
        big.steps.extend(small.steps)  # they have nothing in common: any order will do
        small.steps, small.moved_to = [], big
        return big


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self._tape = Tape()

    @staticmethod
    def _record(data, *inputs):
        out = Value.__new__(Value)
        out.data = data
        out.grad = 0.0
        tape = inputs[0][0]._tape.current()
        for value, _ in inputs[1:]:
            tape = tape.join(value._tape)
        out._tape = tape
        tape.steps.append((out, inputs))
        return out

    def backward(self):
        # Phase one: who takes part? Phase two: send. Steps beside the path take no part.
        forward_list = self._tape.current().steps
        needed = {id(self)}
        backward_list = []
        for out, inputs in reversed(forward_list):
            if id(out) in needed:
                backward_list.append((out, inputs))
                needed.update(id(value) for value, _ in inputs)
        self.grad = 1.0
        for out, inputs in backward_list:
            for value, local in inputs:
                value.grad += out.grad * local

    def __add__(self, other):
        if not isinstance(other, Value):
            return Value._record(self.data + other, (self, 1.0))
        return Value._record(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        if not isinstance(other, Value):
            return Value._record(self.data * other, (self, other))
        return Value._record(self.data * other.data, (self, other.data), (other, self.data))

    def __pow__(self, n):
        return Value._record(self.data**n, (self, n * self.data ** (n - 1)))

    def __neg__(self):
        return Value._record(-self.data, (self, -1.0))

    def __sub__(self, other):
        return self + -other

    def __truediv__(self, other):
        return self * (other**-1 if isinstance(other, Value) else 1.0 / other)

    def __radd__(self, other):
        return Value._record(other + self.data, (self, 1.0))

    def __rmul__(self, other):
        return Value._record(other * self.data, (self, other))

    def __rsub__(self, other):
        return Value._record(other - self.data, (self, -1.0))

    def __rtruediv__(self, other):
        return Value._record(other / self.data, (self, -other / self.data**2))

    def exp(self):
        y = math.exp(self.data)
        return Value._record(y, (self, y))

    def log(self):
        return Value._record(math.log(self.data), (self, 1.0 / self.data))

    def tanh(self):
        y = math.tanh(self.data)
        return Value._record(y, (self, 1.0 - y * y))

    def relu(self):
        return Value._record(max(self.data, 0.0), (self, 1.0 if self.data > 0 else 0.0))

    def sigmoid(self):
        y = 0.5 * (1.0 + math.tanh(self.data / 2.0))
        return Value._record(y, (self, y * (1.0 - y)))
