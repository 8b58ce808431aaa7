"""A class as an LMS exports it, a .zip or .tar.gz, unpacked into a folder for each student.

An archive is not trusted: students named its files, and perhaps made them. Names are read,
never followed: what is written goes to `<student>/<exercise>/<file>` in a temporary folder,
under names made here. One member that breaks a rule refuses the whole archive, by name, for a
class graded in part looks like a class graded.
"""

import contextlib
import lzma
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn

from autograder import limits
from autograder.errors import UsageError
from autograder.intake.archive_names import Destination, Names, RefusedError
from autograder.intake.submissions import ARCHIVES, ENDINGS, safe_text
from autograder.intake.tar_files import read_tar

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
KEPT = (*ENDINGS, "timestamp.txt")  # nbgrader's word on when it was handed in


@contextlib.contextmanager
def class_folder(source: Path, exercise: str, file: str) -> Iterator[Path]:
    """Give a folder with one folder for each student: the source itself, or an archive's content.

    Args:
        source: a folder, or a .zip or .tar.gz in the layout of nbgrader, Moodle or Canvas.
        exercise: id.
        file: what students were asked to hand in, `engine.py`.
    Returns: a context that yields the folder; of an archive, it is removed at the end.
    Raises: UsageError that names the member, if an archive breaks a rule or cannot be read.
    """
    if not source.is_file():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="micrograde-class-") as folder:
        _unpack(source, Path(folder), Names(exercise, file, limits.ARCHIVE_MEMBERS), exercise)
        yield Path(folder)


def _unpack(source: Path, into: Path, names: Names, exercise: str) -> None:
    try:
        with source.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start in ZIP_STARTS:
                _unpack_zip(file, names, into)
            elif start.startswith(GZIP_START):
                _unpack_tar(file, names, into, source.stat().st_size)
            else:
                _refuse(source, "", "it is neither a .zip nor a .tar.gz")
    except RefusedError as refused:
        _refuse(source, refused.member, refused.problem)
    except OSError as error:
        _refuse(source, "", f"it cannot be unpacked: {(error.strerror or str(error)).lower()}")
    for student in names.students:  # who handed in nothing is in the class too
        (into / student / exercise).mkdir(parents=True, exist_ok=True)
    if not names.students:
        layouts = (
            f"neither <student>/{exercise}/..., nor names as Moodle "
            "(Ann Lee_123_assignsubmission_file_) or Canvas (leeann_123_456_...) gives them"
        )
        _refuse(source, "", f"it holds no student's folder or file: {layouts}")


def _refuse(source: Path, member: str, problem: str) -> NoReturn:
    what = f"its member '{safe_text(member)[: limits.SHOWN_TEXT]}' {problem}" if member else problem
    raise UsageError(
        f"cannot grade '{source}': {what}; nothing was graded; mend the archive, or unpack it "
        "yourself and run: autograder grade DIR"
    )


def _check_size(name: str, size: int, total: int) -> None:
    if size > limits.ARCHIVE_FILE_BYTES:
        raise RefusedError(name, f"unpacks to more than {limits.ARCHIVE_FILE_BYTES >> 20} MiB")
    if total > limits.ARCHIVE_BYTES:
        raise RefusedError(name, f"brings the whole to more than {limits.ARCHIVE_BYTES >> 30} GiB")


def _write(destination: Destination, content: IO[bytes], into: Path) -> None:
    """Write what is graded; of an archive in the archive its name, which is refused later."""
    ending = destination.file.lower()
    if not ending.endswith((*KEPT, *ARCHIVES)):
        return
    folder = into / destination.folder
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / destination.file).open("xb") as out:
        while ending.endswith(KEPT) and (part := content.read(CHUNK_BYTES)):
            out.write(part)


# .zip -------------------------------------------------------------------------------------


def _unpack_zip(file: IO[bytes], names: Names, into: Path) -> None:
    _check_directory(file)
    name = ""
    try:
        with zipfile.ZipFile(file) as archive:
            # all names first: nothing is unpacked of an archive that is refused for one
            total = 0
            for number, info in enumerate(archive.infolist()):
                name = info.orig_filename
                names.add(number, name, is_folder=info.is_dir())
                _check_kind(info)
                total += info.file_size
                _check_size(name, info.file_size, total)
                _check_ratio(name, info.file_size, info.compress_size)
            for number, destination in names.destinations().items():
                info = archive.infolist()[number]
                name = info.orig_filename
                with archive.open(info) as content:
                    _write(destination, content, into)
    except DAMAGE as error:
        raise RefusedError(name, f"is damaged: {error}") from error


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


def _check_kind(info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise RefusedError(info.orig_filename, "is a link")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise RefusedError(info.orig_filename, "is a device or a pipe")
    if info.flag_bits & 0x1:
        raise RefusedError(info.orig_filename, "is encrypted")
    if info.compress_type not in METHODS:
        raise RefusedError(info.orig_filename, "is packed in a way that Python cannot unpack")


def _check_ratio(name: str, size: int, packed: int) -> None:
    if size > limits.ARCHIVE_RATIO_FREE_BYTES and size > limits.ARCHIVE_RATIO * packed:
        raise RefusedError(
            name, f"unpacks to more than {limits.ARCHIVE_RATIO} times its size: a bomb"
        )


# .tar.gz ----------------------------------------------------------------------------------


def _unpack_tar(file: IO[bytes], names: Names, into: Path, packed: int) -> None:
    longest = min(
        limits.ARCHIVE_BYTES, max(limits.ARCHIVE_RATIO * packed, limits.ARCHIVE_RATIO_FREE_BYTES)
    )
    # twice, because it has no table of contents: names first, as of a zip
    for member in read_tar(file, longest):
        names.add(member.number, member.name, is_folder=member.is_folder)
        _check_size(member.name, member.size, 0)
    destinations = names.destinations()
    file.seek(0)
    for member in read_tar(file, longest):
        if member.number in destinations and member.content is not None:
            _write(destinations[member.number], member.content, into)
