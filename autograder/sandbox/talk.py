"""Talks to the process of one submission, and watches it until it ends.

It writes the request, collects the reply and what is printed, and ends a process that sends
too much, uses too much CPU time, waits, or is still there when its time is up.
"""

import contextlib
import math
import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from pathlib import Path

from autograder import limits
from autograder.sandbox.endings import Killed
from autograder.worker.protocol import LENGTH


class Talk:
    """Writes a child's request and collects what it says, until it ends or must be ended.

    Args:
        descriptors: the child's source, output and reply.
        pidfd: of the child.
        control: the zygote's socket; it says there that the child has ended.
        request: what is left to write.
        longest: bytes of a reply; a child that sends more is ended.
        stalled_s: CPU seconds without a further byte of a reply, or None.
        beside: pidfd of a process for which this one may wait while that works.
    """

    def __init__(
        self,
        descriptors: Sequence[int],
        pidfd: int,
        control: socket.socket,
        request: memoryview,
        longest: int,
        stalled_s: float | None,
        beside: int | None = None,
    ) -> None:
        self._source, self._output, self._reply = descriptors
        self._pidfd, self._control, self._beside = pidfd, control, beside
        self._left = request
        self._longest = longest + LENGTH.size
        # then nobody need wake up for a reply before its child has ended
        self._fits = _holds(self._reply, self._longest)
        self._stalled_s = math.inf if stalled_s is None else stalled_s
        self._heard, self._heard_at_s = 0, 0.0  # bytes of the reply; CPU time at that look
        self.reply = bytearray()
        self.output = bytearray()
        self.killed = Killed.NO
        self._clock: int | None = None
        self._idleness: Idleness | None = None
        self._started = self._next_look = 0.0

    def until_end(self) -> None:
        """Return when the child has ended and everything it wrote has been read."""
        poll = select.poll()
        if self._source >= 0:
            poll.register(self._source, select.POLLOUT)
        for descriptor in (self._output, self._reply):
            os.set_blocking(descriptor, False)
            if descriptor == self._output or not self._fits:
                poll.register(descriptor, select.POLLIN)
        # not the pidfd: the zygote's word follows at once, and to wake up twice costs time
        poll.register(self._control, select.POLLIN)
        started = self._started = time.monotonic()
        self._next_look = started + limits.LOOK_S
        ended = False
        while not ended:
            for descriptor, _ in poll.poll(limits.LOOK_S * 1000):
                if descriptor == self._source:
                    self.write()
                    if self._source < 0:
                        poll.unregister(descriptor)
                elif descriptor == self._control.fileno():
                    ended = True
                elif not self._read(descriptor):
                    poll.unregister(descriptor)
            now = time.monotonic()
            if now > self._next_look:
                self._next_look = now + limits.LOOK_S / 2
                self._look(now, started + limits.WALL_S)
                ended = ended or _has_ended(self._pidfd)  # and the zygote says nothing
        for descriptor in (self._output, self._reply):
            while self._read(descriptor):
                pass

    def idle_s(self) -> float:
        """Seconds in which the child waited so far; where the kernel does not tell, all of them."""
        if self._idleness is not None and self._idleness.is_known:
            return self._idleness.seconds
        return time.monotonic() - self._started

    def write(self) -> None:
        """Write what the pipe takes of the request; close it when all is written."""
        try:
            if self._left:
                self._left = self._left[os.write(self._source, self._left) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._left = self._left[:0]  # it died before it had read all
        if not self._left:
            os.close(self._source)
            self._source = -1

    def close(self) -> None:
        """Close every descriptor of the child's."""
        held = [self._source, self._output, self._reply, self._pidfd]
        self._source = self._output = self._reply = self._pidfd = -1
        for descriptor in held:
            if descriptor >= 0:
                os.close(descriptor)

    def _read(self, descriptor: int) -> bool:
        """Read once; False at the end of the stream or when nothing is there."""
        try:
            part = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return False
        if descriptor == self._reply:
            self.reply += part
            if len(self.reply) > self._longest:
                self.end(Killed.LONG_REPLY)
                return False
        else:
            # a child that writes past its own bound is read, and not kept
            self.output += part[: max(0, limits.OUTPUT_READ_BYTES - len(self.output))]
        return bool(part)

    def _look(self, now: float, deadline: float) -> None:
        """See whether it runs, waits, or has had its time."""
        if self.killed:
            return
        while self._fits and self._read(self._reply):
            pass
        if self._idleness is None:  # at the first look: most have ended before it
            pid = _pid(self._pidfd)
            self._clock = _cpu_clock(pid)
            beside = None if self._beside is None else _pid(self._beside)
            self._idleness = Idleness(pid, 2 * limits.LOOK_S, beside)
        self._idleness.look(now)
        if now > deadline:
            self.end(Killed.WALL)
        elif self._idleness.seconds > limits.IDLE_S:
            self.end(Killed.IDLE)
        elif self._clock is not None:
            try:
                used = time.clock_gettime(self._clock)
            except OSError:
                return  # it has ended
            if len(self.reply) > self._heard:
                self._heard, self._heard_at_s = len(self.reply), used
            if self._heard and used - self._heard_at_s > self._stalled_s:
                self.end(Killed.CPU)
            if used > limits.PROCESS_CPU_S + 1:  # the kernel's own limit should have come first
                self.end(Killed.CPU)

    def end(self, why: Killed) -> None:
        """End the process, if it has not ended by itself."""
        self.killed = self.killed or why
        with contextlib.suppress(OSError):  # it has, and its descriptor may be closed
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)


