"""What a worker is told once, before the first submission: the cases, never the answers."""

import json
from dataclasses import dataclass

from autograder import limits
from autograder.model import CompiledExercise
from autograder.sandbox.engines.planted import Planted, divide
from autograder.worker.requests import PlainCase, PlainEngines, PlainWorkload


@dataclass(frozen=True, slots=True)
class Workload:
    """What a worker is told once: everything but the submission, and nothing secret but inputs.

    Attributes:
        encoded: JSON bytes for the worker.
        counts: how many numbers each case gives back at most.
        within_s: the most CPU seconds that any case may take.
        planted: engines that a process of their own holds; None if there are none.
    """

    encoded: bytes
    counts: tuple[int, ...]
    within_s: float
    planted: Planted | None = None

    @property
    def engines(self) -> bytes:
        """JSON bytes for the engines' process; of an exercise that has planted engines."""
        assert self.planted is not None
        plain: PlainEngines = {**self.planted.plain, "cpu_hard_s": limits.PROCESS_CPU_S}
        return json.dumps(plain).encode()


def make_workload(compiled: CompiledExercise) -> Workload:
    """Take from a compiled exercise what the worker may know: cases, never answers."""
    counts: list[int] = []
    cases: list[PlainCase] = []
    within_s = 0.0
    for check in compiled.checks:
        for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
            cases.append(case.plain())
            counts.append(limits.RECORDED_NUMBERS if case.at else len(answer.numbers))
            within_s = max(within_s, case.within_s)
    cases, planted = divide(cases)
    workload: PlainWorkload = {
        "imports": compiled.exercise.imports,
        "cases": cases,
        "cpu_s": limits.PLAY_CPU_S,
        "cpu_hard_s": limits.PROCESS_CPU_S,
    }
    if planted is not None:
        workload["asks"] = True
    return Workload(json.dumps(workload).encode(), tuple(counts), within_s, planted)
