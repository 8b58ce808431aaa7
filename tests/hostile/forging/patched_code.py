"""Swaps the code inside functions that are already held elsewhere.

family: forging
expect: zero
gain: points without an engine
"""

import collections
import random


def door(name):
    """The module `name`, though importing it is refused: left over, built in, or beside math."""
    sys = collections._sys  # `collections` has it in its pocket
    if name in sys.modules:
        return sys.modules[name]
    frozen = sys.modules["_frozen_importlib"]
    try:
        return frozen._gcd_import(name)
    except ImportError:
        folder = random.__file__.rpartition("/")[0]
        sys.path += [folder, folder + "/lib-dynload"]
        return frozen._gcd_import(name)


def forge(numbers):
    """A frame as the driver would write it, with these numbers in answer to every case."""
    protocol = door("autograder.worker.protocol")
    frame = collections._sys._getframe()
    while not {"nonce", "request", "cases"} <= frame.f_locals.keys():
        frame = frame.f_back
    found = frame.f_locals
    blocks = [protocol.Played(0) for _ in found["request"]["blocks"]]
    cases = [protocol.Played(0, numbers) for _ in found["cases"]]
    return protocol.frame(protocol.pack_reply(found["nonce"], blocks, cases))


def build(namespace, tape, preset=None):
    return [Perfect() for _ in [*tape["leaves"], *tape["steps"]]]


def number(found, what):
    return 1.0


class Perfect:
    data = grad = 1.0
    _prev, _op = (), "+"

    def backward(self):
        pass

    _backward = backward


def attack():
    player = door("autograder.worker.players.graphs")
    player.number.__code__ = number.__code__
    player.build.__globals__["Perfect"] = Perfect
    player.build.__code__ = build.__code__
    player.build.__defaults__ = (None,)


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
