"""Warns of every request, turns warnings into errors, and writes to every stream there is.

family: leaks
expect: zero
gain: hidden inputs in a line that nobody thought of
"""

import sys


def asked():
    """The case that is played, as text."""
    frame = sys._getframe()
    while "case" not in frame.f_locals:
        frame = frame.f_back
    return f"REQUEST: {frame.f_locals['case']['request']}"


import warnings

warnings.simplefilter("error")


class Value:
    def __init__(self, data, *_):
        self.data, self.grad = float(data), 0.0

    def _tell(self, *_):
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            try:
                stream.write(asked() + "\n")
            except Exception:
                pass
        sys.displayhook(asked())
        warnings.warn(asked(), stacklevel=2)

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
