"""What leaves the house: nothing secret in it, the same bytes each time, ready to be used."""

import ast
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from importlib import metadata

import pytest
from click.testing import CliRunner
from conftest import SMALL

from autograder.authoring.lessons.exercises import load_exercise
from autograder.authoring.lessons.notebooks import notebook_form, source_notebook, student_notebook
from autograder.authoring.proof.guard import solution_lines
from autograder.authoring.release import bundle
from autograder.authoring.release.bundle import prepare, write_release
from autograder.authoring.release.wheel import tool_wheel, zipped
from autograder.cli import main
from autograder.course.compiled import hidden_numbers, task_points
from autograder.course.folders import list_exercises
from autograder.errors import CourseError, UsageError
from autograder.model import Role, Visibility

HIDDEN_TITLE = "A secret of this test: negative numbers and"
SECRET_LINE = "return number * 2 + number - number"


def words_of(folder_or_zip):
    """Every file of a release as text, those of the wheel in it too."""
    archive = zipfile.ZipFile(folder_or_zip)
    for name in archive.namelist():
        content = archive.read(name)
        if name.endswith(".whl"):
            inner = zipfile.ZipFile(io.BytesIO(content))
            yield from ((f"{name}/{n}", inner.read(n).decode()) for n in inner.namelist())
        else:
            yield name, content.decode()


def secret_course(course):
    """The small course with an answer that is long enough to be known again."""
    reference = course.reference / "small.py"
    answer = f"number = x\n    {SECRET_LINE}"
    reference.write_text(reference.read_text().replace("return 2 * x", answer))
    misconceptions = course.hidden / SMALL / "misconceptions.yml"
    misconceptions.write_text(misconceptions.read_text().replace("2 * x", "number * 2"))
    return course


@pytest.fixture
def small_course(small_course):
    """What `autograder new` writes, but for the hidden title, which the tool itself holds."""
    checks = small_course.hidden / SMALL / "checks.py"
    checks.write_text(checks.read_text().replace("Negative numbers and", HIDDEN_TITLE))
    return small_course


@pytest.fixture(scope="module")
def everything(real_course, compiled):
    """The whole course, released."""
    ids = list_exercises(real_course.root)
    for exercise in ids:
        compiled(exercise)
    return prepare(real_course, ids)


@pytest.fixture(scope="module")
def written(everything, tmp_path_factory):
    return write_release(everything, tmp_path_factory.mktemp("release"))


@pytest.mark.slow
def test_the_bundle_has_what_a_student_needs_and_nothing_of_the_authors(everything):
    names = set(everything.students)
    for exercise in ("04_backward_rules", "10_pytorch"):
        home = f"exercises/{exercise}/"
        files = {name.removeprefix(home) for name in names if name.startswith(home)}
        data = {"torch_record.json"} if exercise == "10_pytorch" else set()
        assert files == {f"{exercise}.ipynb", f"{exercise}.py", "public.json"} | data
    engine = {name for name in names if name.startswith("exercises/06_engine/")}
    assert {name.rpartition("/")[2] for name in engine} == {"engine.py", "README.md", "public.json"}
    assert "What must hold" in everything.students["exercises/06_engine/README.md"].decode()
    assert {name for name in names if not name.startswith("exercises/")} == {
        "README.md",
        f"tool/{tool_wheel()[0]}",
    }


@pytest.mark.slow
def test_the_readme_names_every_exercise_and_the_wheel_that_is_there(everything):
    readme = everything.students["README.md"].decode()
    for name in everything.students:
        if name.startswith("exercises/"):
            assert f"`exercises/{name.split('/')[1]}`" in readme
    assert f'pip install "tool/{tool_wheel()[0]}[jupyter]"' in readme


@pytest.mark.slow
def test_the_readme_says_what_one_can_do_after_an_exercise_and_what_it_builds_on(
    everything, compiled
):
    readme = everything.students["README.md"].decode()
    rows = {line.split("`")[1]: line for line in readme.splitlines() if line.startswith("| `ex")}
    for exercise_id in ("01_derivative", "08_mlp"):
        exercise = compiled(exercise_id).exercise
        builds_on = ", ".join(f"`{name}`" for name in exercise.prerequisites) or "nothing"
        row = rows[f"exercises/{exercise_id}"]
        assert row.count("|") == 6
        assert f"| {exercise.goal} | {builds_on} | {exercise.minutes} |" in row


