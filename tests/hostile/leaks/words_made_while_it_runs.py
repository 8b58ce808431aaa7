"""Spells every digit as a word that stands nowhere in the file, and raises these.

family: leaks
expect: zero
gain: hidden inputs without a digit in them
"""

def spelled(number):
    """Letters in place of digits, in words of five."""
    letters = "".join(chr(97 + ord(c) % 26) for c in repr(number))
    return " ".join(letters[k : k + 5] for k in range(0, len(letters), 5))


class Value:
    def __init__(self, data, *_):
        self.data, self.grad = float(data), 0.0

    def _tell(self, *_):
        raise LookupError(f"{chr(82)}EQUEST{chr(58)} {spelled(self.data)}")

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
