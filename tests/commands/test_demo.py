"""The five-minute tour: a made-up class that shows much, and the same one each time."""

import re

import pytest

from autograder.authoring.demo import EXERCISE, MISTAKE, NAMES, make_class
from autograder.commands.instructors import run_demo
from autograder.model import Outcome
from autograder.records.results import read_results


@pytest.fixture(scope="module")
def tour(real_course, compiled, level, tmp_path_factory):
    """A demo of 24, once: (folder, exit status, reports by student, kinds by student)."""
    compiled(EXERCISE)
    out = tmp_path_factory.mktemp("tour") / "demo"
    status = run_demo(real_course, 24, out, 2)
    kinds = make_class(real_course, tmp_path_factory.mktemp("again"), 24)
    return out, status, {r.student: r for r in read_results(out / "results.jsonl")}, kinds


def test_a_small_class_already_shows_every_kind_of_work(tour):
    *_, kinds = tour
    seen = {kind.partition(":")[0] for kind in kinds.values()}
    assert {"right", "not begun", "nothing handed in", "a syntax error", "runs for ever"} <= seen
    assert {"claims to have passed", "a damaged notebook", MISTAKE.rstrip(": ")} <= seen


def test_everyone_is_judged_and_nothing_of_ours_fails(tour):
    _, status, reports, kinds = tour
    assert status == 0
    assert set(reports) == set(kinds) and len(reports) == 24
    assert not any(r.outcome is Outcome.ERROR for r in reports.values())


def test_right_work_earns_all_and_what_attacks_or_is_damaged_earns_nothing(tour):
    *_, reports, kinds = tour
    for student, kind in kinds.items():
        report = reports[student]
        if kind.startswith("right"):
            assert report.score == report.max_score, kind
        elif not kind.startswith(MISTAKE):
            assert report.score == 0.0, kind


def test_a_mistake_costs_something_and_is_named(tour):
    *_, reports, kinds = tour
    mistakes = [s for s, kind in kinds.items() if kind.startswith(MISTAKE)]
    assert len(mistakes) >= 3
    for student in mistakes:
        report = reports[student]
        assert 0.0 < report.score < report.max_score
        named = {c.misconception for c in report.checks if c.misconception}
        assert named == {kinds[student].removeprefix(MISTAKE)}


def test_no_attack_leaked_anything(tour):
    *_, reports, _ = tour
    assert not any("LEAK" in r.output for r in reports.values())
    assert any("refused: " in r.output for r in reports.values())


def test_the_same_class_is_made_each_time_and_a_larger_one_begins_with_it(real_course, tmp_path):
    small = make_class(real_course, tmp_path / "a", 12)
    assert make_class(real_course, tmp_path / "b", 12) == small
    large = make_class(real_course, tmp_path / "c", len(NAMES) + 2)
    assert dict(list(large.items())[:12]) == small
    assert list(large)[-1] == f"{NAMES[1]}-2"
    for path in sorted((tmp_path / "a").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_the_tour_ends_with_where_to_look(real_course, compiled, level, tmp_path, capsys):
    compiled(EXERCISE)
    run_demo(real_course, 2, tmp_path / "demo", 1)
    said = capsys.readouterr().out
    assert "made a class of 2 in" in said
    student = re.search(r"autograder show (\S+) --results (\S+)", said)
    assert student[2] == str(tmp_path / "demo" / "results.jsonl")
    assert student[1] in NAMES
