"""When a compiled exercise is fresh: exactly while nothing that it is made from has changed."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SMALL

from autograder.authoring.proof.compiling import compile_exercise
from autograder.authoring.proof.mutants import load_entries
from autograder.course import compiled
from autograder.course.compiled import MADE_BY, TOOL, fetch, sources_hash
from autograder.course.course_file import load_course

OTHER = "02_other"
# One file of the tool in each folder, and whether a change of it makes exercises stale.
IN_THE_TOOL = {
    "authoring/checks/random_tapes.py": True,
    "authoring/lessons/cutting.py": True,
    "authoring/proof/mutants.py": True,
    "course/yaml_files.py": True,
    "judging/rightness.py": True,
    "sandbox/engines/planted.py": True,
    "worker/driver.py": True,
    "worker/engines/tapes.py": True,
    "worker/imports/absent.py": True,
    "worker/players/graphs.py": True,
    "tape.py": True,
    "authoring/scaffold.py": False,
    "authoring/demo.py": False,
    "authoring/lessons/notebooks.py": False,
    "authoring/proof/validate.py": False,
    "authoring/release/bundle.py": False,
    "commands/authors.py": False,
    "grading/grade.py": False,
    "intake/arriving/arrival.py": False,
    "intake/extract.py": False,
    "intake/flags/reaching.py": False,
    "judging/explaining.py": False,
    "records/results.py": False,
    "report/progress.py": False,
    "sandbox/running.py": False,
    "student/hints.py": False,
    "worker/confine.py": False,
    "cli.py": False,
}
IN_THE_COURSE = {
    f"exercises/{SMALL}/exercise.yml": True,
    f"exercises/{SMALL}/lesson.md": True,
    f"exercises/{SMALL}/checks.py": True,
    f"exercises/{SMALL}/recorded.json": True,  # a check may read it
    f"exercises/{SMALL}/data/deep/x.json": True,
    f"exercises/{SMALL}/data/x.npy": True,
    f"exercises/{SMALL}/helper.py": True,  # or import it
    f"exercises/{SMALL}/helpers/__init__.py": True,
    f"exercises/{SMALL}/data/public.json": True,  # of the same name as the generated one
    f"exercises/{SMALL}/{SMALL}.ipynb": False,
    f"exercises/{SMALL}/__pycache__/helper.cpython-312.pyc": False,
    f"exercises/{SMALL}/.ipynb_checkpoints/{SMALL}-checkpoint.py": False,
    f"exercises/{SMALL}/{SMALL}.py": False,
    f"exercises/{SMALL}/public.json": False,
    f"exercises/{SMALL}/pictures/picture.png": False,
    f"exercises/{OTHER}/checks.py": False,
    "reference/small.py": True,
    f"reference/hidden/{SMALL}/checks.py": True,
    f"reference/hidden/{SMALL}/misconceptions.yml": True,
    f"reference/hidden/{SMALL}/planted/engine.py": True,
    f"reference/hidden/{SMALL}/planted/faults.yml": True,
    f"reference/hidden/{SMALL}/planted/__pycache__/engine.pyc": False,
    f"reference/hidden/{SMALL}/equivalent.yml": False,
    f"reference/hidden/{SMALL}/marking.md": False,
    f"reference/hidden/{OTHER}/checks.py": False,
    f"reference/hidden/{OTHER}/misconceptions.yml": False,
    "reference/cheatsheet.yml": False,
}


def stale_after_a_change_of(path, course, tool=TOOL):
    path.parent.mkdir(parents=True, exist_ok=True)
    before = sources_hash(course, SMALL, tool)
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\n# changed\n")
    return sources_hash(course, SMALL, tool) != before


@pytest.mark.parametrize(("file", "stale"), IN_THE_COURSE.items())
def test_of_a_course_exactly_what_is_compiled_counts(small_course, file, stale):
    assert stale_after_a_change_of(small_course.root / file, small_course) is stale


def test_of_the_tool_exactly_what_compiles_counts(small_course, tmp_path):
    tool = tmp_path / "tool"
    shutil.copytree(TOOL, tool, ignore=shutil.ignore_patterns("__pycache__"))
    for file, stale in IN_THE_TOOL.items():
        assert (tool / file).is_file(), file
        assert stale_after_a_change_of(tool / file, small_course, tool) is stale, file


def test_each_folder_of_the_tool_is_tried():
    folders = {p.parent.relative_to(TOOL).as_posix() for p in TOOL.rglob("*.py")}
    assert folders <= {Path(file).parent.as_posix() for file in IN_THE_TOOL}


def test_included_misconceptions_count(small_course):
    other = small_course.hidden / OTHER / "misconceptions.yml"
    own = small_course.hidden / SMALL / "misconceptions.yml"
    third = small_course.hidden / "03_third" / "misconceptions.yml"
    assert not stale_after_a_change_of(other, small_course)
    own.write_text(own.read_text() + f"- include: {OTHER}\n")
    assert stale_after_a_change_of(other, small_course)
    assert not stale_after_a_change_of(third, small_course)
    other.write_text("- include: '03_third'\n  except: [x]\n")
    assert stale_after_a_change_of(third, small_course)


INCLUDES = (
    f"- {{include: {OTHER}}}\n",
    f'- "include": {OTHER}\n',
    f"- include : {OTHER}\n",
    f"- ? include\n  : {OTHER}\n",
    f"- include:\n    !!str {OTHER}\n",
    f"- include: >-\n    {OTHER}\n",
    f'- "incl\\x75de": {OTHER}\n',
    '- include: "\\x302_\\u006fth\\U00000065r"\n',
    '- include: "02_\\\n    other\\t"\n',
)


@pytest.mark.parametrize("include", INCLUDES)
def test_an_include_counts_in_every_form_that_is_read(small_course, include):
    other = small_course.hidden / OTHER / "misconceptions.yml"
    other.parent.mkdir()
    entry = (small_course.hidden / SMALL / "misconceptions.yml").read_text()
    other.write_text(entry.replace("squares-instead", "of-the-other"))
    (small_course.hidden / SMALL / "misconceptions.yml").write_text(include)
    (read,) = load_entries(small_course.hidden, SMALL)
    assert read.misconception.id == "of-the-other"
    assert stale_after_a_change_of(other, small_course)


@pytest.mark.parametrize("broken", [b"- include: [", b"\xff- {", b"- '\\UFFFFFFFF': 1\n"])
def test_a_broken_file_counts_by_its_bytes(small_course, broken):
    for path in (
        small_course.hidden / SMALL / "misconceptions.yml",
        small_course.exercises / SMALL / "exercise.yml",
    ):
        path.write_bytes(broken)
        assert stale_after_a_change_of(path, small_course)


def test_of_an_exercise_with_a_module_the_generated_one_does_not_count(small_course):
    folder = small_course.exercises / SMALL
    text = (folder / "exercise.yml").read_text()
    text = text.replace("form: notebook", "form: module")
    (folder / "exercise.yml").write_text(text.replace(f"file: {SMALL}.ipynb", '"file": engine.py'))
    assert not stale_after_a_change_of(folder / "engine.py", small_course)
    assert stale_after_a_change_of(folder / f"{SMALL}.py", small_course)  # none is generated


def pretend(patch, package, number):
    version = compiled.version
    patch.setattr(compiled, "version", lambda name: number if name == package else version(name))


def test_seed_and_versions_count(small_course, monkeypatch):
    before = sources_hash(small_course, SMALL)
    path = small_course.root / "course.yml"
    path.write_text(path.read_text().replace("a seed for tests", "another seed"))
    assert sources_hash(load_course(small_course.root), SMALL) != before
    for package in ("hypothesis", "jupytext", "numpy"):
        with monkeypatch.context() as patch:
            pretend(patch, package, "9")
            assert sources_hash(small_course, SMALL) != before
    monkeypatch.setattr(compiled.sys, "version", "4.0")
    assert sources_hash(small_course, SMALL) != before


# What the tool's files import --------------------------------------------------------------


def file_of(name):
    path = TOOL.parent / Path(*name.split("."))
    return next((p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()), None)


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if file_of(name) else node.module for name in inner]
        yield from (name for name in names if name.startswith("autograder."))


def test_the_list_of_what_compiles_is_what_compiling_and_checks_import():
    checks = [*ROOT.glob("exercises/*/checks.py"), *ROOT.glob("reference/hidden/*/checks.py")]
    todo = ["autograder.authoring.proof.compiling"]
    todo += [name for path in checks for name in imported_by(path)]
    found = set()
    while todo:
        path = file_of(todo.pop())
        if path not in found:
            found.add(path)
            todo += imported_by(path)
    assert len(checks) >= 12
    assert {path.relative_to(TOOL).as_posix() for path in found} == set(MADE_BY)
    assert len(MADE_BY) == len(set(MADE_BY))


# Fetching ----------------------------------------------------------------------------------


def test_a_damaged_file_is_compiled_again_without_a_word(small_course):
    first = compile_exercise(small_course, SMALL)
    (path,) = small_course.cache.iterdir()
    whole = path.read_bytes()
    for damaged in (b"", whole[:-100], whole.replace(b"7.0", b"8.0")):
        path.write_bytes(damaged)
        assert fetch(small_course, SMALL) is None
        said = []
        assert compile_exercise(small_course, SMALL, say=said.append) == first
        assert said == []
        assert path.read_bytes() == whole


def test_another_version_of_hypothesis_is_said(small_course, monkeypatch):
    said = []
    compile_exercise(small_course, SMALL, say=said.append)
    assert said == []
    now = compiled.hypothesis_version()
    pretend(monkeypatch, "hypothesis", "9.1.0-beta")
    compile_exercise(small_course, SMALL, say=said.append)
    compile_exercise(small_course, SMALL, say=said.append)
    monkeypatch.undo()
    compile_exercise(small_course, SMALL, say=said.append)
    change = f"{SMALL} is compiled afresh: Hypothesis {{}} -> {{}}; the hidden graphs may differ"
    assert said == [change.format(now, "9.1.0-beta"), change.format("9.1.0-beta", now)]


def test_a_fresh_exercise_is_fetched_without_hypothesis_and_without_jupytext(small_course):
    compile_exercise(small_course, SMALL)
    code = (
        "import sys; from pathlib import Path\n"
        "from autograder.course.course_file import load_course\n"
        "from autograder.authoring.proof.compiling import compile_exercise\n"
        "from autograder.authoring.lessons.exercises import authored_exercise\n"
        f"course = load_course(Path(sys.argv[1])); compile_exercise(course, {SMALL!r})\n"
        f"authored_exercise(course, {SMALL!r})\n"
        "slow = ('hypothesis', 'jupytext', 'nbformat', 'jsonschema')\n"
        "print([name for name in slow if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(small_course.root)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert told.stdout == "[]\n"


def test_nothing_that_grades_imports_the_authors_rooms():
    for room in ("grading", "intake", "sandbox", "judging", "records", "report", "course"):
        for path in (TOOL / room).rglob("*.py"):
            assert not any(".authoring" in name for name in imported_by(path)), path
