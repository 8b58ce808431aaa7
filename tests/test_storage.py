"""What is written as JSON comes back equal, and the same text each time."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from core_tools import case, check, exercise_of, mutant, ok
from hypothesis import given
from hypothesis import strategies as st

from autograder import limits
from autograder.model import (
    Answer,
    Cell,
    CompiledExercise,
    Exercise,
    Hints,
    Outcome,
    Role,
    Task,
    Visibility,
)
from autograder.storage import (
    cut_as_written,
    dumps,
    from_plain,
    loads,
    short_sentence,
    to_plain,
)
from autograder.verdicts import CheckResult, Report
from autograder.worker.status import Status

EXERCISE = Exercise(
    "01_made", "Made", "To test.", 20, 2, ("00_none",), "notebook", "01_made.ipynb", ("numpy",),
    (Task("one", "One", ("made.f",), Hints("a", "b", "c")), Task("two", "Two", ())),
    (Cell("c1", Role.SOLVE, "def f(): ...", "def f(): return 1", "one", ("made.f",), 0.0),
     Cell("c2", Role.WRITTEN, "Why?", None, "two", (), 2.5)),
)  # fmt: skip


def test_an_exercise_comes_back_equal():
    assert loads(Exercise, dumps(EXERCISE)) == EXERCISE


def test_a_compiled_exercise_comes_back_equal_with_enums_and_tuples():
    compiled = exercise_of(
        [check("a", case("x", "y", accept=((1.0, 2.0),)), visibility=Visibility.PUBLIC)],
        mutants=(mutant("doubles", {"a": [ok(2, 4)]}),),
    )
    back = loads(CompiledExercise, dumps(compiled))
    assert back == compiled
    assert back.checks[0].visibility is Visibility.PUBLIC
    assert isinstance(back.checks[0].cases[0].labels, tuple)


def test_a_withheld_score_stays_none_and_a_missing_solution_too():
    result = CheckResult("a", "one", Visibility.HIDDEN, Outcome.ERROR, 0.0, 1.0)
    report = Report("anna", "01", "", "", 3, None, 1.0, Outcome.ERROR, (result,))
    assert loads(Report, dumps(report)) == report


@given(st.lists(st.floats(allow_nan=False)))
def test_every_float_comes_back_to_the_last_bit(numbers):
    answer = Answer(Status.OK, tuple(numbers))
    assert loads(Answer, dumps(answer)) == answer


@given(st.text())
def test_any_text_is_written_as_one_line_of_ascii(text):
    line = dumps(Answer(Status.RAISED, (), text))
    assert line.isascii() and "\n" not in line
    assert loads(Answer, line).detail == text


def test_bytes_are_read_as_well_as_text():
    assert loads(Answer, dumps(ok(1)).encode()) == ok(1)


def test_keys_stand_in_the_order_in_which_they_are_declared():
    assert list(json.loads(dumps(ok(1)))) == ["status", "numbers", "detail"]


def test_plain_things_pass_through():
    assert to_plain({"a": (1, [2.5, None]), "b": Outcome.PASSED}) == {
        "a": [1, [2.5, None]],
        "b": "passed",
    }
    assert to_plain(Answer) is Answer  # a class is no dataclass instance


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"status": 0}', KeyError),
        ("[]", TypeError),
        ("{", ValueError),
        ('{"status": 0, "numbers": 3, "detail": ""}', TypeError),
    ],
)
def test_what_does_not_fit_is_refused(text, error):
    with pytest.raises(error):
        loads(Answer, text)


def test_an_unknown_outcome_is_refused():
    plain = to_plain(CheckResult("a", "one", Visibility.HIDDEN, Outcome.PASSED, 0.0, 1.0))
    with pytest.raises(ValueError, match="'splendid' is not a valid Outcome"):
        from_plain(CheckResult, {**plain, "outcome": "splendid"})


def test_a_dict_of_dataclasses_is_rebuilt():
    @dataclass(frozen=True)
    class Box:
        answers: dict[str, Answer]
        rest: Any

    box = Box({"a": ok(1)}, {"x": [1]})
    assert from_plain(Box, to_plain(box)) == box


FACE = "\U0001f600"


@pytest.mark.parametrize("text", ["abc" * 300, FACE * 300, 'a\n\x1b"' * 300, "\ud83d" * 300, ""])
@pytest.mark.parametrize("most", [-1, 0, 1, 11, 12, 799, 800, 10_000])
@pytest.mark.parametrize("end", [False, True])
def test_as_much_of_a_text_is_kept_as_its_written_form_has_room_for(text, most, end):
    kept = cut_as_written(text, most, end=end)
    longer = text[len(text) - len(kept) - 1 :] if end else text[: len(kept) + 1]
    assert (text.endswith if end else text.startswith)(kept)
    assert len(json.dumps(kept)) - 2 <= max(most, 0)
    assert kept == text or len(json.dumps(longer)) - 2 > most


def test_a_sentence_is_cut_only_where_nobody_reads_on():
    greek = [f"\u03bb\u03cd\u03c3\u03b7_{number}.py" for number in range(5)]
    honest = f"Read engine.py; not read: {', '.join(greek)}."
    assert short_sentence(honest) == honest
    for letter in "x", "\u03bb", FACE:
        cut = short_sentence(letter * 1_000)
        assert cut == letter * (len(cut) - 3) + "..."
        assert len(json.dumps(cut)) <= limits.SENTENCE_BYTES + 5
        assert len(cut) <= limits.SENTENCE + 3
