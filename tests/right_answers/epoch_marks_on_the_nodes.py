"""No visited set: every walk has a number, and a node remembers the last walk that came by.

expect: full
"""
import math


class Value:
    __walks = 0  # private, name-mangled

    def __init__(self, data, op='', *parents):
        self.data = data
        self.grad = 0.0
        self.op = op
        self.parents = parents
        self.__entered = 0
        self.__left = 0

    @staticmethod
    def __wrap(x):
        return x if isinstance(x, Value) else Value(x)

    def __add__(self, o):
        o = Value.__wrap(o)
        return Value(self.data + o.data, '+', self, o)

    def __radd__(self, o):
        return Value.__wrap(o) + self

    def __sub__(self, o):
        o = Value.__wrap(o)
        return Value(self.data - o.data, '-', self, o)

    def __rsub__(self, o):
        return Value.__wrap(o) - self

    def __mul__(self, o):
        o = Value.__wrap(o)
        return Value(self.data * o.data, '*', self, o)

    def __rmul__(self, o):
        return Value.__wrap(o) * self

    def __truediv__(self, o):
        o = Value.__wrap(o)
        return Value(self.data / o.data, '/', self, o)

    def __rtruediv__(self, o):
        return Value.__wrap(o) / self

    def __pow__(self, k):
        out = Value(self.data ** k, '**', self)
        out.k = k
        return out

    def __neg__(self):
        return Value(-self.data, 'neg', self)

    def exp(self):
        return Value(math.exp(self.data), 'exp', self)

    def log(self):
        return Value(math.log(self.data), 'log', self)

    def tanh(self):
        return Value(math.tanh(self.data), 'tanh', self)

    def relu(self):
        return Value(self.data if self.data > 0 else 0.0, 'relu', self)

    def sigmoid(self):
        return Value((1 + math.tanh(self.data / 2)) / 2, 'sigmoid', self)

    def slopes(self):
        y, x = self.data, [p.data for p in self.parents]
        return {
            '': lambda: (),
            '+': lambda: (1, 1),
            '-': lambda: (1, -1),
            '*': lambda: (x[1], x[0]),
            '/': lambda: (1 / x[1], -y / x[1]),
            '**': lambda: (self.k * x[0] ** (self.k - 1),),
            'neg': lambda: (-1,),
            'exp': lambda: (y,),
            'log': lambda: (1 / x[0],),
            'tanh': lambda: (1 - y ** 2,),
            'relu': lambda: (1.0 * (x[0] > 0),),
            'sigmoid': lambda: (y * (1 - y),),
        }[self.op]()

    def backward(self):
        Value.__walks += 1
        walk = Value.__walks
        order, stack = [], [self]
        while stack:
            node = stack[-1]
            if node.__entered != walk:
                node.__entered = walk
                stack.extend(p for p in node.parents if p.__entered != walk)
            else:
                stack.pop()
                if node.__left != walk:
                    node.__left = walk
                    order.append(node)
        self.grad = 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.slopes()):
                parent.grad += node.grad * slope
