"""Runners: each runs a request in a process of its own and says how that process ended.

`PlainRunner` starts an ordinary process and confines nothing; `start_runner` gives a zygote
where the level asks for one.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from autograder import limits
from autograder.errors import InfrastructureError
from autograder.sandbox.endings import Ended, Killed
from autograder.sandbox.engines.runner import EnginesRunner
from autograder.sandbox.launch import ROOT, import_path
from autograder.sandbox.workload import Workload
from autograder.sandbox.zygote_runner import ZygoteRunner
from autograder.worker.protocol import LENGTH, frame


class Runner(Protocol):
    """Runs requests, one at a time."""

    def wait_ready(self) -> None:
        """Wait until it can run the first; once, after it was launched."""

    def run(
        self,
        request: bytes,
        longest_reply: int,
        stalled_s: float | None = None,
        orders: bytes = b"",
    ) -> Ended:
        """Run one request in a process of its own; the arguments are EnginesRunner.run's."""

    def restart(self) -> None:
        """Start afresh after a failure."""

    def end(self) -> None:
        """End what runs now, from whatever thread; nothing will run after it."""

    def close(self) -> None:
        """End whatever is still there."""


class PlainRunner:
    """Runs each request in an ordinary process of its own, with a time-out: level 1.

    Nothing confines it. It serves students on their own machine, on any platform.

    Args:
        workload: what it is told with each request.
        packages: folders of further packages that it may import.
    """

    def __init__(self, workload: Workload, packages: Sequence[Path] = ()) -> None:
        self._workload = workload
        self._beside = import_path(packages)
        self._process: subprocess.Popen[bytes] | None = None
        self._given_up = False

    def wait_ready(self) -> None:
        """Nothing is launched before a request comes."""

    def run(
        self,
        request: bytes,
        longest_reply: int,
        stalled_s: float | None = None,
        orders: bytes = b"",
    ) -> Ended:
        """Run one request; longest_reply bounds what is kept of the reply."""
        if self._given_up:
            raise InfrastructureError("grading was given up")
        boot = (
            f"import sys; sys.path.insert(0, sys.argv[1]); sys.path += {self._beside!r}; "
            "from autograder.worker.plain import main; main()"
        )
        command = [sys.executable, "-P", "-s", "-S", "-B", "-c", boot, str(ROOT)]
        # no wall keeps the submission from the planted engines here: level 1 promises none
        engines = frame(self._workload.engines) + orders if self._workload.planted else b""
        started = time.monotonic()
        process = start_group(command)
        self._process = process
        assert process.stdin and process.stdout and process.stderr
        reply = _Reader(process.stdout, longest_reply + LENGTH.size)
        said = _Reader(process.stderr, limits.OUTPUT_READ_BYTES)
        killed = Killed.NO
        try:
            _Writer(process.stdin, frame(self._workload.encoded) + engines + request)
            # the end of the reply, not of the process: what it started may hold on to the pipe
            while reply.is_alive() and process.poll() is None:
                reply.join(limits.LOOK_S)
                if time.monotonic() - started > limits.WALL_S:
                    break
            process.wait(max(0.0, started + limits.WALL_S - time.monotonic()))
        except subprocess.TimeoutExpired:
            killed = Killed.WALL
        finally:
            end_group(process)
        for reader in (reply, said):
            reader.join(limits.DRAIN_S)
        if reply.is_too_long:
            killed = Killed.LONG_REPLY
        number = -process.returncode if process.returncode < 0 and not killed else 0
        waited_s = time.monotonic() - started
        return Ended(reply.kept(), said.kept(), number, killed, 0.0, 0, idle_s=waited_s)

    def restart(self) -> None:
        """Nothing is kept between requests."""

    def end(self) -> None:
        """End the process of the last request, if it still runs."""
        self._given_up = True
        if self._process is not None:
            end_group(self._process)

    def close(self) -> None:
        """Nothing is kept between requests."""


def start_group(
    command: Sequence[str], *, env: dict[str, str] | None = None, errors: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start a process, with pipes, in a group of its own: `end_group` ends all that it started.

    Args:
        command: program and arguments.
        env: its whole environment; None for ours.
        errors: where its standard error goes.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=env,
        start_new_session=True,
    )


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that `start_group` started, and whatever it has started."""
    if sys.platform == "win32":
        # /T: the tree. Where the process has ended by itself there is nothing to find.
        command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


class _Reader(threading.Thread):
    """Reads a pipe to its end, and keeps no more than a bound of it.

    Args:
        pipe: to read.
        most: bytes that are kept.
    """

    def __init__(self, pipe: IO[bytes], most: int) -> None:
        super().__init__(daemon=True)  # a process that got away may hold the pipe for ever
        self._pipe, self._most = pipe, most
        self._kept = bytearray()
        self.start()

    def run(self) -> None:
        """Read."""
        with self._pipe:
            while part := os.read(self._pipe.fileno(), 1 << 16):
                self._kept += part[: self._most + 1 - len(self._kept)]

    @property
    def is_too_long(self) -> bool:
        """Whether more came than is kept."""
        return len(self._kept) > self._most

    def kept(self) -> bytes:
        """What was read so far, cut at the bound."""
        return bytes(self._kept[: self._most])


class _Writer(threading.Thread):
    """Writes to a pipe, whose reader may never read, and closes it."""

    def __init__(self, pipe: IO[bytes], data: bytes) -> None:
        super().__init__(daemon=True)
        self._pipe, self._data = pipe, data
        self.start()

    def run(self) -> None:
        """Write."""
        with contextlib.suppress(OSError), self._pipe:  # it died before it had read all
            self._pipe.write(self._data)


def launch_runner(workload: Workload, level: int, readonly: Sequence[Path] = ()) -> Runner:
    """A runner for a level: a plain process at 1, a zygote at 2 and 3; `wait_ready` is due."""
    if level == 1:
        return PlainRunner(workload, readonly)
    zygote: ZygoteRunner | EnginesRunner
    if workload.planted is None:
        zygote = ZygoteRunner(workload.encoded, level, readonly)
    else:
        zygote = EnginesRunner(workload, level, readonly)
    zygote.launch()
    return zygote


def start_runner(workload: Workload, level: int, readonly: Sequence[Path] = ()) -> Runner:
    """A runner that is ready. Raises: InfrastructureError if it does not come up."""
    runner = launch_runner(workload, level, readonly)
    runner.wait_ready()
    return runner
