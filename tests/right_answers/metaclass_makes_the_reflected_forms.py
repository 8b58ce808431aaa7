"""A metaclass reads the class body, wraps operands, and makes each reflected operator.

expect: full
"""
import functools
import math


class Differentiable(type):
    """Makes `__radd__` from `__add__` and so on, and lets plain numbers be operands."""

    def __new__(mcs, name, bases, namespace):
        for op in ("add", "sub", "mul", "truediv"):
            method = namespace[f"__{op}__"]
            namespace[f"__{op}__"] = mcs.with_numbers(method)
            namespace[f"__r{op}__"] = mcs.reflected(method)
        return super().__new__(mcs, name, bases, namespace)

    @staticmethod
    def with_numbers(method):
        @functools.wraps(method)
        def wrapped(self, other):
            return method(self, other if isinstance(other, type(self)) else type(self)(other))

        return wrapped

    @staticmethod
    def reflected(method):
        def wrapped(self, other):
            return method(type(self)(other), self)

        return wrapped


class Value(metaclass=Differentiable):
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._prev = list(_children)
        self._op = _op
        self._backward = lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, [self, other], "+")

        def _backward():
            for operand in out._prev:
                operand.grad += out.grad

        out._backward = _backward
        return out

    def __sub__(self, other):
        out = Value(self.data - other.data, [self, other], "-")

        def _backward():
            self.grad += out.grad
            other.grad -= out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, [self, other], "*")

        def _backward():
            self.grad += out.grad * other.data
            other.grad += out.grad * self.data

        out._backward = _backward
        return out

    def __truediv__(self, other):
        out = Value(self.data / other.data, [self, other], "/")

        def _backward():
            self.grad += out.grad / other.data
            other.grad -= out.grad * out.data / other.data

        out._backward = _backward
        return out

    def __pow__(self, n):
        return self._function("**", self.data**n, lambda: n * self.data ** (n - 1))

    def __neg__(self):
        return self._function("neg", -self.data, lambda: -1.0)

    def exp(self):
        return self._function("exp", math.exp(self.data), lambda: math.exp(self.data))

    def log(self):
        return self._function("log", math.log(self.data), lambda: 1 / self.data)

    def tanh(self):
        return self._function(
            "tanh", math.tanh(self.data), lambda: 1 - math.tanh(self.data) ** 2
        )

    def relu(self):
        return self._function("relu", max(self.data, 0.0), lambda: int(self.data > 0))

    def sigmoid(self):
        s = (1 + math.tanh(self.data / 2)) / 2
        return self._function("sigmoid", s, lambda: s * (1 - s))

    def _function(self, name, data, local):
        out = Value(data, [self], name)

        def _backward():
            self.grad += out.grad * local()

        out._backward = _backward
        return out

    def backward(self):
        order, seen, stack = [], {self}, [(self, iter(self._prev))]
        while stack:
            node, parents = stack[-1]
            parent = next((p for p in parents if p not in seen), None)
            if parent is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(parent)
                stack.append((parent, iter(parent._prev)))
        self.grad = 1.0
        for node in reversed(order):
            node._backward()
