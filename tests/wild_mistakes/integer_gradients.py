"""int() around every contribution, so that the gradients print nicely.

expect: integer gradients
fails: gradients, graphs
"""
import math

def to_value(x): return x if isinstance(x, Value) else Value(x)

class Value:
    def __init__(self, data, inputs=()):
        self.data, self.grad, self.inputs = data, 0.0, inputs

    def __add__(a, b):
        b = to_value(b); return Value(a.data + b.data, [(a, 1.), (b, 1.)])
    def __mul__(a, b):
        b = to_value(b); return Value(a.data * b.data, [(a, b.data), (b, a.data)])
    def __truediv__(a, b):
        b = to_value(b); return Value(a.data / b.data, [(a, 1 / b.data), (b, -a.data / b.data**2)])
    def __pow__(a, n):
        return Value(a.data**n, [(a, n * a.data**(n - 1))])
    def __neg__(a): return Value(-a.data, [(a, -1.)])
    def __sub__(a, b): return a + -to_value(b)
    def __radd__(a, b): return to_value(b) + a
    def __rsub__(a, b): return to_value(b) - a
    def __rmul__(a, b): return to_value(b) * a
    def __rtruediv__(a, b): return to_value(b) / a

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

    def topological(self):
        out, done, stack = [], {self}, [(self, iter(self.inputs))]
        while stack:
            node, it = stack[-1]
            for p, _ in it:
                if p not in done:
                    done.add(p); stack.append((p, iter(p.inputs))); break
            else:
                out.append(node); stack.pop()
        return out[::-1]

    def backward(self):
        self.grad = 1.
        for n in self.topological():
            for p, d in n.inputs:
                p.grad += int(n.grad * d)
