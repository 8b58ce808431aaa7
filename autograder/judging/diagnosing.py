"""Naming a mistake: which mutants gave the same answers to the checks that failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder import limits
from autograder.judging.reasons import reason
from autograder.judging.rightness import SILENT
from autograder.model import Answer, CompiledExercise, Mutant
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


class Diagnoser:
    """Compares failed checks with the mutants of an exercise.

    Args:
        compiled: whose mutants are known.
    """

    def __init__(self, compiled: CompiledExercise) -> None:
        self._order = {mutant.name: k for k, mutant in enumerate(compiled.mutants)}
        # many mutants answer a check alike: each such answer is compared once
        self._mutants: dict[str, dict[tuple[Answer, ...], list[Mutant]]] = {}
        self._expected = compiled.expected
        self._exact = {
            check.id: [k for k, case in enumerate(check.cases) if case.exact]
            for check in compiled.checks
        }
        for mutant in compiled.mutants:
            for check, answers in mutant.answers.items():
                self._mutants.setdefault(check, {}).setdefault(answers, []).append(mutant)
        # a class makes the same mistakes again and again
        self._known: dict[tuple[str, tuple[Answer, ...]], tuple[Mutant, ...]] = {}

    def bearers(self, check: str, answers: tuple[Answer, ...]) -> tuple[Mutant, ...]:
        """The mutants that give these answers to a check, in the catalogue's order."""
        key = (check, answers)
        found = self._known.get(key)
        if found is None:
            alike = [
                mutant
                for fingerprint, mutants in self._mutants.get(check, {}).items()
                if _bears(fingerprint, answers) and self._is_as_exact(check, fingerprint, answers)
                for mutant in mutants
            ]
            found = tuple(sorted(alike, key=lambda mutant: self._order[mutant.name]))
            if len(self._known) >= limits.KNOWN_FINDINGS:
                self._known.clear()  # what recurs is soon known again
            # subtle: another thread may clear it now, so nothing is read back from it
            self._known[key] = found
        return found

    def _is_as_exact(
        self, check: str, mutant: Sequence[Answer], observed: Sequence[Answer]
    ) -> bool:
        """Whether numbers are right to the last digits wherever the mutant's are.

        A measured slope leaves the data exact; single precision, or log(x + 1e-10), does not.
        """
        return all(
            close(seen, due, EXACT_RTOL, EXACT_ATOL)
            for k in self._exact[check]
            for due, own, seen in zip(
                self._expected[check][k].numbers,
                mutant[k].numbers,
                observed[k].numbers,
                strict=False,
            )
            if close(own, due, EXACT_RTOL, EXACT_ATOL)
        )

    def diagnose(
        self, failed: Mapping[str, tuple[Answer, ...]], passed: Sequence[str]
    ) -> dict[str, Diagnosis]:
        """Name the misconception behind each failed check, where one fits.

        Of several mutants that fit a check, the one is named that would have failed fewest
        checks which passed: who makes that mistake does not pass them. Then the one that
        explains most failed checks; then the first of the catalogue.

        Args:
            failed: check id to the answers to its cases.
            passed: ids of the checks that passed.
        Returns: check id to diagnosis; a check that nothing explains is not in it.
        """
        bearers = {check: self.bearers(check, answers) for check, answers in failed.items()}
        explained: dict[str, int] = {}
        contradicted: dict[str, int] = {}
        for found in bearers.values():
            for mutant in found:
                explained[mutant.name] = explained.get(mutant.name, 0) + 1
                if mutant.name not in contradicted:
                    contradicted[mutant.name] = sum(c in mutant.answers for c in passed)
        named = {}
        for check, found in bearers.items():
            if found:
                best = min(found, key=lambda m: (contradicted[m.name], -explained[m.name]))
                named[check] = Diagnosis(best.misconception, best.name)
        return named


def _bears(mutant: Sequence[Answer], observed: Sequence[Answer]) -> bool:
    """Whether answers fit a fingerprint in every case the submission could play."""
    spoken = False
    for a, b in zip(observed, mutant, strict=True):
        if a.status not in SILENT and b.status not in SILENT:
            spoken = True
            if not same_answer(a, b):  # most mutants differ in the first case
                return False
    return spoken
