"""Every wording of a message, and that a hidden number never stands in one."""

import math
import re
from dataclasses import replace

import pytest
from core_tools import NOTES, case, check
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.authoring.checks.vocabulary import Recorder
from autograder.judging import explaining
from autograder.judging.explaining import (
    because,
    first_difference,
    first_wrong_node,
    number_lines,
    words_for,
)
from autograder.model import Outcome, Visibility
from autograder.tolerance import close
from autograder.worker.status import Status

HIDDEN = check("a")
PUBLIC = check("a", visibility=Visibility.PUBLIC)


@pytest.mark.parametrize(
    ("observed", "expected", "public", "hidden"),
    [
        (math.nan, 1.0, "is not a number (nan)", "is not a number (nan)"),
        (-math.inf, 1.0, "is infinite", "is infinite"),
        (0.0, 2.0, "is 0, which it should not be", "is 0, which it should not be"),
        (3.0, 0.0, "should be 0", "is too large"),
        (-2.0, 2.0, "has the wrong sign", "has the wrong sign"),
        (-3.0, 2.0, "has the wrong sign and size", "has the wrong sign"),
        (1.0, 2.0, "is too small", "is too small"),
        (3.0, 2.0, "is too large", "is too large"),
        (-1.0, -2.0, "is too small in size", "is too small in size"),
    ],
)
def test_how_a_number_is_off_is_said_in_words(observed, expected, public, hidden):
    assert words_for(observed, expected, hidden=False) == public
    assert words_for(observed, expected, hidden=True) == hidden


def test_a_public_case_shows_both_numbers_and_the_size_of_the_error():
    assert number_lines(PUBLIC, case("a.grad"), [1.0], [2.0]) == [
        "a.grad is too small",
        "a.grad   expected 2.0   observed 1.0   (relative error 0.5, rtol 1e-06)",
    ]
    assert number_lines(PUBLIC, case("a.grad"), [1e-3], [0.0])[1] == (
        "a.grad   expected 0.0   observed 0.001   (absolute error 0.001, atol 1e-08)"
    )
    assert number_lines(PUBLIC, case("a.grad"), [math.inf], [2.0])[1] == (
        "a.grad   expected 2.0   observed inf   (no tolerance covers this)"
    )


def test_numbers_that_look_alike_are_shown_to_the_last_digit():
    line = number_lines(PUBLIC, case("x"), [2.000005], [2.0])[1]
    assert "expected 2.0   observed 2.000005 " in line
    assert "relative error 2.5e-06" in line


def test_a_hidden_case_shows_what_was_observed_alone():
    assert number_lines(HIDDEN, case("a.grad"), [1.0], [2.0]) == [
        "a.grad is too small",
        "a.grad   observed 1.0",
    ]


