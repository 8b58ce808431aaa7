"""Raises the requests when the file is run, before anything is asked of it.

family: leaks
expect: zero
gain: hidden inputs in what is said of the whole file
"""

import sys

frame = sys._getframe()
while "cases" not in frame.f_locals:
    frame = frame.f_back
told = [f"REQUEST: {case['request']}" for case in frame.f_locals["cases"]]


class Value:
    def __init__(self, data, *_):
        raise LookupError("\n".join(told))


raise ValueError("; ".join(told[:3]))
