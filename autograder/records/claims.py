"""One grader at a time: who comes second to a results file is told who is first.

The lock is the operating system's, so that it ends with the process that holds it, however that
ends; a file of a lock that was left behind is no obstacle.
"""

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from autograder.errors import UsageError
from autograder.outputs import reason_of

LOCK = ".lock"
# A process that a killed grader had started may hold its lock a moment longer: how often it is
# tried again, and how many seconds apart.
TRIES, PAUSE = 20, 0.05
SIGNED = 200  # bytes of what the holder has written; of a longer one nothing is read


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Be the only grader that writes a file.

    Args:
        path: the results file itself, no link; the lock stands beside it.
    Raises: UsageError that says who holds it, or that nothing can be written there.
    """
    lock = path.with_name(f".{path.name}{LOCK}")
    held = _take(lock, path)
    try:
        yield
    finally:
        if held is not None:
            with contextlib.suppress(OSError):  # while it is held, so that nobody's else goes
                lock.unlink()
            os.close(held)


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Wait until no other grader writes into a folder, and let others wait meanwhile.

    Args:
        folder: one in which a grader writes for a moment.
    Returns: a context that yields whether this system has such locks.
    Raises: OSError if the folder is not there.
    """
    descriptor = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    try:
        yield descriptor is not None and _lock(descriptor, wait=True)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _take(lock: Path, path: Path) -> int | None:
    """Hold the lock; None where there are no locks."""
    holder = ""
    for _ in range(TRIES):
        try:
            held = _opened(lock)
        except OSError as error:
            raise UsageError(
                f"cannot write '{path}' ({reason_of(error)}); name another file with --out"
            ) from error
        try:
            if not _lock(held):
                os.close(held)
                lock.unlink(missing_ok=True)
                return None
            if _is_still(held, lock):
                _sign(held)
                return held
            holder = _holder(held)
        except BlockingIOError:
            holder = _holder(held)
            time.sleep(PAUSE)
        os.close(held)
    raise UsageError(
        f"'{path}' is being written by another grader ({holder}); wait until it is done, or name "
        "another file with --out"
    )


def _opened(lock: Path) -> int:
    flags = os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(lock, flags | os.O_RDWR, 0o666)
    except PermissionError:  # another person's: to hold it, it is enough to read it
        return os.open(lock, flags | os.O_RDONLY, 0o666)


def _lock(descriptor: int, *, wait: bool = False) -> bool:
    """Lock an open file, and say whether there is such a thing here.

    Raises: BlockingIOError if another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise
    except OSError:  # some network file systems have none
        return False
    return True


def _is_still(held: int, lock: Path) -> bool:
    """Whether the file is the one that others will meet: who held it before has removed his."""
    try:
        return os.path.samestat(os.fstat(held), lock.stat())
    except OSError:
        return False


def _sign(held: int) -> None:
    since = datetime.now().astimezone()
    text = f"process {os.getpid()} on {socket.gethostname()} since {since:%H:%M}"
    with contextlib.suppress(OSError):  # a full disk, or another person's file
        os.truncate(held, 0)
        os.write(held, text.encode("ascii", "replace"))


def _holder(held: int) -> str:
    """Who holds a lock, in his own words."""
    try:
        said = os.pread(held, SIGNED, 0).decode("ascii", "replace")
    except OSError:
        said = ""
    return said if said.isprintable() and said else "it does not say who"
