"""Naming a mistake: which mutants answer as a submission does, wherever they are wrong.

A name is a claim about every case. So a mutant is refuted by a case that it fails and the
submission passes, and by one that both fail with different answers, unless another mistake that
is named as well explains that. Two mistakes are named if together they explain every failure. What
is left unexplained gets no name, and neither does what two mutants explain as well.

Sets of cases are bits of a whole number: to ask 300 mutants about 600 cases takes microseconds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

from autograder.judging.reasons import reason
from autograder.judging.rightness import SILENT, is_right
from autograder.model import Answer, Case, CompiledExercise, Mutant
from autograder.tolerance import EXACT_ATOL, EXACT_RTOL, FINGERPRINT_RTOL, all_close, close
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
        nearly: of these, where it is wrong in the last digits alone: there a submission may pass
            by luck, with a step of another size.
        answers: by the number of the case.
    """

    mutant: Mutant
    cases: int
    nearly: int
    answers: Mapping[int, Answer] = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Claim:
    """That a submission makes a mistake: in one place, or in several at once.

    Attributes:
        mutants: one, or several of one misconception.
        cases: bits of the cases that any of them fails.
        explains: where one of them and the submission answered the same.
        differs: where both are wrong, each in another way, and no other of them has a part in it.
        measured: whether it shows in the last digits, and in more of them the deeper a graph is.
    """

    mutants: tuple[_Fingerprint, ...]
    cases: int
    explains: int
    differs: int
    measured: bool = False

    @property
    def misconception(self) -> str:
        """Whose mistake it is."""
        return self.mutants[0].mutant.misconception


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
            cases = sum(1 << k for k in answers)
            nearly = sum(1 << k for k, answer in answers.items() if self._is_near(k, answer))
            made.append(_Fingerprint(mutant, cases, nearly, answers))
        return made

    def _is_wrong(self, k: int, answer: Answer) -> bool:
        if answer.status in SILENT:
            return False
        if answer.status is not Status.OK:
            return True
        right = self._expected[k].numbers
        return answer.numbers != right and not is_right(self._cases[k], right, answer.numbers)

    def _is_near(self, k: int, answer: Answer) -> bool:
        """Whether a wrong answer would be right in a case that asks for fewer digits."""
        right = self._expected[k].numbers[: self._cases[k].judged]
        return answer.status is Status.OK and all_close(answer.numbers, right)

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
        claims = self._claims(wrong, failing, passed)
        nearly = sum(1 << k for k, answer in wrong.items() if self._is_near(k, answer))
        chosen = self._chosen([*claims, *_in_several_places(claims, nearly)], failing)
        explained = union(claim.explains for claim in chosen) | _meeting(chosen)
        named = {}
        for check in failed:
            cases = self._of_check[check] & failing
            first = cases & -cases
            claim = next((claim for claim in chosen if claim.explains & first), None)
            if claim is not None and not cases & ~explained:
                (k,) = bits_of(first)
                having = (m for m in claim.mutants if k in m.answers)
                bearing = (m for m in having if self._is_same(k, wrong[k], m.answers[k]))
                mark = next(bearing, claim.mutants[0])
                named[check] = Diagnosis(claim.misconception, mark.mutant.name)
        return named

    def _claims(self, wrong: Mapping[int, Answer], failing: int, passed: int) -> list[_Claim]:
        """Of each mutant that no passed case refutes, and that explains a case at least."""
        known: dict[tuple[int, int], bool] = {}

        def agrees(mark: _Fingerprint, k: int) -> bool:
            answer = mark.answers[k]
            key = (k, id(answer))
            if key not in known:
                known[key] = self._is_same(k, wrong[k], answer)
            return known[key]

        claims = []
        for mark in self._fingerprints:
            both = mark.cases & failing
            if not both or mark.cases & ~mark.nearly & passed:
                continue
            firsts = union(both & bits & -(both & bits) for bits in self._of_check.values())
            if not any(agrees(mark, k) for k in bits_of(firsts)):
                continue  # most do not: the first case of each check is enough to tell
            explains = sum(1 << k for k in bits_of(both) if agrees(mark, k))
            claims.append(_Claim((mark,), mark.cases, explains, both & ~explains))
        return claims

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

    def _chosen(self, claims: Sequence[_Claim], failing: int) -> list[_Claim]:
        """The mistakes that are sure: one that explains all, or two, or one for whole tasks."""
        single = [claim for claim in claims if not claim.differs]
        if whole := [claim for claim in single if not failing & ~claim.explains]:
            fewest = min(len(claim.mutants) for claim in whole)
            whole = [claim for claim in whole if len(claim.mutants) == fewest]
            return whole[:1] if _are_one(whole) else []
        if pairs := [pair for pair in combinations(claims, 2) if _explain(*pair, failing)]:
            return _sure_of(pairs)
        return self._of_whole_tasks(single, failing)

    def _of_whole_tasks(self, claims: Sequence[_Claim], failing: int) -> list[_Claim]:
        """One after the other what explains most of what is left, each in all tasks it shows in."""
        left, chosen = failing, []
        claims = [
            self._where_whole(claim, failing) if claim.measured else claim for claim in claims
        ]
        claims = [
            claim
            for claim in claims
            if not self._in_tasks(claim.explains) & failing & ~claim.explains
        ]
        while claims:
            most = max((claim.explains & left).bit_count() for claim in claims)
            if not most:
                break
            best = [claim for claim in claims if (claim.explains & left).bit_count() == most]
            chosen += best[:1] if _are_one(best) else []
            left &= ~union(claim.explains for claim in best)
        return chosen

    def _where_whole(self, claim: _Claim, failing: int) -> _Claim:
        """A claim on those tasks alone of which it explains all."""
        whole = (bits for bits in self._of_task.values() if not bits & failing & ~claim.explains)
        return replace(claim, explains=claim.explains & union(whole))

    def _in_tasks(self, cases: int) -> int:
        """All cases of the tasks that some cases belong to."""
        return union(bits for bits in self._of_task.values() if bits & cases)


