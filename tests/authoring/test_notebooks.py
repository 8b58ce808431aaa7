"""Notebooks and scripts: what students, nbgrader and jupytext are given."""

import json
import os
import subprocess
import sys

import jupytext
import nbformat
import pytest
from repository import TESTS
from small_course import load, write_course

from autograder.authoring.lessons.notebooks import (
    checksum,
    solved_notebook,
    solved_script,
    source_notebook,
    student_notebook,
    student_script,
)
from autograder.model import Role

SOLVE_CHECKSUM = "a3f37203ba9ab309540dce9776079e8e"
CHECK_CHECKSUM = "7bc9e1a33fab35432121afc5b144ee93"
PROVIDED_CHECKSUM = "0f3e8a146a88ac5370544fa1ed0b091b"

POINTS = {"add": 2.0, "mul rule": 3.5, "rectangles": 1}


@pytest.fixture
def authored(tmp_path):
    return load(write_course(tmp_path))


def cells_of(text):
    return {cell["id"]: cell for cell in json.loads(text)["cells"]}


def source_of(cell):
    return "".join(cell["source"])


@pytest.mark.parametrize("write", [student_notebook, solved_notebook])
def test_notebooks_are_valid_and_hold_every_cell_in_order(authored, write):
    text = write(authored.exercise, POINTS)
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in authored.exercise.cells]
    assert text.endswith("}\n")


def test_student_notebook_has_stubs_and_no_outputs_and_no_solution(authored):
    cells = cells_of(student_notebook(authored.exercise, POINTS))
    for cell in authored.exercise.cells:
        assert source_of(cells[cell.id]) == cell.source
        if cells[cell.id]["cell_type"] == "code":
            assert cells[cell.id]["outputs"] == [] and cells[cell.id]["execution_count"] is None
    assert cells["solve-rectangles-area"]["source"][-1].endswith('Error("rectangles")')


def test_solved_notebook_differs_in_solve_cells_alone(authored):
    student = cells_of(student_notebook(authored.exercise, POINTS))
    solved = cells_of(solved_notebook(authored.exercise, POINTS))
    for cell in authored.exercise.cells:
        if cell.role is Role.SOLVE:
            assert source_of(solved[cell.id]) == cell.solution
        else:
            assert solved[cell.id] == student[cell.id]


def test_metadata_is_that_of_a_released_nbgrader_assignment(authored):
    cells = cells_of(student_notebook(authored.exercise, POINTS))
    check = cells["check-mul-rule"]["metadata"]
    assert check == {
        "deletable": False,
        "editable": False,
        "nbgrader": {
            "cell_type": "code",
            "checksum": check["nbgrader"]["checksum"],
            "grade": True,
            "grade_id": "check-mul-rule",
            "locked": True,
            "points": 3.5,
            "schema_version": 3,
            "solution": False,
            "task": False,
        },
    }
    kinds = {
        name: [cells[name]["metadata"]["nbgrader"][key] for key in ("grade", "solution", "locked")]
        for name in ("solve-add-add", "provided-setup", "answer-why-the-seed-is-1")
    }
    assert kinds == {
        "solve-add-add": [False, True, False],
        "provided-setup": [False, False, True],
        "answer-why-the-seed-is-1": [True, True, False],
    }
    assert "editable" not in cells["solve-add-add"]["metadata"]
    assert cells["solve-add-add"]["metadata"]["deletable"] is False
    assert cells["answer-why-the-seed-is-1"]["metadata"]["nbgrader"]["points"] == 2.0
    assert cells["prose-a-value"]["metadata"] == cells["example-add"]["metadata"] == {}


def test_checksums_are_nbgraders():
    # Worked out once by nbgrader 0.9.6's own compute_checksum on the same cells.
    metadata = {"grade": False, "solution": True, "locked": False, "grade_id": "solve-x"}
    assert checksum("x = 1\n", "code", metadata) == SOLVE_CHECKSUM
    metadata = {"grade": True, "solution": False, "locked": True, "grade_id": "check-x"}
    assert checksum('check("é")', "code", metadata | {"points": 2}) == CHECK_CHECKSUM
    assert checksum('check("é")', "code", metadata | {"points": 2.0}) == CHECK_CHECKSUM
    metadata = {"grade": False, "solution": False, "locked": True, "grade_id": "provided-x"}
    assert checksum("", "code", metadata) == PROVIDED_CHECKSUM


