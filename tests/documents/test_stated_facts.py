"""What documents state of the code is what the code says: statuses, names, bounds, places."""

import ast
import importlib
import re

import pytest
import yaml
from click.testing import CliRunner
from document_tools import DOCUMENTS, ROOT, console_lines, name_of, one_line, read, spans
from test_house import MOST_FILES, MOST_LINES

from autograder import cli
from autograder.authoring.proof.mutants import LONGEST_ENTRY
from autograder.commands import instructors
from autograder.commands.statuses import ExitStatus
from autograder.course.folders import find_exercise, list_exercises
from autograder.errors import CourseError, InfrastructureError, UsageError

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
EXERCISES = list_exercises(ROOT)


def table(path, heading):
    """The rows of the table that begins with a cell, as lists of cells."""
    lines = read(path).partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


# Exit statuses -----------------------------------------------------------------------------

STATUSES = {int(n): text for n, text in table(ROOT / "docs/results.md", "exit status of `grade`")}


def test_the_statuses_that_are_told_are_those_that_there_are():
    assert list(STATUSES) == [status.value for status in ExitStatus]


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (ExitStatus.OK, "every submission was judged"),
        (ExitStatus.FOUND, "its score is withheld"),
        (InfrastructureError("the gradebook cannot be written"), "or the gradebook"),
        (UsageError("no such exercise"), "wrong use"),
        (CourseError("course.yml", "seed", "is absent", "Add it"), "a course that cannot be read"),
        (KeyboardInterrupt(), "interrupted from the keyboard"),
    ],
)
def test_the_command_ends_with_the_status_that_is_told(ended, words, monkeypatch):
    def end(*given, **named):
        if isinstance(ended, BaseException):
            raise ended
        return ended

    monkeypatch.setattr(instructors, "grade_folder", end)
    command = ["grade", str(ROOT), "--exercise", "06", "--course", str(ROOT)]
    status = CliRunner().invoke(cli.main, command).exit_code
    assert words in STATUSES[status]