def bits_of(cases: int) -> Iterator[int]:
    """The numbers of the cases in a set."""
    while cases:
        lowest = cases & -cases
        yield lowest.bit_length() - 1
        cases ^= lowest


def union(sets: Iterable[int]) -> int:
    """The union of sets of cases."""
    found = 0
    for cases in sets:
        found |= cases
    return found


def _meeting(claims: Iterable[_Claim | _Fingerprint]) -> int:
    """Cases in which two mistakes or more meet: what comes out may be neither's answer."""
    once = twice = 0
    for claim in claims:
        twice |= once & claim.cases
        once |= claim.cases
    return twice


def _in_several_places(claims: Sequence[_Claim], nearly: int) -> Iterator[_Claim]:
    """The same mistake made in several places at once, as the sum of its mutants.

    subtle: one that shows in the last digits alone, as a measured slope does, explains all that is
    nearly right: how large its error is hangs on the step, and on how many rules it goes through.
    """
    of_each: dict[str, list[_Claim]] = {}
    for claim in claims:
        of_each.setdefault(claim.misconception, []).append(claim)
    for places in of_each.values():
        while True:
            meeting = _meeting(places)
            fitting = [claim for claim in places if not claim.differs & ~meeting]
            if len(fitting) == len(places):
                break
            places = fitting
        mutants = tuple(mark for claim in places for mark in claim.mutants)
        explains = union(claim.explains for claim in places) | meeting
        measured = any(mark.cases == mark.nearly for mark in mutants)
        if measured or len(places) > 1:
            explains |= nearly if measured else 0
            cases = union(claim.cases for claim in places)
            yield _Claim(mutants, cases, explains, 0, measured)


def _are_one(claims: Sequence[_Claim]) -> bool:
    return len({claim.misconception for claim in claims}) == 1


def _explain(one: _Claim, other: _Claim, failing: int) -> bool:
    """Whether two mistakes explain every failure, each on cases of its own."""
    if one.misconception == other.misconception:
        return False
    meet = one.cases & other.cases
    return not (
        one.differs & ~meet
        or other.differs & ~meet
        or failing & ~(one.explains | other.explains | meet)
        or not one.explains & ~meet
        or not other.explains & ~meet
    )


def _sure_of(pairs: Sequence[tuple[_Claim, _Claim]]) -> list[_Claim]:
    """What all pairs that explain the failures have in common."""
    sure = set.intersection(*({claim.misconception for claim in pair} for pair in pairs))
    return [claim for claim in pairs[0] if claim.misconception in sure]
