"""Every exception the tool raises on purpose.

AutograderError
├── UsageError       wrong use of a command or a flag
├── CourseError      a course author's file is wrong
├── SubmissionError  a student's file cannot be read as a submission
├── ProtocolError    a worker's reply breaks the protocol: the submission's fault
└── InfrastructureError  ours: zygote, machine, disk; the score is withheld
"""

from collections.abc import Iterable
from pathlib import Path


class AutograderError(Exception):
    """Base of every error that the tool raises on purpose."""


class UsageError(AutograderError):
    """A command was used wrongly; the message ends with the command that mends it."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: our own lines would help no student."""
        return [f"{type(self).__name__}: {self}"]


class CourseError(AutograderError):
    """A course file breaks a rule.

    Args:
        file: the file that holds the mistake.
        key: where in it: a key, a task, a region, a line.
        problem: the value and the rule it breaks.
        remedy: what to do, one sentence.
    """

    def __init__(self, file: str | Path, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}: {key}: {problem}. {remedy.rstrip('.')}.")
        self.file, self.key, self.problem, self.remedy = str(file), key, problem, remedy


class SubmissionError(AutograderError):
    """A submission cannot be read at all: the student is told why, the class goes on."""


class ProtocolError(AutograderError):
    """A worker said something that the protocol does not allow."""


class InfrastructureError(AutograderError):
    """Something of ours failed: the score is withheld, never a zero."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known word, or nothing.

    >>> did_you_mean("minuets", ("minutes", "title"))
    "Did you mean 'minutes'? "
    """
    import difflib  # here: a command that succeeds need not load it

    near = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean '{near[0]}'? " if near else ""
