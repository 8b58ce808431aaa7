"""Notebooks and plain scripts written from an exercise, byte for byte the same everywhere."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autograder.authoring.lessons.cells import cell_source
from autograder.authoring.lessons.cutting import Form
from autograder.authoring.lessons.exercises import AuthoredExercise
from autograder.authoring.lessons.lesson_files import slug
from autograder.model import Cell, Exercise, ExerciseForm, Role

CODE_ROLES = (Role.EXAMPLE, Role.PROVIDED, Role.SOLVE, Role.CHECK)
LOCKED_ROLES = (Role.PROVIDED, Role.CHECK)
GRADED_ROLES = (Role.CHECK, Role.WRITTEN)
SOLUTION_ROLES = (Role.SOLVE, Role.WRITTEN)
NBGRADER_SCHEMA = 3
# Where nbgrader cuts; without the marks it blanks the whole cell, docstring and question too.
MARKED = "{before}\n\n\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
IN_A_NOTEBOOK = """\
*This exercise asks for one file, `{file}`. In this notebook the file is one cell: write it there, \
and hand the notebook in. If you would rather work in an editor, put `{file}` beside this \
notebook: then the file is what counts.*"""
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
# No version of jupytext in it: the file must not change when jupytext does.
SCRIPT_HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---
"""


def student_notebook(exercise: Exercise, points: Mapping[str, float]) -> str:
    """The notebook that students get: stubs, no outputs, nbgrader's released form.

    Args:
        exercise: in notebook form.
        points: task id to the sum of its checks' points.
    Returns: JSON of an nbformat 4.5 notebook, with a final newline.
    Raises: KeyError if a task with a check cell has no points.
    """
    return _notebook(exercise, points, {})


def solved_notebook(exercise: Exercise, points: Mapping[str, float]) -> str:
    """The same notebook with every solve cell solved; arguments as in student_notebook."""
    return _notebook(exercise, points, _solutions(exercise))


def source_notebook(authored: AuthoredExercise, points: Mapping[str, float]) -> str:
    """The notebook for nbgrader's `source/` folder, from which generate_assignment releases.

    Each solved body stands between BEGIN SOLUTION and END SOLUTION: without the marks
    nbgrader would blank the whole cell, signature and docstring too.

    Args:
        authored: with its reference; a module becomes a notebook of one solve cell.
        points: task id to the sum of its checks' points.
    """
    exercise, marked = notebook_form(authored.exercise, points), {}
    for cell in exercise.cells:
        if cell.role is Role.WRITTEN:
            marked[cell.id] = f"{cell.source}\n\n### BEGIN SOLUTION\n### END SOLUTION"
        elif cell.role is Role.SOLVE and authored.exercise.form is ExerciseForm.MODULE:
            solution = str(cell.solution).rstrip("\n")
            marked[cell.id] = MARKED.format(before=cell.source.rstrip("\n"), solution=solution)
        elif cell.role is Role.SOLVE:
            marked[cell.id] = cell_source(cell, authored.how, Form.DELIMITED, authored.sources)
    return _notebook(exercise, points, marked)


def notebook_form(exercise: Exercise, points: Mapping[str, float]) -> Exercise:
    """The exercise as nbgrader can take it: a module as a notebook, one solve cell and the checks.

    Args:
        exercise: in either form.
        points: task id to the sum of its checks' points; a task without points gets no grade.
    Returns: an exercise in notebook form, the given one if it is one already.
    """
    if exercise.form is ExerciseForm.NOTEBOOK:
        return exercise
    cells = [
        Cell("in-a-notebook", Role.PROSE, IN_A_NOTEBOOK.format(file=exercise.file)),
        Cell("setup", Role.PROVIDED, "from autograder import check, draw"),
        *exercise.cells,
        Cell("checks", Role.PROSE, "## Check it"),
    ]
    for task in exercise.tasks:
        role = Role.CHECK if points[task.id] else Role.EXAMPLE
        cells.append(Cell(f"check-{slug(task.id)}", role, f'check("{task.id}")', task=task.id))
    return replace(
        exercise, form=ExerciseForm.NOTEBOOK, file=f"{exercise.id}.ipynb", cells=tuple(cells)
    )


