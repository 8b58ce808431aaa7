"""A mistake is named by its fingerprint alone; what fits none gets no name."""

import math

import pytest
from core_tools import case, check, exercise_of, mutant, ok

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

# Cases 0 and 1, 2, and of another task 3; each expects 1.
CHECKS = [check("a", case(), case()), check("b"), check("c", task="two")]


def named(mutants, **answers):
    """Check to misconception, where a submission gives these answers and is right elsewhere."""
    compiled = exercise_of(CHECKS, mutants=tuple(mutants))
    wrong, passed, failed, k = {}, 0, [], 0
    for one in CHECKS:
        for answer in answers.get(one.id, [ok(1)] * len(one.cases)):
            if answer == ok(1):
                passed |= 1 << k
            elif answer.status not in SILENT:
                wrong[k] = answer
                failed += [one.id] if one.id not in failed else []
            k += 1
    found = Diagnoser(compiled).diagnose(wrong, passed, failed)
    return {check: diagnosis.misconception for check, diagnosis in found.items()}


DOUBLES = mutant("doubles", {"a": [ok(2), ok(4)]})
NEGATES = mutant("negates", {"b": [ok(-1)]})


def test_answers_that_bear_no_fingerprint_get_no_name():
    assert named([DOUBLES], a=[ok(2), ok(5)]) == {}
    assert named([DOUBLES], b=[ok(2)]) == {}


def test_answers_that_bear_one_are_named_with_the_mutant():
    one = mutant("doubles", {"a": [ok(2), ok(4)]}, "doubles#2")
    assert named([one], a=[ok(2), ok(4)]) == {"a": "doubles"}
    compiled = exercise_of(CHECKS, mutants=(one,))
    found = Diagnoser(compiled).diagnose({0: ok(2), 1: ok(4)}, 0b1100, ["a"])
    assert found == {"a": Diagnosis("doubles", "doubles#2")}


def test_a_case_that_passed_and_that_the_mutant_fails_refutes_it():
    assert named([DOUBLES], a=[ok(2), ok(1)]) == {}
    loud = mutant("doubles", {"a": [ok(2), ok(4)], "c": [ok(7)]})
    assert named([loud], a=[ok(2), ok(4)]) == {}


def test_a_case_that_fails_in_another_way_refutes_it():
    loud = mutant("doubles", {"a": [ok(2), ok(4)], "c": [ok(7)]})
    assert named([loud], a=[ok(2), ok(4)], c=[ok(8)]) == {}
    assert named([loud], a=[ok(2), ok(4)], c=[ok(7)]) == {"a": "doubles", "c": "doubles"}


def test_a_failure_of_the_same_task_that_it_does_not_explain_refutes_it():
    assert named([DOUBLES], a=[ok(2), ok(4)], b=[ok(9)]) == {}
    # of another task it is another matter, which has no name
    assert named([DOUBLES], a=[ok(2), ok(4)], c=[ok(9)]) == {"a": "doubles"}


@pytest.mark.parametrize("status", SILENT)
def test_cases_that_were_not_played_say_nothing_for_or_against(status):
    silent = Answer(status)
    assert named([DOUBLES], a=[ok(2), silent]) == {"a": "doubles"}
    assert named([DOUBLES], a=[ok(3), silent]) == {}
    assert named([DOUBLES], a=[silent, silent]) == {}
    quiet = mutant("negates", {"a": [ok(2), ok(4)], "b": [silent]})
    assert named([quiet], a=[ok(2), ok(4)], b=[ok(1)]) == {"a": "negates"}


def test_two_mistakes_are_named_each_on_its_own_cases():
    assert named([DOUBLES, NEGATES], a=[ok(2), ok(4)], b=[ok(-1)]) == {
        "a": "doubles",
        "b": "negates",
    }


def test_where_two_mistakes_meet_the_answer_may_be_neithers():
    one = mutant("doubles", {"a": [ok(2), ok(1)], "b": [ok(2)]})
    two = mutant("negates", {"a": [ok(1), ok(-1)], "b": [ok(-1)]})
    # the first case of a is the first one's; that of b is nobody's, and has no name
    assert named([one, two], a=[ok(2), ok(-1)], b=[ok(-2)]) == {"a": "doubles"}
    # but each must have a case of its own
    assert named([one, two], a=[ok(2), ok(1)], b=[ok(-2)]) == {}


