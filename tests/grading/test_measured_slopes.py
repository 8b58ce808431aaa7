"""A measured slope is no rule: differences of every step are found, formulas of every kind pass."""

import math
from dataclasses import replace

import pytest
from class_tools import ENGINE, best_level, grade_files
from repository import ROOT
from sandbox_tools import linux_only

from autograder.authoring.lessons.exercises import load_exercise, solved_blocks
from autograder.judging.judge import Judge
from autograder.sandbox.runners import start_runner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import make_workload

pytestmark = [linux_only, pytest.mark.sandbox]

RULES = "04_backward_rules"
NAME = "difference-quotient-as-rule"
# How the reference's formulas are spelled, and the function of the operand that each is of.
FORMULAS = {
    "__mul__": [
        ("upstream * other.data", "lambda x: x * other.data", "self"),
        ("upstream * self.data", "lambda x: x * self.data", "other"),
    ],
    "__neg__": [("upstream * -1.0", "lambda x: -x", "self")],
    "__sub__": [
        ("upstream * 1.0", "lambda x: x - other.data", "self"),
        ("upstream * -1.0", "lambda x: self.data - x", "other"),
    ],
    "__pow__": [
        ("upstream * exponent * self.data ** (exponent - 1)", "lambda x: x ** exponent", "self")
    ],
    "__truediv__": [
        ("upstream / other.data", "lambda x: x / other.data", "self"),
        ("upstream * -self.data / other.data**2", "lambda x: self.data / x", "other"),
    ],
    "exp": [("upstream * result", "math.exp", "self")],
    "log": [("upstream / self.data", "math.log", "self")],
    "tanh": [("upstream * (1.0 - result**2)", "math.tanh", "self")],
    "relu": [("upstream * (1.0 if self.data > 0 else 0.0)", "lambda x: max(0.0, x)", "self")],
    "sigmoid": [
        ("upstream * result * (1.0 - result)", "lambda x: (1 + math.tanh(x / 2)) / 2", "self")
    ],
}
CENTRAL = "def slope(f, x, h):\n    return (f(x + h) - f(x - h)) / (2 * h)\n"
FORWARD = "def slope(f, x, h):\n    return (f(x + h) - f(x)) / h\n"
SCALED = CENTRAL.replace("    return", "    h *= max(1.0, abs(x))\n    return")
FIFTH = (
    "def slope(f, x, h):\n"
    "    return (8 * (f(x + h) - f(x - h)) - f(x + 2 * h) + f(x - 2 * h)) / (12 * h)\n"
)
STEPS = (1e-3, 1e-4, 1e-5, 3e-6, 1e-6, 1e-7, 1e-8)
# Where an operand stands on both sides its two errors can be each other's opposites.
CANCELLING = {"difference_with_itself", "quotient_with_itself"}
# Other formulas for the same slopes, as right as the reference's.
HONEST = {
    "tanh by exp": {"result = math.tanh(self.data)": "e = math.exp(2 * self.data) if self.data "
        "< 300 else 1e300\n        result = (e - 1) / (e + 1)"},
    "tanh by cosh": {"upstream * (1.0 - result**2)": "upstream / math.cosh(self.data) ** 2 "
        "if abs(self.data) < 300 else 0.0"},
    "pow by exp and log": {"exponent * self.data ** (exponent - 1)": "(exponent * math.exp("
        "(exponent - 1) * math.log(self.data)) if self.data > 0 else exponent * self.data ** "
        "(exponent - 1))"},
    "pow by the output": {"exponent * self.data ** (exponent - 1)": "exponent * out.data / "
        "self.data"},
    "quotient by a power": {"upstream * -self.data / other.data**2": "-upstream * self.data * "
        "other.data ** -2", "upstream / other.data  #": "upstream * other.data ** -1  #"},
    "sigmoid by exp": {"upstream * result * (1.0 - result)": "upstream * (math.exp(-abs("
        "self.data)) / (1 + math.exp(-abs(self.data))) ** 2)"},
    "exp by a power": {"upstream * result  #": "upstream * math.e ** self.data  #"},
    "log by a power": {"upstream / self.data  #": "upstream * self.data ** -1  #"},
}  # fmt: skip


def reference():
    return (ROOT / "reference/engine.py").read_text()


def measuring(slope, step, methods=tuple(FORMULAS)):
    """The reference with measured slopes for formulas in some methods."""
    source = reference()
    for method in methods:
        head, start, rest = source.partition(f"    def {method}(self")
        body, end, tail = rest.partition("        out._rule = rule\n")
        for formula, function, operand in FORMULAS[method]:
            assert body.count(formula) == 1, (method, formula)
            measured = f"upstream * slope({function}, {operand}.data, {step!r})"
            body = body.replace(formula, measured)
        source = head + start + body + end + tail
    return source.replace("import math\n", f"import math\n\n\n{slope}", 1)


