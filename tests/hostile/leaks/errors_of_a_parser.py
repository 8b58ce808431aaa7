"""Raises a parser's errors, with the request as message, as text and as line.

family: leaks
expect: zero
gain: hidden inputs in words that pass for a parser's
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
        digits = "".join(c for c in repr(self.data) if c.isdigit())
        match Value.count % 4:
            case 0:
                raise SyntaxError(asked())
            case 1:
                raise SyntaxError(f"invalid syntax, REQUEST {digits}", ("engine.py", 1, 1, asked()))
            case 2:
                raise IndentationError(f"unexpected indent (REQUEST, line {digits})")
            case _:
                exec(compile(f"REQUEST {digits} = {self.data!r} +", f"REQUEST {digits}", "exec"))

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
