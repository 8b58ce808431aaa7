"""Kill a real grader at random moments of each phase, and prove that nothing is lost.

    python -m tests.records.kills --times 50

Each kill has a seed, which is printed: it chooses the signal, the moment and the state before,
so that `--seed S --times 1` repeats it. After a kill the folder holds the older results or the
new ones, whole; what the killed run had graded is named or removed by the next run; and that one
ends with the same results, gradebook and copies as a run that nobody disturbed.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/tools"))

from waiting import NET_S, eventually  # noqa: E402

from autograder.authoring.scaffold import start_exercise  # noqa: E402
from autograder.course.course_file import load_course  # noqa: E402
from autograder.outputs import partials  # noqa: E402

PHASES = ("reading", "running", "writing", "gradebook")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
EXERCISE, RESULTS = "01_small", "results.jsonl"
STUDENTS = 8
RIGHT, WRONG = "return x + x", "return x * x"
WHEN = "2026-11-01 14:58:23.948203 UTC"
BOOK = "gradebook.db"
# What is the same whenever it is graded: rows by names, for ids are made by chance.
ROWS = (
    "select version_num from alembic_version",
    "select id from student order by id",
    "select name, course_id from assignment",
    "select name, kernelspec from notebook",
    "select name, type from base_cell order by name, type",
    "select name, source, checksum, locked, cell_type from source_cell order by name",
    "select base_cell.name, max_score from grade_cells join base_cell using (id) order by 1",
    """select student_id, timestamp, name, auto_score, manual_score, needs_manual_grade
        from grade join base_cell on cell_id = base_cell.id
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        order by student_id, name""",
    """select student_id, name, auto_comment, manual_comment
        from comment join base_cell on cell_id = base_cell.id
        join submitted_notebook on comment.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        order by student_id, name""",
)


@dataclass(frozen=True)
class Ended:
    """A run of the grader: status, what it printed, and the moment at which it was hit."""

    status: int
    said: str
    errors: str
    hit: dict[str, Any]


@dataclass(frozen=True)
class State:
    """What the folder holds before a kill, and what a run that nobody disturbs makes of it.

    Attributes:
        name: in a word or two.
        folder: copied for each kill.
        old: the results that stand there, or None.
        counts: moments of each phase, of our own code and of all.
        due: results, rows of the gradebook, copies for graders, after an undisturbed run.
    """

    name: str
    folder: Path
    old: bytes | None
    counts: dict[str, dict[str, int]]
    due: tuple[bytes, list[object], dict[str, bytes]]


@dataclass
class Kill:
    """One kill: its seed, what it hit, and what was wrong afterwards."""

    seed: int
    phase: str
    told: str = ""
    wrong: list[str] = field(default_factory=list)


def run_grader(
    case: Path, phase: str = "none", whose: str = "all", moment: int = 0, number: int = 0
) -> Ended:
    """Grade the class of a folder into its gradebook, hit in a phase or undisturbed."""
    log = case / "hit.json"
    log.unlink(missing_ok=True)
    command = [
        *(sys.executable, "-B", str(ROOT / "tests/records/killed.py")),
        *(phase, whose, str(moment), str(number), str(log)),
        *("grade", "submitted", "--exercise", EXERCISE, "--out", RESULTS, "--workers", "2"),
        *("--gradebook", f"sqlite:///{BOOK}", "--course", "course"),
    ]
    grader = subprocess.Popen(
        command,
        cwd=case,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, errors = grader.communicate(timeout=NET_S)
    finally:
        grader.kill()
    eventually(lambda: not _in_session(grader.pid), lambda: "a process of the grader goes on")
    hit = json.loads(log.read_text()) if log.exists() else {}
    return Ended(grader.returncode, said, errors, hit)


def _in_session(session: int) -> list[int]:
    """The processes that a grader has started, by the session that it leads."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def hand_in(case: Path, answer: str) -> None:
    """Write a class in nbgrader's layout, with times and secrets as its exchange writes them."""
    for k in range(STUDENTS):
        place = case / "submitted" / f"student-{k}" / EXERCISE
        place.mkdir(parents=True, exist_ok=True)
        source = f"def double(x):\n    {answer if k % 3 else RIGHT}\n"
        cell = {"cell_type": "code", "id": "solve-double-small-double", "metadata": {}}
        cell |= {"outputs": [], "execution_count": None, "source": source}
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (place / f"{EXERCISE}.ipynb").write_text(json.dumps(notebook))
        (place / "timestamp.txt").write_text(WHEN)
        (place / "submission_secret.txt").write_text(f"{k:0128x}")


def make_states(root: Path) -> dict[str, State]:
    """A first run, one that follows an older one, and one that has to compile."""
    first = root / "first"
    (first / "course").mkdir(parents=True)
    (first / "course" / "course.yml").write_text(
        "title: Small\ncourse_id: small\nseed: plain:a seed for tests\n"
    )
    start_exercise(load_course(first / "course"), EXERCISE)
    hand_in(first, WRONG)
    again, cold = root / "again", root / "cold"
    shutil.copytree(first, cold)
    _expect(run_grader(first))
    kept = (first / "course" / ".cache", cold / "course" / ".cache")
    shutil.copytree(first, again)
    for thing in (RESULTS, BOOK, "autograded"):
        _remove(first / thing)
    assert kept[0].is_dir() and not kept[1].exists()
    hand_in(again, RIGHT)
    return {
        "reading": _state("nothing is compiled", cold),
        "first": _state("a first run", first),
        "again": _state("older results", again),
    }


