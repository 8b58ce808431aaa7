"""What a worker is told once, before the first submission: every case, and no expected number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from autograder import limits
from autograder.model import CompiledExercise, Visibility
from autograder.sandbox.engines.planted import Planted, divide
from autograder.worker.requests import PlainCase, PlainEngines, PlainWorkload

# Kinds whose numbers no right engine changes, and that take no long time: places in an order may
# follow addresses, and a chain or a training takes as long as a hundred graphs.
AGAIN = frozenset(("values", "gradients", "rule", "call", "model", "on_values", "step", "shaped"))


@dataclass(frozen=True, slots=True)
class Workload:
    """What a worker is told once: everything but the submission, and nothing secret but inputs.

    Attributes:
        encoded: JSON bytes for the worker.
        counts: how many numbers each case gives back at most, those played again included.
        within_s: the most CPU seconds that any case may take.
        planted: engines that a process of their own holds; None if there are none.
        again: numbers of the cases that are played again, in the order in which they follow.
    """

    encoded: bytes
    counts: tuple[int, ...]
    within_s: float
    planted: Planted | None = None
    again: tuple[int, ...] = ()

    @property
    def engines(self) -> bytes:
        """JSON bytes for the engines' process; of an exercise that has planted engines."""
        assert self.planted is not None
        plain: PlainEngines = {**self.planted.plain, "cpu_hard_s": limits.PROCESS_CPU_S}
        return json.dumps(plain).encode()


def make_workload(compiled: CompiledExercise, imports: Sequence[str] = ()) -> Workload:
    """Take from a compiled exercise what the worker may know: cases, never answers.

    Args:
        compiled: the exercise.
        imports: those of the exercise's imports that are loaded; no other need be.
    """
    counts: list[int] = []
    cases: list[PlainCase] = []
    within_s = 0.0
    for check in compiled.checks:
        for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
            cases.append(case.plain())
            counts.append(limits.RECORDED_NUMBERS if case.at else len(answer.numbers))
            within_s = max(within_s, case.within_s)
    again: list[int] = []
    if any(check.visibility is Visibility.HIDDEN for check in compiled.checks):
        # a flag is for staff; a student's own check has no use for it
        every = range(limits.AGAIN_EVERY - 1, len(cases), limits.AGAIN_EVERY)
        again = [k for k in every if _is_short(cases[k])]
    cases += [cases[k] for k in again]
    counts += [counts[k] for k in again]
    cases, planted = divide(cases)
    workload: PlainWorkload = {
        "imports": tuple(imports),
        "cases": cases,
        "cpu_s": limits.PLAY_CPU_S,
        "cpu_hard_s": limits.PROCESS_CPU_S,
    }
    if planted is not None:
        workload["asks"] = True
    return Workload(json.dumps(workload).encode(), tuple(counts), within_s, planted, tuple(again))


def _is_short(case: PlainCase) -> bool:
    """Whether a case costs little, and has the same numbers from any right engine each time."""
    tape = case["request"].get("tape")
    return case["kind"] in AGAIN and (tape is None or len(tape["steps"]) <= limits.AGAIN_STEPS)
