"""Reads a .tar.gz that is not trusted, a bounded piece at a time and to a bounded length."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from autograder import limits
from autograder.intake.arriving.names import RefusedError

BLOCK_BYTES = 512
HOLES = "has holes: it claims to be longer than it is"


@dataclass(frozen=True, slots=True)
class TarMember:
    """One member, while it is its turn.

    Attributes:
        number: in the order of the archive, from 0.
        name: as it stands there. size: bytes. is_folder: whether it is one.
        content: to be read before the next member is asked for; None of what is no plain file.
        is_link: whether it is a link, a device or a pipe.
        odd: why it cannot be read, a phrase; empty if it can.
    """

    number: int
    name: str
    size: int
    is_folder: bool
    content: IO[bytes] | None
    is_link: bool = False
    odd: str = ""


class _Bounded:
    """The unpacked stream as tarfile wants it, with an end, and small helpings."""

    def __init__(self, stream: gzip.GzipFile, longest: int) -> None:
        self._stream, self._longest = stream, longest

    def tell(self) -> int:
        """Where it stands."""
        return self._stream.tell()

    def seek(self, position: int) -> int:
        """Go on to a position."""
        self._check(position)
        return self._stream.seek(position)

    def read(self, count: int) -> bytes:
        """Read at most count bytes."""
        if not 0 <= count <= limits.TAR_READ_BYTES:
            most = f"{limits.TAR_READ_BYTES >> 20} MiB"
            raise RefusedError("", f"has, or is followed by, a header of more than {most}")
        self._check(self._stream.tell() + count)
        return self._stream.read(count)

    def _check(self, position: int) -> None:
        if position > self._longest:
            problem = f"unpacks, with all before it, to more than {self._longest} bytes: a bomb"
            raise RefusedError("", problem)


def read_tar(file: IO[bytes], longest: int) -> Iterator[TarMember]:
    """Go through a .tar.gz, member by member.

    Args:
        file: at its start.
        longest: bytes that the whole may unpack to.
    Raises: RefusedError if the archive is damaged, cut off or too long: what comes after the
        damage cannot be found.
    """
    name, end = "", 0
    try:
        with gzip.open(file) as stream:
            bounded: Any = _Bounded(stream, longest)  # all that tarfile asks of a file
            with tarfile.open(fileobj=bounded, mode="r:") as archive:
                for number, member in enumerate(archive):
                    name = member.name
                    is_link = not (member.isreg() or member.isdir())
                    odd = HOLES if member.issparse() else ""
                    plain = member.isreg() and not odd
                    content = archive.extractfile(member) if plain else None
                    yield TarMember(
                        number, name, member.size, member.isdir(), content, is_link, odd
                    )
                    blocks = -(-member.size // BLOCK_BYTES) if member.isreg() else 0
                    end = member.offset_data + blocks * BLOCK_BYTES
                    if odd:  # its size says nothing of where it ends
                        end = archive.offset
                # tarfile takes rubbish behind the first member for the end
                bounded.seek(end)
                if bounded.read(BLOCK_BYTES) != bytes(BLOCK_BYTES):
                    raise RefusedError(name, "is followed by what is no member: it is damaged")
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
        # subtle: ValueError is what tarfile raises for some broken numbers
        raise RefusedError(name, f"is damaged, or what follows it: {error}") from error
    except RefusedError as refused:
        raise RefusedError(refused.member or name, refused.problem) from None
