"""Finds every engine wrong, and offers one probe at which everything is not a number.

family: planted
expect: tenth
gain: points for an answer that is the same for everybody
"""


def gradcheck(f, xs, engine):
    return False


def probes():
    return [(lambda a: a * float("nan"), [1.0])]
