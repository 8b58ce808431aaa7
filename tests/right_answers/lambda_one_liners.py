"""As short as it gets: lambdas for methods, one helper, no def inside the class but two.

expect: full
"""
from math import exp, log, tanh

L = lambda x: x if isinstance(x, Value) else Value(x)
T = lambda x: (1 + tanh(x / 2)) / 2


class Value:
    def __init__(s, d, *p): s.data, s.grad, s.p = d, 0.0, p

    __add__ = lambda a, b: (b := L(b), Value(a.data + b.data, (a, 1), (b, 1)))[1]
    __mul__ = lambda a, b: (b := L(b), Value(a.data * b.data, (a, b.data), (b, a.data)))[1]
    __pow__ = lambda a, n: Value(a.data ** n, (a, n * a.data ** (n - 1)))
    __neg__ = lambda a: a * -1
    __sub__ = lambda a, b: a + -L(b)
    __truediv__ = lambda a, b: a * L(b) ** -1
    __radd__ = lambda a, b: L(b) + a
    __rmul__ = lambda a, b: L(b) * a
    __rsub__ = lambda a, b: L(b) - a
    __rtruediv__ = lambda a, b: L(b) / a
    exp = lambda a: Value(exp(a.data), (a, exp(a.data)))
    log = lambda a: Value(log(a.data), (a, 1 / a.data))
    tanh = lambda a: Value(tanh(a.data), (a, 1 - tanh(a.data) ** 2))
    relu = lambda a: Value(max(a.data, 0.0), (a, int(a.data > 0)))
    sigmoid = lambda a: Value(T(a.data), (a, T(a.data) * (1 - T(a.data))))

    def backward(s):
        t, v, k = [], set(), [(s, 0)]
        while k:
            n, d = k.pop()
            if d: t.append(n)
            elif n not in v: v.add(n); k += [(n, 1)] + [(m, 0) for m, _ in n.p]
        s.grad = 1.0
        for n in t[::-1]:
            for m, d in n.p: m.grad += d * n.grad
