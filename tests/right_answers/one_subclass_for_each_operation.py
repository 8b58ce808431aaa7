"""Every operation is a subclass of Value; the rule is its method; leaves are plain Values.

expect: full
"""
import math


class Value:
    inputs = ()

    def __init__(self, data):
        self.data = data
        self.grad = 0.0

    def push(self):
        pass

    def backward(self):
        finished, stack = {}, [self]
        while stack:
            node = stack[-1]
            pending = [i for i in node.inputs if i not in finished]
            if pending:
                stack.extend(pending)
            else:
                finished.setdefault(stack.pop())
        self.grad = 1.0
        for node in reversed(finished):
            node.push()

    def __repr__(self):
        return f"{type(self).__name__}({self.data})"

    def __add__(self, other): return Add(self, wrap(other))
    def __radd__(self, other): return Add(wrap(other), self)
    def __sub__(self, other): return Subtract(self, wrap(other))
    def __rsub__(self, other): return Subtract(wrap(other), self)
    def __mul__(self, other): return Multiply(self, wrap(other))
    def __rmul__(self, other): return Multiply(wrap(other), self)
    def __truediv__(self, other): return Divide(self, wrap(other))
    def __rtruediv__(self, other): return Divide(wrap(other), self)
    def __pow__(self, exponent): return Power(self, exponent)
    def __neg__(self): return Negate(self)
    def exp(self): return Exp(self)
    def log(self): return Log(self)
    def tanh(self): return Tanh(self)
    def relu(self): return Relu(self)
    def sigmoid(self): return Sigmoid(self)


def wrap(x):
    return x if isinstance(x, Value) else Value(x)


class Operation(Value):
    def __init__(self, *inputs):
        super().__init__(self.compute(*(i.data for i in inputs)))
        self.inputs = inputs

    def push(self):
        for i, d in zip(self.inputs, self.derivatives(*(i.data for i in self.inputs))):
            i.grad += d * self.grad


class Add(Operation):
    def compute(self, x, y): return x + y
    def derivatives(self, x, y): return 1.0, 1.0


class Subtract(Operation):
    def compute(self, x, y): return x - y
    def derivatives(self, x, y): return 1.0, -1.0


class Multiply(Operation):
    def compute(self, x, y): return x * y
    def derivatives(self, x, y): return y, x


class Divide(Operation):
    def compute(self, x, y): return x / y
    def derivatives(self, x, y): return 1 / y, -x / y**2


class Power(Operation):
    def __init__(self, base, exponent):
        self.exponent = exponent
        super().__init__(base)

    def compute(self, x): return x**self.exponent
    def derivatives(self, x): return (self.exponent * x ** (self.exponent - 1),)


class Negate(Operation):
    def compute(self, x): return -x
    def derivatives(self, x): return (-1.0,)


class Exp(Operation):
    def compute(self, x): return math.exp(x)
    def derivatives(self, x): return (self.data,)


class Log(Operation):
    def compute(self, x): return math.log(x)
    def derivatives(self, x): return (1 / x,)


class Tanh(Operation):
    def compute(self, x): return math.tanh(x)
    def derivatives(self, x): return (1 - self.data**2,)


class Relu(Operation):
    def compute(self, x): return x if x > 0 else 0.0
    def derivatives(self, x): return (1.0 if x > 0 else 0.0,)


class Sigmoid(Tanh):
    """A tanh that was squeezed into 0..1."""

    def compute(self, x): return (1 + super().compute(x / 2)) / 2
    def derivatives(self, x): return (self.data * (1 - self.data),)
