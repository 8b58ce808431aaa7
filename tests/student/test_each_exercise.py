"""`autograder check` passes the solution of every exercise, on a student's own machine."""

import pytest
from repository import ROOT

from autograder.authoring.lessons.exercises import authored_exercise
from autograder.authoring.lessons.notebooks import solved_notebook, solved_script
from autograder.course.compiled import task_points
from autograder.course.folders import list_exercises
from autograder.intake.imported import named_in
from autograder.model import Block, Outcome
from autograder.sandbox.live_worker import LiveWorker
from autograder.student.checking import check_workspace
from autograder.student.finding import Workspace, read_public_half
from autograder.worker.status import Status

WITH_NUMPY = (
    "import numpy as np\n\n\ndef mine(x):\n    return float(np.float64(x) + np.ones(2).sum())\n"
)


@pytest.mark.parametrize("exercise_id", list_exercises(ROOT))
def test_the_solution_passes_every_public_check(real_course, compiled, tmp_path, exercise_id):
    exercise = authored_exercise(real_course, exercise_id).exercise
    file = tmp_path / exercise.file
    if file.suffix == ".py":
        file.write_text(solved_script(exercise))
    else:
        file.write_text(solved_notebook(exercise, task_points(compiled(exercise_id))))
    half = read_public_half(ROOT / "exercises" / exercise_id)
    report = check_workspace(Workspace(tmp_path, file, half))
    wrong = [check for check in report.checks if check.outcome is not Outcome.PASSED]
    assert wrong == [], (wrong[:1], report.repairs)
    assert report.score == report.max_score


def test_what_a_file_imports_is_there_for_explain_too(compiled):
    imports = named_in(("numpy",), [WITH_NUMPY])
    assert imports == ("numpy",)
    case = {
        "kind": "call",
        "request": {"name": "mine", "args": [1.0]},
        "ops": [],
        "within_s": 1.0,
    }
    with LiveWorker([Block("engine.py", WITH_NUMPY)], imports) as worker:
        answer = worker.play(case)
    assert (answer.status, answer.numbers) == (Status.OK, (3.0,)), answer
