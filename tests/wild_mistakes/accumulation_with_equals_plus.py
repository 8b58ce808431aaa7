"""`=+` typed for `+=` in add: it assigns plus the gradient.

expect: overwrites the gradient in add
fails: gradients, graphs
"""
import math

# engine.py - exercise 6


class Value:
    def __init__(self, data, op=None, first=None, second=None):
        self.data = data
        self.grad = 0
        self.op = op
        self.first = first
        self.second = second

    def __repr__(self):
        return "Value(%s, grad=%s)" % (self.data, self.grad)

    def fix(self, other):
        if type(other) == int or type(other) == float:
            return Value(other)
        return other

    def __add__(self, other):
        other = self.fix(other)
        return Value(self.data + other.data, "+", self, other)

    def __radd__(self, other):
        return self.fix(other) + self

    def __sub__(self, other):
        other = self.fix(other)
        return Value(self.data - other.data, "-", self, other)

    def __rsub__(self, other):
        return self.fix(other) - self

    def __mul__(self, other):
        other = self.fix(other)
        return Value(self.data * other.data, "*", self, other)

    def __rmul__(self, other):
        return self.fix(other) * self

    def __truediv__(self, other):
        other = self.fix(other)
        return Value(self.data / other.data, "/", self, other)

    def __rtruediv__(self, other):
        return self.fix(other) / self

    def __pow__(self, n):
        return Value(self.data ** n, "**", self, Value(n))

    def __neg__(self):
        return self * -1

    def exp(self):
        return Value(math.exp(self.data), "exp", self)

    def log(self):
        return Value(math.log(self.data), "log", self)

    def tanh(self):
        return Value(math.tanh(self.data), "tanh", self)

    def relu(self):
        if self.data > 0:
            return Value(self.data, "relu", self)
        else:
            return Value(0, "relu", self)

    def sigmoid(self):
        if self.data < -500:
            return Value(0.0, "sigmoid", self)
        return Value(1 / (1 + math.exp(-self.data)), "sigmoid", self)

    def step(self):
        """one step of the chain rule"""
        if self.op == "+":
            self.first.grad =+ self.grad
            self.second.grad =+ self.grad
        elif self.op == "-":
            self.first.grad += self.grad
            self.second.grad -= self.grad
        elif self.op == "*":
            self.first.grad += self.grad * self.second.data
            self.second.grad += self.grad * self.first.data
        elif self.op == "/":
            self.first.grad += self.grad / self.second.data
            self.second.grad += self.grad * -self.first.data / self.second.data ** 2
        elif self.op == "**":
            n = self.second.data
            self.first.grad += self.grad * n * self.first.data ** (n - 1)
        elif self.op == "exp":
            self.first.grad += self.grad * self.data
        elif self.op == "log":
            self.first.grad += self.grad / self.first.data
        elif self.op == "tanh":
            self.first.grad += self.grad * (1 - self.data ** 2)
        elif self.op == "relu":
            if self.first.data > 0:
                self.first.grad += self.grad
        elif self.op == "sigmoid":
            self.first.grad += self.grad * self.data * (1 - self.data)

    def backward(self):
        # uses how often each value is used, start only when all users are finished
        uses = {}
        queue = [self]
        while len(queue) > 0:
            v = queue.pop()
            for p in (v.first, v.second):
                if p is not None:
                    if p not in uses:
                        uses[p] = 0
                        queue.append(p)
                    uses[p] = uses[p] + 1
        self.grad = 1
        queue = [self]
        while len(queue) > 0:
            v = queue.pop()
            v.step()
            for p in (v.first, v.second):
                if p is not None:
                    uses[p] = uses[p] - 1
                    if uses[p] == 0:
                        queue.append(p)
