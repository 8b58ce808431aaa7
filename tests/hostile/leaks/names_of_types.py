"""Gives back objects whose type is named after the hidden inputs, for the player to complain of.

family: leaks
expect: zero
gain: digits in the player's own sentence about a wrong type
"""

def named(number):
    """An object of a type that is called so."""
    digits = "".join(c for c in repr(number) if c.isdigit())
    return type(f"REQUEST: {digits}", (), {"__float__": lambda self: number})()


class Value:
    def __init__(self, data, *_):
        self.hidden = data

    data = grad = property(lambda self: named(self.hidden), lambda self, _: None)

    def _tell(self, *_):
        return named(self.hidden)

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
