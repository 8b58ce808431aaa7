"""One general method for two operands and one for one; functools.partialmethod fills in the op.

expect: full
"""
import math
from functools import partialmethod


class Value:
    def __init__(self, data, operands=(), derivatives=()):
        self.data = data
        self.grad = 0.0
        self.operands = operands
        self.derivatives = derivatives

    def _two(self, op, swapped, other):
        if not isinstance(other, Value):
            other = Value(other)
        a, b = (other, self) if swapped else (self, other)
        x, y = a.data, b.data
        if op == "+":
            return Value(x + y, (a, b), (1.0, 1.0))
        if op == "-":
            return Value(x - y, (a, b), (1.0, -1.0))
        if op == "*":
            return Value(x * y, (a, b), (y, x))
        return Value(x / y, (a, b), (1.0 / y, -x / y**2))

    __add__ = partialmethod(_two, "+", False)
    __radd__ = partialmethod(_two, "+", True)
    __sub__ = partialmethod(_two, "-", False)
    __rsub__ = partialmethod(_two, "-", True)
    __mul__ = partialmethod(_two, "*", False)
    __rmul__ = partialmethod(_two, "*", True)
    __truediv__ = partialmethod(_two, "/", False)
    __rtruediv__ = partialmethod(_two, "/", True)

    def _one(self, f, df):
        y = f(self.data)
        return Value(y, (self,), (df(self.data, y),))

    exp = partialmethod(_one, math.exp, lambda x, y: y)
    log = partialmethod(_one, math.log, lambda x, y: 1.0 / x)
    tanh = partialmethod(_one, math.tanh, lambda x, y: 1.0 - y * y)
    relu = partialmethod(_one, lambda x: max(x, 0.0), lambda x, y: float(y > 0))
    sigmoid = partialmethod(
        _one, lambda x: 0.5 + 0.5 * math.tanh(0.5 * x), lambda x, y: y * (1.0 - y)
    )
    __neg__ = partialmethod(_one, lambda x: -x, lambda x, y: -1.0)

    def __pow__(self, n):
        return self._one(lambda x: x**n, lambda x, y: n * x ** (n - 1))

    def backward(self):
        entered, finished = set(), []
        stack = [self]
        while stack:
            node = stack.pop()
            if node is None:  # a marker: the node under it is finished
                finished.append(stack.pop())
            elif node not in entered:
                entered.add(node)
                stack.extend((node, None))
                stack.extend(node.operands)
        self.grad = 1.0
        for node in finished[::-1]:
            for operand, derivative in zip(node.operands, node.derivatives):
                operand.grad += derivative * node.grad
