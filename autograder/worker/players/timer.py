"""Ends code that takes too much CPU time, from within its own process."""

import math
import signal
import threading
import time

from autograder import limits


class CaseTimeout(BaseException):
    """The case has used up its CPU time."""


class Timer:
    """Raises CaseTimeout in code that takes too much CPU time, where the platform can.

    It looks at the clock every CASE_LOOK_CPU_S, rather than when each case begins and ends: asking
    the kernel takes longer than most cases do. So a case may take up to twice that more
    than it is given; never less, and a look that a long call in C held up counts in full.

    Attributes:
        left_s: CPU seconds that what runs now may still take; infinity for no limit.
    """

    left_s = math.inf

    def __enter__(self) -> "Timer":
        # only the main thread may set a handler; elsewhere the caller's own time-out must do
        main = threading.current_thread() is threading.main_thread()
        self._available = main and hasattr(signal, "setitimer")
        self._started = self._looked = time.process_time()
        if self._available:
            self._previous = signal.signal(signal.SIGPROF, self._look)
            signal.setitimer(signal.ITIMER_PROF, limits.CASE_LOOK_CPU_S, limits.CASE_LOOK_CPU_S)
        return self

    def __exit__(self, *_: object) -> None:
        if self._available:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, self._previous)

    def spent_s(self) -> float:
        """CPU seconds since it was entered, as of the last look."""
        return (self._looked if self._available else time.process_time()) - self._started

    def _look(self, *_: object) -> None:
        now = time.process_time()
        self.left_s -= now - self._looked
        self._looked = now
        if self.left_s <= 0:
            raise CaseTimeout
