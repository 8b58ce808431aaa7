"""Prints every request, and raises it.

family: leaks
expect: zero
gain: hidden inputs in the student's feedback
"""

import sys


def asked():
    """The case that is played, as text."""
    frame = sys._getframe()
    while "case" not in frame.f_locals:
        frame = frame.f_back
    return f"REQUEST: {frame.f_locals['case']['request']}"


class Value:
    def __init__(self, data, *_):
        self.data, self.grad = float(data), 0.0

    def _tell(self, *_):
        print(asked())
        raise ValueError(asked())

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
