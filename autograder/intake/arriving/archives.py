"""A class in an archive, a .zip or .tar.gz: every name in it, and the files that are read.

An archive is not trusted: students named its files, and perhaps made them. Names are read, never
followed: what is chosen goes to `<number>/<file>` in a temporary folder, under a number given
here. What nobody would read is passed over unseen. A bad file costs one student's result; only
what makes the archive as a whole unsafe or unreadable refuses the class.
"""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from autograder import limits
from autograder.intake.arriving.names import Entry, RefusedError, entry_of
from autograder.intake.arriving.tar_files import read_tar

CHUNK_BYTES = 1 << 20
ZIP_END = struct.Struct("<4s4H2LH")  # the record at the end of every zip
ZIP_STARTS, GZIP_START = (b"PK\3\4", b"PK\5\6"), b"\x1f\x8b"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
# What zipfile and the unpackers below it raise for broken bytes; ValueError and RuntimeError
# (of which NotImplementedError is one) for fields that make no sense.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError,
    RuntimeError,
)  # fmt: skip
TWICE = "is there twice"


class ArchiveSource:
    """An archive of submissions.

    Args:
        path: of the archive.
        into: an empty folder, for what is read of it.
    Attributes:
        name: the archive's, without its ending.
    Raises: RefusedError if the archive as a whole breaks a rule or cannot be read.
    """

    crowded: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    deep: frozenset[str] = frozenset()

    def __init__(self, path: Path, into: Path) -> None:
        self.path, self.into, self.name = path, into, path.name.partition(".")[0]
        with path.open("rb") as file:
            start = file.read(4)
        self._is_zip = start in ZIP_STARTS
        if not (self._is_zip or start.startswith(GZIP_START)):
            raise RefusedError("", "it is neither a .zip nor a .tar.gz")
        self._entries = self._all()
        self._tree: dict[tuple[str, ...], dict[str, bool]] = {(): {}}
        for entry in self._entries:
            if not entry.leads_out:
                for k, part in enumerate(entry.parts):
                    is_folder = entry.is_folder or k < len(entry.parts) - 1
                    here = self._tree.setdefault(entry.parts[:k], {})
                    here[part] = is_folder or here.get(part, False)

    def _all(self) -> list[Entry]:
        """Every entry that anybody would read, once: of two with one name neither is trusted."""
        found: dict[tuple[str, ...], Entry] = {}
        for entry in self._zip_entries() if self._is_zip else self._tar_entries():
            before = found.get(entry.parts)
            if before is not None and not entry.is_folder and not before.is_folder:
                entry = replace(before, odd=before.odd or TWICE)
            found[entry.parts] = entry
        return list(found.values())

    def inside(self, parts: tuple[str, ...]) -> Sequence[tuple[str, bool]]:
        """The names in a folder, and whether each is a folder."""
        return sorted(self._tree.get(parts, {}).items())

    def entries(self, base: tuple[str, ...]) -> Iterator[Entry]:
        """Everything below the folder that holds the students, and what leads out of it."""
        for entry in self._entries:
            if entry.parts[: len(base)] == base and len(entry.parts) > len(base):
                yield replace(entry, parts=entry.parts[len(base) :])
            elif entry.leads_out:
                yield entry

    def fetch(self, wanted: Mapping[Entry, str]) -> dict[Entry, Path | str]:
        """Unpack some files.

        Args:
            wanted: each with the name that it gets.
        Returns: for each where it stands, or why it cannot be read.
        Raises: RefusedError if they are more than the disk should hold.
        """
        if not wanted:
            return {}
        return self._unpack_zip(wanted) if self._is_zip else self._unpack_tar(wanted)

    def _write(self, entry: Entry, name: str, content: IO[bytes]) -> Path:
        folder = self.into / str(entry.number)
        folder.mkdir(exist_ok=True)
        file = folder / name
        with file.open("wb") as out:
            while part := content.read(CHUNK_BYTES):
                out.write(part)
        return file

    # .zip -------------------------------------------------------------------------------

    def _zip_entries(self) -> Iterator[Entry]:
        name = ""
        try:
            with self.path.open("rb") as file:
                _check_directory(file)
                with zipfile.ZipFile(file) as archive:
                    for number, info in enumerate(archive.infolist()):
                        name = info.orig_filename
                        _check_count(number, name)
                        # subtle: is_dir() asks for the name as far as its first null byte
                        is_folder = name.endswith(("/", "\\"))
                        entry = entry_of(number, name, is_folder=is_folder, odd=_odd_zip(info))
                        if entry:
                            kind = stat.S_IFMT(info.external_attr >> 16)
                            is_link = kind not in (0, stat.S_IFREG, stat.S_IFDIR)
                            yield replace(entry, is_link=is_link)
        except DAMAGE as error:
            raise RefusedError(name, f"is damaged: {error}") from error

    def _unpack_zip(self, wanted: Mapping[Entry, str]) -> dict[Entry, Path | str]:
        found: dict[Entry, Path | str] = {}
        with zipfile.ZipFile(self.path) as archive:
            infos = archive.infolist()
            if sum(infos[entry.number].file_size for entry in wanted) > limits.ARCHIVE_BYTES:
                most = f"{limits.ARCHIVE_BYTES >> 30} GiB"
                raise RefusedError("", f"its submissions unpack to more than {most}")
            for entry, name in wanted.items():
                try:
                    with archive.open(infos[entry.number]) as content:
                        found[entry] = self._write(entry, name, content)
                except DAMAGE as error:
                    found[entry] = f"is damaged: {error}"
        return found

    # .tar.gz ----------------------------------------------------------------------------

    def _longest(self) -> int:
        packed = self.path.stat().st_size
        return min(
            limits.ARCHIVE_BYTES,
            max(limits.ARCHIVE_RATIO * packed, limits.ARCHIVE_RATIO_FREE_BYTES),
        )

    def _tar_entries(self) -> Iterator[Entry]:
        # twice, because it has no table of contents: names first, as of a zip
        with self.path.open("rb") as file:
            for member in read_tar(file, self._longest()):
                _check_count(member.number, member.name)
                odd = member.odd or _too_large(member.size)
                entry = entry_of(member.number, member.name, is_folder=member.is_folder, odd=odd)
                if entry:
                    yield replace(entry, is_link=member.is_link)

    def _unpack_tar(self, wanted: Mapping[Entry, str]) -> dict[Entry, Path | str]:
        found: dict[Entry, Path | str] = {}
        by_number = {entry.number: entry for entry in wanted}
        with self.path.open("rb") as file:
            for member in read_tar(file, self._longest()):
                entry = by_number.get(member.number)
                if entry is not None and member.content is not None:
                    found[entry] = self._write(entry, wanted[entry], member.content)
        return found


