"""The judge: from a submission's answers to the outcome, score and explanation of each check.

It holds the expected numbers and never sees a line of a submission. What it says is worded
in wording.py; naming the mistake is left to diagnosing.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.judging import wording
from autograder.judging.broken import broken_blocks
from autograder.judging.comparing import Expectation, Observed
from autograder.judging.diagnosing import Diagnoser, Diagnosis
from autograder.judging.evidence import Evidence
from autograder.judging.explaining import explain
from autograder.judging.portions import found_line, is_portioned, portion
from autograder.judging.told import Teller, names_asked
from autograder.model import Answer, Block, Check, CompiledExercise, Outcome, Visibility
from autograder.sandbox.running import Run
from autograder.verdicts import CheckResult, Explanation
from autograder.worker.players.base import METHODS
from autograder.worker.status import Status


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of one submission.

    Attributes:
        remarks: what is worth knowing and costs no points.
        withheld: texts of the submission that its student is not told.
    """

    checks: tuple[CheckResult, ...]
    outcome: Outcome
    score: float
    max_score: float
    remarks: tuple[str, ...]
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Finding:
    """A check's outcome before it is put into words.

    Attributes:
        case: number, within the check, of the first case that did not pass; -1 if the
            outcome rests on no case.
        text: what differs, where the case's answer does not tell it.
    """

    outcome: Outcome
    case: int = -1
    text: str = ""


PASSED = _Finding(Outcome.PASSED)
DIFFERS = _Finding(Outcome.DIFFERS)
NOT_JUDGED = _Finding(Outcome.SKIPPED, text=wording.NOT_RUN)
NOTHING_BESIDE = _Finding(Outcome.FAILED, 0, wording.NOTHING_BESIDE)


