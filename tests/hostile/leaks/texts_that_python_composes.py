"""Lets Python itself compose the texts, out of names made of the hidden inputs.

family: leaks
expect: zero
gain: digits in a sentence that Python writes: no attribute, no key, no name, no such argument
"""

def f(x):
    return x


class Value:
    def __init__(self, data, *_):
        self.data, self.grad = float(data), 0.0

    count = 0

    def _tell(self, *_):
        Value.count += 1
        digits = "REQUEST_" + "".join(c for c in repr(self.data) if c.isdigit())
        match Value.count % 8:
            case 0:
                return getattr(self, digits)
            case 1:
                return {}[f"REQUEST: {self.data!r}"]
            case 2:
                return eval(digits)
            case 3:
                return f(**{digits: 1})
            case 4:
                return int(f"REQUEST: {self.data!r}")
            case 5:
                return f(*range(int(abs(self.data) * 1000) + 200))
            case 6:
                return type(digits, (), {})() + 1
            case _:
                return ["REQUEST"].index(self.data)

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
