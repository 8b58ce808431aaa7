"""Renames its class, its methods and its file after the hidden inputs, and lets Python complain.

family: leaks
expect: zero
gain: digits in the names that Python puts into its sentences
"""

def renamed(function, digits):
    """The same function under another name, said to stand elsewhere."""
    code = function.__code__.replace(co_name=digits, co_qualname=digits, co_filename=digits)
    made = type(function)(code, function.__globals__, digits)
    made.__qualname__ = digits
    return made


def nothing():
    pass


class Value:
    def __init__(self, data, *_):
        self.data, self.grad = float(data), 0.0

    def _tell(self, *_):
        digits = "REQUEST: " + repr(self.data)
        Value.__name__ = Value.__qualname__ = Value.__module__ = digits
        if self.data > 0:
            return renamed(nothing, digits)(1, 2, 3)
        return self < 1

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
