"""Runs a submission's program on every case, and gives back one answer for each.

First all cases are asked for in one reply. If the process dies or sends something else, the
program is run again with a reply for each case, so that it is known where it happened.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from autograder import limits
from autograder.errors import ProtocolError
from autograder.model import Block
from autograder.sandbox.endings import Ended, ending_in_words, last_status, printed, used_up
from autograder.sandbox.engines.planted import EnginesReport, Order, read_report
from autograder.sandbox.runners import Runner
from autograder.sandbox.workload import Workload
from autograder.tolerance import is_same_again
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
from autograder.worker.requests import SubmissionRequest
from autograder.worker.status import Status


@dataclass(frozen=True, slots=True)
class Run:
    """What a submission answered.

    Attributes:
        reply: of all blocks and cases.
        output: what it printed.
        trouble: how its process ended early ("" if it did not), for the student.
        cpu_s: CPU seconds of its process.
        unsteady: how many cases that were played again had other numbers the second time.
    """

    reply: Reply
    output: str
    trouble: str
    cpu_s: float
    unsteady: int = 0


def run_program(runner: Runner, workload: Workload, blocks: Sequence[Block]) -> Run:
    """Run a submission's blocks and play every case.

    Args:
        runner: a zygote or a plain process.
        workload: from make_workload.
        blocks: from extraction.
    Returns: the run; a dead or lying process gives failures, never an exception.
    Raises: InfrastructureError if something of ours failed.
    """
    # a function may give back a list of any length: one number more shows that it is longer
    longest = longest_reply(len(blocks), [count + 64 for count in workload.counts])
    nonce = os.urandom(NONCE_BYTES)
    order = workload.planted.order(blocks) if workload.planted else None
    orders = order.request(nonce) if order else b""
    ended = runner.run(_request(nonce, blocks, first=0, stream=False), longest, None, orders)
    output = printed(ended)
    try:
        (payload,) = _frames(ended.reply)
        reply = parse_reply(payload, nonce, len(blocks), len(workload.counts))
    except (MalformedReply, ProtocolError, ValueError):
        return _run_carefully(runner, workload, blocks, longest, ended, order)
    if order is not None:
        reply = order.undone(reply, nonce, _reports(ended, nonce, workload))
    once, unsteady = _played_once(reply, workload)
    return Run(once, output, "", ended.cpu_s, unsteady)


def _run_carefully(
    runner: Runner,
    workload: Workload,
    blocks: Sequence[Block],
    longest: int,
    first: Ended,
    order: Order | None,
) -> Run:
    """Play again with a reply for each case, so that a crash tells where it happened.

    Not where the first run has held the worker for so long that there is no time left.
    """
    stalled_s = workload.within_s + limits.STALLED_S if used_up(first) else None
    held_s = first.cpu_s + first.idle_s
    blocks_played: list[Played] = []
    played: list[Played] = []
    reports: list[EnginesReport] = []
    trouble, output, cpu_s = "", "", 0.0
    nonce = os.urandom(NONCE_BYTES)
    for _ in range(1 + limits.RESTARTS):
        if held_s > limits.FURTHER_RUN_S:
            trouble, output = trouble or ending_in_words(first), output or printed(first)
            break
        nonce = os.urandom(NONCE_BYTES)
        request = _request(nonce, blocks, first=len(played), stream=True)
        most = 2 * longest + 2048 * (1 + len(workload.counts))
        ended = runner.run(request, most, stalled_s, order.request(nonce) if order else b"")
        reports += _reports(ended, nonce, workload)
        output = output or printed(ended)
        cpu_s += ended.cpu_s
        held_s += ended.cpu_s + ended.idle_s
        new_blocks, new = _read_stream(
            ended.reply, nonce, len(blocks), len(workload.counts) - len(played)
        )
        blocks_played = blocks_played or new_blocks
        played += new
        if len(played) == len(workload.counts) and new_blocks:
            break
        trouble = trouble or ending_in_words(ended)
        if not new_blocks:
            break  # it dies before the first case: it would again
        played.append(Played(last_status(ended), (), ending_in_words(ended)))
        if played[-1].status != Status.CRASHED or cpu_s > limits.PROCESS_CPU_S:
            break  # it has had its time
        if len(played) == len(workload.counts):
            break
    rest = Played(Status.NOT_RUN, (), trouble)
    blocks_played += [rest] * (len(blocks) - len(blocks_played))
    played += [rest] * (len(workload.counts) - len(played))
    whole = pack_reply(nonce, blocks_played, played)
    reply = parse_reply(whole, nonce, len(blocks), len(played))
    if order is not None:
        reply = order.undone(reply, nonce, reports)
    once, unsteady = _played_once(reply, workload)
    trouble = trouble or "its replies were not those of the grader"
    return Run(once, output, trouble, cpu_s, unsteady)


def _played_once(reply: Reply, workload: Workload) -> tuple[Reply, int]:
    """Take from a reply what was played again, and count where its numbers differ."""
    if not workload.again:
        return reply, 0
    count = len(workload.counts) - len(workload.again)
    ends = _ends(reply.heads)
    unsteady = 0
    for second, first in enumerate(workload.again, count):
        one = reply.floats[ends[first] : ends[first + 1]]
        other = reply.floats[ends[second] : ends[second + 1]]
        # mostly the same bytes; where a case failed there are none to compare
        unsteady += (
            one != other
            and len(one) == len(other)
            and not is_same_again(unpack(one), unpack(other))
        )
    heads, floats = reply.heads[: HEAD.size * count], reply.floats[: ends[count]]
    return Reply(reply.blocks, heads, floats, reply.details), unsteady


@lru_cache(maxsize=8)  # those of right submissions are the same
def _ends(heads: bytes) -> list[int]:
    """Where the numbers of each case end in a reply's floats, in bytes; 0 in front."""
    return [0, *accumulate(8 * count for _, count, _ in HEAD.iter_unpack(heads))]


def _reports(ended: Ended, nonce: bytes, workload: Workload) -> list[EnginesReport]:
    """What the engines' process said; nothing where they were in the submission's own."""
    if ended.report is None or workload.planted is None:
        return []
    if not ended.report:
        return [workload.planted.used_up()]
    return [read_report(ended.report, nonce, len(workload.counts))]


def _request(nonce: bytes, blocks: Sequence[Block], *, first: int, stream: bool) -> bytes:
    body: SubmissionRequest = {
        "blocks": [(block.label, block.source) for block in blocks],
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
                reply = parse_reply(payload, nonce, blocks, 0)
                block_replies = [Played(s, (), reply.details[d]) for s, _, d in reply.blocks]
                if not blocks:
                    block_replies = []
            elif len(played) < cases:
                played.append(_one(parse_reply(payload, nonce, 0, 1)))
            else:
                raise ProtocolError("more replies than cases")
    except (MalformedReply, ProtocolError):
        pass  # subtle: not an error of ours; the cases without a reply count as crashed
    return block_replies, played


def _one(reply: Reply) -> Played:
    status, _, detail = HEAD.unpack(reply.heads)
    return Played(status, unpack(reply.floats), reply.details[detail])
