"""Naming a mistake: which mutants answer as a submission does, wherever they are wrong.

A name is a claim about every case. So a mutant is refuted by a case that it fails and the
submission passes, and by one that both fail with different answers, unless another mistake that
is named as well explains that. Two mistakes are named if together they explain every failure. What
is left unexplained gets no name, and neither does what two mutants explain as well.

Sets of cases are bits of a whole number: to ask 300 mutants about 600 cases takes microseconds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from autograder.judging.reasons import reason
from autograder.judging.rightness import SILENT, is_right
from autograder.model import Answer, Case, CompiledExercise, Mutant
from autograder.tolerance import EXACT_ATOL, EXACT_RTOL, FINGERPRINT_RTOL, close
from autograder.worker.status import Status

# Endless recursion ends in one of these or another. Too much work ends in CPU alone.
RUNAWAY = (Status.RECURSION, Status.MEMORY, Status.CRASHED)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The misconception that explains a failed check, and the mutant that bears it."""

    misconception: str
    mutant: str


def same_answer(observed: Answer, mutant: Answer) -> bool:
    """Whether two engines answered alike.

    Numbers are compared with a relative tolerance; a failure by its kind and its reason.
    """
    if observed.status in RUNAWAY and mutant.status in RUNAWAY:
        return True
    if observed.status != mutant.status:
        return False
    if observed.status is Status.OK:
        return len(observed.numbers) == len(mutant.numbers) and not any(
            x != y and not close(_number(x), _number(y), FINGERPRINT_RTOL)
            for x, y in zip(observed.numbers, mutant.numbers, strict=True)
        )
    return reason(observed.detail) == reason(mutant.detail)


def _number(x: float) -> float:
    # nan equals nothing, itself included; in a fingerprint it is as good as a number
    return 1e308 if x != x else x


