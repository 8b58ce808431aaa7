"""Grades a class: takes in, runs and judges each submission, and gives one report for each.

Reports come in the order of the submissions, however many workers there are. A failure of ours
is tried again; if it stays, it withholds that one score.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from queue import SimpleQueue

from autograder import limits
from autograder.errors import InfrastructureError, SubmissionError
from autograder.intake.extract import extract
from autograder.intake.other_work import OtherWork
from autograder.intake.submissions import NOTHING, Submission, read_submission
from autograder.judging import wording
from autograder.judging.judge import Judge
from autograder.judging.reports import judged, unjudged
from autograder.model import CompiledExercise, Exercise, Outcome, Program
from autograder.sandbox.launch import import_folders
from autograder.sandbox.runners import Runner, launch_runner
from autograder.sandbox.running import Run, run_program
from autograder.sandbox.workload import Workload, make_workload
from autograder.storage import short_sentence
from autograder.verdicts import Report

LaunchRunner = Callable[[Workload, int], Runner]


@dataclass(frozen=True, slots=True)
class Failure:
    """Something of ours that failed while a submission was graded; staff are told."""

    student: str
    reason: str


class Grader:
    """Grades submissions of one exercise.

    Args:
        compiled: the exercise.
        level: isolation level.
        workers: how many submissions run at a time, >= 1.
        imports: those of the exercise's imports that a file of the class names.
        launch: makes a runner that need not be ready; tests put a failing one here.
        others: the course's other exercises, so that work for one of them is known.
    """

    def __init__(
        self,
        compiled: CompiledExercise,
        level: int,
        workers: int = 1,
        imports: Sequence[str] = (),
        launch: LaunchRunner | None = None,
        others: tuple[Exercise, ...] = (),
    ) -> None:
        self.compiled, self.level, self.workers = compiled, level, workers
        self.other_work = OtherWork(compiled.exercise, others)
        self.judge = Judge(compiled)
        self.workload = make_workload(compiled, imports)
        self.failures: list[Failure] = []
        readonly = import_folders(imports)
        self._launch = launch or (lambda workload, level: launch_runner(workload, level, readonly))
        self._idle: SimpleQueue[Runner] = SimpleQueue()
        self._given_up = False
        self._lock = threading.Lock()
        self._large = threading.Lock()
        self._blank = Report(
            student="",
            exercise=compiled.exercise.id,
            submission_sha256="",
            course_sha256=compiled.sha256,
            level=level,
            score=None,
            max_score=sum(check.points for check in compiled.checks),
            outcome=Outcome.ERROR,
            checks=(),
        )

    def grade(self, submissions: Iterable[Submission]) -> Iterator[Report]:
        """Grade submissions; reports come in the same order.

        In memory are the submissions that are being graded, one a worker and one more, and the
        reports that wait for an earlier one, AHEAD a worker at most, whatever the class's size.
        After Ctrl-C, or where no further report is asked for, what still runs is ended.

        Raises: InfrastructureError if not even the first worker can be started.
        """
        waiting: deque[Future[Report]] = deque()
        runners: list[Runner] = []
        # one thread more than workers: what is read or judged by one keeps no worker waiting
        pool = ThreadPoolExecutor(self.workers + 1, thread_name_prefix="grader")
        try:
            # runners are started by this thread: a zygote dies with the thread that started it;
            # all at once, for loading takes them longer than many a class takes afterwards
            for _ in range(self.workers):
                runners.append(self._launch(self.workload, self.level))
            for runner in runners:
                runner.wait_ready()
                self._idle.put(runner)
            for submission in submissions:
                waiting.append(pool.submit(self._grade_one, submission))
                if len(waiting) > limits.AHEAD * self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            self._given_up = True
            for runner in runners:
                runner.end()
            raise
        finally:
            for future in waiting:
                future.cancel()
            pool.shutdown(wait=True, cancel_futures=True)
            for runner in runners:
                runner.close()

    def _grade_one(self, submission: Submission) -> Report:
        if submission.problem == NOTHING:
            return self._unjudged(submission, "", Outcome.MISSING, NOTHING)
        sha256 = ""
        try:
            data, sha256 = read_submission(submission)
            name = submission.path.name if submission.path else ""
            elsewhere = self.other_work.said(data, name)
            if elsewhere:
                submission = replace(submission, remarks=(*submission.remarks, elsewhere))
            with self._large if len(data) > limits.LARGE_BYTES else nullcontext():
                program = extract(data, name, self.compiled.exercise)
            del data  # a notebook full of pictures is not kept while its code runs
        except SubmissionError as error:
            return self._unjudged(submission, sha256, Outcome.FAILED, str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the class
            return self._withheld(submission, sha256, _reason(error))
        if submission.note:
            note = short_sentence(submission.note)
            program = replace(program, repairs=(note, *program.repairs))
        if elsewhere:
            program = replace(program, flags=(*program.flags, short_sentence(elsewhere)))
        run = self._run(program)
        if isinstance(run, str):
            return self._withheld(submission, sha256, run, program)
        try:
            verdict = self.judge.judge(run, program.blocks)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the class
            return self._withheld(submission, sha256, _reason(error), program)
        return judged(self._begun(submission, sha256), program, run, verdict)

    def _run(self, program: Program) -> Run | str:
        """Run a program on the next idle worker; on a new one if that fails, ATTEMPTS in all.

        Returns: the run, or why there is none.
        """
        reason = ""
        runner = self._idle.get()
        try:
            for _ in range(limits.ATTEMPTS):
                try:
                    return run_program(runner, self.workload, program.blocks)
                except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the class
                    reason = _reason(error)
                if self._given_up:
                    break
                try:
                    runner.restart()
                except (InfrastructureError, OSError) as again:
                    reason = _reason(again)  # the next run on it fails, and tries this again
        finally:
            self._idle.put(runner)
        return reason

    def _withheld(
        self, submission: Submission, sha256: str, reason: str, program: Program | None = None
    ) -> Report:
        """A failure of ours: staff get the reason, the student no zero."""
        with self._lock:
            self.failures.append(Failure(submission.student, reason))
        return self._unjudged(submission, sha256, Outcome.ERROR, wording.ERROR, program)

    def _unjudged(
        self,
        submission: Submission,
        sha256: str,
        outcome: Outcome,
        message: str,
        program: Program | None = None,
    ) -> Report:
        """A report in which every check has the same outcome, for the same reason."""
        report = self._begun(submission, sha256)
        if program is not None:
            report = replace(report, repairs=program.repairs, flags=program.flags)
        return unjudged(report, self.compiled.checks, outcome, message)

    def _begun(self, submission: Submission, sha256: str) -> Report:
        """What is known before anything is judged."""
        return replace(
            self._blank,
            student=submission.student,
            submission_sha256=sha256,
            remarks=tuple(map(short_sentence, submission.remarks)),
        )


def _reason(error: Exception) -> str:
    """What staff are told: our own errors speak for themselves, any other is a bug of ours."""
    if isinstance(error, InfrastructureError):
        return str(error)
    return f"a fault in the grader itself: {type(error).__name__}: {error}"
