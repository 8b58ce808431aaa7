"""Pull, not push: a node fetches its gradient from all its users and adds it up in one go.

expect: full
"""
import math


class Value:
    def __init__(self, data, inputs=(), slopes=()):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs
        self.slopes = slopes

    def backward(self):
        # 1. everything below, inputs first
        order = []
        seen = set()
        stack = [(self, 0)]
        while stack:
            node, k = stack.pop()
            if k == 0:
                if node in seen:
                    continue
                seen.add(node)
            if k == len(node.inputs):
                order.append(node)
            else:
                stack.append((node, k + 1))
                stack.append((node.inputs[k], 0))

        # 2. who uses whom, within this graph only
        users = {node: [] for node in order}
        for node in order:
            for x, slope in zip(node.inputs, node.slopes):
                users[x].append((node, slope))

        # 3. pull
        for node in reversed(order):
            if node is self:
                node.grad = 1.0
            else:
                node.grad = sum(user.grad * slope for user, slope in users[node])

    @staticmethod
    def _pair(a, b):
        a = a if isinstance(a, Value) else Value(a)
        b = b if isinstance(b, Value) else Value(b)
        return a, b, a.data, b.data

    @staticmethod
    def _plus(a, b):
        a, b, x, y = Value._pair(a, b)
        return Value(x + y, (a, b), (1.0, 1.0))

    @staticmethod
    def _minus(a, b):
        a, b, x, y = Value._pair(a, b)
        return Value(x - y, (a, b), (1.0, -1.0))

    @staticmethod
    def _times(a, b):
        a, b, x, y = Value._pair(a, b)
        return Value(x * y, (a, b), (y, x))

    @staticmethod
    def _over(a, b):
        a, b, x, y = Value._pair(a, b)
        return Value(x / y, (a, b), (1.0 / y, -x / (y * y)))

    def __add__(self, other): return Value._plus(self, other)
    def __radd__(self, other): return Value._plus(other, self)
    def __sub__(self, other): return Value._minus(self, other)
    def __rsub__(self, other): return Value._minus(other, self)
    def __mul__(self, other): return Value._times(self, other)
    def __rmul__(self, other): return Value._times(other, self)
    def __truediv__(self, other): return Value._over(self, other)
    def __rtruediv__(self, other): return Value._over(other, self)
    def __neg__(self): return Value(-self.data, (self,), (-1.0,))

    def __pow__(self, n):
        return Value(self.data ** n, (self,), (n * self.data ** (n - 1),))

    def exp(self):
        e = math.exp(self.data)
        return Value(e, (self,), (e,))

    def log(self):
        return Value(math.log(self.data), (self,), (1.0 / self.data,))

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self,), (1.0 - t * t,))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (0.0 if self.data < 0 else 1.0,))

    def sigmoid(self):
        s = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        return Value(s, (self,), (s * (1.0 - s),))
