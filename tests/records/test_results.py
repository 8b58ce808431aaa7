"""Result files: fixed keys, fixed bytes, and what is read back of them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from repository import ROOT, TESTS
from sample_reports import overwrites, report, result, withheld

from autograder import limits
from autograder.course.folders import list_exercises
from autograder.errors import UsageError
from autograder.judging.reports import unjudged
from autograder.model import CompiledExercise, Outcome, Visibility
from autograder.records.results import (
    CUT_OUT,
    find_report,
    read_results,
    result_line,
)
from autograder.records.writing import write_results
from autograder.storage import short_sentence
from autograder.verdicts import CheckResult, Explanation, Numbers, Report

EXERCISES = list_exercises(ROOT)

KEYS = (
    *("format", "student", "exercise", "submission_sha256", "course_sha256", "level", "score"),
    *("max_score", "outcome", "checks", "repairs", "remarks", "output", "flags"),
)
CHECK_KEYS = (
    *("id", "task", "visibility", "outcome", "score", "max_score"),
    *("misconception", "message", "minimal_case"),
    *("mistake", "numbers", "where", "why", "try"),
)


def sample() -> list[Report]:
    return [
        report(result("first"), overwrites("reused"), repairs=("cell 3 was moved.",)),
        withheld("ben"),
        report(
            result("first", visibility=Visibility.HIDDEN, score=0.5, max_score=0.5),
            student="çelik \u202e\ud7ff",
            output="\x1b[31mred\x00\n",
            flags=("cell 1 holds a character that cannot be seen.",),
        ),
    ]


def test_a_line_has_exactly_the_declared_keys_in_their_order() -> None:
    plain = json.loads(result_line(sample()[0]))
    assert tuple(plain) == KEYS
    assert tuple(plain["checks"][0]) == CHECK_KEYS
    assert plain["format"] == 2


def test_a_failed_check_is_told_in_parts() -> None:
    check = json.loads(result_line(sample()[0]))["checks"][1]
    assert check["message"] == "a.grad has the wrong sign and size"
    assert check["mistake"].startswith("Each time the rule runs, ")
    assert check["numbers"] == [
        {
            "label": "a.grad",
            "expected": "1.9",
            "observed": "-5.1",
            "error": "relative error 1.4, rtol 1e-06",
        }
    ]
    assert list(check["numbers"][0]) == ["label", "expected", "observed", "error"]
    assert check["where"] == "" and check["why"].startswith("A value that is used twice")
    assert check["try"] == "Work out d(a*a + a)/da at a = 3 by hand."


def test_a_students_own_text_is_one_string_whatever_it_looks_like(tmp_path: Path) -> None:
    text = (
        "your code raised E: a.grad   expected 1.0   observed 2.0   (relative error 0.5)"
        "\nwhy   x\r\ntry   y\u2028mul rule   9 of 9 points \x1b[2J \u202e"
    )
    told = report(result("a", Outcome.FAILED, message=text, minimal_case="f(1)"))
    line = result_line(told)
    assert line.isascii() and line.isprintable()
    (check,) = json.loads(line)["checks"]
    assert check["message"] == text
    assert (check["numbers"], check["where"], check["why"], check["try"]) == ([], "", "", "")
    write_results(tmp_path / "results.jsonl", [told])
    assert list(read_results(tmp_path / "results.jsonl")) == [told]


def test_a_line_of_format_1_is_met_with_what_to_do(tmp_path: Path) -> None:
    path = _second_line(tmp_path, _changed(format=1))
    with pytest.raises(UsageError) as caught:
        list(read_results(path))
    assert str(caught.value) == (
        f"{path}, line 2: its format is 1, and this version reads 2; "
        "grade again, or use the version that wrote it"
    )


def test_a_result_file_is_ascii_with_a_newline_after_each_line(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    write_results(path, sample())
    data = path.read_bytes()
    assert data.isascii() and data.count(b"\n") == 3 and data.endswith(b"}\n")
    assert b"\r" not in data and b"\x1b" not in data


def test_a_score_is_always_a_float_and_null_when_it_is_withheld() -> None:
    assert '"score":2.0,"max_score":4.0' in result_line(sample()[0])
    assert '"score":2.0,"max_score":2.0' in result_line(sample()[0])  # the check's own
    assert '"score":null,"max_score":2.0' in result_line(sample()[1])


def test_bytes_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from test_results import sample, result_line\n"
        "print('\\n'.join(map(result_line, sample())))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program, str(TESTS / "records"), str(TESTS / "tools")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(seen) == 1 and seen.pop().count(b"\n") == 3


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read results '.*no\.jsonl'.*autograder grade"):
        list(read_results(tmp_path / "no.jsonl"))


def _second_line(tmp_path: Path, line: str, end: str = "\n") -> Path:
    path = tmp_path / "results.jsonl"
    path.write_text(result_line(sample()[0]) + "\n" + line + end, encoding="utf-8")
    return path


def _changed(**changes: object) -> str:
    plain = json.loads(result_line(sample()[0]))
    return json.dumps({**plain, **changes})


def _with_check(**changes: object) -> str:
    first, second = json.loads(result_line(sample()[0]))["checks"]
    return _changed(checks=[first, {**second, **changes}])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "it is not JSON"),
        ("[1]", "it is not a result of this tool"),
        ("{}", "it is not a result of this tool"),
        (_changed(format=7), "its format is 7, and this version reads 2; grade again"),
        ('{"format":2,"student":"amy"}', "it has no 'exercise'"),
        (_changed(student=3), "'student' is 3, which it cannot be"),
        (_changed(checks="none"), "'checks' is 'none', which it cannot be"),
        (_changed(max_score=True), "'max_score' is True, which it cannot be"),
        (_changed(score="12"), "'score' is '12', which it cannot be"),
        (_changed(outcome="great"), "there is no outcome 'great'"),
        (_changed(checks=[{}]), "check 1 is not a check's result"),
        (_changed(checks=[None]), "check 1 is not a check's result"),
        (_with_check(why=None), "check 2 is not a check's result"),
        (_with_check(numbers="1.9"), "check 2 is not a check's result"),
        (_with_check(numbers=[{"label": "a.grad"}]), "check 2 is not a check's result"),
        (_with_check(numbers=[3]), "check 2 is not a check's result"),
    ],
)
def test_a_bad_line_is_named_with_its_file_number_and_fault(
    tmp_path: Path, line: str, words: str
) -> None:
    path = _second_line(tmp_path, line)
    reading = read_results(path)
    assert next(reading) == sample()[0]
    with pytest.raises(UsageError) as caught:
        next(reading)
    assert str(caught.value).startswith(f"{path}, line 2: {words}")


def test_a_line_that_was_cut_off_is_said_to_be(tmp_path: Path) -> None:
    path = _second_line(tmp_path, result_line(sample()[1])[:50], end="")
    with pytest.raises(UsageError, match=r"line 2: it is cut off, grading was interrupted there"):
        list(read_results(path))


def test_one_student_is_found(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    write_results(path, sample())
    assert find_report(path, "ben").outcome is Outcome.ERROR


def test_an_unknown_student_is_met_with_the_nearest_name(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    write_results(path, sample())
    with pytest.raises(UsageError, match=r"has no student 'bem' among 3; did you mean 'ben'\?"):
        find_report(path, "bem")
    with pytest.raises(UsageError, match=r"has no student 'xxxxxx' among 3$"):
        find_report(path, "xxxxxx")


# How long a line may be -----------------------------------------------------------------------

FACE = "\U0001f600"


def _fullest(compiled: CompiledExercise, output: str, *, named: bool) -> Report:
    """A report in which every check fails at length, with all repairs and flags that are told.

    What is raised has no name, and what has a name is a number: never both at their longest.
    """
    mistakes = compiled.misconceptions.values()
    longest = max(mistakes, key=lambda m: len(f"{m.what}{m.why}{m.attempt}"))
    numbers = (Numbers("l" * 60, "-1.23457e+100", "-1.23457e-100", "e" * 60),)
    told = Explanation("w" * 80, longest.what, numbers, "w" * 200, longest.why, longest.attempt)
    checks = [
        CheckResult(
            id=check.id,
            task=check.task,
            visibility=check.visibility,
            outcome=Outcome.FAILED,
            score=0.0,
            max_score=check.points,
            misconception=longest.id if named else None,
            minimal_case=max((case.snippet for case in check.cases), key=len, default=""),
            explanation=told
            if named
            else Explanation("\\" * limits.DETAIL_BYTES, attempt=check.advice),
        )
        for check in compiled.checks
    ]
    sentence = short_sentence(FACE * 1_000)
    return report(
        *checks,
        repairs=(sentence,) * (limits.REPAIRS + 2),
        flags=(sentence,) * (limits.FLAGS + 2),
        output=output,
        student="\\" * 1_000,
    )


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_submission_makes_a_line_longer_than_it_may_be(
    compiled: Callable[[str], CompiledExercise], exercise: str, named: bool
) -> None:
    for output in ("", "\x1b" * limits.OUTPUT_READ_BYTES, FACE * limits.OUTPUT_READ_BYTES):
        line = result_line(_fullest(compiled(exercise), output, named=named))
        assert len(line) < limits.RESULT_BYTES + 1
        assert _read_back(line).student == "\\" * 1_000


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_refusal_that_stands_in_every_check_makes_no_long_line(
    compiled: Callable[[str], CompiledExercise], exercise: str
) -> None:
    checks = compiled(exercise).checks
    refused = unjudged(report(), checks, Outcome.FAILED, FACE * 10_000)
    assert len(result_line(refused)) < limits.RESULT_BYTES


def test_what_is_cut_out_is_said_and_both_ends_are_kept() -> None:
    told = "\n[not told to the student] ValueError: 3.25\n"
    line = result_line(report(output="first\n" + "\x00" * 60_000 + told))
    assert len(line) <= limits.RESULT_BYTES
    output = _read_back(line).output
    assert output.startswith("first\n") and output.endswith(told) and CUT_OUT in output
    assert len(line) > limits.RESULT_BYTES - 20, "there was room for more"


def test_what_an_honest_submission_prints_is_kept_whole(
    compiled: Callable[[str], CompiledExercise],
) -> None:
    printed = "epoch 10: loss 0.25\n" * (limits.OUTPUT_BYTES // 20)
    checks = [overwrites(f"check {n}") for n in range(len(compiled("06_engine").checks))]
    line = result_line(report(*checks, output=printed))
    assert _read_back(line).output == printed


def _read_back(line: str) -> Report:
    plain = json.loads(line)
    return replace(report(), student=plain["student"], output=plain["output"])
