"""Time and memory of what runs here and of the processes it starts."""

import os
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work took.

    Attributes:
        wall_s: seconds on the clock.
        cpu_s: CPU seconds, processes that it started and that have ended included.
    """

    wall_s: float
    cpu_s: float


def cpu_so_far() -> float:
    """CPU seconds of this process and of its children that were waited for."""
    own, ended = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def cost_of(work: Callable[[], object]) -> Cost:
    """Do it once."""
    wall, cpu = time.perf_counter(), cpu_so_far()
    work()
    return Cost(time.perf_counter() - wall, cpu_so_far() - cpu)


def further_ms(work: Callable[[int], object], few: int, many: int) -> float:
    """Milliseconds that each further submission takes.

    Args:
        work: grades as many submissions as it is told.
        few, many: how many; what a start costs is in the time of both.
    """
    costs = [cost_of(lambda count=count: work(count)).wall_s for count in (few, many)]
    return (costs[1] - costs[0]) / (many - few) * 1e3


def resident_mib() -> float:
    """Resident memory of this process now, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class PeakMemory:
    """The most resident memory of this process while it is watched, MiB."""

    def __enter__(self) -> "PeakMemory":
        self.mib = resident_mib()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.mib = max(self.mib, resident_mib())


def machine() -> str:
    """What these figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown",
    )
    uname = os.uname()
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return f"{cores} cores ({model}), {uname.sysname} {uname.release}, load {load:.1f} at the start"
