"""exp, log, tanh, relu and sigmoid are no methods: __getattr__ makes them when they are asked for.

expect: full
"""
import math

UNARY = {
    "exp": (math.exp, lambda x, y: y),
    "log": (math.log, lambda x, y: 1.0 / x),
    "tanh": (math.tanh, lambda x, y: 1.0 - y * y),
    "relu": (lambda x: x if x > 0 else 0.0, lambda x, y: 1.0 if x > 0 else 0.0),
    "sigmoid": (lambda x: 0.5 + 0.5 * math.tanh(0.5 * x), lambda x, y: y * (1.0 - y)),
}


class Value:
    def __init__(self, data, *parents):
        self.data = data
        self.grad = 0.0
        self.parents = parents

    def __getattr__(self, name):
        # only called for what is not there in the ordinary way
        if name not in UNARY:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        function, derivative = UNARY[name]

        def method():
            y = function(self.data)
            return Value(y, (self, derivative(self.data, y)))

        return method

    def __dir__(self):
        return [*super().__dir__(), *UNARY]

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other.data), (other, self.data))

    def __pow__(self, n):
        return Value(self.data**n, (self, n * self.data ** (n - 1)))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + other * -1

    def __rsub__(self, other):
        return self * -1 + other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return self**-1 * other

    def backward(self):
        order, entered, path = [], {self}, [(self, iter(self.parents))]
        while path:
            node, rest = path[-1]
            step = next(rest, None)
            if step is None:
                order.append(node)
                path.pop()
            elif step[0] not in entered:
                entered.add(step[0])
                path.append((step[0], iter(step[0].parents)))
        self.grad = 1.0
        for node in reversed(order):
            for parent, local in node.parents:
                parent.grad += local * node.grad
