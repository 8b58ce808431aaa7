"""Ways to attributes that no dotted name shows: tables that are walked, classes, and patterns."""

import ast
import sys
from collections.abc import Iterator

from autograder.intake.flags.binding import UNKNOWN
from autograder.intake.flags.registry import (
    ALL_NAMES,
    BY_NAME,
    COPYING,
    HANDED_ON,
    HARMLESS,
    ITEM_METHODS,
    OF_ALL,
    ONLY_AS_NAMES,
    REACHES,
    TABLES,
    TAKEN_FROM,
    TAKING,
    WALKING,
    is_builtin,
)
from autograder.intake.flags.scopes import FUNCTIONS
from autograder.intake.flags.spelling import Spelling

POSITIONAL = "__match_args__"  # names the attributes that a pattern takes by their place


def walked(node: ast.expr, spelling: Spelling, *, is_handed_on: bool) -> Iterator[tuple[str, str]]:
    """A table of names that is used otherwise than by a name that is written out."""
    tables = frozenset[str]()
    match node:
        case ast.Attribute(owner, name, ast.Load()) if name in WALKING or (
            is_handed_on and name in ITEM_METHODS
        ):
            tables = spelling.names(owner)
    if is_handed_on and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        tables |= spelling.names(node)
    for table in tables:
        if table in TABLES:
            yield table, OF_ALL
        elif table == f"{UNKNOWN}.__dict__" or (
            table.endswith(".__dict__") and is_builtin(table.partition(".")[0])
        ):
            yield "__dict__", ALL_NAMES


def in_class(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """What a class imports, so that it is an attribute, and attributes that it is to compare."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        inner = waiting.pop()
        match inner:
            case ast.Import(aliases):
                for alias in aliases:
                    root = alias.name.partition(".")[0]
                    if root in sys.stdlib_module_names and root not in HARMLESS | {"random"}:
                        yield root, HANDED_ON
            case ast.ImportFrom(module, aliases):
                for alias in aliases:
                    if (module in TAKEN_FROM and alias.name in TAKING) or (
                        alias.name in sys.stdlib_module_names and alias.name not in HARMLESS
                    ):
                        yield alias.name, HANDED_ON
            case ast.AnnAssign(ast.Name(name)) if name in REACHES and name not in ONLY_AS_NAMES:
                yield name, REACHES[name]  # a field of a dataclass: == reads it of anything
        if not isinstance(inner, FUNCTIONS):
            waiting += ast.iter_child_nodes(inner)


def assigned_in(node: ast.ClassDef) -> Iterator[ast.expr]:
    """The values that are attributes of a class."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, ast.Assign | ast.NamedExpr):
            yield inner.value
        if not isinstance(inner, FUNCTIONS):
            waiting += ast.iter_child_nodes(inner)


def by_place(node: ast.AST, spelling: Spelling, *, is_handed_on: bool) -> Iterator[tuple[str, str]]:
    """Attributes that a pattern takes by their place, where it is not written out which."""
    match node:
        case ast.Name(name, ast.Store()) | ast.Attribute(_, name, ast.Store()):
            if name == POSITIONAL and is_handed_on:
                yield name, BY_NAME
        case ast.FunctionDef(name) | ast.Constant(name) if name == POSITIONAL:
            yield POSITIONAL, BY_NAME
        case ast.MatchClass(of, [_, *_]):
            name = of.id if isinstance(of, ast.Name) else ""
            if not (name and (is_builtin(name) or spelling.makes(name))):
                yield "a pattern by place", BY_NAME


def named_by_place(node: ast.AST) -> Iterator[ast.expr]:
    """Where a class says which attributes these are, and writes them out."""
    match node:
        case ast.Assign([target], ast.Tuple(elts) | ast.List(elts)) | ast.AnnAssign(
            target, _, ast.Tuple(elts) | ast.List(elts)
        ) if all(isinstance(one, ast.Constant) for one in elts):
            yield target


def copied(node: ast.Call, function: str) -> Iterator[tuple[str, str]]:
    """Attributes that are copied to a wrapper by other names than a function has."""
    last = function.rpartition(".")[2]
    if last in COPYING and (
        len(node.args) > COPYING[last]
        or (len(node.args) == COPYING[last] and not _is_written_out(node.args[-1]))
        or any(isinstance(one, ast.Starred) for one in node.args)
        or any(
            one.arg is None or (one.arg == "assigned" and not _is_written_out(one.value))
            for one in node.keywords
        )
    ):
        yield last, BY_NAME


def _is_written_out(node: ast.expr) -> bool:
    match node:
        case ast.Tuple(elts) | ast.List(elts):
            return all(isinstance(one, ast.Constant) for one in elts)
        case ast.Name("WRAPPER_ASSIGNMENTS") | ast.Attribute(_, "WRAPPER_ASSIGNMENTS"):
            return True
    return False
