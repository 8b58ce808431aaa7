"""Raises exceptions whose text never ends, or is no text.

family: crashing
expect: limit: cpu
gain: a driver that hangs while it describes the error
"""


class Endless(Exception):
    def __str__(self):
        while True:
            pass


class Value:
    def __init__(self, data, _children=(), _op=""):
        raise Endless
