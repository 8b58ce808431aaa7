"""__rsub__ asks Python for other - self again, which calls __rsub__.

expect: __rsub__ calls itself
fails: operators
"""
import math

def val(x): return x if isinstance(x, Value) else Value(x)

class Value:
    def __init__(self, data, edges=()):
        self.data, self.grad, self.edges = data, 0.0, edges

    def __add__(a, b):
        b = val(b); return Value(a.data + b.data, [(a, 1.), (b, 1.)])
    def __mul__(a, b):
        b = val(b); return Value(a.data * b.data, [(a, b.data), (b, a.data)])
    def __truediv__(a, b):
        b = val(b); return Value(a.data / b.data, [(a, 1 / b.data), (b, -a.data / b.data**2)])
    def __pow__(a, n):
        return Value(a.data**n, [(a, n * a.data**(n - 1))])
    def __neg__(a): return Value(-a.data, [(a, -1.)])
    def __sub__(a, b): return a + -val(b)
    def __radd__(a, b): return val(b) + a
    def __rsub__(a, b): return b - a
    def __rmul__(a, b): return val(b) * a
    def __rtruediv__(a, b): return val(b) / a

    def exp(a):
        e = math.exp(a.data); return Value(e, [(a, e)])
    def log(a):
        return Value(math.log(a.data), [(a, 1 / a.data)])
    def tanh(a):
        t = math.tanh(a.data); return Value(t, [(a, 1 - t*t)])
    def sigmoid(a):
        s = (1 + math.tanh(a.data / 2)) / 2; return Value(s, [(a, s * (1 - s))])
    def relu(a):
        return Value(max(a.data, 0.), [(a, float(a.data > 0))])

    def order(self):
        out, seen, stack = [], {self}, [(self, iter(self.edges))]
        while stack:
            node, it = stack[-1]
            for p, _ in it:
                if p not in seen:
                    seen.add(p); stack.append((p, iter(p.edges))); break
            else:
                out.append(node); stack.pop()
        return out[::-1]

    def backward(self):
        self.grad = 1.
        for n in self.order():
            for p, d in n.edges:
                p.grad += n.grad * d
