"""Grades the hostile corpus beside honest submissions, and says what each of them got.

What tests/grading/test_hostile_graded.py asserts, and what `python -m tests.hostile` prints.
"""

import contextlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox_tools import ROOT, as_identity

from autograder import limits
from autograder.authoring.lessons.exercises import load_exercise
from autograder.authoring.lessons.notebooks import solved_notebook, student_notebook
from autograder.course.compiled import task_points
from autograder.course.course_file import Course
from autograder.intake.submissions import safe_text
from autograder.model import CompiledExercise, Outcome
from autograder.records.results import _read_line, result_line
from autograder.report.terminal import show
from autograder.storage import to_plain
from autograder.verdicts import Report

from . import forgers
from .corpus import CANARY, LEAK, REQUEST, Hostile, load_corpus

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
# Three digits in a row, or a number with a point: more than a count or a line of the file.
NUMBER = re.compile(r"\d\.\d|\d{3}")
LINE_OF_FILE = re.compile(r"\bline \d+\b")
Notebooks = dict[tuple[str, str], Any]
Compiled = Callable[[str], CompiledExercise]


@dataclass(frozen=True, slots=True)
class Graded:
    """A class that was graded.

    Attributes:
        reports: by student.
        left: what was there when the grader had gone.
        longest: bytes of the longest line of results.
    """

    reports: dict[str, Report]
    left: dict[str, Any]
    longest: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What one run of the whole corpus showed; all empty if nothing got anything.

    Attributes:
        wrong: entry to what it got, or how else it was not as expected.
        honest: neighbour that was hurt, to the entry in front of it.
        other: what was left behind, withheld or too long.
        neighbours: how many honest ones stood beside them.
    """

    wrong: dict[str, str] = field(default_factory=dict)
    honest: dict[str, str] = field(default_factory=dict)
    other: list[str] = field(default_factory=list)
    neighbours: int = 0


def load_notebooks(course: Course, compiled: Compiled) -> Notebooks:
    """The notebooks of 04 and 07 as released, and solved, by exercise and name in the corpus."""
    found: Notebooks = {}
    for exercise in (RULES, GRADCHECK):
        authored = load_exercise(course.exercises / exercise, course.reference)
        points = task_points(compiled(exercise))
        found[exercise, "released"] = json.loads(student_notebook(authored.exercise, points))
        found[exercise, "solved"] = json.loads(solved_notebook(authored.exercise, points))
    return found


def student_of(number: int, name: str) -> str:
    """A student's id that puts a neighbour right behind each hostile submission."""
    return f"{number:03d}-{name}"


def folder_of(number: int, entry: Hostile) -> str:
    """What the folder of a hostile submission is called."""
    return student_of(2 * number, entry.name) if entry.student == entry.name else entry.student


def entries_of(exercise: str) -> list[Hostile]:
    """The corpus's entries for one exercise, in the order of their numbers."""
    return [entry for entry in CORPUS if entry.exercise == exercise]


@contextlib.contextmanager
def placed(compiled: Compiled, notebooks: Notebooks) -> Iterator[Path]:
    """Two folders of submissions for each exercise: the corpus with neighbours, and these alone."""
    root = Path(tempfile.mkdtemp(prefix="micrograde-tests-"))  # pytest's own are shut to others
    root.chmod(0o755)
    for exercise in EXERCISES:
        (root / f"{exercise}.json").write_text(json.dumps(to_plain(compiled(exercise))))
        for number, entry in enumerate(entries_of(exercise)):
            place = root / exercise / "mixed" / folder_of(number, entry) / exercise
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
    try:
        yield root
    finally:
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
    longest = max(map(len, lines))
    return Graded({report.student: report for report in reports}, json.loads(last), longest)


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


def told(report: Report) -> str:
    """What a student is shown of a report, without what is shown on purpose.

    The minimal case of a failed check and the number that was answered say inputs: that is what
    they are for. And what the course itself says has numbers of its own.
    """
    checks = [f"{check.message}\n{check.explanation.where}" for check in report.checks]
    return "\n".join([*checks, *report.repairs, *report.remarks])


