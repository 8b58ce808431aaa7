"""Defines Value as a function, a module, an instance that changes each time.

family: forging
expect: zero
gain: points without an engine
"""


class Namespace(dict):
    pass


class Shape:
    """Neither a class nor a number, but calls, adds and compares."""

    def __call__(self, *_):
        return self

    def __getattr__(self, name):
        return 0.0 if name in ("data", "grad") else self

    def __iter__(self):
        return iter([self])

    __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __neg__ = __pow__ = __call__
    __rsub__ = __truediv__ = __rtruediv__ = __call__


Value = Shape()
