"""Sends questions without end and reads no answer.

family: planted
expect: tenth
gain: a grader that waits, or a score withheld in place of a zero
"""

import sys

os = sys.modules["os"]
QUESTION = b'[0,0,[2.0],["data",0]]'


def gradcheck(f, xs, engine):
    frame = len(QUESTION) + 4
    while True:
        os.write(4, frame.to_bytes(4, "little") + bytes(4) + QUESTION)


def probes():
    return []
