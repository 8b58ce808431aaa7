"""One text gets one score, in whatever form it is handed in."""

import re

import pytest
from class_tools import ENGINE, FORMS, grade_files
from sandbox_tools import ROOT, linux_only

from autograder.intake.extract import extract

pytestmark = [linux_only, pytest.mark.sandbox]

BANKS = ("right_answers", "wild_mistakes")
# All its values share one list, so that every case takes longer than the one before: which of them
# is the first that runs out of time hangs on the clock.
ON_THE_CLOCK = "one_list_of_parents_for_all"
FILES = [
    file
    for bank in BANKS
    for file in sorted((ROOT / "tests" / bank).glob("*.py"))
    if file.stem != ON_THE_CLOCK
]
# Where a message says that something stands: "engine.py, line 12", "cell 3 (added), line 2".
PLACE = re.compile(r"(?:[\w.]+\.py|cell \d+(?: \([\w ]+\))?), line \d+")


def verdict(report):
    """All that is said of a submission but places in it."""
    return [
        (
            check.id,
            check.outcome,
            check.score,
            check.misconception,
            check.minimal_case,
            PLACE.sub("HERE", repr(check.explanation)),
        )
        for check in report.checks
    ]


@pytest.fixture(scope="module")
def as_files(compiled):
    return grade_files(compiled(ENGINE), FILES)


@pytest.mark.parametrize("form", FORMS)
def test_every_engine_gets_the_verdict_that_its_text_gets_as_a_file(
    compiled, as_files, tmp_path, form
):
    made = []
    for file in FILES:
        made.append(tmp_path / f"{file.stem}.ipynb")
        made[-1].write_bytes(FORMS[form](file.read_text(encoding="utf-8")))
    reports = grade_files(compiled(ENGINE), made)
    differ = {
        name: [
            pair
            for pair in zip(verdict(report), verdict(as_files[name]), strict=True)
            if pair[0] != pair[1]
        ][:1]
        for name, report in reports.items()
        if verdict(report) != verdict(as_files[name])
    }
    assert differ == {}


@pytest.mark.parametrize("form", ["released_cell", "imports_above", "among_trials"])
def test_what_is_left_out_is_said_and_nothing_else_is_said_to_be(compiled, form):
    exercise = compiled(ENGINE).exercise
    for file in FILES:
        data = FORMS[form](file.read_text(encoding="utf-8"))
        told = " ".join(extract(data, "06_engine.ipynb", exercise).repairs)
        assert ("left out" in told) == (form == "among_trials"), file.stem
