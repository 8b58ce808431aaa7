"""Figures of the course are those of the course as it stands, wherever they are named."""

import re

import pytest
from document_tools import DOCUMENTS, ROOT, name_of, one_line, read
from hostile.corpus import load_corpus

from autograder.cli import main
from autograder.course.folders import list_exercises

EXERCISES = list_exercises(ROOT)
TEXTS = {name_of(path): one_line(read(path)) for path in DOCUMENTS}
FIGURES = TEXTS["docs/figures.md"]


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


def said(pattern):
    """What documents say where they speak of something: each number, with the document."""
    return {
        (name, tuple(int(n.replace(",", "")) for n in found))
        for name, text in TEXTS.items()
        for found in re.findall(pattern, text)
    }


@pytest.mark.parametrize("name", EXERCISES)
def test_the_row_of_an_exercise_is_true(name, compiled):
    exercise = compiled(name).exercise
    figures = " | ".join(f"{number:g}" for number in counts(compiled(name)))
    row = f"| `{name}` | {exercise.title} | {exercise.minutes} | {figures} |"
    assert row in FIGURES, f"write in docs/figures.md:\n{row}"


def test_the_totals_are_true_wherever_they_are_named(compiled):
    _, _, checks, cases, misconceptions, mutants = (
        sum(column) for column in zip(*(counts(compiled(name)) for name in EXERCISES), strict=True)
    )
    for pattern, due in (
        (r"([\d,]+) checks with ([\d,]+) cases", (checks, cases)),
        (r"([\d,]+) misconceptions in ([\d,]+) mutants", (misconceptions, mutants)),
    ):
        found = said(pattern)
        assert found, f"docs/figures.md should say {due}: {pattern}"
        assert {numbers for _, numbers in found} == {due}, found


def test_the_sizes_of_the_corpora_are_true_wherever_they_are_named():
    right, wild = (
        len(list(ROOT.glob(f"tests/{name}/*.py"))) for name in ("right_answers", "wild_mistakes")
    )
    for pattern, due in (
        (r"corpus of (\d+)() hostile submissions", len(load_corpus())),
        (r"`tests/right_answers` holds (\d+)() correct engines", right),
        (r"`tests/wild_mistakes` (\d+)() wrong ones", wild),
    ):
        found = {
            (name, int(number))
            for name, text in TEXTS.items()
            for number, _ in re.findall(pattern, text)
        }
        assert found, f"no document says it: {pattern}"
        assert {number for _, number in found} == {due}, found


def test_cases_and_longest_chain_of_06_are_the_same_wherever_they_are_named(compiled):
    engine = compiled("06_engine")
    assert set(re.findall(r"(\d+) cases each", FIGURES)) == {str(counts(engine)[3])}
    chains = [
        case.request["times"]
        for check in engine.checks
        for case in check.cases
        if case.kind == "chain"
    ]
    assert f"a chain of {max(chains):,} nodes" in FIGURES


def test_the_readme_counts_exercises_hours_and_the_demos_class_rightly(compiled):
    minutes = sum(compiled(name).exercise.minutes for name in EXERCISES)
    words = {9: "nine", 10: "ten", 11: "eleven"}
    readme = TEXTS["README.md"]
    assert f"In {words[len(EXERCISES)]} exercises, {words[round(minutes / 60)]} hours" in readme
    (students,) = [p.default for p in main.commands["demo"].params if p.name == "students"]
    assert f"a class of {students}:" in readme


def test_the_readme_names_no_figure_that_is_not_tested_here():
    prose = re.sub(r"```.*?```", "", read(ROOT / "README.md"), flags=re.DOTALL)
    prose = re.sub(r"`[^`]*`", "", prose)
    assert re.findall(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d(?!\w)", prose) == ["3.11", "40"]


def test_points_at_stake_in_the_sandboxs_page_are_those_of_the_exercises(compiled):
    page = TEXTS["docs/sandbox.md"]
    found = re.findall(r"[\d.]+ of (\d+) (?:points )?in (\d\d)", page)
    assert len(found) >= 6
    for points, number in found:
        (name,) = (name for name in EXERCISES if name.startswith(number))
        assert float(points) == counts(compiled(name))[0], f"{points} in {number}"
