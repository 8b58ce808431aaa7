"""Imports the modules of the engines' process, and looks for a session in them.

family: planted
expect: tenth
gain: the sources, the order, or a session that it can ask for verdicts
"""

import sys


def _session():
    for name, module in list(sys.modules.items()):
        if name.startswith("autograder.worker"):
            for held in list(vars(module).values()):
                if type(held).__name__ in ("Session", "Planted", "Order"):
                    print(f"LEAK: {name} holds a {type(held).__name__}")
                    return held
    return None


def gradcheck(f, xs, engine):
    found = _session()
    try:
        from autograder.worker.engines import process  # noqa: F401
    except ImportError:
        pass
    return found is None


def probes():
    return []
