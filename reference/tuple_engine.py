"""The engine once more, faster: local derivatives in tuples, and no rule for each node.

Operations work out their local derivatives on the way forward, as numbers; the walk back is
then one loop for all of them: upstream times local, added.
"""

from itertools import count
from math import exp, log, pow, tanh

MADE = count()  # a parent is made before its node, so falling numbers are a walk back


def operation(value, slopes):
    """Make a method of y = value(a, ...) with the local derivatives slopes(y, a, ...)."""

    def method(*parents):
        parents = tuple([p if isinstance(p, Value) else Value(p) for p in parents])
        data = [parent.data for parent in parents]
        return Value(y := value(*data), parents, slopes(y, *data))

    return method


class Value:
    """One scalar: its data, its gradient, its parents and its local derivative for each."""

    __slots__ = ("_locals", "_made", "_prev", "data", "grad")

    def __init__(self, data, _prev=(), _locals=()):
        self.data, self.grad, self._made = data, 0.0, next(MADE)
        self._prev, self._locals = _prev, _locals

    def __pow__(self, n):
        return operation(lambda x: pow(x, n), lambda y, x: (n and n * pow(x, n - 1),))(self)

    __add__ = __radd__ = operation(lambda a, b: a + b, lambda y, a, b: (1.0, 1.0))
    __mul__ = __rmul__ = operation(lambda a, b: a * b, lambda y, a, b: (b, a))
    __sub__ = operation(lambda a, b: a - b, lambda y, a, b: (1.0, -1.0))
    __rsub__ = operation(lambda b, a: a - b, lambda y, b, a: (-1.0, 1.0))
    __truediv__ = operation(lambda a, b: a / b, lambda y, a, b: (1.0 / b, -y / b))
    __rtruediv__ = operation(lambda b, a: a / b, lambda y, b, a: (-y / b, 1.0 / b))
    __neg__ = operation(lambda x: -x, lambda y, x: (-1.0,))
    exp = operation(exp, lambda y, x: (y,))
    log = operation(log, lambda y, x: (1.0 / x,))
    tanh = operation(tanh, lambda y, x: (1.0 - y**2,))
    sigmoid = operation(lambda x: 0.5 + 0.5 * tanh(0.5 * x), lambda y, x: (y * (1.0 - y),))
    relu = operation(lambda x: x if x > 0 else 0.0, lambda y, x: (1.0 if x > 0 else 0.0,))

    def backward(self):
        """Fill in d(self)/d(node) as `grad`; a second call adds to the leaves alone."""
        nodes, known = [self], {self}
        for node in nodes:  # the list grows while it is walked
            nodes += {*node._prev} - known
            known.update(node._prev)
            node.grad = 0.0 if node._prev else node.grad
        self.grad += 1.0
        for node in sorted(nodes, key=lambda node: node._made, reverse=True):
            for parent, local in zip(node._prev, node._locals, strict=True):
                parent.grad += node.grad * local
