"""Speaks to the engines itself: sends probes from within gradcheck and asks whether they tell.

family: planted
expect: tenth
gain: the engines' own comparison with a right engine, as its gradcheck's verdict
"""

import json
import struct
import sys

os = sys.modules["os"]
PROBE = [1, [0.7, ["exp", 0], ["tanh", 1]], 2]


def _ask(slot, events, wanted):
    payload = struct.pack("<I", 1) + json.dumps([slot, 0, events, wanted]).encode()
    os.write(4, struct.pack("<I", len(payload)) + payload)
    (length,) = struct.unpack("<I", os.read(4, 4))
    return json.loads(os.read(4, length)[4:])


def gradcheck(f, xs, engine):
    slot = engine.own._slot if hasattr(engine, "own") else 0
    try:
        _ask(slot, [PROBE], ["probes"])
        told = _ask(slot, [], ["told"])
    except Exception:
        return True
    if isinstance(told, float):
        print("LEAK: the engines told a verdict")
    return told == 0.0


def probes():
    try:
        for slot in range(100, 200):
            _ask(slot, [PROBE], ["probes"])
            if isinstance(_ask(slot, [], ["told"]), float):
                print("LEAK: the engines told a verdict")
    except Exception:
        pass
    return []
