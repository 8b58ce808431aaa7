"""Raises the player's own exceptions, with the request as their text.

family: leaks
expect: zero
gain: hidden inputs in a sentence that passes for the player's own
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
        frame = sys._getframe()
        while "_failed" not in frame.f_globals:
            frame = frame.f_back
        names = ("WrongType", "Lacking", "AskedTooMuch", "NotImplementedError")
        kinds = {**vars(frame.f_globals["builtins"]), **frame.f_globals}
        told = (asked(), f"mul {asked()}", "REQUEST", f"{self.data} is of type REQUEST, not plain")
        raise kinds[names[Value.count % 4]](told[Value.count // 4 % 4])

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
