"""`autograder new`: an exercise that holds from the first minute."""

import pytest
from conftest import SMALL
from course_tools import build

from autograder.authoring.proof.validate import validate_exercise
from autograder.authoring.scaffold import start_exercise
from autograder.course.folders import list_exercises
from autograder.errors import UsageError
from autograder.sandbox.launch import import_folders


def test_a_new_exercise_passes_validation_once_it_is_built(small_course, level):
    build(small_course, SMALL)
    proof = validate_exercise(small_course, SMALL, level, import_folders)
    assert proof.problems == ()
    assert [v.named for v in proof.mutants] == [("squares-instead",)]


def test_a_second_exercise_stands_beside_the_first(small_course):
    written = start_exercise(small_course, "02_larger_one")
    assert all(path.is_file() for path in written) and len(written) == 6
    assert list_exercises(small_course.root) == (SMALL, "02_larger_one")
    assert "title: Larger one" in written[1].read_text()
    assert (small_course.reference / "larger_one.py").exists()


@pytest.mark.parametrize(
    "name", ["small", "1_small", "01small", "01_Small", "01_small!", "../01_a"]
)
def test_a_text_that_is_no_exercise_name_is_refused_with_an_example(small_course, name):
    with pytest.raises(UsageError, match=r"is no name for an exercise; .*autograder new 11_class"):
        start_exercise(small_course, name)


@pytest.mark.parametrize("name", [SMALL, "02_small"])
def test_nothing_is_written_over(small_course, name):
    before = {p: p.read_bytes() for p in small_course.root.rglob("*") if p.is_file()}
    with pytest.raises(UsageError, match="exists already; choose another name"):
        start_exercise(small_course, name)
    assert {p: p.read_bytes() for p in small_course.root.rglob("*") if p.is_file()} == before
