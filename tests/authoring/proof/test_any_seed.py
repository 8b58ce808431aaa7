"""Whatever the secret seed draws, the course proves, and students get the same files.

In .ci/long with more seeds, and with the largest exercise too:
COURSE_SEEDS="1 2 3" COURSE_EXERCISES="05_backward 06_engine" pytest -k fresh_seed
"""

import os
import shutil
from dataclasses import replace

import pytest
from conftest import ROOT, SMALL
from core_tools import check, exercise_of, mutant, ok
from gradients.dual_numbers import answers_by_duals, by_duals

from autograder.authoring.checks import random_tapes as drawing
from autograder.authoring.checks.check_files import load_checks
from autograder.authoring.checks.random_tapes import Drawing, random_tapes
from autograder.authoring.lessons.building import generated_files
from autograder.authoring.lessons.exercises import authored_exercise
from autograder.authoring.proof import compiling
from autograder.authoring.proof.compiling import compile_afresh
from autograder.authoring.proof.drafting import Draft
from autograder.authoring.proof.guard import numbers_in, shown_numbers
from autograder.authoring.proof.shrinking import make_ladder
from autograder.authoring.proof.validate import _needless_checks, validate_exercise
from autograder.course.course_file import load_course
from autograder.model import Rung, Visibility
from autograder.sandbox.launch import import_folders

