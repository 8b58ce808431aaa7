"""What the names in a program may stand for, as far as its text tells: nothing of it is run.

A name is bound by more than `=`: by an import, a loop, `with`, `match`, unpacking, a default, and,
where it is a parameter, by every call of its function.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from autograder import limits
from autograder.intake.flags.registry import HARMLESS, is_builtin, is_of_python, is_telling
from autograder.intake.flags.scopes import arguments, plain

UNKNOWN = "?"  # what stands for an object that has no name we know
FILLING = frozenset(("append", "appendleft", "add", "insert", "extend", "update", "setdefault"))

# A dotted name, an expression, or None: something that the text does not tell. `Starred(x)` is x
# or anything in it, `Starred(Starred(x))` anything in it.
Bound = str | ast.expr | None


def bindings(trees: Iterable[ast.AST]) -> Iterator[tuple[str, Bound]]:
    """Every binding in a program: a name, and what it is bound to there.

    Args:
        trees: of all its blocks.
    """
    calls = _Calls()
    used, bound, stars = set[str](), set[str](), set[str]()
    for tree in trees:
        for node in ast.walk(tree):
            for name, value in (*_imported(node), *_assigned(node), *_filled(node)):
                if name == "*":
                    stars.add(str(value).removesuffix(".*"))
                bound.add(name)
                yield name, value
            if isinstance(node, ast.Name):
                used.add(node.id)
            calls.see(node)
    for name, value in calls.parameters():
        bound.add(name)
        yield name, value
    yield from _starred(used, bound, stars)


def _starred(used: set[str], bound: set[str], stars: set[str]) -> Iterator[tuple[str, Bound]]:
    """After `from operator import *` a name that nothing binds may be one of operator's."""
    for module in stars - HARMLESS - {"random"}:
        for name in used if is_of_python(module) else ():
            if not is_builtin(name) and (name not in bound or is_telling(f"{module}.{name}")):
                yield name, f"{module}.{name}"


def _imported(node: ast.AST) -> Iterator[tuple[str, Bound]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield alias.asname or first, alias.name if alias.asname else first
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module or UNKNOWN}.{alias.name}"


def _assigned(node: ast.AST) -> Iterator[tuple[str, Bound]]:
    match node:
        case ast.Assign(targets, value):
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, value
                else:
                    yield from _within(target, value)
        case ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
            yield name, value
        case ast.NamedExpr(ast.Name(name), value):
            yield name, value
        case ast.AugAssign(ast.Name(name)) | ast.ExceptHandler(_, str(name)):
            yield name, None
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            yield name, None
        case ast.For(target, of) | ast.AsyncFor(target, of) | ast.comprehension(target, of):
            yield from _within(target, of)
        case ast.withitem(of, ast.Name(name)):
            yield name, _some(of)
        case ast.withitem(of, ast.expr() as target):
            yield from _within(target, of)
        case ast.Match(subject, cases):
            for case in cases:
                for inner in ast.walk(case.pattern):
                    match inner:
                        case ast.MatchAs(_, str(name)) | ast.MatchStar(str(name)):
                            yield name, _some(subject)
                        case ast.MatchMapping(_, _, str(name)):
                            yield name, _some(subject)


def _within(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, Bound]]:
    """Whatever a target binds may be any part of the value; for what it stores into as well."""
    if isinstance(target, ast.Subscript):
        target = target.value
        if isinstance(target, ast.Name):
            yield target.id, _some(value)
        return
    part = _some(_some(value))  # one for all, so that it is looked into once
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, part


def _filled(node: ast.AST) -> Iterator[tuple[str, Bound]]:
    """What a list, a set or a table is given later on."""
    match node:
        case ast.Call(ast.Attribute(ast.Name(name), method), values) if method in FILLING:
            for value in values:
                yield name, _some(value)


def _some(value: ast.expr) -> ast.expr:
    return ast.Starred(value, ast.Load())


