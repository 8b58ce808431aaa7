"""From a name in an archive to a student's folder: how nbgrader, Moodle and Canvas name things.

    nbgrader   [anything/]<student>/<exercise>/<file>
    Moodle     Ann Lee_123456_assignsubmission_file_/<file>, or ..._file_<file> without folders
    Canvas     leeann_12345_67890_<file>, leeann_LATE_12345_67890_<file>

A student's id is the folder's name, or the LMS's name and number: `Ann Lee_123456`.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from autograder import limits

JUNK = ("__MACOSX", "Thumbs.db", "desktop.ini")  # beside all that begins with a dot
EXERCISE = re.compile(r"\d\d_[a-z0-9_]+")
MOODLE = re.compile(r"(?P<student>.+?_\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?(?P<user>_\d+)_\d+_(?P<file>.+)")
DRIVE = re.compile(r"[A-Za-z]:")


class RefusedError(Exception):
    """An archive breaks a rule.

    Args:
        member: the name that breaks it; empty if it is the whole.
        problem: a phrase that follows on the member's name, or stands alone.
    """

    def __init__(self, member: str, problem: str) -> None:
        super().__init__(f"{member}: {problem}")
        self.member, self.problem = member, problem


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a member is written: into `folder`, which is `<student>/<exercise>`, as `file`."""

    folder: str
    file: str


class Names:
    """The names in an archive, checked one by one as they come.

    Args:
        exercise: id of the exercise that is graded.
        file: what students were asked to hand in, `engine.py`.
        most: how many members there may be.
    """

    def __init__(self, exercise: str, file: str, most: int) -> None:
        self._exercise, self._most = exercise, most
        stem, dot, ending = file.rpartition(".")
        # Canvas numbers the files of a second attempt: engine-1.py
        self._again = re.compile(rf"{re.escape(stem)}-\d+{re.escape(dot + ending)}")
        self._file = file
        self._seen: dict[str, bool] = {}
        self._found: dict[str, dict[int, tuple[str, ...]]] = defaultdict(dict)

    @property
    def students(self) -> tuple[str, ...]:
        """Every student that a name speaks of, those without a file too."""
        return tuple(sorted(self._found))

    def add(self, number: int, name: str, *, is_folder: bool) -> None:
        """Take in a member's name.

        Args:
            number: of the member.
            name: as it stands in the archive.
            is_folder: whether it is one.
        Raises: RefusedError if the name is one that no LMS writes.
        """
        if number >= self._most:
            raise RefusedError(name, f"is one of more than {self._most}")
        parts = _parts(name)
        plain = "/".join(parts)
        if plain in self._seen and not (is_folder and self._seen[plain]):
            raise RefusedError(name, "is there twice")
        self._seen[plain] = is_folder
        if not parts or any(part.startswith(".") or part in JUNK for part in parts):
            return
        student, rest = self._whose(parts, is_folder)
        if student:
            files = self._found[student]
            # subtle: Canvas's bo_1_2_.. is a plain name, and `..` what is left of it
            if rest and not is_folder and not rest[-1].startswith("."):
                files[number] = rest

    def _whose(self, parts: list[str], is_folder: bool) -> tuple[str, tuple[str, ...]]:
        """The student, and the path of the file in the student's own folder.

        The outermost name that speaks of a student counts: what is further in, the student
        may have named, after somebody else.
        """
        folders = parts if is_folder else parts[:-1]
        for k, part in enumerate(parts):
            match = MOODLE.fullmatch(part)
            if match:
                below = parts[k + 1 :] or ([match["file"]] if match["file"] else [])
                # an online text and its like are no file that was asked for
                return match["student"], tuple(below) if match["plugin"] == "file" else ()
            if folders[k + 1 : k + 2] == [self._exercise]:
                return part, tuple(parts[k + 2 :])
            if any(EXERCISE.fullmatch(below) for below in folders[k + 1 : k + 2]):
                return part, ()  # a student of the class, if only with another exercise
        match = CANVAS.fullmatch(parts[-1])
        if match and not is_folder:
            file = match["file"]
            again = self._again.fullmatch(file)
            return match["name"] + match["user"], (self._file if again else file,)
        return "", ()

    def destinations(self) -> dict[int, Destination]:
        """Where each member of this exercise is written, by its number.

        Files from folders in a student's folder lie side by side. Of two with one name the
        outer one keeps it; the other gets its folders' names too.
        """
        destinations = {}
        for student, files in self._found.items():
            used: set[str] = set()
            for number, path in sorted(files.items(), key=lambda item: (len(item[1]), item[0])):
                name = path[-1]
                if name in used:
                    name = "_".join(path)
                if (
                    name in used
                    or len(name.encode("utf-8", "surrogateescape")) > limits.NAME_PART_BYTES
                ):
                    name = self._numbered(number, path[-1], used)
                used.add(name)
                destinations[number] = Destination(f"{student}/{self._exercise}", name)
        return destinations

    def _numbered(self, number: int, name: str, used: set[str]) -> str:
        """A name with its member's number in front, or a further one if that is taken too."""
        while f"{number}_{name}" in used:  # a file may be called 5_engine.py
            number += self._most
        return f"{number}_{name}"


def _parts(name: str) -> list[str]:
    """Split a name, whatever slashes it uses; refuse it if it leads anywhere but down."""
    if "\0" in name:
        raise RefusedError(name, "has a null byte in its name")
    plain = name.replace("\\", "/")
    if plain.startswith("/") or DRIVE.match(plain):
        raise RefusedError(name, "has an absolute path")
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise RefusedError(name, "climbs out of its folder")
    if len(parts) > limits.NAME_DEPTH:
        raise RefusedError(name, f"lies more than {limits.NAME_DEPTH} folders deep")
    try:
        longest = max((len(part.encode("utf-8", "surrogateescape")) for part in parts), default=0)
    except UnicodeEncodeError:  # no reader of ours gives such a name; one may some day
        raise RefusedError(name, "has half a character in its name") from None
    if longest > limits.NAME_PART_BYTES:
        raise RefusedError(name, f"has a name of more than {limits.NAME_PART_BYTES} bytes")
    return parts
