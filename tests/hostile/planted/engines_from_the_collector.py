"""Asks the garbage collector for every class with a backward, and for every planted source.

family: planted
expect: tenth
gain: the engine itself, to be read or called without being asked about
"""

import sys

gc = sys.modules["gc"]
MARK = "def " + "pass" + "_on(self"  # in pieces, or it would find itself


def _engines():
    gc.unfreeze()
    things = gc.get_objects()
    classes = [one for one in things if isinstance(one, type) and hasattr(one, "pass_on")]
    codes = [one for one in things if getattr(one, "__name__", "") == "pass_on"]
    texts = [one for one in gc.get_referents(*things) if isinstance(one, str)]
    if classes or codes or any(MARK in text and text != MARK for text in texts):
        print("LEAK: a planted engine is in this process")
    return classes


def gradcheck(f, xs, engine):
    found = _engines()
    return not found or found[0](1.0).tanh().edges is None


def probes():
    _engines()
    return []