class _Calls:
    """The functions of a program, and what they are called with, by their names alone."""

    def __init__(self) -> None:
        self._functions: dict[str, list[_Function]] = defaultdict(list)
        self._called: list[tuple[str, ast.Call]] = []
        self._seen: set[int] = set()  # what is called, and lambdas that have a name
        self._handed_on: set[str] = set()  # by name, so that others may call them too

    def see(self, node: ast.AST) -> None:
        """Take notice of a function or a call; the parents of a node come before it."""
        match node:
            case ast.FunctionDef(name, given) | ast.AsyncFunctionDef(name, given):
                self._add(_Function(given), name)
            case ast.Lambda(given) if id(node) not in self._seen:
                self._add(_Function(given), "")
            case ast.ClassDef(name, _, _, body):
                for inner in body:
                    if isinstance(inner, ast.FunctionDef) and inner.name in ("__init__", "__new__"):
                        self._add(_Function(inner.args, made=True), name)
            case ast.Assign([ast.Name(name)], ast.Lambda(given) as function):
                self._seen.add(id(function))
                self._add(_Function(given), name)
            case ast.Call(function):
                self._seen.add(id(function))
                match function:
                    case ast.Name(name) | ast.Attribute(_, name):
                        self._called.append((name, node))
                    case ast.Lambda(given):
                        self._add(_Function(given), f"{id(function)}")
                        self._called.append((f"{id(function)}", node))
            case ast.Name(name, ast.Load()) if id(node) not in self._seen:
                self._handed_on.add(name)

    def _add(self, function: "_Function", name: str) -> None:
        self._functions[name].append(function)

    def parameters(self) -> Iterator[tuple[str, Bound]]:
        """What the parameters are bound to: by defaults, by calls, or by nobody knows whom."""
        given = list(islice(self._given(), limits.SPELLED_BINDINGS))
        told: dict[_Function, set[str]] = defaultdict(set)
        for function, name, value in given:
            told[function].add(name)
            match value:
                case ast.Starred(ast.Name(same)) if same == name:
                    continue  # n=n
            yield name, value
        for called, functions in self._functions.items():
            by_others = called in self._handed_on or len(given) == limits.SPELLED_BINDINGS
            for function in functions:
                for name in function.names if by_others else function.names - told[function]:
                    yield name, None

    def _given(self) -> Iterator[tuple["_Function", str, ast.expr]]:
        for functions in self._functions.values():
            for function in functions:
                yield from ((function, *pair) for pair in function.defaults())
        for name, call in self._called:
            for function in self._functions.get(name, ())[: limits.SPELLED_NAMES]:
                for skipped in function.skipped:
                    yield from ((function, *pair) for pair in function.given_by(call, skipped))


class _Function:
    """The parameters of a function.

    Args:
        given: as `ast` has them.
        made: whether it is called by the name of its class.
    """

    def __init__(self, given: ast.arguments, *, made: bool = False) -> None:
        self._given = given
        self._places = [argument.arg for argument in (*given.posonlyargs, *given.args)]
        self._rest = [one.arg for one in (given.vararg, given.kwarg) if one is not None]
        self.names = {argument.arg for argument in arguments(given)}
        self._by_word = {plain(name): name for name in self.names}
        # how many of its places a call does not write, as far as the call tells
        self.skipped = (1,) if made else (0, 1) if self._is_method() else (0,)

    def _is_method(self) -> bool:
        return [plain(name) for name in self._places[:1]] in (["self"], ["cls"])

    def defaults(self) -> Iterator[tuple[str, ast.expr]]:
        """The parameters that have a default, and what it is."""
        given = self._given
        for name, value in zip(reversed(self._places), reversed(given.defaults), strict=False):
            yield name, _some(value)
        for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            if default is not None:
                yield argument.arg, _some(default)

    def given_by(self, call: ast.Call, skipped: int) -> Iterator[tuple[str, ast.expr]]:
        """The parameters and what a call gives them, behind those that it does not write."""
        first = self.skipped[-1]  # as self a method is given what has it
        for number, value in enumerate(call.args, skipped):
            if isinstance(value, ast.Starred):
                for name in islice(self._places, max(number, first), None):
                    yield name, value
            elif number < len(self._places):
                if number >= first:
                    yield self._places[number], _some(value)
                continue
            for name in self._rest:
                yield name, _some(value)
        for keyword in call.keywords:
            if keyword.arg in self._by_word:
                yield self._by_word[keyword.arg], _some(keyword.value)
            else:
                for name in self._rest if keyword.arg else self.names - {*self._places[:first]}:
                    yield name, _some(keyword.value)
