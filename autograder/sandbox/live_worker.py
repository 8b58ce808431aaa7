"""A process that keeps a student's own code loaded and plays one case after another on it.

`check --explain` uses it on a student's machine. It confines nothing.
"""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType

from autograder import limits
from autograder.errors import ProtocolError
from autograder.model import Answer, Block
from autograder.sandbox.launch import (
    PYTHON_FLAGS,
    ROOT,
    import_folders,
    import_path,
    zygote_environment,
)
from autograder.sandbox.runners import end_group, start_group
from autograder.worker.protocol import (
    HEAD,
    LENGTH,
    NO_NONCE,
    MalformedReply,
    frame,
    parse_reply,
    unpack,
)
from autograder.worker.requests import LoadRequest, PlainCase
from autograder.worker.status import Status


class LiveWorker:
    """Plays cases on loaded blocks, without confining them: for trusted code only.

    Args:
        blocks: from extraction.
        imports: modules beyond the default ones.
    """

    def __init__(self, blocks: Sequence[Block], imports: Sequence[str]) -> None:
        beside = import_path(import_folders(imports))
        boot = (
            f"import sys; sys.path.insert(0, sys.argv[1]); sys.path += {beside!r}; "
            "from autograder.worker.case_by_case import main; main()"
        )
        self._process = start_group(
            [sys.executable, *PYTHON_FLAGS, "-c", boot, str(ROOT)],
            env=zygote_environment(),
            errors=subprocess.DEVNULL,
        )
        request: LoadRequest = {
            "imports": list(imports),
            "blocks": [(b.label, b.source) for b in blocks],
        }
        self._talk(json.dumps(request).encode())

    def __enter__(self) -> "LiveWorker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        end_group(self._process)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not written when it ended
                    pipe.close()

    def play(self, case: PlainCase) -> Answer:
        """Play one plain case.

        Args:
            case: from Case.plain.
        Returns: the answer; status CRASHED if the process has ended.
        """
        try:
            payload = self._talk(json.dumps(case).encode())
            reply = parse_reply(payload, NO_NONCE, 0, 1)
        except (ProtocolError, MalformedReply, OSError):
            return Answer(Status.CRASHED)
        status, _, detail = HEAD.unpack(reply.heads)
        return Answer(Status(status), unpack(reply.floats), reply.details[detail])

    def _talk(self, payload: bytes) -> bytes:
        """Send one frame, wait for one."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        # a submission that hangs where no timer reaches it is ended, and the read with it
        watchdog = threading.Timer(limits.ANSWER_S, end_group, (self._process,))
        watchdog.start()
        try:
            stdin.write(frame(payload))
            stdin.flush()
            head = stdout.read(LENGTH.size)
            if len(head) < LENGTH.size:
                raise ProtocolError("the worker has ended")
            (length,) = LENGTH.unpack(head)
            return stdout.read(length)
        finally:
            watchdog.cancel()
