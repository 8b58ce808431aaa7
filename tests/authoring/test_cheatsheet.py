"""The sheet of derivatives: the reference's own formulas, and true by oracles of other kinds."""

import ast
import math
import re
import shutil
from fractions import Fraction

import pytest
from click.testing import CliRunner
from conftest import ROOT

from autograder.authoring.lessons.building import build_sheet, sheet_file, stale_sheet
from autograder.authoring.lessons.cheatsheet import cheatsheet, sheet_rows
from autograder.authoring.lessons.formulas import evaluate, latex, operations
from autograder.authoring.lessons.regions import parse_module
from autograder.authoring.proof.validate import sheet_problems
from autograder.authoring.release.bundle import prepare
from autograder.cli import main
from autograder.course.course_file import load_course
from autograder.errors import CourseError, UsageError
from reference.engine import Value

COMMITTED = ROOT / "reference/cheatsheet.md"
ENGINE, WORDS = "engine.py", "cheatsheet.yml"


@pytest.fixture
def course(tmp_path):
    """The reference's engine and the words of its sheet, free to be changed."""
    shutil.copy(ROOT / "course.yml", tmp_path)
    (tmp_path / "reference").mkdir()
    (tmp_path / "exercises").mkdir()
    for name in (ENGINE, WORDS):
        shutil.copy(ROOT / "reference" / name, tmp_path / "reference")
    return load_course(tmp_path)


def change(course, name, old, new):
    path = course.reference / name
    text = path.read_text()
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new))


def written(tree):
    return latex(ast.parse(tree, mode="eval").body)


# True ----------------------------------------------------------------------------------------


def test_the_committed_sheet_is_what_the_reference_says_today(course):
    assert cheatsheet(course) == COMMITTED.read_text(encoding="utf-8")


class Dual:
    """A fraction and its exact slope: arithmetic that shares no code with the reference."""

    def __init__(self, value, slope=0):
        self.value, self.slope = Fraction(value), Fraction(slope)

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __neg__(self):
        return Dual(-self.value, -self.slope)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        slope = self.slope * other.value + self.value * other.slope
        return Dual(self.value * other.value, slope)

    def __truediv__(self, other):
        quotient = self.value / other.value  # q * b = a, so q' = (a' - q * b') / b
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)

    def __pow__(self, exponent):
        result = Dual(1)
        for _ in range(exponent):
            result = result * self
        return result


def test_formulas_of_rational_operations_are_exact_in_fractions(course):
    point = {"a": Fraction(7, 3), "b": Fraction(-5, 4), "x": Fraction(-3, 7), "n": 4}
    seen = []
    for row in sheet_rows(course):
        if row.operation.method.startswith("__"):
            forward = compile(ast.unparse(row.value), "value", "eval")
            for letter, slope in row.slopes.items():
                duals = {x: Dual(q, x == letter) for x, q in point.items()} | {"n": 4}
                whole = re.sub(r"\b1\.0\b", "1", ast.unparse(slope))
                assert eval(whole, {}, point) == eval(forward, {}, duals).slope, (row.code, letter)
                seen.append((row.operation.method, letter))
    assert len(seen) == 10


@pytest.mark.parametrize("x", [-2.3, -0.4, 0.3, 1.9])
def test_formulas_of_functions_are_the_slopes_of_pythons_own(course, x):
    """By the mathematics library alone, and the textbooks' forms."""
    alone = {
        "exp": math.exp,
        "log": lambda x: math.log(x),
        "tanh": lambda x: math.sinh(x) / math.cosh(x),
        "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
        "relu": lambda x: (x + abs(x)) / 2,
    }
    rows = {row.operation.method: row for row in sheet_rows(course)}
    for name, function in alone.items():
        at, h = (abs(x) if name == "log" else x), 6e-6
        numbers = {"x": at, rows[name].output or "out": function(at)}
        central = (function(at + h) - function(at - h)) / (2 * h)
        assert evaluate(rows[name].slopes["x"], numbers) == pytest.approx(central, rel=1e-8)
        assert evaluate(rows[name].value, numbers) == pytest.approx(function(at), rel=1e-12)


def test_every_operation_of_the_reference_has_a_row():
    text = (ROOT / "reference" / ENGINE).read_text()
    rules = text.count("def rule(upstream)")
    table = [line for line in COMMITTED.read_text().splitlines() if line.startswith("| `")]
    assert len(table) == rules == len(operations(parse_module("engine", text))) == 11


def test_what_the_sheet_says_to_mind_is_true():
    sheet = COMMITTED.read_text()
    assert "up to about 709" in sheet and math.exp(709) < math.inf
    with pytest.raises(OverflowError):
        Value(710.0).exp()
    x = Value(0.0)
    x.relu().backward()
    assert "this one says 0" in sheet and x.grad == 0
    for kind, most in ((Value.tanh, 1.0), (Value.sigmoid, 0.25)):
        x = Value(0.0)
        kind(x).backward()
        assert x.grad == most and re.search(rf"is \$?{most:g}\$? at most", sheet)
    assert "$x < 0$ needs a whole $n$" in sheet
    with pytest.raises(ValueError, match="math domain error"):
        Value(-2.0) ** 0.5
    assert r"at $x = 0$ it needs $n \geq 1$, or $n = 0$, whose slope is 0" in sheet
    x = Value(0.0)
    (x**0).backward()
    assert x.grad == 0
    with pytest.raises(ZeroDivisionError):
        (Value(0.0) ** 0.5).backward()
    a, five = Value(2.0), Value(5)
    assert (5 - a).data == (five - a).data == 3 and (5 / a).data == (five / a).data == 2.5


TWICE = "self.grad += upstream * result\n            self.grad += upstream * result  #"

# Kept so -------------------------------------------------------------------------------------


