"""A class is graded in order, whatever single submissions, or our own machinery, do."""

import os
import signal
import threading
import time
from dataclasses import replace

import pytest
from core_tools import (
    case,
    check,
    exercise_of,
    has_ended,
    nothing_left_behind,
    ok,
    processes_below,
)
from waiting import eventually

from autograder import limits
from autograder.errors import InfrastructureError
from autograder.grading import grade
from autograder.grading.grade import Grader
from autograder.intake.extract import extract
from autograder.intake.submissions import NOTHING, Submission
from autograder.limits import AHEAD, ATTEMPTS
from autograder.model import Outcome, Visibility
from autograder.sandbox import launch
from autograder.sandbox.launch import import_folders
from autograder.sandbox.runners import PlainRunner, launch_runner

COMPILED = exercise_of(
    [
        check("a", case(request={"name": "f", "args": [1]})),
        check("b", case(request={"name": "f", "args": [2]}), visibility=Visibility.PUBLIC),
    ],
    expected={"a": (ok(10),), "b": (ok(20),)},
)
RIGHT = "def f(x):\n    return 10 * x\n"
WRONG = "def f(x):\n    return 11 * x\n"
DIES = "import sys\ndef f(x):\n    sys.modules['os']._exit(0)\n"


@pytest.fixture(autouse=True)
def nothing_left():
    """No process and no descriptor of a grader outlives it."""
    with nothing_left_behind():
        yield


@pytest.fixture
def hand_in(tmp_path):
    """Write one submission and say where it is."""

    def write(source, student="anna", **given):
        path = tmp_path / student / "made.py"
        path.parent.mkdir()
        path.write_text(source)
        return Submission(student, "01_made", path, **given)

    return write


def graded(grader, *submissions):
    return {report.student: report for report in grader.grade(submissions)}


# One submission ----------------------------------------------------------------------------


def test_a_report_says_who_what_how_and_how_much(hand_in):
    (report,) = Grader(COMPILED, 1).grade([hand_in(RIGHT + "print('hello')")])
    assert (report.student, report.exercise, report.level) == ("anna", "01_made", 1)
    assert (report.score, report.max_score, report.outcome) == (2.0, 2.0, Outcome.PASSED)
    assert report.output == "hello\n"
    assert report.course_sha256 == COMPILED.sha256
    assert len(report.submission_sha256) == 64


def test_nothing_handed_in_is_missing_and_no_failure_of_ours(hand_in):
    grader = Grader(COMPILED, 1)
    (report,) = grader.grade([Submission("anna", "01_made", None, NOTHING)])
    assert (report.score, report.outcome) == (0.0, Outcome.MISSING)
    assert {c.message for c in report.checks} == {NOTHING}
    assert [c.max_score for c in report.checks] == [1.0, 1.0]
    assert report.submission_sha256 == "" and grader.failures == []


def test_a_file_that_is_no_submission_fails_and_says_why():
    grader = Grader(COMPILED, 1)
    (report,) = grader.grade([Submission("anna", "01_made", None, "made.py is a link")])
    assert (report.score, report.outcome) == (0.0, Outcome.FAILED)
    assert {c.message for c in report.checks} == {"made.py is a link"}
    assert grader.failures == []


def test_what_else_was_handed_in_is_said_first_among_the_repairs(hand_in):
    (report,) = Grader(COMPILED, 1).grade([hand_in(RIGHT, note="Read made.py; not read: b.py.")])
    assert report.repairs[0] == "Read made.py; not read: b.py."


# A class -----------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_reports_come_in_the_order_of_the_submissions(level, hand_in, workers):
    sources = [RIGHT, WRONG, "import time\ntime.sleep(0.3)\n" + RIGHT, "x = (", DIES, RIGHT] * 3
    submissions = [hand_in(source, f"s{k:02}") for k, source in enumerate(sources)]
    grader = Grader(COMPILED, level, workers)
    reports = list(grader.grade(submissions))
    assert [r.student for r in reports] == [s.student for s in submissions]
    assert [r.score for r in reports] == [2.0, 0.0, 2.0, 0.0, 0.0, 2.0] * 3
    assert grader.failures == []


def test_no_more_submissions_are_taken_than_a_few_for_each_worker(hand_in):
    taken = []

    def submissions():
        for k in range(200):
            taken.append(k)
            yield Submission(f"s{k}", "01_made", None, NOTHING)

    reports = Grader(COMPILED, 1, workers=2).grade(submissions())
    next(reports)
    assert len(taken) <= 2 * AHEAD + 2
    reports.close()


def test_a_class_that_is_given_up_halfway_leaves_nothing_behind(level, hand_in):
    slow = "import time\ntime.sleep(0.2)\n" + RIGHT
    grader = Grader(COMPILED, level, 2)
    with nothing_left_behind():
        reports = grader.grade([hand_in(slow, f"s{k}") for k in range(6)])
        assert next(reports).score == 2.0
        reports.close()
    assert list(reports) == []


