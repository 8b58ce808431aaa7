"""The command line: each verb, its words for wrong use, and its exit status."""

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner
from conftest import ROOT, SMALL
from core_tools import exercise_of
from course_tools import build

from autograder import __version__, cli
from autograder.commands import instructors, machine
from autograder.commands.statuses import ExitStatus
from autograder.course.course_file import PUBLISHED_SEED
from autograder.errors import CourseError, InfrastructureError, SubmissionError, UsageError
from autograder.grading import grade as grading
from autograder.records.results import read_results
from autograder.sandbox import levels
from autograder.sandbox.levels import Probe

RIGHT = "def double(x):\n    return x + x\n"
WRONG = "def double(x):\n    return x * x\n"


@pytest.fixture
def run(small_course, monkeypatch):
    """Run a command line in the small course's folder: (exit status, all that was printed)."""
    monkeypatch.chdir(small_course.root)

    def run_line(*words):
        result = CliRunner().invoke(cli.main, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run_line


@pytest.fixture
def a_class(small_course):
    """Three students' submissions of the small exercise."""
    folder = small_course.root / "submissions"
    for student, source in (("anna", RIGHT), ("bert", WRONG), ("cleo", None)):
        workspace = folder / student / SMALL
        workspace.mkdir(parents=True)
        if source:
            (workspace / f"{SMALL}.py").write_text(source)
    return folder


@pytest.fixture
def needs_a_sandbox(level):
    """Grading and validating start one."""


# The whole ---------------------------------------------------------------------------------


def test_help_lists_every_verb_with_one_line(run):
    status, said = run("--help")
    assert status == 0
    for name, command in cli.main.commands.items():
        assert re.search(rf"^  {name} +\S", said, re.MULTILINE), name
        assert command.help and run(name, "-h")[0] == 0


def test_the_version_is_told(run):
    assert run("--version") == (0, f"autograder, version {__version__}\n")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("unknown x; run: autograder list"), 2),
        (CourseError("a.yml", "key", "is wrong", "Mend it"), 2),
        (InfrastructureError("the sandbox process did not start"), 1),
        (SubmissionError("no file"), 1),
    ],
)
def test_an_error_of_the_tools_own_is_one_line_and_a_status(run, monkeypatch, error, status):
    def fail(*given, **named):
        raise error

    monkeypatch.setattr(instructors, "grade_folder", fail)
    assert run("grade", ".", "--exercise", "01") == (status, f"autograder: {error}\n")


def test_an_interrupted_command_ends_quietly_with_a_status_of_its_own(run, monkeypatch):
    def interrupt(*given, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(instructors, "grade_folder", interrupt)
    assert run("grade", ".", "--exercise", "01")[0] == ExitStatus.INTERRUPTED == 130


def test_an_unknown_verb_is_wrong_use(run):
    status, said = run("grad")
    assert status == 2 and "No such command 'grad'" in said


def test_the_console_script_starts():
    told = subprocess.run(
        [sys.executable, "-c", "from autograder.cli import main; main(['--version'])"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert told.stdout.strip().endswith(__version__)


# Instructors -------------------------------------------------------------------------------


@pytest.mark.usefixtures("needs_a_sandbox")
def test_a_class_is_graded_and_one_student_shown(run, a_class):
    status, said = run("grade", a_class, "--exercise", "01", "--out", "r.jsonl", "--workers", 2)
    assert status == 0
    assert "level " in said and "results: r.jsonl" in said
    scores = {r.student: r.score for r in read_results(a_class.parent / "r.jsonl")}
    assert scores == {"anna": 2.0, "bert": 0.0, "cleo": 0.0}
    status, said = run("show", "bert", "--results", "r.jsonl")
    assert status == 0
    assert "Your function multiplies x by itself." in said
    status, said = run("show", "berta", "--results", "r.jsonl")
    assert status == 2 and "bert" in said


@pytest.mark.usefixtures("needs_a_sandbox")
def test_without_out_results_are_named_after_the_exercise(run, a_class):
    assert run("grade", a_class, "--exercise", "small")[0] == 0
    assert (a_class.parent / f"{SMALL}.jsonl").exists()


@pytest.mark.usefixtures("needs_a_sandbox")
def test_a_failure_of_ours_is_an_exit_status_of_1(run, a_class, monkeypatch):
    def fail(runner, workload, blocks):
        raise InfrastructureError("the sandbox process ended: killed")

    monkeypatch.setattr(grading, "run_program", fail)
    status, said = run("grade", a_class, "--exercise", "01", "--out", "r.jsonl")
    assert status == 1
    assert "the sandbox process ended: killed" in said and "anna" in said
    scores = {r.student: r.score for r in read_results(a_class.parent / "r.jsonl")}
    assert scores == {"anna": None, "bert": None, "cleo": 0.0}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("grade", "nowhere", "--exercise", "01"), "'nowhere' does not exist"),
        (("grade", "."), "Missing option '--exercise'"),
        (("grade", "empty", "--exercise", "01"), "no student's folder in empty"),
        (("grade", "empty", "--exercise", "mull"), "unknown exercise 'mull'"),
        (
            ("grade", "empty", "--exercise", "01", "--workers", "0"),
            "0 is not in the range 1<=x<=64",
        ),
        (("grade", "empty", "--exercise", "01", "--course", "/"), "no course.yml in / or above it"),
        (("show", "anna", "--results", "none.jsonl"), "'none.jsonl' does not exist"),
        (("demo", "--students", "0"), "0 is not in the range"),
        (("demo", "--out", "."), "is not empty; remove it, or name another folder: --out DIR"),
        (("new", "small"), "'small' is no name for an exercise"),
        (("build", "nothing"), "unknown exercise 'nothing'"),
        (("validate", "nothing"), "unknown exercise 'nothing'"),
        (("hint", "--level", "answer"), "is not one of 'nudge', 'concept', 'twin'"),
    ],
)
def test_wrong_use_is_said_and_has_a_status_of_2(run, small_course, words, said):
    (small_course.root / "empty").mkdir()
    status, printed = run(*words)
    assert status == 2, printed
    assert said in printed