def test_task_without_points_is_an_error_and_not_a_zero(authored):
    with pytest.raises(KeyError, match="rectangles"):
        student_notebook(authored.exercise, {"add": 1, "mul rule": 1})


def test_source_notebook_marks_bodies_and_keeps_questions(authored):
    text = source_notebook(authored, POINTS)
    nbformat.validate(nbformat.reads(text, as_version=4))
    cells = cells_of(text)
    assert source_of(cells["solve-rectangles-area"]).split("\n")[1:] == [
        "    ### BEGIN SOLUTION",
        '    return {"area": width * height}',
        "    ### END SOLUTION",
    ]
    answer = source_of(cells["answer-why-the-seed-is-1"])
    assert answer.startswith("Why is the seed 1?\n\n### BEGIN SOLUTION\n### END SOLUTION")
    assert "BEGIN" not in source_of(cells["provided-engine-value"])


def test_a_folded_cell_is_hidden_by_jupyterlab_and_is_the_same_cell_otherwise(tmp_path):
    root = write_course(tmp_path)
    plain = cells_of(student_notebook(load(root).exercise, POINTS))
    lesson = root / "exercises" / "03_value" / "lesson.md"
    text = lesson.read_text()
    lesson.write_text(text.replace('"engine.as_value"', '"engine.as_value" folded=true'))
    folded = cells_of(student_notebook(load(root).exercise, POINTS))
    cell = folded["provided-engine-as-value"]
    assert cell["metadata"].pop("jupyter") == {"source_hidden": True}
    assert folded == plain


@pytest.mark.parametrize("write", [student_script, solved_script])
def test_jupytext_reads_scripts_back_cell_by_cell(authored, write):
    notebook = jupytext.reads(write(authored.exercise), fmt="py:percent")
    assert len(notebook.cells) == len(authored.exercise.cells)
    for read, cell in zip(notebook.cells, authored.exercise.cells, strict=True):
        solved = write is solved_script and cell.solution is not None
        assert read.source == (cell.solution if solved else cell.source)
        assert read.metadata["id"] == cell.id
    assert notebook.metadata["kernelspec"]["name"] == "python3"


def test_lines_for_ipython_are_comments_in_a_script(tmp_path):
    root = write_course(tmp_path)
    lesson = root / "exercises" / "03_value" / "lesson.md"
    text = lesson.read_text().replace("import math\n", "%matplotlib inline\nimport math\n")
    lesson.write_text(text)
    script = student_script(load(root).exercise)
    assert "\n# %matplotlib inline\nimport math\n" in script
    compile(script, "script", "exec")
    assert jupytext.reads(script, fmt="py:percent").cells[1].source.startswith("%matplotlib")


def test_script_of_a_module_exercise_is_the_file_itself(tmp_path):
    exercise = load(write_course(tmp_path), "06_engine").exercise
    assert student_script(exercise) == '"""Yours."""\n'
    assert solved_script(exercise).startswith('"""A tiny engine."""\n')


@pytest.mark.slow
def test_the_same_bytes_come_out_under_any_hash_seed(tmp_path):
    root = write_course(tmp_path)
    program = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path; from small_course import load\n"
        "from autograder.authoring.lessons.notebooks import *\n"
        "a = load(Path(sys.argv[1]))\n"
        "points = dict.fromkeys(['add', 'mul rule', 'rectangles'], 1)\n"
        "print(source_notebook(a, points), solved_notebook(a.exercise, points))\n"
        "print(student_script(a.exercise), a.exercise)\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, str(root), str(TESTS / "authoring")],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(TESTS / "tools")},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1 and len(outputs.pop()) > 1000
