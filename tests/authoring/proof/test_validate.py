"""Validation finds every hole, in the course and in the judge, and finds none where none is."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, SMALL
from core_tools import case, check, exercise_of, ok
from course_tools import build

from autograder.authoring.proof.canaries import accepted, wrong_numbers
from autograder.authoring.proof.validate import kill_matrix, validate_exercise
from autograder.model import Visibility
from autograder.sandbox.launch import import_folders

CHECKS = "reference/hidden/01_small/checks.py"
PUBLIC = "exercises/01_small/checks.py"
MISTAKES = "reference/hidden/01_small/misconceptions.yml"


def change(course, file, old, new):
    path = course.root / file
    text = path.read_text()
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new))


def validated(course, level=2):
    build(course, SMALL)
    return validate_exercise(course, SMALL, level, import_folders)


def problems(course):
    return [f"{p.file}: {p.text}" for p in validated(course).problems]


@pytest.fixture(autouse=True)
def needs_a_sandbox(level):
    """Validation plays everything in the sandbox."""


# The course --------------------------------------------------------------------------------


def test_a_sound_exercise_has_no_hole(small_course):
    proof = validated(small_course)
    assert proof.problems == ()
    (verdict,) = proof.mutants
    assert verdict.killed_by == ("doubles_a_number", "doubles_any_number")
    assert verdict.named == ("squares-instead",)


def test_the_matrix_counts_what_a_check_kills_and_kills_alone(small_course):
    change(small_course, PUBLIC, "3.5", "2.0")  # 2 * 2 is 2 + 2: kills nothing
    rows = [(c.id, kills, alone) for c, kills, alone in kill_matrix(validated(small_course))]
    assert rows == [("doubles_a_number", 0, 0), ("doubles_any_number", 1, 1)]


def test_an_exercise_that_does_not_compile_has_that_one_hole(small_course):
    change(small_course, PUBLIC, 'student.returns("double", 3.5)', "pass")
    proof = validate_exercise(small_course, SMALL, 2, import_folders)
    assert proof.compiled is None and kill_matrix(proof) == []
    (problem,) = proof.problems
    assert problem.file == SMALL and "a check without a case" in problem.text


def test_a_dropped_case_lets_a_mutant_live(small_course):
    change(small_course, PUBLIC, "3.5", "2.0")
    change(small_course, CHECKS, '"double", -1.25', '"double", 0.0')
    change(small_course, CHECKS, '    student.returns("double", 1e6)\n', "")
    words = "survives: no check with points fails on it; add a case that catches it"
    assert f"{MISTAKES}: mutant squares-instead {words}" in problems(small_course)


def test_a_removed_check_lets_a_mutant_live(small_course):
    change(small_course, PUBLIC, "3.5", "2.0")
    path = small_course.root / CHECKS
    path.write_text(path.read_text().partition("@check")[0])
    assert any("mutant squares-instead survives" in p for p in problems(small_course))


def test_a_check_without_points_kills_no_mutant(small_course):
    change(small_course, PUBLIC, "points=1", "points=0")
    change(small_course, CHECKS, "points=1", "points=0")
    assert any("survives: no check with points fails on it" in p for p in problems(small_course))


def add_entry(course, id, replace):
    path = course.root / MISTAKES
    texts = "  what: W.\n  why: Y.\n  try: T.\n"
    entry = f"- id: {id}\n  region: small.double\n  replace: {replace}\n{texts}"
    path.write_text(path.read_text() + entry)


def test_two_entries_that_no_case_tells_apart_are_a_hole(small_course):
    add_entry(small_course, "power", '{"2 * x": "x ** 2"}')
    found = problems(small_course)
    assert f"{MISTAKES}: mutant power is killed by doubles_a_number, doubles_any_number but not " \
        "named: squares-instead answers as it does; add a case that tells it apart, or join the " \
        "two entries" in found  # fmt: skip


def test_a_mutant_that_answers_otherwise_than_it_was_recorded_is_a_hole(small_course):
    # only one that answers otherwise in the sandbox than when it was compiled can be so
    here = "'autograder.authoring' in __import__('sys').modules"
    add_entry(small_course, "two-faced", f'{{"2 * x": "5.0 if x != 3.5 or {here} else x * x"}}')
    assert f"{MISTAKES}: mutant two-faced is killed by doubles_a_number, doubles_any_number but " \
        "not named: nothing in it answers as it does; add a case that tells it apart, or join " \
        "the two entries" in problems(small_course)  # fmt: skip


def test_a_mutant_that_does_not_run_is_killed_and_named_by_its_exception(small_course):
    add_entry(small_course, "adds-text", '{"2 * x": "x + \'2\'"}')
    assert problems(small_course) == []


def test_a_check_that_is_not_needed_is_a_hole_unless_it_says_why_it_stays(small_course):
    path = small_course.root / CHECKS
    again = path.read_text().partition("@check")[2].replace("doubles_any_number", "again")
    path.write_text(path.read_text() + "\n\n@check" + again)
    found = problems(small_course)
    assert any(
        "again kills no mutant that the other checks of its task let live" in p for p in found
    )
    path.write_text(path.read_text().replace("points=1)", "points=1, because='Big numbers.')"))
    assert problems(small_course) == []


def test_a_reason_to_stay_that_is_not_needed_is_a_hole(small_course):
    change(small_course, CHECKS, "points=1", "points=1, because='It is dear to me.'")
    assert problems(small_course) == [
        f"{CHECKS}: doubles_any_number is needed by a mutant; take its because= out"
    ]


def test_a_reference_that_fails_in_one_form_of_handing_in_is_a_hole(small_course):
    # the sandbox stops what this process, which compiles, may do: it is the machine's name
    change(
        small_course,
        "reference/small.py",
        "    return 2 * x",
        "    import sys\n\n    return 2 * x if 'autograder.authoring' in sys.modules else 0.0",
    )
    found = [p for p in problems(small_course) if p.startswith("reference (01_small as ")]
    assert {p.split(" as ")[1].split(")")[0] for p in found} == {"notebook", "script", "blocks"}
    assert any("does not pass doubles_a_number: failed: " in p for p in found)


def test_a_stub_that_earns_or_fails_is_a_hole(small_course):
    lesson = small_course.exercises / SMALL / "lesson.md"
    lesson.write_text(
        lesson.read_text().replace(
            "Ask for", '```python provided="more"\ndef double(x):\n    return 0\n```\n\nAsk for'
        )
    )
    change(small_course, PUBLIC, '"double", 3.5', '"half", 3.5')
    path = small_course.reference / "small.py"
    path.write_text(path.read_text() + "\n\ndef half(x):\n    return x / 2\n")
    lesson.write_text(
        lesson.read_text().replace("return 0\n", "return 0\n\ndef half(x):\n    return x / 2\n")
    )
    found = problems(small_course)
    for how in ("notebook", "script", "blocks"):
        assert any(
            p.startswith(f"01_small stub as {how}: is passed in doubles_a_number, not missing")
            for p in found
        )


def test_a_stale_file_is_a_hole_with_the_command_that_mends_it(small_course):
    build(small_course, SMALL)
    (small_course.exercises / SMALL / f"{SMALL}.py").write_text("old\n")
    proof = validate_exercise(small_course, SMALL, 2, import_folders)
    assert [(p.file, p.text) for p in proof.problems] == [
        (f"exercises/{SMALL}/{SMALL}.py", f"is stale; run: autograder build {SMALL}")
    ]


# The judge: wrong answers on purpose -------------------------------------------------------


def made():
    return exercise_of(
        [
            check("a", case("x", "y"), case("z", accept=((7.0,),))),
            check("b", case("u", "v", judged=1), visibility=Visibility.PUBLIC),
        ],
        expected={"a": (ok(3.0, 0.0), ok(1e-9)), "b": (ok(-2.5, 9.0),)},
    )


def test_a_sound_judge_lets_no_wrong_answer_pass():
    assert list(accepted(made())) == []
    assert list(accepted(exercise_of([]))) == []


def test_wrong_numbers_are_wrong_also_near_0():
    assert wrong_numbers(0.0)["off by a hundred-thousandth"] == 1e-6
    assert "of the opposite sign" not in wrong_numbers(0.0)
    assert wrong_numbers(-3.0)["of the opposite sign"] == 3.0


def test_a_number_that_the_compiled_course_does_not_judge_is_not_tried():
    loose = made()
    first, second = loose.checks
    unjudged = replace(first, cases=(replace(first.cases[0], judged=0), first.cases[1]))
    assert list(accepted(replace(loose, checks=(unjudged, second)))) == []


def test_another_right_answer_that_is_wrong_is_told():
    loose = made()
    first, second = loose.checks
    wrong = replace(first, cases=(replace(first.cases[0], accept=((-3.0, 0.0),)), first.cases[1]))
    assert list(accepted(replace(loose, checks=(wrong, second)))) == [
        "the judge lets a pass with x when it is of the opposite sign"
    ]


@pytest.mark.parametrize("exercise", ["03_value", "04_backward_rules"])
def test_no_wrong_answer_passes_in_the_real_course(compiled, exercise):
    assert list(accepted(compiled(exercise))) == []


# Break our own window ----------------------------------------------------------------------

RUN = """
import sys
from pathlib import Path
from autograder.course.course_file import load_course
from autograder.authoring.proof.validate import validate_exercise
from autograder.sandbox.launch import import_folders

