"""Work for another exercise of the course, known by its cells, its file's name or its names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder import limits
from autograder.model import Exercise, Role

CELL_ID = re.compile(rb'"(?:grade_)?id": ?"([a-z0-9-]+)"')
DEFINED = re.compile(r"\b(?:def|class)[ \t]+([A-Za-z]\w*)")
FEW_NAMES = 2  # one may be a helper's


@dataclass(frozen=True, slots=True)
class _Marks:
    """What work for an exercise is known by.

    Attributes:
        id: the exercise's.
        cells: ids of the cells that students fill in or run; few are in two exercises.
        file: what its file is called, also with a platform's words in front.
        names: what a student defines in it.
    """

    id: str
    cells: frozenset[str]
    file: re.Pattern[str]
    names: frozenset[str]

    @classmethod
    def of(cls, exercise: Exercise) -> "_Marks":
        worked_on = [c for c in exercise.cells if c.role in (Role.SOLVE, Role.CHECK)]
        stubs = [cell.source for cell in worked_on if cell.role is Role.SOLVE]
        known = "|".join(map(re.escape, (exercise.file.rpartition(".")[0], exercise.id)))
        return cls(
            exercise.id,
            frozenset(cell.id for cell in worked_on),
            re.compile(rf"(?:^|\d_)(?:{known})$"),  # leeann_1_2_engine.py, too
            frozenset(name for stub in stubs for name in DEFINED.findall(stub)),
        )

    def is_called(self, name: str) -> bool:
        """Whether a file has the exercise's name."""
        return self.file.search(name.rpartition(".")[0]) is not None


class OtherWork:
    """Knows work for other exercises; made once for a class.

    Args:
        exercise: what is graded.
        others: the rest of the course.
    """

    def __init__(self, exercise: Exercise, others: Sequence[Exercise]) -> None:
        self._own = _Marks.of(exercise)
        self._others = [_Marks.of(other) for other in others]

    def said(self, data: bytes, name: str) -> str:
        """A sentence if a file looks like work for another exercise; nothing if it does not.

        Args:
            data: what was handed in.
            name: the file's.
        """
        start = data[: limits.SOURCE_BYTES]
        ids = {match.decode("ascii") for match in CELL_ID.findall(start)}
        most = max(self._others, key=lambda other: len(other.cells & ids), default=self._own)
        if len(most.cells & ids) > len(self._own.cells & ids):
            return self._sentence(name, most, "it has the cells of that notebook")
        if ids & self._own.cells or self._own.is_called(name):
            return ""
        for other in self._others:
            if other.is_called(name):
                return self._sentence(name, other, "that is how its file is called")
        defined = {*DEFINED.findall(start.decode("utf-8", "replace"))}
        if defined & self._own.names:
            return ""
        most = max(self._others, key=lambda other: len(other.names & defined), default=self._own)
        found = sorted(most.names & defined)
        if len(found) < FEW_NAMES:
            return ""
        return self._sentence(name, most, f"it defines {', '.join(found[: limits.SHOWN_NAMES])}")

    def _sentence(self, name: str, other: _Marks, why: str) -> str:
        shown = "".join(c if c.isprintable() else "?" for c in name)[-limits.SHOWN_FILE_NAME :]
        return f"{shown} looks like work for {other.id} ({why}); it was graded as {self._own.id}."