def student_script(exercise: Exercise) -> str:
    """The exercise as a plain .py: a percent script, or the starting file of a module.

    Every cell's id stands in its marker, so that a script handed in can be read back.
    """
    return _script(exercise, {})


def solved_script(exercise: Exercise) -> str:
    """The same script with every solve cell solved."""
    return _script(exercise, _solutions(exercise))


def checksum(source: str, cell_type: str, metadata: Mapping[str, Any]) -> str:
    """nbgrader's checksum of a cell: it tells a changed locked cell, an untouched answer.

    Args:
        source: the cell's text.
        cell_type: code or markdown.
        metadata: the cell's nbgrader metadata.
    Returns: 32 hexadecimal digits.
    Source: fields and order as nbgrader.utils.compute_checksum, version 0.9.
    """
    grade, solution = bool(metadata["grade"]), bool(metadata["solution"])
    locked = False if solution else grade or bool(metadata["locked"])
    parts = [source, cell_type, str(grade), str(solution), str(locked), metadata["grade_id"]]
    if grade:
        parts.append(str(float(metadata["points"])))
    digest = hashlib.md5(usedforsecurity=False)
    for part in parts:
        digest.update(part.encode())
    return digest.hexdigest()


def _solutions(exercise: Exercise) -> dict[str, str]:
    return {cell.id: cell.solution for cell in exercise.cells if cell.solution is not None}


def _notebook(exercise: Exercise, points: Mapping[str, float], sources: Mapping[str, str]) -> str:
    cells = [
        _notebook_cell(cell, sources.get(cell.id, cell.source), points) for cell in exercise.cells
    ]
    notebook = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _notebook_cell(cell: Cell, source: str, points: Mapping[str, float]) -> dict[str, Any]:
    cell_type = "code" if cell.role in CODE_ROLES else "markdown"
    metadata: dict[str, Any] = {}
    if cell.role in LOCKED_ROLES:
        metadata["editable"] = False
    if cell.folded:
        metadata["jupyter"] = {"source_hidden": True}
    if cell.role in (*LOCKED_ROLES, *SOLUTION_ROLES):
        metadata["deletable"] = False
        metadata["nbgrader"] = _nbgrader(cell, source, cell_type, points)
    plain = {
        "cell_type": cell_type,
        "id": cell.id,
        "metadata": metadata,
        "source": source.splitlines(keepends=True),
    }
    return plain | ({"execution_count": None, "outputs": []} if cell_type == "code" else {})


def _nbgrader(
    cell: Cell, source: str, cell_type: str, points: Mapping[str, float]
) -> dict[str, Any]:
    """nbgrader's metadata, schema 3."""
    metadata: dict[str, Any] = {
        "cell_type": cell_type,
        "grade": cell.role in GRADED_ROLES,
        "grade_id": cell.id,
        "locked": cell.role in LOCKED_ROLES,
        "schema_version": NBGRADER_SCHEMA,
        "solution": cell.role in SOLUTION_ROLES,
        "task": False,
    }
    if cell.role is Role.WRITTEN:
        metadata["points"] = cell.points
    elif cell.role is Role.CHECK:
        metadata["points"] = points[str(cell.task)]
    metadata["checksum"] = checksum(source, cell_type, metadata)
    return metadata


def _script(exercise: Exercise, sources: Mapping[str, str]) -> str:
    if exercise.form is ExerciseForm.MODULE:
        (cell,) = (cell for cell in exercise.cells if cell.role is Role.SOLVE)
        return sources.get(cell.id, cell.source)
    parts = [SCRIPT_HEADER]
    for cell in exercise.cells:
        source = sources.get(cell.id, cell.source)
        if cell.role in CODE_ROLES:
            # A line for IPython is no Python: jupytext's percent scripts comment it out.
            lines = [f"# {x}" if x.startswith(("%", "!")) else x for x in source.split("\n")]
            parts.append(f'# %% id="{cell.id}"\n' + "\n".join(lines) + "\n")
        else:
            lines = [f"# {line}".rstrip() for line in source.split("\n")]
            parts.append(f'# %% [markdown] id="{cell.id}"\n' + "\n".join(lines) + "\n")
    return "\n".join(parts)
