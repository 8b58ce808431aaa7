"""Answers that are wrong on purpose: a judge that lets one of them pass is broken.

Mutants do not show such a fault, because their errors are large: a tolerance a thousand
times too kind, an accepted nan or a sign that is not looked at would kill them all.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np

from autograder.judging.judge import Judge
from autograder.model import CompiledExercise, Outcome
from autograder.sandbox.running import Run
from autograder.worker.protocol import HEAD, Reply
from autograder.worker.status import Status

# On purpose not taken from tolerance.py, which is on trial here: ten times what the design
# allows, and a hundredth of what would let a wrong rule pass.
NUDGE = 1e-5  # relative
FLOOR = 1e-6  # absolute, for numbers near 0


def wrong_numbers(expected: float) -> dict[str, float]:
    """What must not pass where a number is expected, by how a message calls it.

    >>> wrong_numbers(2.0)["of the opposite sign"]
    -2.0
    """
    wrong = {
        "off by a hundred-thousandth": expected + max(FLOOR, NUDGE * abs(expected)),
        "not a number": math.nan,
        "infinite": math.inf,
    }
    if abs(expected) > FLOOR:
        wrong["of the opposite sign"] = -expected
    return wrong


def accepted(compiled: CompiledExercise) -> Iterator[str]:
    """Play wrong answers to the judge, without any process.

    Args:
        compiled: the exercise.
    Returns: a sentence for each wrong answer that passes; nothing from a sound judge.
    """
    # what a recorded function comes to is given here as numbers, which are not to be read again
    compiled = replace(
        compiled,
        checks=tuple(
            replace(check, cases=tuple(replace(case, at=()) for case in check.cases))
            for check in compiled.checks
        ),
    )
    judge = Judge(compiled)
    cases = [(check, case) for check in compiled.checks for case in check.cases]
    right = [answer.numbers for check in compiled.checks for answer in compiled.expected[check.id]]
    most = max((case.judged for _, case in cases), default=0)
    for place in range(most):
        for what in wrong_numbers(1.0):
            given, touched = list(right), {}
            for k, (_, case) in enumerate(cases):
                # any places in a valid order are right, also these
                if place < case.judged and not (case.kind == "order" and "off" in what):
                    wrong = wrong_numbers(right[k][place]).get(what)
                    if wrong is not None:
                        given[k] = (*right[k][:place], wrong, *right[k][place + 1 :])
                        touched[k] = f"{_label(case.labels, place)} when it is {what}"
            yield from _passing(judge, given, touched)
    shorter = [numbers[:-1] for numbers in right]
    longer = [(*numbers, 0.0) for numbers in right]
    for given, what in ((shorter, "one number less"), (longer, "one number more")):
        everywhere = {k: f"an answer with {what} than is due" for k, _ in enumerate(cases)}
        yield from _passing(judge, given, everywhere)


def _passing(
    judge: Judge, given: Sequence[tuple[float, ...]], touched: dict[int, str]
) -> Iterator[str]:
    """Those of the touched cases that pass all the same, and the checks that hold one."""
    heads = b"".join(HEAD.pack(Status.OK, len(numbers), 0) for numbers in given)
    floats = np.array([x for numbers in given for x in numbers], dtype="<f8").tobytes()
    reply = Reply((), heads, floats, ("",))
    passed = judge.expectation.observe(reply).passed
    results = {r.id: r.outcome for r in judge.judge(Run(reply, "", "", 0.0), ()).checks}
    checks = judge.compiled.checks
    starts = accumulate((len(check.cases) for check in checks), initial=0)
    for check, start in zip(checks, starts, strict=False):
        for k in range(start, start + len(check.cases)):
            if k in touched and (passed[k] or results[check.id] is Outcome.PASSED):
                yield f"the judge lets {check.id} pass with {touched[k]}"
                break


def _label(labels: Sequence[str], place: int) -> str:
    return labels[place] if place < len(labels) else f"number {place + 1}"
