"""The process of the engines that one submission examines: no ancestor of the submission's.

Started and forked by the judge as the submission's own zygote is, behind the same walls. Holds
the planted engines and not a byte of the submission, whose questions come over a socket.

Descriptors: 0 the orders, 1 and 2 what it complains of, 3 the report, 4 the submission.
"""

import gc
import json
import math
import os
from typing import Any

from autograder import limits
from autograder.worker import child, zygote
from autograder.worker.engines.inside import slots_of
from autograder.worker.engines.session import TOO_LONG, Session, make_engines
from autograder.worker.engines.tapes import Malformed
from autograder.worker.protocol import LENGTH, frame
from autograder.worker.timer import CaseTimeout, Timer

SUBMISSION = 4


def main(control: int, level: int) -> None:
    """Serve the judge until it closes the control socket. Args: as for `zygote.main`."""
    zygote.main(control, level, load, serve)


def load(workload: dict[str, Any]) -> None:
    """Make the engines once for all submissions."""
    workload["engines"] = make_engines(workload["sources"])
    workload["slots"] = slots_of(workload)


def serve(nonce: bytes, orders: dict[str, Any], workload: dict[str, Any]) -> None:
    """Answer one submission's questions until it has ended, then write the report.

    Args:
        nonce: comes back in the report.
        orders: `order`, pairs of a place and the case whose engine answers there.
        workload: after `load`.
    """
    session = Session(workload["engines"], workload["slots"], dict(orders["order"]), tells=False)
    gc.disable()  # the process ends before garbage could matter
    with Timer() as timer:
        session.timer = timer
        session.stop = lambda: TOO_LONG if timer.spent_s() > limits.ENGINES_CPU_S else ""
        try:
            while _answer_one(session, timer):
                session.work_off()
        except Malformed:
            session.malformed()
        except (OSError, EOFError):
            pass  # the submission has ended
        os.close(SUBMISSION)
        session.work_off()
    report = {
        "told": [[case, told.status, told.told] for case, told in session.verdicts().items()],
        "over": list(session.over.items()),
    }
    child.write_all(child.REPLY, frame(nonce + json.dumps(report).encode()))


def _answer_one(session: Session, timer: Timer) -> bool:
    """Answer one question; False where the submission has ended.

    Raises: Malformed, OSError, EOFError.
    """
    head = os.read(SUBMISSION, LENGTH.size)
    if not head:
        return False
    head += child.read_exactly(SUBMISSION, LENGTH.size - len(head))
    (length,) = LENGTH.unpack(head)
    if not LENGTH.size <= length <= limits.ENGINE_QUESTION_BYTES:
        raise Malformed
    payload = child.read_exactly(SUBMISSION, length)
    number, payload = payload[: LENGTH.size], payload[LENGTH.size :]
    try:
        timer.left_s = session.left_s or math.inf  # a question may open another case
        try:
            answer = session.answer_bytes(payload)
        finally:
            session.left_s, timer.left_s = timer.left_s, math.inf
    except CaseTimeout:
        answer = json.dumps(session.timed_out()).encode()
    child.write_all(SUBMISSION, frame(number + answer))
    return True
