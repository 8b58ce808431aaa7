"""Raises exceptions whose class is made on the spot and named after the hidden inputs.

family: leaks
expect: zero
gain: digits in the name of an exception
"""

class Named(Exception):
    pass


class Value:
    def __init__(self, data, *_):
        self.data, self.grad = float(data), 0.0

    def _tell(self, *others):
        digits = "".join(c for c in repr(self.data) if c.isdigit())
        made = type(f"REQUEST_{digits}", (Named,), {})
        made.__qualname__ = f"REQUEST: {self.data!r}"
        raise made

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
