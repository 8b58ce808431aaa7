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


def write_kept(path: Path, data: bytes) -> None:
    """Write a file with its own checksum in front; where that fails, nothing is kept.

    It is written aside and renamed, so that a reader sees a whole file or none, whatever
    happens to this process meanwhile, and of two writers the last one wins.
    """
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for other in path.parent.glob("*.part"):
            if time.time() - other.stat().st_mtime > ABANDONED_S:
                other.unlink(missing_ok=True)
        aside.write_bytes(_digest(data) + b"\n" + data)
        aside.replace(path)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