@pytest.fixture
def grade(compiled, tmp_path):
    """Grade an engine as 06."""

    def graded(source):
        file = tmp_path / "engine.py"
        file.write_text(source)
        return grade_files(compiled(ENGINE), [file])["engine"]

    return graded


@pytest.fixture(scope="module")
def judged(compiled):
    """Judge the rules of an engine as 04."""
    exercise = compiled(RULES)
    workload = make_workload(exercise)
    runner = start_runner(workload, best_level(), ())
    authored = load_exercise(ROOT / "exercises" / RULES, ROOT / "reference")
    judge = Judge(exercise)

    def verdict(source):
        blocks = solved_blocks(authored, {**authored.sources, "engine": source})
        if "def slope" in source:
            first = replace(blocks[0], source=source.partition("class Value")[0], task=None)
            blocks = (first, *blocks)
        return judge.judge(run_program(runner, workload, blocks), blocks)

    yield verdict
    runner.close()


@pytest.mark.parametrize("name", HONEST)
def test_another_formula_for_the_same_slope_has_full_marks(grade, judged, name):
    source = reference()
    for old, new in HONEST[name].items():
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    assert grade(source).score == 100
    verdict = judged(source)
    assert verdict.score == verdict.max_score


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("slope", [CENTRAL, FORWARD, SCALED], ids=["central", "forward", "scaled"])
def test_measured_slopes_earn_nothing_for_a_curved_rule_whatever_the_step(judged, slope, step):
    curved = ("__pow__", "__truediv__", "exp", "log", "tanh", "sigmoid")
    tasks = {"pow rule", "div rule", "exp and log rules", "tanh rule", "sigmoid rule"}
    verdict = judged(measuring(slope, step, curved))
    paid = {check.id for check in verdict.checks if check.task in tasks and check.score}
    assert paid <= CANCELLING


@pytest.mark.parametrize("method", FORMULAS)
def test_the_lessons_own_slope_in_one_rule_is_found_and_named(judged, method):
    verdict = judged(measuring(CENTRAL, 1e-5, (method,)))
    wrong = [check for check in verdict.checks if not check.score]
    assert wrong and {check.misconception for check in wrong} == {NAME}
    assert "not to twelve" in wrong[0].message


@pytest.mark.parametrize("step", [1e-4, 1e-5, 1e-6, 1e-7])
def test_rules_that_all_measure_are_not_paid_as_rules(judged, step):
    verdict = judged(measuring(CENTRAL, step))
    assert {check.id for check in verdict.checks if check.score} <= CANCELLING
    assert NAME in {check.misconception for check in verdict.checks}


@pytest.mark.parametrize("step", [1e-4, 1e-5, 1e-6])
def test_an_engine_whose_rules_measure_has_no_points_for_gradients_of_operations(grade, step):
    report = grade(measuring(CENTRAL, step, tuple(m for m in FORMULAS)))
    paid = {c.id for c in report.checks if c.task == "gradients" and c.score}
    assert paid <= {"sum_gradients", "sum_gradients_in_company"}  # + keeps its formula here
    assert NAME in {check.misconception for check in report.checks}


def test_a_higher_order_of_difference_is_off_as_well_at_usual_steps(judged):
    for step in (1e-3, 1e-4, 1e-5):
        verdict = judged(measuring(FIFTH, step))
        assert verdict.score < verdict.max_score / 2


def test_an_inexact_answer_that_is_no_measured_slope_has_another_name_or_none(grade):
    shifted = reference().replace("math.log(self.data)", "math.log(self.data + 1e-10)")
    assert shifted != reference()
    report = grade(shifted)
    assert report.score < 100
    assert NAME not in {check.misconception for check in report.checks}


def test_honest_variants_stay_far_within_the_tolerance_at_these_points():
    from autograder.tolerance import EXACT_RTOL, relative_error

    t = math.tanh
    variants = {
        (0.3, 0.7, 1.3): [
            lambda x: 1 - t(x) ** 2,
            lambda x: 1 / math.cosh(x) ** 2,
            lambda x: 4 / (math.exp(x) + math.exp(-x)) ** 2,
            lambda x: 1 - ((math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)) ** 2,
        ],
        (0.7, 1.3, 1.7): [
            lambda x: 3 * x**2,
            lambda x: 3 * x**3 / x,
            lambda x: 3 * math.exp(2 * math.log(x)),
        ],
    }
    for points, formulas in variants.items():
        for x in points:
            errors = [relative_error(f(x), formulas[0](x)) for f in formulas]
            assert max(errors) < EXACT_RTOL / 100
