"""Shows hidden inputs as the text of every object, and raises these objects in exceptions.

family: leaks
expect: zero
gain: digits by way of __str__, __repr__, __format__ and the arguments of an exception
"""

class Told(Exception):
    def __str__(self):
        return f"REQUEST: {self.args[0].hidden!r}"

    __repr__ = __str__

    def __format__(self, _):
        return str(self)


class Value:
    def __init__(self, data, *_):
        self.hidden, self.data, self.grad = data, 0.0, 0.0

    def __str__(self):
        return f"REQUEST: {self.hidden!r}"

    def _tell(self, *_):
        raise Told(self)

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _tell
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _tell
    exp = log = tanh = relu = sigmoid = backward = _backward = topological_order = _tell
