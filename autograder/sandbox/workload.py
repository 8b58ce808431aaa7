"""What a worker is told once, before the first submission: every case, and no expected number."""

import json
from dataclasses import dataclass

from autograder import limits
from autograder.model import CompiledExercise
from autograder.worker.requests import PlainWorkload


@dataclass(frozen=True, slots=True)
class Workload:
    """What a worker is told once: everything but the submission, and nothing secret but inputs.

    Attributes:
        encoded: JSON bytes for the worker.
        counts: how many numbers each case gives back.
        within_s: the most CPU seconds that any case may take.
    """

    encoded: bytes
    counts: tuple[int, ...]
    within_s: float


def make_workload(compiled: CompiledExercise) -> Workload:
    """Take from a compiled exercise what the worker may know: cases, never answers."""
    cases, counts, within_s = [], [], 0.0
    for check in compiled.checks:
        for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
            cases.append(case.plain())
            counts.append(len(answer.numbers))
            within_s = max(within_s, case.within_s)
    workload: PlainWorkload = {
        "imports": compiled.exercise.imports,
        "cases": cases,
        "cpu_s": limits.PLAY_CPU_S,
        "cpu_hard_s": limits.PROCESS_CPU_S,
    }
    return Workload(json.dumps(workload).encode(), tuple(counts), within_s)
