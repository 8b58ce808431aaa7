"""What `reset` does: puts an exercise's stubs back, and keeps the old file as a backup."""

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.errors import UsageError
from autograder.model import Cell, ExerciseForm, Role
from autograder.outputs import reason_of, write_file
from autograder.student.checking import up_to_task
from autograder.student.finding import Workspace

PROSE_ROLES = (Role.PROSE, Role.WRITTEN)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def reset(workspace: Workspace, task: str | None = None) -> str:
    """Put the stubs back.

    Args:
        workspace: the exercise and the student's file, which need not exist.
        task: the only task whose cells are put back; None for the whole file, without
            cells that the student added.
    Returns: what was done, one sentence.
    Raises: UsageError for an unknown task, a task of a file that cannot be read, or a file that
        cannot be written.
    """
    exercise = workspace.compiled.exercise
    up_to_task(workspace.compiled, task)
    if exercise.form is ExerciseForm.MODULE:
        if task is not None:
            raise UsageError(
                f"{exercise.file} is one piece, and a task of it cannot be put back alone; "
                f"run: autograder reset {exercise.id}"
            )
        (cell,) = (cell for cell in exercise.cells if cell.role is Role.SOLVE)
        fresh = cell.source
    else:
        fresh = _fresh_notebook(workspace, task)
    backup = _backed_up(workspace.file)
    old = f"your old file is {backup.name}" if backup else "there was none before"
    write_file(workspace.file, fresh, f"make room, or permit it; {old}")
    what = f"the task '{task}'" if task else workspace.file.name
    kept = f"; your old file is {backup.name}" if backup else ""
    return f"{what} is as it was at the beginning{kept}"


def _backed_up(file: Path) -> Path | None:
    """Copy a file to the first free backup name."""
    if not file.exists():
        return None
    number = 1
    while os.path.lexists(backup := file.with_name(f"{file.stem}.backup-{number}{file.suffix}")):
        number += 1
    try:
        shutil.copyfile(file, backup)
    except OSError as error:
        with contextlib.suppress(OSError):
            backup.unlink(missing_ok=True)  # half a backup is none
        raise UsageError(
            f"cannot write '{backup}' ({reason_of(error)}); your file is as it was: make room, or "
            "permit it, and run the same command again"
        ) from error
    return backup


def _fresh_notebook(workspace: Workspace, task: str | None) -> str:
    notebook = _notebook(workspace.file)
    if task is not None and notebook is None:
        raise UsageError(
            f"'{workspace.file.name}' cannot be read as a notebook, so that no task in it can be "
            f"put back alone; run: autograder reset {workspace.folder.name}"
        )
    notebook = notebook or {"metadata": METADATA, "nbformat": 4, "nbformat_minor": 5, "cells": []}
    own = {_id(cell): cell for cell in reversed(notebook["cells"])}
    cells = workspace.compiled.exercise.cells
    if task is None:
        notebook["cells"] = [_stub(course_cell, own.get(course_cell.id)) for course_cell in cells]
    else:
        stubs = {c.id: c for c in cells if c.role is Role.SOLVE and c.task == task}
        absent = [name for name in stubs if name not in own]
        if absent:
            raise UsageError(
                f"'{workspace.file.name}' has lost the cell '{absent[0]}' of the task '{task}'; "
                f"run: autograder reset {workspace.folder.name}"
            )
        # of a cell that was copied, the first counts; its copies are the student's own
        notebook["cells"] = [
            _stub(stubs[name], cell) if name in stubs and cell is own[name] else cell
            for name, cell in ((_id(cell), cell) for cell in notebook["cells"])
        ]
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _notebook(file: Path) -> dict[str, Any] | None:
    """The student's notebook, or None if there is none that can be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    cells = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        return None
    return dict(found)


def _id(cell: Mapping[str, Any]) -> str:
    """What the course knows a cell by: nbgrader's id, else the notebook's own."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    marked = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return str(marked or cell.get("id") or "")


def _stub(cell: Cell, own: Mapping[str, Any] | None) -> dict[str, Any]:
    """The course's cell; the student's copy of it lends its metadata, nbgrader's among it."""
    metadata = own.get("metadata", {}) if own else {}
    plain: dict[str, Any] = {
        "cell_type": "markdown" if cell.role in PROSE_ROLES else "code",
        "id": cell.id,
        "metadata": metadata,
        "source": cell.source.splitlines(keepends=True),
    }
    if plain["cell_type"] == "code":
        plain |= {"execution_count": None, "outputs": []}
    return plain
