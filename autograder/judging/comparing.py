"""Comparing what a submission answered with what was expected.

All cases at once where each has its numbers; one by one where some ended without.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judging.recorded import read_reply
from autograder.judging.rightness import SILENT, has_other_answers, is_right, tolerances
from autograder.model import Answer, Case, CompiledExercise
from autograder.tolerance import all_close, margin, within
from autograder.worker.protocol import HEAD, Reply
from autograder.worker.status import Status

Floats = NDArray[np.float64]
HEADS = np.dtype([("status", "u1"), ("count", "<u2"), ("detail", "<u2")])
STATUSES = tuple(Status)  # looking one up is faster than calling Status
assert HEADS.itemsize == HEAD.size


@dataclass(frozen=True)
class Expectation:
    """The expected numbers of every case of an exercise, end to end.

    Attributes:
        heads: what a reply's heads are when every case has its numbers.
        numbers: expected, all cases in order.
        margins: by how much each may differ; infinite where a number is not judged.
        starts: where each case begins in numbers.
        counts: how many numbers each case has.
        judged: how many of them, from the first, are judged.
        within: relative and absolute tolerance of each case.
        others: cases to which other numbers can be right too, by number.
        recorded: cases whose answer is a recorded function, by number.
    """

    heads: bytes
    numbers: Floats
    margins: Floats
    starts: NDArray[np.intp]
    counts: tuple[int, ...]
    judged: tuple[int, ...]
    within: tuple[tuple[float, float], ...]
    others: dict[int, Case]
    recorded: dict[int, Case]

    @classmethod
    def of(cls, compiled: CompiledExercise) -> "Expectation":
        """Lay out a compiled exercise's expected numbers."""
        flat: list[float] = []
        allowed: list[float] = []
        starts: list[int] = []
        counts, judged, within = [], [], []
        others, recorded = {}, {}
        for check in compiled.checks:
            for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
                if has_other_answers(case):
                    others[len(starts)] = case
                if case.at:
                    recorded[len(starts)] = case
                starts.append(len(flat))
                counts.append(len(answer.numbers))
                judged.append(case.judged)
                within.append(tolerances(case))
                flat += answer.numbers
                allowed += [
                    margin(x, *tolerances(case)) if k < case.judged else float("inf")
                    for k, x in enumerate(answer.numbers)
                ]
        heads = b"".join(HEAD.pack(Status.OK, count, 0) for count in counts)
        return cls(
            heads,
            np.array(flat),
            np.array(allowed),
            np.array(starts, dtype=np.intp),
            tuple(counts),
            tuple(judged),
            tuple(within),
            others,
            recorded,
        )

    def observe(self, reply: Reply) -> "Observed":
        """Read a reply; every case without numbers keeps its status and detail."""
        if self.recorded:
            reply = read_reply(reply, self.recorded)
        floats = np.frombuffer(reply.floats, dtype="<f8")
        if reply.heads == self.heads:
            return Observed(self, None, floats, self.starts, reply.details)
        heads = np.frombuffer(reply.heads, dtype=HEADS)
        counts = heads["count"].astype(np.intp)
        starts = np.concatenate(([0], np.cumsum(counts)[:-1])) if len(counts) else counts
        return Observed(self, heads, floats, starts, reply.details)


@dataclass(frozen=True)
class Observed:
    """One submission's answers, set against what was expected.

    Attributes:
        expectation: what was expected.
        heads: statuses, counts and details of all cases; None if all are as expected.
        floats: all numbers observed.
        starts: where each case begins in floats.
        details: texts by number.
    """

    expectation: Expectation
    heads: NDArray[Any] | None
    floats: Floats
    starts: NDArray[np.intp]
    details: tuple[str, ...]

    @cached_property
    def passed(self) -> NDArray[np.bool_]:
        """Whether each case passed."""
        expected = self.expectation
        if not len(expected.starts):
            return np.zeros(0, dtype=np.bool_)
        if self.heads is None:
            with np.errstate(invalid="ignore"):
                close = within(self.floats, expected.numbers, expected.margins)
            close |= np.isinf(expected.margins)  # not judged, whatever it is
            passed = np.logical_and.reduceat(close, expected.starts)
        else:
            passed = np.fromiter(
                (self._close(k) for k in range(len(expected.counts))), dtype=np.bool_
            )
        for k, case in expected.others.items():
            numbers = self.numbers(k)
            if not passed[k] and len(numbers) == expected.counts[k]:
                right = expected.numbers[expected.starts[k] :][: expected.counts[k]].tolist()
                passed[k] = self.status(k) is Status.OK and is_right(case, right, numbers)
        return passed

    def passed_from(self, starts: Sequence[int]) -> list[bool]:
        """Whether all cases from each start to the next passed, at least one each.

        All at once: to ask of 70 checks one by one costs more than to compare all numbers.
        """
        found: list[bool] = np.logical_and.reduceat(self.passed, starts).tolist()
        return found

    def passed_bits(self) -> int:
        """The cases that passed, as bits of a number."""
        return int.from_bytes(np.packbits(self.passed, bitorder="little").tobytes(), "little")

    def wrong(self) -> dict[int, Answer]:
        """The answer to every case that did not pass and was answered."""
        failed: list[int] = np.flatnonzero(~self.passed).tolist()
        return {k: self.answer(k) for k in failed if self.status(k) not in SILENT}

    def _close(self, k: int) -> bool:
        expected = self.expectation
        if self.status(k) is not Status.OK or len(self.numbers(k)) != expected.counts[k]:
            return False
        at = int(expected.starts[k])
        judged = expected.judged[k]
        due = expected.numbers[at : at + judged].tolist()
        return all_close(self.numbers(k)[:judged], due, *expected.within[k])

    @property
    def has_failures(self) -> bool:
        """Whether any case ended without numbers."""
        return self.heads is not None and bool(self.heads["status"].any())

    def status(self, k: int) -> Status:
        """How case k ended."""
        return self._statuses[k]

    @cached_property
    def _statuses(self) -> list[Status]:
        if self.heads is None:
            return [Status.OK] * len(self.starts)
        # all at once: of a submission that fails widely thousands are asked for
        return [STATUSES[status] for status in self.heads["status"].tolist()]

    def detail(self, k: int) -> str:
        """What was raised, or which operation is lacking, in case k."""
        return "" if self.heads is None else self.details[int(self.heads["detail"][k])]

    def numbers(self, k: int) -> list[float]:
        """The numbers of case k."""
        at = int(self.starts[k])
        count = self.expectation.counts[k] if self.heads is None else int(self.heads["count"][k])
        found: list[float] = self.floats[at : at + count].tolist()
        return found

    def answer(self, k: int) -> Answer:
        """The answer to case k, judged numbers only."""
        return Answer(
            self.status(k), tuple(self.numbers(k)[: self.expectation.judged[k]]), self.detail(k)
        )
