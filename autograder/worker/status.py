"""How a block or a case of a submission can end.

The worker sends a status as its number; the judge and the reports use the same enum.
"""

from enum import IntEnum


class Status(IntEnum):
    """How a case can end; a status travels as its number."""

    OK = 0
    RAISED = 1  # the submission's code raised; the detail says what and where
    UNWRITTEN = 2  # a stub: NotImplementedError
    LACKING = 3  # an operation or a name does not exist; the detail is its name
    WRONG_TYPE = 4  # something that is no number, or no Value, came back
    CPU = 5  # the case took more CPU time than it may
    RECURSION = 6  # Python's recursion limit was hit
    MEMORY = 7  # the memory limit was hit
    NOT_RUN = 8  # the submission's whole CPU time was used up before
    CRASHED = 9  # the process died in this case (said by the judge)
    WAITED = 10  # it waited in this case until it was ended (said by the judge)
    ASKED_TOO_MUCH = 11  # it asked more of a planted engine than it may; the detail says what

    @property
    def in_words(self) -> str:
        """For a person: `wrong-type`."""
        return self.name.lower().replace("_", "-")
