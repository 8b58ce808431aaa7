"""The class starts with two methods; a loop puts the operators on it with setattr.

expect: full
"""
import math
import operator


class Value:
    def __init__(self, data, links=()):
        self.data = data
        self.grad = 0.0
        self.links = links

    def backward(self):
        rank = {}  # id -> place in post-order
        nodes = []
        stack = [(self, False)]
        while stack:
            node, leave = stack.pop()
            if leave:
                rank[id(node)] = len(nodes)
                nodes.append(node)
            elif id(node) not in rank:
                rank[id(node)] = -1
                stack.append((node, True))
                for parent, _ in node.links:
                    stack.append((parent, False))
        self.grad = 1.0
        for node in sorted(nodes, key=lambda n: rank[id(n)], reverse=True):
            for parent, slope in node.links:
                parent.grad += slope * node.grad


def lift(x):
    if isinstance(x, Value):
        return x
    return Value(x)


def binary(name, forward, slopes):
    def straight(self, other):
        other = lift(other)
        a, b = self.data, other.data
        da, db = slopes(a, b)
        return Value(forward(a, b), ((self, da), (other, db)))

    def reflected(self, other):
        return straight(lift(other), self)

    setattr(Value, f"__{name}__", straight)
    setattr(Value, f"__r{name}__", reflected)


def unary(name, forward, slope):
    def method(self):
        y = forward(self.data)
        return Value(y, ((self, slope(self.data, y)),))

    method.__name__ = name
    setattr(Value, name, method)


for arguments in [
    ("add", operator.add, lambda a, b: (1.0, 1.0)),
    ("sub", operator.sub, lambda a, b: (1.0, -1.0)),
    ("mul", operator.mul, lambda a, b: (b, a)),
    ("truediv", operator.truediv, lambda a, b: (1 / b, -a / b**2)),
]:
    binary(*arguments)

for arguments in [
    ("__neg__", operator.neg, lambda x, y: -1.0),
    ("exp", math.exp, lambda x, y: y),
    ("log", math.log, lambda x, y: 1 / x),
    ("tanh", math.tanh, lambda x, y: 1 - y**2),
    ("relu", lambda x: max(x, 0.0), lambda x, y: 1.0 if x > 0 else 0.0),
    ("sigmoid", lambda x: (1 + math.tanh(x / 2)) / 2, lambda x, y: y * (1 - y)),
]:
    unary(*arguments)


def power(self, n):
    return Value(self.data**n, ((self, n * self.data ** (n - 1)),))


Value.__pow__ = power
