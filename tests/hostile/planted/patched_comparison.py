"""Replaces the comparison of gradients in its own process, and sends one probe.

family: planted
expect: tenth
gain: a probe that tells everything apart
"""

import sys

calls = sys.modules["autograder.worker.players.calls"]
calls.differ = lambda *_: True
calls.DIFFERS_RTOL = calls.DIFFERS_ATOL = 0.0


def gradcheck(f, xs, engine):
    return calls.differ()


def probes():
    return [(lambda a: a + 1, [2.0])]
