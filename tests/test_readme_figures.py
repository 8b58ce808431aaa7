"""The README's figures of the course are those of the course as it stands."""

import re

import pytest
from conftest import ROOT
from hostile.corpus import load_corpus

from autograder.course.folders import list_exercises

README = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
EXERCISES = list_exercises(ROOT)


def counts(compiled):
    """Points, tasks, checks, cases, misconceptions and mutants of a compiled exercise."""
    return (
        sum(check.points for check in compiled.checks),
        len(compiled.exercise.tasks),
        len(compiled.checks),
        sum(len(check.cases) for check in compiled.checks),
        len(compiled.misconceptions),
        len(compiled.mutants),
    )


@pytest.mark.parametrize("name", EXERCISES)
def test_the_row_of_an_exercise_is_true(name, compiled):
    exercise = compiled(name).exercise
    figures = " | ".join(f"{number:g}" for number in counts(compiled(name)))
    row = f"| `{name}` | {exercise.title} | {exercise.minutes} | {figures} |"
    assert row in README, f"write in the README:\n{row}"


def test_the_totals_are_true(compiled):
    _, _, checks, cases, misconceptions, mutants = (
        sum(column) for column in zip(*(counts(compiled(name)) for name in EXERCISES), strict=True)
    )
    for text in (
        f"{checks} checks with {cases:,} cases",
        f"{misconceptions} misconceptions in {mutants} mutants",
    ):
        assert text in README, f"write in the README: {text}"


def test_the_sizes_of_the_corpora_are_true():
    right, wild = (
        len(list(ROOT.glob(f"tests/{name}/*.py"))) for name in ("right_answers", "wild_mistakes")
    )
    for text in (
        f"A corpus of {len(load_corpus())} hostile submissions",
        f"`tests/right_answers` holds {right} correct engines",
        f"`tests/wild_mistakes` {wild} wrong ones",
    ):
        assert text in README, f"write in the README: {text}"


def test_cases_of_06_are_the_same_wherever_they_are_named(compiled):
    cases = counts(compiled("06_engine"))[3]
    assert set(re.findall(r"06, (\d+) cases each", README)) == {str(cases)}
