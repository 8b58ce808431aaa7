"""Compiling: the reference and the mutants are played once, and what they say is kept as data."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SMALL
from course_tools import play_program

from autograder.authoring.lessons.exercises import load_exercise
from autograder.authoring.proof import compiling
from autograder.authoring.proof.compiling import (
    compile_afresh,
    compile_exercise,
)
from autograder.authoring.proof.drafting import read_checks
from autograder.course.compiled import public_half
from autograder.course.course_file import load_course
from autograder.errors import CourseError
from autograder.model import Answer, Block, Visibility
from autograder.storage import dumps, loads
from autograder.worker.players.base import MODULE
from autograder.worker.status import Status

CHECK = '''
@check(task="double", points=1{declared})
def {name}(student):
    """Title of {name}."""
    {body}
'''
CALL = 'student.returns("double", 4.0)'


def add_check(course, name, body=CALL, visibility="public", declared=""):
    folder = course.exercises if visibility == "public" else course.hidden
    path = folder / SMALL / "checks.py"
    path.write_text(
        path.read_text() + CHECK.format(name=name, body=body, declared=declared and ", " + declared)
    )


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# What is kept ------------------------------------------------------------------------------


def test_the_references_answers_are_the_expected_numbers(small_course):
    compiled = compile_afresh(small_course, SMALL)
    assert compiled.expected == {
        "doubles_a_number": (Answer(Status.OK, (7.0,)),),
        "doubles_any_number": (Answer(Status.OK, (-2.5,)), Answer(Status.OK, (2e6,))),
    }
    assert [c.visibility for c in compiled.checks] == [Visibility.PUBLIC, Visibility.HIDDEN]


def test_a_mutant_keeps_its_answers_to_the_checks_it_fails(small_course):
    (mutant,) = compile_afresh(small_course, SMALL).mutants
    assert (mutant.misconception, mutant.name) == ("squares-instead", "squares-instead")
    assert mutant.answers == {
        "doubles_a_number": (Answer(Status.OK, (12.25,)),),
        "doubles_any_number": (Answer(Status.OK, (1.5625,)), Answer(Status.OK, (1e12,))),
    }


def test_a_mutant_that_gives_back_one_number_too_many_fails(small_course):
    change(small_course.hidden / SMALL / "misconceptions.yml", '"x * x"', '"[2 * x, 9.0]"')
    (mutant,) = compile_afresh(small_course, SMALL).mutants
    assert set(mutant.answers) == {"doubles_a_number", "doubles_any_number"}


def test_how_many_numbers_a_call_gives_back_is_filled_in(small_course):
    change(small_course.reference / "small.py", "return 2 * x", "return [2 * x, x]")
    change(small_course.hidden / SMALL / "misconceptions.yml", '"2 * x": "x * x"', '"2 * x": "x"')
    case = compile_afresh(small_course, SMALL).checks[0].cases[0]
    assert case.judged == 2
    assert [label.endswith(end) for label, end in zip(case.labels, ("[0]", "[1]"), strict=True)]


def test_no_solution_is_in_what_was_compiled(small_course):
    compiled = compile_afresh(small_course, SMALL)
    assert "2 * x" not in dumps(compiled)
    assert all(cell.solution is None for cell in compiled.exercise.cells)


def test_the_same_sources_give_the_same_bytes_under_any_hash_seed(small_course):
    code = (
        "import sys; from pathlib import Path\n"
        "from autograder.course.course_file import load_course\n"
        "from autograder.authoring.proof.compiling import compile_afresh\n"
        "from autograder.storage import dumps\n"
        f"print(dumps(compile_afresh(load_course(Path(sys.argv[1])), {SMALL!r})))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code, str(small_course.root)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert texts == {dumps(compile_afresh(small_course, SMALL)).encode() + b"\n"}


# The cache ---------------------------------------------------------------------------------


def test_a_second_compilation_is_read_from_the_cache(small_course, monkeypatch):
    first = compile_exercise(small_course, SMALL)
    monkeypatch.setattr(compiling, "compile_afresh", lambda *given: pytest.fail("compiled again"))
    assert compile_exercise(small_course, SMALL) == first


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("reference/small.py", "Twice x", "Two times x"),
        ("exercises/01_small/checks.py", "3.5", "3.25"),
        ("exercises/01_small/lesson.md", "Ask for", "Ask first for"),
        ("exercises/01_small/exercise.yml", "minutes: 30", "minutes: 31"),
        ("reference/hidden/01_small/checks.py", "1e6", "2e6"),
        ("reference/hidden/01_small/misconceptions.yml", "something else", "another thing"),
        ("course.yml", "a seed for tests", "another seed"),
    ],
)
def test_any_change_of_a_source_compiles_afresh_and_removes_the_stale_file(
    small_course, file, old, new
):
    compile_exercise(small_course, SMALL)
    (before,) = small_course.cache.iterdir()
    change(small_course.root / file, old, new)
    compile_exercise(load_course(small_course.root), SMALL)
    (after,) = small_course.cache.iterdir()
    assert after.name != before.name


def test_the_cache_file_of_one_exercise_is_left_when_another_is_compiled(small_course):
    (small_course.cache).mkdir(parents=True)
    other = small_course.cache / "02_other-abc.json"
    other.write_text("{}")
    compile_exercise(small_course, SMALL)
    assert other.exists()


# The public half ---------------------------------------------------------------------------


def test_the_public_half_holds_nothing_that_is_hidden(small_course):
    half = public_half(compile_afresh(small_course, SMALL))
    text = dumps(half)
    assert [c.id for c in half.checks] == ["doubles_a_number"]
    assert "doubles_any_number" not in text and "-2.5" not in text and "2000000" not in text
    assert half.mutants[0].answers.keys() == {"doubles_a_number"}
    assert half.sha256 and loads(type(half), text) == half


def test_a_mutant_that_no_public_check_kills_is_not_in_the_public_half(small_course):
    change(small_course.exercises / SMALL / "checks.py", "3.5", "2.0")  # 2 + 2 = 2 * 2
    half = public_half(compile_afresh(small_course, SMALL))
    assert half.mutants == () and half.misconceptions == {}


def test_a_hidden_prerequisite_is_dropped_from_the_public_half(small_course):
    compiled = compile_afresh(small_course, SMALL)
    (public, hidden) = compiled.checks
    turned = (hidden, type(public)(**{**fields(public), "requires": (hidden.id,)}))
    assert (
        public_half(type(compiled)(**{**fields(compiled), "checks": turned})).checks[0].requires
        == ()
    )


def fields(thing):
    return {name: getattr(thing, name) for name in thing.__slots__}


# Mistakes of authors -----------------------------------------------------------------------


def refused(course, words):
    with pytest.raises(CourseError, match=words):
        compile_afresh(course, SMALL)


def test_a_check_that_the_reference_does_not_pass_is_refused(small_course):
    add_check(small_course, "broken", 'student.returns("triple", 1.0)', "hidden")
    refused(
        small_course, r"hidden/01_small/checks.py: broken: the reference does not pass it: lack"
    )


@pytest.mark.parametrize(
    ("body", "said"), [("float('inf') * x", "inf"), ("x * float('nan')", "nan")]
)
def test_an_expected_number_that_is_not_finite_is_refused(small_course, body, said):
    change(small_course.reference / "small.py", "return 2 * x", f"return {body}  # 2 * x")
    refused(small_course, rf"doubles_a_number: the reference answers {said} for .*finite answers")


def test_a_check_of_an_unknown_task_is_refused(small_course):
    change(small_course.exercises / SMALL / "checks.py", 'task="double"', 'task="treble"')
    refused(
        small_course, r"01_small/checks.py: doubles_a_number: there is no task 'treble'. Use one"
    )


def test_a_name_used_twice_is_refused_across_both_files(small_course):
    add_check(small_course, "doubles_a_number", visibility="hidden")
    refused(small_course, r"hidden/01_small/checks.py: doubles_a_number: the name is used twice")


def test_a_prerequisite_that_does_not_stand_above_is_refused(small_course):
    add_check(small_course, "early", declared="requires=['late']")
    add_check(small_course, "late")
    refused(small_course, "early: it requires 'late', which is not an earlier check")


def two_tasks(course):
    """Put a task before the exercise's only one."""
    change(
        course.exercises / SMALL / "exercise.yml",
        "tasks:\n",
        "tasks:\n  - id: first\n    title: First\n    regions: []\n",
    )
    change(
        course.exercises / SMALL / "lesson.md",
        "Ask for",
        '```python check="first"\n```\n\nAsk for',
    )


