"""A process that has everything loaded and forks one child for each submission.

It never holds a byte of a submission: the source goes to the child through the
child's own pipe.

Control socket (a stream): the judge sends a frame with the workload; "R" comes back. Then,
for each submission, the judge sends one byte with three descriptors (source, output,
reply), and a fourth where planted engines are asked; a child that was forked beforehand
takes them and sends one byte with a pidfd of itself; when it has ended, the zygote sends
its status and use of resources.
"""

import ctypes
import errno
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from autograder import limits
from autograder.worker import child, confine, driver
from autograder.worker.players.asked import connected
from autograder.worker.players.remote import PipeLink
from autograder.worker.protocol import ENDED, FORKED, LENGTH, READY, UNCONFINED

ReportEnd = Callable[[socket.socket, int], None]
# What a child serves behind its walls: nonce, request, and the workload that was loaded.
Serve = Callable[[bytes, dict[str, Any], dict[str, Any]], None]
ENGINES = 4  # descriptor on which planted engines are asked, if there are any

# Imported by the standard library itself on first use ...
LAZY = ("encodings.idna", "linecache", "traceback", "tokenize", "unicodedata")
# ... and by packages: np.random, np.median.
LAZY_PARTS = {"numpy": ("numpy.fft", "numpy.ma", "numpy.polynomial", "numpy.random")}
# Rounds after which the zygote's memory is the same before each fork; one was enough.
WARM_UP = 2


class End(ctypes.Structure):
    """Where wait4 writes how a child ended; laid out as ENDED."""

    _fields_ = (("status", ctypes.c_int), ("usage", ctypes.c_long * 18))


def read_workload(control: socket.socket) -> dict[str, Any]:
    """Read the workload: imports, cases, limits."""
    (length,) = LENGTH.unpack(child.read_exactly(control.fileno(), LENGTH.size))
    workload: dict[str, Any] = json.loads(child.read_exactly(control.fileno(), length))
    return workload


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


def load_cases(workload: dict[str, Any]) -> None:
    """Do once all that submissions need."""
    preload(workload["imports"])
    workload["cases"] = driver.made_ready(workload["cases"])
    workload["namespace"] = driver.make_namespace([*driver.DEFAULT_IMPORTS, *workload["imports"]])


def serve_submission(nonce: bytes, request: dict[str, Any], workload: dict[str, Any]) -> None:
    """Run a submission."""
    cases = workload["cases"]
    if workload.get("asks"):
        cases = connected(cases, PipeLink(ENGINES))
    child.serve(nonce, request, cases, workload["namespace"], workload["cpu_s"])


def run_child(
    workload: dict[str, Any],
    descriptors: list[int],
    level: int,
    serve: Serve = serve_submission,
) -> None:
    """Become the process of one submission; does not return."""
    code = 1
    try:
        nonce, request = _settle(descriptors)
        try:
            confine.confine(limits.Limits(cpu_s=workload["cpu_hard_s"]), level)
        except confine.ConfineError as error:
            os.write(child.ERRORS, str(error).encode())
            signal.signal(UNCONFINED, signal.SIG_DFL)
            os.kill(os.getpid(), UNCONFINED)
            os._exit(code)  # should the signal be held up, nothing of the submission runs
        serve(nonce, request, workload)
        code = 0
    except (EOFError, BrokenPipeError):
        code = 2  # the judge has gone
    finally:
        os._exit(code)


def _settle(descriptors: list[int]) -> tuple[bytes, dict[str, Any]]:
    """Move the descriptors to 0-3, or 4, close all others, read the request."""
    os.setsid()
    # first out of the way of 0-4, then into place
    source, output, reply, *engines = [os.dup2(fd, 100 + k) for k, fd in enumerate(descriptors)]
    places = [source, output, output, reply, *engines]
    for target, fd in enumerate(places):
        os.dup2(fd, target, inheritable=True)
    os.closerange(len(places), os.sysconf("SC_OPEN_MAX"))
    nonce, request = child.read_request(child.SOURCE)
    return nonce, request


def main(
    control_descriptor: int,
    level: int,
    load: Callable[[dict[str, Any]], None] = load_cases,
    serve: Serve = serve_submission,
) -> None:
    """Serve the judge until it closes the control socket.

    Args:
        control_descriptor: of the control socket.
        level: isolation level.
        load: does to the workload what can be done once for all submissions.
        serve: what each child does.
    """
    control = socket.socket(fileno=control_descriptor)
    workload = read_workload(control)
    if level > 1:
        confine.prepare()
    load(workload)
    sys.path.clear()
    gc.collect()
    gc.freeze()  # the children share these pages and never look through them
    report_end = _reporter()
    _warm_up(report_end)
    control.sendall(READY)
    while _serve_one(control, workload, level, report_end, serve):
        pass


def _warm_up(report_end: ReportEnd) -> None:
    """Do what serving does in this process, until it leaves the memory as it found it."""
    ours, theirs = socket.socketpair()
    for _ in range(WARM_UP):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        report_end(ours, pid)
    theirs.recv(WARM_UP * ENDED.size)
    ours.close()
    theirs.close()


def _serve_one(
    control: socket.socket,
    workload: dict[str, Any],
    level: int,
    report_end: ReportEnd,
    serve: Serve,
) -> bool:
    """Have a child serve one submission, and say how it ended; False if the judge has gone.

    subtle: where a submission's objects get their addresses, and so the order of its sets,
    depends on what this process has allocated and freed before. So it does nothing but fork,
    wait and report, which leaves its memory as it was: every submission starts from the same
    state, whoever came before.
    """
    pid = os.fork()
    if pid == 0:
        _become_child(control, workload, level, serve)
    try:
        report_end(control, pid)
    except BrokenPipeError:
        return False
    return True


def _reporter() -> ReportEnd:
    """Make what waits for a child and tells the judge how it ended.

    subtle: os.wait4 makes numbers, how many depends on what they are, and frees them in
    another order than it made them; the next child would get other addresses. So the kernel
    writes into memory that stays, and that is sent as it is.
    """
    wait4 = ctypes.CDLL(None, use_errno=True).wait4
    end = End()
    status = ctypes.byref(end)
    usage = ctypes.byref(end, End.usage.offset)

    def report_end(control: socket.socket, pid: int) -> None:
        while wait4(pid, status, 0, usage) < 0:
            if ctypes.get_errno() != errno.EINTR:
                raise OSError(ctypes.get_errno(), "wait4")
        control.sendall(end)

    return report_end


def _become_child(
    control: socket.socket,
    workload: dict[str, Any],
    level: int,
    serve: Serve = serve_submission,
) -> None:
    """Wait for a submission and run it; does not return."""
    try:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 4)
        if not message:
            os._exit(0)  # the judge has gone, as this process's parent will find
        pidfd = os.pidfd_open(os.getpid())
        socket.send_fds(control, [FORKED], [pidfd])
        control.close()
    except OSError:
        os._exit(1)
    run_child(workload, descriptors, level, serve)