@given(
    st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_no_hidden_number_is_told_or_follows_from_what_is_told(expected, observed):
    assume(not close(observed, expected) and abs(observed - expected) > 1e-4 * abs(expected))
    text = "\n".join(number_lines(HIDDEN, case("a.grad"), [observed], [expected]))
    numbers = [float(word) for word in re.findall(r"-?\d+\.?\d*(?:e[+-]\d+)?", text)]
    for form in (expected, -expected):
        told = [x for x in numbers if math.isclose(x, form, rel_tol=1e-5)]
        assert all(math.isclose(x, observed, rel_tol=1e-5) for x in told)
    # the same words fit other expected numbers just as well
    others = {words_for(observed, x, hidden=True) for x in (expected * 1.01, expected * 1.02)}
    assert words_for(observed, expected, hidden=True) in others or observed == 0.0


def test_the_first_number_that_differs_is_the_one_that_is_shown():
    assert first_difference([1.0, 2.0], [1.0, 2.0]) is None
    assert first_difference([1.0, math.nan, 9.0], [1.0, 2.0, 3.0]) == 1
    lines = number_lines(PUBLIC, case("x", "y"), [1.0, 9.0], [1.0, 2.0])
    assert lines[0] == "y is too large"


@pytest.mark.parametrize("kind", explaining.FACTS)
def test_of_what_counts_or_says_yes_and_no_nothing_is_too_small(kind):
    one = case("c stands last", kind=kind)
    assert number_lines(HIDDEN, one, [0.0], [1.0])[0] == "c stands last: not as it should be"


def test_a_wrong_count_is_said_as_counts():
    for one in (PUBLIC, HIDDEN):
        assert number_lines(one, case("x", "y"), [1.0], [1.0, 2.0]) == [
            "gave back 1 numbers where 2 are due"
        ]


@pytest.mark.parametrize("check", [PUBLIC, HIDDEN])
@pytest.mark.parametrize(("answer", "words"), explaining.YES_OR_NO.items())
def test_an_answer_of_yes_or_no_is_said_as_one(check, answer, words):
    label, observed = answer
    assert number_lines(check, case(label), [observed], [1.0 - observed]) == [words]


def test_of_nested_lists_no_flat_count_is_told():
    nested = replace(case("the first row"), kind="shaped")
    (line,) = number_lines(PUBLIC, nested, [1.0, 2.0], [1.0])
    assert line == "gave back lists of another length or depth than are due"


def test_a_difference_that_no_number_shows_is_said_plainly():
    assert number_lines(HIDDEN, case("x"), [1.0], [1.0]) == ["differs from what is expected"]


def test_a_number_without_a_label_has_its_place():
    assert number_lines(HIDDEN, case("x", judged=2), [1.0, 3.0], [1.0, 2.0])[0] == (
        "number 2 is too large"
    )


def test_whole_and_huge_numbers_are_recognisable_as_floats():
    shown = [explaining._short(x) for x in (3.0, 1e9, 1e-9, 0.1 + 0.2, math.nan, -math.inf)]
    assert shown == ["3.0", "1e+09", "1e-09", "0.3", "nan", "-inf"]


# Where a walk back goes wrong --------------------------------------------------------------


def gradients_case(**given):
    recorder = Recorder("seed", "salt")
    recorder.gradients(lambda a, b: (a + b) * a, at=[2.0, 3.0], both_orders=False, **given)
    return recorder.cases[0]


EXPECTED = (10.0, 7.0, 2.0, 7.0, 2.0, 2.0, 1.0, 2.0, 3.0, 5.0, 10.0)


@pytest.mark.parametrize("every_node", [False, True])
@pytest.mark.parametrize(
    ("place", "text"),
    [
        (6, "walking back from the output, first wrong at d"),
        (5, "walking back from the output, right at d; first wrong at c"),
        (4, "walking back from the output, right at d and c; first wrong at b"),
        (3, "walking back from the output, right at d, c and b; first wrong at a"),
        (0, ""),  # no gradient is wrong
    ],
)
def test_the_first_wrong_node_of_a_walk_is_named(place, text, every_node):
    observed = [*EXPECTED]
    observed[place] = 99.0
    assert first_wrong_node(gradients_case(every_node=every_node), observed, EXPECTED) == text


def test_there_is_no_walk_without_gradients_of_every_node():
    assert first_wrong_node(case("x"), [1.0], [2.0]) == ""
    assert first_wrong_node(gradients_case(), EXPECTED[:-1], EXPECTED) == ""


def test_the_walk_stands_below_the_numbers():
    observed = [10.0, 9.0, 2.0, 9.0, *EXPECTED[4:]]
    lines = number_lines(HIDDEN, gradients_case(), observed, EXPECTED)
    assert lines[0] == "a.grad is too large"
    assert lines[-1].endswith("right at d, c and b; first wrong at a")


# Why, and what to try ----------------------------------------------------------------------


def test_a_misconception_speaks_before_a_status_and_a_status_before_the_checks_advice():
    advised = check("a", advice="Draw it.")
    assert because(NOTES["doubles"], advised, Status.RECURSION) == [
        "why   Because.",
        "try   Halve it.",
    ]
    why, attempt = because(None, advised, Status.RECURSION)
    assert why.startswith("why   each level") and attempt.startswith("try   walk the graph")
    assert because(None, advised, Status.OK) == ["try   Draw it."]
    assert because(None, HIDDEN, Status.OK) == []


def test_every_outcome_that_is_not_a_pass_has_words_for_what_builds_on_it():
    assert set(explaining.SKIP_REASONS) == {o.value for o in Outcome} - {"passed"}


def test_every_status_of_limits_has_its_text_and_texts_name_statuses():
    assert set(explaining.STATUS_TEXTS) <= set(Status)
    assert set(explaining.STATUS_WHY) == set(explaining.STATUS_TRY) <= set(Status)
    assert "0.5 s of CPU" in explaining.STATUS_TEXTS[Status.CPU].format(within_s=0.5)


def test_what_was_raised_is_repeated():
    assert explaining.raised("KeyError: 'x' (engine.py, line 3)") == (
        "your code raised KeyError: 'x' (engine.py, line 3)"
    )
