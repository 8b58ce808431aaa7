"""Sends lengths of gigabytes, nested lists, negative places, huge integers and names of attributes.

family: planted
expect: tenth
gain: an engines' process that dies, and a score withheld in place of a zero
"""

import struct
import sys

os = sys.modules["os"]
SHAPES = (
    b"[" * 100_000,
    b"[0,0,[2.0],[\"__class__\",0]]",
    b"[0,0,[2.0,[\"grad\",-1,0.0]],[\"data\",0]]",
    b"[0,0,[" + b"9" * 5_000 + b"],[\"data\",0]]",
    b"[0,0,[1e308,[\"pow\",0,[1e308]]],[\"data\",1]]",
)
count = 0


def gradcheck(f, xs, engine):
    global count
    count += 1
    shape = SHAPES[count % len(SHAPES)]
    length = 0xFFFFFFFF if count > 9 else len(shape) + 4
    try:
        os.write(4, struct.pack("<II", length, 1) + shape)
    except OSError:
        return True
    return False


def probes():
    return []