SEEDS = os.environ.get("COURSE_SEEDS", "1").split()
EXERCISES = os.environ.get("COURSE_EXERCISES", "05_backward").split()
FEW = {
    "ops": ("add", "mul", "tanh"),
    "steps": 4,
    "leaves": 2,
    "fan_out": True,
    "gradients": by_duals,
}


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_fresh_seed_proves_and_leaves_what_students_get_as_it_was(
    exercise, seed, level, tmp_path
):
    for name in ("exercises", "reference"):
        shutil.copytree(ROOT / name, tmp_path / name)
    text = (ROOT / "course.yml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("seed:")]
    written = "\n".join((*lines, f"seed: plain:a fresh seed for a test, number {seed}", ""))
    (tmp_path / "course.yml").write_text(written)
    course = load_course(tmp_path)
    proof = validate_exercise(course, exercise, level, import_folders)
    assert proof.problems == ()
    drawn = [c.id for c in proof.compiled.checks if c.drawn]
    assert drawn
    made = generated_files(authored_exercise(course, exercise), proof.compiled)
    for path, new in made.items():
        assert (ROOT / path.relative_to(tmp_path)).read_text() == new, path.name


# Graphs whose numbers students see ----------------------------------------------------------


def test_no_drawn_graph_has_an_answer_that_students_see():
    tapes = random_tapes("a seed", 5, **FEW)
    seen = next(tape for tape in tapes if "tanh" in tape.needs)
    shown = "\n".join(map(repr, by_duals(seen)[1]))
    kept = Drawing(answers_by_duals, lambda: shown)
    again = random_tapes(
        "a seed", 5, **FEW, is_shown=lambda tape: kept.is_shown({"tape": tape.plain()})
    )
    assert seen not in again and len(again) == 5


def test_a_short_number_is_no_secret():
    kept = Drawing(lambda request: [0.5, -1.75], lambda: "0.5\n-1.75")
    assert not kept.is_shown({"tape": random_tapes("a seed", 1, **FEW)[0].plain()})


def test_where_few_graphs_are_left_more_are_drawn(monkeypatch):
    monkeypatch.setattr(drawing, "TRIES", 1)
    found = random_tapes("a seed", 8, **FEW)
    assert len(set(found)) == 8
    monkeypatch.setattr(drawing, "ROUNDS", 1)
    with pytest.raises(ValueError, match="of 8 random graphs were found"):
        random_tapes("a seed", 8, **FEW)


def test_numbers_of_some_length_are_found_in_any_text():
    text = "x = [0.5, -5.640625, 1e-05, 2.718281828459045], 20.085536923187668e+10, 2026"
    assert numbers_in([text]).split() == [
        "-5.640625",
        "2.718281828459045",
        "20.085536923187668e+10",
    ]


def test_sources_are_searched_and_generated_files_are_not(small_course):
    folder = small_course.exercises / SMALL
    (folder / "lesson.md").write_text(
        (folder / "lesson.md").read_text() + "\n\n3.14159265 is pi.\n"
    )
    (folder / "public.json").write_text('{"was": 2.23606797749979}')
    shown = shown_numbers(small_course, SMALL, ["[1.4142135623730951]"]).split()
    assert "3.14159265" in shown and "1.4142135623730951" in shown
    assert "2.23606797749979" not in shown


def test_the_ladder_leaves_out_what_holds_a_secret():
    rungs = [
        Rung(
            {"leaves": [2.0], "steps": [["exp", 0]], "names": ["a", "b"]}, (7.38905609893065, 7.0)
        ),
        Rung({"leaves": [2.0], "steps": [["neg", 0]], "names": ["a", "b"]}, (-2.0, -1.0)),
    ]
    assert make_ladder(rungs, frozenset({"7.38905609893065"})) == (rungs[1],)
    assert len(make_ladder(rungs)) == 2


# Checks that are drawn anew ------------------------------------------------------------------


DRAWN = '''
from autograder.authoring.checks.vocabulary import check

@check(task="a", points=1)
def {name}(student):
    """Random graphs."""
    student.{what}
'''


def loaded(tmp_path, redrawn, what='random_graphs(2, ops=("add", "mul", "tanh"), steps=4)'):
    path = tmp_path / "checks.py"
    path.write_text(DRAWN.format(name="graphs", what=what))
    kept = Drawing(answers_by_duals, redrawn=redrawn)
    (found,) = load_checks(path, Visibility.HIDDEN, "seed", kept)
    return found


def test_a_check_that_is_drawn_anew_has_other_graphs_each_time(tmp_path):
    cases = [loaded(tmp_path, {"graphs": times}).cases for times in range(3)]
    assert len({repr(one) for one in cases}) == 3
    assert loaded(tmp_path, {"other": 1}).cases == loaded(tmp_path, {}).cases == cases[0]


def test_only_checks_with_random_graphs_are_called_drawn(tmp_path):
    assert loaded(tmp_path, {}).drawn
    assert not loaded(tmp_path, {}, "values(lambda a: a + 1, at=[2.0])").drawn


def drawn_exercise(*mutants, answer=0.25, **declared):
    checks = (
        check("fixed", visibility=Visibility.HIDDEN),
        check("graphs", drawn=True, **declared),
        check("seen", visibility=Visibility.PUBLIC),
    )
    expected = {"fixed": (ok(1.0),), "graphs": (ok(answer),), "seen": (ok(3.0),)}
    return exercise_of(checks, expected=expected, mutants=mutants)


def own(*checks, answer=9.0):
    return mutant("one", {name: (ok(answer),) for name in checks})


@pytest.mark.parametrize(
    ("compiled", "again"),
    [
        (drawn_exercise(own("graphs")), []),
        (drawn_exercise(own("graphs", "seen")), []),  # public ones are compared with public ones
        (drawn_exercise(own("graphs", "fixed")), ["graphs"]),
        (drawn_exercise(), ["graphs"]),
        (drawn_exercise(because="patterns that nobody thought of"), []),
        (drawn_exercise(points=0.0), []),
    ],
)
def test_a_check_that_kills_no_mutant_of_its_own_is_drawn_anew(compiled, again):
    assert compiling._to_draw_anew(compiled) == again


def test_a_check_with_an_answer_that_a_public_mutant_has_is_drawn_anew():
    answer = 1.588235294117647
    alike = (own("graphs"), own("seen", answer=answer))
    assert compiling._to_draw_anew(drawn_exercise(*alike, answer=answer)) == ["graphs"]
    assert compiling._to_draw_anew(drawn_exercise(*alike, answer=0.5)) == []


def test_checks_are_drawn_until_they_do(small_course, monkeypatch):
    asked = []
    real = Draft.checks

    def checks(self, redrawn):
        asked.append(dict(redrawn))
        return real(self, redrawn)

    wanted = iter([["a"], ["a", "b"], []])
    monkeypatch.setattr(Draft, "checks", checks)
    monkeypatch.setattr(compiling, "_to_draw_anew", lambda compiled: next(wanted))
    compile_afresh(small_course, SMALL)
    assert asked == [{}, {"a": 1}, {"a": 2, "b": 1}]


def test_it_ends_where_no_drawing_does(small_course, monkeypatch):
    monkeypatch.setattr(compiling, "_to_draw_anew", lambda compiled: ["a"])
    monkeypatch.setattr(compiling, "MOST_REDRAWN", 3)
    assert compile_afresh(small_course, SMALL).checks


def test_beside_random_graphs_a_reason_to_stay_may_be_needed_by_chance():
    compiled = drawn_exercise(own("graphs"), own("fixed"))
    fixed = replace(compiled.checks[0], because="graphs chosen by hand")
    beside = replace(compiled, checks=(fixed, *compiled.checks[1:]))
    assert [p.text for p in _needless_checks(beside) if "fixed" in p.text] == []
    alone = replace(compiled, checks=(fixed, replace(compiled.checks[1], drawn=False)))
    assert [p.text for p in _needless_checks(alone) if "fixed" in p.text] == [
        "fixed is needed by a mutant; take its because= out"
    ]
