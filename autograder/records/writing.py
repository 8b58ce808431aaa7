"""Writes a class's results: aside at first, and under their name when they are whole.

What stood under the name is kept under a number, unless it is the same to the byte.
"""

import contextlib
import errno
import filecmp
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from autograder.errors import InfrastructureError, UsageError
from autograder.outputs import file_at, new_partial, partials, reason_of, stream_at
from autograder.records.results import result_line
from autograder.verdicts import Report

OUT = "name another file with --out"
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
# What a file system says that knows no order to store; any other failure of that is one.
NO_SUCH_ORDER = (errno.EINVAL, getattr(errno, "ENOTSUP", errno.EINVAL), errno.ENOSYS)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a class's results.

    Attributes:
        count: lines written.
        kept: where the results are now that had the name before; None if there were none.
        same: whether just these results stood there already, and were left alone.
    """

    count: int
    kept: Path | None = None
    same: bool = False


def write_results(path: Path, reports: Iterable[Report]) -> Written:
    """Write one line a report, in the order given.

    Lines go to a file of this process's own beside it as they come, and that takes the name
    only when it is whole: what has the final name is never half a class. What is a device or a
    pipe is written through.

    Args:
        path: the file; its folder exists.
        reports: as they are graded.
    Returns: how many were written, and what became of an older file.
    Raises: as ResultsFile; what the reports raise goes up.
    """
    with ResultsFile(path) as file:
        return file.write(reports)


class ResultsFile:
    """A results file that is being written; to be used as a context.

    Args:
        path: the file as a person named it.
    Raises: UsageError if nothing can be written there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = 0
        self._whole = 0  # bytes of whole lines
        self._aside: Path | None = None
        self._descriptor = stream_at(path, OUT)
        if self._descriptor is None:
            self._place = file_at(path, OUT)
            try:
                self._aside, self._descriptor = new_partial(self._place)
            except OSError as error:
                raise UsageError(f"cannot write '{path}' ({reason_of(error)}); {OUT}") from error

    def __enter__(self) -> "ResultsFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the whole lines of what is not finished, and no empty file."""
        if self._descriptor is not None and self._aside is not None:
            with contextlib.suppress(OSError):
                os.truncate(self._descriptor, self._whole)
        self._close()
        if self._aside is not None and not self._count:
            self._aside.unlink(missing_ok=True)

    def write(self, reports: Iterable[Report]) -> Written:
        """Write all lines; the file then has its name.

        Args:
            reports: as they are graded; each is in the file before the next is asked for.
        Raises: InfrastructureError if it cannot be written further, and says where the lines are.
        """
        for report in reports:
            self._add(result_line(report).encode("ascii") + b"\n")
        if self._aside is None:
            self._close()
            return Written(self._count)
        try:
            return self._finish(self._aside)
        except OSError as error:
            raise InfrastructureError(
                f"the results are whole, but cannot take the name '{self.path}' "
                f"({reason_of(error)}); they are in '{self._aside}': rename it, or grade again and "
                f"{OUT}"
            ) from error

    def so_far(self) -> str:
        """Where what is written by now can be read, in words that follow a semicolon."""
        if self._aside is None:
            return f"{_counted(self._count)} went to '{self.path}'"
        if not self._count:
            return "nothing was graded yet"
        if not self._aside.exists():
            return f"all is graded: {self.path}"
        return f"what is graded so far: {self._aside} ({_counted(self._count)})"

    def _add(self, line: bytes) -> None:
        assert self._descriptor is not None
        left = memoryview(line)
        try:
            while left:  # at once, so that a line is there or not, whatever ends this process
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            room = "make room and " if error.errno in FULL else ""
            raise InfrastructureError(
                f"cannot go on writing '{self.path}' ({reason_of(error)}); {room}grade again, or "
                f"{OUT}; {self.so_far()}"
            ) from error
        self._whole += len(line)
        self._count += 1

    def _finish(self, aside: Path) -> Written:
        """Give the file its name; at each moment whole results have it, the old or the new."""
        assert self._descriptor is not None
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            if error.errno not in NO_SUCH_ORDER:
                raise
        self._close()
        kept = None
        if self._place.exists():
            if filecmp.cmp(self._place, aside, shallow=False):
                aside.unlink()
                return Written(self._count, same=True)
            with contextlib.suppress(OSError):  # a file system without permissions
                aside.chmod(stat.S_IMODE(self._place.stat().st_mode))
            kept = _numbered(self._place)
        aside.replace(self._place)
        return Written(self._count, kept)

    def _close(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            with contextlib.suppress(OSError):  # what is written is written
                os.close(descriptor)


def left_behind(path: Path) -> list[str]:
    """What runs that were ended left beside a results file, a sentence each.

    Empty files are removed. Ask only while the name is claimed: else one may be in use.

    Args:
        path: the results file, as a person named it.
    """
    told = []
    for left in partials(file_at(path, OUT)):
        try:
            with left.open("rb") as file:
                lines = sum(1 for line in file if line.endswith(b"\n"))
            if not lines:
                left.unlink()
                continue
        except OSError:
            continue  # it is no file, or somebody else's
        told.append(
            f"an earlier run was ended before it was done; what it had graded is in {left} "
            f"({_counted(lines)}); delete it when you need it no more"
        )
    return told


def _numbered(path: Path) -> Path | None:
    """Give a file a second name with the next free number; None if nothing is in it.

    Where the file system knows no second names, it loses its first.
    """
    if not path.stat().st_size:
        return None
    pattern = re.compile(re.escape(path.stem) + r"\.(\d{1,9})" + re.escape(path.suffix))
    found = (pattern.fullmatch(other.name) for other in path.parent.iterdir())
    number = max((int(match[1]) for match in found if match), default=0)
    newest = _with_number(path, number)
    if number and os.path.lexists(newest) and newest.exists() and newest.samefile(path):
        return newest  # a run was ended between this and giving the name away
    while True:
        number += 1
        kept = _with_number(path, number)
        try:
            os.link(path, kept, follow_symlinks=False)
        except FileExistsError:
            continue
        except (OSError, NotImplementedError):
            if os.path.lexists(kept):
                continue
            path.rename(kept)
        return kept


def _with_number(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}.{number}{path.suffix}")


def _counted(number: int) -> str:
    return f"{number} result" if number == 1 else f"{number} results"
