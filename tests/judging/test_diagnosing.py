"""A mistake is named by its fingerprint alone; what fits none gets no name."""

import math

import pytest
from core_tools import case, check, exercise_of, mutant, ok

from autograder import limits
from autograder.judging.diagnosing import RUNAWAY, SILENT, Diagnoser, Diagnosis, same_answer
from autograder.model import Answer
from autograder.worker.status import Status


def raised(detail):
    return Answer(Status.RAISED, (), detail)


# Alike or not ------------------------------------------------------------------------------


def test_numbers_are_alike_up_to_rounding():
    assert same_answer(ok(1.0, 2.0), ok(1.0 + 1e-9, 2.0))
    assert not same_answer(ok(1.0, 2.0), ok(1.0, 2.001))
    assert not same_answer(ok(1.0), ok(1.0, 2.0))


def test_an_infinite_fingerprint_is_met_by_infinity_alone():
    assert same_answer(ok(math.inf), ok(math.inf))
    assert not same_answer(ok(3.0), ok(math.inf))
    assert not same_answer(ok(-math.inf), ok(math.inf))


def test_nan_in_a_fingerprint_is_met_by_nan_alone():
    assert same_answer(ok(math.nan, 1), ok(math.nan, 1))
    assert not same_answer(ok(math.nan), ok(3.0))
    assert not same_answer(ok(3.0), ok(math.nan))
    assert not same_answer(ok(math.inf), ok(math.nan))


def test_an_exception_is_known_by_its_name_not_by_its_text():
    assert same_answer(raised("TypeError: can't add (cell 3, line 2)"), raised("TypeError: no"))
    assert not same_answer(raised("TypeError: x"), raised("KeyError: x"))
    assert not same_answer(raised("TypeError: x"), ok(1.0))


@pytest.mark.parametrize("a", RUNAWAY)
@pytest.mark.parametrize("b", RUNAWAY)
def test_answers_that_hit_any_limit_are_the_same_answer(a, b):
    assert same_answer(Answer(a), Answer(b, (), "cell 2"))


def test_a_limit_is_not_like_a_failure_or_a_number():
    for other in (raised("RecursionError: x"), ok(1.0), Answer(Status.UNWRITTEN)):
        assert not same_answer(Answer(Status.CPU), other)


# Naming ------------------------------------------------------------------------------------

CHECKS = [check("a", case(), case()), check("b"), check("c")]


def diagnoser(*mutants):
    return Diagnoser(exercise_of(CHECKS, mutants=mutants))


def test_answers_that_bear_no_fingerprint_get_no_name():
    found = diagnoser(mutant("doubles", {"a": [ok(2), ok(4)]}))
    assert found.diagnose({"a": (ok(2), ok(5))}, []) == {}
    assert found.diagnose({"b": (ok(2),)}, []) == {}


def test_answers_that_bear_one_are_named():
    found = diagnoser(mutant("doubles", {"a": [ok(2), ok(4)]}, "doubles#2"))
    assert found.diagnose({"a": (ok(2), ok(4))}, ["b"]) == {"a": Diagnosis("doubles", "doubles#2")}


@pytest.mark.parametrize("status", SILENT)
def test_cases_that_were_not_played_say_nothing_for_or_against(status):
    found = diagnoser(mutant("doubles", {"a": [ok(2), ok(4)], "b": [Answer(status)]}))
    assert found.diagnose({"a": (ok(2), Answer(status))}, [])["a"].misconception == "doubles"
    assert found.diagnose({"a": (ok(3), Answer(status))}, []) == {}
    # of a check with no speaking case at all nothing is known
    assert found.diagnose({"a": (Answer(status), Answer(status))}, []) == {}
    assert found.diagnose({"b": (ok(9),)}, []) == {}


def test_of_two_that_fit_the_one_that_explains_more_is_named():
    small = mutant("doubles", {"a": [ok(2), ok(4)]})
    large = mutant("negates", {"a": [ok(2), ok(4)], "b": [ok(-1)]})
    failed = {"a": (ok(2), ok(4)), "b": (ok(-1),)}
    named = diagnoser(small, large).diagnose(failed, [])
    assert {d.misconception for d in named.values()} == {"negates"}


def test_of_two_that_explain_as_much_the_one_that_contradicts_less_is_named():
    loud = mutant("doubles", {"a": [ok(2), ok(4)], "b": [ok(7)]})
    quiet = mutant("negates", {"a": [ok(2), ok(4)]})
    failed = {"a": (ok(2), ok(4))}
    assert diagnoser(loud, quiet).diagnose(failed, ["b"])["a"].misconception == "negates"
    assert diagnoser(loud, quiet).diagnose(failed, [])["a"].misconception == "doubles"


def test_what_passed_counts_for_more_than_what_else_a_mistake_would_explain():
    """Else a student who still recurses would hear of a fault that DOUBLE shows is not there."""
    small = mutant("doubles", {"a": [ok(2), ok(4)]})
    large = mutant("negates", {"a": [ok(2), ok(4)], "b": [ok(-1)], "c": [ok(3)]})
    failed = {"a": (ok(2), ok(4)), "b": (ok(-1),)}
    named = diagnoser(small, large).diagnose(failed, ["c"])
    assert (named["a"].misconception, named["b"].misconception) == ("doubles", "negates")


def test_of_two_that_are_equal_the_first_of_the_catalogue_is_named():
    one = mutant("doubles", {"a": [ok(2), ok(4)]})
    two = mutant("negates", {"a": [ok(2), ok(4)]})
    failed = {"a": (ok(2), ok(4))}
    assert diagnoser(one, two).diagnose(failed, [])["a"].misconception == "doubles"
    assert diagnoser(two, one).diagnose(failed, [])["a"].misconception == "negates"


def test_two_mistakes_in_different_checks_each_get_their_name():
    found = diagnoser(mutant("doubles", {"a": [ok(2), ok(4)]}), mutant("negates", {"b": [ok(-1)]}))
    named = found.diagnose({"a": (ok(2), ok(4)), "b": (ok(-1),), "c": (ok(9),)}, [])
    assert {check: d.misconception for check, d in named.items()} == {
        "a": "doubles",
        "b": "negates",
    }


def test_equal_answers_are_looked_up_once():
    found = diagnoser(mutant("doubles", {"a": [ok(2), ok(4)]}))
    assert found.bearers("a", (ok(2), ok(4))) is found.bearers("a", (ok(2), ok(4)))


def test_what_is_remembered_is_bounded_and_changes_no_verdict(monkeypatch):
    monkeypatch.setattr(limits, "KNOWN_FINDINGS", 3)
    found = diagnoser(mutant("doubles", {"a": [ok(2), ok(4)]}))
    for noise in range(10):
        assert found.bearers("a", (ok(noise), ok(4))) == diagnoser(
            mutant("doubles", {"a": [ok(2), ok(4)]})
        ).bearers("a", (ok(noise), ok(4)))
        assert found.diagnose({"a": (ok(2), ok(4))}, [])["a"].misconception == "doubles"
        assert len(found._known) <= 3


def test_an_answer_of_nan_which_equals_nothing_is_remembered_no_longer_than_others(monkeypatch):
    monkeypatch.setattr(limits, "KNOWN_FINDINGS", 3)
    found = diagnoser(mutant("doubles", {"a": [ok(2), ok(4)]}))
    for _ in range(10):
        assert found.bearers("a", (ok(float("nan")), ok(4))) == ()
    assert len(found._known) <= 3
