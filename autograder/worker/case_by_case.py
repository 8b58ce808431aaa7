"""A worker that keeps a submission loaded and plays one case after another, as asked.

For a student's own machine: `check --explain` tries many small graphs on their code.
stdin: a frame with imports and blocks, then a frame for each case; stdout: a frame for
the blocks, then one for each case.
"""

import json
import os
import sys

from autograder.worker import child, driver, zygote
from autograder.worker.imports.importable import STANDARD
from autograder.worker.protocol import LENGTH, NO_NONCE, Played, frame, pack_reply
from autograder.worker.requests import LoadRequest, PlainCase


def read_frame(descriptor: int) -> bytes:
    """Read one frame's payload. Raises: EOFError at the end of the stream."""
    (length,) = LENGTH.unpack(child.read_exactly(descriptor, LENGTH.size))
    return child.read_exactly(descriptor, length)


def main() -> None:
    """Load a submission, then play until stdin ends."""
    child.binary_streams()
    request: LoadRequest = json.loads(read_frame(0))
    zygote.preload(request["imports"])
    reply = os.dup(1)
    os.dup2(2, 1)  # what the submission prints goes to the other stream
    sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 - for as long as the process lives
    namespace = driver.make_namespace([*STANDARD, *request["imports"]])
    blocks = [Played(p.status, (), p.detail) for p in driver.execute(request["blocks"], namespace)]
    child.write_all(reply, frame(pack_reply(NO_NONCE, blocks, ())))
    while True:
        try:
            case: PlainCase = json.loads(read_frame(0))
        except EOFError:
            return
        played = list(driver.play(namespace, [case], case["within_s"]))
        child.write_all(reply, frame(pack_reply(NO_NONCE, (), played)))
