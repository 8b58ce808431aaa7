"""The process of the engines that one submission examines: no ancestor of the submission's.

Started and forked by the judge as the submission's own zygote is, behind the same walls. Holds
the planted engines and not a byte of the submission, whose questions come over a socket.

Descriptors: 0 the orders, 1 and 2 what it complains of, 3 the report, 4 the submission.
"""

import gc
import json
import math
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autograder import limits
from autograder.worker import child, zygote
from autograder.worker.engines.inside import slots_of
from autograder.worker.engines.session import TOO_LONG, Session, Slot, make_engines
from autograder.worker.engines.tapes import Malformed
from autograder.worker.players.timer import CaseTimeout, Timer
from autograder.worker.protocol import LENGTH, frame
from autograder.worker.requests import EnginesRequest, PlainEngines, PlainReport

SUBMISSION = 4


def main(control: int, level: int) -> None:
    """Serve the judge until it closes the control socket. Args: as for `zygote.main`."""
    zygote.main(control, level, load)


class Loaded(NamedTuple):
    """The engines' workload as this zygote keeps it for its children.

    Attributes:
        engines: their classes.
        slots: what stands behind each case.
        cpu_hard_s: CPU seconds after which the kernel ends a child.
    """

    engines: list[Any]
    slots: dict[int, Slot]
    cpu_hard_s: int

    def serve(self, nonce: bytes, request: EnginesRequest) -> None:
        """Answer the questions of one submission."""
        serve(nonce, request, self.engines, self.slots)


def load(workload: PlainEngines) -> Loaded:
    """Make the engines once for all submissions."""
    return Loaded(make_engines(workload["sources"]), slots_of(workload), workload["cpu_hard_s"])


def serve(
    nonce: bytes, orders: EnginesRequest, engines: Sequence[Any], slots: Mapping[int, Slot]
) -> None:
    """Answer one submission's questions until it has ended, then write the report.

    Args:
        nonce: comes back in the report.
        orders: which engine answers where.
        engines: their classes.
        slots: by case, what stands behind it.
    """
    session = Session(engines, slots, dict(orders["order"]), tells=False)
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
    report: PlainReport = {
        "told": [(case, told.status, told.told) for case, told in session.verdicts().items()],
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
