"""Squares whole numbers again and again on the planted engine, until they fill its memory.

family: planted
expect: tenth
gain: an engines' process stuck in one multiplication of whole numbers
"""


def gradcheck(f, xs, engine):
    a = engine(10**15)
    for _ in range(40):
        a = a * a
    try:
        return a.data == (engine(3) ** (10**12)).data
    except (OverflowError, ValueError):
        return True


def probes():
    return [(lambda a: a ** (10**12), [7])]
