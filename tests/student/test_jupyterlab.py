"""A student's hour in a real JupyterLab: wrong, told so, mended, saved, graded.

The browser is Chromium, driven by Playwright; tests/tools/jupyterlab_tools.py says what is needed.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from jupyterlab_tools import FLAGS, OPEN_MS, OpenNotebook, chromium, lab_server, need_lab

from autograder.authoring.lessons.exercises import load_exercise
from autograder.course.course_file import Course
from autograder.grading.grade import Grader
from autograder.intake.submissions import Submission
from autograder.model import CompiledExercise, Outcome
from autograder.verdicts import Report

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.slow]

Open = Callable[[str], OpenNotebook]


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a student has: for each exercise the notebook and the public answers."""
    root = tmp_path_factory.mktemp("student")
    for exercise in ("03_value", "04_backward_rules"):
        (root / exercise).mkdir()
        for name in (f"{exercise}.ipynb", "public.json"):
            shutil.copy(ROOT / "exercises" / exercise / name, root / exercise)
    return root


@pytest.fixture(scope="module")
def open_notebook(student: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Open the notebook of an exercise; one server and one browser serve them all."""
    need_lab()
    from playwright.sync_api import sync_playwright

    home = tmp_path_factory.mktemp("jupyter")
    with lab_server(student, home) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS, timeout=OPEN_MS
        )
        yield lambda exercise: OpenNotebook(browser.new_page(), url, f"{exercise}/{exercise}.ipynb")
        browser.close()


def solutions(course: Course, exercise: str) -> dict[str, str]:
    """Cell id to the reference's source, of every cell that a student writes."""
    authored = load_exercise(course.exercises / exercise, course.reference)
    return {cell.id: cell.solution for cell in authored.exercise.cells if cell.solution}


def graded(compiled: CompiledExercise, level: int, file: Path) -> Report:
    (report,) = Grader(compiled, level).grade([Submission("anna", compiled.exercise.id, file)])
    return report


def test_a_wrong_rule_is_named_in_the_notebook_mended_and_graded_at_full_marks(
    open_notebook: Open, student: Path, real_course: Course, compiled: Any, level: int
) -> None:
    exercise = compiled("04_backward_rules")
    right = solutions(real_course, "04_backward_rules")
    notebook = open_notebook("04_backward_rules")

    assert notebook.run_down_to("check-mul-rule")
    assert "mul rule   not written yet" in notebook.shown("check-mul-rule")

    mul = "solve-mul-rule-mul"
    wrong = right[mul].replace(".grad +=", ".grad =")
    notebook.type_in(mul, wrong)
    assert notebook.source(mul) == wrong
    assert notebook.run_down_to("check-mul-rule")
    told = notebook.shown("check-mul-rule")
    assert "[overwrites-gradient" in told
    assert "a.grad   expected   1.9\n             observed   -5.1" in told
    (shown,) = notebook.outputs("check-mul-rule")
    html = "".join(shown["data"]["text/html"])
    assert '<span class="failed">failed</span>' in html and "[overwrites-gradient" in html

    notebook.fill(mul, right[mul])
    assert notebook.run(mul) and notebook.run("check-mul-rule")
    assert "Passed. When you hand it in" in notebook.shown("check-mul-rule")

    for cell, source in right.items():
        notebook.fill(cell, source)
    assert notebook.command("notebook:run-all-cells")
    for task in exercise.exercise.tasks:
        assert "Passed." in notebook.shown(f"check-{task.id.replace(' ', '-')}")
    notebook.save()
    notebook.page.close()

    report = graded(exercise, level, student / "04_backward_rules" / "04_backward_rules.ipynb")
    assert report.outcome is Outcome.PASSED and report.score == report.max_score
    assert report.repairs == ()


def test_a_solved_lesson_draws_its_graphs_and_is_graded_at_full_marks(
    open_notebook: Open, student: Path, real_course: Course, compiled: Any, level: int
) -> None:
    exercise = compiled("03_value")
    notebook = open_notebook("03_value")
    for cell, source in solutions(real_course, "03_value").items():
        notebook.fill(cell, source)
    assert notebook.command("notebook:run-all-cells")
    printed, drawn = notebook.outputs("example-multiply")
    assert "Value(data=20.0, grad=0.0)" in "".join(printed["text"])
    assert "<svg role=" in "".join(drawn["data"]["text/html"])
    assert "L   * of s, f" in "".join(drawn["data"]["text/plain"])
    notebook.save()
    notebook.page.close()

    report = graded(exercise, level, student / "03_value" / "03_value.ipynb")
    assert report.outcome is Outcome.PASSED and report.score == report.max_score
