"""Every hostile submission is graded beside honest ones: it gains nothing, and hurts nobody.

The whole corpus is graded in one class at each level, as root and as an ordinary user. The
limits on time are lower than the real ones, for most of a run is waiting for them; a few of
those that wait are graded with the real ones as well.
"""

import contextlib
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hostile.corpus import CANARY, LEAK, Hostile, load_corpus
from sandbox_tools import ROOT, as_identity, linux_only, myself, need

from autograder.authoring.lessons.exercises import load_exercise
from autograder.authoring.lessons.notebooks import solved_notebook, student_notebook
from autograder.course.compiled import task_points
from autograder.errors import SubmissionError
from autograder.grading.grade import Grader
from autograder.intake.extract import extract
from autograder.intake.submissions import Submission, find_submissions, read_submission
from autograder.model import Outcome
from autograder.records.results import _read_line, result_line
from autograder.sandbox import attacks, levels
from autograder.storage import to_plain
from autograder.verdicts import Report

pytestmark = [linux_only, pytest.mark.sandbox, pytest.mark.slow]

ENGINE, RULES, GRADCHECK = "06_engine", "04_backward_rules", "07_gradcheck"
EXERCISES = (ENGINE, RULES, GRADCHECK)
CORPUS = load_corpus()
HONEST = "honest"
# Neighbours take turns: the corpus's own engine, and others that are right in other ways.
NEIGHBOURS = (
    ROOT / "tests/hostile/honest_engine.py",
    ROOT / "reference/engine.py",
    ROOT / "tests/right_answers/parents_in_a_set.py",
    ROOT / "tests/right_answers/beginner_who_prints_a_lot.py",
)
# By what words a report names a limit.
NAMES_OF_LIMITS = {
    "cpu": ("CPU time", "takes too long"),
    "memory": ("more memory than a submission may",),
    "output": ("only the first 64 KiB are kept",),
    "wall": ("waits", "waited", "did not end within"),
}


@dataclass(frozen=True, slots=True)
class Graded:
    """A class that was graded.

    Attributes:
        reports: by student.
        left: what was there when the grader had gone.
    """

    reports: dict[str, Report]
    left: dict[str, object]


@pytest.fixture(scope="module")
def notebooks(real_course, compiled):
    """The notebooks of 04 and 07 as released, and solved, by exercise and name in the corpus."""
    found = {}
    for exercise in (RULES, GRADCHECK):
        authored = load_exercise(real_course.exercises / exercise, real_course.reference)
        points = task_points(compiled(exercise))
        found[exercise, "released"] = json.loads(student_notebook(authored.exercise, points))
        found[exercise, "solved"] = json.loads(solved_notebook(authored.exercise, points))
    return found


def student_of(number: int, name: str) -> str:
    """A student's id that puts a neighbour right behind each hostile submission."""
    return f"{number:03d}-{name}"


@pytest.fixture(scope="module")
def classes(compiled, notebooks):
    """Two folders of submissions for each exercise: the corpus with neighbours, and these alone."""
    root = Path(tempfile.mkdtemp(prefix="micrograde-tests-"))  # pytest's own are shut to others
    root.chmod(0o755)
    for exercise in EXERCISES:
        (root / f"{exercise}.json").write_text(json.dumps(to_plain(compiled(exercise))))
        entries = [entry for entry in CORPUS if entry.exercise == exercise]
        for number, entry in enumerate(entries):
            place = root / exercise / "mixed" / student_of(2 * number, entry.name) / exercise
            place.mkdir(parents=True)
            entry.place(place, notebooks.get((exercise, entry.start)))
            for folder in ("mixed", "clean"):
                student = student_of(2 * number + 1, HONEST)
                place = root / exercise / folder / student / exercise
                place.mkdir(parents=True)
                if exercise == ENGINE:
                    source = NEIGHBOURS[number % len(NEIGHBOURS)].read_text(encoding="utf-8")
                    (place / "engine.py").write_text(source, encoding="utf-8")
                else:
                    (place / f"{exercise}.ipynb").write_text(
                        json.dumps(notebooks[exercise, "solved"])
                    )
    yield root
    shutil.rmtree(root)


