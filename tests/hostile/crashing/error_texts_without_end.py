"""Raises exceptions whose text never ends, or is no text.

family: crashing
expect: limit: cpu
gain: a driver that hangs while it describes the error
"""


class Endless(Exception):
    def __str__(self):
        while True:
            pass


class Value:
    def __init__(self, data, _children=(), _op=""):
        raise Endless

    def _useless(self, *_):
        raise Endless

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _useless
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _useless
    exp = log = tanh = relu = sigmoid = backward = topological_order = _backward = _useless
