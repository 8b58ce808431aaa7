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
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from autograder import limits
from autograder.worker import child, confine, driver
from autograder.worker.imports.importable import STANDARD
from autograder.worker.players.asked import connected
from autograder.worker.players.base import Namespace
from autograder.worker.players.remote import PipeLink
from autograder.worker.protocol import ENDED, FORKED, LENGTH, READY, UNCONFINED
from autograder.worker.requests import PlainCase, PlainWorkload, SubmissionRequest

ReportEnd = Callable[[socket.socket, int], None]
ENGINES = 4  # descriptor on which planted engines are asked, if there are any

# Imported by the standard library itself on first use ...
LAZY = ("encodings.idna", "linecache", "traceback", "tokenize", "unicodedata")
# ... and by packages: np.random, np.median.
LAZY_PARTS = {"numpy": ("numpy.fft", "numpy.ma", "numpy.polynomial", "numpy.random")}
# Of sys, of modules and of what they were found by: where the interpreter stands.
PATHS = (
    *("executable", "_base_executable", "prefix", "base_prefix", "exec_prefix"),
    *("base_exec_prefix", "_stdlib_dir", "platlibdir"),
)
PATHS_OF_MODULES, PATHS_OF_SPECS = ("__file__", "__cached__"), ("origin", "cached")
# Rounds after which the zygote's memory is the same before each fork; one was enough.
WARM_UP = 2


class Loaded(NamedTuple):
    """A workload as the zygote keeps it for its children.

    Attributes:
        cases: made ready to play.
        namespace: an empty module's, with the imports that the exercise allows.
        cpu_s: CPU seconds for all cases of a submission together.
        cpu_hard_s: CPU seconds after which the kernel ends a child.
        asks: whether some cases ask planted engines, at the descriptor ENGINES.
    """

    cases: list[PlainCase]
    namespace: Namespace
    cpu_s: float
    cpu_hard_s: int
    asks: bool = False

    def serve(self, nonce: bytes, request: SubmissionRequest) -> None:
        """Run a submission."""
        cases = connected(self.cases, PipeLink(ENGINES)) if self.asks else self.cases
        child.serve(nonce, request, cases, self.namespace, self.cpu_s)


class Prepared(Protocol):
    """What a zygote has loaded, and what each of its children does with it.

    Attributes:
        cpu_hard_s: CPU seconds after which the kernel ends a child.
    """

    @property
    def cpu_hard_s(self) -> int:
        """As above."""

    def serve(self, nonce: bytes, request: Any) -> None:
        """Do, behind the layers, what the judge asks of one child."""


class End(ctypes.Structure):
    """Where wait4 writes how a child ended; laid out as ENDED."""

    _fields_ = (("status", ctypes.c_int), ("usage", ctypes.c_long * 18))


def read_workload(control: socket.socket) -> Any:
    """Read the workload: a PlainWorkload, or PlainEngines."""
    (length,) = LENGTH.unpack(child.read_exactly(control.fileno(), LENGTH.size))
    return json.loads(child.read_exactly(control.fileno(), length))


def preload(imports: Sequence[str]) -> None:
    """Import what submissions may import; later no file can be opened."""
    for name in (*STANDARD, *imports):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            # typing_extensions may be absent; a submission that wants it is told so
            if name in imports:
                raise
    lazy = [part for name in imports for part in LAZY_PARTS.get(name, ())]
    for name in (*LAZY, *lazy):
        importlib.import_module(name)


def forget_paths() -> None:
    """Take from the interpreter what tells where it stands, and so who grades; all is loaded."""
    for name in PATHS:
        setattr(sys, name, "")
    for told in (sys.path, sys.orig_argv, sys.argv):
        told.clear()
    sys.path_importer_cache.clear()
    for module in list(sys.modules.values()):
        spec = getattr(module, "__spec__", None)
        for holder, names in ((module, PATHS_OF_MODULES), (spec, PATHS_OF_SPECS)):
            for name in names:
                if isinstance(getattr(holder, name, None), str):
                    setattr(holder, name, "")


def load_cases(workload: PlainWorkload) -> Loaded:
    """Do once all that submissions need."""
    preload(workload["imports"])
    return Loaded(
        cases=driver.made_ready(workload["cases"]),
        namespace=driver.make_namespace([*STANDARD, *workload["imports"]]),
        cpu_s=workload["cpu_s"],
        cpu_hard_s=workload["cpu_hard_s"],
        asks=workload.get("asks", False),
    )


def run_child(loaded: Prepared, descriptors: list[int], level: int) -> None:
    """Become the process of one submission; does not return."""
    code = 1
    try:
        nonce, request = _settle(descriptors)
        try:
            confine.confine(limits.Limits(cpu_s=loaded.cpu_hard_s), level)
        except confine.ConfineError as error:
            os.write(child.ERRORS, str(error).encode())
            signal.signal(UNCONFINED, signal.SIG_DFL)
            os.kill(os.getpid(), UNCONFINED)
            os._exit(code)  # should the signal be held up, nothing of the submission runs
        loaded.serve(nonce, request)
        code = 0
    except (EOFError, BrokenPipeError):
        code = 2  # the judge has gone
    finally:
        os._exit(code)


def _settle(descriptors: list[int]) -> tuple[bytes, Any]:
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
    load: Callable[[Any], Prepared] = load_cases,
) -> None:
    """Serve the judge until it closes the control socket.

    Args:
        control_descriptor: of the control socket.
        level: isolation level.
        load: does with a workload what can be done once for all submissions.
    """
    control = socket.socket(fileno=control_descriptor)
    workload = read_workload(control)
    if level > 1:
        confine.prepare()
    loaded = load(workload)
    del workload
    forget_paths()
    gc.collect()
    gc.freeze()  # the children share these pages and never look through them
    report_end = _reporter()
    _warm_up(report_end)
    control.sendall(READY)
    while _serve_one(control, loaded, level, report_end):
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


def _serve_one(control: socket.socket, loaded: Prepared, level: int, report_end: ReportEnd) -> bool:
    """Have a child serve one submission, and say how it ended; False if the judge has gone.

    subtle: where a submission's objects get their addresses, and so the order of its sets,
    depends on what this process has allocated and freed before. So it does nothing but fork,
    wait and report, which leaves its memory as it was: every submission starts from the same
    state, whoever came before.
    """
    pid = os.fork()
    if pid == 0:
        _become_child(control, loaded, level)
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


def _become_child(control: socket.socket, loaded: Prepared, level: int) -> None:
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
    run_child(loaded, descriptors, level)