def test_outside_a_course_it_is_said_how_to_name_one(run, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    status, said = run("build")
    assert status == 2 and "no course.yml in" in said and "--course DIR" in said


def test_a_course_can_be_named(run, small_course, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert run("build", "--course", small_course.root)[0] == 0


def test_where_nothing_isolates_grading_is_refused_unless_submissions_are_trusted(
    run, a_class, monkeypatch
):
    monkeypatch.setattr(levels, "probe", lambda: Probe(1, ("no seccomp here",), ()))
    line = ("grade", a_class, "--exercise", "01", "--out", "r.jsonl")
    status, said = run(*line)
    assert status == 2
    assert "level 1" in said and "not higher: no seccomp here" in said
    assert "if you trust every one of them, add: --trust-submissions" in said
    status, said = run(*line, "--trust-submissions")
    assert status == 0
    assert {r.level for r in read_results(a_class.parent / "r.jsonl")} == {1}


def test_there_is_a_worker_for_each_core_that_may_be_used(monkeypatch):
    assert machine.default_workers() >= 1
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert machine.default_workers() == 1


# Authors -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("needs_a_sandbox")
def test_an_exercise_is_started_built_and_proven(run, small_course):
    status, said = run("new", "02_more")
    assert status == 0 and said.count("wrote ") == 6
    status, said = run("build", "02")
    assert status == 0 and "wrote exercises/02_more/02_more.ipynb" in said
    assert run("build", "02") == (0, "")
    status, said = run("validate", "02", "--matrix", "--mutate")
    assert status in (0, 1) and "02_more" in said
    status, said = run("validate")
    assert status == 1  # 01_small has not been built
    assert "is stale; run: autograder build 01_small" in said and "2 exercises, 3 holes" in said
    build(small_course, SMALL)
    status, said = run("validate")
    assert (status, said.splitlines()[-1]) == (0, "2 exercises, no hole")


@pytest.mark.usefixtures("needs_a_sandbox")
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "points=1",
            "pionts=1",
            r"line 6: TypeError: check\(\) got an .*@check takes task, points",
        ),
        ("points=1", "points=True", "doubles_a_number, line 6: points=True is not a number"),
        ('"double", 3.5', '"double" 3.5', "line 9: SyntaxError"),
        ('"""The public', 'exit()\n"""The public', "line 1: SystemExit"),
    ],
)
def test_an_exercise_with_broken_checks_is_a_hole_and_the_others_are_proven(
    run, small_course, old, new, words
):
    run("new", "02_more")
    run("build", "02")
    path = small_course.exercises / SMALL / "checks.py"
    path.write_text(path.read_text().replace(old, new))
    status, said = run("validate")
    assert status == 1
    assert re.search(rf"HOLE {SMALL}: exercises/{SMALL}/checks\.py: {words}", said)
    assert "02_more\n  1 task, 2 checks, 3 cases, 2 points\n  1 misconception, 1 mutant: " in said
    assert said.splitlines()[-1] == "2 exercises, 1 hole"


