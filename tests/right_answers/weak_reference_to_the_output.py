"""Rules hold their output by a weak reference, so that a graph is freed without the collector.

expect: full
"""
import math
import weakref


class Value:
    def __init__(self, data, children=()):
        self.data = data
        self.grad = 0.0
        self.children = children
        self._rules = []

    def _from(self, parent, local):
        """Add a rule: parent.grad += local() * (the gradient this node has at that moment)."""
        me = weakref.ref(self)

        def rule():
            parent.grad += me().grad * local()

        self._rules.append(rule)
        return self

    def __add__(self, other):
        other = to_value(other)
        out = Value(self.data + other.data, (self, other))
        return out._from(self, lambda: 1.0)._from(other, lambda: 1.0)

    def __sub__(self, other):
        other = to_value(other)
        out = Value(self.data - other.data, (self, other))
        return out._from(self, lambda: 1.0)._from(other, lambda: -1.0)

    def __mul__(self, other):
        other = to_value(other)
        out = Value(self.data * other.data, (self, other))
        return out._from(self, lambda: other.data)._from(other, lambda: self.data)

    def __truediv__(self, other):
        other = to_value(other)
        out = Value(self.data / other.data, (self, other))
        out._from(self, lambda: 1 / other.data)
        out._from(other, lambda: -self.data / other.data ** 2)
        return out

    def __pow__(self, n):
        return Value(self.data ** n, (self,))._from(self, lambda: n * self.data ** (n - 1))

    def __neg__(self):
        return Value(-self.data, (self,))._from(self, lambda: -1.0)

    def exp(self):
        y = math.exp(self.data)
        return Value(y, (self,))._from(self, lambda: y)

    def log(self):
        return Value(math.log(self.data), (self,))._from(self, lambda: 1 / self.data)

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, (self,))._from(self, lambda: 1 - y ** 2)

    def relu(self):
        return Value(max(0.0, self.data), (self,))._from(self, lambda: 1.0 if self.data > 0 else 0.0)

    def sigmoid(self):
        y = 0.5 * (1 + math.tanh(self.data / 2))
        return Value(y, (self,))._from(self, lambda: y * (1 - y))

    def __radd__(self, other):
        return to_value(other) + self

    def __rsub__(self, other):
        return to_value(other) - self

    def __rmul__(self, other):
        return to_value(other) * self

    def __rtruediv__(self, other):
        return to_value(other) / self

    def backward(self):
        order, seen, stack = [], set(), [(self, True)]
        while stack:
            node, arriving = stack.pop()
            if not arriving:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, False))
                stack.extend((child, True) for child in node.children)
        self.grad = 1.0
        for node in order[::-1]:
            for rule in node._rules:
                rule()


def to_value(x):
    return x if isinstance(x, Value) else Value(x)
