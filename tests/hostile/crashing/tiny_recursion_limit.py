"""Sets Python's recursion limit so low that the driver can hardly call anything.

family: crashing
expect: zero
gain: a death that is taken for the grader's fault
"""

import collections


def attack():
    sys = collections._sys
    for limit in range(5, 100):
        try:
            sys.setrecursionlimit(limit)
        except RecursionError:
            continue
        break


# No engine at all: every point it gets is stolen. -----------------------------------


class Value:
    """Knows no mathematics: whatever it is asked, it answers with the same useless node."""

    def __init__(self, data, _children=(), _op=""):
        self.data, self.grad, self._prev, self._op = 12345.678, -98.7, (), "?"

    def __repr__(self):
        return "Value(?)"

    def _useless(self, *_):
        return Value(0.0)

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _useless
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _useless
    exp = log = tanh = relu = sigmoid = _useless

    def _backward(self):
        pass

    def topological_order(self):
        return []

    def backward(self):
        pass


try:
    attack()
except BaseException as error:  # the wall held
    print(f"held: {type(error).__name__}")