def test_a_class_that_is_interrupted_ends_what_still_runs(level, hand_in):
    slow = "import time\nend = time.monotonic() + 60\nwhile time.monotonic() < end: pass\n"
    reports = Grader(COMPILED, level).grade(interrupted([hand_in(RIGHT), hand_in(slow, "bert")]))
    with pytest.raises(KeyboardInterrupt):
        list(reports)


def interrupted(submissions):
    yield from submissions
    time.sleep(0.5)
    raise KeyboardInterrupt


# Ours fails --------------------------------------------------------------------------------


class Failing:
    """A runner that fails as a list of errors says; where it says None, it works."""

    def __init__(self, workload, errors):
        self.inner, self.errors, self.restarts, self.closed = (
            PlainRunner(workload),
            errors,
            0,
            False,
        )

    def run(self, request, longest_reply, stalled_s=None, orders=b""):
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        return self.inner.run(request, longest_reply)

    def wait_ready(self):
        pass

    def restart(self):
        self.restarts += 1

    def end(self):
        self.inner.end()

    def close(self):
        self.closed = True


def failing(*errors):
    """A grader whose one runner fails so, and the runner."""
    made = []

    def start(workload, level):
        made.append(Failing(workload, list(errors)))
        return made[-1]

    return Grader(COMPILED, 1, launch=start), made


def withheld_and_judged(grader, hand_in, count=2):
    """Grade right submissions; which of them meets the failing runner is open."""
    reports = list(grader.grade([hand_in(RIGHT, f"s{k}") for k in range(count)]))
    assert [r.student for r in reports] == [f"s{k}" for k in range(count)]
    withheld = [r for r in reports if r.score is None]
    assert [f.student for f in grader.failures] == [r.student for r in withheld]
    return withheld, [r for r in reports if r.score is not None]


BROKEN = InfrastructureError("the sandbox process ended: killed")


def test_a_failure_of_ours_is_tried_again_and_forgotten(hand_in):
    grader, made = failing(BROKEN)
    (report,) = grader.grade([hand_in(RIGHT)])
    assert report.score == 2.0 and grader.failures == []
    assert made[0].restarts == 1 and made[0].closed


def test_a_failure_that_stays_withholds_the_score_and_tells_staff(hand_in):
    grader, made = failing(*[BROKEN] * ATTEMPTS)
    (withheld,), (judged,) = withheld_and_judged(grader, hand_in)
    assert (withheld.score, withheld.outcome, withheld.max_score) == (None, Outcome.ERROR, 2.0)
    assert {(c.outcome, c.score) for c in withheld.checks} == {(Outcome.ERROR, 0.0)}
    assert all("the fault is ours" in c.message for c in withheld.checks)
    assert withheld.submission_sha256
    assert [(f.student, f.reason) for f in grader.failures] == [(withheld.student, str(BROKEN))]
    assert judged.score == 2.0
    assert made[0].restarts == ATTEMPTS


def test_a_fault_in_the_grader_itself_costs_one_score_and_not_the_class(hand_in, monkeypatch):
    grader, _ = failing(*[ZeroDivisionError("division by zero")] * ATTEMPTS)
    _, (judged,) = withheld_and_judged(grader, hand_in)
    assert judged.score == 2.0
    (failure,) = grader.failures
    assert failure.reason == "a fault in the grader itself: ZeroDivisionError: division by zero"


def test_a_fault_in_extraction_costs_one_score_and_not_the_class(hand_in, monkeypatch):
    def break_once(data, name, exercise):
        if b"11" in data:
            raise RecursionError("too deep")
        return extract(data, name, exercise)

    monkeypatch.setattr(grade, "extract", break_once)
    grader = Grader(COMPILED, 1)
    reports = graded(grader, hand_in(WRONG, "anna"), hand_in(RIGHT, "bert"))
    assert [reports[s].outcome for s in ("anna", "bert")] == [Outcome.ERROR, Outcome.PASSED]
    assert "RecursionError: too deep" in grader.failures[0].reason


def test_a_file_that_the_disk_does_not_give_is_withheld(hand_in, monkeypatch):
    def refuse(submission):
        raise InfrastructureError("cannot read made.py of anna: Input/output error")

    monkeypatch.setattr(grade, "read_submission", refuse)
    grader = Grader(COMPILED, 1)
    (report,) = grader.grade([hand_in(RIGHT)])
    assert report.score is None
    assert grader.failures[0].reason.startswith("cannot read made.py")


def test_a_runner_that_cannot_be_restarted_is_tried_again_for_the_next(hand_in, monkeypatch):
    grader, _ = failing(BROKEN, BROKEN, None)
    tries = []

    def restart(runner):
        tries.append(len(tries))
        if len(tries) == 1:
            raise OSError("no more processes")

    monkeypatch.setattr(Failing, "restart", restart)
    _, (judged,) = withheld_and_judged(grader, hand_in)
    assert judged.score == 2.0
    assert grader.failures[0].reason == str(BROKEN)
    assert len(tries) == 2


