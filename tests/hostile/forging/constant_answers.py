"""Answers every case with the numbers a constant can guess: 1, 0, and 0 0 0 1.

What the worker only says yes or no to can be guessed: such a check needs a case whose answer is
no.

family: forging
expect: zero
gain: points without an engine
"""

import collections
import itertools
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


GUESSES = ((1.0,), (0.0,), (0.0, 0.0, 0.0, 1.0))


def answer(*_):
    """In place of the player: one guess after the other, as many numbers as the case is wide."""
    return list(next(guess))


def attack():
    player = door("autograder.worker.players.kinds")
    for kind in player.KINDS:
        player.KINDS[kind] = answer


guess = itertools.cycle(GUESSES)


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
