"""Read lesson.md, a Jupytext Markdown notebook: cells, each with what it is for."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from autograder.course.kept import read_kept, write_kept
from autograder.errors import CourseError, did_you_mean
from autograder.model import Role

# nbformat allows 64 characters in a cell's id; the rest is for a number that tells two apart.
LONGEST_CELL_ID = 58
CODE_ROLES = {"provided": Role.PROVIDED, "solve": Role.SOLVE, "check": Role.CHECK}
CODE_OPTIONS = (*CODE_ROLES, "id", "folded")
TEXT_OPTIONS = ("answer", "points", "task", "id")
# Options that jupytext adds by itself, about layout, and the name of a plain region.
LAYOUT_OPTIONS = frozenset(
    ("lines_to_next_cell", "lines_to_end_of_cell_marker", "region_name", "title", "name")
)

THIS_FILE = Path(__file__)  # cuts lessons into cells
# Whether it is code, its source, its options.
RawCell: TypeAlias = tuple[bool, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LessonCell:
    """A cell of a lesson as its author wrote it.

    Attributes:
        number: place in the lesson, from 1.
        role: what it is for.
        named: what its option names: regions, a task, a literal cell, a question.
        source: its body; empty where the builder fills it.
        points: of a written answer.
        task: of a written answer, if it belongs to one.
        id: given by the author; else empty.
        folded: whether a provided cell opens as one line.
        heading: the nearest heading above, or in it.
    """

    number: int
    role: Role
    named: str
    source: str
    points: float
    task: str | None
    id: str
    folded: bool
    heading: str

    @property
    def place(self) -> str:
        """How an error message names it."""
        named = f' {self.role.value}="{self.named}"' if self.named else f" ({self.role.value})"
        return f"cell {self.number}{named}"


def read_lesson(path: Path, kept: Path | None = None) -> tuple[LessonCell, ...]:
    """Read a lesson.

    Args:
        path: lesson.md. Code fences may carry provided="...", solve="..." or check="...";
            regions of text may carry answer="..." and points=n.
        kept: where its cells are kept as jupytext read them; None to ask jupytext anew.
    Raises: CourseError if the file cannot be read or an option breaks a rule.
    """
    file = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(file, "file", "does not exist", "Write the lesson.") from None
    except UnicodeDecodeError as error:
        raise CourseError(
            file, f"byte {error.start}", "is not UTF-8", "Save the file as UTF-8."
        ) from error
    cells: list[LessonCell] = []
    heading = path.parent.name
    for number, (code, raw, metadata) in enumerate(_raw_cells(text, path.parent.name, kept), 1):
        source = raw.strip("\n")
        if not code:
            headings = re.findall(r"^#+ +(.+)$", source, re.MULTILINE)
            own = headings[0] if headings else ""
            heading = headings[-1] if headings else heading
        else:
            own = heading
        options = {k: v for k, v in metadata.items() if k not in LAYOUT_OPTIONS}
        cells.append(_read_cell(file, number, code, source, options, own))
    return tuple(cells)


def _raw_cells(text: str, name: str, kept: Path | None) -> list[RawCell]:
    """A lesson's cells as jupytext reads them, from what is kept if the text is the same.

    jupytext brings nbformat along, whose checks of notebooks take two seconds to import. What
    is kept counts for the code that cut it: for this jupytext, and this file.
    """
    cut_by = f"{version('jupytext')} {hashlib.sha256(THIS_FILE.read_bytes()).hexdigest()}"
    key = hashlib.sha256(f"{cut_by}\n{text}".encode()).hexdigest()
    path = kept / f"{name}.json" if kept is not None else None
    found = read_kept(path) if path is not None else None
    if found is not None:
        plain = json.loads(found)
        if plain["key"] == key:
            return [(code, source, options) for code, source, options in plain["cells"]]
    import jupytext

    cells: list[RawCell] = [
        (raw.cell_type == "code", str(raw.source), dict(raw.metadata))
        for raw in jupytext.reads(text, fmt="md").cells
    ]
    if path is not None:
        write_kept(path, json.dumps({"key": key, "cells": cells}).encode())
    return cells


def _read_cell(
    file: str, number: int, code: bool, source: str, options: dict[str, object], heading: str
) -> LessonCell:
    place = f"cell {number}"
    known = CODE_OPTIONS if code else TEXT_OPTIONS
    folded = options.pop("folded", False)
    for key, value in options.items():
        if key not in known:
            remedy = f"{did_you_mean(key, known)}Known options: {', '.join(known)}."
            raise CourseError(file, place, f"unknown option '{key}'", remedy)
        if key != "points" and not (isinstance(value, str) and value.strip()):
            raise CourseError(
                file, place, f"{key} is {value!r}, not a text", f'Write {key}="..." in quotes.'
            )
    roles = [key for key in options if key in (*CODE_ROLES, "answer")]
    if len(roles) > 1:
        raise CourseError(file, place, f"is both {roles[0]} and {roles[1]}", "Make it two cells.")
    if not roles:
        role = Role.EXAMPLE if code else Role.PROSE
    else:
        role = CODE_ROLES.get(roles[0], Role.WRITTEN)
    if folded is not False and (folded is not True or role is not Role.PROVIDED):
        raise CourseError(
            file,
            place,
            f"folded={folded!r} on a cell with the role {role.value}",
            "Fold provided cells only: write folded=true.",
        )
    points = options.get("points", 0)
    number_given = isinstance(points, int | float) and not isinstance(points, bool)
    if role is Role.WRITTEN and not (number_given and points > 0):  # type: ignore[operator]
        raise CourseError(
            file,
            place,
            f"a written answer is worth points={points!r}",
            "Write a number above 0: points=2.",
        )
    if role is Role.CHECK and source:
        raise CourseError(file, place, "a check cell has a body", "Leave it empty: it is written.")
    task = options.get("task")
    return LessonCell(
        number=number,
        role=role,
        named=str(options[roles[0]]) if roles else "",
        source=source,
        points=float(points) if role is Role.WRITTEN else 0.0,  # type: ignore[arg-type]
        task=str(task) if task else None,
        id=str(options.get("id", "")),
        folded=folded is True,
        heading=heading,
    )


def slug(text: str) -> str:
    """Letters, digits and single hyphens that remain of a text.

    >>> slug("engine.Value.__mul__")
    'engine-value-mul'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def unique_ids(wanted: Iterable[str]) -> tuple[str, ...]:
    """Make ids unique by a number at the end; the first of its name keeps it bare.

    >>> unique_ids(["example", "check-add", "example"])
    ('example', 'check-add', 'example-2')
    """
    taken: set[str] = set()
    ids = []
    for word in wanted:
        base = slug(word)[:LONGEST_CELL_ID].strip("-")
        candidate, number = base, 1
        while candidate in taken:
            number += 1
            candidate = f"{base}-{number}"
        taken.add(candidate)
        ids.append(candidate)
    return tuple(ids)
