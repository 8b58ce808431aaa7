"""Run programs of an exercise in the sandbox and judge them; what they answered there is kept.

The judge always judges again. A program is run on those checks of which its answers are not
kept, if it is known to remember nothing from one check to the next (see playing.py), and
otherwise on all of them.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from autograder import limits
from autograder.authoring.proof.kept_answers import (
    KeptAnswers,
    key_of,
    key_of_all,
    parts_of,
    sandbox_hash,
)
from autograder.authoring.proof.playing import plays_alone
from autograder.course.course_file import Course
from autograder.judging.judge import Judge, Verdict
from autograder.model import Answer, Block, CompiledExercise
from autograder.sandbox.runners import Runner, start_runner
from autograder.sandbox.running import Run, run_program
from autograder.sandbox.workload import Workload, make_workload
from autograder.worker.protocol import HEAD, NO_NONCE, Played, pack_reply, parse_reply, unpack
from autograder.worker.status import Status

BLOCKS = "blocks"  # the unit under which it is kept how a program's blocks ended
# Sets of checks for which a sandbox process waits; more at a time are not worth their start.
RUNNERS = 4


class Bench:
    """Runs and judges programs of one exercise; to be closed.

    Args:
        course: where what is kept stands.
        compiled: the exercise.
        level: isolation level.
        folders: further folders that its imports need.
        played: what programs answered when they were compiled.
    """

    def __init__(
        self,
        course: Course,
        compiled: CompiledExercise,
        level: int,
        folders: Sequence[Path],
        played: KeptAnswers,
    ) -> None:
        self._compiled, self._level, self._folders = compiled, level, folders
        self._judge = Judge(compiled)
        self._played = played
        exercise = compiled.exercise
        path = course.kept / "answers" / f"{exercise.id}-sandbox.json"
        self._kept = KeptAnswers(path, sandbox_hash(exercise.imports, level))
        self._parts = parts_of(compiled.checks)
        self._whole = key_of_all(self._parts)
        self._runners: dict[tuple[int, ...], tuple[Runner, Workload]] = {}

    def close(self) -> None:
        """Keep what was answered, and end the sandbox's processes."""
        self._kept.save()
        while self._runners:
            self._runners.popitem()[1][0].close()

    def verdict(self, blocks: Sequence[Block]) -> Verdict:
        """Judge a program."""
        return self._judge.judge(self._answered(blocks), blocks)

    def verdicts(self, programs: Sequence[Sequence[Block]]) -> Iterator[Verdict]:
        """Judge programs, in order: one is judged while the next ones run."""
        pool = ThreadPoolExecutor(1)
        try:
            for blocks, run in zip(programs, pool.map(self._answered, programs), strict=True):
                yield self._judge.judge(run, blocks)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _answered(self, blocks: Sequence[Block]) -> Run:
        """What a program answers to all checks."""
        program = key_of(blocks)
        everything = tuple(range(len(self._parts)))
        if self._kept.get(program, BLOCKS) is None:
            wanted = everything
        elif self._kept.get(program, self._whole) is not None:
            wanted = ()
        elif plays_alone(self._played, program, self._parts):
            wanted = tuple(k for k in everything if not self._is_kept(program, k))
        else:
            wanted = everything
        if not wanted and not self._is_within_limits(program):
            wanted = everything
        if wanted:
            run = self._run(program, blocks, wanted)
            if wanted == everything:
                return run
            if run.trouble or not self._is_within_limits(program):
                return self._run(program, blocks, everything)
        return self._composed(program)

    def _is_kept(self, program: str, part: int) -> bool:
        return self._kept.get(program, self._parts[part].key) is not None

    def _is_within_limits(self, program: str) -> bool:
        """Whether all that is kept in parts could have been answered in one run."""
        if self._kept.get(program, self._whole) is not None:
            return True
        found = [self._kept.get(program, part.key) for part in self._parts]
        answers = [a for entry in found if entry is not None for a in entry[0]]
        return (
            None not in found
            and sum(a.status is Status.CPU for a in answers) < limits.TIMEOUTS
            and sum(entry[1] for entry in found if entry is not None) <= limits.PLAY_CPU_S
        )

    def _run(self, program: str, blocks: Sequence[Block], wanted: tuple[int, ...]) -> Run:
        """Run a program on some checks; keep what it answers, unless it came to grief."""
        runner, workload = self._runner(wanted)
        run = run_program(runner, workload, blocks)
        if run.trouble:  # which may be the machine's: it is run again the next time
            return run
        told = [Answer(Status(s), (), run.reply.details[d]) for s, _, d in run.reply.blocks]
        self._kept.put(program, BLOCKS, told, 0.0)
        answers = _answers(run)
        together = wanted == tuple(range(len(self._parts)))
        alone = plays_alone(self._played, program, self._parts)
        timeouts = sum(a.status is Status.CPU for a in answers)
        cut = any(a.status is Status.NOT_RUN for a in answers)
        if together and (not alone or cut or timeouts >= limits.TIMEOUTS):
            self._kept.put(program, self._whole, answers, run.cpu_s)
        elif not cut:
            for k in wanted:
                count = len(self._parts[k].cases)
                mine, answers = answers[:count], answers[count:]
                self._kept.put(program, self._parts[k].key, mine, run.cpu_s / len(wanted))
        return run

    def _runner(self, wanted: tuple[int, ...]) -> tuple[Runner, Workload]:
        if wanted not in self._runners:
            if len(self._runners) >= RUNNERS:
                self._runners.pop(next(iter(self._runners)))[0].close()
            checks = tuple(self._compiled.checks[k] for k in wanted)
            workload = make_workload(
                replace(self._compiled, checks=checks), self._compiled.exercise.imports
            )
            self._runners[wanted] = start_runner(workload, self._level, self._folders), workload
        return self._runners[wanted]

    def _composed(self, program: str) -> Run:
        """A run as it would be, of what is kept."""
        blocks = self._kept.get(program, BLOCKS)
        whole = self._kept.get(program, self._whole)
        found = [whole] if whole else [self._kept.get(program, p.key) for p in self._parts]
        told, *cases = [
            [Played(a.status, a.numbers, a.detail) for entry in entries if entry for a in entry[0]]
            for entries in ([blocks], found)
        ]
        count = sum(len(part.cases) for part in self._parts)
        packed = pack_reply(NO_NONCE, told, cases[0])
        return Run(parse_reply(packed, NO_NONCE, len(told), count), "", "", 0.0)


def _answers(run: Run) -> list[Answer]:
    """The answers to all cases of a run."""
    numbers, at, answers = unpack(run.reply.floats), 0, []
    for status, count, detail in HEAD.iter_unpack(run.reply.heads):
        answers.append(Answer(Status(status), numbers[at : at + count], run.reply.details[detail]))
        at += count
    return answers
