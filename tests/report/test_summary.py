"""The class's summary and the progress of grading, on terminals and elsewhere."""

import io
import re
import sys

import pytest
from sample_reports import OVERWRITES, overwrites, report, result, withheld

from autograder.model import Outcome
from autograder.report.progress import progress
from autograder.report.summary import (
    Tally,
    distribution_line,
    print_summary,
    summary_text,
)
from autograder.verdicts import Explanation, Report

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def _class() -> list[Report]:
    right = report(result("a"), result("b", task="pow rule"))
    wrong = report(overwrites("a"), result("b", task="pow rule"), student="bo", flags=("x",))
    also = report(
        overwrites("a"),
        result("b", Outcome.FAILED, task="pow rule", misconception="exponent-kept",
               explanation=Explanation("a.grad is 0", "The exponent stays.", why="x")),
        student="cy",
        repairs=("moved.",),
    )  # fmt: skip
    blank = report(
        result("a", Outcome.MISSING),
        result("b", Outcome.SKIPPED, task="pow rule"),
        student="di",
        outcome=Outcome.MISSING,
    )
    return [right, wrong, also, blank, withheld("ed")]


def _tally() -> Tally:
    tally = Tally()
    assert list(tally.over(_class())) == _class()
    return tally


def test_the_summary_counts_students_tasks_and_misconceptions() -> None:
    tally = _tally()
    assert tally.students == 5
    text = summary_text(tally.summary({"mul rule": "The other factor"}, {"ed": "no answer"}))
    assert "  students  passed  failed  missing  error  mean  median\n" in text
    assert re.search(r"^  5 +1 +2 +1 +1 +1\.50 +1\.00$", text, re.MULTILINE)
    # ed's score is withheld: it counts in no task's share
    assert re.search(r"^  mul rule: The other factor +25 % +1 +2 +1$", text, re.MULTILINE)
    assert re.search(r"^  pow rule +50 % +2 +1 +1$", text, re.MULTILINE)
    first, second = (text.index(name) for name in ("overwrites-gradient", "exponent-kept"))
    assert first < second
    assert "      1  exponent-kept: The exponent stays." in text
    assert OVERWRITES.mistake.split()[-1] in text


def test_the_summary_tells_staff_what_to_look_at() -> None:
    text = summary_text(_tally().summary(failures={"ed": "the zygote did not answer"}))
    assert "- ed: score withheld, the zygote did not answer; grade again" in text
    assert "- 1 file to look at: bo" in text
    assert "- 1 file with a note on what was read of it; the report has it" in text
    assert "ed: score withheld, see the report" in summary_text(_tally().summary())


def test_a_misconception_is_told_in_the_words_that_are_given() -> None:
    text = summary_text(_tally().summary(texts={"exponent-kept": "Other words."}))
    assert "exponent-kept: Other words." in text


def test_many_flagged_files_are_cut_to_a_few_names() -> None:
    tally = Tally()
    for k in range(8):
        tally.add(report(result("a"), student=f"s{k}", flags=("x",)))
    assert "8 files to look at: s0, s1, s2, s3, s4 and 3 more" in summary_text(tally.summary())


def test_an_empty_class_is_a_summary_too() -> None:
    text = summary_text(Tally().summary())
    assert text.startswith("nothing\n") and "tenth" not in text and "For staff" not in text


def test_the_distribution_shows_counts_and_bars() -> None:
    line = distribution_line((1, 0, 0, 0, 0, 0, 0, 0, 0, 1000))
    assert line.endswith("low to high   |▁        █|\n  1 0 0 0 0 0 0 0 0 1000")
    # of 4 points: one has all, one half, two none; the withheld score is nowhere
    assert _tally().summary().distribution == (2, 0, 0, 0, 0, 1, 0, 0, 0, 1)


def test_the_summary_fits_80_columns() -> None:
    titles = {"mul rule": "A very long title of a task " * 5}
    text = summary_text(_tally().summary(titles, {"ed": "a long reason " * 12}))
    assert max(map(len, text.splitlines())) <= 80


def test_a_summary_on_a_terminal_says_the_same_in_tables() -> None:
    summary = _tally().summary({"mul rule": "[bold]The[/bold] other"}, {"ed": "no answer"})
    screen = Screen()
    print_summary(summary, screen)
    text = ESCAPES.sub("", screen.getvalue())
    for phrase in ("students", "25 %", "overwrites-gradient", "staff: ed: score withheld", "|"):
        assert phrase in text
    assert "[bold]The[/bold]" in text  # a title is no markup


def test_an_empty_summary_on_a_terminal_has_no_empty_tables() -> None:
    screen = Screen()
    print_summary(Tally().summary(), screen)
    assert "Tasks" not in screen.getvalue() and "Misconceptions" not in screen.getvalue()


def test_a_summary_goes_to_a_stream_that_knows_no_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    print_summary(_tally().summary())
    sys.stdout.flush()
    assert b"low to high" in raw.getvalue() and b"?" in raw.getvalue()


def test_progress_is_a_line_at_each_tenth_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    reports = [report(result("a"))] * 25
    assert list(progress(reports, 25, stream)) == reports
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0] == "graded 3 of 25 (12 %)" and lines[-1] == "graded 25 of 25 (100 %)"


def test_progress_on_a_terminal_is_a_bar_with_its_count() -> None:
    screen = Screen()
    reports = [report(result("a"))] * 3
    assert list(progress(reports, 3, screen)) == reports
    assert "3/3" in ESCAPES.sub("", screen.getvalue())


def test_progress_writes_to_the_error_stream_by_default(
    capsys: pytest.CaptureFixture[str],
) -> None:
    list(progress([report(result("a"))], 1))
    assert capsys.readouterr() == ("", "graded 1 of 1 (100 %)\n")
