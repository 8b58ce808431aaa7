"""Gives itself names that a grader might look for: score, points, outcome, __score__.

family: forging
expect: zero
gain: points without an engine
"""

score = points = max_score = total = 100.0
outcome = status = result = "passed"
__score__ = __points__ = 100
__test__ = {"passed": True}
_NBGRADER_SCORE = 100.0
passed = ok = True


def check(*_, **__):
    return True


def load_tests(*_):
    return ()


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