def returned(tree):
    """What is handed to a shell: given to sys.exit, or returned as "the exit status"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "sys.exit":
            yield from node.args
        elif isinstance(node, ast.FunctionDef) and "exit status" in (ast.get_docstring(node) or ""):
            yield from (r.value for r in ast.walk(node) if isinstance(r, ast.Return) and r.value)


def test_no_status_is_a_bare_number():
    found = {}
    for path in [ROOT / "autograder/cli.py", *ROOT.glob("autograder/commands/*.py")]:
        for value in returned(ast.parse(read(path))):
            found[ast.unparse(value)] = any(
                isinstance(n, ast.Constant) and type(n.value) is int for n in ast.walk(value)
            )
    assert sum("ExitStatus." in value for value in found) >= 5
    assert [value for value in found if found[value]] == []


# Names of exercises and of files -----------------------------------------------------------


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_an_exercise_that_a_document_names_exists(path):
    named = set(re.findall(r"(?<![\w/])(\d\d_[a-z]\w*)", read(path)))
    assert named - {*EXERCISES, "11_classification"} == set()  # an author makes 11 up


def test_the_term_with_nbgrader_is_about_one_exercise_throughout():
    text = read(ROOT / "docs/nbgrader.md")
    lines = console_lines(text)
    asked = {found for line in lines for found in re.findall(r"--exercise (\S+)", line)}
    assert len(asked) == 1
    exercise = find_exercise(ROOT, asked.pop())
    given = {line.split()[2] for line in lines if re.match(r"nbgrader \w+ \d", line)}
    assert given == {exercise}
    assert set(re.findall(r"(?<![\w/])\d\d_\w+", text)) == {exercise}
    # the default of grade's --out, as its own help says it
    out = next(p for p in cli.main.commands["grade"].params if p.name == "out")
    assert out.help == "JSON lines; EXERCISE.jsonl."
    assert re.findall(r"This writes `(\S+)`", text) == [f"{exercise}.jsonl"]
    gradebooks = set(re.findall(r"sqlite:///[\w.]+", text))
    assert gradebooks == {"sqlite:///gradebook.db"}


def test_what_grade_writes_by_default_is_named_after_the_exercise(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    written = []
    compiled = type("Compiled", (), {"exercise": type("E", (), {"id": "03_value", "file": "x"})})
    monkeypatch.setattr(instructors, "compiled_exercise", lambda *given: compiled)
    monkeypatch.setattr(instructors, "choose_level", lambda trust: 1)
    monkeypatch.setattr(
        instructors, "grade_compiled", lambda compiled, folder, out, *rest: written.append(out)
    )
    course = type("Course", (), {"root": ROOT, "seed_note": ""})
    instructors.grade_folder(course, tmp_path, "03", None, 1, True)
    assert [str(out) for out in written] == ["03_value.jsonl"]


# Numbers that stand in the code ------------------------------------------------------------


def minutes_in(path, pattern):
    """The minutes that a file states, with each of its words for them."""
    return {int(n) for n in re.findall(pattern, one_line(read(path)))}


def test_the_longest_misconception_is_told_as_it_is_enforced():
    text = one_line(read(CONTRIBUTING))
    told = re.findall(r"\*\*A misconception\*\* is at most (\d+) lines of YAML", text)
    assert told == [str(LONGEST_ENTRY)]
    assert [int(n) for n in re.findall(r"(\d+) lines of YAML", text)] == [LONGEST_ENTRY]


def test_the_minutes_of_both_runs_are_the_same_wherever_they_are_told():
    (run,) = minutes_in(ROOT / ".ci/run", r"in (\d+) minutes at most")
    (long,) = minutes_in(ROOT / ".ci/long", r"at most (\d+) minutes")
    assert minutes_in(CONTRIBUTING, r"at most (\d+) min") == {run, long}
    rows = {row[1]: row[2] for row in table(ROOT / "tests/README.md", "what")}
    assert re.findall(r"(\d+) at most", rows["`.ci/run`"]) == [str(run)]
    assert re.findall(r"(\d+) min at most", rows["`.ci/long`"]) == [str(long)]
    by_itself = {row[0]: row for row in table(CONTRIBUTING, "I want to ...")}
    assert by_itself["know that all is well"][-1] == f"at most {run} minutes"
    jobs = yaml.safe_load(read(ROOT / ".github/workflows/ci.yml"))["jobs"]
    assert jobs["whole"]["timeout-minutes"] >= run


def test_the_sizes_of_files_and_folders_are_about_those_that_are_enforced():
    (lines,) = minutes_in(CONTRIBUTING, r"About (\d+) lines a file")
    assert abs(lines - MOST_LINES["autograder"]) <= 30
    assert "a dozen files a folder" in one_line(read(CONTRIBUTING))
    assert abs(12 - MOST_FILES["autograder"]) <= 1


def test_the_house_says_what_shared_words_import():
    # enforced by test_architecture.py: the standard library alone, and each other
    words = "which import the standard library and each other alone."
    assert words in one_line(read(ROOT / "docs/house.md"))


# Where something is changed ----------------------------------------------------------------

ROWS = {row[0]: row for row in table(CONTRIBUTING, "I want to ...")}
# What must be found in the file to which a row sends its reader.
HOLDS = {
    "change a wording": ("STATUS_TEXTS", "DIFFERS", "NOT_AS_DUE", "WALK"),
    "change a limit": ("Limits", "SOURCE_BYTES"),
    "change a tolerance": ("RTOL", "ATOL"),
    "change what a result says": ("Report", "CheckResult"),
}


@pytest.mark.parametrize("want", ROWS)
def test_what_is_to_be_changed_is_where_the_table_says(want):
    places = [span for span in spans(ROWS[want][1]) if "/" in span or span.endswith(".py")]
    for place in places:
        if "11_" not in place:
            named = place.replace("<exercise>", "04_backward_rules")
            assert (ROOT / named).exists(), place
    assert places or want in ("add an exercise", "change a document", "know that all is well")


@pytest.mark.parametrize("want", HOLDS)
def test_the_file_to_change_holds_what_is_changed(want):
    place = spans(ROWS[want][1])[0]
    module = place.removesuffix(".py").replace("/", ".")
    source = read(ROOT / place)
    for name in HOLDS[want]:
        assert hasattr(importlib.import_module(module), name), f"{place} has no {name}"
        assert re.search(rf"^(?:class )?{name}\b", source, re.MULTILINE), f"{place} imports {name}"
