"""The pool as a whole: whatever happens to a worker, each submission gets its own verdict."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from class_tools import best_level
from conftest import COURSE_YML
from core_tools import case, check, exercise_of, nothing_left_behind, ok
from sandbox_tools import linux_only
from waiting import NET_S, eventually

from autograder import limits
from autograder.grading.grade import Grader
from autograder.intake.submissions import Submission
from autograder.outputs import partials
from autograder.records.results import read_results
from autograder.sandbox.talk import Idleness

pytestmark = [linux_only, pytest.mark.sandbox]

COMPILED = exercise_of([check("one", case())], expected={"one": (ok(2.0),)})
RIGHT = "def f(x):\n    return x + 1\n"
WRONG = "def f(x):\n    return x\n"


def descriptors():
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


def below(pid):
    """Ids of everything below a process."""
    found = []
    for one in [pid]:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            for task in tasks:
                for child in (task / "children").read_text().split():
                    found += [int(child), *below(int(child))]
        except OSError:
            continue
    return found


@pytest.fixture
def hand_in(tmp_path):
    """Write a submission: source and student's id."""

    def write(source, student):
        file = tmp_path / f"{student}.py"
        file.write_text(source)
        return Submission(student, "01_made", file)

    return write


@pytest.fixture(autouse=True)
def nothing_left():
    """No descriptor, no process and no thread is left by a test."""
    threads = threading.active_count()
    with nothing_left_behind():
        yield
    eventually(lambda: threading.active_count() <= threads, lambda: "a thread goes on")


def scores(reports):
    return {report.student: report.score for report in reports}


# The class goes on ------------------------------------------------------------------------


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGSTOP])
def test_zygotes_that_are_hit_again_and_again_cost_no_score(hand_in, monkeypatch, kill):
    monkeypatch.setattr(limits, "ZYGOTE_REPLY_S", 0.5)
    monkeypatch.setattr(limits, "ATTEMPTS", 12)
    students = [f"s{k:02d}" for k in range(40)]
    slow = "import time\ntime.sleep(0.03)\n"
    grader = Grader(COMPILED, best_level(), workers=2)
    over, dice, hits = threading.Event(), random.Random(0), 6

    def hit():
        for _ in range(hits):
            if over.wait(0.3):
                return
            with contextlib.suppress(ProcessLookupError, IndexError):
                os.kill(dice.choice(below(os.getpid())), kill)

    hitter = threading.Thread(target=hit)

    def class_():
        hitter.start()  # by now both zygotes are up
        for student in students:
            yield hand_in(slow + RIGHT, student)

    try:
        found = scores(grader.grade(class_()))
    finally:
        over.set()
        hitter.join()
    assert list(found) == students
    assert grader.failures == [] and None not in found.values()
    # a submission whose own process was hit may have lost; nobody else has
    assert sum(score == 1.0 for score in found.values()) >= len(students) - hits


def test_a_process_that_dies_takes_no_other_with_it(hand_in):
    dying = "import sys\nposix = sys.modules['posix']\nposix.abort()\n"
    class_ = [hand_in(dying if k % 3 == 0 else RIGHT, f"s{k:02d}") for k in range(60)]
    found = scores(Grader(COMPILED, best_level(), workers=2).grade(class_))
    assert found == {f"s{k:02d}": 0.0 if k % 3 == 0 else 1.0 for k in range(60)}


def test_verdicts_are_each_students_own_whatever_the_order(hand_in):
    class_ = [hand_in(RIGHT if k % 2 else WRONG, f"s{k:03d}") for k in range(200)]
    random.Random(1).shuffle(class_)
    found = scores(Grader(COMPILED, best_level(), workers=3).grade(class_))
    assert found == {s.student: float(int(s.student[1:]) % 2) for s in class_}


@pytest.mark.slow
def test_two_thousand_submissions_leave_nothing_behind(hand_in):
    level = best_level()
    files = set(os.listdir("/tmp")) | set(os.listdir("/dev/shm"))  # noqa: PTH208 - names will do
    one = hand_in("print('x' * 70_000)\n" + RIGHT, "one")
    before = descriptors()
    early, late = [], []
    for number, report in enumerate(Grader(COMPILED, level, workers=2).grade([one] * 2000)):
        assert report.score == 1.0
        if number < 200:
            early.append(len(descriptors()))
        elif number >= 1800:
            late.append(len(descriptors()))
    # a talk that goes on has a few open; one left by each hundredth would be more than that
    assert min(late) - min(early) < 16
    assert descriptors() == before
    left = set(os.listdir("/tmp")) | set(os.listdir("/dev/shm"))  # noqa: PTH208
    assert {name for name in left - files if name.startswith("micrograde-c")} == set()


# Those that wait --------------------------------------------------------------------------


def test_a_submission_that_sleeps_is_ended_long_before_the_wall_clock(hand_in, monkeypatch):
    monkeypatch.setattr(limits, "IDLE_S", 0.6)
    sleeping = "import time\n" + RIGHT.replace("return", "time.sleep(60); return")
    (report,) = Grader(COMPILED, best_level()).grade([hand_in(sleeping, "one")])
    (result,) = report.checks
    assert report.score == 0.0
    assert result.message.startswith("your code waits in this case instead of computing")
    assert "it waited for 0.6 s without computing anything" in result.message


