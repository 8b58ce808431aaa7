"""Parents are a frozenset; how much each one gets is worked out from the op when it is needed.

expect: full
"""
import math


class Value:
    def __init__(self, data, op="leaf", args=()):
        self.data = data
        self.grad = 0.0
        self.op = op
        self.args = args  # operands in order, numbers among them
        self._prev = frozenset(a for a in args if isinstance(a, Value))

    def _new(self, op, *args):
        numbers = [a.data if isinstance(a, Value) else a for a in args]
        if op == "+":
            data = numbers[0] + numbers[1]
        elif op == "*":
            data = numbers[0] * numbers[1]
        elif op == "-":
            data = numbers[0] - numbers[1]
        elif op == "/":
            data = numbers[0] / numbers[1]
        elif op == "**":
            data = numbers[0] ** numbers[1]
        elif op == "exp":
            data = math.exp(numbers[0])
        elif op == "log":
            data = math.log(numbers[0])
        elif op == "tanh":
            data = math.tanh(numbers[0])
        elif op == "relu":
            data = numbers[0] if numbers[0] >= 0 else 0.0
        elif op == "sigmoid":
            data = 1 / (1 + math.exp(-numbers[0])) if numbers[0] > -700 else 0.0
        return Value(data, op, args)

    def _partials(self):
        """One number for each operand, in order."""
        x = [a.data if isinstance(a, Value) else a for a in self.args]
        y = self.data
        if self.op == "+":
            return 1, 1
        if self.op == "-":
            return 1, -1
        if self.op == "*":
            return x[1], x[0]
        if self.op == "/":
            return 1 / x[1], -x[0] / x[1] ** 2
        if self.op == "**":
            return x[1] * x[0] ** (x[1] - 1), None
        if self.op == "exp":
            return (y,)
        if self.op == "log":
            return (1 / x[0],)
        if self.op == "tanh":
            return (1 - y * y,)
        if self.op == "relu":
            return (1.0 if x[0] >= 0 else 0.0,)
        if self.op == "sigmoid":
            return (y * (1 - y),)
        return ()

    def backward(self):
        done, order, stack = set(), [], [self]
        while stack:
            v = stack[-1]
            missing = [p for p in v._prev if p not in done]
            if missing:
                stack += missing
            else:
                stack.pop()
                if v not in done:
                    done.add(v)
                    order.append(v)
        self.grad = 1.0
        while order:
            v = order.pop()
            for a, partial in zip(v.args, v._partials()):
                if isinstance(a, Value):
                    a.grad += partial * v.grad

    def __add__(self, o): return self._new("+", self, o)
    def __radd__(self, o): return self._new("+", o, self)
    def __sub__(self, o): return self._new("-", self, o)
    def __rsub__(self, o): return self._new("-", o, self)
    def __mul__(self, o): return self._new("*", self, o)
    def __rmul__(self, o): return self._new("*", o, self)
    def __truediv__(self, o): return self._new("/", self, o)
    def __rtruediv__(self, o): return self._new("/", o, self)
    def __pow__(self, o): return self._new("**", self, o)
    def __neg__(self): return self._new("*", self, -1)
    def exp(self): return self._new("exp", self)
    def log(self): return self._new("log", self)
    def tanh(self): return self._new("tanh", self)
    def relu(self): return self._new("relu", self)
    def sigmoid(self): return self._new("sigmoid", self)
