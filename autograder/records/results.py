"""Result files: one report a line, as JSON, the same bytes for the same reports.

The keys are those of `Report`, `CheckResult`, `Explanation` and `Numbers` in
autograder/verdicts.py, in one fixed order. Text is ASCII, and a score is always a float (`12.0`),
or null where it is withheld. No time and no machine is in a line, so that two files of one class
can be compared with `diff`. Format 1 said all that it had to say of a check in `message`; it is
not read.
"""

import difflib
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder import limits
from autograder.errors import UsageError
from autograder.model import Outcome, Visibility
from autograder.outputs import reason_of
from autograder.storage import cut_as_written, from_plain, to_plain
from autograder.verdicts import RESULT_FORMAT, CheckResult, Explanation, Numbers, Report

CUT_OUT = "\n[more was printed; a line of results has no room for it]\n"
MEND = "run: autograder grade"
_TEXTS = ("student", "exercise", "submission_sha256", "course_sha256", "outcome", "output")
_LISTS = ("checks", "repairs", "remarks", "flags")
_CHECK_OPTIONAL = ("misconception", "minimal_case")
_CHECK_TEXTS = (
    *("id", "task", "visibility", "outcome", "message"),
    *("mistake", "where", "why", "try"),
)


def result_line(report: Report) -> str:
    """One report as a line of JSON, without its newline, of RESULT_BYTES at most.

    What is printed has the room that the rest leaves: of more than that the middle is cut out,
    because the texts that a student is not told stand at the end.
    """
    line = _line(report)
    over = len(line) - limits.RESULT_BYTES
    if over <= 0:
        return line
    room = len(json.dumps(report.output)) - 2 - over - len(json.dumps(CUT_OUT))
    start = cut_as_written(report.output, room - room // 4)
    end = cut_as_written(report.output, room // 4, end=True)
    return _line(replace(report, output=start + CUT_OUT + end))


def _line(report: Report) -> str:
    plain = {"format": RESULT_FORMAT, **to_plain(replace(report, checks=()))}
    _score_as_floats(plain)
    texts = {name: _text(value) for name, value in plain.items()}
    texts["checks"] = f"[{','.join(map(_check_text, report.checks))}]"
    return "{" + ",".join(f'"{name}":{text}' for name, text in texts.items()) + "}"


@lru_cache(maxsize=4096)
def _check_text(result: CheckResult) -> str:
    """One check's result as JSON; kept, for in a class most say the same."""
    told = result.explanation
    plain = {
        "id": result.id,
        "task": result.task,
        "visibility": result.visibility.value,
        "outcome": result.outcome.value,
        "score": result.score,
        "max_score": result.max_score,
        "misconception": result.misconception,
        "message": told.what,
        "minimal_case": result.minimal_case,
        "mistake": told.mistake,
        "numbers": to_plain(told.numbers),
        "where": told.where,
        "why": told.why,
        "try": told.attempt,
    }
    _score_as_floats(plain)
    return _text(plain)


def _check_result(plain: dict[str, Any]) -> CheckResult:
    """What `_check_text` wrote, after `_is_check` found it whole."""
    return CheckResult(
        id=plain["id"],
        task=plain["task"],
        visibility=Visibility(plain["visibility"]),
        outcome=Outcome(plain["outcome"]),
        score=plain["score"],
        max_score=plain["max_score"],
        misconception=plain["misconception"],
        minimal_case=plain["minimal_case"],
        explanation=Explanation(
            what=plain["message"],
            mistake=plain["mistake"],
            numbers=tuple(from_plain(Numbers, one) for one in plain["numbers"]),
            where=plain["where"],
            why=plain["why"],
            attempt=plain["try"],
        ),
    )


def _score_as_floats(plain: dict[str, Any]) -> None:
    """An author writes points=2; readers should not meet 2 in one line and 2.5 in another."""
    plain["max_score"] = float(plain["max_score"])
    plain["score"] = None if plain["score"] is None else float(plain["score"])


def _text(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def read_results(path: Path) -> Iterator[Report]:
    """Read a result file, one report at a time.

    Args:
        path: what `write_results` wrote, or a partial file.
    Raises: UsageError that names file, line and fault.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"cannot read results '{path}' ({reason_of(error)}); {MEND}") from error
    with file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                raise UsageError(
                    f"{path}, line {number}: it is cut off, grading was interrupted there; "
                    "delete this line, or grade again"
                )
            yield _read_line(line, f"{path}, line {number}")


def find_report(path: Path, student: str) -> Report:
    """One student's report out of a result file.

    Args:
        path: the result file.
        student: id, as in the folder of submissions.
    Raises: UsageError if the file cannot be read or has no such student.
    """
    students = []
    for report in read_results(path):
        if report.student == student:
            return report
        students.append(report.student)
    similar = difflib.get_close_matches(student, students, n=1)
    offer = f"; did you mean '{similar[0]}'?" if similar else ""
    raise UsageError(f"'{path}' has no student '{student}' among {len(students)}{offer}")


def _read_line(line: bytes, where: str) -> Report:
    try:
        plain = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{where}: it is not JSON ({error}); {MEND}") from error
    if not isinstance(plain, dict) or "format" not in plain:
        raise UsageError(f"{where}: it is not a result of this tool; {MEND}")
    if plain["format"] != RESULT_FORMAT:
        raise UsageError(
            f"{where}: its format is {plain['format']!r}, and this version reads "
            f"{RESULT_FORMAT}; grade again, or use the version that wrote it"
        )
    fault = _fault(plain)
    if fault:
        raise UsageError(f"{where}: {fault}; {MEND}")
    checks = tuple(map(_check_result, plain["checks"]))
    return replace(from_plain(Report, {**plain, "checks": []}), checks=checks)


def _fault(plain: dict[str, Any]) -> str:
    """What is wrong with a result's keys or types, or nothing."""
    expected = ["format", *Report.__slots__]
    absent = [key for key in expected if key not in plain]
    if absent:
        return f"it has no {absent[0]!r}"
    wrong = [key for key in _TEXTS if not isinstance(plain[key], str)]
    wrong += [key for key in _LISTS if not isinstance(plain[key], list)]
    wrong += [key for key in ("level", "max_score") if not _is_number(plain[key])]
    if plain["score"] is not None and not _is_number(plain["score"]):
        wrong.append("score")
    if wrong:
        return f"{wrong[0]!r} is {plain[wrong[0]]!r}, which it cannot be"
    if plain["outcome"] not in tuple(Outcome):
        return f"there is no outcome {plain['outcome']!r}"
    for number, check in enumerate(plain["checks"], 1):
        if not _is_check(check):
            return f"check {number} is not a check's result"
    return ""


def _is_check(check: Any) -> bool:
    return (
        isinstance(check, dict)
        and all(isinstance(check.get(key), str) for key in _CHECK_TEXTS)
        and all(_is_number(check.get(key)) for key in ("score", "max_score"))
        and all(isinstance(check.get(key, 0), str | None) for key in _CHECK_OPTIONAL)
        and isinstance(check.get("numbers"), list)
        and all(map(_is_numbers, check["numbers"]))
        and check["outcome"] in tuple(Outcome)
        and check["visibility"] in tuple(Visibility)
    )


def _is_numbers(thing: Any) -> bool:
    return isinstance(thing, dict) and all(
        isinstance(thing.get(key), str) for key in Numbers.__slots__
    )


def _is_number(thing: Any) -> bool:
    return isinstance(thing, int | float) and not isinstance(thing, bool)
