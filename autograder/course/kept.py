"""Files under a course's `.cache`: written whole or not at all, believed only if undamaged.

Everything kept there can be made again, so a file that cannot be read or written is no
error: its content is made afresh.
"""

import contextlib
import hashlib
import os
import time
from pathlib import Path

ABANDONED_S = 3600.0  # a file being written is written in seconds; its process is gone


def read_kept(path: Path) -> bytes | None:
    """What `write_kept` wrote; None if there is no such file, or a byte of it has changed."""
    try:
        digest, _, data = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return data if digest == _digest(data) else None


def write_kept(path: Path, data: bytes) -> str:
    """Write a file with its own checksum in front; where that fails, nothing is kept.

    It is written aside and renamed, so that a reader sees a whole file or none, whatever
    happens to this process meanwhile, and of two writers the last one wins.

    Returns: why nothing is kept; empty if it is.
    """
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path.parent)
        aside.write_bytes(_digest(data) + b"\n" + data)
        aside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):  # a half would fill a full disk further
            aside.unlink(missing_ok=True)
        return (error.strerror or type(error).__name__).lower()
    return ""


def _remove_abandoned(folder: Path) -> None:
    """Remove what a process that was ended left half written."""
    for other in folder.glob("*.part"):
        with contextlib.suppress(OSError):
            if time.time() - other.stat().st_mtime > ABANDONED_S:
                other.unlink()


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