@pytest.mark.parametrize("good", [0, 1])
def test_if_a_worker_cannot_be_started_nothing_is_graded_and_the_others_end(hand_in, good):
    made = []

    def start(workload, level):
        if len(made) == good:
            raise InfrastructureError("the sandbox process did not start: no bwrap")
        made.append(Failing(workload, []))
        return made[-1]

    grader = Grader(COMPILED, 1, workers=2, launch=start)
    with pytest.raises(InfrastructureError, match="did not start: no bwrap"):
        list(grader.grade([hand_in(RIGHT)]))
    assert all(runner.closed for runner in made)


# A zygote that is hit ----------------------------------------------------------------------


@pytest.fixture
def hit(level):
    """A grader whose zygote is hit by a signal before chosen runs."""

    def make(kill, *runs):
        count = 0

        def start(workload, at):
            runner = launch_runner(workload, at)
            run = runner.run

            def run_or_be_hit(request, longest, stalled_s=None, orders=b""):
                nonlocal count
                count += 1
                if count in runs:
                    hit = processes_below(runner._process.pid)
                    os.kill(runner._process.pid, kill)
                    # on a busy machine it, and what waits below it for this submission, may
                    # take longer to die than the submission takes
                    os.waitid(os.P_PID, runner._process.pid, os.WEXITED | os.WNOWAIT)
                    eventually(lambda: all(map(has_ended, hit)))
                return run(request, longest, stalled_s, orders)

            runner.run = run_or_be_hit
            return runner

        return Grader(COMPILED, level, launch=start)

    return make


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM])
def test_a_zygote_that_is_killed_between_submissions_costs_nothing(hit, hand_in, kill):
    grader = hit(kill, 2)
    reports = list(grader.grade([hand_in(RIGHT, f"s{k}") for k in range(3)]))
    assert [r.score for r in reports] == [2.0, 2.0, 2.0]
    assert grader.failures == []


def test_a_zygote_that_is_killed_twice_withholds_one_score_and_harms_no_other(hit, hand_in):
    grader = hit(signal.SIGKILL, 2, 3)
    (_,), judged = withheld_and_judged(grader, hand_in, 3)
    assert [r.score for r in judged] == [2.0, 2.0]
    assert "the sandbox process" in grader.failures[0].reason


def test_a_zygote_that_is_stopped_is_noticed_replaced_and_costs_nothing(
    level, hand_in, monkeypatch
):
    # 0.01 on an idle machine; that of the zygote that is stopped passes in full
    monkeypatch.setattr(limits, "ZYGOTE_REPLY_S", 3.0)
    monkeypatch.setattr(limits, "AHEAD", 0)  # nothing runs while a report is looked at
    started = []

    def start(workload, level):
        started.append(launch_runner(workload, level))
        return started[-1]

    grader = Grader(COMPILED, level, launch=start)
    reports = grader.grade([hand_in(RIGHT, f"s{k}") for k in range(3)])
    first = next(reports)
    for runner in started:
        stop_below(runner._process.pid)
    rest = list(reports)
    assert [r.score for r in (first, *rest)] == [2.0, 2.0, 2.0]
    assert grader.failures == []


def stop_below(pid):
    """Stop the last process below this one: in a sandbox, what serves the next submission."""
    os.kill(processes_below(pid)[-1], signal.SIGSTOP)


def test_workers_are_closed_and_their_threads_end(level, hand_in):
    before = threading.active_count()
    list(Grader(COMPILED, level, 2).grade([hand_in(RIGHT)]))
    eventually(lambda: threading.active_count() == before, lambda: "a thread of a worker goes on")
    assert threading.active_count() == before


# What imports need -------------------------------------------------------------------------


def test_the_standard_library_needs_no_folder_and_numpy_its_own():
    assert import_folders(["math", "collections.abc"]) == ()
    folders = import_folders(["numpy.random", "numpy", "math"])
    assert folders[0].name == "numpy"
    assert all(folder.name in ("numpy", "numpy.libs") for folder in folders)


def test_a_package_that_is_not_installed_is_our_failure_and_says_what_to_run():
    with pytest.raises(InfrastructureError, match=r"needs no_such_thing, .*: pip install no_such"):
        import_folders(["no_such_thing.part"])


def test_libraries_beside_a_package_are_found(tmp_path, monkeypatch):
    place = tmp_path / "site-packages"
    for name in ("pack/__init__.py", "pack.libs/x.so"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).touch()
    monkeypatch.syspath_prepend(place)
    assert import_folders(["pack"]) == (place / "pack", place / "pack.libs")
    assert launch.import_folders([]) == ()


def test_an_exercise_may_import_numpy_in_the_sandbox(level, hand_in):
    exercise = replace(COMPILED.exercise, imports=("numpy",))
    compiled = replace(COMPILED, exercise=exercise)
    # sum and printing make numpy import parts of itself, late, through its caller's builtins
    source = (
        "import numpy as np\nprint(np.zeros(2), np.median([1.0, 2.0]), np.random.default_rng(1))\n"
        "def f(x):\n    return float(np.full(10, x).sum())"
    )
    grader = Grader(compiled, level, imports=("numpy",))
    (report,) = grader.grade([hand_in(source)])
    assert report.score == 2.0
