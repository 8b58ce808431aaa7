"""One student's submission: what is known of it before it is read, and reading it.

Links are refused, never followed. Which file it is, `arriving` finds out; what the file holds is
for extract.py to see.
"""

import errno
import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from autograder import limits
from autograder.errors import InfrastructureError, SubmissionError

ENDINGS = (".ipynb", ".py")
NOTHING = "nothing handed in"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the platform said of a submission, by the names that it gave.

    Attributes:
        late: whether it marked the submission so.
        attempt: its number from 1; 0 if that is not said.
        time: when it was handed in, as the platform has it; empty if that is not said.
    """

    late: bool = False
    attempt: int = 0
    time: str = ""


NO_FACTS = Facts()


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
        refused: why the score is withheld before anything is read, one sentence for staff;
            empty if nothing is wrong with it.
        facts: what the platform said of it.
        remarks: these facts, and what was there in place of a file, one sentence each.
    """

    student: str
    exercise: str
    path: Path | None
    problem: str = ""
    note: str = ""
    folder: Path | None = field(default=None, compare=False)
    refused: str = ""
    facts: Facts = NO_FACTS
    remarks: tuple[str, ...] = ()


def shown_name(name: str) -> str:
    """A file name for a sentence: safe, and cut where nobody reads on."""
    longest = limits.SHOWN_FILE_NAME
    shown = safe_text(name[: longest + 1])
    return shown if len(shown) <= longest else shown[:longest] + "..."


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
        raise SubmissionError(not_plain(name))
    try:
        with open(submission.path, "rb", opener=_open_plainly) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SubmissionError(not_plain(name))
            # no buffer of the whole limit for each small file; one byte more shows that it grew
            data = file.read(min(found.st_size, limit) + 1)
    except FileNotFoundError:
        raise SubmissionError(f"{name} is not there any more; hand it in again.") from None
    except IsADirectoryError:
        raise SubmissionError(not_plain(name)) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SubmissionError(not_plain(name)) from None
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


def not_plain(name: str) -> str:
    """What is said of a file that is none."""
    return f"{shown_name(name)} is a link or no plain file; hand in the file itself."
