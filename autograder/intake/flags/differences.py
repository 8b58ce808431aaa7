"""Finds difference quotients: (f(x + h) - f(x - h)) / (2 * h), however it is written down."""

import ast
from collections.abc import Iterator

from autograder import limits
from autograder.intake.flags.arithmetic import Plainly

STEP = "step"  # what stands for a step, and for every multiple of it
SMALL = 0.5  # a number up to this may be a step that is written out
NUMBER = "number"  # the name of all such steps


class TooLong(Exception):
    """There is more to compare than an honest program has."""


class Differences:
    """The difference quotients in one function.

    Args:
        function: with all that is inside; it is changed, so that all arithmetic is operators.
        left: how many expressions may still be looked at, in a list of one number; for all
            functions together.
    """

    def __init__(self, function: ast.AST, left: list[int]) -> None:
        self._function: ast.AST = Plainly().visit(function)
        self._left = left
        self._bound: dict[str, ast.expr] = {}
        self._moves: list[ast.expr] = []  # what is added to, or taken from, something in place
        for node in ast.walk(self._function):
            match node:
                case ast.Assign([ast.Name(name)], value):
                    self._bound.setdefault(name, value)
                case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
                    for target, value in zip(targets, values, strict=False):
                        if isinstance(target, ast.Name):
                            self._bound.setdefault(target.id, value)
                case ast.Assign([ast.Subscript()], ast.BinOp(_, ast.Add() | ast.Sub(), value)):
                    self._moves.append(value)
                case ast.AugAssign(ast.Name() | ast.Subscript(), ast.Add() | ast.Sub(), value):
                    self._moves.append(value)

    def lines(self) -> Iterator[int]:
        """The lines in which a difference is divided by its step.

        Raises: TooLong if there is too much to look at.
        """
        for node in ast.walk(self._function):
            match node:
                case ast.BinOp(rise, ast.Div(), run):
                    if self._is_quotient(rise, run):
                        yield node.lineno
                case ast.BinOp(left, ast.Mult(), right):
                    pairs = ((left, self._inverse(right)), (right, self._inverse(left)))
                    if any(run and self._is_quotient(rise, run) for rise, run in pairs):
                        yield node.lineno
                case ast.BinOp(ast.Call(_, [*_, one]), ast.Sub(), ast.Call(_, [*_, other])):
                    size = _number(one)  # at(0.5) - at(-0.5) has a run of 1
                    if size and _number(other) == -size and self._are_apart(node, {NUMBER}):
                        yield node.lineno

    def _spend(self) -> None:
        self._left[0] -= 1
        if self._left[0] < 0:
            raise TooLong

    def _is_quotient(self, rise: ast.expr, run: ast.expr) -> bool:
        return any(self._are_apart(rise, {step}) for step in self._steps(run, 3))

    def _inverse(self, factor: ast.expr) -> ast.expr | None:
        """What a factor divides by: h, for 0.5 / h, and for a name of that."""
        if isinstance(factor, ast.Name):
            factor = self._bound.get(factor.id, factor)
        match factor:
            case ast.BinOp(number, ast.Div(), run) if _number(number) is not None:
                return run
        return None

    def _steps(self, run: ast.expr, depth: int) -> Iterator[str]:
        """What a run is a multiple of: h, for 2 * h."""
        self._spend()
        match run:
            case ast.Name(name):
                yield name
                if depth and name in self._bound:
                    yield from self._steps(self._bound[name], depth - 1)
            case ast.Constant():
                size = _number(run)
                if size is not None and 0 < size <= SMALL:
                    yield NUMBER
            case ast.BinOp(left, ast.Mult() | ast.Div() | ast.Add(), right):
                yield from self._steps(left, depth)
                yield from self._steps(right, depth)
            case ast.BinOp(ast.Name(up), ast.Sub(), ast.Name(down)):
                for name in (up, down):
                    match self._bound.get(name):
                        case ast.BinOp(_, ast.Add() | ast.Sub(), step):
                            yield from self._steps(step, depth)

    def _are_apart(self, rise: ast.expr, steps: set[str]) -> bool:
        """Whether it holds a difference of two things that are the same but for a step."""
        moved = any(_is_multiple(move, steps) for move in self._moves)
        for factor in self._factors(rise, 3):
            match factor:
                case ast.Call(
                    ast.Name("sum" | "fsum") | ast.Attribute(_, "fsum"),
                    [ast.GeneratorExp(inner) | ast.ListComp(inner)],
                ):
                    calls = [node for node in ast.walk(inner) if isinstance(node, ast.Call)]
                    if any(self._shape(one, steps) != self._shape(one, set()) for one in calls):
                        return True
            seen: dict[str, tuple[str, bool]] = {}
            for term, is_negative in _terms(factor):
                bare, plain = self._shape(term, steps), self._shape(term, set())
                other, sign = seen.setdefault(bare, (plain, is_negative))
                if sign != is_negative and (moved or other != plain) and bare != STEP:
                    return True
        return False

    def _factors(self, node: ast.expr, depth: int) -> Iterator[ast.expr]:
        """An expression and what it is a product of: upstream * rise, float(rise)."""
        self._spend()
        yield node
        match node:
            case ast.Name(name) if depth and name in self._bound:
                yield from self._factors(self._bound[name], depth - 1)
            case ast.BinOp(left, ast.Mult(), right):
                yield from self._factors(left, depth)
                yield from self._factors(right, depth)
            case ast.BinOp(left, ast.Div(), right) if _number(right) is not None:
                yield from self._factors(left, depth)
            case ast.UnaryOp(_, inner) | ast.Call(_, [inner]):
                yield from self._factors(inner, depth)

    def _shape(self, node: ast.AST, steps: set[str], depth: int = 4) -> str:
        """An expression without the steps in it, names replaced by what they are bound to."""
        self._spend()
        match node:
            case ast.expr() if _is_multiple(node, steps):
                return STEP
            case ast.BinOp(left, ast.Add() | ast.Sub(), right) if _is_multiple(right, steps):
                return self._shape(left, steps, depth)
            case ast.BinOp(left, ast.Add(), right) if _is_multiple(left, steps):
                return self._shape(right, steps, depth)
            case ast.Name(name) if depth and name in self._bound:
                return self._shape(self._bound[name], steps, depth - 1)
        parts = [
            self._shape(part, steps, depth) if isinstance(part, ast.AST) else _written(part)
            for part in _parts(node)
        ]
        return f"{type(node).__name__}({','.join(parts)})"[: limits.COMPARED_CHARACTERS]


