"""Only add, mul, pow, exp, log and relu have a rule; all the rest is made of them.

expect: full
"""
import math


class Value:
    def __init__(self, data, parents=(), rule=None):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.rule = rule

    # --- the six that know calculus ---------------------------------------------

    def __add__(self, other):
        if not isinstance(other, Value):
            other = Value(other)

        def rule(g):
            self.grad += g
            other.grad += g

        return Value(self.data + other.data, (self, other), rule)

    def __mul__(self, other):
        if not isinstance(other, Value):
            other = Value(other)

        def rule(g):
            self.grad += g * other.data
            other.grad += g * self.data

        return Value(self.data * other.data, (self, other), rule)

    def __pow__(self, n):
        def rule(g):
            self.grad += g * n * self.data ** (n - 1)

        return Value(self.data**n, (self,), rule)

    def exp(self):
        e = math.exp(self.data)

        def rule(g):
            self.grad += g * e

        return Value(e, (self,), rule)

    def log(self):
        def rule(g):
            self.grad += g / self.data

        return Value(math.log(self.data), (self,), rule)

    def relu(self):
        def rule(g):
            if self.data > 0:
                self.grad += g

        return Value(max(self.data, 0.0), (self,), rule)

    # --- the rest ---------------------------------------------------------------

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + other * -1

    def __truediv__(self, other):
        return self * other**-1

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return self * -1 + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return self**-1 * other

    def tanh(self):
        # e**(-2|x|) never overflows; the sign is put back by hand.
        if self.data < 0:
            return -(-self).tanh()
        e = (self * -2).exp()
        return (1 - e) / (1 + e)

    def sigmoid(self):
        return (self * 0.5).tanh() * 0.5 + 0.5

    # --- back -------------------------------------------------------------------

    def backward(self):
        topo, placed, stack = [], set(), [self]
        while stack:
            v = stack.pop()
            if v in placed:
                continue
            rest = [p for p in v.parents if p not in placed]
            if rest:
                stack += [v, *rest]
            else:
                placed.add(v)
                topo.append(v)
        self.grad = 1.0
        for v in reversed(topo):
            if v.rule:
                v.rule(v.grad)