@dataclass(frozen=True, slots=True)
class _Fingerprint:
    """A mutant, and what it answers where it is wrong.

    Attributes:
        cases: bits of these cases.
        answers: by the number of the case.
    """

    mutant: Mutant
    cases: int
    answers: Mapping[int, Answer] = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a mutant agrees with a submission that fails; bits of cases.

    Attributes:
        explains: where both answered the same.
        differs: where both are wrong, each in another way.
    """

    print: _Fingerprint
    explains: int
    differs: int

    @property
    def misconception(self) -> str:
        """Whose mistake it is."""
        return self.print.mutant.misconception


class Diagnoser:
    """Compares a submission that fails with the mutants of an exercise.

    Args:
        compiled: whose mutants are known.
    """

    def __init__(self, compiled: CompiledExercise) -> None:
        self._compiled = compiled
        self._cases: list[Case] = []
        self._expected: list[Answer] = []
        self._of_check: dict[str, int] = {}
        self._of_task: dict[str, int] = {}
        self._first: dict[str, int] = {}
        for check in compiled.checks:
            first = self._first[check.id] = len(self._cases)
            self._cases += check.cases
            self._expected += compiled.expected[check.id]
            bits = (1 << len(self._cases)) - (1 << first)
            self._of_check[check.id] = bits
            if check.points:  # without points nothing is a mistake
                self._of_task[check.task] = self._of_task.get(check.task, 0) | bits
        self._counted = sum(self._of_task.values())

    @cached_property
    def _fingerprints(self) -> list[_Fingerprint]:
        """Of every mutant, in the catalogue's order; made when the first submission fails."""
        made = []
        same: dict[tuple[int, Answer], Answer] = {}  # what many mutants answer is compared once
        for mutant in self._compiled.mutants:
            answers: dict[int, Answer] = {}
            for check, first in self._first.items():  # of one task's checks alone, in a notebook
                for k, answer in enumerate(mutant.answers.get(check, ()), first):
                    if self._counted >> k & 1 and self._is_wrong(k, answer):
                        answers[k] = same.setdefault((k, answer), answer)
            made.append(_Fingerprint(mutant, sum(1 << k for k in answers), answers))
        return made

    def _is_wrong(self, k: int, answer: Answer) -> bool:
        if answer.status in SILENT:
            return False
        if answer.status is not Status.OK:
            return True
        right = self._expected[k].numbers
        return answer.numbers != right and not is_right(self._cases[k], right, answer.numbers)

    def diagnose(
        self, wrong: Mapping[int, Answer], passed: int, failed: Sequence[str]
    ) -> dict[str, Diagnosis]:
        """Name the misconception behind each failed check, where one is sure.

        Args:
            wrong: of every case that did not pass and that was answered, the answer.
            passed: bits of the cases that passed.
            failed: ids of the checks that are to be named.
        Returns: check id to diagnosis; a check that nothing explains is not in it.
        """
        wrong = {k: answer for k, answer in wrong.items() if self._counted >> k & 1}
        failing = sum(1 << k for k in wrong)
        fits = self._fits(wrong, failing, passed)
        chosen = self._chosen(fits, failing)
        named = {}
        for check in failed:
            cases = self._of_check[check] & failing
            if not cases:
                continue
            first = cases & -cases
            explained = sum_of(fit.explains | self._shared(fit, chosen) for fit in chosen)
            bearer = next((fit for fit in chosen if fit.explains & first), None)
            if bearer is not None and not cases & ~explained:
                mutant = bearer.print.mutant
                named[check] = Diagnosis(mutant.misconception, mutant.name)
        return named

    @staticmethod
    def _shared(fit: _Fit, chosen: Sequence[_Fit]) -> int:
        """Cases in which two mistakes meet: what comes out is neither's answer."""
        return sum_of(fit.print.cases & other.print.cases for other in chosen if other is not fit)

    def _fits(self, wrong: Mapping[int, Answer], failing: int, passed: int) -> list[_Fit]:
        """The mutants that no passed case refutes, and that explain a case at least."""
        known: dict[tuple[int, int], bool] = {}

        def agrees(mark: _Fingerprint, k: int) -> bool:
            answer = mark.answers[k]
            key = (k, id(answer))
            if key not in known:
                known[key] = self._is_same(k, wrong[k], answer)
            return known[key]

        fits = []
        for mark in self._fingerprints:
            both = mark.cases & failing
            if not both or mark.cases & passed:
                continue
            firsts = sum_of(both & bits & -(both & bits) for bits in self._of_check.values())
            if not any(agrees(mark, k) for k in bits_of(firsts)):
                continue  # most do not: the first case of each check is enough to tell
            explains = sum(1 << k for k in bits_of(both) if agrees(mark, k))
            fits.append(_Fit(mark, explains, both & ~explains))
        return fits

    def _is_same(self, k: int, observed: Answer, mutant: Answer) -> bool:
        """Whether a case was answered alike, and as exactly where the mutant is exact.

        A measured slope leaves the data exact; single precision, or log(x + 1e-10), does not.
        """
        if not same_answer(observed, mutant):
            return False
        return not self._cases[k].exact or all(
            close(seen, due, EXACT_RTOL, EXACT_ATOL)
            for due, own, seen in zip(
                self._expected[k].numbers, mutant.numbers, observed.numbers, strict=False
            )
            if close(own, due, EXACT_RTOL, EXACT_ATOL)
        )

    def _chosen(self, fits: Sequence[_Fit], failing: int) -> list[_Fit]:
        """The mistakes that are sure: one that explains all, or two, or one for a whole task."""
        single = [fit for fit in fits if not fit.differs]
        if whole := [fit for fit in single if not failing & ~fit.explains]:
            return whole[:1] if _are_one(whole) else []
        if pairs := [pair for pair in combinations(fits, 2) if _explain(*pair, failing)]:
            return _sure_of(pairs)
        return self._of_whole_tasks(single, failing)

    def _of_whole_tasks(self, fits: Sequence[_Fit], failing: int) -> list[_Fit]:
        """One after the other what explains most of what is left, each in all tasks it shows in."""
        left, chosen = failing, []
        fits = [fit for fit in fits if not self._in_tasks(fit.explains) & failing & ~fit.explains]
        while fits:
            most = max((fit.explains & left).bit_count() for fit in fits)
            if not most:
                break
            best = [fit for fit in fits if (fit.explains & left).bit_count() == most]
            chosen += best[:1] if _are_one(best) else []
            left &= ~sum_of(fit.explains for fit in best)
        return chosen

    def _in_tasks(self, cases: int) -> int:
        """All cases of the tasks that some cases belong to."""
        return sum_of(bits for bits in self._of_task.values() if bits & cases)


def bits_of(cases: int) -> Iterator[int]:
    """The numbers of the cases in a set."""
    while cases:
        lowest = cases & -cases
        yield lowest.bit_length() - 1
        cases ^= lowest


def sum_of(sets: Iterable[int]) -> int:
    """The union of sets of cases."""
    union = 0
    for cases in sets:
        union |= cases
    return union


def _are_one(fits: Sequence[_Fit]) -> bool:
    return len({fit.misconception for fit in fits}) == 1


def _explain(one: _Fit, other: _Fit, failing: int) -> bool:
    """Whether two mistakes explain every failure, each on cases of its own."""
    if one.misconception == other.misconception:
        return False
    meet = one.print.cases & other.print.cases
    return not (
        one.differs & ~meet
        or other.differs & ~meet
        or failing & ~(one.explains | other.explains | meet)
        or not one.explains & ~meet
        or not other.explains & ~meet
    )


def _sure_of(pairs: Sequence[tuple[_Fit, _Fit]]) -> list[_Fit]:
    """What all pairs that explain the failures have in common."""
    sure = set.intersection(*({fit.misconception for fit in pair} for pair in pairs))
    return [fit for fit in pairs[0] if fit.misconception in sure]
