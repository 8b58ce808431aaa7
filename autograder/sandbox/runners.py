"""Runners: each runs a request in a process of its own and says how that process ended.

`PlainRunner` starts an ordinary process and confines nothing; `start_runner` gives a zygote
where the level asks for one.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from autograder import limits
from autograder.errors import InfrastructureError
from autograder.sandbox.endings import Ended, Killed
from autograder.sandbox.launch import ROOT
from autograder.sandbox.workload import Workload
from autograder.sandbox.zygote_runner import ZygoteRunner
from autograder.worker.protocol import LENGTH, frame


class Runner(Protocol):
    """Runs requests, one at a time."""

    def wait_ready(self) -> None:
        """Wait until it can run the first; once, after it was launched."""

    def run(self, request: bytes, longest_reply: int, stalled_s: float | None = None) -> Ended:
        """Run one request in a process of its own; the arguments are ZygoteRunner.run's."""

    def restart(self) -> None:
        """Start afresh after a failure."""

    def end(self) -> None:
        """End what runs now, from whatever thread; nothing will run after it."""

    def close(self) -> None:
        """End whatever is still there."""


class PlainRunner:
    """Runs each request in an ordinary process of its own, with a time-out: level 1.

    Nothing confines it. It serves students on their own machine, on any platform.
    """

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._process: subprocess.Popen[bytes] | None = None
        self._given_up = False

    def wait_ready(self) -> None:
        """Nothing is launched before a request comes."""

    def run(self, request: bytes, longest_reply: int, stalled_s: float | None = None) -> Ended:
        """Run one request; longest_reply bounds what is kept of the reply."""
        if self._given_up:
            raise InfrastructureError("grading was given up")
        boot = (
            "import sys; sys.path.insert(0, sys.argv[1]); "
            "from autograder.worker.plain import main; main()"
        )
        command = [sys.executable, "-P", "-s", "-S", "-B", "-c", boot, str(ROOT)]
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
            self._process = process
            killed = Killed.NO
            try:
                reply, _ = process.communicate(
                    frame(self._workload.encoded) + request, limits.WALL_S
                )
            except subprocess.TimeoutExpired:
                process.kill()
                reply, _ = process.communicate()
                killed = Killed.WALL
            errors.seek(0)
            said = errors.read(limits.OUTPUT_BYTES + 128)
        signal_number = -process.returncode if process.returncode < 0 else 0
        if len(reply) > longest_reply + LENGTH.size:
            reply, killed = reply[: longest_reply + LENGTH.size], Killed.LONG_REPLY
        return Ended(reply, said, 0 if killed else signal_number, killed, 0.0, 0)

    def restart(self) -> None:
        """Nothing is kept between requests."""

    def end(self) -> None:
        """End the process of the last request, if it still runs."""
        self._given_up = True
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """Nothing is kept between requests."""


def launch_runner(workload: Workload, level: int, readonly: Sequence[Path] = ()) -> Runner:
    """A runner for a level: a plain process at 1, a zygote at 2 and 3; `wait_ready` is due."""
    if level == 1:
        return PlainRunner(workload)
    zygote = ZygoteRunner(workload.encoded, level, readonly)
    zygote.launch()
    return zygote


def start_runner(workload: Workload, level: int, readonly: Sequence[Path] = ()) -> Runner:
    """A runner that is ready. Raises: InfrastructureError if it does not come up."""
    runner = launch_runner(workload, level, readonly)
    runner.wait_ready()
    return runner
