"""Answers with another number each time it is asked.

family: forging
expect: zero
gain: points without an engine
"""

import itertools


NUMBERS = itertools.cycle((-7.75, 1e300, -0.0, 5e-324, 123.456))


class Value:
    """Every number it shows is one of those."""

    def __init__(self, data=0.0, _children=(), _op=""):
        self._prev, self._op = _children, _op

    data = property(lambda self: next(NUMBERS), lambda self, _: None)
    grad = data

    def _same(self, *_):
        return Value()

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _same
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _same
    exp = log = tanh = relu = sigmoid = _same

    def backward(self):
        pass

    _backward = backward
