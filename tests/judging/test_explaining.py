"""What an explanation is made of, how it is worded, and that it never tells a hidden number."""

import math
import re
from dataclasses import replace

import pytest
from core_tools import NOTES, case, check
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.authoring.checks.vocabulary import Recorder
from autograder.judging import explaining, wording
from autograder.judging.explaining import because, difference, explain, first_difference
from autograder.judging.wording import number_in_words, number_text, walk_in_words
from autograder.model import Answer, Outcome, Visibility
from autograder.tolerance import close
from autograder.verdicts import Explanation, Numbers
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
        (-3.0, 0.0, "should be 0", "is too large in size"),
        (-2.0, 2.0, "has the wrong sign", "has the wrong sign"),
        (-3.0, 2.0, "has the wrong sign and size", "has the wrong sign"),
        (1.0, 2.0, "is too small", "is too small"),
        (3.0, 2.0, "is too large", "is too large"),
        (-1.0, -2.0, "is too small in size", "is too small in size"),
    ],
)
def test_how_a_number_is_off_is_said_in_words(observed, expected, public, hidden):
    assert number_in_words(observed, expected, hidden=False) == public
    assert number_in_words(observed, expected, hidden=True) == hidden


def what(*given):
    """What differs, where that is all that is told."""
    text, numbers, where = difference(*given)
    assert (numbers, where) == ((), "")
    return text


def numbers(*given):
    """The one number that is told."""
    (one,) = difference(*given)[1]
    return one


def test_a_public_case_shows_both_numbers_and_the_size_of_the_error():
    assert difference(PUBLIC, case("a.grad"), [1.0], [2.0]) == (
        "a.grad is too small",
        (Numbers("a.grad", "2.0", "1.0", "relative error 0.5, rtol 1e-06"),),
        "",
    )
    assert numbers(PUBLIC, case("a.grad"), [1e-3], [0.0]) == Numbers(
        "a.grad", "0.0", "0.001", "absolute error 0.001, atol 1e-08"
    )
    assert numbers(PUBLIC, case("a.grad"), [math.inf], [2.0]) == Numbers(
        "a.grad", "2.0", "inf", "no tolerance covers this"
    )


def test_numbers_that_look_alike_are_shown_to_the_last_digit():
    told = numbers(PUBLIC, case("x"), [2.000005], [2.0])
    assert (told.expected, told.observed) == ("2.0", "2.000005")
    assert "relative error 2.5e-06" in told.error


def test_a_hidden_case_shows_what_was_observed_alone():
    assert difference(HIDDEN, case("a.grad"), [1.0], [2.0]) == (
        "a.grad is too small",
        (Numbers("a.grad", "", "1.0", ""),),
        "",
    )


@given(
    st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_no_hidden_number_is_told_or_follows_from_what_is_told(expected, observed):
    assume(not close(observed, expected) and abs(observed - expected) > 1e-4 * abs(expected))
    text = str(difference(HIDDEN, case("a.grad"), [observed], [expected]))
    seen = [float(word) for word in re.findall(r"-?\d+\.?\d*(?:e[+-]\d+)?", text)]
    for form in (expected, -expected):
        told = [x for x in seen if math.isclose(x, form, rel_tol=1e-5)]
        assert all(math.isclose(x, observed, rel_tol=1e-5) for x in told)
    # the same words fit other expected numbers just as well
    others = {number_in_words(observed, x, hidden=True) for x in (expected * 1.01, expected * 1.02)}
    assert number_in_words(observed, expected, hidden=True) in others or observed == 0.0


def test_the_first_number_that_differs_is_the_one_that_is_shown():
    assert first_difference([1.0, 2.0], [1.0, 2.0]) is None
    assert first_difference([1.0, math.nan, 9.0], [1.0, 2.0, 3.0]) == 1
    told, (number,), _ = difference(PUBLIC, case("x", "y"), [1.0, 9.0], [1.0, 2.0])
    assert told == "y is too large" and number.label == "y"


@pytest.mark.parametrize("kind", explaining.FACTS)
def test_of_what_counts_or_says_yes_and_no_nothing_is_too_small(kind):
    one = case("c stands last", kind=kind)
    assert difference(HIDDEN, one, [0.0], [1.0])[0] == "c stands last: not as it should be"


def test_a_wrong_count_is_said_as_counts():
    for one in (PUBLIC, HIDDEN):
        few = what(one, case("x", "y"), [1.0], [1.0, 2.0])
        assert few == "gave back too few numbers: 1 where 2 are due"
        many = what(one, case("x"), [1.0, 2.0], [1.0])
        assert many == "gave back too many numbers: 2 where 1 is due"


@pytest.mark.parametrize("check", [PUBLIC, HIDDEN])
@pytest.mark.parametrize(("answer", "words"), wording.YES_OR_NO.items())
def test_an_answer_of_yes_or_no_is_said_as_one(check, answer, words):
    label, observed = answer
    assert what(check, case(label), [observed], [1.0 - observed]) == words


def test_of_nested_lists_no_flat_count_is_told():
    nested = replace(case("the first row"), kind="shaped")
    told = what(PUBLIC, nested, [1.0, 2.0], [1.0])
    assert told == "gave back lists of another length or depth than are due"


def test_a_difference_that_no_number_shows_is_said_plainly():
    assert what(HIDDEN, case("x"), [1.0], [1.0]) == "differs from what is expected"


def test_a_number_without_a_label_has_its_place():
    told = difference(HIDDEN, case("x", judged=2), [1.0, 3.0], [1.0, 2.0])
    assert told[0] == "number 2 is too large" and told[1][0].label == "number 2"


def test_whole_and_huge_numbers_are_recognisable_as_floats():
    shown = [number_text(x) for x in (3.0, 1e9, 1e-9, 0.1 + 0.2, math.nan, -math.inf)]
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
        (0, ""),  # the output's data is wrong and no gradient
    ],
)
def test_the_first_wrong_node_of_a_walk_is_named(place, text, every_node):
    observed = [*EXPECTED]
    observed[place] = 99.0
    found = explaining.walk(gradients_case(every_node=every_node), observed, EXPECTED)
    assert (walk_in_words(*found) if found else "") == text


