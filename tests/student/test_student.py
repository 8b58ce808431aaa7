"""What a student runs in a terminal: list, check, hint, reset, watch, with exercises/ alone."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from course_tools import build
from repository import ROOT

from autograder.authoring.scaffold import start_exercise
from autograder.course.course_file import load_course
from autograder.errors import UsageError
from autograder.model import Cell, CompiledExercise, ExerciseForm, Outcome, Role
from autograder.student.checking import HIDDEN_TOO, check_text, check_workspace, up_to_task
from autograder.student.finding import Workspace, find_workspace, list_text, read_public_half
from autograder.student.hints import STATE, hint
from autograder.student.resetting import reset
from autograder.student.watching import changes

SMALL = "01_small"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of 01_small as it is published."""
    root = tmp_path_factory.mktemp("published")
    (root / "course.yml").write_text("title: Small\ncourse_id: small\nseed: plain:tests\n")
    course = load_course(root)
    start_exercise(course, SMALL)
    build(course, SMALL)
    return course.exercises / SMALL


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Path:
    """A student's folder: exercises/ with 01_small and 02_small_too, nothing else."""
    home = tmp_path / "student"
    folder = home / "exercises" / SMALL
    folder.mkdir(parents=True)
    for name in ("public.json", f"{SMALL}.ipynb"):
        shutil.copy(published / name, folder)
    other = home / "exercises" / "02_small_too"
    other.mkdir()
    text = (folder / "public.json").read_text().replace(f'"id":"{SMALL}"', '"id":"02_small_too"')
    (other / "public.json").write_text(text)
    return home


@pytest.fixture
def workspace(home: Path) -> Workspace:
    return find_workspace(SMALL, home)


def write(workspace: Workspace, body: str) -> None:
    """Fill the stub of the notebook with a body."""
    notebook = json.loads(workspace.file.read_text())
    (cell,) = (c for c in notebook["cells"] if "NotImplementedError" in "".join(c["source"]))
    cell["source"] = "".join(cell["source"]).replace('raise NotImplementedError("double")', body)
    workspace.file.write_text(json.dumps(notebook))


# Finding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "named", [SMALL, "01", "small", f"exercises/{SMALL}", f"exercises/{SMALL}/{SMALL}.ipynb"]
)
def test_an_exercise_is_found_by_any_of_its_names(home: Path, named: str) -> None:
    found = find_workspace(named, home)
    assert found.folder.resolve() == (home / "exercises" / SMALL).resolve()
    assert found.file.name == f"{SMALL}.ipynb" and found.guess == ""


def test_an_exercise_is_found_from_inside_its_folder(home: Path) -> None:
    inside = home / "exercises" / SMALL / "notes"
    inside.mkdir()
    assert find_workspace(None, inside).compiled.exercise.id == SMALL
    assert find_workspace("02", inside).compiled.exercise.id == "02_small_too"


def test_without_a_name_the_file_saved_last_is_meant_and_this_is_said(home: Path) -> None:
    other = home / "exercises" / "02_small_too" / f"{SMALL}.ipynb"
    shutil.copy(home / "exercises" / SMALL / f"{SMALL}.ipynb", other)
    os.utime(home / "exercises" / SMALL / f"{SMALL}.ipynb", (1_000_000, 1_000_000))
    found = find_workspace(None, home)
    assert found.folder.name == "02_small_too"
    assert found.guess.startswith("02_small_too, because its file was saved last")
    assert check_text(found, check_workspace(found)).startswith("checking 02_small_too, because")


