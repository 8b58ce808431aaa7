"""`nbgrader validate`, `check` and `grade` agree on one notebook."""

import json
import shutil

import pytest
from class_tools import ENGINE, SOLVE_CELL, grade_files
from nbgrader_tools import need_nbgrader, run
from sandbox_tools import ROOT, linux_only

from autograder.authoring.lessons.notebooks import notebook_form, student_notebook
from autograder.course.compiled import public_half
from autograder.model import Outcome, Visibility
from autograder.student.checking import check_workspace
from autograder.student.finding import Workspace

pytestmark = [linux_only, pytest.mark.sandbox, pytest.mark.slow]

TEXT = (ROOT / "tests/right_answers/parents_in_a_set.py").read_text(encoding="utf-8")
WRONG = TEXT.replace("self.grad += other.data * out.grad", "self.grad = other.data * out.grad")
# In the released notebook: its solve cell, and the cells that the student added below it.
CELLS = {
    "right": ("import numpy as np\nimport torch\n" + TEXT, ()),
    "patched": (TEXT, ("def neg(self):\n    return self * -1", "setattr(Value, '__neg__', neg)")),
    "wrong": (WRONG, ("print(Value(2.0) * 3)",)),
}
# Stands in for torch in the student's own kernel: a module of which nothing is asked.
TORCH = '"""Nothing."""\n'


def handed_in(compiled, solve, added):
    """The released notebook with its cell filled and more cells below it."""
    points = {task.id: 0.0 for task in compiled.exercise.tasks}
    for check in compiled.checks:
        points[check.task] += check.points
    plain = json.loads(student_notebook(notebook_form(compiled.exercise, points), points))
    (place,) = (k for k, cell in enumerate(plain["cells"]) if cell["id"] == SOLVE_CELL)
    plain["cells"][place]["source"] = solve
    plain["cells"][place + 1 : place + 1] = [
        {"cell_type": "code", "id": f"own-{k}", "metadata": {}, "outputs": [],
         "execution_count": None, "source": source}
        for k, source in enumerate(added)
    ]  # fmt: skip
    return json.dumps(plain)


@pytest.mark.parametrize("name", CELLS)
def test_the_three_say_the_same(compiled, tmp_path, name):
    need_nbgrader()
    assert WRONG != TEXT
    course = compiled(ENGINE)
    folder, file = tmp_path / ENGINE, f"{ENGINE}.ipynb"
    folder.mkdir()
    shutil.copy(ROOT / "exercises" / ENGINE / "public.json", folder)
    (folder / "torch.py").write_text(TORCH)
    (folder / file).write_text(handed_in(course, *CELLS[name]))

    said = run("nbgrader", "validate", file, cwd=folder, home=tmp_path, code=None)
    checked = check_workspace(Workspace(folder, folder / file, public_half(course)))
    (graded,) = grade_files(course, [folder / file]).values()
    public = [check for check in graded.checks if check.visibility is Visibility.PUBLIC]

    assert [(c.id, c.outcome, c.score, c.misconception) for c in checked.checks] == [
        (c.id, c.outcome, c.score, c.misconception) for c in public
    ]
    failed = {c.task for c in public if c.outcome is not Outcome.PASSED and c.max_score}
    assert bool(failed) == (name == "wrong")
    if failed:
        assert f"VALIDATION FAILED ON {len(failed)} CELL(S)" in said
        assert all(f'check("{task}")' in said for task in failed)
    else:
        assert "Success! Your notebook passes all the tests." in said
