"""Every comparison the judge makes, and what never passes one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import tolerance
from autograder.tolerance import ATOL, RTOL, all_close, close, relative_error

floats = st.floats(allow_nan=False)
finite = st.floats(allow_nan=False, allow_infinity=False)


def test_the_tolerances_are_those_of_the_design():
    # A looser one lets wrong rules pass: whoever changes these numbers changes verdicts.
    assert (RTOL, ATOL) == (1e-6, 1e-8)
    assert tolerance.FINGERPRINT_RTOL == 1e-6


@given(st.floats())
def test_nan_never_passes_on_either_side(number):
    assert not close(math.nan, number)
    assert not close(number, math.nan)


@given(floats)
def test_an_infinite_expected_number_is_met_by_itself_alone(number):
    for infinity in (math.inf, -math.inf):
        assert close(number, infinity) == (number == infinity)


@given(finite)
def test_an_infinite_observed_number_never_meets_a_finite_one(number):
    assert not close(math.inf, number)
    assert not close(-math.inf, number)


@given(finite)
def test_every_number_is_close_to_itself(number):
    assert close(number, number)


@pytest.mark.parametrize("expected", [1.0, -3.5, 1e300, 1e-3])
def test_the_relative_tolerance_is_counted_in_the_expected_number(expected):
    assert close(expected * (1 + 0.99e-6), expected)
    assert not close(expected * (1 + 1.1e-6) + 2e-8, expected)


def test_where_zero_is_expected_the_absolute_tolerance_holds():
    assert close(0.99e-8, 0.0) and close(-0.99e-8, 0.0)
    assert not close(1.01e-8, 0.0)


def test_a_wrong_sign_is_wrong_however_small_the_number():
    assert not close(-1e-6, 1e-6)


@given(finite, finite)
def test_relative_error_is_symmetric_and_between_0_and_2(a, b):
    if math.isfinite(a - b):
        assert relative_error(a, b) == relative_error(b, a)
        assert 0.0 <= relative_error(a, b) <= 2.0


def test_relative_error_of_two_zeros_is_zero_and_of_a_pure_sign_error_two():
    assert relative_error(0.0, 0.0) == 0.0
    assert relative_error(-3.0, 3.0) == 2.0
    assert relative_error(2.0, 1.0) == 0.5


def test_all_close_wants_as_many_numbers_as_are_expected():
    assert all_close([1.0, 2.0], [1.0, 2.0])
    assert not all_close([1.0], [1.0, 2.0])
    assert not all_close([1.0, 2.0, 3.0], [1.0, 2.0])
    assert not all_close([], [1.0])
    assert all_close([], [])


def test_all_close_fails_for_one_wrong_number_among_many():
    expected = [float(k) for k in range(100)]
    observed = [*expected]
    observed[57] = math.nan
    assert not all_close(observed, expected)


def test_all_close_takes_another_relative_tolerance():
    assert all_close([1.0 + 1e-4], [1.0], rtol=1e-3)
    assert not all_close([1.0 + 1e-4], [1.0], rtol=1e-12)
