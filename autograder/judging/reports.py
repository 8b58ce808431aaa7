"""Filling in a report: with a verdict, or with one outcome and reason for every check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.judging import wording
from autograder.model import Check, Outcome, Program
from autograder.storage import short_sentence
from autograder.verdicts import CheckResult, Explanation, Report

if TYPE_CHECKING:  # the judge loads numpy, and a student's check does so aside
    from autograder.judging.judge import Verdict
    from autograder.sandbox.running import Run


def judged(report: Report, program: Program, run: Run, verdict: Verdict) -> Report:
    """Fill in a report.

    Args:
        report: who handed in what, and how it was graded.
        program: what was extracted.
        run: what it answered.
        verdict: what the judge says of that.
    """
    return replace(
        report,
        score=verdict.score,
        max_score=verdict.max_score,
        outcome=verdict.outcome,
        checks=verdict.checks,
        repairs=program.repairs,
        remarks=(*report.remarks, *verdict.remarks),
        output=_for_staff(run.output, verdict.withheld),
        flags=(
            *program.flags,
            *([wording.UNSTEADY.format(count=run.unsteady)] * (run.unsteady > 0)),
        ),
    )


def _for_staff(printed: str, withheld: tuple[str, ...]) -> str:
    """What a submission printed, and what it raised that its student is not told."""
    if not withheld:
        return printed
    lines = [wording.WITHHELD.format(detail=text) for text in withheld]
    return "\n".join([*printed.splitlines(), *lines]) + "\n"


def unjudged(report: Report, checks: Iterable[Check], outcome: Outcome, message: str) -> Report:
    """Fill in a report in which every check has the same outcome, for the same reason.

    The score is withheld if the fault is ours (an error), else 0.
    """
    told = Explanation(short_sentence(message))
    results = tuple(
        CheckResult(c.id, c.task, c.visibility, outcome, 0.0, c.points, explanation=told)
        for c in checks
    )
    score = None if outcome is Outcome.ERROR else 0.0
    return replace(report, score=score, outcome=outcome, checks=results)
