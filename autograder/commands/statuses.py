"""How a command ends, as a shell is told it."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit status of every verb; docs/results.md says what each means for `grade`."""

    OK = 0
    FOUND = 1  # a score that was withheld, a hole, a check that did not pass; or our own failure
    USAGE = 2  # wrong use, or a course that cannot be read; nothing was done
    NOBODYS = 3  # of `grade`: something in the class belongs to nobody; all else was graded
    INTERRUPTED = 130  # as shells say it: 128 and the number of SIGINT
