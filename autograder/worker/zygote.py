"""A process that has everything loaded and forks one child for each submission.

It never holds a byte of a submission: the source goes to the child through the
child's own pipe.

Control socket (a stream): the judge sends a frame with the plan; "R" comes back. Then,
for each submission, the judge sends one byte with three descriptors (source, output,
reply); the zygote sends one byte with a pidfd of the child, and, when the child has
ended, its status and use of resources.
"""

import gc
import importlib
import json
import os
import signal
import socket
import struct
import sys
from typing import Any

from autograder.worker import child, confine, driver
from autograder.worker.protocol import LENGTH

READY, FORKED = b"R", b"F"
# wait status, user CPU s, system CPU s, peak memory KiB
ENDED = struct.Struct("<iddq")
# Imported by the standard library itself on first use ...
LAZY = ("encodings.idna", "linecache", "traceback", "tokenize", "unicodedata")
# ... and by packages: np.random, np.median.
LAZY_PARTS = {"numpy": ("numpy.fft", "numpy.ma", "numpy.polynomial", "numpy.random")}
GONE = 1  # exit status of a copy whose judge has closed the socket
# The walls could not be put up: nothing of the submission has run. subtle: a signal, because a
# submission chooses its exit status; behind the filter nothing can send it this one.
UNCONFINED = 12  # SIGUSR2, by number: Windows has no such name


def read_plan(control: socket.socket) -> dict[str, Any]:
    """Read the plan: imports, cases, limits."""
    (length,) = LENGTH.unpack(child.read_exactly(control.fileno(), LENGTH.size))
    plan: dict[str, Any] = json.loads(child.read_exactly(control.fileno(), length))
    return plan


def preload(imports: list[str]) -> None:
    """Import what submissions may import; later no file can be opened."""
    for name in (*driver.DEFAULT_IMPORTS, *imports):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            # typing_extensions may be absent; a submission that wants it is told so
            if name in imports:
                raise
    lazy = [part for name in imports for part in LAZY_PARTS.get(name, ())]
    for name in (*LAZY, *lazy):
        importlib.import_module(name)


def run_child(plan: dict[str, Any], descriptors: list[int], level: int) -> None:
    """Become the process of one submission; does not return."""
    source, output, reply = descriptors
    code = 1
    try:
        nonce, request = _settle(source, output, reply)
        try:
            confine.confine(confine.Limits(cpu_s=plan["cpu_hard_s"]), level)
        except confine.ConfineError as error:
            os.write(child.ERRORS, str(error).encode())
            signal.signal(UNCONFINED, signal.SIG_DFL)
            os.kill(os.getpid(), UNCONFINED)
            os._exit(code)  # should the signal be held up, nothing of the submission runs
        child.serve(nonce, request, plan["cases"], plan["imports"], plan["cpu_s"])
        code = 0
    except (EOFError, BrokenPipeError):
        code = 2  # the judge has gone
    finally:
        os._exit(code)


def _settle(source: int, output: int, reply: int) -> tuple[bytes, dict[str, Any]]:
    """Move the descriptors to 0-3, close all others, read the request."""
    os.setsid()
    # first out of the way of 0-4, then into place
    parked = [os.dup2(fd, 20 + k) for k, fd in enumerate((source, output, reply))]
    for target, fd in ((0, parked[0]), (1, parked[1]), (2, parked[1]), (3, parked[2])):
        os.dup2(fd, target, inheritable=True)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    nonce, request = child.read_request(child.SOURCE)
    return nonce, request


def main(control_descriptor: int, level: int) -> None:
    """Serve the judge until it closes the control socket."""
    control = socket.socket(fileno=control_descriptor)
    plan = read_plan(control)
    if level > 1:
        confine.prepare()
    preload(plan["imports"])
    plan["imports"] = [*driver.DEFAULT_IMPORTS, *plan["imports"]]
    sys.path.clear()
    gc.collect()
    gc.freeze()  # the children share these pages and never look through them
    control.sendall(READY)
    while _in_a_fresh_copy(control, plan, level):
        pass


def _in_a_fresh_copy(control: socket.socket, plan: dict[str, Any], level: int) -> bool:
    """Have a copy of this process serve one submission; False if the judge has gone.

    subtle: what serving allocates and frees would move the addresses that the next
    submission's objects get, and with them the order of its sets. This process does nothing
    but fork and wait, so every submission starts from the same memory, whoever came before.
    """
    pid = os.fork()
    if pid == 0:
        serve_one(control, plan, level)
    _, status = os.waitpid(pid, 0)
    return status == 0


def serve_one(control: socket.socket, plan: dict[str, Any], level: int) -> None:
    """Fork a child for one submission, say how it ended, and leave; does not return."""
    code = GONE
    try:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 3)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            run_child(plan, descriptors, level)
        for descriptor in descriptors:
            os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [FORKED], [pidfd])
        os.close(pidfd)
        _, status, usage = os.wait4(pid, 0)
        control.sendall(ENDED.pack(status, usage.ru_utime, usage.ru_stime, usage.ru_maxrss))
        code = 0
    finally:
        os._exit(code)
