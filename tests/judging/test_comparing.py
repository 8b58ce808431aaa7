"""Numbers against numbers: the fast way and the careful way come to the same verdicts."""

import math

import numpy as np
import pytest
from core_tools import case, check, exercise_of, ok, run_of
from hypothesis import given
from hypothesis import strategies as st

from autograder.judging.comparing import Expectation
from autograder.judging.rightness import has_other_answers, is_order, is_right
from autograder.model import Answer
from autograder.tape import trace
from autograder.tolerance import ATOL, RTOL
from autograder.worker.status import Status

NAN, INF = math.nan, math.inf
ONE = [check("a", case("x", "y")), check("b", case("z"), case("u", "v"))]


def observe(compiled, answers):
    return Expectation.of(compiled).observe(run_of(compiled, answers).reply)


def passed(compiled, **answers):
    return observe(compiled, answers).passed.tolist()


def test_expected_answers_pass_without_a_look_at_any_head():
    observed = observe(exercise_of(ONE), {})
    assert observed.heads is None
    assert observed.passed.tolist() == [True, True, True]


def test_one_wrong_number_fails_its_own_case_alone():
    compiled = exercise_of(ONE)
    assert passed(compiled, a=[ok(1, 2.1)]) == [False, True, True]
    assert passed(compiled, b=[ok(1), ok(0, 2)]) == [True, True, False]
    assert passed(compiled, b=[ok(-1), ok(1, 2)]) == [True, False, True]


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
def test_nan_and_infinity_fail_where_a_number_is_expected(bad):
    compiled = exercise_of(ONE)
    assert passed(compiled, a=[ok(1, bad)])[0] is False
    # and beside a failed case, where heads differ and numbers are compared one by one
    assert passed(compiled, a=[ok(1, bad)], b=[Answer(Status.RAISED), ok(1, 2)]) == [
        False,
        False,
        True,
    ]


def test_nan_fails_even_if_the_expected_number_were_nan():
    compiled = exercise_of([check("a")], expected={"a": (ok(NAN),)})
    assert passed(compiled) == [False]


def test_no_count_but_the_expected_one_passes():
    compiled = exercise_of(ONE)
    for numbers in ((), (1,), (1, 2, 3), (1, 2, 2)):
        assert passed(compiled, a=[ok(*numbers)]) == [False, True, True]


def test_numbers_that_are_not_judged_may_be_anything_but_must_be_there():
    compiled = exercise_of([check("a", case("x", "y", judged=1))])
    for rest in (2.0, 99.0, NAN, INF):
        assert passed(compiled, a=[ok(1, rest)]) == [True]
        assert passed(compiled, a=[ok(2, rest)]) == [False]
    assert passed(compiled, a=[ok(1)]) == [False]


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.OK])
def test_a_case_without_numbers_fails(status):
    observed = observe(exercise_of(ONE), {"a": [Answer(status, (), "said")]})
    assert observed.passed.tolist() == [False, True, True]
    assert (observed.status(0), observed.detail(0), observed.numbers(0)) == (status, "said", [])
    assert observed.numbers(2) == [1.0, 2.0]


def test_a_case_that_expects_no_number_passes_with_none():
    compiled = exercise_of([check("a"), check("b")], expected={"a": (ok(),), "b": (ok(1),)})
    # "nothing" is no observation of the player's, but must not shift the numbers of others
    assert passed(compiled, a=[Answer(Status.RAISED)]) == [False, True]


def test_other_right_answers_pass_as_a_whole_or_not_at_all():
    relu = case("y", "x.grad", accept=((0.0, 0.5), (0.0, 1.0)))
    compiled = exercise_of([check("a", relu)], expected={"a": (ok(0, 0),)})
    for slope in (0.0, 0.5, 1.0):
        assert passed(compiled, a=[ok(0, slope)]) == [True]
    for wrong in ((0, 0.25), (0, NAN), (1, 0.5), (0,), (0, 0.5, 0.5)):
        assert passed(compiled, a=[ok(*wrong)]) == [False]
    assert passed(compiled, a=[Answer(Status.RAISED)]) == [False]


def test_other_answers_count_beside_a_failed_case_too():
    relu = case("x.grad", accept=((0.5,),))
    compiled = exercise_of([check("a", relu), check("b")])
    assert passed(compiled, a=[ok(0.5)], b=[Answer(Status.CPU)]) == [True, False]


