"""Has no operation, and a __getattr__ that makes them up when they are looked for.

family: forging
expect: zero
gain: points without an engine
"""


class Made(type):
    """A class that claims to have whatever it is asked for."""

    def __getattr__(cls, name):
        return lambda *_: cls()

    def __instancecheck__(cls, instance):
        return True


class Value(metaclass=Made):
    def __init__(self, data=0.0, _children=(), _op=""):
        pass

    def __getattr__(self, name):
        return -77.7 if name in ("data", "grad") else lambda *_: Value()
