"""What a worker is told once, before the first submission: the cases, never the answers."""

import json
from dataclasses import dataclass

from autograder import limits
from autograder.model import CompiledExercise
from autograder.worker.requests import PlainCase, PlainWorkload

# Every so many cases one is played a second time, behind all others: of an engine that asks the
# clock or chance the numbers differ.
AGAIN_EVERY = 10
# Kinds whose numbers no right engine changes, and that take no long time: places in an order may
# follow addresses, and a chain or a training takes as long as a hundred graphs.
AGAIN_STEPS = 3  # of a graph at most; larger ones cost more and tell no more
AGAIN = frozenset(("values", "gradients", "rule", "call", "model", "on_values", "step", "shaped"))


@dataclass(frozen=True, slots=True)
class Workload:
    """What a worker is told once: everything but the submission, and nothing secret but inputs.

    Attributes:
        encoded: JSON bytes for the worker.
        counts: how many numbers each case gives back, those played again included.
        again: numbers of the cases that are played again, in the order in which they follow.
        within_s: the most CPU seconds that any case may take.
    """

    encoded: bytes
    counts: tuple[int, ...]
    within_s: float
    again: tuple[int, ...] = ()


def make_workload(compiled: CompiledExercise) -> Workload:
    """Take from a compiled exercise what the worker may know: cases, never answers."""
    cases, counts, within_s = [], [], 0.0
    for check in compiled.checks:
        for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
            cases.append(case.plain())
            counts.append(len(answer.numbers))
            within_s = max(within_s, case.within_s)
    again = [k for k in range(AGAIN_EVERY - 1, len(cases), AGAIN_EVERY) if _is_short(cases[k])]
    cases += [cases[k] for k in again]
    counts += [counts[k] for k in again]
    workload: PlainWorkload = {
        "imports": compiled.exercise.imports,
        "cases": cases,
        "cpu_s": limits.PLAY_CPU_S,
        "cpu_hard_s": limits.PROCESS_CPU_S,
    }
    return Workload(json.dumps(workload).encode(), tuple(counts), within_s, tuple(again))


def _is_short(case: PlainCase) -> bool:
    """Whether a case costs little, and has the same numbers from any right engine each time."""
    tape = case["request"].get("tape")
    return case["kind"] in AGAIN and (tape is None or len(tape["steps"]) <= AGAIN_STEPS)
