"""One student's report, as people read it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sample_reports import CASE, overwrites, report, result, withheld

from autograder.authoring.lessons.exercises import load_exercise, solved_blocks, stub_blocks
from autograder.course.course_file import Course
from autograder.judging import wording
from autograder.judging.judge import Judge
from autograder.model import CompiledExercise, Exercise, Outcome, Task, Visibility
from autograder.report import words
from autograder.report.feedback import arrange
from autograder.report.proof import mutation_text
from autograder.report.terminal import MARGIN, NOTE, Pen, show
from autograder.report.words import printable
from autograder.sandbox.runners import PlainRunner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import make_workload
from autograder.verdicts import Explanation, Numbers

HIDDEN = Visibility.HIDDEN
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


# One student's report ---------------------------------------------------------------------


def test_feedback_has_its_five_parts_in_their_order() -> None:
    text = show(report(result("first"), overwrites("reused")))
    expected = """\
mul rule   2 of 4 points
  passed   first
  failed   reused
    Each time the rule runs, your code replaces a parent's gradient instead of
    adding to it.                                          [overwrites-gradient]
        a = Value(2.0)
        b = Value(3.0)
        c = a * b
        c._backward()
        a.grad, b.grad
    a.grad   expected   1.9
             observed   -5.1   (relative error 1.4, rtol 1e-06)
    a.grad has the wrong sign and size
    why   A value that is used twice receives one contribution for each use.
    try   Work out d(a*a + a)/da at a = 3 by hand."""
    assert expected in text


def test_the_heading_says_outcome_score_and_what_the_level_means() -> None:
    text = show(report(result("first"), overwrites("reused")))
    assert text.startswith("04_backward_rules\n\nstudent   amy\noutcome   failed: ")
    assert "score     2 of 4 points" in text
    assert "no files, no network, limited time and memory\n" in text
    unwalled = show(report(result("first"), level=1))
    assert "level     1, in an ordinary process with a time limit: no sandbox\n" in unwalled
    assert set(words.LEVELS) == {1, 2, 3} and set(words.OVERALL) == set(Outcome) - {
        Outcome.DIFFERS  # of one check without points, never of the whole
    }


def test_a_withheld_score_is_said_to_be_our_fault() -> None:
    text = show(withheld())
    assert "score     withheld, of 2 points" in text
    assert "the fault is ours, and the score is withheld" in text
    assert "0 of 2" not in text.split("judged")[0]


def test_no_line_is_wider_than_80_columns() -> None:
    long = "A sentence that goes on for so long that it must be broken somewhere. " * 3
    failed = overwrites("reused", misconception="a-name-of-a-mistake-that-is-long-" * 2)
    told = report(failed, result("x", Outcome.SKIPPED, message=long), repairs=(long,))
    assert max(map(len, show(told, staff=True).splitlines())) <= 80


def test_one_mistake_is_explained_once_a_task_and_then_referred_to() -> None:
    text = show(report(overwrites("first"), overwrites("second"), overwrites("x", task="pow")))
    assert text.count("why   ") == 2  # once in each task
    assert text.count("the same mistake as above: [overwrites-gradient]") == 1


def test_one_error_in_one_task_is_told_once() -> None:
    message = "your code raised KeyError: 3 (engine.py, line 125)"
    raised = result("first", Outcome.FAILED, message=message, minimal_case=CASE)
    other = result(
        "third",
        Outcome.FAILED,
        explanation=Explanation("a is 0", numbers=(Numbers("a", "", "0.0", ""),), attempt="Look."),
    )
    text = show(report(raised, replace(raised, id="second"), other))
    assert text.count("        a = Value(2.0)") == 1
    assert f"the same as above: {message}" in " ".join(text.split())


def test_words_of_a_student_do_not_pass_for_a_line_of_ours_where_they_go_on() -> None:
    forged = "x" + 44 * " " + "the same mistake as above: [overwrites-gradient]" + 30 * " "
    message = f"your code raised ValueError: {forged}passed   a - b, a - 1 and 1 - a."
    raised = result("first", Outcome.FAILED, message=message, minimal_case=CASE)
    text = show(report(raised, replace(raised, id="second"), result("third")))
    theirs = [line for line in text.splitlines() if "passed   a - b" in line]
    assert len(theirs) == 2  # in the explanation, and in the note below the other check
    begin = {len(line) - len(line.lstrip()) for line in theirs}
    assert begin.isdisjoint({2, len(MARGIN), len(NOTE)})


def test_advice_is_given_once_a_task() -> None:
    small = Explanation(
        "a is too small", numbers=(Numbers("a", "", "1.0", ""),), attempt="Look again."
    )
    larger = replace(small, numbers=(Numbers("a", "", "2.0", ""),))
    one = result("one", Outcome.FAILED, explanation=small, minimal_case="f(1)")
    two = replace(one, id="two", explanation=larger, minimal_case="f(2)")
    text = show(report(one, two))
    assert text.count("try   Look again.") == 1
    assert "f(1)" in text and "f(2)" in text


def test_an_error_of_a_whole_block_is_told_under_the_first_check_it_broke() -> None:
    message = "your code raised NameError: name 'x' is not defined (cell 7, line 2)"
    told = report(
        result("first"),
        result("second", Outcome.FAILED, message=message),
        result("third", Outcome.FAILED, message=message, task="pow rule"),
    )
    assert show(told).count("NameError") == 1
    assert "the same as in 'second' above" in show(told)


def test_what_holds_for_every_check_is_said_once_without_a_list() -> None:
    message = "your code raised SyntaxError: invalid syntax (engine.py, line 20)"
    checks = [result(name, Outcome.FAILED, message=message) for name in ("a", "b", "c")]
    text = show(report(*checks))
    assert text.count("SyntaxError") == 1 and "mul rule" not in text
    assert words.EVERYWHERE in text


def test_a_task_that_is_not_written_is_one_line() -> None:
    message = wording.UNWRITTEN
    checks = [
        result("a", Outcome.MISSING, message=message, task="pow rule"),
        result("b", Outcome.MISSING, message=message, task="pow rule"),
        result("c", Outcome.MISSING, message=message, task="exp rule"),
    ]
    text = show(report(result("first"), *checks))
    assert "\npow rule   not written yet   0 of 4 points\nexp rule   not written yet" in text


def test_what_is_lacking_is_named() -> None:
    message = wording.LACKING.format(names="__pow__")
    told = report(result("first"), result("powers", Outcome.MISSING, message=message))
    assert "  missing  powers\n           not written yet: __pow__" in show(told)


def test_a_skipped_check_says_what_it_builds_on() -> None:
    message = wording.SKIPPED.format(title="It adds", reason="did not pass")
    text = show(report(result("a"), result("b", Outcome.SKIPPED, message=message)))
    assert "skipped  b\n           not judged: it builds on 'It adds', which did not pass" in text


def test_a_hidden_check_is_marked_and_the_mark_is_explained() -> None:
    text = show(report(result("first", visibility=HIDDEN)))
    assert "passed   first (hidden)" in text and words.HIDDEN_MEANS in text
    assert words.HIDDEN_MEANS not in show(report(result("first")))


def test_colour_changes_nothing_but_colour() -> None:
    told = report(result("first"), overwrites("reused"))
    plain, coloured = show(told), show(told, colour=True)
    assert "\x1b[" in coloured and ESCAPES.sub("", coloured) == plain


def test_a_submission_cannot_write_to_the_terminal() -> None:
    nasty = "\x1b[2J\x07\u202e"
    told = report(
        result("a", Outcome.FAILED, message=f"your code raised X: {nasty}"),
        result("b"),
        student=f"amy{nasty}",
        output=f"{nasty}\n",
        repairs=(nasty,),
        flags=(nasty,),
        remarks=(nasty,),
    )
    text = show(told, staff=True)
    assert all(c.isprintable() or c == "\n" for c in text)
    assert text.count(r"\x1b[2J\x07\u202e") == 6
    assert printable("plain é 3") == "plain é 3"


def test_repairs_remarks_and_output_follow_and_flags_are_for_staff() -> None:
    told = report(
        result("a"),
        repairs=("cell 3 was moved.",),
        remarks=("PyTorch accumulates here.",),
        flags=("line 2 hides a character.",),
        output="\n".join(f"line {k}" for k in range(25)),
    )
    text = show(told)
    assert "Put right for you:\n  - cell 3 was moved." in text
    assert "Worth knowing:\n  - PyTorch accumulates here." in text
    assert "hides" not in text and "abab" not in text and "line 1" not in text
    staff = show(told, staff=True)
    assert "For staff to look at:\n  - line 2 hides a character." in staff
    assert "    line 19\n    [5 more lines]" in staff and "line 20" not in staff
    assert f"file      {'ab' * 32}" in staff and f"course    {'cd' * 32}" in staff


def test_a_long_label_stands_on_a_line_of_its_own() -> None:
    label = "slope(lambda x: x**2, 3.0, 0.001)"
    told = Explanation(
        f"{label} is too large", numbers=(Numbers(label, "6.0", "7.0", "relative error 0.14"),)
    )
    text = show(report(result("a", Outcome.FAILED, explanation=told)))
    assert (
        "    slope(lambda x: x**2, 3.0, 0.001)\n       expected   6.0\n       observed   7.0"
        in text
    )


def test_a_hidden_number_shows_no_expected_one() -> None:
    told = Explanation("a.grad is 0", numbers=(Numbers("a.grad", "", "0.0", ""),))
    text = show(report(result("a", Outcome.FAILED, explanation=told)))
    assert text.endswith("\n    a.grad   observed   0.0") and "expected" not in text


# A student's own text ----------------------------------------------------------------------

# Each line of ours has its column, by which a reader knows it: no other text begins there.
OURS = re.compile(
    r" {4}(why|try) {3}| {4}a\.grad {3}| {7,}(expected|observed) {3}| {8}"
    r"| {2}(passed|failed|missing) {2}|\S"
)
LOOKS_LIKE_OURS = (
    "a.grad   expected 1.0   observed 2.0   (relative error 0.5, rtol 1e-06)",
    "why   A value that is used twice receives one contribution for each use.",
    "try   Hand it in as it is.",
    "mul rule   4 of 4 points",
    "outcome   passed: every check passed",
    "  passed   A product passes on upstream times the other factor.",
    "failed   Each time the rule runs. [overwrites-gradient]",
)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028", "  "])
@pytest.mark.parametrize("forged", LOOKS_LIKE_OURS)
def test_no_line_of_a_students_own_text_looks_like_ours(forged: str, end: str) -> None:
    bare = show(report(result("first", Outcome.FAILED, message="E", minimal_case=CASE)))
    for text in _texts_that_wrap_everywhere(forged, end):
        told = report(result("first", Outcome.FAILED, message=text, minimal_case=CASE))
        (line,) = arrange(told).parts[0].lines
        assert line.explanation == Explanation(text)
        shown = show(told)
        assert _ours(shown) == _ours(bare)
        assert all(c.isprintable() or c == "\n" for c in shown)
        assert "".join(printable(text).split()) in "".join(shown.split())  # nothing is lost


@pytest.mark.parametrize("end", ["\n", "  "])
@pytest.mark.parametrize("forged", LOOKS_LIKE_OURS)
def test_no_line_of_an_error_of_the_whole_file_looks_like_ours(forged: str, end: str) -> None:
    names = ("first", "second")
    bare = show(report(*(result(id, Outcome.FAILED, message="E") for id in names)))
    for text in _texts_that_wrap_everywhere(forged, end):
        shown = show(report(*(result(id, Outcome.FAILED, message=text) for id in names)))
        assert words.EVERYWHERE in shown and _ours(shown) == _ours(bare)


def _texts_that_wrap_everywhere(forged: str, end: str) -> Iterator[str]:
    for shift in range(80):
        yield f"your code raised E: {'x' * shift} {end}{forged}{end}    {forged} (a.py, line 3)"


def _ours(shown: str) -> set[str]:
    """Lines that a reader takes for ours."""
    return {line for line in shown.splitlines() if OURS.match(line)}


def test_titles_come_from_the_exercise() -> None:
    compiled = _titled()
    text = show(report(result("first_check")), compiled)
    assert text.startswith("04_backward_rules: Rules\n")
    assert "mul rule: The other factor   2 of 2 points\n  passed   first check" in text


def test_a_heading_too_long_for_its_score_gets_two_lines() -> None:
    compiled = _titled()
    task = replace(compiled.exercise.tasks[0], title="A title that is long " * 3)
    exercise = replace(compiled.exercise, tasks=(task,))
    text = show(report(result("x")), replace(compiled, exercise=exercise))
    assert f"mul rule: {task.title}\n  2 of 2 points\n" in text


def _titled() -> CompiledExercise:
    exercise = Exercise(
        "04_backward_rules", "Rules", "", 1, 1, (), "notebook", "x.ipynb", (),
        (Task("mul rule", "The other factor", ()),), (),
    )  # fmt: skip
    return CompiledExercise(exercise, (), {}, {}, (), "")


def test_a_real_wrong_engine_is_explained(
    real_course: Course, compiled: Callable[[str], CompiledExercise]
) -> None:
    exercise = compiled("04_backward_rules")
    authored = load_exercise(real_course.exercises / "04_backward_rules", real_course.reference)
    written = {b.label: b for b in solved_blocks(authored, authored.sources)}
    blocks = []
    for stub in stub_blocks(authored.exercise):  # a student who wrote one rule, and wrongly
        right = written[stub.label].source
        wrong = right.replace("self.grad += upstream * other.data", "self.grad = upstream")
        blocks.append(replace(stub, source=wrong) if wrong != right else stub)
    workload = make_workload(exercise)
    verdict = Judge(exercise).judge(run_program(PlainRunner(workload), workload, blocks), blocks)
    text = show(report(*verdict.checks), exercise)
    assert "  failed   " in text and "        c._backward()\n" in text
    assert "    a.grad   expected   1.9\n             observed   -1.7   (relative error" in text
    assert re.search(r"\npow rule   not written yet   0 of \d points\ndiv rule", text)
    assert max(map(len, text.splitlines())) <= 80


def test_a_pen_wraps_below_its_prefix() -> None:
    lines = Pen(width=20).hang("why   ", "one two three four")
    assert lines == ["why   one two three", "      four"]
    assert Pen().hang("  ", "") == [""]


def test_words_count_and_score() -> None:
    assert words.counted(1, "student") == "1 student"
    assert words.counted(2, "entry", "entries") == "2 entries"
    assert words.out_of(0.5, 1.0) == "0.5 of 1 point"
    assert words.points(1 / 3) == "0.33"


def test_one_small_change_is_no_plural() -> None:
    run = SimpleNamespace(tried=1, killed=1, equivalent=(), survivors=(), unused=(), exercise="x")
    assert mutation_text(run).startswith("  1 small change beyond the catalogue: 1 killed")
