"""Finds ways to a slope that are no rule, by a submission's text alone, for staff.

f(x + ih) has the slope in its imaginary part, exact to the last digit, numpy brings
differentiation along, and differences of a high order or in many digits are exact to twelve: no
number that an engine answers tells these from a rule. Where differences are asked for, as in 01
and 07, nothing stores gradients: they and exact arithmetic are pointed out in what rules use.
"""

import ast
import re
from collections.abc import Iterator, Sequence

from autograder import limits
from autograder.intake.flags.differences import Differences, TooLong
from autograder.intake.flags.registry import is_of_python
from autograder.intake.flags.rules import reached_by_rules
from autograder.intake.flags.spelling import Spelling
from autograder.model import Block
from autograder.parsing import parse

SENTENCE = "{label}, line {line}: uses {what}; it gives a slope without a rule."
OF_ARRAYS = "numpy's "
TOO_MANY = "more quotients than are compared"
TOO_LONG = "{label}, line {line}: has {what}; read it yourself."
MANY = "{label}, line {line}: uses {what} where gradients are stored; see if it carries all slopes."
COMPLEX = "complex numbers ({})"
DIFFERENCE = "a difference divided by its step"
NAMES = frozenset({"complex", "cmath"})
# Exact arithmetic, in the modules where it is at home and by its names in others.
EXACT = frozenset({"decimal", "_decimal", "_pydecimal", "fractions"})
EXACT_NAMES = {"Decimal": "decimal", "Fraction": "fractions"}
# What draws a line through points; its slope is a difference divided by a step.
FITTING = frozenset({"linear_regression", "correlation", "covariance", "polyfit", "lstsq"})
ATTRIBUTES = frozenset({"imag", "real", "complex64", "complex128"})
# What numpy offers that differentiates, by its name below the package. A worker holds it where
# an exercise may import numpy: it is known, and pointed out where it is used.
OF_NUMPY = (
    "gradient",
    "polyder",
    "poly1d.deriv",
    "polynomial.Polynomial.deriv",
    "polynomial.polynomial.polyder",
    "polynomial.chebyshev.chebder",
    "polynomial.hermite.hermder",
    "polynomial.hermite_e.hermeder",
    "polynomial.laguerre.lagder",
    "polynomial.legendre.legder",
)
# What makes an array: one that holds a slope for each leaf takes all of them forward at once, and
# no count of leaves tells that from a walk back.
ARRAYS = frozenset(
    (
        *("array", "asarray", "diag", "empty", "eye", "full", "identity", "ndarray", "ones"),
        *("outer", "stack", "zeros", "zeros_like"),
    )
)
DERIVING = frozenset(name.rpartition(".")[2] for name in OF_NUMPY)
POLYNOMIALS = frozenset(
    ("poly1d", "Polynomial", "Chebyshev", "Hermite", "HermiteE", "Laguerre", "Legendre")
)
# Without any of these there is nothing to find: parsing an engine takes 2 ms, this 0.1. Every
# engine speaks of a gradient; it is numpy's only where numpy is named. Patterns that begin with one
# certain character are searched for ten times as fast as others.
TELLING = sorted((NAMES | ATTRIBUTES) - {"real"})  # of numbers prose says that they are
WORTH_PARSING = re.compile(rf"\b(?:{'|'.join(TELLING)})\b|[0-9.][jJ]\b")
IMAGINARY = tuple(re.compile(rf"{j}(?<=[0-9.]{j})\b") for j in "jJ")
REAL = (".real", "'real'", '"real"')
EXACT_WORDS = ("decimal", "fractions", "Decimal", "Fraction", "statistics")
EXACT_IMPORTED = re.compile(
    r"^[ \t]*(?:import|from)\b.*\b_?(?:py)?(?:decimal|fractions|Decimal|Fraction|statistics)\b",
    re.MULTILINE,
)
NEGATIVE_POWER = re.compile(r"\( ?-[\d.]+ ?\) ?\*\*")
# A number below zero that has a name, and a power or a root that is written out.
NEGATIVE_NAMED = re.compile(r"= ?\(?-[\d.]+[ \t)]*(?:[\n;#,]|\Z)")
ROOT = re.compile(r"(?:\*\*|\bpow\(\w+,) ?\(? ?(?:\d*\.\d|1 ?/)")
OF_NUMPY_BY_NAME = re.compile(rf"\b(?:{'|'.join(sorted(DERIVING | FITTING | ARRAYS))})\b")
# What is divided by a name, or by a small number, behind a bracket or a half; at(0.5) - at(-0.5).
BY_STEP = (
    r" ?/[\s(]*+(?:[\d.]+ ?[*/] ?)?+"
    r"(?:[A-Za-z_]\w*+ ?- ?[A-Za-z_]|([A-Za-z_]\w*+)(?![.(\[])|\d[\d.]*[eE]-|0?\.0)"
)
DIVIDED = (
    re.compile(r"\)" + BY_STEP),
    re.compile(r"\.5" + BY_STEP),
    re.compile(r"= ?1(?:\.0*)?" + BY_STEP),  # which may be multiplied with
    re.compile("/=" + BY_STEP.removeprefix(" ?/")),
)
INVERTED = re.compile(r"\*\* ?\(? ?- ?1(?![\d.]*[1-9])")
# What stands before that: (2 * h) ** -1, and h ** -1; not as_value(other) ** -1
NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*\b(?!\.)")
INVERSE = re.compile(r"(?<![\w.)\]])\(([^()\[\]]*)\)\s*\Z|(?<![\w.])(\w+)\s*\Z")
CALLED = re.compile(r"truediv(?:__)?\(")  # of a method, not where it is defined
INVERTING = re.compile(r"pow\([^\n]{0,100}?, ?-1")
BOTH_SIDES = re.compile(r"-0?\.\d+\)")
NO_STEPS = frozenset(("self", "other"))


