"""From a program to its answers: the fast way in one frame, the careful way after a crash."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.errors import InfrastructureError, ProtocolError
from autograder.grading import limits
from autograder.grading.zygote import ROOT, Ended, Zygote
from autograder.model import Block, CompiledExercise
from autograder.worker.child import OUTPUT_NOTE
from autograder.worker.player import STATUSES
from autograder.worker.protocol import (
    HEAD,
    LENGTH,
    NONCE_BYTES,
    MalformedReply,
    Played,
    Reply,
    frame,
    longest_reply,
    pack_reply,
    parse_reply,
    unpack,
)

CRASHED, CPU, WAITED, NOT_RUN = map(STATUSES.index, ("crashed", "cpu", "waited", "not-run"))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is told once: everything but the submission, and nothing secret but inputs.

    Attributes:
        encoded: JSON bytes for the worker.
        counts: how many numbers each case gives back.
        within_s: the most CPU seconds that any case may take.
    """

    encoded: bytes
    counts: tuple[int, ...]
    within_s: float


@dataclass(frozen=True, slots=True)
class Run:
    """What a submission answered.

    Attributes:
        reply: of all blocks and cases.
        output: what it printed.
        trouble: how its process ended early ("" if it did not), for the student.
        cpu_s: CPU seconds of its process.
    """

    reply: Reply
    output: str
    trouble: str
    cpu_s: float


class Runner(Protocol):
    """Runs requests, one at a time."""

    def wait_ready(self) -> None:
        """Wait until it can run the first; once, after it was launched."""

    def run(self, request: bytes, longest_reply: int, stalled_s: float | None = None) -> Ended:
        """Run one request in a process of its own; the arguments are Zygote.run's."""

    def restart(self) -> None:
        """Start afresh after a failure."""

    def end(self) -> None:
        """End what runs now, from whatever thread; nothing will run after it."""

    def close(self) -> None:
        """End whatever is still there."""


def make_plan(compiled: CompiledExercise) -> Plan:
    """Take from a compiled exercise what the worker may know: cases, never answers."""
    cases, counts, within_s = [], [], 0.0
    for check in compiled.checks:
        for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
            cases.append(
                {
                    "kind": case.kind,
                    "request": case.request,
                    "ops": case.ops,
                    "within_s": case.within_s,
                }
            )
            counts.append(len(answer.numbers))
            within_s = max(within_s, case.within_s)
    plan = {
        "imports": compiled.exercise.imports,
        "cases": cases,
        "cpu_s": limits.PLAY_CPU_S,
        "cpu_hard_s": limits.PROCESS_CPU_S,
    }
    return Plan(json.dumps(plan).encode(), tuple(counts), within_s)


def run_program(runner: Runner, plan: Plan, blocks: Sequence[Block]) -> Run:
    """Run a submission's blocks and play every case.

    Args:
        runner: a zygote or a plain process.
        plan: from make_plan.
        blocks: from extraction.
    Returns: the run; a dead or lying process gives failures, never an exception.
    Raises: InfrastructureError if something of ours failed.
    """
    # a function may give back a list of any length: one number more shows that it is longer
    longest = longest_reply(len(blocks), [count + 64 for count in plan.counts])
    nonce = os.urandom(NONCE_BYTES)
    ended = runner.run(_request(nonce, blocks, first=0, stream=False), longest)
    output = _output(ended)
    try:
        (payload,) = _frames(ended.reply)
        reply = parse_reply(payload, nonce, len(blocks), len(plan.counts), len(STATUSES))
    except (MalformedReply, ProtocolError, ValueError):
        stalled_s = plan.within_s + limits.STALLED_S if _used_up(ended) else None
        return _run_carefully(runner, plan, blocks, longest, stalled_s)
    return Run(reply, output, "", ended.cpu_s)


def _run_carefully(
    runner: Runner, plan: Plan, blocks: Sequence[Block], longest: int, stalled_s: float | None
) -> Run:
    """Play again with a reply for each case, so that a crash tells where it happened."""
    blocks_played: list[Played] = []
    played: list[Played] = []
    trouble, output, cpu_s = "", "", 0.0
    for _ in range(1 + limits.RESTARTS):
        nonce = os.urandom(NONCE_BYTES)
        request = _request(nonce, blocks, first=len(played), stream=True)
        ended = runner.run(request, 2 * longest + 2048 * (1 + len(plan.counts)), stalled_s)
        output = output or _output(ended)
        cpu_s += ended.cpu_s
        new_blocks, new = _read_stream(
            ended.reply, nonce, len(blocks), len(plan.counts) - len(played)
        )
        blocks_played = blocks_played or new_blocks
        played += new
        if len(played) == len(plan.counts) and new_blocks:
            break
        trouble = trouble or _trouble(ended)
        if not new_blocks:
            break  # it dies before the first case: it would again
        played.append(Played(_last_status(ended), (), _trouble(ended)))
        if played[-1].status != CRASHED or cpu_s > limits.PROCESS_CPU_S:
            break  # it has had its time
        if len(played) == len(plan.counts):
            break
    rest = Played(NOT_RUN, (), trouble)
    blocks_played += [rest] * (len(blocks) - len(blocks_played))
    played += [rest] * (len(plan.counts) - len(played))
    whole = pack_reply(nonce, blocks_played, played)
    reply = parse_reply(whole, nonce, len(blocks), len(played), len(STATUSES))
    return Run(reply, output, trouble or "its replies were not those of the grader", cpu_s)


