"""How a submission's process ended: as a status for the judge, and in words for the student."""

from dataclasses import dataclass
from enum import StrEnum

from autograder import limits
from autograder.worker.protocol import OUTPUT_NOTE
from autograder.worker.status import Status


class Killed(StrEnum):
    """Why the judge ended a process; NO if it ended by itself."""

    NO = ""
    CPU = "cpu"
    IDLE = "idle"
    WALL = "wall"
    LONG_REPLY = "long reply"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Ended:
    """How the process of one submission ended.

    Attributes:
        reply: all bytes it sent, frames and all.
        output: what it printed, at most limits.OUTPUT_BYTES and a note.
        signal: that ended it, or 0.
        killed: why the judge ended it.
        cpu_s: CPU seconds, user and system.
        peak_kib: peak resident memory.
        idle_s: seconds in which it wanted no core; all of them where the system does not tell.
        report: what the engines' process wrote, if planted engines were asked there.
    """

    reply: bytes
    output: bytes
    signal: int
    killed: Killed
    cpu_s: float
    peak_kib: int
    idle_s: float = 0.0
    report: bytes | None = None


SIGNALS = {
    4: "an illegal instruction",
    6: "an abort",
    7: "a bus error",
    8: "an arithmetic fault",
    9: "a kill: most likely memory",
    # abort() ends so as well: the filter denies it the signal that it would send itself
    11: "a segmentation fault: code in C could not go on, most often after recursion without end",
    24: "the CPU limit",
    31: "a system call that is not allowed",
}


def used_up(ended: Ended) -> bool:
    """Whether a process ended because its CPU time did."""
    # A process may ignore SIGXCPU (24); a second later the kernel ends it with SIGKILL (9).
    late = ended.signal == 9 and ended.cpu_s >= limits.PROCESS_CPU_S
    return ended.killed is Killed.CPU or ended.signal == 24 or late


def last_status(ended: Ended) -> Status:
    """The status of the case in which a process ended."""
    if used_up(ended):
        return Status.CPU
    return Status.WAITED if ended.killed in (Killed.IDLE, Killed.WALL) else Status.CRASHED


def ending_in_words(ended: Ended) -> str:
    """Why the process ended early, in words for the student."""
    if used_up(ended):
        return f"it used more than {limits.PROCESS_CPU_S} s of CPU time"
    if ended.killed is Killed.IDLE:
        return f"it waited for {limits.IDLE_S:g} s without computing anything"
    if ended.killed is Killed.WALL:
        return f"it did not end within {limits.WALL_S} s"
    if ended.killed is Killed.LONG_REPLY:
        return "it wrote more than was asked to the grader's channel"
    if ended.signal:
        return f"its process was ended by {SIGNALS.get(ended.signal, f'signal {ended.signal}')}"
    return "its process ended before it had answered"


def all_endings() -> frozenset[str]:
    """Everything that `ending_in_words` can say."""
    signals = (Ended(b"", b"", signal, Killed.NO, 0.0, 0) for signal in range(65))
    kills = (Ended(b"", b"", 0, killed, 0.0, 0) for killed in Killed)
    return frozenset(map(ending_in_words, (*signals, *kills)))


def printed(ended: Ended) -> str:
    """What it printed; a child that wrote past its own bound is cut here, with the same note."""
    kept = ended.output
    if len(kept) >= limits.OUTPUT_READ_BYTES:
        kept = kept[: limits.OUTPUT_BYTES] + OUTPUT_NOTE
    return kept.decode("utf-8", "replace")
