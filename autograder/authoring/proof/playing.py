"""Play trusted programs, reference and mutants, on cases; what was played before is kept.

What is kept are a program's answers to one check, by the hash of its blocks and of the
check's cases as the worker gets them. They are right beside any other checks, because a
program is kept so only if none of its checks leaves a trace in it (see memory.py) and it
stays within the limits on all cases together. Of any other program the answers to all
cases are kept as one.
"""

import gc
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from autograder import limits
from autograder.authoring.proof.kept_answers import KeptAnswers, Part, key_of, key_of_all
from autograder.authoring.proof.memory import Memory
from autograder.authoring.proof.processes import in_processes
from autograder.model import Answer, Block
from autograder.sandbox.engines.planted import divide
from autograder.worker import driver, protocol
from autograder.worker.engines.inside import inside
from autograder.worker.players.base import MODULE
from autograder.worker.status import Status

# Fewer cases than this are played before a second process has started.
CASES_FOR_ONE_PROCESS = 4_000

# Shows how far a row of things has come while it hands them on: things, their number, what
# they are.
Watch = Callable[[Iterable[Any], int, str], Iterable[Any]]


def unwatched(things: Iterable[Any], total: int, what: str) -> Iterable[Any]:
    """Show nothing."""
    return things


@dataclass(frozen=True, slots=True)
class PlayedParts:
    """What a program answered to some parts.

    Attributes:
        answers: of each part, in order.
        cpu_s: CPU seconds of each part.
        alone: whether each part's answers are the same beside any other parts.
    """

    answers: tuple[tuple[Answer, ...], ...]
    cpu_s: tuple[float, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class _Job:
    """A program to play: which parts are wanted, and what the others used of the limits."""

    program: tuple[Block, ...]
    wanted: tuple[int, ...]
    timeouts: int
    cpu_s: float


def play_parts(
    blocks: Sequence[Block], parts: Sequence[Part], imports: Sequence[str]
) -> PlayedParts:
    """Run a trusted program in this process and play every case, part by part.

    Args:
        blocks: the reference, or a mutant of it; never a submission.
        parts: whose cases are played, in order; seen as well is whether the program remembers
            anything of one in the next.
        imports: modules that the blocks may import.
    """
    for name in imports:  # as the zygote does; what is absent, the blocks will say
        if find_spec(name.partition(".")[0]) is not None:
            import_module(name)
    cases = [case for part in parts for case in part.cases]
    answers: list[tuple[protocol.Played, ...]] = []
    cpu_s = []
    state, depth = random.getstate(), sys.getrecursionlimit()
    collecting = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            random.seed(0)  # as in the worker
            namespace = driver.make_namespace(imports)
            ran = list(driver.execute([(b.label, b.source) for b in blocks], namespace))
            memory, alone = Memory(namespace), True
            playing = driver.play(namespace, inside(*divide(cases)), limits.PLAY_CPU_S)
            for part in parts:
                began = time.process_time()
                answers.append(tuple(islice(playing, len(part.cases))))
                cpu_s.append(time.process_time() - began)
                alone = alone and memory.is_unchanged()
            next(playing, None)  # it comes to its end, and stops its clock
    finally:
        sys.modules.pop(MODULE, None)
        random.setstate(state)
        sys.setrecursionlimit(depth)
        if collecting:
            gc.enable()
    broken = next((p.detail for p in ran if p.status == Status.RAISED), "")
    told = tuple(tuple(_answer(p, broken) for p in part) for part in answers)
    all_run = not any(a.status is Status.NOT_RUN for part in told for a in part)
    within = sum(map(_timeouts, told)) < limits.TIMEOUTS and sum(cpu_s) <= limits.PLAY_CPU_S
    return PlayedParts(told, tuple(cpu_s), alone and all_run and within)


def play_kept(
    programs: Sequence[tuple[Block, ...]],
    parts: Sequence[Part],
    imports: Sequence[str],
    kept: KeptAnswers,
    *,
    workers: int = 1,
    watch: Watch = unwatched,
    what: str = "",
) -> Iterator[tuple[Answer, ...]]:
    """Answers of programs to all cases, played only where they are not kept.

    Args:
        programs: trusted ones.
        parts: what is played on each.
        imports: modules that the programs may import.
        kept: earlier answers; new ones are put there.
        workers: processes that play at a time, where there is much to play.
        watch: shows how far the programs that must be played have come.
        what: what is played, for `watch`.
    Returns: of each program in order, as if all parts had been played on it just now.
    """
    whole = key_of_all(parts)
    keys = [key_of(program) for program in programs]
    jobs = [_job(p, key, parts, whole, kept) for p, key in zip(programs, keys, strict=True)]
    due = [job for job in jobs if job is not None]
    playing = iter(watch(_performed(due, parts, imports, workers), len(due), what) if due else ())
    for key, job in zip(keys, jobs, strict=True):
        if job is not None:
            wanted, played = next(playing)
            _put(kept, key, [parts[k] for k in wanted], whole, played)
            if len(wanted) == len(parts):
                yield tuple(answer for answers in played.answers for answer in answers)
                continue
        found = kept.get(key, whole)
        together = found[0] if found else [a for p in parts for a in _needed(kept, key, p)[0]]
        yield tuple(together)
    next(playing, None)  # the end of it, for what watches


def plays_alone(kept: KeptAnswers, program: str, parts: Sequence[Part]) -> bool:
    """Whether it is known of a program that each part's answers are the same beside others."""
    return all(kept.get(program, part.key) is not None for part in parts)


def _job(
    program: tuple[Block, ...], key: str, parts: Sequence[Part], whole: str, kept: KeptAnswers
) -> _Job | None:
    """What is left to play of a program; None if all is kept."""
    if kept.get(key, whole) is not None:
        return None
    wanted, timeouts, cpu_s = [], 0, 0.0
    for k, part in enumerate(parts):
        found = kept.get(key, part.key)
        if found is None:
            wanted.append(k)
        else:
            timeouts += _timeouts(found[0])
            cpu_s += found[1]
    if not wanted and timeouts < limits.TIMEOUTS and cpu_s <= limits.PLAY_CPU_S:
        return None
    return _Job(program, tuple(wanted) or tuple(range(len(parts))), timeouts, cpu_s)


def _put(
    kept: KeptAnswers, program: str, parts: Sequence[Part], whole: str, played: PlayedParts
) -> None:
    if played.alone:
        for part, answers, cpu_s in zip(parts, played.answers, played.cpu_s, strict=True):
            kept.put(program, part.key, answers, cpu_s)
    else:
        together = [answer for answers in played.answers for answer in answers]
        kept.put(program, whole, together, sum(played.cpu_s))


def _needed(kept: KeptAnswers, program: str, part: Part) -> tuple[tuple[Answer, ...], float]:
    found = kept.get(program, part.key)
    assert found is not None
    return found


def _timeouts(answers: Sequence[Answer]) -> int:
    return sum(answer.status is Status.CPU for answer in answers)


def _answer(played: protocol.Played, broken: str) -> Answer:
    detail = played.detail or (broken if played.status else "")
    return Answer(Status(played.status), tuple(played.numbers), detail)


_Performed = tuple[tuple[int, ...], PlayedParts]


def _perform(job: _Job, parts: Sequence[Part], imports: Sequence[str]) -> _Performed:
    """Play what is wanted; all parts, if a program turns out not to be playable in parts."""
    everything = tuple(range(len(parts)))
    played = play_parts(job.program, [parts[k] for k in job.wanted], imports)
    if job.wanted == everything:
        return job.wanted, played
    timeouts = job.timeouts + sum(map(_timeouts, played.answers))
    within = timeouts < limits.TIMEOUTS and job.cpu_s + sum(played.cpu_s) <= limits.PLAY_CPU_S
    if played.alone and within:
        return job.wanted, played
    played = play_parts(job.program, parts, imports)
    return everything, played


def _performed(
    jobs: Sequence[_Job], parts: Sequence[Part], imports: Sequence[str], workers: int
) -> Iterator[_Performed]:
    """Play in this process, or in several if there is enough to do, in the order of the jobs."""
    cases = sum(len(parts[k].cases) for job in jobs for k in job.wanted)
    workers = min(workers, len(jobs), 1 + cases // CASES_FOR_ONE_PROCESS)
    return in_processes(_perform, jobs, workers, shared=(parts, imports), chunk=4)