@pytest.mark.slow
def test_no_secret_is_in_any_file_of_the_bundle_or_of_its_wheel(real_course, compiled, written):
    texts = dict(words_of(written[1]))
    assert any(name.endswith(".whl/autograder/cli.py") for name in texts)
    found = []
    for exercise in list_exercises(real_course.root):
        authored = load_exercise(real_course.exercises / exercise, real_course.reference)
        done = compiled(exercise)
        public = {c.title for c in done.checks if c.visibility is Visibility.PUBLIC}
        secrets = {c.title for c in done.checks} - public
        own = f"/exercises/{exercise}/"
        for name, text in texts.items():
            # what one exercise asks for, a later one provides
            if own in name or "/exercises/" not in name:
                found += [(name, x) for x in secrets | solution_lines(authored) if x in text]
            if own in name and name.endswith("public.json"):
                found += [(name, x) for x in hidden_numbers(done) if x in text]
    assert found == []


@pytest.mark.slow
def test_the_search_would_find_the_solutions_where_they_are(real_course, everything):
    authored = load_exercise(real_course.exercises / "04_backward_rules", real_course.reference)
    source = everything.staff["source/04_backward_rules/04_backward_rules.ipynb"].decode()
    lines = solution_lines(authored)
    assert len(lines) > 5
    assert all(line in source for line in lines)


def test_an_answer_in_a_lesson_stops_the_release(small_course):
    secret_course(small_course)
    lesson = small_course.exercises / SMALL / "lesson.md"
    lesson.write_text(lesson.read_text() + f"\nHere is how: {SECRET_LINE}\n")
    with pytest.raises(CourseError, match=r"01_small.*holds a line of the solution: 'return num"):
        prepare(small_course, [SMALL])


def test_the_title_of_a_hidden_check_in_a_data_file_stops_the_release(small_course):
    (small_course.exercises / SMALL / "notes.txt").write_text(
        f"{HIDDEN_TITLE} fractions are doubled too."
    )
    lesson = small_course.exercises / SMALL / "lesson.md"
    lesson.write_text(lesson.read_text() + "\nRead `notes.txt`.\n")
    with pytest.raises(CourseError, match=r"notes\.txt.*holds the title of a hidden check: 'A sec"):
        prepare(small_course, [SMALL])


def test_a_hidden_number_in_a_lesson_stops_the_release(small_course):
    checks = small_course.hidden / SMALL / "checks.py"
    checks.write_text(checks.read_text().replace("-1.25", "-0.123456789"))
    lesson = small_course.exercises / SMALL / "lesson.md"
    lesson.write_text(lesson.read_text() + "\nDoubled it is -0.246913578.\n")
    words = r"holds a hidden expected number: -0\.246913578.*Nothing was written; move the case"
    with pytest.raises(CourseError, match=words):
        prepare(small_course, [SMALL])


def test_an_answer_in_the_tool_itself_stops_the_release(small_course, monkeypatch):
    secret_course(small_course)
    wheel = zipped({"autograder/help.py": SECRET_LINE.encode()})
    monkeypatch.setattr(bundle, "tool_wheel", lambda: ("x.whl", wheel))
    with pytest.raises(CourseError, match=r"tool/x\.whl/autograder/help\.py.*line of the solution"):
        prepare(small_course, [SMALL])


@pytest.mark.slow
def test_exercises_that_give_each_other_away_are_noted(everything):
    notes = {note.partition(" ")[0]: note for note in everything.notes}
    assert "05_backward" in notes["04_backward_rules"]
    assert "01_derivative" not in notes


def test_points_agree_everywhere(real_course, compiled):
    for exercise_id in list_exercises(real_course.root):
        done = compiled(exercise_id)
        authored = load_exercise(real_course.exercises / exercise_id, real_course.reference)
        points = task_points(done)
        for text in (
            source_notebook(authored, points),
            student_notebook(notebook_form(done.exercise, points), points),
        ):
            marks = [c["metadata"].get("nbgrader", {}) for c in json.loads(text)["cells"]]
            graded = [m for m in marks if m.get("grade")]
            checks = {m["grade_id"]: m["points"] for m in graded if not m["solution"]}
            answers = [m["points"] for m in graded if m["solution"]]
            assert sorted(checks.values()) == sorted(p for p in points.values() if p), exercise_id
            assert sum(checks.values()) == sum(c.points for c in done.checks)
            assert answers == [c.points for c in done.exercise.cells if c.role is Role.WRITTEN]


def test_a_module_becomes_a_notebook_of_one_solve_cell_and_a_check_for_each_task(
    real_course, compiled
):
    done = compiled("06_engine")
    exercise = notebook_form(done.exercise, task_points(done))
    assert exercise.file == "06_engine.ipynb"
    assert [c.role for c in exercise.cells].count(Role.SOLVE) == 1
    checks = [c for c in exercise.cells if c.source.startswith("check(")]
    assert [c.source for c in checks] == [f'check("{t.id}")' for t in done.exercise.tasks]
    without_points = [c.id for c in checks if c.role is Role.EXAMPLE]
    assert without_points == ["check-remarks"]
    assert notebook_form(exercise, {}) is exercise


