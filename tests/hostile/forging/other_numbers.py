"""Answers with what is like a number and is none: text, bool, complex, Decimal, a huge int.

family: forging
expect: zero
gain: points without an engine
"""

import decimal
import fractions
import itertools


KINDS = itertools.cycle(
    (
        "3.0", b"3.0", True, None, 3 + 0j, decimal.Decimal("NaN"), fractions.Fraction(-777, 10),
        10**400, [0.0], {}, float, NotImplemented, ...,
    )
)  # fmt: skip


class Value:
    """Every number it shows is one of those."""

    def __init__(self, data=0.0, _children=(), _op=""):
        self._prev, self._op = _children, _op

    data = property(lambda self: next(KINDS), lambda self, _: None)
    grad = data

    def _same(self, *_):
        return Value()

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _same
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _same
    exp = log = tanh = relu = sigmoid = _same

    def backward(self):
        pass

    _backward = backward