course = load_course(Path(sys.argv[1]))
for problem in validate_exercise(course, "01_small", int(sys.argv[2]), import_folders).problems:
    print(f"{problem.file}: {problem.text}")
"""


def proof_by_a_broken_tool(course, folder, level, file, old, new):
    """Validate with a copy of the tool in which one piece of code is changed; the holes found."""
    shutil.copytree(ROOT / "autograder", folder / "autograder")
    path = folder / "autograder" / file
    text = path.read_text()
    assert text.count(old) == 1, f"{file}: {old!r} occurs {text.count(old)} times"
    path.write_text(text.replace(old, new))
    for below in (folder, *folder.rglob("*")):  # the sandbox's user reads it too
        below.chmod(0o755 if below.is_dir() else 0o644)
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(course.root), str(level)],
        env={**os.environ, "PYTHONPATH": str(folder)}, cwd=folder,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "tolerance.py",
            "RTOL = 1e-6\n# Expected",
            "RTOL = 1e-3\n# Expected",
            "the judge lets doubles_a_number pass with double(...) when it is off by a "
            "hundred-thousandth",
        ),
        (
            "tolerance.py",
            "ATOL = 1e-8",
            "ATOL = 1e-2",
            "the judge lets doubles_any_number pass with double(...) when it is off by a "
            "hundred-thousandth",
        ),
        (
            "tolerance.py",
            "abs(observed - expected) <= margins",
            "~(abs(observed - expected) > margins)",
            "the judge lets doubles_a_number pass with double(...) when it is not a number",
        ),
        (
            "tolerance.py",
            "abs(observed - expected) <= margins",
            "abs(abs(observed) - abs(expected)) <= margins",
            "the judge lets doubles_a_number pass with double(...) when it is of the opposite sign",
        ),
        (
            "judging/comparing.py",
            "len(self.numbers(k)) != expected.counts[k]",
            "len(self.numbers(k)) < expected.counts[k]",
            "the judge lets doubles_a_number pass with an answer with one number more than is due",
        ),
        (
            "judging/judge.py",
            'if status is Status.LACKING or observed.passed[first + k]:',
            "if True:",
            "mutant squares-instead survives: no check with points fails on it",
        ),
        (
            "judging/diagnosing.py",
            "return whole[:1] if _are_one(whole) else []",
            "return []",
            "squares-instead is killed by doubles_a_number, doubles_any_number but not named",
        ),
        (
            "authoring/proof/compiling.py",
            "replace(answer, numbers=answer.numbers[: case.judged])",
            "replace(answer, numbers=tuple(-x for x in answer.numbers[: case.judged]))",
            "squares-instead is killed by doubles_a_number, doubles_any_number but not named",
        ),
        (
            "authoring/proof/compiling.py",
            "        expected=answers,",
            "        expected={c: tuple(replace(a, numbers=tuple(x + 1 for x in a.numbers))"
            " for a in given) for c, given in answers.items()},",
            "does not pass doubles_a_number: failed",
        ),
        (
            "worker/driver.py",
            "return Played(Status.UNWRITTEN, detail=_stub(error))",
            "return Played(Status.RAISED, detail=_stub(error))",
            "is failed in doubles_a_number, not missing",
        ),
    ],
    ids=[
        "rtol x1000", "atol", "nan accepted", "sign dropped", "longer answers", "all pass",
        "no fingerprint fits", "fingerprints swapped", "expected numbers off", "stubs fail",
    ],
)  # fmt: skip
def test_a_broken_judge_is_a_hole(small_course, tmp_path_factory, level, file, old, new, said):
    build(small_course, SMALL)
    folder = tmp_path_factory.mktemp("tool")
    assert Path(folder).exists()
    found = proof_by_a_broken_tool(small_course, folder, level, file, old, new)
    assert any(said in line for line in found), found
