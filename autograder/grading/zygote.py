"""The judge's hold on one zygote: start it, have it run submissions, watch it, end it."""

import contextlib
import math
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from autograder.errors import InfrastructureError
from autograder.grading import launch, limits
from autograder.grading.idleness import Idleness
from autograder.worker.protocol import ENDED, FORKED, LENGTH, READY, UNCONFINED, frame

ROOT = Path(__file__).resolve().parents[2]  # the folder that holds the package


@dataclass(frozen=True, slots=True)
class Ended:
    """How the process of one submission ended.

    Attributes:
        reply: all bytes it sent, frames and all.
        output: what it printed, at most limits.OUTPUT_BYTES and a note.
        signal: that ended it, or 0.
        killed: why the judge ended it ("cpu", "idle", "wall", "long reply",
            "given up"), or "".
        cpu_s: CPU seconds, user and system.
        peak_kib: peak resident memory.
    """

    reply: bytes
    output: bytes
    signal: int
    killed: str
    cpu_s: float
    peak_kib: int


class Zygote:
    """One zygote process; runs one submission at a time.

    Args:
        plan: JSON bytes of the plan: imports, cases, limits.
        level: isolation level, 2 or 3.
        readonly: further folders the imports need, made visible at level 3.
    """

    def __init__(self, plan: bytes, level: int, readonly: Sequence[Path] = ()) -> None:
        self._plan, self._level, self._readonly = plan, level, tuple(readonly)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._talk: _Talk | None = None
        self._given_up = False

    def __enter__(self) -> "Zygote":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the process and wait until it has everything loaded.

        Raises: InfrastructureError if it does not come up.
        """
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Start the process, which then loads what it needs; `wait_ready` must follow."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        code = f"from autograder.worker.zygote import main; main({theirs.fileno()}, {self._level})"
        command = launch.worker_command(self._level, ROOT, code, self._readonly)
        with launch.fixed_addresses():
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=launch.zygote_environment(),
                pass_fds=(theirs.fileno(),),
                close_fds=True,
                process_group=0,  # Ctrl-C is for the judge, which then ends what it started
            )
        theirs.close()
        self._control = ours

    def wait_ready(self) -> None:
        """Send the plan and wait until everything is loaded.

        Raises: InfrastructureError if it does not come up.
        """
        assert self._control is not None
        ours = self._control
        ours.settimeout(limits.ZYGOTE_START_S)
        try:
            ours.sendall(frame(self._plan))
            answer = ours.recv(1)
        except OSError:
            answer = b""
        if answer != READY:
            said = self._last_words()
            self.close()
            raise InfrastructureError(f"the sandbox process did not start: {said}")
        ours.settimeout(limits.ZYGOTE_ANSWER_S)

    def run(self, request: bytes, longest_reply: int, stalled_s: float | None = None) -> Ended:
        """Have one child run a request.

        Args:
            request: frame for the child.
            longest_reply: bytes; a child that sends more is ended.
            stalled_s: CPU seconds without a further byte of its reply, once it has begun
                one, after which a child is ended; None for its whole CPU time.
        Raises: InfrastructureError if the zygote fails; it must then be restarted.
        """
        if self._control is None or self._given_up:  # or an earlier restart failed
            raise InfrastructureError("the sandbox process is not running")
        source_r, source_w = os.pipe2(os.O_CLOEXEC)
        output_r, output_w = os.pipe2(os.O_CLOEXEC)
        reply_r, reply_w = os.pipe2(os.O_CLOEXEC)
        mine = [source_w, output_r, reply_r]
        theirs = [source_r, output_w, reply_w]
        try:
            try:
                socket.send_fds(self._control, [b"S"], theirs)
                message, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
            except OSError as error:
                raise InfrastructureError(
                    f"the sandbox process does not answer: {error}"
                ) from error
            if message != FORKED or len(descriptors) != 1:
                raise InfrastructureError(f"the sandbox process ended: {self._last_words()}")
            mine.append(descriptors[0])
            while theirs:
                os.close(theirs.pop())
            talk = _Talk(mine[:3], descriptors[0], self._control, request, longest_reply, stalled_s)
            mine.remove(source_w)  # the talk closes it as soon as all is written
            self._talk = talk
            talk.until_end()
            status, cpu_s, peak_kib = self._read_end()
        finally:
            for descriptor in mine + theirs:
                os.close(descriptor)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == UNCONFINED:
            text = bytes(talk.output).decode("ascii", "replace")
            raise InfrastructureError(f"the sandbox could not be set up: {text}")
        return Ended(
            reply=bytes(talk.reply),
            output=bytes(talk.output),
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            killed=talk.killed,
            cpu_s=cpu_s,
            peak_kib=peak_kib,
        )

    def _read_end(self) -> tuple[int, float, int]:
        assert self._control is not None
        data = b""
        try:
            while len(data) < ENDED.size:
                part = self._control.recv(ENDED.size - len(data))
                if not part:
                    break
                data += part
        except OSError as error:
            raise InfrastructureError(f"the sandbox process does not answer: {error}") from error
        if len(data) < ENDED.size:
            raise InfrastructureError(f"the sandbox process ended: {self._last_words()}")
        status, user_s, user_us, system_s, system_us, peak_kib = ENDED.unpack(data)
        return status, user_s + system_s + (user_us + system_us) / 1e6, peak_kib

    def _last_words(self) -> str:
        """What the process said on its way out, for staff."""
        process = self._process
        if process is None or process.stderr is None:
            return "nothing is known"
        process.kill()
        try:
            _, said = process.communicate(timeout=limits.ZYGOTE_ANSWER_S)
        except subprocess.TimeoutExpired:
            return "it does not end"
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {process.returncode}"

    def end(self) -> None:
        """End the submission that runs now, from whatever thread; no other will run."""
        self._given_up = True
        if self._talk is not None:
            self._talk.end("given up")

    def restart(self) -> None:
        """End the process, whatever state it is in, and start another."""
        self.close()
        self.start()

    def close(self) -> None:
        """End the process and everything in it."""
        if self._control is not None:
            self._control.close()
            self._control = None
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.wait(timeout=1.0)  # it ends by itself when the socket closes
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stderr is not None:
            process.stderr.close()


class _Talk:
    """Writes a child's request and collects what it says, until it ends or must be ended.

    Args:
        descriptors: the child's source, output and reply.
        pidfd: of the child.
        control: the zygote's socket; it says there that the child has ended.
        request: what to write.
        longest: bytes of a reply; a child that sends more is ended.
        stalled_s: CPU seconds without a further byte of a reply, or None.
    """

    def __init__(
        self,
        descriptors: Sequence[int],
        pidfd: int,
        control: socket.socket,
        request: bytes,
        longest: int,
        stalled_s: float | None,
    ) -> None:
        self._source, self._output, self._reply = descriptors
        self._pidfd, self._control = pidfd, control
        self._left = memoryview(request)
        self._longest = longest + LENGTH.size
        self._stalled_s = math.inf if stalled_s is None else stalled_s
        self._heard, self._heard_at_s = 0, 0.0  # bytes of the reply; CPU time at that look
        self.reply = bytearray()
        self.output = bytearray()
        self.killed = ""
        self._clock: int | None = None
        self._idleness: Idleness | None = None
        self._next_look = 0.0

    def until_end(self) -> None:
        """Return when the child has ended and everything it wrote has been read."""
        poll = select.poll()
        os.set_blocking(self._source, False)
        poll.register(self._source, select.POLLOUT)
        for descriptor in (self._output, self._reply):
            os.set_blocking(descriptor, False)
            poll.register(descriptor, select.POLLIN)
        # not the pidfd: the zygote's word follows at once, and to wake up twice costs time
        poll.register(self._control, select.POLLIN)
        started = time.monotonic()
        self._next_look = started + limits.LOOK_S
        ended = False
        try:
            while not ended:
                for descriptor, _ in poll.poll(limits.LOOK_S * 1000):
                    if descriptor == self._source:
                        self._write(poll)
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
        finally:
            if self._source >= 0:
                os.close(self._source)

    def _write(self, poll: select.poll) -> None:
        try:
            if self._left:
                self._left = self._left[os.write(self._source, self._left) :]
        except BrokenPipeError:
            self._left = self._left[:0]  # it died before it had read all
        if not self._left:
            poll.unregister(self._source)
            os.close(self._source)
            self._source = -1

    def _read(self, descriptor: int) -> bool:
        """Read once; False at the end of the stream or when nothing is there."""
        try:
            part = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return False
        if descriptor == self._reply:
            self.reply += part
            if len(self.reply) > self._longest:
                self.end("long reply")
                return False
        else:
            # a child that writes past its own bound is read, and not kept
            self.output += part[: max(0, limits.OUTPUT_BYTES + 128 - len(self.output))]
        return bool(part)

    def _look(self, now: float, deadline: float) -> None:
        """See whether it runs, waits, or has had its time."""
        if self.killed:
            return
        if self._idleness is None:  # at the first look: most have ended before it
            pid = _pid(self._pidfd)
            self._clock = _cpu_clock(pid)
            self._idleness = Idleness(pid, 2 * limits.LOOK_S)
        self._idleness.look(now)
        if now > deadline:
            self.end("wall")
        elif self._idleness.seconds > limits.IDLE_S:
            self.end("idle")
        elif self._clock is not None:
            try:
                used = time.clock_gettime(self._clock)
            except OSError:
                return  # it has ended
            if len(self.reply) > self._heard:
                self._heard, self._heard_at_s = len(self.reply), used
            if self._heard and used - self._heard_at_s > self._stalled_s:
                self.end("cpu")
            if used > limits.PROCESS_CPU_S + 1:  # the kernel's own limit should have come first
                self.end("cpu")

    def end(self, why: str) -> None:
        """End the process, if it has not ended by itself."""
        self.killed = self.killed or why
        with contextlib.suppress(OSError):  # it has, and its descriptor may be closed
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)


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
