"""What runs inside the one process of a submission, from its source to its reply.

Descriptors: 0 the source, 1 and 2 what the submission prints, 3 the reply.
"""

import gc
import io
import json
import os
import random
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from autograder import limits
from autograder.worker import driver
from autograder.worker.players.base import Namespace
from autograder.worker.protocol import LENGTH, NONCE_BYTES, OUTPUT_NOTE, Played, frame, pack_reply
from autograder.worker.requests import PlainCase, SubmissionRequest

SOURCE, OUTPUT, ERRORS, REPLY = 0, 1, 2, 3


class BoundedOutput(io.RawIOBase):
    """A stream onto a descriptor that drops what exceeds OUTPUT_BYTES."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._left = limits.OUTPUT_BYTES
        self._cut = False

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Write what still fits; claim that all was written."""
        view = bytes(data)
        kept = view[: self._left]
        self._left -= len(kept)
        if len(kept) < len(view) and not self._cut:
            self._cut = True
            kept += OUTPUT_NOTE
        write_all(self._descriptor, kept)
        return len(view)


def read_exactly(descriptor: int, count: int) -> bytes:
    """Read count bytes from a descriptor.

    Raises: EOFError if it ends before.
    """
    parts = []
    while count:
        part = os.read(descriptor, min(count, 1 << 20))
        if not part:
            raise EOFError("the judge closed the pipe")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_request(descriptor: int) -> tuple[bytes, Any]:
    """Read one request: the nonce, and a SubmissionRequest or an EnginesRequest."""
    (length,) = LENGTH.unpack(read_exactly(descriptor, LENGTH.size))
    if not NONCE_BYTES <= length <= limits.REQUEST_BYTES:
        raise EOFError("a request of impossible length")
    payload = read_exactly(descriptor, length)
    return payload[:NONCE_BYTES], json.loads(payload[NONCE_BYTES:])


def binary_streams() -> None:
    """Keep Windows from translating line ends in the bytes of the standard streams."""
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (0, 1, 2):
            msvcrt.setmode(descriptor, os.O_BINARY)


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def serve(
    nonce: bytes,
    request: SubmissionRequest,
    cases: Sequence[PlainCase],
    namespace: Namespace,
    cpu_s: float,
    reply: int = REPLY,
) -> None:
    """Execute the blocks of a request, play the cases, write the reply.

    Args:
        nonce: sent back in every reply.
        request: the submission: its blocks, and from which case on it is played.
        cases: the workload's cases.
        namespace: where the blocks are run, from driver.make_namespace.
        cpu_s: CPU seconds for all cases together.
        reply: descriptor of the reply.
    """
    stream = io.TextIOWrapper(
        io.BufferedWriter(BoundedOutput(OUTPUT)), "utf-8", "backslashreplace", write_through=True
    )
    sys.stdout = sys.stderr = stream
    sys.stdin = io.StringIO("")
    warnings.simplefilter("ignore")  # the student's own warnings are no business of ours
    random.seed(0)  # the same submission, the same numbers
    gc.disable()  # the process ends before garbage could fill its memory
    blocks = [Played(p.status, (), p.detail) for p in driver.execute(request["blocks"], namespace)]
    wanted = cases[request["first"] :]
    if request["stream"]:
        write_all(reply, frame(pack_reply(nonce, blocks, ())))
        for played in driver.play(namespace, wanted, cpu_s):
            write_all(reply, frame(pack_reply(nonce, (), (played,))))
    else:
        played_all = list(driver.play(namespace, wanted, cpu_s))
        write_all(reply, frame(pack_reply(nonce, blocks, played_all)))
    try:
        stream.flush()
    except OSError:
        return  # nobody reads the output any more
