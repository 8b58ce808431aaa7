"""Measures how long an engine takes to answer: a fault might cost another multiplication.

family: planted
expect: tenth
gain: verdicts from a clock
"""

import time

slowest = 0.0


def gradcheck(f, xs, engine):
    global slowest
    best = 1.0
    for _ in range(20):
        leaves = [engine(x) for x in xs]
        began = time.perf_counter()
        f(*leaves).backward()
        best = min(best, time.perf_counter() - began)
    slowest = max(slowest, best)
    return best < 0.9 * slowest


def probes():
    return []
