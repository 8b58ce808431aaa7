"""The rules are ordinary methods found by name: a node made by mul goes back through back_mul.

expect: full
"""
import math


class Value:
    def __init__(self, data, op='leaf', left=None, right=None):
        self.data = data
        self.grad = 0.0
        self.op = op
        self.left = left
        self.right = right

    # ------------------------------------------------------------ add
    def __add__(self, other):
        other = self.box(other)
        return Value(self.data + other.data, 'add', self, other)

    def back_add(self):
        self.left.grad += self.grad
        self.right.grad += self.grad

    # ------------------------------------------------------------ sub
    def __sub__(self, other):
        other = self.box(other)
        return Value(self.data - other.data, 'sub', self, other)

    def back_sub(self):
        self.left.grad += self.grad
        self.right.grad -= self.grad

    # ------------------------------------------------------------ mul
    def __mul__(self, other):
        other = self.box(other)
        return Value(self.data * other.data, 'mul', self, other)

    def back_mul(self):
        self.left.grad += self.grad * self.right.data
        self.right.grad += self.grad * self.left.data

    # ------------------------------------------------------------ div
    def __truediv__(self, other):
        other = self.box(other)
        return Value(self.data / other.data, 'div', self, other)

    def back_div(self):
        self.left.grad += self.grad / self.right.data
        self.right.grad -= self.grad * self.left.data / self.right.data ** 2

    # ------------------------------------------------------------ pow
    def __pow__(self, exponent):
        # the exponent rides in the right-hand place, as a bare number
        return Value(self.data ** exponent, 'pow', self, exponent)

    def back_pow(self):
        self.left.grad += self.grad * self.right * self.left.data ** (self.right - 1)

    # ------------------------------------------------------------ one operand
    def __neg__(self):
        return Value(-self.data, 'neg', self)

    def back_neg(self):
        self.left.grad -= self.grad

    def exp(self):
        return Value(math.exp(self.data), 'exp', self)

    def back_exp(self):
        self.left.grad += self.grad * self.data

    def log(self):
        return Value(math.log(self.data), 'log', self)

    def back_log(self):
        self.left.grad += self.grad / self.left.data

    def tanh(self):
        return Value(math.tanh(self.data), 'tanh', self)

    def back_tanh(self):
        self.left.grad += self.grad * (1 - self.data ** 2)

    def relu(self):
        return Value(self.data if self.data > 0 else 0.0, 'relu', self)

    def back_relu(self):
        if self.left.data > 0:
            self.left.grad += self.grad

    def sigmoid(self):
        return Value((1 + math.tanh(self.data / 2)) / 2, 'sigmoid', self)

    def back_sigmoid(self):
        self.left.grad += self.grad * self.data * (1 - self.data)

    def back_leaf(self):
        pass

    # ------------------------------------------------------------ plain numbers
    def box(self, x):
        return x if isinstance(x, Value) else Value(x)

    def __radd__(self, x): return self.box(x) + self
    def __rsub__(self, x): return self.box(x) - self
    def __rmul__(self, x): return self.box(x) * self
    def __rtruediv__(self, x): return self.box(x) / self

    # ------------------------------------------------------------ all of it
    def backward(self):
        order = []
        visited = set()
        stack = [self]
        while stack:
            node = stack[-1]
            visited.add(node)
            for parent in (node.left, node.right):
                if isinstance(parent, Value) and parent not in visited:
                    stack.append(parent)
                    break
            else:
                order.append(stack.pop())
        self.grad = 1.0
        for node in reversed(order):
            getattr(node, 'back_' + node.op)()
