"""The verb grade where two grade at once, a disk is full, somebody ends it: nothing is lost."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import ROOT, SMALL
from sandbox_tools import need
from waiting import NET_S, eventually

from autograder.authoring.proof.compiling import compile_exercise
from autograder.outputs import partials
from autograder.records.results import read_results

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

RIGHT = "def double(x):\n    return x + x\n"
WRONG = "def double(x):\n    return x * x\n"
# The command; a shell has its background jobs ignore SIGINT, and so would one started by tests.
GRADE = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
GRADE += "from autograder.cli import main\nmain()\n"
NEVER_ENDS = "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n"
# Tests may be run where signals are ignored: behind nohup, or in the background of a shell.
WITHOUT_LIMITS = (
    "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from autograder import limits\n"
    "limits.PLAY_CPU_S = limits.PROCESS_CPU_S = limits.WALL_S = limits.IDLE_S = 100_000\n"
)


@pytest.fixture
def a_class(small_course, level):
    """Three students, one of them wrong; the exercise is compiled."""
    compile_exercise(small_course, SMALL)
    for student, source in (("anna", RIGHT), ("bert", WRONG), ("cleo", RIGHT)):
        hand_in(small_course, student, source)
    return small_course.root / "submissions"


def hand_in(course, student, source):
    place = course.root / "submissions" / student / SMALL
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{SMALL}.py").write_text(source)


@pytest.fixture
def command(small_course, a_class):
    """The words of a command that grades the class into a file."""

    def words(out, *more, before=""):
        grade = ("grade", "submissions", "--exercise", "01", "--out", str(out), *more)
        return [sys.executable, "-c", before + GRADE, *grade]

    return words


@pytest.fixture
def grade(small_course, command):
    """Grade the class into a file: (exit status, standard output, standard error)."""

    def run(out, *more, before="", **streams):
        done = subprocess.run(
            command(out, *more, before=before),
            cwd=small_course.root, env=environment(), timeout=NET_S, text=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
        )  # fmt: skip
        assert "Traceback" not in (done.stderr or ""), done.stderr
        return done.returncode, done.stdout, done.stderr

    return run


def environment():
    # what is printed meets a full disk when it is flushed: at the end, as at any user's
    usual = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    return {**usual, "PYTHONPATH": str(ROOT)}


def students(path):
    return [report.student for report in read_results(path)]


def told(errors):
    """What the command itself said at its end."""
    return [line for line in errors.splitlines() if line.startswith("autograder: ")]


# An older result ----------------------------------------------------------------------------


def test_grading_again_keeps_the_older_results_and_says_where(small_course, grade):
    results = small_course.root / "06_engine.jsonl"
    assert grade("06_engine.jsonl")[0] == 0
    before = results.read_bytes()
    status, said, _ = grade("06_engine.jsonl")
    assert status == 0 and "the same results, to the byte, stood in 06_engine.jsonl already" in said
    hand_in(small_course, "bert", RIGHT)
    status, said, _ = grade("06_engine.jsonl")
    assert status == 0
    assert "the results that stood in 06_engine.jsonl before are now 06_engine.1.jsonl" in said
    assert results.with_name("06_engine.1.jsonl").read_bytes() == before != results.read_bytes()
    assert [p.name for p in small_course.root.glob(".*.lock")] == []


# Two graders --------------------------------------------------------------------------------


@pytest.fixture
def busy(small_course, command):
    """A grader that does not come to an end, after its first results are there."""
    for k in range(6):
        hand_in(small_course, f"t{k}", NEVER_ENDS)
    out = small_course.root / "r.jsonl"
    grader = subprocess.Popen(
        command(out.name, "--workers", "1", before=WITHOUT_LIMITS),
        cwd=small_course.root, env=environment(), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip

    def has_results():
        assert grader.poll() is None, grader.stderr.read()
        return any(left.read_bytes().count(b"\n") >= 3 for left in partials(out))

    try:
        eventually(has_results)
        yield grader
    finally:
        grader.kill()
        grader.wait(timeout=NET_S)
        for stream in (grader.stdout, grader.stderr):
            stream.close()


def test_a_second_grader_is_told_of_the_first_and_another_name_is_free(small_course, grade, busy):
    busy.send_signal(signal.SIGSTOP)  # it holds its claim, and does not come to its end
    for k in range(6):
        hand_in(small_course, f"t{k}", RIGHT)
    status, _, errors = grade("r.jsonl")
    assert status == 2
    (said,) = told(errors)
    assert re.fullmatch(
        rf"autograder: 'r\.jsonl' is being written by another grader \(process {busy.pid} on \S+ "
        r"since \d\d:\d\d\); wait until it is done, or name another file with --out",
        said,
    )
    assert grade("other.jsonl")[0] == 0
    assert len(students(small_course.root / "other.jsonl")) == 9
    assert not (small_course.root / "r.jsonl").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_what_an_ended_grader_had_done_is_safe_named_and_no_obstacle(
    small_course, grade, busy, number
):
    busy.send_signal(number)
    _, errors = busy.communicate(timeout=NET_S)
    assert busy.returncode == (130 if number == signal.SIGINT else -number)
    (left,) = partials(small_course.root / "r.jsonl")
    assert students(left)[:3] == ["anna", "bert", "cleo"]
    done = len(students(left))
    assert "Traceback" not in errors
    if number != signal.SIGKILL:
        assert f"interrupted; what is graded so far: {left.name} (" in errors
    for k in range(6):
        hand_in(small_course, f"t{k}", RIGHT)
    status, _, errors = grade("r.jsonl")
    assert status == 0
    assert (
        "note: an earlier run was ended before it was done; what it had graded is in "
        f"{left.name} ({done} results); delete it when you need it no more\n"
    ) in errors
    assert len(students(small_course.root / "r.jsonl")) == 9


def test_a_signal_that_is_ignored_stays_ignored(grade):
    ignore = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    ignore += "import os\nos.kill(os.getpid(), signal.SIGHUP)\n"
    assert grade("r.jsonl", before=ignore)[0] == 0


# Names that are no files --------------------------------------------------------------------


def test_results_on_the_standard_output_are_alone_there(grade):
    status, said, errors = grade("/dev/stdout")
    assert status == 0
    assert [json.loads(line)["student"] for line in said.splitlines()] == ["anna", "bert", "cleo"]
    assert "3 students" in errors or "students" in errors


def test_a_device_stays_a_device(grade):
    status, said, _ = grade("/dev/null")
    assert status == 0 and stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert "results: " not in said


def test_a_gradebook_cannot_be_filled_from_what_keeps_nothing(grade):
    status, _, errors = grade("/dev/null", "--gradebook", "sqlite:///gradebook.db")
    assert status == 2
    assert told(errors) == [
        "autograder: the gradebook is filled from the results file, and '/dev/null' keeps "
        "nothing; name another file with --out"
    ]


def test_a_pipe_is_read_while_the_class_is_graded(small_course, grade):
    pipe = small_course.root / "pipe"
    os.mkfifo(pipe)
    status, _, errors = grade("pipe")
    assert status == 2 and "(nobody reads this pipe; start its reader first)" in told(errors)[0]
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    while grade("pipe")[0] == 2:  # the reader opens it at any moment
        pass
    reader.join(timeout=NET_S)
    assert read[0].count(b"\n") == 3


def test_a_link_stays_a_link(small_course, grade):
    (small_course.root / "kept").mkdir()
    (small_course.root / "r.jsonl").symlink_to("kept/r.jsonl")
    assert grade("r.jsonl")[0] == 0
    assert (small_course.root / "r.jsonl").is_symlink()
    assert students(small_course.root / "kept" / "r.jsonl") == ["anna", "bert", "cleo"]


# A full disk --------------------------------------------------------------------------------


def test_a_full_disk_under_the_results_is_one_sentence(grade):
    status, _, errors = grade("/dev/full")
    assert status == 1
    assert told(errors) == [
        "autograder: cannot go on writing '/dev/full' (no space left on device); make room and "
        "grade again, or name another file with --out; 0 results went to '/dev/full'"
    ]


def limit_of(size):
    """Code that lets this process write no file longer than so many bytes."""
    return f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"


def test_what_was_graded_before_the_disk_was_full_is_safe(small_course, grade):
    assert grade("r.jsonl")[0] == 0
    whole = (small_course.root / "r.jsonl").read_bytes()
    first, second, _ = whole.splitlines(keepends=True)
    hand_in(small_course, "cleo", WRONG)
    room = len(first) + len(second) + 100
    status, _, errors = grade("r.jsonl", before=limit_of(room))
    assert status == 1
    (left,) = partials(small_course.root / "r.jsonl")
    assert told(errors) == [
        "autograder: cannot go on writing 'r.jsonl' (file too large); make room and grade again, "
        f"or name another file with --out; what is graded so far: {left.name} (2 results)"
    ]
    assert left.read_bytes() == first + second
    assert (small_course.root / "r.jsonl").read_bytes() == whole
    assert grade("r.jsonl")[0] == 0


def test_a_full_disk_under_the_output_is_one_sentence_and_the_results_are_there(
    small_course, grade
):
    with Path("/dev/full").open("w") as full:
        status, _, errors = grade("r.jsonl", stdout=full)
    assert status == 1
    assert len(told(errors)) == 1 and "(no space left on device); make room there" in errors
    assert students(small_course.root / "r.jsonl") == ["anna", "bert", "cleo"]


def mounted(script, folder):
    """Run a shell script as root in a mount namespace of its own; skip where there is none."""
    probe = ["unshare", "--mount", "sh", "-c", f"mount -t tmpfs none {folder}"]
    works = os.geteuid() == 0 and subprocess.run(probe, capture_output=True).returncode == 0
    if not works:
        pytest.skip("only root, where it may mount, can have a small disk of its own")
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        cwd=folder.parent, env=environment(), capture_output=True, text=True, timeout=NET_S,
    )  # fmt: skip


@pytest.mark.parametrize("room", ["4k", "16k"])
def test_a_small_disk_that_fills_up_loses_nothing_that_was_on_it(small_course, command, room):
    for k in range(20):
        hand_in(small_course, f"s{k:02}", WRONG)
    disk, kept = small_course.root / "disk", small_course.root / "kept"
    disk.mkdir()
    kept.mkdir()
    words = " ".join(f"'{word}'" for word in command("disk/r.jsonl"))
    done = mounted(
        f"mount -t tmpfs -o size={room} none disk && echo old > disk/r.jsonl\n"
        f"{words}; echo status $?; cp -a disk/. kept/",
        disk,
    )
    assert "status 1" in done.stdout or "status 2" in done.stdout, done.stdout + done.stderr
    assert len(told(done.stderr)) == 1 and "(no space left on device)" in done.stderr
    assert "Traceback" not in done.stderr
    assert (kept / "r.jsonl").read_text() == "old\n"
    for left in partials(kept / "r.jsonl"):
        assert left.name in told(done.stderr)[0]
        assert students(left)


# A cache that cannot be written -------------------------------------------------------------


def test_a_file_in_place_of_the_cache_costs_time_and_no_result(small_course, grade):
    assert grade("r.jsonl")[0] == 0
    cache = small_course.root / ".cache"
    cache.rename(small_course.root / "away")
    cache.write_text("")
    status, _, errors = grade("again.jsonl")
    assert status == 0
    assert f"{SMALL} will be compiled again each time: {small_course.cache} (" in errors
    first, second = ((small_course.root / f"{n}.jsonl").read_bytes() for n in ("r", "again"))
    assert first == second and cache.read_text() == ""


def test_a_cache_that_may_only_be_read_costs_time_and_no_result(small_course, command, grade):
    assert grade("r.jsonl")[0] == 0
    hint = small_course.exercises / SMALL / "exercise.yml"
    hint.write_text(hint.read_text().replace("What is added", "What do you add"))
    words = " ".join(f"'{word}'" for word in command("again.jsonl"))
    if os.geteuid() == 0:
        cache = small_course.root / ".cache"
        script = f"mount --bind .cache .cache && mount -o remount,ro,bind .cache && {words}"
        (small_course.root / "probe").mkdir()
        done = mounted(script, small_course.root / "probe")
        status, errors = done.returncode, done.stderr
        reason = "read-only file system"
    else:
        cache = small_course.cache
        cache.chmod(0o555)
        status, _, errors = grade("again.jsonl")
        cache.chmod(0o755)
        reason = "permission denied"
    assert status == 0, errors
    assert f"will be compiled again each time: {small_course.cache} ({reason})" in errors
    assert len(students(small_course.root / "again.jsonl")) == 3


# The gradebook ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_is_ended_while_the_gradebook_is_filled_hears_that_the_results_are_whole(
    small_course, grade, number
):
    need(_has_nbgrader(), "nbgrader")
    before = (
        "import os\nfrom autograder.records import gradebook\n"
        f"gradebook._prepare = lambda *given: os.kill(os.getpid(), {int(number)})\n"
    )
    book = ("--gradebook", "sqlite:///gradebook.db")
    status, _, errors = grade("r.jsonl", *book, before=before)
    assert status == (130 if number == signal.SIGINT else -number)
    assert (
        "interrupted while the gradebook was filled; the results are whole: r.jsonl; run the "
        "same command again\n"
    ) in errors
    assert students(small_course.root / "r.jsonl") == ["anna", "bert", "cleo"]
    assert grade("r.jsonl", *book)[0] == 0


def _has_nbgrader():
    import importlib.util

    return importlib.util.find_spec("nbgrader")
