"""Operations are functions in a registry, put there by a decorator; methods ask the registry.

expect: full
"""
import math

OPERATIONS = {}


def operation(name):
    """Register a function that returns (result, pull-back)."""

    def register(function):
        if name in OPERATIONS:
            raise ValueError(f"{name} is there already")
        OPERATIONS[name] = function
        return function

    return register


@operation("add")
def _add(x, y):
    return x + y, lambda g: (g, g)


@operation("mul")
def _mul(x, y):
    return x * y, lambda g: (g * y, g * x)


@operation("div")
def _div(x, y):
    return x / y, lambda g: (g / y, -g * x / (y * y))


@operation("pow")
def _pow(x, n):
    return x**n, lambda g: (g * n * x ** (n - 1), None)


@operation("neg")
def _neg(x):
    return -x, lambda g: (-g,)


@operation("exp")
def _exp(x):
    y = math.exp(x)
    return y, lambda g: (g * y,)


@operation("log")
def _log(x):
    return math.log(x), lambda g: (g / x,)


@operation("tanh")
def _tanh(x):
    y = math.tanh(x)
    return y, lambda g: (g * (1 - y * y),)


@operation("relu")
def _relu(x):
    return (x, lambda g: (g,)) if x > 0 else (0.0, lambda g: (0.0,))


@operation("sigmoid")
def _sigmoid(x):
    y = (math.tanh(x / 2) + 1) / 2
    return y, lambda g: (g * (y - y * y),)


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.operands = ()
        self.pull_back = None

    @staticmethod
    def run(name, *operands):
        data, pull_back = OPERATIONS[name](
            *(o.data if isinstance(o, Value) else o for o in operands)
        )
        out = Value(data)
        out.operands = operands
        out.pull_back = pull_back
        return out

    def __add__(self, other): return Value.run("add", self, other)
    def __radd__(self, other): return Value.run("add", other, self)
    def __mul__(self, other): return Value.run("mul", self, other)
    def __rmul__(self, other): return Value.run("mul", other, self)
    def __truediv__(self, other): return Value.run("div", self, other)
    def __rtruediv__(self, other): return Value.run("div", other, self)
    def __pow__(self, other): return Value.run("pow", self, other)
    def __neg__(self): return Value.run("neg", self)
    def __sub__(self, other): return self + (-other)
    def __rsub__(self, other): return other + (-self)
    def exp(self): return Value.run("exp", self)
    def log(self): return Value.run("log", self)
    def tanh(self): return Value.run("tanh", self)
    def relu(self): return Value.run("relu", self)
    def sigmoid(self): return Value.run("sigmoid", self)

    def backward(self):
        # the longest way to the output orders the graph: far nodes later
        users = {self: 0}
        stack = [self]
        while stack:
            for o in stack.pop().operands:
                if isinstance(o, Value):
                    if o not in users:
                        users[o] = 0
                        stack.append(o)
                    users[o] += 1
        self.grad = 1.0
        layer = [self]
        while layer:
            next_layer = []
            for node in layer:
                if node.pull_back is None:
                    continue
                for o, g in zip(node.operands, node.pull_back(node.grad)):
                    if isinstance(o, Value):
                        o.grad += g
                        users[o] -= 1
                        if users[o] == 0:
                            next_layer.append(o)
            layer = next_layer