@pytest.mark.slow
def test_the_staff_get_the_marking_schemes_and_students_do_not(everything):
    assert b"Mark scheme" in everything.staff["marking/10_pytorch.md"]
    assert not any("marking" in name for name in everything.students if "tool" not in name)
    assert not any(name.startswith("source") and "marking" in name for name in everything.staff)


@pytest.mark.slow
def test_zip_and_folder_hold_the_same_files_without_times(written):
    folder, packed, _ = written
    archive = zipfile.ZipFile(packed)
    entries = archive.infolist()
    assert [e.filename for e in entries] == sorted(e.filename for e in entries)
    assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}
    for entry in entries:
        assert (folder.parent / entry.filename).read_bytes() == archive.read(entry)


def test_the_same_course_gives_the_same_bytes_under_any_hash_seed(small_course):
    code = (
        "import hashlib, sys; from pathlib import Path;"
        "from autograder.course.course_file import load_course;"
        "from autograder.authoring.release.bundle import prepare, write_release;"
        "release = prepare(load_course(Path(sys.argv[1])), ['01_small']);"
        "_, packed, _ = write_release(release, Path(sys.argv[2]));"
        "print(hashlib.sha256(packed.read_bytes() + repr(release).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code, small_course.root, small_course.root / f"out{seed}"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.slow
def test_a_student_installs_the_wheel_and_checks_with_nothing_else(real_course, written, tmp_path):
    folder, _, _ = written
    (wheel,) = (folder / "tool").iterdir()
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, "--target", tmp_path / "site", wheel], check=True, capture_output=True)

    def autograder(*arguments):
        code = "import sys; from autograder.cli import main; main(sys.argv[1:])"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
            capture_output=True,
            text=True,
        )

    listed = autograder("list")
    assert listed.returncode == 0, listed.stderr
    assert "04_backward_rules" in listed.stdout
    unwritten = autograder("check", "06")
    assert unwritten.returncode == 1
    assert "not written yet" in unwritten.stdout
    (folder / "exercises/06_engine/engine.py").write_bytes(
        (real_course.reference / "engine.py").read_bytes()
    )
    right = autograder("check", "06")
    assert right.returncode == 0, right.stdout + right.stderr
    code = "import autograder; print(autograder.__file__)"
    place = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert place.startswith(str(tmp_path))


def test_the_wheel_holds_every_file_of_the_tool_and_a_true_record():
    name, packed = tool_wheel()
    archive = zipfile.ZipFile(io.BytesIO(packed))
    version = metadata.version("micrograde")
    assert name == f"micrograde-{version}-py3-none-any.whl"
    names = archive.namelist()
    assert "autograder/report/templates/task.html" in names or any(
        n.startswith("autograder/report/templates/") for n in names
    )
    assert not [n for n in names if "__pycache__" in n or n.startswith(("reference", "exercises"))]
    assert b"autograder.cli:main" in archive.read(
        f"micrograde-{version}.dist-info/entry_points.txt"
    )
    record = archive.read(f"micrograde-{version}.dist-info/RECORD").decode().splitlines()
    assert sorted(line.split(",")[0] for line in record) == names
    assert tool_wheel()[1] == packed


