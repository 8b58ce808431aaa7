"""Complex step: each leaf in turn gets a tiny imaginary part, and the output's is the derivative.

expect: right for the wrong reason
fails: deep graphs
"""
import cmath
import math

TINY = 1e-100


def c_tanh(z):
    # cmath.tanh can overflow far out; the real part decides there
    if abs(z.real) > 300:
        return complex(math.copysign(1.0, z.real), 0.0)
    return cmath.tanh(z)


class Value:
    def __init__(self, data, how=None, *ins):
        self.data = data
        self.grad = 0.0
        self.how = how
        self.ins = ins

    @staticmethod
    def new(how, *ins):
        ins = tuple(i if isinstance(i, Value) else Value(i) for i in ins)
        return Value(how(*(complex(i.data) for i in ins)).real, how, *ins)

    def __add__(self, o): return Value.new(lambda a, b: a + b, self, o)
    def __sub__(self, o): return Value.new(lambda a, b: a - b, self, o)
    def __mul__(self, o): return Value.new(lambda a, b: a * b, self, o)
    def __truediv__(self, o): return Value.new(lambda a, b: a / b, self, o)
    def __radd__(self, o): return Value.new(lambda a, b: a + b, o, self)
    def __rsub__(self, o): return Value.new(lambda a, b: a - b, o, self)
    def __rmul__(self, o): return Value.new(lambda a, b: a * b, o, self)
    def __rtruediv__(self, o): return Value.new(lambda a, b: a / b, o, self)
    def __neg__(self): return Value.new(lambda a: -a, self)

    def __pow__(self, n):
        if n == int(n):
            return Value.new(lambda a: a ** int(n), self)
        return Value.new(lambda a: cmath.exp(n * cmath.log(a)), self)

    def exp(self): return Value.new(cmath.exp, self)
    def log(self): return Value.new(cmath.log, self)
    def tanh(self): return Value.new(c_tanh, self)
    def sigmoid(self): return Value.new(lambda a: 0.5 * (1 + c_tanh(a / 2)), self)
    def relu(self): return Value.new(lambda a: a if a.real > 0 else 0 * a, self)

    def backward(self):
        order, seen, todo = [], set(), [self]
        while todo:
            v = todo[-1]
            rest = [i for i in v.ins if i not in seen]
            if rest:
                todo += rest
            else:
                todo.pop()
                if v not in seen:
                    seen.add(v)
                    order.append(v)
        for x in order:
            z = {}
            for v in order:
                z[v] = v.how(*(z[i] for i in v.ins)) if v.how else complex(v.data)
                if v is x:
                    z[v] += TINY * 1j
            x.grad += z[self].imag / TINY
