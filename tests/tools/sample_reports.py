"""Reports made by hand, for tests of what people see."""

from autograder.model import Outcome, Visibility
from autograder.verdicts import CheckResult, Explanation, Numbers, Report

OVERWRITES = Explanation(
    what="a.grad has the wrong sign and size",
    mistake="Each time the rule runs, your code replaces a parent's gradient instead of adding "
    "to it.",
    numbers=(Numbers("a.grad", "1.9", "-5.1", "relative error 1.4, rtol 1e-06"),),
    why="A value that is used twice receives one contribution for each use.",
    attempt="Work out d(a*a + a)/da at a = 3 by hand.",
)
CASE = "a = Value(2.0)\nb = Value(3.0)\nc = a * b\nc._backward()\na.grad, b.grad"


def result(
    id: str, outcome: Outcome = Outcome.PASSED, message: str = "", **given: object
) -> CheckResult:
    """A public check's result of 2 points, of the task `mul rule`; a message is all it says."""
    filled: dict[str, object] = {
        "id": id,
        "task": "mul rule",
        "visibility": Visibility.PUBLIC,
        "outcome": outcome,
        "score": 2 if outcome is Outcome.PASSED else 0,
        "max_score": 2,
        "explanation": Explanation(message),
    }
    return CheckResult(**{**filled, **given})  # type: ignore[arg-type]


def overwrites(id: str, **given: object) -> CheckResult:
    """A check failed by overwriting the gradient."""
    told: dict[str, object] = {
        "misconception": "overwrites-gradient",
        "minimal_case": CASE,
        "explanation": OVERWRITES,
    }
    return result(id, Outcome.FAILED, **{**told, **given})  # type: ignore[arg-type]


def report(*checks: CheckResult, **given: object) -> Report:
    """A report whose score and outcome follow from its checks."""
    passed = all(check.outcome is Outcome.PASSED for check in checks)
    filled: dict[str, object] = {
        "student": "amy",
        "exercise": "04_backward_rules",
        "submission_sha256": "ab" * 32,
        "course_sha256": "cd" * 32,
        "level": 3,
        "score": sum(check.score for check in checks),
        "max_score": sum(check.max_score for check in checks),
        "outcome": Outcome.PASSED if passed else Outcome.FAILED,
        "checks": checks,
    }
    return Report(**{**filled, **given})  # type: ignore[arg-type]


def withheld(student: str = "ben") -> Report:
    """A report whose score is withheld, because something of ours failed."""
    check = result("reused", Outcome.ERROR, message="this check could not be judged")
    return report(check, student=student, score=None, outcome=Outcome.ERROR)
