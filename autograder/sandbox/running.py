"""Runs a submission's program on every case, and gives back one answer for each.

First all cases are asked for in one reply. If the process dies or sends something else, the
program is run again with a reply for each case, so that it is known where it happened.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder import limits
from autograder.errors import ProtocolError
from autograder.model import Block
from autograder.sandbox.endings import Ended, ending_in_words, last_status, printed, used_up
from autograder.sandbox.runners import Runner
from autograder.sandbox.workload import Workload
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
    """

    reply: Reply
    output: str
    trouble: str
    cpu_s: float


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
    ended = runner.run(_request(nonce, blocks, first=0, stream=False), longest)
    output = printed(ended)
    try:
        (payload,) = _frames(ended.reply)
        reply = parse_reply(payload, nonce, len(blocks), len(workload.counts))
    except (MalformedReply, ProtocolError, ValueError):
        return _run_carefully(runner, workload, blocks, longest, ended)
    return Run(reply, output, "", ended.cpu_s)


def _run_carefully(
    runner: Runner,
    workload: Workload,
    blocks: Sequence[Block],
    longest: int,
    first: Ended,
) -> Run:
    """Play again with a reply for each case, so that a crash tells where it happened.

    Not where the first run has held the worker for so long that there is no time left.
    """
    stalled_s = workload.within_s + limits.STALLED_S if used_up(first) else None
    held_s = first.cpu_s + first.idle_s
    blocks_played: list[Played] = []
    played: list[Played] = []
    trouble, output, cpu_s = "", "", 0.0
    nonce = os.urandom(NONCE_BYTES)
    for _ in range(1 + limits.RESTARTS):
        if held_s > limits.FURTHER_RUN_S:
            trouble, output = trouble or ending_in_words(first), output or printed(first)
            break
        nonce = os.urandom(NONCE_BYTES)
        request = _request(nonce, blocks, first=len(played), stream=True)
        ended = runner.run(request, 2 * longest + 2048 * (1 + len(workload.counts)), stalled_s)
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
    return Run(reply, output, trouble or "its replies were not those of the grader", cpu_s)


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
