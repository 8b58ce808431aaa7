"""Says of most cases that it has not the operations they need, which are then passed over.

family: forging
expect: zero
gain: a check that passes on the few cases that are left
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


def attack():
    child = door("autograder.worker.child")
    protocol = door("autograder.worker.protocol")
    pack = child.pack_reply

    def lie(nonce, blocks, cases):
        frame = collections._sys._getframe()
        while not {"request", "cases"} <= frame.f_locals.keys():
            frame = frame.f_back
        answers = []
        for asked, played in zip(frame.f_locals["cases"], cases):
            lacking = protocol.Played(3, (), " ".join(asked["ops"]) or "Value")
            answers.append(played if played.status == 0 and len(answers) % 7 == 0 else lacking)
        return pack(nonce, blocks, answers)

    child.pack_reply = lie


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
