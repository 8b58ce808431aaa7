"""One zygote as the judge sees it: starts it, has it run submissions, restarts it, ends it."""

import os
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from autograder import limits
from autograder.errors import InfrastructureError
from autograder.sandbox import launch
from autograder.sandbox.endings import Ended, Killed
from autograder.sandbox.talk import Talk
from autograder.worker.protocol import ENDED, FORKED, READY, UNCONFINED, frame


class ZygoteRunner:
    """One zygote process; runs one submission at a time.

    Args:
        workload: JSON bytes of the workload: imports, cases, limits.
        level: isolation level, 2 or 3.
        readonly: further folders the imports need, made visible at level 3.
        module: whose `main` is started.
    """

    def __init__(
        self,
        workload: bytes,
        level: int,
        readonly: Sequence[Path] = (),
        module: str = "autograder.worker.zygote",
    ) -> None:
        self._workload, self._level, self._readonly = workload, level, tuple(readonly)
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._talk: Talk | None = None
        self._given_up = False

    def __enter__(self) -> "ZygoteRunner":
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
        code = f"from {self._module} import main; main({theirs.fileno()}, {self._level})"
        command = launch.worker_command(self._level, launch.ROOT, code, self._readonly)
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
        """Send the workload and wait until everything is loaded.

        Raises: InfrastructureError if it does not come up.
        """
        assert self._control is not None
        ours = self._control
        ours.settimeout(limits.ZYGOTE_START_S)
        try:
            ours.sendall(frame(self._workload))
            reply = ours.recv(1)
        except OSError:
            reply = b""
        if reply != READY:
            said = self._last_words()
            self.close()
            raise InfrastructureError(f"the sandbox process did not start: {said}")
        ours.settimeout(limits.ZYGOTE_REPLY_S)

    def run(
        self,
        request: bytes,
        longest_reply: int,
        stalled_s: float | None = None,
        orders: bytes = b"",
    ) -> Ended:
        """Have one child run a request.

        Args:
            request: frame for the child.
            longest_reply: bytes; a child that sends more is ended.
            stalled_s: CPU seconds without a further byte of its reply, once it has begun
                one, after which a child is ended; None for its whole CPU time.
            orders: for engines, of which this runner has none.
        Raises: InfrastructureError if the zygote fails; it must then be restarted.
        """
        del orders
        self.begin(request, longest_reply, stalled_s)
        return self.finish()

    def begin(
        self,
        request: bytes,
        longest_reply: int,
        stalled_s: float | None = None,
        link: int | None = None,
        beside: int | None = None,
    ) -> int:
        """Have one child begin; `finish` must follow, or `drop`.

        Args:
            request, longest_reply, stalled_s: as for `run`.
            link: one more descriptor for the child, which stays open here.
            beside: pidfd of a process for which the child may wait.
        Returns: the child's pidfd, open until it has ended.
        Raises: InfrastructureError if the zygote fails.
        """
        if self._control is None or self._given_up:  # or an earlier restart failed
            raise InfrastructureError("the sandbox process is not running")
        source_r, source_w = os.pipe2(os.O_CLOEXEC)
        output_r, output_w = os.pipe2(os.O_CLOEXEC)
        reply_r, reply_w = os.pipe2(os.O_CLOEXEC)
        mine = [source_w, output_r, reply_r]
        theirs = [source_r, output_w, reply_w]
        os.set_blocking(source_w, False)
        try:
            # before it is handed over: the child finds it there, and nobody waits for the other
            written = os.write(source_w, request)
            given = theirs if link is None else [*theirs, link]
            try:
                socket.send_fds(self._control, [b"S"], given)
                message, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
            except OSError as error:
                raise InfrastructureError(
                    f"the sandbox process does not answer: {error}"
                ) from error
            if message != FORKED or len(descriptors) != 1:
                raise InfrastructureError(f"the sandbox process ended: {self._last_words()}")
            (pidfd,) = descriptors
        except BaseException:
            for descriptor in mine:
                os.close(descriptor)
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        left = memoryview(request)[written:]
        self._talk = Talk(mine, pidfd, self._control, left, longest_reply, stalled_s, beside)
        self._talk.write()
        return pidfd

    def finish(self) -> Ended:
        """Wait until the child that began has ended.

        Raises: InfrastructureError if the zygote fails; it must then be restarted.
        """
        talk = self._talk
        assert talk is not None
        try:
            talk.until_end()
            status, cpu_s, peak_kib = self._read_end()
        finally:
            talk.close()
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
            idle_s=talk.idle_s(),
        )

    def drop(self) -> None:
        """Let go of a child that began and is not waited for; the zygote must be restarted."""
        if self._talk is not None:
            self._talk.end(Killed.GIVEN_UP)
            self._talk.close()

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
            _, said = process.communicate(timeout=limits.ZYGOTE_REPLY_S)
        except subprocess.TimeoutExpired:
            return "it does not end"
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {process.returncode}"

    def end(self) -> None:
        """End the submission that runs now, from whatever thread; no other will run."""
        self._given_up = True
        if self._talk is not None:
            self._talk.end(Killed.GIVEN_UP)

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
            process.wait(timeout=limits.ZYGOTE_END_S)  # it ends by itself when the socket closes
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stderr is not None:
            process.stderr.close()