class Judge:
    """Judges submissions of one compiled exercise.

    Args:
        compiled: the exercise.
    """

    def __init__(self, compiled: CompiledExercise) -> None:
        self.compiled = compiled
        self.expectation = Expectation.of(compiled)
        self._diagnoser = Diagnoser(compiled)
        self._evidence = Evidence.of(compiled)
        self._max_score = sum(check.points for check in compiled.checks)
        self._passed = {
            c.id: CheckResult(c.id, c.task, c.visibility, Outcome.PASSED, c.points, c.points)
            for c in compiled.checks
        }
        self._all_passed = tuple(self._passed.values())
        self._private = any(c.visibility is Visibility.HIDDEN for c in compiled.checks)
        self._portioned = [check for check in compiled.checks if is_portioned(check)]
        self._asked = names_asked(compiled)
        self._first: dict[str, int] = {}
        at = 0
        for check in compiled.checks:
            self._first[check.id] = at
            at += len(check.cases)
        self._with_cases = [check.id for check in compiled.checks if check.cases]
        self._starts = [self._first[check] for check in self._with_cases]

    def judge(self, run: Run, blocks: Sequence[Block]) -> Verdict:
        """Judge one run.

        Args:
            run: the answers.
            blocks: what was run, to name the block that failed.
        """
        observed = self.expectation.observe(run.reply)
        if bool(observed.passed.all()):
            return Verdict(self._all_passed, Outcome.PASSED, self._max_score, self._max_score, ())
        teller = Teller(blocks, private=self._private)
        broken = broken_blocks(run, blocks, teller)
        refuted = self._refuted(observed)
        right = observed.passed_from(self._starts)
        passed = {c for c, well in zip(self._with_cases, right, strict=True) if well}
        due = self.compiled.expected
        parts = {c.id: portion(c, due[c.id], self._well(c, observed)) for c in self._portioned}
        paid = passed | {check for check, part in parts.items() if part}
        lacking = self._evidence.lacking(paid, observed.passed.tolist())
        parts.update(dict.fromkeys(lacking, 0.0))
        findings: dict[str, _Finding] = {}
        for check in self.compiled.checks:
            found = self._skipped(check, findings)
            if found is None and check.id in passed:
                found = NOTHING_BESIDE if check.id in lacking else PASSED
            found = found or self._find(check, observed, broken, refuted)
            findings[check.id] = found if check.points else self._remarked(check, found, observed)
        named = self._name(findings, observed)
        results = tuple(
            self._result(check, findings[check.id], observed, named.get(check.id), teller, parts)
            for check in self.compiled.checks
        )
        score = sum(result.score for result in results)
        remarks, withheld = self._remarks(results), tuple(teller.withheld)
        return Verdict(results, _overall(results), score, self._max_score, remarks, withheld)

    def of_task(self, verdict: Verdict, task: str | None) -> Verdict:
        """What a verdict says of one task; of all of them for None."""
        if task is None:
            return verdict
        results = tuple(result for result in verdict.checks if result.task == task)
        score = sum(result.score for result in results)
        max_score = sum(result.max_score for result in results)
        return Verdict(results, _overall(results), score, max_score, self._remarks(results))

    def _refuted(self, observed: Observed) -> frozenset[str]:
        """Operations that are said to be lacking in one case and were used in another.

        The driver says it in every case that needs the operation; but a submission shares
        its process, and could say it of the cases that it would fail.
        """
        if not observed.has_failures:
            return frozenset()
        claimed: set[str] = set()
        used: set[str] = set()
        for check in self.compiled.checks:
            for k, case in enumerate(check.cases, self._first[check.id]):
                status = observed.status(k)
                if status is Status.LACKING:
                    claimed.update(observed.detail(k).split())
                elif status not in (Status.NOT_RUN, Status.UNWRITTEN):
                    used.update(case.ops)
        return frozenset(claimed & used)

    def _skipped(self, check: Check, earlier: dict[str, _Finding]) -> _Finding | None:
        """What is said of a check that requires one which did not pass."""
        for required in check.requires:
            before = earlier.get(required)
            if before is not None and before.outcome is not Outcome.PASSED:
                title = next(c.title for c in self.compiled.checks if c.id == required)
                return _builds_on(title.rstrip("."), before.outcome)
        return None

    def _find(
        self,
        check: Check,
        observed: Observed,
        broken: dict[str | None, str],
        refuted: frozenset[str],
    ) -> _Finding:
        first = self._first[check.id]
        lacking: dict[str, None] = {}
        missing, builds_on = True, ""
        for k, case in enumerate(check.cases):
            if observed.status(first + k) is not Status.LACKING:
                missing = False
                continue
            names = [name for name in observed.detail(first + k).split() if name in self._asked]
            if other := [name for name in names if name in METHODS and name not in case.ops]:
                missing, builds_on = False, builds_on or other[0]
                continue
            if not refuted.isdisjoint(names):
                text = wording.REFUTED.format(names=", ".join(map(_op_name, sorted(set(names)))))
                return _Finding(Outcome.FAILED, k, text)
            lacking.update(dict.fromkeys(names))
            if not names or not set(names) <= set(case.ops):
                missing = True  # a function or a class, not one operation of several
                break
        if missing or any(op in lacking for op in check.needs):
            block = broken.get(check.task) or broken.get(None)
            if block:  # what it lacks may stand below the line that failed
                return _Finding(Outcome.FAILED, text=block)
            wanted = [op for op in check.needs if op in lacking] or sorted(lacking)
            text = wording.LACKING.format(names=", ".join(map(_op_name, wanted)))
            if not wanted:
                text = wording.UNWRITTEN
            return _Finding(Outcome.MISSING, text=text)
        for k in range(len(check.cases)):
            status = observed.status(first + k)
            if status is Status.LACKING or observed.passed[first + k]:
                continue
            if status is Status.UNWRITTEN:
                stub = observed.detail(first + k)
                if stub in METHODS and stub not in check.cases[k].ops:
                    builds_on = builds_on or stub
                    continue
                block = broken.get(check.task)
                if block:
                    return _Finding(Outcome.FAILED, text=block)
                return _Finding(Outcome.MISSING, text=wording.UNWRITTEN)
            if status in (Status.RAISED, Status.WRONG_TYPE) and check.task in broken:
                return _Finding(Outcome.FAILED, k, broken[check.task])
            return _Finding(Outcome.FAILED, k)
        return _builds_on(_op_name(builds_on), Outcome.MISSING) if builds_on else PASSED

    def _remarked(self, check: Check, found: _Finding, observed: Observed) -> _Finding:
        """What is found of a check without points: it may differ, and no engine fails it."""
        if found.outcome is not Outcome.FAILED:
            return found
        at = self._first[check.id]
        ran = all(observed.status(at + k) is Status.OK for k in range(len(check.cases)))
        return DIFFERS if ran else NOT_JUDGED

    def _name(self, findings: dict[str, _Finding], observed: Observed) -> dict[str, Diagnosis]:
        failed = [
            check.id
            for check in self.compiled.checks
            if (found := findings[check.id]).outcome is Outcome.FAILED
            and found.case >= 0
            and not found.text
            # else the cases in front of it passed: there is no mistake to name
            and observed.status(self._first[check.id] + found.case) is not Status.NOT_RUN
        ]
        return self._diagnoser.diagnose(observed.wrong(), observed.passed_bits(), failed)

    def _result(
        self,
        check: Check,
        finding: _Finding,
        observed: Observed,
        named: Diagnosis | None,
        teller: Teller,
        parts: Mapping[str, float],
    ) -> CheckResult:
        if finding.outcome is Outcome.PASSED:
            return self._passed[check.id]
        minimal_case, score = None, 0.0
        if finding.outcome is Outcome.FAILED and finding.case >= 0:
            explanation = self._explain(check, finding, observed, named, teller)
            minimal_case = check.cases[finding.case].snippet
            score = round(parts.get(check.id, 0.0) * check.points, 2)
        else:
            explanation = Explanation(finding.text)
        return CheckResult(
            id=check.id,
            task=check.task,
            visibility=check.visibility,
            outcome=finding.outcome,
            score=score,
            max_score=check.points,
            misconception=named.misconception if named else None,
            minimal_case=minimal_case,
            explanation=explanation,
        )

    def _well(self, check: Check, observed: Observed) -> list[bool]:
        """Whether each case of a check passed."""
        first = self._first[check.id]
        found: list[bool] = observed.passed[first : first + len(check.cases)].tolist()
        return found

    def _explain(
        self,
        check: Check,
        finding: _Finding,
        observed: Observed,
        named: Diagnosis | None,
        teller: Teller,
    ) -> Explanation:
        k = self._first[check.id] + finding.case
        expected = self.compiled.expected[check.id]
        status, detail = observed.status(k), observed.detail(k)
        if status is Status.RAISED:
            detail = teller.raised(detail)
        elif status is not Status.NOT_RUN:  # why it was not run, the judge itself has said
            detail = teller.said(detail)
        return explain(
            check,
            check.cases[finding.case],
            # not observed.answer: what is not judged helps to tell where the walk goes wrong
            answer=Answer(status, tuple(observed.numbers(k)), detail),
            expected=expected[finding.case].numbers,
            misconception=self.compiled.misconceptions[named.misconception] if named else None,
            known=finding.text,
            found=found_line(check, expected, self._well(check, observed)),
        )

    def _remarks(self, results: Sequence[CheckResult]) -> tuple[str, ...]:
        differ = {result.id for result in results if result.outcome is Outcome.DIFFERS}
        return tuple(check.remark for check in self.compiled.checks if check.id in differ)


def _builds_on(title: str, outcome: Outcome) -> _Finding:
    """What is said of a check that builds on what did not pass, or is not written."""
    reason = wording.SKIP_REASONS[outcome]
    return _Finding(Outcome.SKIPPED, text=wording.SKIPPED.format(title=title, reason=reason))


def _op_name(op: str) -> str:
    """How a student knows an operation: its method, as Python spells it."""
    return METHODS.get(op, op)


def _overall(results: Sequence[CheckResult]) -> Outcome:
    """A submission's outcome: passed if all that counts passed, missing if nothing is there."""
    counted = [r.outcome for r in results if r.max_score > 0]
    if all(o is Outcome.PASSED for o in counted):
        return Outcome.PASSED
    if all(o in (Outcome.MISSING, Outcome.SKIPPED) for o in counted):
        return Outcome.MISSING
    return Outcome.FAILED
