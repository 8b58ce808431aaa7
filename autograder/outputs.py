"""Where a person says that something is to be written: what may stand there, and how it is done.

A link is followed, so that it stays a link. A device, a pipe or a folder is no place for a file
and is never replaced by one. Results have more to them: `records/writing.py`.
"""

import errno
import os
import re
import secrets
import stat
from pathlib import Path

from autograder.errors import UsageError

PARTIAL = ".partial"
# A file that is being written: whose it is, and chance, so that no two are the same.
OWN = re.compile(r"\.\d+-[0-9a-f]{8}" + re.escape(PARTIAL))
# Names of what this process, or another, has open already; `>` and `|` of a shell lead there.
DESCRIPTOR = re.compile(r"/dev/(?:stdin|stdout|stderr|fd/\d+)|/proc/[\w-]+/fd/\d+")
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a disk",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}
STREAM = os.O_WRONLY | os.O_APPEND
STREAM |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
# What the machine refuses, and no mistake of ours: told in a sentence.
OF_THE_MACHINE = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EIO", "EMFILE", "ENFILE")
    if hasattr(errno, name)
)
NO_ROOM = "No usable temporary directory"  # Python's words where every disk is full


def reason_of(error: OSError) -> str:
    """What the machine says, as it stands within a sentence."""
    return (error.strerror or type(error).__name__).lower()


def is_the_machines(error: OSError) -> bool:
    """Whether a machine refused something: room, a place for what is passing, permission."""
    return error.errno in OF_THE_MACHINE or NO_ROOM in str(error.strerror)


def machine_sentence(error: OSError) -> str:
    """What the machine refused, and what to do: for whatever has no better words of its own."""
    what = f"'{error.filename}'" if error.filename else "what it has to"
    return (
        f"cannot read or write {what} ({reason_of(error)}); make room there, or permit it, and "
        "run the same command again"
    )


def file_at(path: Path, remedy: str) -> Path:
    """Where a file that is written under a name will stand.

    Args:
        path: as a person gave it.
        remedy: what to do where it cannot be; the end of the sentence.
    Returns: the path itself, or of a link what it leads to; a file stands there, or nothing.
    Raises: UsageError if a device, a pipe, a socket or a folder stands there, or a link leads
        nowhere.
    """
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except FileNotFoundError:
        kind = stat.S_IFREG
    except OSError as error:
        raise UsageError(f"cannot write '{path}' ({reason_of(error)}); {remedy}") from error
    if kind != stat.S_IFREG:
        raise UsageError(f"cannot write '{path}' (it is {KINDS.get(kind, 'no file')}); {remedy}")
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def stream_at(path: Path, remedy: str) -> int | None:
    """Open what can only be written through: a device, a pipe, or what a shell has opened.

    Args:
        path: as a person gave it.
        remedy: what to do where it cannot be opened; the end of the sentence.
    Returns: a descriptor of its own, to be closed; None if a file is to be written there.
    Raises: UsageError if it cannot be opened, or nobody reads a pipe.
    """
    if not is_stream(path):
        return None
    own = _own_descriptor(path)
    if own is not None:
        return os.dup(own)  # it shares the place at which the shell's file is written
    try:
        # subtle: without waiting, for a pipe that nobody reads would hold us for ever
        stream = os.open(path, STREAM)
    except OSError as error:
        nobody = error.errno == errno.ENXIO
        reason = "nobody reads this pipe; start its reader first" if nobody else reason_of(error)
        raise UsageError(f"cannot write '{path}' ({reason}); {remedy}") from error
    os.set_blocking(stream, True)
    return stream


def is_stream(path: Path) -> bool:
    """Whether a path can only be written through; it is not opened, for a reader would notice."""
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except OSError:
        return False  # nothing is there yet, or `file_at` says what is wrong
    return is_descriptor(path) or kind in (stat.S_IFCHR, stat.S_IFIFO)


def is_descriptor(path: Path) -> bool:
    """Whether a path is the name of an open file, `/dev/stdout`."""
    return DESCRIPTOR.fullmatch(os.path.abspath(path)) is not None  # noqa: PTH100 - no link followed


def is_standard_output(path: Path) -> bool:
    """Whether a path leads to this process's own standard output."""
    try:
        return is_descriptor(path) and os.path.samestat(path.stat(), os.fstat(1))
    except OSError:
        return False


def write_file(path: Path, content: str | bytes, remedy: str) -> None:
    """Write a file that can be made again; its folder is made if it is not there.

    Args:
        path: as a person gave it; a link is followed.
        content: text is written as UTF-8, its ends of lines as they are.
        remedy: what to do where it cannot be written; the end of the sentence.
    Raises: UsageError if it cannot be written, or a device, a pipe or a folder stands there.
    """
    place = file_at(path, remedy)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise UsageError(f"cannot write '{path}' ({reason_of(error)}); {remedy}") from error


def replace_file(path: Path, content: bytes, mode: int) -> None:
    """Exchange a file at once: who reads it sees the old one or the new one, and never a half.

    Args:
        path: the file itself; a link there is replaced, so ask `file_at` first where it should not.
        content: the whole of it.
        mode: its permissions.
    Raises: OSError; the old file is then as it was.
    """
    aside, descriptor = new_partial(path)
    os.close(descriptor)
    try:
        aside.write_bytes(content)
        aside.chmod(mode)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def new_partial(path: Path) -> tuple[Path, int]:
    """Make an empty file beside another, which nobody else writes.

    Args:
        path: the file that it is to become.
    Returns: its path, and a descriptor to write it.
    Raises: OSError.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        aside = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}{PARTIAL}")
        try:
            return aside, os.open(aside, flags, 0o666)
        except FileExistsError:
            continue


def partials(path: Path) -> list[Path]:
    """The files that are being written beside another, or were when their process ended.

    Args:
        path: the file that they were to become.
    Returns: those of this version of the tool and of earlier ones, by name.
    """
    try:
        beside = list(path.parent.iterdir())
    except OSError:
        return []
    ends = ((other, other.name.removeprefix(path.name)) for other in beside)
    return sorted(
        other
        for other, end in ends
        if other.name == path.name + end and (end == PARTIAL or OWN.fullmatch(end))
    )


def _own_descriptor(path: Path) -> int | None:
    """The standard output or error stream, if a path leads to one of them."""
    for descriptor in (1, 2):
        try:
            if os.path.samestat(path.stat(), os.fstat(descriptor)):
                return descriptor
        except OSError:  # closed
            continue
    return None