def shortcuts(blocks: Sequence[Block]) -> Iterator[str]:
    """Where a submission uses one; to import cmath or numpy alone is none.

    Args:
        blocks: what the student wrote, in the order in which it runs.
    Returns: one sentence for each way in a block, at its first line.
    """
    whole = "\n".join(block.source for block in blocks)
    if len(whole) > limits.SEARCHED_CHARACTERS:  # which is flagged as that
        return
    named = "numpy" in whole and OF_NUMPY_BY_NAME.search(whole) is not None
    divides = _may_divide(whole)
    if not named and not divides and not _is_worth_parsing(whole):
        return
    parsed = [(block, parse(block.source)) for block in blocks]
    trees = [(block, tree) for block, tree in parsed if isinstance(tree, ast.Module)]
    try:
        found = list(_found([tree for _, tree in trees], divides=divides))
    except RecursionError:
        yield f"{blocks[0].label}: nested too deep; it was not searched, so read it yourself."
        return
    seen = set()  # of added cells each statement is a block
    for place, line, what in sorted(found, key=lambda one: one[0]):
        label = trees[place][0].label
        if (label, what) not in seen:
            seen.add((label, what))
            sentence = MANY if what.removeprefix(OF_ARRAYS) in ARRAYS else SENTENCE
            sentence = TOO_LONG if what == TOO_MANY else sentence
            yield sentence.format(label=label, line=line, what=what)


def _found(trees: Sequence[ast.Module], *, divides: bool) -> Iterator[tuple[int, int, str]]:
    """The number of a block, a line in it, and what is used there."""
    spelling = Spelling(trees)
    places = {id(node): number for number, tree in enumerate(trees) for node in ast.walk(tree)}
    seen = [node for tree in trees for node in ast.walk(tree)]
    polynomials = any(
        isinstance(node, ast.expr) and any(map(_is_polynomial, spelling.names(node)))
        for node in seen
    )
    for node in seen:
        for what in _what(node, spelling, polynomials=polynomials):
            yield places[id(node)], getattr(node, "lineno", 0), what
    reached = reached_by_rules(trees)
    for part in reached:
        for node in ast.walk(part):
            if isinstance(node, ast.Name | ast.Attribute):
                for name in spelling.names(node):
                    for exact in _exact(name):
                        yield places[id(node)], node.lineno, exact
    left = [limits.COMPARED_EXPRESSIONS]
    for part in reached if divides else ():
        try:
            for line in Differences(part, left).lines():
                yield places[id(part)], line, DIFFERENCE
        except TooLong:
            yield places[id(part)], getattr(part, "lineno", 0), TOO_MANY
            return


def _may_divide(source: str) -> bool:
    """Whether something is divided by what may be the step of a difference."""
    if _in_code(BOTH_SIDES, source) or _in_code(INVERTING, source):
        return True
    if any(
        "def " not in source[max(0, one.start() - len("def __r")) : one.start()]
        for one in _in_code(CALLED, source)
    ):
        return True
    names = set()
    for pattern in DIVIDED:
        for found in _in_code(pattern, source):
            if found[1] is None:
                return True
            names.add(found[1])
    for found in _in_code(INVERTED, source):
        behind = source[max(0, found.start() - limits.INVERSE_CHARACTERS) : found.start()]
        if inverse := INVERSE.search(behind):
            names.update(NAME.findall(inverse[1] or inverse[2]))
    names -= NO_STEPS
    if not names or len(names) > limits.SPELLED_PARTS:
        return bool(names)
    # x + h, up[k] += h, f(-h); not f(b) + a
    moved = re.compile(rf"[-+]=? ?(?:[\w.]+ ?\* ?)?(?:{'|'.join(names)})\b(?!\.)")
    before = (
        source[max(0, found.start() - 2) : found.start()].rstrip(" ")[-1:]
        for found in moved.finditer(source)
    )
    return any(one.isalnum() or one in "_](," for one in before if one)


