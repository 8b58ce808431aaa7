"""Raises texts of many lines and of 10,000 characters, with the request at each place of a cut.

family: leaks
expect: zero
gain: more than a line of 200 characters
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

    count = 0

    def _tell(self, *_):
        Value.count += 1
        padding = "division by zero" if Value.count % 2 else "x" * (180 + Value.count % 30)
        raise ZeroDivisionError(f"{padding}\n\r\u2028{asked()}\n" * 50)

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