def test_a_prerequisite_of_a_later_task_is_refused_wherever_its_check_is_written(small_course):
    two_tasks(small_course)
    add_check(
        small_course, "of_first", declared="requires=['doubles_a_number']", visibility="hidden"
    )
    path = small_course.hidden / SMALL / "checks.py"
    path.write_text(
        path.read_text().replace('task="double", points=1, r', 'task="first", points=1, r')
    )
    refused(small_course, "of_first: it requires 'doubles_a_number', which is not an earlier check")


def test_a_task_without_a_check_is_refused(small_course):
    two_tasks(small_course)
    refused(small_course, "01_small/checks.py: first: the task has no check")


def test_checks_stand_in_the_order_of_the_tasks_public_before_hidden(small_course):
    two_tasks(small_course)
    for visibility in ("hidden", "public"):
        add_check(small_course, f"{visibility}_first", visibility=visibility)
        folder = small_course.exercises if visibility == "public" else small_course.hidden
        path = folder / SMALL / "checks.py"
        head, _, tail = path.read_text().rpartition('task="double"')
        path.write_text(f'{head}task="first"{tail}')
    exercise = load_exercise(small_course.exercises / SMALL, small_course.reference).exercise
    assert [c.id for c in read_checks(small_course, exercise)] == [
        "public_first",
        "hidden_first",
        "doubles_a_number",
        "doubles_any_number",
    ]


# Playing trusted code ----------------------------------------------------------------------


def test_a_block_that_raises_explains_the_cases_behind_it(small_course):
    checks = compile_afresh(small_course, SMALL).checks
    answers = play_program([Block("m", "raise KeyError('x')")], checks, ())
    assert {a.status for a in answers} == {Status.LACKING}
    answers = play_program([Block("m", "def double(x):\n    return x[0]")], checks, ())
    assert answers[0].detail.startswith("TypeError")


def test_playing_leaves_this_process_as_it_was(small_course):
    import gc

    state, collecting = random.getstate(), gc.isenabled()
    source = "import random, warnings\nrandom.random()\nwarnings.warn('x')\ndef double(x): return x"
    play_program(
        [Block("m", source)], compile_afresh(small_course, SMALL).checks, ("random", "warnings")
    )
    assert random.getstate() == state
    assert gc.isenabled() == collecting
    assert MODULE not in sys.modules
    assert Path(small_course.root).exists()
