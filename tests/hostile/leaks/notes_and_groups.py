"""Hangs the request on exceptions: as notes, as a cause, in a group, as attributes.

family: leaks
expect: zero
gain: hidden inputs in what belongs to an exception and is not its text
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
        inner = KeyError(asked())
        inner.add_note(asked())
        if Value.count % 3 == 0:
            raise ExceptionGroup(asked(), [inner, ExceptionGroup("REQUEST:", [inner])])
        if Value.count % 3 == 1:
            error = ZeroDivisionError("division by zero")
            error.add_note(asked())
            error.name, error.obj, error.filename = asked(), asked(), asked()
            raise error from inner
        raise BaseExceptionGroup("REQUEST:", [inner])

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
