"""A Value is only an index; numbers, gradients and parents live in parallel lists of one store.

expect: full
"""
import math


class Store:
    def __init__(self):
        self.numbers = []
        self.gradients = []
        self.parents = []  # tuples of (index, local derivative)

    def add(self, number, parents=()):
        self.numbers.append(number)
        self.gradients.append(0.0)
        self.parents.append(parents)
        return len(self.numbers) - 1


STORE = Store()


class Value:
    def __init__(self, data):
        self.index = STORE.add(data)

    @classmethod
    def at(cls, index):
        value = cls.__new__(cls)
        value.index = index
        return value

    @property
    def data(self):
        return STORE.numbers[self.index]

    @data.setter
    def data(self, number):
        STORE.numbers[self.index] = number

    @property
    def grad(self):
        return STORE.gradients[self.index]

    @grad.setter
    def grad(self, number):
        STORE.gradients[self.index] = number

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    def backward(self):
        # An index is always larger than those of its parents, so counting down is an order.
        gradients, parents = STORE.gradients, STORE.parents
        gradients[self.index] = 1.0
        reached = {self.index}
        at = self.index
        while reached:
            if at in reached:
                reached.discard(at)
                for parent, local in parents[at]:
                    gradients[parent] += gradients[at] * local
                    reached.add(parent)
            at -= 1

    def __add__(self, other):
        if isinstance(other, Value):
            parents = ((self.index, 1.0), (other.index, 1.0))
            return Value.at(STORE.add(self.data + other.data, parents))
        return Value.at(STORE.add(self.data + other, ((self.index, 1.0),)))

    def __mul__(self, other):
        if isinstance(other, Value):
            parents = ((self.index, other.data), (other.index, self.data))
            return Value.at(STORE.add(self.data * other.data, parents))
        return Value.at(STORE.add(self.data * other, ((self.index, other),)))

    def _one(self, number, local):
        return Value.at(STORE.add(number, ((self.index, local),)))

    def __pow__(self, n):
        x = self.data
        return self._one(x**n, n * x ** (n - 1))

    def __neg__(self):
        return self._one(-self.data, -1.0)

    def exp(self):
        y = math.exp(self.data)
        return self._one(y, y)

    def log(self):
        return self._one(math.log(self.data), 1.0 / self.data)

    def tanh(self):
        y = math.tanh(self.data)
        return self._one(y, 1.0 - y * y)

    def relu(self):
        x = self.data
        return self._one(x if x > 0 else 0.0, 1.0 if x > 0 else 0.0)

    def sigmoid(self):
        y = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        return self._one(y, y * (1.0 - y))

    def __sub__(self, other):
        return self + -other

    def __truediv__(self, other):
        return self * other**-1

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return self**-1 * other