def _holds(reply: int, longest: int) -> bool:
    """Make a pipe hold the longest reply; False where it is too long, or the kernel refuses."""
    import fcntl  # Windows, where this is imported and not used, has none

    if longest > limits.PIPE_BYTES:
        return False
    try:
        return fcntl.fcntl(reply, fcntl.F_SETPIPE_SZ, longest) >= longest
    except OSError:  # whoever owns very many pipes may not have larger ones
        return False


def _has_ended(pidfd: int) -> bool:
    """Whether the process behind a pidfd has ended."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(0))


def _pid(pidfd: int) -> int | None:
    """The pid of the process behind a pidfd, as we see it; None if it has none here."""
    try:
        with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as lines:  # noqa: PTH123
            for line in lines:
                if line.startswith("Pid:"):
                    pid = int(line.split()[1])
                    return pid if pid > 0 else None
    except OSError:
        return None
    return None


def _cpu_clock(pid: int | None) -> int | None:
    """The kernel's CPU clock of a process."""
    return None if pid is None else (~pid << 3) | 2


class Idleness:
    """Adds up the seconds in which a process did not want to run.

    A submission that sleeps uses no CPU time, so the CPU clock never ends it; and the wall
    clock must be generous, for a loaded machine lets an honest one wait too. The kernel knows
    the difference: it counts the time a process ran and the time it was ready to run. The second
    it counts when the process gets its core; until then its state says that it is ready.

    Args:
        pid: of the process, as this process sees it; None if it is not known.
        longest_look: seconds; what passed between two looks further apart is not counted:
            whoever looks that late was held up, and so may the process have been, by us.
        beside: of another process: while that wants to run, this one may wait for it.
    """

    def __init__(self, pid: int | None, longest_look: float, beside: int | None = None) -> None:
        self._file = Path(f"/proc/{pid}/schedstat") if pid else None
        self._beside = Path(f"/proc/{beside}/schedstat") if beside else None
        self._longest_look = longest_look
        self._looked: float | None = None
        self._wanted = 0.0
        self.seconds = 0.0
        self.is_known = False

    def look(self, now: float) -> None:
        """Count what has passed since the last look.

        Args:
            now: seconds on the monotonic clock.
        """
        wanted = self._read()
        if wanted is None:
            return
        self.is_known = True
        ready = _is_ready(self._file) or _is_ready(self._beside)
        if self._looked is not None and now - self._looked <= self._longest_look and not ready:
            self.seconds += max(0.0, now - self._looked - (wanted - self._wanted))
        self._looked, self._wanted = now, wanted

    def _read(self) -> float | None:
        """Seconds of running and of readiness so far; None where the kernel does not tell."""
        own = _wanted_s(self._file)
        if own is None:
            self._file = None  # a kernel without it, or a process that has ended
            return None
        return own + (_wanted_s(self._beside) or 0.0)


def _wanted_s(file: Path | None) -> float | None:
    """Seconds for which a process ran or was ready to, from its schedstat."""
    if file is None:
        return None
    try:
        ran, ready = map(int, file.read_text(encoding="ascii").split()[:2])
    except (OSError, ValueError):
        return None
    return (ran + ready) / 1e9


def _is_ready(file: Path | None) -> bool:
    """Whether a process runs, or stands in the queue for a core; by the stat beside its file."""
    if file is None:
        return False
    try:
        # behind the name, which stands in brackets and may hold any character
        return file.with_name("stat").read_bytes().rpartition(b")")[2].split()[:1] == [b"R"]
    except OSError:
        return False
