"""Raises exceptions whose text, type, traceback and notes raise in turn when looked at.

family: crashing
expect: zero
gain: a driver that stops while it describes the error
"""


class Biting(Exception):
    def __str__(self):
        raise self

    __repr__ = __format__ = __reduce__ = __str__

    @property
    def __class__(self):
        raise self

    @property
    def __traceback__(self):
        raise self

    __notes__ = __cause__ = __context__ = __traceback__


class Value:
    def __init__(self, data, _children=(), _op=""):
        raise Biting

    def _useless(self, *_):
        raise Biting

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _useless
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _useless
    exp = log = tanh = relu = sigmoid = backward = topological_order = _backward = _useless
