"""Every tolerance of the judge, with its reason. Nothing else compares numbers.

A number passes if it is equal, or if |observed - expected| <= atol + rtol * |expected|.
"""

import math
from collections.abc import Sequence
from typing import Any

# A float64 scalar engine is right to about 1e-15 per operation; honest variants of one
# engine differ by at most 9e-16. 1e-6 forgives a thousand-fold loss on a long graph and
# still is 10**4 times tighter than the 1e-2 that lets a wrong rule pass elsewhere.
RTOL = 1e-6
# Expected numbers that are exactly 0 need an absolute floor.
ATOL = 1e-8
# Where one rule is asked for by itself a formula is due, not an approximation. Honest variants
# of every rule differ by at most 2e-15 at the points of these cases (tanh and sigmoid by exp,
# pow by exp and log, quotients by powers: tests/test_tolerance.py); the best central difference
# is off by more than this at one of two points, whatever its step, as rounding and truncation
# leave about eps**(2/3) = 4e-11 between them.
EXACT_RTOL = 1e-12
# For an expected number of size 1 that comes out of a cancellation.
EXACT_ATOL = 1e-13
# One engine, asked the same twice in one process, may add up in another order, for sets follow
# addresses: that moves the last of 16 digits, a clock or chance moves the first.
AGAIN_TOL = 1e-12
# Two mutants whose answers differ by less than this are one fingerprint.
FINGERPRINT_RTOL = 1e-6


def relative_error(observed: float, expected: float) -> float:
    """Size of the difference relative to the larger of the two.

    Args:
        observed: finite float.
        expected: finite float, same unit.
    Returns: |a - b| / max(|a|, |b|), without unit, in [0, 2]; 0 if both are 0.

    >>> relative_error(2.0, 1.0)
    0.5
    """
    largest = max(abs(observed), abs(expected))
    return abs(observed - expected) / largest if largest else 0.0


def is_same_again(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether numbers that were asked for twice are the same.

    Args:
        first, second: as many of one as of the other; nan is the same as nan.
    """
    return all(
        a == b
        or (math.isnan(a) and math.isnan(b))
        or (math.isfinite(a) and abs(a - b) <= AGAIN_TOL * max(1.0, abs(a)))
        for a, b in zip(first, second, strict=True)
    )


def margin(expected: float, rtol: float = RTOL, atol: float = ATOL) -> float:
    """By how much an observed number may differ; by nothing from an infinite one.

    Args:
        expected: float.
        rtol: relative to |expected|. atol: absolute, in its unit.
    """
    return 0.0 if math.isinf(expected) else atol + rtol * abs(expected)


def within(observed: Any, expected: Any, margins: Any) -> Any:
    """The rule itself, for three floats, or element by element for three numpy arrays.

    Args:
        observed, expected: of the same unit.
        margins: from `margin`.
    Returns: whether each passes.
    """
    # nan <= x is False, so a nan never passes: intended
    return (observed == expected) | (abs(observed - expected) <= margins)


def close(observed: float, expected: float, rtol: float = RTOL, atol: float = ATOL) -> bool:
    """Whether an observed number passes.

    Args:
        observed, expected: floats of the same unit.
        rtol: relative to |expected|. atol: absolute, in their unit.
    """
    return bool(within(observed, expected, margin(expected, rtol, atol)))


def all_close(
    observed: Sequence[float], expected: Sequence[float], rtol: float = RTOL, atol: float = ATOL
) -> bool:
    """Whether as many numbers were observed as expected, and each passes."""
    return len(observed) == len(expected) and all(
        close(a, b, rtol, atol) for a, b in zip(observed, expected, strict=True)
    )