def _request(nonce: bytes, blocks: Sequence[Block], *, first: int, stream: bool) -> bytes:
    body = {
        "blocks": [[block.label, block.source] for block in blocks],
        "first": first,
        "stream": stream,
    }
    return frame(nonce + json.dumps(body).encode())


def _frames(data: bytes) -> Iterator[bytes]:
    """Split into payloads.

    Raises: ProtocolError if a frame is cut off.
    """
    at = 0
    while at < len(data):
        if len(data) - at < LENGTH.size:
            raise ProtocolError("a length is cut off")
        (length,) = LENGTH.unpack_from(data, at)
        at += LENGTH.size
        if len(data) - at < length:
            raise ProtocolError("a frame is cut off")
        yield data[at : at + length]
        at += length


def _read_stream(
    data: bytes, nonce: bytes, blocks: int, cases: int
) -> tuple[list[Played], list[Played]]:
    """Read as many replies as are well formed; what comes after a bad one is not believed."""
    block_replies: list[Played] = []
    played: list[Played] = []
    try:
        for number, payload in enumerate(_frames(data)):
            if number == 0:
                reply = parse_reply(payload, nonce, blocks, 0, len(STATUSES))
                block_replies = [Played(s, (), reply.details[d]) for s, _, d in reply.blocks]
                if not blocks:
                    block_replies = []
            elif len(played) < cases:
                played.append(_one(parse_reply(payload, nonce, 0, 1, len(STATUSES))))
            else:
                raise ProtocolError("more replies than cases")
    except (MalformedReply, ProtocolError):
        pass  # subtle: not an error of ours; the cases without a reply count as crashed
    return block_replies, played


def _one(reply: Reply) -> Played:
    status, _, detail = HEAD.unpack(reply.heads)
    return Played(status, unpack(reply.floats), reply.details[detail])


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


def _used_up(ended: Ended) -> bool:
    """Whether a process ended because its CPU time did."""
    # A process may ignore SIGXCPU (24); a second later the kernel ends it with SIGKILL (9).
    late = ended.signal == 9 and ended.cpu_s >= limits.PROCESS_CPU_S
    return ended.killed == "cpu" or ended.signal == 24 or late


def _last_status(ended: Ended) -> int:
    """The status of the case in which a process ended."""
    if _used_up(ended):
        return CPU
    return WAITED if ended.killed in ("idle", "wall") else CRASHED


def _trouble(ended: Ended) -> str:
    """Why the process ended early, in words for the student."""
    if _used_up(ended):
        return f"it used more than {limits.PROCESS_CPU_S} s of CPU time"
    if ended.killed == "idle":
        return f"it waited for {limits.IDLE_S:g} s without computing anything"
    if ended.killed == "wall":
        return f"it did not end within {limits.WALL_S} s"
    if ended.killed == "long reply":
        return "it wrote more than was asked to the grader's channel"
    if ended.signal:
        return f"its process was ended by {SIGNALS.get(ended.signal, f'signal {ended.signal}')}"
    return "its process ended before it had answered"


def _output(ended: Ended) -> str:
    """What it printed; a child that wrote past its own bound is cut here, with the same note."""
    kept = ended.output
    if len(kept) >= limits.OUTPUT_BYTES + 128:
        kept = kept[: limits.OUTPUT_BYTES] + OUTPUT_NOTE
    return kept.decode("utf-8", "replace")


class PlainRunner:
    """Runs each request in an ordinary process of its own, with a time-out: level 1.

    No wall stands around it. It serves students on their own machine, on any platform.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
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
            killed = ""
            try:
                reply, _ = process.communicate(frame(self._plan.encoded) + request, limits.WALL_S)
            except subprocess.TimeoutExpired:
                process.kill()
                reply, _ = process.communicate()
                killed = "wall"
            errors.seek(0)
            said = errors.read(limits.OUTPUT_BYTES + 128)
        signal_number = -process.returncode if process.returncode < 0 else 0
        if len(reply) > longest_reply + LENGTH.size:
            reply, killed = reply[: longest_reply + LENGTH.size], "long reply"
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


def launch_runner(plan: Plan, level: int, readonly: Sequence[Path] = ()) -> Runner:
    """A runner for a level: a plain process at 1, a zygote at 2 and 3; `wait_ready` is due."""
    if level == 1:
        return PlainRunner(plan)
    zygote = Zygote(plan.encoded, level, readonly)
    zygote.launch()
    return zygote


def start_runner(plan: Plan, level: int, readonly: Sequence[Path] = ()) -> Runner:
    """A runner that is ready. Raises: InfrastructureError if it does not come up."""
    runner = launch_runner(plan, level, readonly)
    runner.wait_ready()
    return runner


__all__ = [
    "Path",
    "Plan",
    "Run",
    "Runner",
    "launch_runner",
    "make_plan",
    "run_program",
    "start_runner",
]
