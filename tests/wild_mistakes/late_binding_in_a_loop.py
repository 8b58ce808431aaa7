"""Rules made by lambdas in a loop over the operands: all of them mean the last operand.

expect: late binding, only the last operand gets gradients
fails: gradients, graphs, deep graphs, numerical range
"""
import math


class Value(object):
    def __init__(self, data, operands=(), slopes=()):
        self.data = data
        self.grad = 0.0
        self.operands = operands
        self.rules = []
        for operand, slope in zip(operands, slopes):
            self.rules.append(lambda g: operand.receive(g * slope))

    def receive(self, g):
        self.grad += g

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n):
        return Value(self.data ** n, (self,), (n * self.data ** (n - 1),))

    def exp(self):
        e = math.exp(self.data)
        return Value(e, (self,), (e,))

    def log(self):
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t * t,))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def sigmoid(self):
        s = 0.5 * (1 + math.tanh(self.data / 2))
        return Value(s, (self,), (s * (1 - s),))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __truediv__(self, other):
        return self * other ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self ** -1 * other

    def backward(self):
        nodes, seen, stack = [], set(), [self]
        while stack:
            v = stack[-1]
            rest = [o for o in v.operands if o not in seen]
            if rest:
                stack.extend(rest)
            else:
                stack.pop()
                if v not in seen:
                    seen.add(v)
                    nodes.append(v)
        self.grad = 1.0
        for v in reversed(nodes):
            for rule in v.rules:
                rule(v.grad)
