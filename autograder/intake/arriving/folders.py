"""A class in a folder: every name in it, no link followed, a bounded number for each student."""

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from autograder import limits
from autograder.errors import UsageError
from autograder.intake.arriving.names import Entry, is_candidate, is_junk, is_read

ABSENT = (FileNotFoundError, NotADirectoryError)


class FolderSource:
    """A folder of submissions.

    Args:
        directory: the folder.
    Attributes:
        name: its own.
        crowded: names directly below the base in which there is too much to list.
        unreadable: names directly below the base in which something cannot be listed.
        deep: names directly below the base whose folders go too deep.
    """

    def __init__(self, directory: Path) -> None:
        self.directory, self.name = directory, directory.resolve().name
        self.crowded: set[str] = set()
        self.unreadable: set[str] = set()
        self.deep: set[str] = set()

    def inside(self, parts: tuple[str, ...]) -> Sequence[tuple[str, bool]]:
        """The names in a folder, and whether each is a folder.

        Raises: UsageError if the whole cannot be listed.
        """
        try:
            with os.scandir(self.directory.joinpath(*parts)) as listing:
                return [
                    (item.name, item.is_dir(follow_symlinks=False))
                    for item in listing
                    if not is_junk(item.name)
                ]
        except OSError as error:
            if parts:
                return []
            reason = (error.strerror or "cannot be listed").lower()
            raise UsageError(
                f"cannot read submissions in '{self.directory}' ({reason}); it must hold a folder "
                "for each student; run: autograder grade DIR"
            ) from error

    def entries(self, base: tuple[str, ...]) -> Iterator[Entry]:
        """Everything below the folder that holds the students, in the order of names."""
        root = self.directory.joinpath(*base)
        for item in _listed(root):
            place = Path(item.path)
            if not item.is_symlink() and item.is_dir(follow_symlinks=False):
                yield Entry(0, (item.name,), is_folder=True, place=place)
                yield from self._student(item.name, place)
            else:
                odd = not item.is_file(follow_symlinks=False)
                yield Entry(0, (item.name,), is_folder=odd, is_link=odd, place=place)

    def _student(self, student: str, home: Path) -> Iterator[Entry]:
        waiting: list[tuple[tuple[str, ...], Path]] = [((student,), home)]
        count = passed = 0
        while waiting:
            parts, folder = waiting.pop()
            try:
                items = _listed(folder, limits.FOLDER_FILES + 1)
            except ABSENT:
                continue
            except OSError:  # told of this student alone, when it is read
                self.unreadable.add(student)
                continue
            for item in items:
                count += 1
                if count > limits.FOLDER_FILES:
                    self.crowded.add(student)
                    return
                below, is_file = (*parts, item.name), item.is_file(follow_symlinks=False)
                is_folder = item.is_dir(follow_symlinks=False)
                if is_folder and not is_candidate(item.name):
                    if len(below) < limits.NAME_DEPTH:
                        waiting.append((below, Path(item.path)))
                    else:
                        self.deep.add(student)
                    if len(parts) == 1:
                        yield Entry(0, below, is_folder=True, place=Path(item.path))
                    continue
                if is_file and not is_read(item.name):
                    passed += 1  # a clone may hold thousands; the first few are told
                    if passed > limits.SHOWN_NAMES + 1:
                        continue
                yield Entry(0, below, is_link=not is_file, place=Path(item.path))

    def fetch(self, wanted: Mapping[Entry, str]) -> dict[Entry, Path | str]:
        """Where each file stands."""
        return {entry: entry.place for entry in wanted if entry.place is not None}


def _listed(folder: Path, most: int | None = None) -> list["os.DirEntry[str]"]:
    """What is in a folder, in order, or as much of it as is looked at."""
    with os.scandir(folder) as listing:
        found = [item for item in islice(listing, most) if not is_junk(item.name)]
    return sorted(found, key=lambda item: item.name)
