"""Work for another exercise is known by its cells, its file's name, or what it defines."""

import json
from pathlib import Path

import pytest
from repository import ROOT

from autograder.commands.exercises import other_exercises
from autograder.course.course_file import load_course
from autograder.intake.other_work import OtherWork

EXERCISES = {exercise.id: exercise for exercise in other_exercises(load_course(ROOT), "")}


def said(data, name, exercise):
    others = tuple(other for id, other in EXERCISES.items() if id != exercise)
    return OtherWork(EXERCISES[exercise], others).said(data, name)


def handed_out(exercise):
    (file,) = (ROOT / "exercises" / exercise).glob(EXERCISES[exercise].file)
    return Path(file)


def test_all_exercises_of_the_course_are_known():
    assert len(EXERCISES) == len(list((ROOT / "exercises").glob("*/exercise.yml"))) == 10


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_exercises_own_file_is_known_for_no_other(exercise):
    file = handed_out(exercise)
    assert said(file.read_bytes(), file.name, exercise) == ""
    assert said(file.read_bytes(), "work.py", exercise) == ""


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e != "06_engine"])
def test_a_notebook_is_known_by_its_cells_whatever_it_is_called(exercise):
    wrong = "01_derivative" if exercise != "01_derivative" else "02_manual_backprop"
    sentence = said(handed_out(exercise).read_bytes(), "work.ipynb", wrong)
    assert sentence == (
        f"work.ipynb looks like work for {exercise} (it has the cells of that notebook); "
        f"it was graded as {wrong}."
    )


@pytest.mark.parametrize("name", ["engine.py", "leeann_1_2_engine.py"])
def test_the_engine_handed_in_for_04_is_known_by_its_name(name):
    assert said(b"class Value: ...\n", name, "04_backward_rules") == (
        f"{name} looks like work for 06_engine (that is how its file is called); "
        "it was graded as 04_backward_rules."
    )


def test_a_program_is_known_by_what_it_defines():
    code = b"def relative_error(a, b): ...\n\ndef side_slopes(f, x, step): ...\n"
    assert said(code, "work.py", "01_derivative") == (
        "work.py looks like work for 07_gradcheck (it defines relative_error, side_slopes); "
        "it was graded as 01_derivative."
    )


def test_a_name_that_only_ends_so_says_nothing():
    assert said(b"class Value: ...\n", "my_engine.py", "04_backward_rules") == ""


@pytest.mark.parametrize("code", [b"", b"x = 1\n", b"\xff\xfe", b"def side_slopes(): ...\n"])
def test_one_name_or_none_says_nothing(code):
    assert said(code, "work.py", "01_derivative") == ""


def test_who_has_begun_with_the_right_notebook_is_told_nothing():
    both = json.dumps(
        {"cells": [{"id": "solve-add-add"}, {"id": "solve-mul-rule-mul"}], "x": "def backward"}
    )
    assert said(both.encode(), "work.ipynb", "03_value") == ""
