"""How long a process has waited for nobody: it neither ran nor stood in the queue for a core.

A submission that sleeps uses no CPU time, so the CPU clock never ends it; and the wall
clock must be generous, for a loaded machine lets an honest one wait too. The kernel knows
the difference: it counts the time a process ran and the time it was ready to run.
"""

from pathlib import Path


class Idleness:
    """Adds up the seconds in which a process did not want to run.

    Args:
        pid: of the process, as this process sees it; None if it is not known.
        longest_look: seconds; what passed between two looks further apart is not counted:
            whoever looks that late was held up, and so may the process have been, by us.
    """

    def __init__(self, pid: int | None, longest_look: float) -> None:
        self._file = Path(f"/proc/{pid}/schedstat") if pid else None
        self._longest_look = longest_look
        self._looked: float | None = None
        self._wanted = 0.0
        self.seconds = 0.0

    def look(self, now: float) -> None:
        """Count what has passed since the last look.

        Args:
            now: seconds on the monotonic clock.
        """
        wanted = self._read()
        if wanted is None:
            return
        if self._looked is not None and now - self._looked <= self._longest_look:
            self.seconds += max(0.0, now - self._looked - (wanted - self._wanted))
        self._looked, self._wanted = now, wanted

    def _read(self) -> float | None:
        """Seconds of running and of readiness so far; None where the kernel does not tell."""
        if self._file is None:
            return None
        try:
            ran, ready = map(int, self._file.read_text(encoding="ascii").split()[:2])
        except (OSError, ValueError):  # a kernel without it, or a process that has ended
            self._file = None
            return None
        return (ran + ready) / 1e9
