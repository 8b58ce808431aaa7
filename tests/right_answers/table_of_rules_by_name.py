"""Two tables keyed by the op's name: how to go forward, and the local derivatives.

expect: full
"""
import math


def stable_sigmoid(x):
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    z = math.exp(x)
    return z / (1.0 + z)


FORWARD = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, n: x**n,
    "neg": lambda x: -x,
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "relu": lambda x: x if x > 0 else 0.0,
    "sigmoid": stable_sigmoid,
}

# (result, inputs...) -> one local derivative for each input that can have a gradient
LOCAL = {
    "add": lambda out, x, y: (1.0, 1.0),
    "sub": lambda out, x, y: (1.0, -1.0),
    "mul": lambda out, x, y: (y, x),
    "div": lambda out, x, y: (1.0 / y, -out / y),
    "pow": lambda out, x, n: (n * x ** (n - 1), 0.0),
    "neg": lambda out, x: (-1.0,),
    "exp": lambda out, x: (out,),
    "log": lambda out, x: (1.0 / x,),
    "tanh": lambda out, x: (1.0 - out * out,),
    "relu": lambda out, x: (1.0 if x > 0 else 0.0,),
    "sigmoid": lambda out, x: (out * (1.0 - out),),
}


class Value:
    def __init__(self, data, op=None, inputs=()):
        self.data = data
        self.grad = 0.0
        self.op = op
        self.inputs = inputs

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad}, op={self.op})"

    def backward(self):
        self.grad = 1.0
        for node in reversed(topological(self)):
            if node.op is None:
                continue
            numbers = [i.data for i in node.inputs]
            for i, local in zip(node.inputs, LOCAL[node.op](node.data, *numbers)):
                i.grad += local * node.grad

    def __add__(self, other): return apply("add", self, other)
    def __radd__(self, other): return apply("add", other, self)
    def __sub__(self, other): return apply("sub", self, other)
    def __rsub__(self, other): return apply("sub", other, self)
    def __mul__(self, other): return apply("mul", self, other)
    def __rmul__(self, other): return apply("mul", other, self)
    def __truediv__(self, other): return apply("div", self, other)
    def __rtruediv__(self, other): return apply("div", other, self)
    def __pow__(self, other): return apply("pow", self, other)
    def __neg__(self): return apply("neg", self)
    def exp(self): return apply("exp", self)
    def log(self): return apply("log", self)
    def tanh(self): return apply("tanh", self)
    def relu(self): return apply("relu", self)
    def sigmoid(self): return apply("sigmoid", self)


def apply(op, *inputs):
    inputs = tuple(i if isinstance(i, Value) else Value(i) for i in inputs)
    return Value(FORWARD[op](*(i.data for i in inputs)), op, inputs)


def topological(root):
    order, done = [], set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node in done:
            continue
        waiting = [i for i in node.inputs if i not in done]
        if waiting:
            stack.append(node)
            stack.extend(waiting)
        else:
            done.add(node)
            order.append(node)
    return order