def test_a_changed_rule_makes_the_sheet_stale_and_building_mends_it(course):
    build_sheet(course)
    assert stale_sheet(course) == [] and list(sheet_problems(course)) == []
    change(course, ENGINE, "upstream * (1.0 - result**2)", "upstream * (1.0 - result * result)")
    (stale,) = sheet_problems(course)
    assert (stale.file, stale.text) == (
        "reference/cheatsheet.md",
        "is stale; run: autograder build",
    )
    assert build_sheet(course) == [course.reference / "cheatsheet.md"]
    assert r"$1 - t\,t$" in (course.reference / "cheatsheet.md").read_text()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("(1.0 - result**2)", "(1.0 + result**2)", r"Value\.tanh: formula for x: says 1\.214"),
        ("self.grad += upstream * result  #", TWICE, r"Value\.exp: rule for x: says 14\.78"),
        ("result * (1.0 - result)  #", "(1.0 - result)  #", r"but the values say 0\.1966"),
        ("upstream / self.data  #", "self.data / upstream  #", "does not begin with upstream"),
    ],
)
def test_a_wrong_rule_is_never_printed(course, old, new, told):
    change(course, ENGINE, old, new)
    with pytest.raises(CourseError, match=told):
        cheatsheet(course)
    (problem,) = sheet_problems(course)
    assert problem.file == "the sheet of derivatives"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  - method: exp\n", "  - method: expo\n", "'expo' is no method that is known"),
        ("1 / (1 + exp(-x))", "1 / (1 + exp(x))", r"Value\.sigmoid: also: says 0\.2689"),
        ('["x = 2, n = 3"]', '["x = 2"]', r"does not fit \(self, exponent\)"),
        ('["x = 2, n = 3"]', '["x = two, n = 3"]', "is not a point. Write a = 2"),
    ],
)  # fmt: skip
def test_an_authors_slip_is_named(course, old, new, told):
    change(course, WORDS, old, new)
    with pytest.raises(CourseError, match=told):
        cheatsheet(course)


def test_an_unknown_method_is_told_with_the_known_ones_once(course):
    change(course, WORDS, "  - method: exp\n", "  - method: zorp\n")
    with pytest.raises(CourseError, match="'zorp' is no method that is known") as raised:
        cheatsheet(course)
    assert str(raised.value).count("sigmoid") == 1


def test_an_operation_with_two_rows_is_named(course):
    change(course, WORDS, "  - method: exp\n", "  - method: log\n")
    with pytest.raises(CourseError, match=r"method: log has a row already. Take one of them out"):
        cheatsheet(course)


def test_an_operation_without_a_row_is_named(course):
    change(course, ENGINE, "def log(self):", "def ln(self):")
    change(course, WORDS, "  - method: log\n", "  - method: ln\n")
    change(course, WORDS, "code: x.log()", "code: x.ln()")
    assert "`x.ln()`" in cheatsheet(course)
    path = course.reference / WORDS
    kept = re.sub(r"  - method: ln\n(    .*\n)+", "", path.read_text())
    path.write_text(kept)
    with pytest.raises(CourseError, match="ln has no row"):
        cheatsheet(course)


def test_an_operation_that_makes_no_out_is_named(course):
    change(course, ENGINE, "out = Value(-self.data, (self,)", "made = Value(-self.data, (self,)")
    with pytest.raises(CourseError, match=r"Value\.__neg__: makes no `out`"):
        cheatsheet(course)


# Notation ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "formula"),
    [
        ("a - (b - c)", "a - (b - c)"),
        ("a + b - c", "a + b - c"),
        ("-(a + b)", "-(a + b)"),
        ("(a + b) * c", r"(a + b)\,c"),
        ("a * 2", r"a \cdot 2"),
        ("(-a) ** 2", "(-a)^{2}"),
        ("(a ** b) ** 2", "(a^{b})^{2}"),
        ("exp(-x)", "e^{-x}"),
        ("math.log(a + b)", r"\log (a + b)"),
        ("tanh(x) ** 2", r"(\tanh x)^{2}"),
        ("0.25 * (a + b)", r"\dfrac{a + b}{4}"),
        ("0.75", r"\dfrac{3}{4}"),
        ("x if x > 0 else 0.0", r"x \text{ if } x > 0 \text{, else } 0"),
    ],
)
def test_formulas_keep_their_brackets(code, formula):
    assert written(code) == formula


def test_what_has_no_form_is_named():
    with pytest.raises(CourseError, match=r"x % 2: has no form in LaTeX\. Teach it"):
        written("x % 2")


# Who gets it ---------------------------------------------------------------------------------


def test_students_get_the_sheet_only_when_the_instructor_says_so(real_course, compiled):
    compiled("04_backward_rules")
    without = prepare(real_course, ["04_backward_rules"])
    assert not any("cheatsheet" in name for name in [*without.students, *without.staff])
    given = prepare(real_course, ["04_backward_rules"], with_sheet=True)
    assert set(given.students) - set(without.students) == {"cheatsheet.md"}
    assert given.students["cheatsheet.md"].decode() == COMMITTED.read_text(encoding="utf-8")


def test_a_course_without_a_sheet_has_nothing_to_build_and_none_to_release(small_course):
    assert sheet_file(small_course) == {} and build_sheet(small_course) == []
    with pytest.raises(UsageError, match="no sheet; leave out --cheatsheet"):
        prepare(small_course, ["01_small"], with_sheet=True)


def test_the_command_line_builds_and_releases_it(course, tmp_path):
    run = CliRunner().invoke(main, ["build", "--course", str(course.root)])
    assert run.exit_code == 0 and "wrote reference/cheatsheet.md" in run.output
    assert "--cheatsheet" in CliRunner().invoke(main, ["release", "--help"]).output