def grade(root: Path, exercise: str, folder: str, level: int, identity: str, speed: str) -> Graded:
    """Grade a class in a process of its own."""
    command, arguments = as_identity(identity, "numpy")
    script = ROOT / "tests/hostile/grade_class.py"
    ran = subprocess.run(
        [*command, "-c", script.read_text(encoding="utf-8"), str(root / f"{exercise}.json"),
         str(root / exercise / folder), str(level), speed],
        check=False, capture_output=True, **arguments,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr.decode()
    *lines, last = ran.stdout.splitlines()
    reports = [_read_line(line, "a line") for line in lines]
    return Graded({report.student: report for report in reports}, json.loads(last))


def traces() -> set[str]:
    """Names of what hostile submissions try to leave on this machine."""
    found = set()
    for folder in ("/tmp", "/dev/shm", "/dev/mqueue", "/var/tmp"):
        with contextlib.suppress(OSError):
            found |= {str(path) for path in Path(folder).iterdir() if CANARY in path.name}
    for table in ("net/unix", "keys"):
        with contextlib.suppress(OSError):
            lines = Path("/proc", table).read_text(errors="replace").splitlines()
            found |= {f"{table}: {line}" for line in lines if CANARY in line}
    for table in ("shm", "sem", "msg"):
        lines = Path("/proc/sysvipc", table).read_text().splitlines()[1:]
        found |= {f"{table}: {line}" for line in lines if line.split()[0] == str(0x6D67)}
    return found


# What became of each ----------------------------------------------------------------------


def fault(entry: Hostile, report: Report) -> str:
    """Why a report is not what the entry expects; empty if it is."""
    texts = "\n".join([check.message for check in report.checks] + [report.output])
    full = report.outcome is Outcome.PASSED and report.score == report.max_score
    nothing = report.outcome in (Outcome.FAILED, Outcome.MISSING) and report.score == 0
    some = report.outcome is Outcome.FAILED and 0 < report.score < report.max_score
    if LEAK in texts:
        return f"it got something: {texts[texts.index(LEAK) :][:80]}"
    # what reaches for the grader is flagged as well, whatever it earns: intake/test_reaching.py
    if entry.expect == "flagged" and not report.flags:
        return "it has no flag"
    messages = {check.message for check in report.checks}
    match entry.expect:
        case "honest" | "flagged":
            right = full
        case "zero":
            right = nothing
        case "partial":
            right = some
        case "tenth":  # public checks are the same for everybody
            right = (nothing or some) and report.score <= report.max_score / 10
        case "refused":
            right = nothing and len(messages) == 1 and messages.pop().endswith(".")
        case _:
            named = any(words in texts for words in NAMES_OF_LIMITS[entry.detail])
            right = named and (full if entry.detail == "output" else nothing or some)
    return "" if right else f"{report.outcome} with {report.score}: {sorted(messages)[:3]}"


def one_run(root: Path, level: int, identity: str, speed: str) -> None:
    """Grade the corpus beside its neighbours, and look at everything."""
    before = traces()
    wrong, honest = {}, {}
    for exercise in EXERCISES:
        graded = grade(root, exercise, "mixed", level, identity, speed)
        clean = grade(root, exercise, "clean", level, identity, speed)
        entries = [entry for entry in CORPUS if entry.exercise == exercise]
        assert len(graded.reports) == 2 * len(entries)
        for number, entry in enumerate(entries):
            why = fault(entry, graded.reports[student_of(2 * number, entry.name)])
            wrong |= {entry.name: why} if why else {}
            neighbour = student_of(2 * number + 1, HONEST)
            report, alone = graded.reports[neighbour], clean.reports[neighbour]
            same = result_line(report) == result_line(alone)
            if report.score != report.max_score or report.flags or not same:
                honest[neighbour] = entry.name
        for run in (graded, clean):
            memory = run.left.pop("judge_mib")
            assert run.left == {"processes": [], "descriptors": 0, "failures": []}
            assert memory < 700, "the judge held more than the largest submission explains"
    assert wrong == {}
    assert honest == {}, "honest submissions that were hurt, and beside whom"
    assert traces() == before


@cache
def level_is_there(level: int) -> bool:
    """Whether this machine gives a level; level 2 is there wherever 3 is."""
    return levels.probe().level >= level


@pytest.mark.parametrize("level", [3, 2])
def test_the_corpus_gains_nothing_and_hurts_nobody(classes, level):
    need(level_is_there(level), f"level {level}")
    one_run(classes, level, myself(), "quick")


@pytest.mark.parametrize("level", [3, 2])
def test_the_corpus_gains_nothing_from_a_grader_that_is_an_ordinary_user(classes, level):
    need(level_is_there(level), f"level {level}")
    if myself() != "root":
        pytest.skip("the test above ran as an ordinary user")
    one_run(classes, level, "user", "quick")


# Each for itself --------------------------------------------------------------------------


def test_what_is_refused_is_refused_before_it_runs_and_nothing_else_is(classes, compiled):
    for exercise in EXERCISES:
        handed_in = compiled(exercise).exercise
        entries = {entry.name: entry for entry in CORPUS if entry.exercise == exercise}
        refused = set()
        for submission in find_submissions(classes / exercise / "mixed", exercise, handed_in.file):
            try:
                data, _ = read_submission(submission)
                extract(data, submission.path.name, handed_in)
            except SubmissionError:
                refused.add(submission.student.partition("-")[2])
        assert refused == {name for name, entry in entries.items() if entry.expect == "refused"}


@pytest.mark.parametrize("name", ["engines_from_frames", "engines_from_the_collector"])
def test_an_attack_on_planted_engines_finds_them_where_no_wall_is_promised(
    name, compiled, notebooks, tmp_path
):
    entry = next(entry for entry in CORPUS if entry.name == name)
    file = entry.place(tmp_path, notebooks[GRADCHECK, "released"])
    (report,) = Grader(compiled(GRADCHECK), 1).grade([Submission("s", GRADCHECK, file)])
    assert LEAK in report.output


@pytest.mark.parametrize("level", [3, 2])
def test_every_attack_of_the_doctor_is_held_off(level):
    need(level_is_there(level), f"level {level}")
    assert [result for result in attacks.run(level) if not result.held] == []
