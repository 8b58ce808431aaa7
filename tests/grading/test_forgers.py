"""Who answers in the player's place earns what it computes, and is seen."""

import pytest
from hostile import forgers

from autograder.course.folders import list_exercises
from autograder.intake.extract import extract
from autograder.worker.players.kinds import KINDS

EXERCISES = (
    *("01_derivative", "02_manual_backprop", "03_value", "04_backward_rules", "05_backward"),
    *("06_engine", "07_gradcheck", "08_mlp", "09_training", "10_pytorch"),
)


@pytest.mark.sandbox
@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_forger_earns_what_it_computes_by_every_door_and_is_flagged(compiled, exercise, level):
    one = compiled(exercise)
    found = list(forgers.earned(one, level))
    assert len(found) == len(forgers.FORGERS) * len(forgers.DOORS)
    for each in found:
        assert each.score <= forgers.bound(one, each.forger), each
        assert each.flagged, each
    # a door that does not open would prove nothing
    for forger in forgers.FORGERS:
        scores = {each.score for each in found if each.forger == forger}
        assert len(scores) == 1, "each door leads to the same table"


@pytest.mark.sandbox
def test_the_doors_open_and_the_forward_forger_computes(compiled, level):
    earned = {e.forger: e for e in forgers.earned(compiled("03_value"), level)}
    assert earned["forward"].score == 40 > earned["echo"].score == 4


def test_there_are_forgers_for_every_exercise_and_every_kind_of_case(real_course):
    assert tuple(list_exercises(real_course.root)) == EXERCISES
    namespace: dict = {}
    exec(forgers.ECHO, namespace)
    assert set(namespace["ANSWERS"]) >= set(KINDS)


def test_the_forgers_points_are_forward_points_in_two_exercises_alone(compiled):
    for exercise in EXERCISES:
        one = compiled(exercise)
        most = sum(check.points for check in one.checks)
        forward = forgers.bound(one, "forward")
        assert forgers.bound(one, "echo") == pytest.approx(most / 10)
        assert (forward > most / 10) == (exercise in forgers.FORWARD_KINDS)


def test_what_a_forger_hands_in_runs_in_a_notebook_too(compiled):
    exercise = compiled("03_value").exercise
    for door in forgers.DOORS:
        program = extract(forgers.source("echo", door), "03_value.py", exercise)
        assert any("opened = forge()" in block.source for block in program.blocks)