def _state(name: str, folder: Path) -> State:
    results = folder / RESULTS
    old = results.read_bytes() if results.exists() else None
    probe = folder.with_name(folder.name + "-undisturbed")
    shutil.copytree(folder, probe)
    counts = _expect(run_grader(probe)).hit
    due = ((probe / RESULTS).read_bytes(), rows(probe / BOOK), copies(probe))
    assert old != due[0] and due[2], "otherwise there is nothing to tell apart"
    return State(name, folder, old, counts, due)


def _expect(ended: Ended) -> Ended:
    assert ended.status == 0, ended.said + ended.errors
    return ended


def rows(book: Path) -> list[object]:
    """What a gradebook holds, without the ids that are made by chance."""
    with sqlite3.connect(book) as database:
        found = [database.execute(query).fetchall() for query in ROWS]
    database.close()
    return found


def copies(case: Path) -> dict[str, bytes]:
    """The copies for graders: path to content."""
    folder = case / "autograded"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def kill_once(states: dict[str, State], root: Path, seed: int, phase: str) -> Kill:
    """Kill a grader in a phase, look at what it left, and grade again."""
    rng = random.Random(seed)
    state = states[rng.choice(["first", "again", "reading"] if phase == "reading" else [*FEW])]
    number = rng.choice(SIGNALS)
    kill = Kill(seed, phase)
    while True:
        whose = rng.choice(["own", "all"])
        moment = rng.randrange(state.counts[whose][phase])
        case = root / f"case-{seed}"
        shutil.copytree(state.folder, case)
        ended = run_grader(case, phase, whose, moment, number)
        if ended.hit:
            break
        shutil.rmtree(case)  # this run had fewer moments than the one that was counted
    kill.told = (
        f"seed {seed:<6} {phase:<9}  {number.name:<7}  {whose} call {moment} of "
        f"{state.counts[whose][phase]} ({ended.hit['where']}), {state.name}"
    )
    _look_at_what_was_left(kill, state, case, ended, number)
    if not kill.wrong:
        _grade_again(kill, state, case)
    shutil.rmtree(case)
    return kill


FEW = ("first", "again")


def _look_at_what_was_left(kill: Kill, state: State, case: Path, ended: Ended, number: int) -> None:
    wrong = kill.wrong
    dead = -number if number != signal.SIGINT else 130
    # Python swallows an interrupt that falls into a destructor: then the run ends well
    if ended.status != dead and not (number == signal.SIGINT and ended.status == 0):
        wrong.append(f"it ended with status {ended.status}: {ended.errors[-2000:]}")
    if "Traceback" in ended.errors:
        wrong.append(f"it printed a traceback: {ended.errors[-2000:]}")
    new = state.due[0]
    now = (case / RESULTS).read_bytes() if (case / RESULTS).exists() else None
    if now not in (state.old, new):
        wrong.append("the results are neither the older nor the new ones")
    if now == new and state.old is not None and state.old not in _numbered(case):
        wrong.append("the older results are gone")
    for left in partials(case / RESULTS):
        held = left.read_bytes()
        if not new.startswith(held[: held.rfind(b"\n") + 1]):
            wrong.append(f"{left.name} holds what was not graded")
        if number != signal.SIGKILL and held and left.name not in ended.errors:
            wrong.append(f"{left.name} is not named: {ended.errors}")


def _grade_again(kill: Kill, state: State, case: Path) -> None:
    wrong = kill.wrong
    before = [p.name for p in partials(case / RESULTS) if p.stat().st_size]
    again = run_grader(case)
    if again.status != 0:
        wrong.append(f"grading again ends with {again.status}: {again.errors[-2000:]}")
        return
    if (case / RESULTS).read_bytes() != state.due[0]:
        wrong.append("grading again gives other results")
    if state.old is not None and state.old not in _numbered(case):
        wrong.append("grading again lost the older results")
    if rows(case / BOOK) != state.due[1]:
        wrong.append("grading again fills the gradebook otherwise")
    if copies(case) != state.due[2]:
        wrong.append("grading again makes other copies for graders")
    for name in before:
        if f"what it had graded is in {name} (" not in again.errors:
            wrong.append(f"grading again does not name {name}: {again.errors}")
    known = {RESULTS, BOOK, "course", "submitted", "autograded", "hit.json", *before}
    known |= {path.name for path in case.glob("results.[0-9].jsonl")}
    if others := {path.name for path in case.iterdir()} - known:
        wrong.append(f"left behind: {sorted(others)}")


def _numbered(case: Path) -> list[bytes]:
    return [path.read_bytes() for path in case.glob("results.[0-9].jsonl")]


def main() -> int:
    """Kill as often as it is asked for, print each, and what was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.records.kills")
    parser.add_argument("--times", type=int, default=50, help="kills, the phases in turn")
    parser.add_argument("--seed", type=int, help="of the first; the next ones follow")
    parser.add_argument("--phase", choices=PHASES, help="only this phase")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(100_000)
    hits = dict.fromkeys(PHASES, 0)
    faults = 0
    with tempfile.TemporaryDirectory(prefix="micrograde-kills-") as folder:
        states = make_states(Path(folder))
        for k in range(given.times):
            phase = given.phase or PHASES[(seed + k) % len(PHASES)]
            kill = kill_once(states, Path(folder), seed + k, phase)
            print(kill.told + ("" if kill.wrong else ": nothing lost"), flush=True)
            for fault in kill.wrong:
                print(f"  WRONG: {fault}", flush=True)
            hits[phase] += 1
            faults += bool(kill.wrong)
    shown = ", ".join(f"{phase} {count}" for phase, count in hits.items())
    print(f"{given.times} kills from seed {seed} ({shown}): {faults or 'none'} lost anything")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