def _in_code(pattern: re.Pattern[str], source: str) -> list[re.Match[str]]:
    """Where a pattern stands, but in comments."""
    return [
        found
        for found in pattern.finditer(source)
        if source.rfind("#", 0, found.start()) <= source.rfind("\n", 0, found.start())
    ]


def _is_worth_parsing(source: str) -> bool:
    """Whether a telling word stands anywhere but in lines of comment.

    One that may be a line of an f-string is none of them: there braces hold code.
    """
    if "pow(-" in source or _in_code(NEGATIVE_POWER, source):
        return True
    if any(word in source for word in EXACT_WORDS) and EXACT_IMPORTED.search(source):
        return True
    if any(real in source for real in REAL):
        return True
    if (
        (any(sign in source for sign in ("=-", "= -", "(-")))
        and _in_code(NEGATIVE_NAMED, source)
        and _in_code(ROOT, source)
    ):
        return True
    if not any(word in source for word in TELLING) and not any(j.search(source) for j in IMAGINARY):
        return False
    at = 0
    while found := WORTH_PARSING.search(source, at):
        begin = source.rfind("\n", 0, found.start()) + 1
        at = source.find("\n", begin)
        line = source[begin : at if at >= 0 else len(source)]
        if not line.lstrip(" \t").startswith("#") or "{" in line:
            return True
        if at < 0:
            break
    return False


def _what(node: ast.AST, spelling: Spelling, *, polynomials: bool) -> Iterator[str]:
    match node:
        case ast.Constant(value) if isinstance(value, complex):
            yield COMPLEX.format("a number with j")
        case ast.BinOp(base, ast.Pow(), exponent) | ast.Call(
            ast.Name("pow"), [base, exponent, *_]
        ) if _is_negative(base, spelling) and _is_fraction(exponent):
            yield COMPLEX.format("a negative number to a fraction")
        case ast.ImportFrom(module, names) if (module or "").partition(".")[0] == "numpy":
            for name in sorted(DERIVING.intersection(alias.name for alias in names))[:1]:
                yield f"numpy's {name}"
        case ast.Name(_, ast.Load()) | ast.Attribute() | ast.Call():
            for name in spelling.names(node):
                yield from _named(name)
            if isinstance(node, ast.Attribute) and node.attr == "deriv" and polynomials:
                yield "numpy's deriv"
            elif isinstance(node, ast.Call):
                makers = {name.rpartition(".")[2] for name in spelling.names(node.func)}
                if "attrgetter" in makers:
                    for text in (text for one in node.args for text in spelling.texts(one)):
                        yield from _named(f"?.{text}")


def _named(name: str) -> Iterator[str]:
    root, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    if root in NAMES:
        yield COMPLEX.format(root)
    elif rest and last in ATTRIBUTES:
        yield COMPLEX.format(f".{last}")
    elif root == "numpy" and last in DERIVING:
        yield f"numpy's {last}"


def _exact(name: str) -> Iterator[str]:
    """What a dotted name offers that a rule has no use for: digits, arrays, lines of best fit."""
    first, *others = name.split(".")
    last = others[-1] if others else ""
    if not EXACT.isdisjoint((first, *others)):
        yield "decimal" if "decimal" in name else "fractions"
    elif first == "numpy" and last in ARRAYS:
        yield OF_ARRAYS + last
    elif is_of_python(name) and last in EXACT_NAMES:
        yield EXACT_NAMES[last]
    elif is_of_python(name) and last in FITTING:
        yield f"{first}' {last}" if first[-1] == "s" else f"{first}'s {last}"


def _is_polynomial(name: str) -> bool:
    return name.startswith("numpy.") and name.rpartition(".")[2] in POLYNOMIALS


def _is_negative(node: ast.expr, spelling: Spelling) -> bool:
    """Whether a number is written out with a minus, or is a name that has such a number alone."""
    values = spelling.values(node.id) if isinstance(node, ast.Name) else [node]
    values = values[: limits.SPELLED_PARTS]
    return bool(values) and all(
        isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub) for value in values
    )


def _is_fraction(node: ast.expr) -> bool:
    """Whether a number that is written out is no whole one."""
    match node:
        case ast.Constant(float(value)):
            return not value.is_integer()
        case ast.BinOp(ast.Constant(), ast.Div(), ast.Constant()):
            return True
    return False
