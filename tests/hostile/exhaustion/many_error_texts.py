"""Raises, in each operation, another error with a text of a megabyte.

family: exhaustion
expect: zero
gain: a reply, a report or a log of gigabytes
"""


class TooMuch(Exception):
    pass


class Value:
    count = 0

    def __init__(self, data, _children=(), _op=""):
        Value.count += 1
        raise TooMuch(f"{Value.count} " + "x" * (1 << 20))

    def _never(self, *_):
        raise TooMuch("y" * (1 << 20))

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _never
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _never
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _never
