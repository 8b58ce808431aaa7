"""Raises at lines whose number is made of the hidden inputs, in files of any name.

family: leaks
expect: zero
gain: digits in the place where it happened
"""

def at(line, file):
    """Raise in this line of this file."""
    exec(compile("\n" * (line - 1) + "raise ValueError", file, "exec"))


class Value:
    def __init__(self, data, *_):
        self.data, self.grad = float(data), 0.0

    count = 0

    def _tell(self, *_):
        Value.count += 1
        line = int(abs(self.data) * 100) + 500
        files = ("submission: engine.py", f"submission: REQUEST: {self.data!r}", "submission: ")
        at(line, files[Value.count % 3])

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
