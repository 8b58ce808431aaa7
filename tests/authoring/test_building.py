"""Generated files: written once, the same each time, and stale as soon as a source changes."""

import json

import pytest
from conftest import SMALL
from course_tools import build, generated, stale

from autograder.authoring.lessons.building import PUBLIC_HALF
from autograder.authoring.proof.compiling import compile_exercise
from autograder.course.compiled import public_half, task_points
from autograder.course.folders import list_exercises
from autograder.model import CompiledExercise
from autograder.storage import loads

FILES = {PUBLIC_HALF, f"{SMALL}.ipynb", f"{SMALL}.py"}


def test_a_notebook_exercise_has_its_notebook_its_script_and_its_public_answers(small_course):
    assert {p.name for p in generated(small_course, SMALL)} == FILES


def test_building_writes_what_is_missing_and_then_nothing(small_course):
    assert {p.name for p in stale(small_course, SMALL)} == FILES
    assert {p.name for p in build(small_course, SMALL)} == FILES
    assert stale(small_course, SMALL) == []
    assert build(small_course, SMALL) == []


def test_a_changed_source_makes_files_stale_and_building_mends_them(small_course):
    build(small_course, SMALL)
    lesson = small_course.exercises / SMALL / "lesson.md"
    lesson.write_text(lesson.read_text().replace("Ask for", "First ask for"))
    assert {p.name for p in stale(small_course, SMALL)} >= {f"{SMALL}.ipynb", f"{SMALL}.py"}
    build(small_course, SMALL)
    assert stale(small_course, SMALL) == []


def test_a_file_that_was_edited_by_hand_is_stale(small_course):
    build(small_course, SMALL)
    path = small_course.exercises / SMALL / f"{SMALL}.py"
    path.write_text(path.read_text() + "# mine\n")
    assert stale(small_course, SMALL) == [path]


def test_files_end_in_one_newline_and_hold_no_carriage_return(small_course):
    build(small_course, SMALL)
    for name in FILES:
        data = (small_course.exercises / SMALL / name).read_bytes()
        assert data.endswith(b"\n") and not data.endswith(b"\n\n") and b"\r" not in data


def test_public_json_is_the_public_half_of_the_compiled_exercise(small_course):
    build(small_course, SMALL)
    text = (small_course.exercises / SMALL / PUBLIC_HALF).read_text()
    compiled = compile_exercise(small_course, SMALL)
    assert loads(CompiledExercise, text) == public_half(compiled)


def test_points_of_a_task_are_those_of_its_checks(small_course):
    assert task_points(compile_exercise(small_course, SMALL)) == {"double": 2.0}


def test_no_solution_is_in_a_generated_file(small_course):
    for text in generated(small_course, SMALL).values():
        assert "2 * x" not in text
        assert "NotImplementedError" in text or "public_checks" in text or '"checks"' in text


@pytest.mark.slow
@pytest.mark.parametrize("exercise", ["04_backward_rules", "06_engine"])
def test_what_is_committed_is_what_would_be_built(real_course, compiled, exercise):
    compiled(exercise)
    assert exercise in list_exercises(real_course.root)
    assert [path.name for path in stale(real_course, exercise)] == []


def test_a_module_exercise_has_one_stub_and_its_public_answers(real_course, compiled):
    compiled("06_engine")
    files = {p.name: text for p, text in generated(real_course, "06_engine").items()}
    assert set(files) == {"engine.py", PUBLIC_HALF}
    assert json.loads(files[PUBLIC_HALF])["exercise"]["form"] == "module"