def _parts(node: ast.AST) -> Iterator[object]:
    for _, value in ast.iter_fields(node):
        yield from value if isinstance(value, list) else (value,)


def _written(part: object) -> str:
    """What is no expression, so that two of them can be compared."""
    # subtle: Python writes no whole number of more than 4,300 digits with base ten
    return hex(part) if isinstance(part, int) else repr(part)


def _terms(node: ast.expr, is_negative: bool = False) -> Iterator[tuple[ast.expr, bool]]:
    """The terms of a sum without their factors, and whether they are taken away."""
    match node:
        case ast.BinOp(left, ast.Add(), right):
            yield from _terms(left, is_negative)
            yield from _terms(right, is_negative)
        case ast.BinOp(left, ast.Sub(), right):
            yield from _terms(left, is_negative)
            yield from _terms(right, not is_negative)
        case ast.UnaryOp(ast.USub(), operand):
            yield from _terms(operand, not is_negative)
        case ast.BinOp(left, ast.Mult() | ast.Div(), right) if _number(right) is not None:
            yield from _terms(left, is_negative)
        case ast.BinOp(left, ast.Mult(), right) if _number(left) is not None:
            yield from _terms(right, is_negative)
        case _:
            yield node, is_negative


def _is_multiple(node: ast.expr, steps: set[str]) -> bool:
    match node:
        case ast.Name(name):
            return name in steps
        case ast.Constant():
            size = _number(node)
            return NUMBER in steps and size is not None and 0 < size <= SMALL
        case ast.UnaryOp(ast.USub(), operand):
            return _is_multiple(operand, steps)
        case ast.BinOp(left, ast.Mult(), right):
            return _is_multiple(left, steps) or _is_multiple(right, steps)
        case ast.BinOp(left, ast.Div(), right):
            return _is_multiple(left, steps) and _number(right) is not None
    return False


def _number(node: ast.expr) -> float | None:
    """A number that is written out, or nothing."""
    match node:
        case ast.Constant(int(value)) | ast.Constant(float(value)):
            try:
                return float(value)
            except OverflowError:  # a whole number of more than 308 digits
                return None
        case ast.UnaryOp(ast.USub(), operand):
            inner = _number(operand)
            return None if inner is None else -inner
    return None