def test_a_file_elsewhere_than_in_an_exercise_is_refused(home: Path) -> None:
    (home / "mine.py").write_text("x = 1\n")
    with pytest.raises(UsageError, match=r"'mine\.py' is not in the folder of an exercise"):
        find_workspace("mine.py", home)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("0", "'0' fits several exercises: 01_small, 02_small_too; run: autograder list"),
        ("smal", "unknown exercise 'smal'; did you mean '01_small'?; run: autograder list"),
        ("xyz", "unknown exercise 'xyz'; run: autograder list"),
    ],
)
def test_a_name_that_does_not_fit_is_answered_with_a_way_on(
    home: Path, named: str, words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        find_workspace(named, home)
    assert str(caught.value) == words


def test_outside_a_course_this_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no exercises here: .* is not inside a course folder"):
        list_text(tmp_path)


def test_no_file_anywhere_is_said(home: Path) -> None:
    (home / "exercises" / SMALL / f"{SMALL}.ipynb").unlink()
    with pytest.raises(UsageError, match="no exercise has a file of yours yet"):
        find_workspace(None, home)


def test_the_list_has_a_line_for_each_exercise(home: Path) -> None:
    assert list_text(home) == "01_small      30 min  *  Small\n02_small_too  30 min  *  Small"


def test_a_public_half_of_a_newer_tool_is_not_taken_for_the_students_mistake(home: Path) -> None:
    path = home / "exercises" / SMALL / "public.json"
    path.write_text(path.read_text().replace('"kind":"', '"kind":"new-'))
    with pytest.raises(UsageError, match=r"unknown kind of case: new-.*or update: pip install"):
        find_workspace(SMALL, home)


@pytest.mark.parametrize("damage", ["{", "{}", "[]", '{"exercise": {}}'])
def test_a_damaged_public_half_is_named(home: Path, damage: str) -> None:
    (home / "exercises" / SMALL / "public.json").write_text(damage)
    with pytest.raises(UsageError, match=r"public\.json' does not fit this version of the tool"):
        find_workspace(SMALL, home)
    with pytest.raises(UsageError, match=r"public\.json' cannot be read .*again"):
        list_text(home)


def test_an_absent_public_half_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read '.*public\.json' \(no such file"):
        read_public_half(tmp_path)


# Checking ----------------------------------------------------------------------------------


def test_a_right_answer_passes_and_the_hidden_checks_are_announced(workspace: Workspace) -> None:
    write(workspace, "return 2 * x")
    report = check_workspace(workspace)
    assert report.outcome is Outcome.PASSED and report.level == 1
    text = check_text(workspace, report)
    assert "01_small: Small\n\ndouble: Double a number   1 of 1 point\n  passed   A number" in text
    assert "1 of 1 public check passed\n" in text
    assert " ".join(text.split()).endswith(HIDDEN_TOO)


def test_a_known_mistake_is_named_with_the_numbers_of_a_public_check(workspace: Workspace) -> None:
    write(workspace, "print('here'); return x * x")
    text = check_text(workspace, check_workspace(workspace))
    assert "    Your function multiplies x by itself." in text and "[squares-instead]" in text
    assert "expected   7.0\n" in text and "observed   12.25" in text
    assert "        double(3.5)\n" in text
    assert "What the code printed:\n    here\n" in text


def test_a_stub_is_missing_and_not_wrong(workspace: Workspace) -> None:
    report = check_workspace(workspace)
    assert report.outcome is Outcome.MISSING
    assert "double   not written yet   0 of 1 point\n" in check_text(workspace, report)


def test_an_endless_loop_ends(workspace: Workspace) -> None:
    write(workspace, "while True: pass")
    assert "more than 1 s of CPU time" in " ".join(
        check_text(workspace, check_workspace(workspace)).split()
    )


def test_a_file_that_cannot_be_read_is_explained(workspace: Workspace) -> None:
    workspace.file.write_text("{")
    report = check_workspace(workspace)
    assert report.outcome is Outcome.FAILED and report.score == 0
    assert "is not a notebook" in check_text(workspace, report)


def test_an_absent_file_is_offered_afresh(workspace: Workspace) -> None:
    workspace.file.unlink()
    with pytest.raises(
        UsageError, match=r"no '01_small\.ipynb' in .*put a fresh one .*: autograder reset 01_small"
    ):
        check_workspace(workspace)


def test_one_task_can_be_checked_alone(
    home: Path, compiled: Callable[[str], CompiledExercise], workspace: Workspace
) -> None:
    text = " ".join(check_text(workspace, check_workspace(workspace, "double"), "double").split())
    assert "passed in this task; for all tasks: autograder check 01_small" in text
    whole = compiled("04_backward_rules")
    part = up_to_task(whole, "pow rule")
    assert {c.task for c in part.checks} == {"mul rule", "neg and sub rules", "pow rule"}
    assert up_to_task(whole, None) is whole


def test_an_unknown_task_is_met_with_the_known_ones(workspace: Workspace) -> None:
    with pytest.raises(UsageError) as caught:
        check_workspace(workspace, "doubel")
    assert str(caught.value) == (
        "01_small has no task 'doubel'; did you mean 'double'?; its tasks: double"
    )


def test_a_task_with_hidden_checks_only_is_said_to_have_them(workspace: Workspace) -> None:
    bare = Workspace(workspace.folder, workspace.file, _without_checks(workspace.compiled))
    with pytest.raises(UsageError, match="all checks of the task 'double' are hidden"):
        check_workspace(bare, "double")


def _without_checks(compiled: CompiledExercise) -> CompiledExercise:
    return CompiledExercise(compiled.exercise, (), {}, {}, (), "")


def test_checking_imports_neither_rich_nor_jinja2_nor_hypothesis(workspace: Workspace) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from autograder.student.checking import check_workspace, check_text\n"
        "from autograder.student.finding import find_workspace\n"
        "workspace = find_workspace(None, Path(sys.argv[1]))\n"
        "check_text(workspace, check_workspace(workspace))\n"
        "heavy = {'rich', 'jinja2', 'hypothesis', 'jupytext', 'nbformat', 'yaml', 'asyncio'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = ROOT
    ran = subprocess.run(
        [sys.executable, "-c", program, str(workspace.folder)],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert ran.stdout == "[]\n"


# Watching ----------------------------------------------------------------------------------


def test_a_watched_file_is_told_at_once_and_at_each_change(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    events = [
        lambda: None,  # nothing happens
        file.unlink,  # an editor puts the old file away ...
        lambda: file.write_text("a longer text"),  # ... and the new one there
        lambda: None,
        lambda: file.write_text("short"),
    ]
    file.write_text("text")
    waited = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        events.pop(0)()

    watching = changes(file, sleep)
    next(watching)
    assert waited == []
    next(watching)
    assert len(waited) == 3
    next(watching)
    assert len(waited) == 5 and not events


# Hints -------------------------------------------------------------------------------------


def test_hints_come_one_level_at_a_time_and_the_last_one_stays(workspace: Workspace) -> None:
    first, second, third, fourth = (hint(workspace, "double") for _ in range(4))
    assert "hint 1 of 3, a nudge\n\nWhat is added to x?" in first
    assert first.endswith('more: autograder hint 01_small --task "double"')
    assert "hint 2 of 3, the idea behind it" in second
    assert "hint 3 of 3, a worked example of the same kind" in third and fourth == third
    assert third.endswith("ask a person, and show what you have tried.")
    assert json.loads((workspace.folder / STATE).read_text()) == {"double": 3}


def test_a_level_that_is_asked_for_is_given_and_not_counted(workspace: Workspace) -> None:
    assert "hint 3 of 3" in hint(workspace, "double", "twin")
    assert not (workspace.folder / STATE).exists()


def test_without_a_task_the_first_open_one_is_meant(workspace: Workspace) -> None:
    assert hint(workspace).startswith("double: Double a number\n")
    write(workspace, "return 2 * x")
    assert hint(workspace) == "Every public check passes: there is nothing to hint at."


def test_an_unknown_level_is_answered_with_the_three(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="unknown level 'big'; use one of: nudge, concept, twin"):
        hint(workspace, "double", "big")


def test_an_unknown_task_has_no_hint(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="has no task 'triple'"):
        hint(workspace, "triple")


@pytest.mark.parametrize("damage", ["{", "[]", '{"double": "three"}', '{"double": -4}'])
def test_a_damaged_count_of_hints_counts_as_none(workspace: Workspace, damage: str) -> None:
    (workspace.folder / STATE).write_text(damage)
    assert "hint 1 of 3" in hint(workspace, "double")


def test_a_count_that_cannot_be_kept_is_said(workspace: Workspace) -> None:
    (workspace.folder / STATE).mkdir()
    with pytest.raises(UsageError, match=r"cannot write '.*ask for a level: .*--level nudge"):
        hint(workspace, "double")


def test_a_task_without_hints_says_so(workspace: Workspace) -> None:
    text = workspace.folder / "public.json"
    plain = json.loads(text.read_text())
    plain["exercise"]["tasks"][0]["hints"] = None
    text.write_text(json.dumps(plain))
    assert hint(find_workspace(SMALL, workspace.folder), "double").startswith(
        "double: this task has no hints."
    )


def test_code_in_a_hint_keeps_its_lines(workspace: Workspace) -> None:
    text = workspace.folder / "public.json"
    plain = json.loads(text.read_text())
    twin = "Look at\nthis:\n\n```text\na  = 1\n\nbb = 2\n```\n\nAnd\nthen?\n\nMore."
    plain["exercise"]["tasks"][0]["hints"]["twin"] = twin
    text.write_text(json.dumps(plain))
    told = hint(find_workspace(SMALL, workspace.folder), "double", "twin")
    assert "Look at this:\n\n    a  = 1\n\n    bb = 2\n\nAnd then?\n\nMore.\n" in told


# Resetting ---------------------------------------------------------------------------------


def test_reset_puts_the_stubs_back_and_keeps_numbered_backups(workspace: Workspace) -> None:
    fresh = json.loads(workspace.file.read_text())
    write(workspace, "return x * x")
    mine = workspace.file.read_bytes()
    assert reset(workspace) == (
        "01_small.ipynb is as it was at the beginning; your old file is 01_small.backup-1.ipynb"
    )
    assert json.loads(workspace.file.read_text()) == fresh
    assert workspace.file.with_name("01_small.backup-1.ipynb").read_bytes() == mine
    assert reset(workspace).endswith("your old file is 01_small.backup-2.ipynb")
    assert workspace.file.with_name("01_small.backup-1.ipynb").read_bytes() == mine


def test_reset_brings_back_cells_and_drops_added_ones(workspace: Workspace) -> None:
    fresh = json.loads(workspace.file.read_text())
    notebook = json.loads(workspace.file.read_text())
    notebook["cells"] = [{"cell_type": "code", "id": "own", "source": "1", "metadata": {}}]
    workspace.file.write_text(json.dumps(notebook))
    reset(workspace)
    cells = json.loads(workspace.file.read_text())["cells"]
    assert [(c["id"], c["source"]) for c in cells] == [
        (c["id"], c["source"]) for c in fresh["cells"]
    ]


@pytest.mark.parametrize("damage", [None, "{", "[]", '{"cells": 3}', '{"cells": [3]}'])
def test_reset_makes_a_notebook_where_none_can_be_read(
    workspace: Workspace, damage: str | None
) -> None:
    if damage is None:
        workspace.file.unlink()
    else:
        workspace.file.write_text(damage)
    assert ("your old file" in reset(workspace)) is (damage is not None)
    write(workspace, "return 2 * x")
    assert check_workspace(workspace).outcome is Outcome.PASSED


def test_reset_of_one_task_leaves_everything_else(workspace: Workspace) -> None:
    write(workspace, "return x * x")
    notebook = json.loads(workspace.file.read_text())
    own = {"cell_type": "code", "id": "own", "source": "1", "metadata": {}, "outputs": []}
    notebook["cells"].append(own)
    workspace.file.write_text(json.dumps(notebook))
    assert reset(workspace, "double").startswith("the task 'double' is as it was at the beginning")
    after = json.loads(workspace.file.read_text())["cells"]
    assert after[-1] == own
    assert check_workspace(workspace).outcome is Outcome.MISSING


def test_reset_of_a_task_whose_cell_is_lost_says_what_to_do(workspace: Workspace) -> None:
    notebook = json.loads(workspace.file.read_text())
    notebook["cells"] = notebook["cells"][:1]
    workspace.file.write_text(json.dumps(notebook))
    with pytest.raises(UsageError, match=r"has lost the cell '.*double.*' of the task 'double'"):
        reset(workspace, "double")
    workspace.file.write_text("{")
    with pytest.raises(UsageError, match=r"cannot be read as a notebook, so that no task"):
        reset(workspace, "double")


def test_reset_of_an_unknown_task_touches_nothing(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="has no task 'triple'"):
        reset(workspace, "triple")
    assert len(list(workspace.folder.iterdir())) == 2


def test_reset_of_a_module_puts_the_starting_file_back(workspace: Workspace) -> None:
    start = Cell("solve", Role.SOLVE, '"""Yours."""\n', regions=("small",))
    prose = Cell("prose", Role.PROSE, "What must hold.")
    exercise = replace(
        workspace.compiled.exercise, form=ExerciseForm.MODULE, file="small.py", cells=(prose, start)
    )
    compiled = replace(workspace.compiled, exercise=exercise)
    module = Workspace(workspace.folder, workspace.folder / "small.py", compiled)
    assert reset(module) == "small.py is as it was at the beginning"
    module.file.write_text("class Value: pass\n")
    assert reset(module).endswith("your old file is small.backup-1.py")
    assert module.file.read_text() == start.source
    with pytest.raises(UsageError, match=r"small\.py is one piece, and a task of it cannot"):
        reset(module, "double")
