"""Raises, by turns, every exception that `except Exception` lets through.

family: crashing
expect: zero
gain: a driver that stops; a pass
"""

import itertools


class Mine(BaseException):
    pass


ERRORS = itertools.cycle((KeyboardInterrupt, GeneratorExit, SystemExit, StopIteration, Mine))


class Value:
    def __init__(self, data, _children=(), _op=""):
        raise next(ERRORS)
