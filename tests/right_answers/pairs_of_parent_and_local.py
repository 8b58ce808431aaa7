"""`_prev` holds (parent, local derivative) pairs worked out while going forward; no rules at all.

expect: full
"""
import math as m


class Value:
    def __init__(self, data, _prev=(), _op=""):
        self.data, self.grad, self._prev, self._op = float(data), 0.0, tuple(_prev), _op

    def __repr__(self):
        return "Value(%g)" % self.data

    # ----------------------------------------------------------------- forward
    def __add__(a, b):
        b = V(b)
        return Value(a.data + b.data, [(a, 1.0), (b, 1.0)], "+")

    def __sub__(a, b):
        b = V(b)
        return Value(a.data - b.data, [(a, 1.0), (b, -1.0)], "-")

    def __mul__(a, b):
        b = V(b)
        return Value(a.data * b.data, [(a, b.data), (b, a.data)], "*")

    def __truediv__(a, b):
        b = V(b)
        return Value(a.data / b.data, [(a, 1 / b.data), (b, -a.data * b.data ** -2)], "/")

    def __pow__(a, n):
        return Value(a.data ** n, [(a, n * a.data ** (n - 1))], "^")

    def __neg__(a):
        return Value(-a.data, [(a, -1.0)], "neg")

    def __radd__(a, b): return V(b) + a
    def __rsub__(a, b): return V(b) - a
    def __rmul__(a, b): return V(b) * a
    def __rtruediv__(a, b): return V(b) / a

    def exp(a):
        e = m.exp(a.data)
        return Value(e, [(a, e)], "exp")

    def log(a):
        return Value(m.log(a.data), [(a, 1 / a.data)], "log")

    def tanh(a):
        t = m.tanh(a.data)
        return Value(t, [(a, 1 - t * t)], "tanh")

    def relu(a):
        return Value(a.data if a.data > 0 else 0, [(a, 1 if a.data > 0 else 0)], "relu")

    def sigmoid(a):
        s = .5 * (1 + m.tanh(.5 * a.data))
        return Value(s, [(a, s * (1 - s))], "sigm")

    # ---------------------------------------------------------------- backward
    def backward(root):
        order, seen, todo = [], set(), [(root, 0)]
        while todo:
            v, k = todo.pop()
            if k == 0 and id(v) in seen:
                continue
            seen.add(id(v))
            if k < len(v._prev):
                todo.append((v, k + 1))          # come back for the next parent
                todo.append((v._prev[k][0], 0))
            else:
                order.append(v)
        root.grad = 1.0
        for v in reversed(order):
            for p, d in v._prev:
                p.grad += d * v.grad


def V(x):
    return x if isinstance(x, Value) else Value(x)
