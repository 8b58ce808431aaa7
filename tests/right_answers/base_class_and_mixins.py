"""Value inherits: an abstract node, a mixin with the operators, a mixin with the functions.

expect: full
"""
import abc
import math


class Node(abc.ABC):
    """Anything with parents: knows how to put a graph in order, knows no arithmetic."""

    def __init__(self, parents):
        self.parents = parents

    @abc.abstractmethod
    def pass_back(self):
        ...

    def ancestors_last(self):
        order, temporary, stack = [], set(), [(self, 0)]
        while stack:
            node, at = stack.pop()
            if at == 0:
                if node in temporary:
                    continue
                temporary.add(node)
            if at < len(node.parents):
                stack.append((node, at + 1))
                stack.append((node.parents[at], 0))
            else:
                order.append(node)
        order.reverse()
        return order


class Operators:
    """Everything that can be said with add, times, power and the reflected forms."""

    def __neg__(self):
        return self.times(self.lift(-1.0))

    def __add__(self, other):
        return self.plus(self.lift(other))

    def __radd__(self, other):
        return self.lift(other).plus(self)

    def __mul__(self, other):
        return self.times(self.lift(other))

    def __rmul__(self, other):
        return self.lift(other).times(self)

    def __sub__(self, other):
        return self.plus(-self.lift(other))

    def __rsub__(self, other):
        return self.lift(other).plus(-self)

    def __truediv__(self, other):
        return self.times(self.lift(other).power(-1))

    def __rtruediv__(self, other):
        return self.lift(other).times(self.power(-1))

    def __pow__(self, exponent):
        return self.power(exponent)


class Functions:
    """Functions of one variable: the result, and the slope there."""

    def exp(self):
        y = math.exp(self.data)
        return self.unary(y, y)

    def log(self):
        return self.unary(math.log(self.data), 1.0 / self.data)

    def tanh(self):
        y = math.tanh(self.data)
        return self.unary(y, 1.0 - y * y)

    def relu(self):
        return self.unary(*((self.data, 1.0) if self.data > 0 else (0.0, 0.0)))

    def sigmoid(self):
        y = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        return self.unary(y, y * (1.0 - y))


class Value(Operators, Functions, Node):
    def __init__(self, data, parents=(), locals_=()):
        super().__init__(parents)
        self.data = data
        self.grad = 0.0
        self.locals_ = locals_

    def lift(self, x):
        return x if isinstance(x, Node) else Value(x)

    def plus(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def times(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def power(self, n):
        return self.unary(self.data**n, n * self.data ** (n - 1))

    def unary(self, y, slope):
        return Value(y, (self,), (slope,))

    def pass_back(self):
        for parent, local in zip(self.parents, self.locals_):
            parent.grad += self.grad * local

    def backward(self):
        self.grad = 1.0
        for node in self.ancestors_last():
            node.pass_back()
