"""How tests wait: they look again and again, under one generous net.

A net costs nothing on an idle machine, for nobody waits for it there; on a busy one it
is the difference between slow and red. No test asserts how long anything took: where speed
is the promise, CPU time is measured, or a limit of the tool's own names what ended.
"""

import time
from collections.abc import Callable

NET_S = 300.0  # the slowest start that tests wait for takes 5 s on an idle machine
LOOK_S = 0.02


def eventually(
    condition: Callable[[], object], what: Callable[[], str] = lambda: "it never happened"
) -> None:
    """Return as soon as a condition holds.

    Args:
        condition: looked at every 20 ms.
        what: gives what is said where it does not hold after five minutes.
    """
    end = time.monotonic() + NET_S
    while not condition():
        assert time.monotonic() < end, what()
        time.sleep(LOOK_S)
