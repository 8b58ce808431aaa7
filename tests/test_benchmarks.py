"""Benchmarks fail where a figure leaves its bound; what they measure is for .ci/long to run."""

import math

import pytest
from benchmarks.bounds import BOUNDS, left, measured

FLOOR = "share of the floor's throughput"


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_has_an_edge_and_a_reason(name):
    bound = BOUNDS[name]
    assert math.isfinite(bound.least) or math.isfinite(bound.most)
    assert bound.why


def test_a_figure_within_is_passed_over_and_one_outside_is_told():
    assert left({FLOOR: 0.8}) == []
    assert left({FLOOR: 0.7, "judge's memory, MiB": 301.0}) == [
        f"share of the floor's throughput is 0.7; at least 0.8 ({BOUNDS[FLOOR].why})",
        "judge's memory, MiB is 301; at most 300 (promised for 10,000; 86 measured)",
    ]


def test_what_is_no_number_is_outside():
    (told,) = left({FLOOR: math.nan})
    assert told.startswith("share of the floor's throughput is nan; at least 0.8 (")


def test_a_figure_without_a_bound_is_an_error():
    with pytest.raises(KeyError, match="colour"):
        left({"colour": 1.0})


@pytest.mark.parametrize(
    ("check", "figures", "times", "outside"),
    [
        (True, (0.9,), 1, 0),
        (True, (0.7, 0.9), 2, 0),
        (True, (0.7, 0.7), 2, 1),
        (False, (0.7,), 1, 0),
    ],
)
def test_a_part_that_leaves_a_bound_is_measured_once_more(check, figures, times, outside):
    seen = []

    def part():
        seen.append(figures[len(seen)])
        return {FLOOR: seen[-1]}

    assert len(measured(part, check=check)) == outside
    assert len(seen) == times
