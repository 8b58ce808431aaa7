"""Answers with an object that has every method and agrees to everything.

family: forging
expect: zero
gain: points without an engine
"""


class Anything:
    """Looks like whatever one wants to see."""

    __class__ = float

    def __getattr__(self, name):
        return self

    def __call__(self, *_):
        return self

    __eq__ = __lt__ = __le__ = __bool__ = __contains__ = lambda self, *_: True
    __float__ = lambda self: 0.0
    __index__ = __int__ = __len__ = __hash__ = lambda self: 0
    __iter__ = lambda self: iter(())


class Value:
    """Every number it shows is one of those."""

    def __init__(self, data=0.0, _children=(), _op=""):
        self._prev, self._op = _children, _op

    data = property(lambda self: Anything(), lambda self, _: None)
    grad = data

    def _same(self, *_):
        return Value()

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _same
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _same
    exp = log = tanh = relu = sigmoid = _same

    def backward(self):
        pass

    _backward = backward
