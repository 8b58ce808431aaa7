"""Runs a submission beside the process of the planted engines that it examines."""

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autograder import limits
from autograder.errors import InfrastructureError
from autograder.sandbox.endings import Ended, used_up
from autograder.sandbox.workload import Workload
from autograder.sandbox.zygote_runner import ZygoteRunner

MODULE = "autograder.worker.engines.process"


class EnginesRunner:
    """Two zygotes, neither an ancestor of the other's children: submissions, and engines.

    For each submission each forks one child; a socket between the two is all they share.

    Args:
        workload: with planted engines.
        level: isolation level, 2 or 3; both stand behind the same walls.
        readonly: further folders that the submissions' imports need.
    """

    def __init__(self, workload: Workload, level: int, readonly: Sequence[Path] = ()) -> None:
        self._submissions = ZygoteRunner(workload.encoded, level, readonly)
        self._engines = ZygoteRunner(workload.engines, level, (), MODULE)

    def launch(self) -> None:
        """Start both; `wait_ready` must follow."""
        self._submissions.launch()
        self._engines.launch()

    def wait_ready(self) -> None:
        """Wait until both have everything loaded. Raises: InfrastructureError."""
        self._submissions.wait_ready()
        self._engines.wait_ready()

    def run(
        self,
        request: bytes,
        longest_reply: int,
        stalled_s: float | None = None,
        orders: bytes = b"",
    ) -> Ended:
        """Have a child run a request while another answers what it asks of the engines.

        Args:
            request, longest_reply, stalled_s: as for ZygoteRunner.run.
            orders: frame for the engines.
        Returns: how the submission ended, with the engines' report.
        Raises: InfrastructureError if a zygote fails, or the engines die of anything but
            having used up their time, which only what they were asked can do.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with ours, theirs:
            engines = self._engines.begin(orders, limits.ENGINES_REPORT_BYTES, link=theirs.fileno())
            try:
                self._submissions.begin(
                    request, longest_reply, stalled_s, link=ours.fileno(), beside=engines
                )
            except BaseException:
                self._engines.drop()
                raise
        try:
            ended = self._submissions.finish()
        except BaseException:
            self._engines.drop()
            raise
        answered = self._engines.finish()
        if not answered.reply and not used_up(answered):
            said = answered.output.decode("ascii", "replace").strip().splitlines()
            why = said[-1] if said else f"signal {answered.signal}"
            raise InfrastructureError(f"the engines' process ended: {why}")
        # while the engines work, the submission has the worker and uses no time of its own
        held_s = ended.idle_s + answered.cpu_s
        return replace(ended, report=answered.reply, idle_s=held_s)

    def restart(self) -> None:
        """End both, whatever state they are in, and start others."""
        self.close()
        self.launch()
        self.wait_ready()

    def end(self) -> None:
        """End the submission that runs now, from whatever thread; no other will run."""
        self._submissions.end()
        self._engines.end()

    def close(self) -> None:
        """End both processes and everything in them."""
        with contextlib.ExitStack() as both:
            both.callback(self._engines.close)
            both.callback(self._submissions.close)