def test_a_tool_that_is_not_installed_cannot_be_packed(monkeypatch):
    def absent(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    with pytest.raises(UsageError, match=r"not installed here.*run: pip install -e \."):
        tool_wheel()


def test_a_course_id_must_be_the_name_of_a_folder(small_course):
    with pytest.raises(CourseError, match=r"course_id: '\.\./up' cannot be the name of a folder"):
        prepare(replace(small_course, course_id="../up"), [SMALL])


def test_a_release_that_cannot_be_written_says_where(small_course, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot write '.*file.*name another folder with --out"):
        write_release(prepare(small_course, [SMALL]), tmp_path / "file")


def test_settings_that_an_instructor_edited_are_kept(small_course, tmp_path):
    release = prepare(small_course, [SMALL])
    *_, nbgrader = write_release(release, tmp_path / "out")
    settings = nbgrader / "nbgrader_config.py"
    assert "c.CourseDirectory.course_id = 'small'" in settings.read_text()
    ast.parse(settings.read_text())
    settings.write_text("# mine\n")
    write_release(release, tmp_path / "out")
    assert settings.read_text() == "# mine\n"


def test_the_command_releases_and_says_what_is_what(small_course, tmp_path):
    arguments = ["release", "--out", str(tmp_path / "out"), "--course", str(small_course.root)]
    done = CliRunner().invoke(main, [*arguments, "--exercise", "small"])
    assert done.exit_code == 0, done.output
    assert "staff only: solutions are in it" in done.output
    assert "nbgrader generate_assignment 01_small" in done.output
    assert (tmp_path / "out" / "small.zip").is_file()
    assert (tmp_path / "out" / "nbgrader" / "source" / SMALL / f"{SMALL}.ipynb").is_file()
    digest = hashlib.sha256((tmp_path / "out" / "small.zip").read_bytes()).hexdigest()
    assert CliRunner().invoke(main, arguments).exit_code == 0  # all exercises: the one there is
    assert hashlib.sha256((tmp_path / "out" / "small.zip").read_bytes()).hexdigest() == digest


# What stands in an exercise's folder by chance, and what its author names there.
STRAY = (
    *(".hints.json", "lesson.md~", "lesson.md.orig", "#lesson.md#", "01_small.backup-1.ipynb"),
    *("draft.ipynb", "notes.txt", "old/data.csv", "more_data.csv", "data.csv.bak", "double.py"),
)
NAMED = ("data.csv", "pictures/a graph.PNG", "table.json", "page.svg")


@pytest.fixture
def strewn(small_course):
    """The small course with files that its author left lying about, and some that are named."""
    folder = small_course.exercises / SMALL
    for name in (*STRAY, *NAMED, "__pycache__/checks.pyc", ".ipynb_checkpoints/x.ipynb"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"this is {name}")
    lesson, checks = folder / "lesson.md", folder / "checks.py"
    lesson.write_text(
        lesson.read_text()
        + "\n![A graph](pictures/a%20graph.PNG)\n\n<img src='./page.svg'>\n"
        + '\n```python\nopen("data.csv").read()\n```\n'
    )
    checks.write_text(checks.read_text() + "\n# the numbers are those of table.json\n")
    return small_course


def test_students_get_what_the_lesson_or_a_check_names_and_no_file_that_lies_about(strewn):
    release = prepare(strewn, [SMALL])
    home = f"exercises/{SMALL}/"
    given = {n.removeprefix(home) for n in release.students if n.startswith(home)}
    assert given == {f"{SMALL}.ipynb", f"{SMALL}.py", "public.json", *NAMED}
    source = f"source/{SMALL}/"
    staff = {n.removeprefix(source) for n in release.staff if n.startswith(source)}
    assert staff == {f"{SMALL}.ipynb", "public.json", *NAMED}
    assert set(release.left) == {f"{SMALL}/{name}" for name in STRAY}


def test_what_is_left_is_told_in_one_line(strewn, tmp_path):
    arguments = ["release", "--out", str(tmp_path / "out"), "--course", str(strewn.root)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    (line,) = [line for line in done.output.splitlines() if line.startswith("left out")]
    assert line.startswith("left out       no lesson or public check names: ")
    assert all(f"{SMALL}/{name}" in line for name in STRAY)
    assert (tmp_path / "out/small/exercises" / SMALL / "pictures/a graph.PNG").is_file()
    assert not (tmp_path / "out/small/exercises" / SMALL / ".hints.json").exists()


@pytest.mark.slow
def test_the_course_as_it_is_leaves_nothing(everything):
    assert everything.left == ()


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_release_replaces_no_pipe_and_no_device(small_course, tmp_path, kind):
    out = tmp_path / "out"
    out.mkdir()
    if kind == "pipe":
        os.mkfifo(out / "small.zip")
    else:
        (out / "small.zip").symlink_to("/dev/null")
    with pytest.raises(UsageError) as caught:
        write_release(prepare(small_course, [SMALL]), out)
    assert str(caught.value) == (
        f"cannot write '{out / 'small.zip'}' (it is a {kind}); name another folder with --out"
    )


def test_a_release_is_written_through_a_link(small_course, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "small.zip").symlink_to("../elsewhere.zip")
    _, packed, _ = write_release(prepare(small_course, [SMALL]), tmp_path / "out")
    assert packed.is_symlink() and zipfile.is_zipfile(tmp_path / "elsewhere.zip")


def test_a_course_without_exercises_has_nothing_to_release(small_course, tmp_path):
    (small_course.exercises / SMALL).rename(tmp_path / "elsewhere")
    arguments = ["release", "--out", str(tmp_path / "out"), "--course", str(small_course.root)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert "start one: autograder new 01_name" in done.output
