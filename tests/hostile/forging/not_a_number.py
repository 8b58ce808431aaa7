"""Answers nan to everything: no comparison with it is true, so none is false either.

family: forging
expect: zero
gain: points without an engine
"""


class Value:
    """Every number it shows is one of those."""

    def __init__(self, data=0.0, _children=(), _op=""):
        self._prev, self._op = _children, _op

    data = property(lambda self: float("nan"), lambda self, _: None)
    grad = data

    def _same(self, *_):
        return Value()

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _same
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _same
    exp = log = tanh = relu = sigmoid = _same

    def backward(self):
        pass

    _backward = backward