def told_too_much(entry: Hostile, report: Report) -> str:
    """What a student learns of hidden cases from the words of a submission; empty if nothing."""
    shown = show(report)
    if REQUEST in shown or REQUEST in told(report):
        return "its student was told what it was asked"
    if entry.family == "leaks":
        if REQUEST.rstrip(":") not in report.output:
            return "it has no teeth: staff are not told what it was asked either"
        for check in report.checks:
            said = LINE_OF_FILE.sub("", check.message)
            if len(check.message) > limits.DETAIL_BYTES or "\n" in check.message:
                return f"its student was told more than a line: {check.message[:80]!r}"
            if not check.explanation.numbers and NUMBER.search(said):
                return f"its student was told a number: {said[:80]!r}"
    return ""


def fault(entry: Hostile, report: Report, most_forward: float) -> str:
    """Why a report is not what the entry expects; empty if it is."""
    texts = "\n".join([check.message for check in report.checks] + [report.output])
    full = report.outcome is Outcome.PASSED and report.score == report.max_score
    score = report.score or 0.0
    nothing = report.outcome in (Outcome.FAILED, Outcome.MISSING) and report.score == 0
    some = report.outcome is Outcome.FAILED and 0 < score < report.max_score
    if LEAK in texts:
        return f"it got something: {texts[texts.index(LEAK) :][:80]}"
    if much := told_too_much(entry, report):
        return much
    # what reaches for the grader is flagged as well, whatever it earns: intake/test_reaching.py
    seen = entry.expect in ("flagged", "forward") or entry.family == "player"
    if seen and not report.flags:
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
            right = (nothing or some) and score <= report.max_score * forgers.MOST
        case "forward":
            right = (nothing or some) and score <= most_forward
        case "refused":
            right = nothing and len(messages) == 1 and messages.pop().endswith((".", "..."))
        case "withheld":
            right = report.outcome is Outcome.ERROR and report.score is None
        case _:
            named = any(words in texts for words in NAMES_OF_LIMITS[entry.detail])
            right = named and (full if entry.detail == "output" else nothing or some)
    return "" if right else f"{report.outcome} with {report.score}: {sorted(messages)[:3]}"


def run_once(
    root: Path, forward: Mapping[str, float], level: int, identity: str, speed: str = "quick"
) -> Findings:
    """Grade the corpus beside its neighbours, and look at everything.

    Args:
        root: from `placed`.
        forward: of each exercise, the points for what is computed forward.
        level: isolation level, 2 or 3.
        identity: who grades, "root" or "user".
        speed: "quick" for lower limits on time, for most of a run is waiting for them.
    """
    before = traces()
    found = Findings()
    for exercise in EXERCISES:
        graded = grade(root, exercise, "mixed", level, identity, speed)
        clean = grade(root, exercise, "clean", level, identity, speed)
        entries = entries_of(exercise)
        assert len(graded.reports) == 2 * len(entries)
        refused = set()
        for number, entry in enumerate(entries):
            student = safe_text(folder_of(number, entry))
            refused |= {student} if entry.expect == "withheld" else set()
            if why := fault(entry, graded.reports[student], forward[exercise]):
                found.wrong[entry.name] = why
            neighbour = student_of(2 * number + 1, HONEST)
            report, alone = graded.reports[neighbour], clean.reports[neighbour]
            same = result_line(report) == result_line(alone)
            if report.score != report.max_score or report.flags or not same:
                found.honest[neighbour] = entry.name
        found.other.extend(_beside(graded, refused, f"{exercise}, all"))
        found.other.extend(_beside(clean, set(), f"{exercise}, honest ones alone"))
    found.other.extend(f"left behind: {trace}" for trace in sorted(traces() - before))
    counted = sum(len(entries_of(exercise)) for exercise in EXERCISES)
    return Findings(found.wrong, found.honest, found.other, counted)


def _beside(run: Graded, refused: set[str], name: str) -> Iterator[str]:
    """What is wrong with a run beside the reports."""
    for kind in ("processes", "descriptors"):
        if run.left[kind]:
            yield f"{name}: {kind} are left: {run.left[kind]}"
    for failure in run.left["failures"]:
        student = next((s for s in refused if failure.startswith(f"{s}: the name '{s}'")), "")
        if not student:
            yield f"{name}: a score was withheld: {failure}"
    if run.left["judge_mib"] >= 700:
        yield f"{name}: the judge held more than the largest submission explains"
    if run.longest > limits.RESULT_BYTES:
        yield f"{name}: a line of results has {run.longest} bytes"


def most_forward(compiled: Compiled) -> dict[str, float]:
    """Of each exercise, the points for what is computed forward."""
    return {exercise: forgers.bound(compiled(exercise), "forward") for exercise in EXERCISES}