def test_one_mistake_that_explains_all_is_named_before_two():
    both = mutant("doubles", {"a": [ok(2), ok(4)], "b": [ok(-1)]})
    halves = [mutant("negates", {"a": [ok(2), ok(4)]}), NEGATES]
    found = named([*halves, both], a=[ok(2), ok(4)], b=[ok(-1)])
    assert found == {"a": "doubles", "b": "doubles"}


def test_what_two_mistakes_explain_as_well_is_not_named():
    other = mutant("negates", {"a": [ok(2), ok(4)]})
    assert named([DOUBLES, other], a=[ok(2), ok(4)]) == {}
    again = mutant("doubles", {"a": [ok(2), ok(4)]}, "doubles#2")
    assert named([DOUBLES, again], a=[ok(2), ok(4)]) == {"a": "doubles"}


def test_a_check_without_points_is_no_evidence():
    free = [*CHECKS[:2], check("c", points=0)]
    loud = mutant("doubles", {"a": [ok(2), ok(4)], "c": [ok(7)]})
    found = Diagnoser(exercise_of(free, mutants=(loud,))).diagnose(
        {0: ok(2), 1: ok(4)}, 0b1100, ["a"]
    )
    assert found["a"].misconception == "doubles"


def test_an_answer_of_nan_is_explained_by_nan_alone():
    lost = mutant("doubles", {"a": [ok(math.nan), ok(4)]})
    assert named([lost], a=[ok(math.nan), ok(4)]) == {"a": "doubles"}
    assert named([lost], a=[ok(2), ok(4)]) == {}


def test_numbers_must_be_exact_where_the_mutants_are():
    exact = [check("a", case(exact=True), case()), *CHECKS[1:]]
    half = mutant("doubles", {"a": [ok(1), ok(4)]})
    compiled = exercise_of(exact, mutants=(half,))
    found = Diagnoser(compiled).diagnose({0: ok(1 + 1e-9), 1: ok(4)}, 0b1100, ["a"])
    assert found == {}


def test_the_same_mistake_in_several_places_is_one():
    places = [mutant("doubles", {"a": [ok(2), ok(1)]}), mutant("doubles", {"b": [ok(2)]}, "#2")]
    assert named(places, a=[ok(2), ok(1)], b=[ok(2)]) == {"a": "doubles", "b": "doubles"}
    # where two places meet, what comes out may be neither's answer
    one = mutant("doubles", {"a": [ok(2), ok(1)], "b": [ok(2)]})
    two = mutant("doubles", {"a": [ok(1), ok(2)], "b": [ok(3)]}, "doubles#2")
    assert named([one, two], a=[ok(2), ok(2)], b=[ok(6)]) == {"a": "doubles", "b": "doubles"}
    assert named([one, two], a=[ok(2), ok(2)], b=[ok(6)], c=[ok(9)])["a"] == "doubles"
    assert named([one, two, NEGATES], a=[ok(2), ok(2)], c=[ok(9)]) == {}


def test_a_mistake_of_one_place_is_named_before_one_of_several():
    places = [mutant("doubles", {"a": [ok(2), ok(4)]}), mutant("doubles", {"b": [ok(2)]}, "#2")]
    whole = mutant("negates", {"a": [ok(2), ok(4)], "b": [ok(2)]})
    found = named([*places, whole], a=[ok(2), ok(4)], b=[ok(2)])
    assert found == {"a": "negates", "b": "negates"}


def test_a_measured_slope_is_known_whatever_its_step():
    exact = [check("a", case(exact=True), case(exact=True)), check("b"), check("c", task="two")]
    step = mutant("doubles", {"a": [ok(1 + 1e-8), ok(1 + 1e-9)]})
    compiled = exercise_of(exact, mutants=(step,))

    def of(wrong, passed):
        return Diagnoser(compiled).diagnose(wrong, passed, ["a"])

    # another size of error, and a case that passes by luck
    assert of({0: ok(1 + 3e-7)}, 0b1110)["a"].misconception == "doubles"
    # a larger error in a deep graph is not explained, and takes nothing from the name in its task
    assert of({0: ok(1 + 1e-9), 3: ok(1.1)}, 0b0110)["a"].misconception == "doubles"
    assert of({0: ok(1 + 1e-9), 2: ok(1.1)}, 0b1010) == {}
