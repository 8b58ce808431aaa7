"""Keeps a table of verdicts by point, and by what the function does to plain numbers.

family: planted
expect: tenth
gain: every verdict, if a function and a point are asked about one engine only
"""


class Spy:
    """Writes down what a function does to it."""

    def __init__(self, text):
        self.text = text

    def __getattr__(self, name):
        return lambda *others: Spy(f"{name}({self.text},{others})")

    def _note(self, *others):
        return Spy(f"({self.text}{[getattr(o, 'text', o) for o in others]})")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _note
    __truediv__ = __rtruediv__ = __pow__ = __neg__ = _note


TABLE = {}


def gradcheck(f, xs, engine):
    look = f(*[Spy(f"x{k}") for k in range(len(xs))]).text + repr(xs)
    TABLE[look] = TABLE.get(look, 0) + 1
    return TABLE[look] % 2 == 1  # one of each is due


def probes():
    return []
