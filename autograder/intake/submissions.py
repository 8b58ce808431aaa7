"""Finds submissions in nbgrader's layout, DIR/<student>/<exercise>/<file>, and reads one.

Links are refused, never followed. What the file holds is for extract.py to see.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from autograder import limits
from autograder.errors import InfrastructureError, SubmissionError, UsageError
from autograder.student_ids import odd_in_id

ENDINGS = (".ipynb", ".py")
ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar")
IGNORED = ("__pycache__",)
NOTHING = "nothing handed in"
REFUSED = (
    "the folder '{student}' has {odd} in its name, which is no part of a student's id; rename it"
)


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in for one exercise.

    Attributes:
        student: the folder's name, made safe to print and to write as JSON.
        exercise: id.
        path: the file to read; None if there is a problem.
        problem: why there is no file, one sentence for the student; empty if there is one.
        note: what was there too and is not read; empty if nothing.
        folder: where it stands, or would stand, on the disk.
        refused: why the score is withheld before anything is read, one sentence for staff: the
            folder's name is not the student's doing; empty if nothing is wrong with it.
    """

    student: str
    exercise: str
    path: Path | None
    problem: str = ""
    note: str = ""
    folder: Path | None = field(default=None, compare=False)
    refused: str = ""


def shown_name(name: str) -> str:
    """A file name for a sentence: safe, and cut where nobody reads on."""
    longest = limits.SHOWN_FILE_NAME
    shown = safe_text(name[: longest + 1])
    return shown if len(shown) <= longest else shown[:longest] + "..."


def find_submissions(directory: Path, exercise: str, file: str) -> tuple[Submission, ...]:
    """List every student's submission of one exercise, in the order of their ids.

    No link is followed, so that nothing outside the folder can be handed in. Content is
    not read here: a class of 10,000 would fill the memory.

    Args:
        directory: one folder for each student.
        exercise: id, the name of the folder inside each.
        file: what students were asked to hand in, `03_value.ipynb`.
    Returns: one for each student's folder, even if nothing is in it.
    Raises: UsageError if the directory cannot be listed.
    """
    try:
        with os.scandir(directory) as listing:
            # A link may stand for a student's folder: it is refused below, by name.
            students = [
                (safe_text(item.name), Path(item.path), item.is_symlink())
                for item in listing
                if not _is_ignored(item.name) and (item.is_dir() or item.is_symlink())
            ]
    except OSError as error:
        reason = (error.strerror or "cannot be listed").lower()
        raise UsageError(
            f"cannot read submissions in '{directory}' ({reason}); it must hold a folder for "
            "each student; run: autograder grade DIR"
        ) from error
    return tuple(
        _find(student, path, is_link, exercise, file)
        for student, path, is_link in sorted(students, key=lambda one: one[0])
    )


def read_submission(
    submission: Submission, limit: int = limits.NOTEBOOK_BYTES
) -> tuple[bytes, str]:
    """Read what was handed in, once.

    Args:
        submission: from find_submissions.
        limit: bytes; more are refused.
    Returns: the content and its SHA-256, 64 hexadecimal digits.
    Raises: SubmissionError if there is nothing to read, it is no plain file, or too large.
        InfrastructureError if the disk or its permissions are at fault: the score is withheld.
    """
    if submission.refused:
        raise InfrastructureError(submission.refused)
    if submission.path is None:
        raise SubmissionError(submission.problem)
    name = shown_name(submission.path.name)
    if submission.path.is_symlink():
        raise SubmissionError(_link(name))
    try:
        with open(submission.path, "rb", opener=_open_plainly) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SubmissionError(_link(name))
            # no buffer of the whole limit for each small file; one byte more shows that it grew
            data = file.read(min(found.st_size, limit) + 1)
    except FileNotFoundError:
        raise SubmissionError(f"{name} is not there any more; hand it in again.") from None
    except IsADirectoryError:
        raise SubmissionError(_link(name)) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SubmissionError(_link(name)) from None
        raise InfrastructureError(
            f"cannot read {name} of {submission.student}: {error.strerror}"
        ) from error
    if len(data) > limit:
        raise SubmissionError(
            f"{name} has more than {limit} bytes; clear its outputs, save it, hand it in again."
        )
    return data, hashlib.sha256(data).hexdigest()


def safe_text(name: str) -> str:
    r"""A file name as text that can be printed and written as JSON; different stay different.

    >>> safe_text("anna\n")
    'anna\\x0a'
    """
    return "".join(_safe_character(character) for character in name)


def _open_plainly(path: str, flags: int) -> int:
    """Open without following a link or waiting for a pipe: the file may have been exchanged."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _safe_character(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\U{code:08x}"


def _find(student: str, folder: Path, is_link: bool, exercise: str, file: str) -> Submission:
    inside = folder / exercise
    if odd := odd_in_id(folder.name):
        refused = REFUSED.format(student=student, odd=odd)
        return Submission(student, exercise, inside / file, folder=inside, refused=refused)

    def problem(text: str) -> Submission:
        return Submission(student, exercise, None, text, folder=inside)

    if is_link:
        return problem(_link(student))
    if inside.is_symlink():
        return problem(_link(exercise))
    try:
        with os.scandir(inside) as listing:
            there = {
                item.name: item.is_symlink() or not item.is_file(follow_symlinks=False)
                for item in islice(listing, limits.FOLDER_FILES + 1)
                if not _is_ignored(item.name)
            }
    except (FileNotFoundError, NotADirectoryError):
        return problem(NOTHING)
    except OSError:  # told of this student alone, when it is read: its score is withheld
        return Submission(student, exercise, inside / file, folder=inside)
    if len(there) > limits.FOLDER_FILES:
        return problem(f"has more than {limits.FOLDER_FILES} files; hand in {file} alone.")
    found = {name: is_odd for name, is_odd in there.items() if name.endswith(ENDINGS)}
    name = _choose(found, file)
    packed = sorted(name for name in there if name.lower().endswith(ARCHIVES))
    if not found and packed:
        return problem(f"{shown_name(packed[0])} is an archive; hand in {file} itself.")
    if name is None:
        names = _listed(found)
        return problem(f"expected {file}, found {names}; hand in one file." if found else NOTHING)
    if found[name]:
        return problem(_link(name))
    others = found.keys() - {name}
    note = f"Read {shown_name(name)}; not read: {_listed(others)}." if others else ""
    return Submission(student, exercise, inside / name, "", note, inside)


def _choose(found: dict[str, bool], file: str) -> str | None:
    """The file asked for, else the same name with the other ending, else the only one there is."""
    stem = file.rpartition(".")[0]
    for name in (file, *(stem + ending for ending in ENDINGS)):
        if name in found:
            return name
    return next(iter(found)) if len(found) == 1 else None


def _listed(names: Iterable[str]) -> str:
    """The first few of some file names, and how many more there are."""
    ordered = sorted(names)
    shown = ", ".join(map(shown_name, ordered[: limits.SHOWN_NAMES]))
    rest = len(ordered) - limits.SHOWN_NAMES
    return f"{shown} and {rest} more" if rest > 0 else shown


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name in IGNORED


def _link(name: str) -> str:
    return f"{shown_name(name)} is a link or no plain file; hand in the file itself."
