"""backward() sends gradients to the direct parents and stops there.

expect: one level only
fails: gradients, graphs, deep graphs, numerical range
"""
import math

# engine.py - exercise 6


class Value:
    def __init__(self, data, op=None, left=None, right=None):
        self.data = data
        self.grad = 0
        self.op = op
        self.left = left
        self.right = right

    def __repr__(self):
        return "Value(%s, grad=%s)" % (self.data, self.grad)

    def convert(self, other):
        if type(other) == int or type(other) == float:
            return Value(other)
        return other

    def __add__(self, other):
        other = self.convert(other)
        return Value(self.data + other.data, "+", self, other)

    def __radd__(self, other):
        return self.convert(other) + self

    def __sub__(self, other):
        other = self.convert(other)
        return Value(self.data - other.data, "-", self, other)

    def __rsub__(self, other):
        return self.convert(other) - self

    def __mul__(self, other):
        other = self.convert(other)
        return Value(self.data * other.data, "*", self, other)

    def __rmul__(self, other):
        return self.convert(other) * self

    def __truediv__(self, other):
        other = self.convert(other)
        return Value(self.data / other.data, "/", self, other)

    def __rtruediv__(self, other):
        return self.convert(other) / self

    def __pow__(self, number):
        return Value(self.data ** number, "**", self, Value(number))

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
            self.left.grad += self.grad
            self.right.grad += self.grad
        elif self.op == "-":
            self.left.grad += self.grad
            self.right.grad -= self.grad
        elif self.op == "*":
            self.left.grad += self.grad * self.right.data
            self.right.grad += self.grad * self.left.data
        elif self.op == "/":
            self.left.grad += self.grad / self.right.data
            self.right.grad += self.grad * -self.left.data / self.right.data ** 2
        elif self.op == "**":
            n = self.right.data
            self.left.grad += self.grad * n * self.left.data ** (n - 1)
        elif self.op == "exp":
            self.left.grad += self.grad * self.data
        elif self.op == "log":
            self.left.grad += self.grad / self.left.data
        elif self.op == "tanh":
            self.left.grad += self.grad * (1 - self.data ** 2)
        elif self.op == "relu":
            if self.left.data > 0:
                self.left.grad += self.grad
        elif self.op == "sigmoid":
            self.left.grad += self.grad * self.data * (1 - self.data)

    # start of the backpropagation
    def backward(self):
        self.grad = 1
        self.step()   # chain rule
