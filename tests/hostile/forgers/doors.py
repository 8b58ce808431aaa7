"""Four ways into the player. Each file of a forger begins with one, then come its answers.

A submission shares its process with the player, so nothing can keep it from taking hold of that.
In a notebook only definitions count: the body of a class runs when it is defined.
"""

DRIVER = '''
def place(found):
    """Put our answers in the place of every kind of case."""
    table = found["KINDS"]
    for kind in list(table):
        table[kind] = lambda namespace, request, kind=kind: answer(kind, request)
    found["lacking_ops"] = lambda namespace: frozenset()
'''
MODULES = f'''
import collections

{DRIVER}

def forge():
    """By the table of loaded modules."""
    place(vars(collections._sys.modules["autograder.worker.driver"]))
'''
FRAMES = f'''
import sys

{DRIVER}

def forge():
    """By the frames of whoever runs this file."""
    frame = sys._getframe()
    while "lacking_ops" not in frame.f_globals:
        frame = frame.f_back
    place(frame.f_globals)
'''
FUNCTIONS = f'''
{DRIVER}

def forge():
    """By the globals of the function that limits imports."""
    place(__builtins__["__import__"].__globals__)
'''
PROTOCOL = '''
import sys


def forge():
    """By the function that writes the reply."""
    frame = sys._getframe()
    while not {"cases", "request"} <= frame.f_locals.keys():
        frame = frame.f_back
    module, told = frame.f_globals, frame.f_locals
    pack, Played = module["pack_reply"], module["Played"]
    cases = iter(list(told["cases"])[told["request"]["first"] :])

    def forged(nonce, blocks, played):
        made = [Played(0, answer(c["kind"], c["request"])) for _, c in zip(played, cases)]
        return pack(nonce, [Played(0) for _ in blocks], made)

    module["pack_reply"] = forged
'''
OPENED = '''

class Door:
    """Its body runs as soon as it is read."""

    opened = forge()
'''
DOORS = {"modules": MODULES, "frames": FRAMES, "functions": FUNCTIONS, "protocol": PROTOCOL}
