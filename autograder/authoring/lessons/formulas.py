"""Formulas out of the reference's own code: an operation's value, and its local derivatives.

A rule of the reference adds upstream times local to a parent's gradient. What stands beside
`upstream` is the local derivative. It is read from the syntax tree, so that a formula in print
is the formula that runs.
"""

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from autograder.authoring.lessons.regions import Module
from autograder.errors import CourseError

RULE, UPSTREAM = "rule", "upstream"
FUNCTIONS = {name: getattr(math, name) for name in ("exp", "log", "tanh")} | {"max": max}
SYMBOLS = {"sigma": r"\sigma"}
# How tightly a piece of LaTeX holds together: what binds less than its place needs brackets.
SUM, PRODUCT, POWER, ATOM = range(4)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the reference, as expressions in the names of its own code.

    Attributes:
        method: `__mul__`.
        operands: names of its parameters, `("self", "other")`.
        value: what it computes.
        slopes: operand to local derivative; an operand without one is a fixed number.
        kept: names of results that its rule reads, such as `result`, to what they are.
    """

    method: str
    operands: tuple[str, ...]
    value: ast.expr
    slopes: Mapping[str, ast.expr]
    kept: Mapping[str, ast.expr]


class _Renamed(ast.NodeTransformer):
    """Puts expressions in the place of names; `self.data` goes by the name `self`."""

    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self.names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`self.data` is the number that `self` stands for."""
        if node.attr == "data" and isinstance(node.value, ast.Name):
            return self.visit(node.value)  # type: ignore[no-any-return]
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A name that is known."""
        return self.names.get(node.id, node)


def renamed(tree: ast.expr, names: Mapping[str, ast.expr]) -> ast.expr:
    """A copy of an expression with others in the place of its names."""
    copy = ast.parse(ast.unparse(tree), mode="eval").body
    changed: ast.expr = _Renamed(names).visit(copy)
    return changed


def operations(module: Module) -> list[Operation]:
    """Every method of the reference's `Value` that has a rule, in the order of the source.

    Raises: CourseError for a rule that is not a sum of upstream times local.
    """
    found = []
    for name in module.regions:
        method, _, rule = name.removeprefix(f"{module.name}.Value.").partition(".")
        if rule == RULE:
            region = module.regions[name][0]
            made, forward = region.node, region.parent.node if region.parent else None
            assert isinstance(made, ast.FunctionDef) and isinstance(forward, ast.FunctionDef)
            found.append(_operation(f"{module.name}.py", method, forward, made))
    return found


def _operation(
    file: str, method: str, forward: ast.FunctionDef, rule: ast.FunctionDef
) -> Operation:
    kept: dict[str, ast.expr] = {}
    for step in forward.body:
        if isinstance(step, ast.Assign) and isinstance(step.targets[0], ast.Name):
            kept[step.targets[0].id] = step.value
    made = kept.pop("out", None)
    kept.pop("other", None)  # as_value(other): the same number
    if not (isinstance(made, ast.Call) and made.args):
        raise CourseError(file, f"Value.{method}", "makes no `out`", "Write out = Value(...)")
    slopes = {}
    for step in rule.body:
        target = step.target if isinstance(step, ast.AugAssign) else None
        if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)):
            continue
        assert isinstance(step, ast.AugAssign)
        local = _without_upstream(step.value)
        if local is None:
            raise CourseError(
                file,
                f"Value.{method}.{RULE}",
                f"{ast.unparse(step)!r} does not begin with {UPSTREAM}",
                f"Write {UPSTREAM} * local, or {UPSTREAM} / number",
            )
        slopes[target.value.id] = local
    operands = tuple(argument.arg for argument in forward.args.args)
    return Operation(method, operands, renamed(made.args[0], kept), slopes, kept)


def _without_upstream(tree: ast.expr) -> ast.expr | None:
    """What upstream is multiplied by; None if it is not the first factor."""
    if not isinstance(tree, ast.BinOp) or not isinstance(tree.op, ast.Mult | ast.Div):
        return None
    if isinstance(tree.left, ast.Name) and tree.left.id == UPSTREAM:
        if isinstance(tree.op, ast.Mult):
            return tree.right
        return ast.BinOp(ast.Constant(1), ast.Div(), tree.right)
    left = _without_upstream(tree.left)
    return left and ast.BinOp(left, tree.op, tree.right)


def evaluate(tree: ast.expr, numbers: Mapping[str, float]) -> float:
    """The number that an expression of letters comes to."""
    known = {"__builtins__": {}, "math": math, **FUNCTIONS, **numbers}
    return float(eval(ast.unparse(tree), known))


def latex(tree: ast.expr) -> str:
    """An expression of letters and functions in LaTeX.

    Raises: CourseError for what has no place in a formula.

    >>> latex(ast.parse("n * x ** (n - 1)", mode="eval").body)
    'n\\\\,x^{n - 1}'
    """
    return _latex(tree)[0]


def _latex(tree: ast.expr) -> tuple[str, int]:
    match tree:
        case ast.Name(name):
            return SYMBOLS.get(name, name), ATOM
        case ast.Constant(number) if isinstance(number, int | float):
            exact = Fraction(number)
            if exact.denominator == 1:
                return str(exact), ATOM
            return rf"\dfrac{{{exact.numerator}}}{{{exact.denominator}}}", ATOM
        case ast.UnaryOp(ast.USub(), operand):
            return f"-{_held(operand, PRODUCT)}", SUM
        case ast.BinOp(left, ast.Add(), right):
            return f"{latex(left)} + {_held(right, SUM)}", SUM
        case ast.BinOp(left, ast.Sub(), right):
            return f"{latex(left)} - {_held(right, PRODUCT)}", SUM
        case ast.BinOp(left, ast.Mult(), right):
            return _product(left, right)
        case ast.BinOp(ast.UnaryOp(ast.USub(), left), ast.Div(), right):
            return rf"-\dfrac{{{latex(left)}}}{{{latex(right)}}}", SUM
        case ast.BinOp(left, ast.Div(), right):
            return rf"\dfrac{{{latex(left)}}}{{{latex(right)}}}", ATOM
        case ast.BinOp(left, ast.Pow(), right):
            return f"{_held(left, ATOM)}^{{{latex(right)}}}", POWER
        case ast.IfExp(test, body, orelse):
            condition, otherwise = latex(test), latex(orelse)
            return rf"{latex(body)} \text{{ if }} {condition} \text{{, else }} {otherwise}", SUM
        case ast.Compare(left, [ast.Gt()], [right]):
            return f"{latex(left)} > {latex(right)}", SUM
        case ast.Call(ast.Attribute(ast.Name("math"), name) | ast.Name(name), arguments):
            if name == "exp":
                return f"e^{{{latex(arguments[0])}}}", POWER
            if name in FUNCTIONS and len(arguments) == 1:
                return rf"\{name} {_held(arguments[0], POWER)}", PRODUCT
            if name in FUNCTIONS:
                return rf"\{name}({', '.join(map(latex, arguments))})", ATOM
    code = ast.unparse(tree)
    raise CourseError("formula", code, "has no form in LaTeX", "Teach it to formulas.py")


def _product(left: ast.expr, right: ast.expr) -> tuple[str, int]:
    if isinstance(left, ast.Constant) and isinstance(left.value, float):
        share = Fraction(left.value)  # 0.5 * x reads better as x over 2
        if share.numerator == 1 and share.denominator > 1:
            return rf"\dfrac{{{latex(right)}}}{{{share.denominator}}}", ATOM
    after = _held(right, POWER)
    times = r" \cdot " if after[0].isdigit() else r"\,"
    return f"{_held(left, PRODUCT)}{times}{after}", PRODUCT


def _held(tree: ast.expr, level: int) -> str:
    """A part of a formula, in brackets if it would fall apart in its place."""
    text, own = _latex(tree)
    return text if own >= level else f"({text})"
