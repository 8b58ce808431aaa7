"""Order by Kahn's algorithm: a node goes when everything made from it has gone; parents in a list.

expect: full
"""
import math
from collections import Counter, deque


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.parents = []
        self.rule = None

    def __repr__(self):
        return "<Value %r, grad %r>" % (self.data, self.grad)

    @staticmethod
    def lift(x):
        if isinstance(x, Value):
            return x
        return Value(x)

    @staticmethod
    def make(data, parents, rule):
        node = Value(data)
        node.parents = list(parents)
        node.rule = rule
        return node

    # ---- arithmetic

    def __add__(self, other):
        other = Value.lift(other)
        return Value.make(self.data + other.data, [self, other], lambda g: [g, g])

    def __sub__(self, other):
        other = Value.lift(other)
        return Value.make(self.data - other.data, [self, other], lambda g: [g, -g])

    def __mul__(self, other):
        other = Value.lift(other)
        a, b = self.data, other.data
        return Value.make(a * b, [self, other], lambda g: [g * b, g * a])

    def __truediv__(self, other):
        other = Value.lift(other)
        a, b = self.data, other.data
        return Value.make(a / b, [self, other], lambda g: [g / b, -g * a / (b * b)])

    def __pow__(self, n):
        x = self.data
        return Value.make(x ** n, [self], lambda g: [g * n * x ** (n - 1)])

    def __neg__(self):
        return Value.make(-self.data, [self], lambda g: [-g])

    def __radd__(self, other):
        return Value.lift(other) + self

    def __rsub__(self, other):
        return Value.lift(other) - self

    def __rmul__(self, other):
        return Value.lift(other) * self

    def __rtruediv__(self, other):
        return Value.lift(other) / self

    # ---- functions

    def exp(self):
        e = math.exp(self.data)
        return Value.make(e, [self], lambda g: [g * e])

    def log(self):
        x = self.data
        return Value.make(math.log(x), [self], lambda g: [g / x])

    def tanh(self):
        t = math.tanh(self.data)
        return Value.make(t, [self], lambda g: [g * (1 - t * t)])

    def sigmoid(self):
        s = (1 + math.tanh(self.data / 2)) / 2
        return Value.make(s, [self], lambda g: [g * s * (1 - s)])

    def relu(self):
        on = self.data > 0
        return Value.make(self.data if on else 0.0, [self], lambda g: [g if on else 0.0])

    # ---- backward

    def backward(self):
        waiting = Counter()  # how many uses of a node have not sent their gradient yet
        seen = {id(self)}
        queue = deque([self])
        while queue:
            node = queue.popleft()
            for p in node.parents:
                waiting[id(p)] += 1
                if id(p) not in seen:
                    seen.add(id(p))
                    queue.append(p)

        self.grad = 1.0
        ready = deque([self])
        while ready:
            node = ready.popleft()
            if node.rule is None:
                continue
            for p, share in zip(node.parents, node.rule(node.grad)):
                p.grad += share
                waiting[id(p)] -= 1
                if not waiting[id(p)]:
                    ready.append(p)
