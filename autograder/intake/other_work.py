"""Work for another exercise of the course, known by its cells, its file's name or its names."""

import re
from collections.abc import Sequence

from autograder import limits
from autograder.model import Exercise, Role

CELL_ID = re.compile(rb'"(?:grade_)?id": ?"([a-z0-9-]+)"')
DEFINED = re.compile(r"\b(?:def|class)[ \t]+([A-Za-z]\w*)")
FEW_NAMES = 2  # one may be a helper's


def other_work(data: bytes, name: str, exercise: Exercise, others: Sequence[Exercise]) -> str:
    """A sentence if a file looks like work for another exercise; nothing if it does not.

    Args:
        data: what was handed in.
        name: the file's.
        exercise: what it is graded for.
        others: the rest of the course.
    """
    start = data[: limits.SOURCE_BYTES]
    ids = {match.decode("ascii") for match in CELL_ID.findall(start)}
    defined = {*DEFINED.findall(start.decode("utf-8", "replace"))}
    most = max(others, key=lambda other: len(_cells(other) & ids), default=exercise)
    if len(_cells(most) & ids) > len(_cells(exercise) & ids):
        return _said(name, most, exercise, "it has the cells of that notebook")
    if ids & _cells(exercise) or _is_named(name, exercise):
        return ""
    for other in others:
        if _is_named(name, other):
            return _said(name, other, exercise, "that is how its file is called")
    if defined & _names(exercise):
        return ""
    most = max(others, key=lambda other: len(_names(other) & defined), default=exercise)
    found = sorted(_names(most) & defined)
    if len(found) < FEW_NAMES:
        return ""
    return _said(name, most, exercise, f"it defines {', '.join(found[: limits.SHOWN_NAMES])}")


def _said(name: str, other: Exercise, exercise: Exercise, why: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in name)[-limits.SHOWN_FILE_NAME :]
    return f"{shown} looks like work for {other.id} ({why}); it was graded as {exercise.id}."


def _cells(exercise: Exercise) -> set[str]:
    """Ids of the cells that students fill in or run; few are in two exercises."""
    return {cell.id for cell in exercise.cells if cell.role in (Role.SOLVE, Role.CHECK)}


def _is_named(name: str, exercise: Exercise) -> bool:
    stem = exercise.file.rpartition(".")[0]
    own = name.rpartition(".")[0]
    known = "|".join(map(re.escape, (stem, exercise.id)))
    return re.search(rf"(?:^|\d_)(?:{known})$", own) is not None  # leeann_1_2_engine.py, too


def _names(exercise: Exercise) -> set[str]:
    """What a student defines in it."""
    stubs = [cell.source for cell in exercise.cells if cell.role is Role.SOLVE]
    return {name for stub in stubs for name in DEFINED.findall(stub)}