def _check_count(number: int, name: str) -> None:
    if number >= limits.ARCHIVE_MEMBERS:
        raise RefusedError(name, f"is one of more than {limits.ARCHIVE_MEMBERS}")


def _check_directory(file: IO[bytes]) -> None:
    """Look at the size of the table of contents before zipfile reads all of it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - ZIP_END.size - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < ZIP_END.size:
        raise RefusedError("", "it is cut off: a zip ends with its table of contents")
    *_, members, directory, _, _ = ZIP_END.unpack_from(tail, at)
    # a zip of more than 65,535 members says 65,535 here, and the number elsewhere
    if directory > limits.ARCHIVE_DIRECTORY_BYTES or members > limits.ARCHIVE_MEMBERS:
        raise RefusedError("", f"it has more than {limits.ARCHIVE_MEMBERS} members")


def _odd_zip(info: zipfile.ZipInfo) -> str:
    """Why a member cannot be read, by what the table of contents says of it."""
    if info.flag_bits & 0x1:
        return "is encrypted"
    if info.compress_type not in METHODS:
        return "is packed in a way that Python cannot unpack"
    size, packed = info.file_size, info.compress_size
    if size > limits.ARCHIVE_RATIO_FREE_BYTES and size > limits.ARCHIVE_RATIO * packed:
        return f"unpacks to more than {limits.ARCHIVE_RATIO} times its size: a bomb"
    return _too_large(size)


def _too_large(size: int) -> str:
    if size <= limits.ARCHIVE_FILE_BYTES:
        return ""
    return f"unpacks to more than {limits.ARCHIVE_FILE_BYTES >> 20} MiB"