def test_a_course_without_exercises_says_how_to_start_one(run, small_course, monkeypatch):
    monkeypatch.setattr(levels, "probe", lambda: Probe(2, (), ()))
    small_course.exercises.rename(small_course.root / "away")
    status, said = run("validate")
    assert status == 2 and "start one: autograder new 01_name" in said


# Students ----------------------------------------------------------------------------------


def test_students_list_check_hint_and_reset(run, small_course, monkeypatch):
    build(small_course, SMALL)
    folder = small_course.exercises / SMALL
    monkeypatch.chdir(folder)
    assert "Small" in run("list")[1]
    status, said = run("check")
    assert status == 1 and "not written" in said
    assert "What is added to x?" in run("hint", "--task", "double", "--level", "nudge")[1]
    script = folder / f"{SMALL}.py"
    script.write_text(
        script.read_text().replace('raise NotImplementedError("double")', "return x + x")
    )
    status, said = run("check", script)
    assert status == 0, said
    assert run("reset", script)[0] == 0
    assert "NotImplementedError" in script.read_text()


def test_doctor_says_what_it_found(run, monkeypatch):
    from autograder.sandbox import doctor

    for healthy, status in ((True, 0), (False, 1)):
        monkeypatch.setattr(
            doctor, "examine", lambda workspace, full, h=healthy: (f"healthy: {h}", h)
        )
        assert run("doctor") == (status, f"healthy: {healthy}\n")


@pytest.fixture
def published(small_course):
    """The small course with the seed that everybody can read."""
    file = small_course.root / "course.yml"
    file.write_text(file.read_text().replace("a seed for tests", PUBLISHED_SEED))
    return file


def test_who_has_the_published_seed_is_warned_in_one_line_until_there_is_a_fresh_one(
    run, published, a_class, monkeypatch
):
    from autograder.sandbox import doctor

    warning = "warning: course.yml holds the seed that everybody can read; set a fresh one"
    monkeypatch.setattr(doctor, "examine", lambda *_, **__: ("healthy", True))
    monkeypatch.setattr(levels, "probe", lambda: Probe(1, (), ()))
    verbs = (
        ("doctor",),
        ("grade", a_class, "--exercise", "01", "--trust-submissions"),
        ("release", "--out", "given"),
    )
    for words in verbs:
        assert run(*words)[1].count(warning) == 1, words
    status, said = run("seed")
    assert status == 0 and "course.yml: a fresh seed; keep it for the whole term" in said
    assert PUBLISHED_SEED not in published.read_text()
    for words in verbs:
        assert warning not in run(*words)[1]


def test_a_machine_is_examined_where_there_is_no_course(run, tmp_path_factory, monkeypatch):
    from autograder.sandbox import doctor

    monkeypatch.setattr(doctor, "examine", lambda *_, **__: ("healthy", True))
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))
    assert run("doctor") == (0, "healthy\n")
    assert run("seed")[0] == 2


def test_a_made_up_exercise_has_no_submissions_to_grade(tmp_path):
    with pytest.raises(UsageError, match=r"it should hold <student>/01_made/made.py"):
        instructors.grade_compiled(exercise_of([]), tmp_path, tmp_path / "r.jsonl", 1, 1)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(28, "No space left on device", "/tmp/x"),
            "autograder: cannot read or write '/tmp/x' (no space left on device); make room there, "
            "or permit it, and run the same command again\n",
        ),
        (
            PermissionError(13, "Permission denied", "exercises"),
            "autograder: cannot read or write 'exercises' (permission denied); make room there, or "
            "permit it, and run the same command again\n",
        ),
    ],
)
def test_what_the_machine_refuses_is_one_line_and_no_traceback(run, monkeypatch, error, said):
    def fail(*given, **named):
        raise error

    monkeypatch.setattr(instructors, "grade_folder", fail)
    assert run("grade", ".", "--exercise", "01") == (1, said)


def test_a_fault_of_ours_is_no_machines(run, monkeypatch):
    def fail(*given, **named):
        raise FileNotFoundError(2, "No such file or directory", "x")

    monkeypatch.setattr(instructors, "grade_folder", fail)
    with pytest.raises(FileNotFoundError):
        run("grade", ".", "--exercise", "01")
