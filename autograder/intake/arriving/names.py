"""Names of files as they arrive: what is junk, what may be a submission, and what is bad.

Students made these names, or a platform did. They are read and never followed.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from autograder import limits
from autograder.intake.submissions import ENDINGS

ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar")
TIMESTAMP = "timestamp.txt"  # nbgrader's word on when it was handed in
METADATA = "submission_metadata.yml"  # Gradescope's word on whose a folder is
# Beside all that begins with a dot: what systems and tools leave, and nobody hands in.
JUNK = frozenset(
    {"__macosx", "thumbs.db", "desktop.ini", "__pycache__", "node_modules", "site-packages", "venv"}
)
PAGES = ("index.html", "index.htm")  # Brightspace's list of what it packed
# What a browser or an editor hangs on a name: engine.py.txt, 03_value.ipynb.json
HUNG_ON = re.compile(r"(?<=\.py|ynb)\.(?:txt|json)$")
# A further copy of a file: engine (1).py, engine-1.py, Copy of engine.py, engine - Copy.py
COPIED = re.compile(r"^copy of | *\(\d+\)$|-\d+$| ?-? copy(?: \d+)?$")
STRICT = re.compile(r"\d\d_[a-z0-9_]+")
# What stands beside a submission in its own right.
HELPERS = re.compile(r"(?:test|tests|conftest|setup|__init__|checks)(?:_.*)?|.*_tests?")
DRIVE = re.compile(r"[A-Za-z]:")
ABSOLUTE = "has an absolute path"


class RefusedError(Exception):
    """An archive as a whole cannot be read.

    Args:
        member: where; empty if it is the whole.
        problem: a phrase that follows on the member's name, or stands alone.
    """

    def __init__(self, member: str, problem: str) -> None:
        super().__init__(f"{member}: {problem}")
        self.member, self.problem = member, problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder of what arrives.

    Attributes:
        number: by which its source finds it again.
        parts: the names on the way to it, its own last.
        is_folder: whether it is one.
        odd: why it cannot be read, a phrase that follows on its name; empty if it can.
        is_link: whether it is a link, or no plain file.
        leads_out: whether its name leads out of the folder, so that it may be nobody's.
        place: where it stands on the disk; None while it is packed.
    """

    number: int
    parts: tuple[str, ...]
    is_folder: bool = False
    odd: str = ""
    is_link: bool = False
    leads_out: bool = False
    place: Path | None = field(default=None, compare=False)


def entry_of(number: int, name: str, *, is_folder: bool, odd: str = "") -> Entry | None:
    """A member of an archive, or None for what nobody would read.

    Args:
        number: of the member.
        name: as it stands there, with slashes of either kind.
        is_folder: whether it is one.
        odd: what is wrong with it already.
    """
    plain = name.replace("\\", "/")
    parts = tuple(part for part in plain.split("/") if part not in ("", "."))
    out = "\0" in name or ".." in parts or plain.startswith("/") or bool(DRIVE.match(plain))
    if not parts or any(is_junk(part) for part in parts if part != "..") or parts[-1] == "..":
        return None
    if out and (is_folder or not is_read(parts[-1])):
        return None
    return Entry(number, parts, is_folder, bad_name(plain, parts) or odd, leads_out=out)


def bad_name(plain: str, parts: tuple[str, ...]) -> str:
    """Why a file with this name is not read, a phrase; empty if nothing is wrong with it."""
    if "\0" in plain:
        return "has a null byte in its name"
    if plain.startswith("/") or DRIVE.match(plain):
        return ABSOLUTE
    if ".." in parts:
        return "climbs out of its folder"
    if len(parts) > limits.NAME_DEPTH:
        return f"lies more than {limits.NAME_DEPTH} folders deep"
    try:
        plain.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # no reader of ours gives such a name; one may some day
        return "has half a character in its name"
    return ""


def is_long(name: str) -> bool:
    """Whether no file can have this name."""
    return len(name.encode("utf-8", "surrogatepass")) > limits.NAME_PART_BYTES


def is_junk(name: str) -> bool:
    """Whether a system or a tool left it there."""
    return name.startswith(".") or name.casefold() in JUNK


def is_candidate(name: str) -> bool:
    """Whether it may be a submission, by its ending."""
    return HUNG_ON.sub("", name.casefold()).endswith(ENDINGS)


def is_archive(name: str) -> bool:
    """Whether it is an archive, by its ending."""
    return name.casefold().endswith(ARCHIVES)


def is_read(name: str) -> bool:
    """Whether anything of ours would look at it."""
    return is_candidate(name) or is_archive(name) or name in (TIMESTAMP, METADATA)


def plain_stem(name: str) -> str:
    """A file's name without ending, case, and the marks of a further copy.

    >>> plain_stem("Engine (1).PY"), plain_stem("03-value-2.ipynb"), plain_stem("engine.py.txt")
    ('engine', '03_value', 'engine')
    """
    stem = HUNG_ON.sub("", name.casefold()).rpartition(".")[0]
    while (less := COPIED.sub("", stem).strip()) != stem:
        stem = less
    return plain_words(stem)


def plain_words(name: str) -> str:
    """A name in lower case, with underscores where others put blanks or hyphens."""
    return re.sub(r"[-\s]+", "_", name.casefold())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is graded.

    Attributes:
        exercise: id, `06_engine`.
        file: what students were asked to hand in, `engine.py`.
        others: ids of the course's exercises, as far as they are known.
    """

    exercise: str
    file: str
    others: tuple[str, ...] = ()

    @property
    def stems(self) -> tuple[str, ...]:
        """What the file may be called, without its ending: engine, 06_engine."""
        return plain_words(self.file.rpartition(".")[0]), plain_words(self.exercise)

    def is_own(self, folder: str) -> bool:
        """Whether a folder is the exercise's: 06_engine, 06-Engine, engine."""
        plain, own = plain_words(folder), plain_words(self.exercise)
        return plain == own or (bool(plain) and plain == own.partition("_")[2])

    def is_other(self, folder: str) -> bool:
        """Whether a folder in a student's folder is that of another exercise."""
        named = self.is_known(folder) if self.others else STRICT.fullmatch(folder) is not None
        return named and not self.is_own(folder)

    def is_known(self, folder: str) -> bool:
        """Whether a folder is that of an exercise of the course, and so no student's."""
        plain = plain_words(folder)
        return any(plain == plain_words(known) for known in (self.exercise, *self.others))
