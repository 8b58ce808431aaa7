"""Numeric differentiation: backward() nudges each node and computes the rest again, twice.

expect: right for the wrong reason
fails: deep graphs
"""
import math

H = 1e-6


class Value:
    def __init__(self, data, f=None, args=()):
        self.data = data
        self.grad = 0.0
        self.f = f
        self.args = args

    def _do(f, *args):
        args = [a if isinstance(a, Value) else Value(a) for a in args]
        return Value(f(*[a.data for a in args]), f, args)

    def __add__(self, other): return Value._do(lambda a, b: a + b, self, other)
    def __radd__(self, other): return Value._do(lambda a, b: a + b, other, self)
    def __sub__(self, other): return Value._do(lambda a, b: a - b, self, other)
    def __rsub__(self, other): return Value._do(lambda a, b: a - b, other, self)
    def __mul__(self, other): return Value._do(lambda a, b: a * b, self, other)
    def __rmul__(self, other): return Value._do(lambda a, b: a * b, other, self)
    def __truediv__(self, other): return Value._do(lambda a, b: a / b, self, other)
    def __rtruediv__(self, other): return Value._do(lambda a, b: a / b, other, self)
    def __pow__(self, n): return Value._do(lambda a: a ** n, self)
    def __neg__(self): return Value._do(lambda a: -a, self)
    def exp(self): return Value._do(math.exp, self)
    def log(self): return Value._do(math.log, self)
    def tanh(self): return Value._do(math.tanh, self)
    def relu(self): return Value._do(lambda a: max(a, 0.0), self)
    def sigmoid(self): return Value._do(lambda a: 0.5 * (1 + math.tanh(a / 2)), self)

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                order.append(v)
            elif v not in seen:
                seen.add(v)
                stack.append((v, True))
                stack.extend((a, False) for a in v.args)

        def result(nudged, step):
            number = {}
            for v in order:
                if v is nudged:
                    number[v] = v.data + step
                elif v.f is None:
                    number[v] = v.data
                else:
                    number[v] = v.f(*[number[a] for a in v.args])
            return number[self]

        for v in order:
            v.grad += (result(v, H) - result(v, -H)) / (2 * H)