def test_an_answer_keeps_judged_numbers_only():
    compiled = exercise_of([check("a", case("x", "y", judged=1))])
    assert observe(compiled, {"a": [ok(5, 6)]}).answer(0) == ok(5)


def test_an_exercise_without_cases_passes_nothing_and_breaks_nothing():
    observed = observe(exercise_of([check("a", cases=())]), {})
    assert observed.passed.tolist() == []


numbers = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, 1.0 + 5e-7, 1.0 + 2e-6, ATOL, 2 * ATOL, NAN, INF, -INF]),
    st.floats(),
)


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4),
    st.data(),
)
def test_the_vectorised_and_the_careful_comparison_agree(expected, data):
    observed = [
        data.draw(st.one_of(st.just(x), st.just(x * (1 + RTOL / 2)), numbers)) for x in expected
    ]
    compiled = exercise_of(
        [check("a", case(*map(str, expected))), check("b")],
        expected={"a": (ok(*expected),), "b": (ok(1),)},
    )
    with np.errstate(over="ignore"):
        fast = passed(compiled, a=[ok(*observed)])
    careful = passed(compiled, a=[ok(*observed)], b=[Answer(Status.RAISED)])
    assert fast[0] == careful[0]
    assert (fast[1], careful[1]) == (True, False)


# What is right -----------------------------------------------------------------------------


def test_the_reference_and_the_other_answers_are_right():
    one = case("y", accept=((0.5,),))
    assert has_other_answers(one) and not has_other_answers(case("y"))
    assert is_right(one, (0.0,), (0.0, 99.0))
    assert is_right(one, (0.0,), (0.5,))
    assert not is_right(one, (0.0,), (0.25,))
    assert not is_right(one, (0.0,), ())


def order_case(function, at):
    tape = trace(function, at)
    count = 4 + tape.size + len(at)
    return case(*map(str, range(count)), kind="order", request={"tape": tape.plain()})


def double(x):
    y = x * 3
    return y * 2 + y * 5


@pytest.mark.parametrize(
    ("places", "right"),
    [
        ((0, 1, 2, 3, 4), True),
        ((0, 1, 3, 2, 4), True),  # the two products may change places
        ((0, 2, 4, 6, 8), True),  # constants may stand between
        ((0, 2, 1, 3, 4), False),  # a product before its parent
        ((0, 1, 2, 2, 4), False),  # two nodes in one place
        ((-1, 1, 2, 3, 4), False),  # a leaf left out
        ((0, 1, 2, 3, NAN), False),
        ((0, 1, 2, 3), False),
        ((0, 1, 2, 3, 4, 5), False),
    ],
)
def test_any_topological_order_is_right_and_nothing_else(places, right):
    one = order_case(double, [2.0])
    assert has_other_answers(one)
    assert is_order(one, (0, 0, 0, 1, *places)) is right


@pytest.mark.parametrize("flags", [(1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1), (0, 0, 0, 0)])
def test_an_order_whose_counts_say_it_is_none_is_wrong(flags):
    assert not is_order(order_case(double, [2.0]), (*flags, 0, 1, 2, 3, 4))


def test_an_order_must_leave_out_what_the_output_does_not_depend_on():
    one = order_case(lambda a, b: (b.exp(), a * 2)[1], [1.0, 2.0])
    assert is_order(one, (0, 0, 0, 1, 0, -1, -1, 1))
    assert not is_order(one, (0, 0, 0, 1, 0, 5, -1, 1))
    assert not is_order(one, (0, 0, 0, 1, 0, 2, 3, 4))


def test_another_order_than_the_references_passes_the_judge():
    one = order_case(double, [2.0])
    compiled = exercise_of([check("a", one)], expected={"a": (ok(0, 0, 0, 1, 0, 1, 2, 3, 4, 21),)})
    assert passed(compiled, a=[ok(0, 0, 0, 1, 0, 1, 3, 2, 4, 21)]) == [True]
    assert passed(compiled, a=[ok(0, 0, 0, 1, 1, 0, 2, 3, 4, 21)]) == [False]


def test_an_order_along_which_the_rules_give_no_gradients_is_only_said_to_be_one():
    one = order_case(double, [2.0])
    compiled = exercise_of([check("a", one)], expected={"a": (ok(0, 0, 0, 1, 0, 1, 2, 3, 4, 21),)})
    for gradient in (1, 0, NAN):
        assert passed(compiled, a=[ok(0, 0, 0, 1, 0, 1, 3, 2, 4, gradient)]) == [False]