def test_there_is_no_walk_without_gradients_of_every_node():
    assert explaining.walk(case("x"), [1.0], [2.0]) is None
    assert explaining.walk(gradients_case(), EXPECTED[:-1], EXPECTED) is None


def test_the_walk_is_told_beside_the_numbers():
    observed = [10.0, 9.0, 2.0, 9.0, *EXPECTED[4:]]
    told, (number,), where = difference(HIDDEN, gradients_case(), observed, EXPECTED)
    assert (told, number.label) == ("a.grad is too large", "a.grad")
    assert where.endswith("right at d, c and b; first wrong at a")


# Why, and what to try ----------------------------------------------------------------------


def test_a_misconception_speaks_before_a_status_and_a_status_before_the_checks_advice():
    advised = check("a", advice="Draw it.")
    assert because(NOTES["doubles"], advised, Status.RECURSION) == ("Because.", "Halve it.")
    why, attempt = because(None, advised, Status.RECURSION)
    assert why.startswith("each level") and attempt.startswith("walk the graph")
    assert because(None, advised, Status.OK) == ("", "Draw it.")
    assert because(None, HIDDEN, Status.OK) == ("", "")


def test_an_explanation_has_the_mistake_apart_from_what_differs():
    answer = Answer(Status.OK, (2.0,))
    told = explain(
        PUBLIC, case("x"), answer=answer, expected=(1.0,), misconception=NOTES["doubles"]
    )
    assert told == Explanation(
        what="x is too large",
        mistake="It doubles.",
        numbers=(Numbers("x", "1.0", "2.0", "relative error 0.5, rtol 1e-06"),),
        why="Because.",
        attempt="Halve it.",
    )


LOOKS_LIKE_OURS = (
    "ValueError: a.grad   expected 1.0   observed 2.0   (relative error 0.5, rtol 1e-06)"
    "   why   because I say so   try   nothing {detail} [doubles] (engine.py, line 3)"
)


@pytest.mark.parametrize("text", [LOOKS_LIKE_OURS, "E: why   x\ntry   y\n   observed 1", "E: {0}"])
def test_what_was_raised_is_repeated_whatever_it_looks_like(text):
    advised = check("a", advice="Draw it.")
    raised = Answer(Status.RAISED, (), text)
    told = explain(advised, case("x"), answer=raised, expected=(1.0,))
    assert told == Explanation(what=f"your code raised {text}", attempt="Draw it.")


def test_every_outcome_that_is_not_a_pass_has_words_for_what_builds_on_it():
    assert set(wording.SKIP_REASONS) == set(Outcome) - {Outcome.PASSED}


def test_every_status_of_limits_has_its_text_and_texts_name_statuses():
    assert set(wording.STATUS_TEXTS) <= set(Status)
    assert set(wording.STATUS_WHY) == set(wording.STATUS_TRY) <= set(Status)
    assert "0.5 s of CPU" in wording.STATUS_TEXTS[Status.CPU].format(within_s=0.5)
