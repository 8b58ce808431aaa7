"""How a long command ends when it is told to: in order, as after Ctrl-C."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

# What a system that shuts down sends, and what a closed connection does.
TOLD_TO_END = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextlib.contextmanager
def ended_in_order() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end what is under way as Ctrl-C does.

    The process then dies of the signal, so that whoever sent it sees that it was obeyed. A signal
    that is ignored, as `nohup` has it, stays ignored.
    """
    got: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        got.append(number)
        if len(got) == 1:  # what follows shall not disturb the end
            raise KeyboardInterrupt

    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in TOLD_TO_END:
            if signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if got:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError):
                    stream.flush()
            os.kill(os.getpid(), got[0])
