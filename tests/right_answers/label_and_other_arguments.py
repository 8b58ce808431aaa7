"""The constructor takes a label, a note and requires_grad; the order of its arguments is its own.

expect: full
"""
import math


class Value:
    """A number in a graph.

    Value(3.0), Value(3.0, 'a'), Value(3.0, label='a', note='measured on Monday')
    """

    def __init__(self, data, label='', requires_grad=True, note=None, parents=None, op=None):
        self.data = data
        self.label = label
        self.note = note
        self.requires_grad = requires_grad
        self.grad = 0.0
        self.op = op
        self.parents = parents if parents is not None else []

    def __str__(self):
        return f'{self.label or "?"} = {self.data:.4g}   (gradient {self.grad:.4g})'

    __repr__ = __str__

    def _unary(self, data, op, local):
        return Value(data, op, self.requires_grad, op=op,
                     parents=[(self, local)])

    def _binary(self, other, data, op, local, other_local):
        return Value(data, op,
                     self.requires_grad or other.requires_grad, op=op,
                     parents=[(self, local), (other, other_local)])

    @staticmethod
    def _constant(x):
        if isinstance(x, Value):
            return x
        return Value(x, label=str(x), requires_grad=False)

    def __add__(self, other):
        other = Value._constant(other)
        return self._binary(other, self.data + other.data, '+', 1.0, 1.0)

    def __radd__(self, other):
        return Value._constant(other) + self

    def __sub__(self, other):
        other = Value._constant(other)
        return self._binary(other, self.data - other.data, '-', 1.0, -1.0)

    def __rsub__(self, other):
        return Value._constant(other) - self

    def __mul__(self, other):
        other = Value._constant(other)
        return self._binary(other, self.data * other.data, '*', other.data, self.data)

    def __rmul__(self, other):
        return Value._constant(other) * self

    def __truediv__(self, other):
        other = Value._constant(other)
        a, b = self.data, other.data
        return self._binary(other, a / b, '/', 1 / b, -a / b ** 2)

    def __rtruediv__(self, other):
        return Value._constant(other) / self

    def __pow__(self, n):
        return self._unary(self.data ** n, f'pow{n}', n * self.data ** (n - 1))

    def __neg__(self):
        return self._unary(-self.data, 'neg', -1.0)

    def exp(self):
        y = math.exp(self.data)
        return self._unary(y, 'exp', y)

    def log(self):
        return self._unary(math.log(self.data), 'log', 1 / self.data)

    def tanh(self):
        y = math.tanh(self.data)
        return self._unary(y, 'tanh', 1 - y ** 2)

    def sigmoid(self):
        y = 1 / (1 + math.exp(-self.data)) if self.data > -100 else math.exp(self.data)
        return self._unary(y, 'sigmoid', y * (1 - y))

    def relu(self):
        return self._unary(self.data if self.data > 0 else 0.0, 'relu', float(self.data > 0))

    def backward(self):
        """Only nodes that depend on something with requires_grad take part."""
        order, seen = [], set()
        stack = [(self, False)]
        while stack:
            node, finished = stack.pop()
            if finished:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                for parent, _ in node.parents:
                    if parent.requires_grad:
                        stack.append((parent, False))
        self.grad = 1.0
        while order:
            node = order.pop()
            for parent, local in node.parents:
                if parent.requires_grad:
                    parent.grad += node.grad * local