def test_a_file_that_sleeps_when_it_is_run_says_so(hand_in, monkeypatch):
    monkeypatch.setattr(limits, "IDLE_S", 0.6)
    (report,) = Grader(COMPILED, best_level()).grade(
        [hand_in("import time\ntime.sleep(60)\n" + RIGHT, "one")]
    )
    assert "it waited for 0.6 s without computing anything" in report.checks[0].message


def test_a_submission_that_computes_all_the_time_is_never_idle(hand_in, monkeypatch):
    monkeypatch.setattr(limits, "IDLE_S", 0.3)
    monkeypatch.setattr(limits, "LOOK_S", 0.05)
    busy = "import time\nbegun = time.process_time()\nwhile time.process_time() - begun < 1: pass\n"
    (report,) = Grader(COMPILED, best_level()).grade([hand_in(busy + RIGHT, "one")])
    assert report.score == 1.0


def test_idleness_is_what_was_neither_run_nor_wanted(tmp_path):
    idleness = Idleness(1, longest_look=1.0)
    idleness._file = tmp_path / "schedstat"
    for now, ran_s, ready_s in ((0.0, 1.0, 0.5), (0.5, 1.2, 0.6), (0.9, 1.2, 0.6)):
        idleness._file.write_text(f"{int(ran_s * 1e9)} {int(ready_s * 1e9)} 7\n")
        idleness.look(now)
    assert idleness.seconds == pytest.approx(0.2 + 0.4)
    idleness.look(5.0)  # who looks this late was held up
    assert idleness.seconds == pytest.approx(0.6)
    idleness._file.write_text("no numbers\n")
    idleness.look(5.5)
    idleness.look(6.0)
    assert idleness.seconds == pytest.approx(0.6)


def test_a_long_stay_in_the_queue_for_a_core_is_no_idleness(tmp_path):
    idleness = Idleness(1, longest_look=1.0)
    idleness._file, stat = tmp_path / "schedstat", tmp_path / "stat"
    # the kernel counts a stay in the queue when it ends: at 1.2 s, for all of it
    for now, ready_s, state in ((0.0, 0.0, "R"), (0.6, 0.0, "R"), (1.2, 1.2, "S"), (1.5, 1.2, "S")):
        idleness._file.write_text(f"0 {int(ready_s * 1e9)} 7\n")
        stat.write_text(f"1 (a) S name)) {state} 0 0\n")
        idleness.look(now)
    assert idleness.seconds == pytest.approx(0.3)


@pytest.mark.parametrize("pid", [None, 2**22 + 1])
def test_of_a_process_that_is_not_there_nothing_is_counted(pid):
    idleness = Idleness(pid, longest_look=1.0)
    for now in (0.0, 0.5, 1.0):
        idleness.look(now)
    assert idleness.seconds == 0.0


# Ctrl-C -----------------------------------------------------------------------------------

# The command, with limits that nobody reaches: what still runs ends by the interrupt or never.
# A shell has its background jobs ignore SIGINT, and so would a command started by the tests.
WITHOUT_LIMITS = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from autograder import limits
limits.PLAY_CPU_S = limits.PROCESS_CPU_S = limits.WALL_S = limits.IDLE_S = 100_000
from autograder.cli import main
main()
"""
NEVER_ENDS = "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n"


def make_class(folder, sources):
    for student, source in sources.items():
        place = folder / student / "01_small"
        place.mkdir(parents=True)
        (place / "01_small.ipynb").write_text(json.dumps(notebook(source)))
    return folder


def notebook(source):
    cell = {"cell_type": "code", "id": "x", "metadata": {}, "source": source, "outputs": []}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def interrupted(course_root, folder, out, to_group):
    """Grade from the command line, interrupt it after the first results: status and stderr."""
    command = [
        sys.executable, "-c", WITHOUT_LIMITS,
        "grade", str(folder), "--exercise", "01", "--out", str(out),
        "--course", str(course_root), "--workers", "2",
    ]  # fmt: skip
    graded = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )

    def has_results():
        assert graded.poll() is None, graded.stderr.read().decode()  # it ended by itself
        return any(aside.read_bytes().count(b"\n") >= 3 for aside in partials(out))

    try:
        eventually(has_results)
        family = below(graded.pid)
        (os.killpg if to_group else os.kill)(graded.pid, signal.SIGINT)
        _, errors = graded.communicate(timeout=NET_S)
    finally:
        graded.kill()
        graded.wait()
        graded.stderr.close()
    eventually(lambda: not any(Path(f"/proc/{pid}/task").exists() for pid in family))
    return graded.returncode, errors.decode()


@pytest.mark.slow
@pytest.mark.parametrize("to_group", [False, True], ids=["to it alone", "as a terminal does"])
def test_ctrl_c_ends_cleanly_and_keeps_what_is_done(small_course, tmp_path, to_group):
    best_level()
    assert (small_course.root / "course.yml").read_text() == COURSE_YML
    sources = {f"s{k:02d}": "x = 1" for k in range(4)}
    sources |= {f"t{k:02d}": NEVER_ENDS for k in range(20)}
    folder = make_class(tmp_path / "class", sources)
    out = tmp_path / "results.jsonl"
    status, errors = interrupted(small_course.root, folder, out, to_group)
    assert status == 130, errors
    (aside,) = partials(out)
    assert f"interrupted; what is graded so far: {aside} (" in errors
    assert "Traceback" not in errors
    assert not out.exists()
    kept = [report.student for report in read_results(aside)]
    assert kept[:3] == ["s00", "s01", "s02"] and len(kept) < len(sources)
    assert not any(report.score is None for report in read_results(aside))
    assert f"({len(kept)} results)" in errors
