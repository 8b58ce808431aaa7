"""Reads code that a student wrote with `ast`: what it defines, uses and assigns. Runs nothing."""

import ast
import io
import re
import tokenize
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

from autograder import limits

MISLEADING = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
WORD = re.compile(r"[^\W\d]\w*")
OF_THE_COURSE = ("check", "draw")  # functions that a lesson's cells call


class StatementKind(Enum):
    """What a top-level statement does."""

    IMPORT = "import"  # also a try that does nothing but import, with something in its place
    DEFINITION = "definition"
    ASSIGNMENT = "assignment"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Statement:
    """A top-level statement of a cell.

    Attributes:
        kind: what it does.
        names: what it binds; a method given by `@method_of(Value)` is "Value.name", a
            class binds its own name and then "Class.name" for all in its body.
        first: its first line in the cell, decorators included, from 1.
        text: its source; line breaks inside are kept.
        silent: it does nothing, or calls the course's `check` or `draw`: dropping it needs no
            mention.
    """

    kind: StatementKind
    names: tuple[str, ...]
    first: int
    text: str
    silent: bool = False


def statements(source: str, tree: ast.Module) -> Iterator[Statement]:
    """The top-level statements of a cell, with what they bind."""
    lines = source.split("\n")
    encoded: dict[int, bytes] = {}  # lines that several share, as ast counts in them
    begun = 0  # the line in which the statement before ends
    for node, after in zip_longest(tree.body, tree.body[1:]):
        kind, names = _kind(node), tuple(bound_names(node))
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        last = node.end_lineno or first
        if first == begun or (after is not None and after.lineno == last):
            text = _piece(lines, encoded, node)
        else:
            text = "\n".join(lines[first - 1 : last])
        begun = last
        yield Statement(kind, names, first, text, _is_silent(node))


def _is_silent(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return isinstance(node.value.func, ast.Name) and node.value.func.id in OF_THE_COURSE
    if isinstance(node, ast.Expr):  # a text, or a name to look at
        return isinstance(node.value, ast.Constant | ast.Name)
    return isinstance(node, ast.Pass)


def _piece(lines: Sequence[str], encoded: dict[int, bytes], node: ast.stmt) -> str:
    """A statement's own part of lines that it shares: `a = 1; b = 2`.

    subtle: a line of a megabyte may have 300,000 statements, so none looks at all of it.
    """
    ends = (node.lineno - 1, (node.end_lineno or node.lineno) - 1)
    for at in ends:
        if at not in encoded:
            encoded[at] = lines[at].encode()
    if ends[0] == ends[1]:
        return encoded[ends[0]][node.col_offset : node.end_col_offset].decode()
    begin = encoded[ends[0]][node.col_offset :].decode()
    end = encoded[ends[1]][: node.end_col_offset].decode()
    return "\n".join((begin, *lines[ends[0] + 1 : ends[1]], end))


def bound_names(node: ast.stmt) -> Iterator[str]:
    """What a statement binds, the name it is known by first."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield _owner(node) + node.name
    elif isinstance(node, ast.ClassDef):
        yield node.name
        for inner in node.body:
            for name in bound_names(inner):
                yield f"{node.name}.{name}"
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _target_names(target)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        yield from _target_names(node.target)
    elif isinstance(node, ast.Try):
        for inner in _parts_of_try(node):
            yield from bound_names(inner)


def _owner(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """ "Value." for a function under `@method_of(Value)`, else nothing."""
    for decorator in node.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Name)
            and decorator.func.id == "method_of"
            and len(decorator.args) == 1
            and isinstance(decorator.args[0], ast.Name)
        ):
            return decorator.args[0].id + "."
    return ""


def _target_names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        yield f"{target.value.id}.{target.attr}"
    elif isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            yield from _target_names(element)
    elif isinstance(target, ast.Subscript | ast.Starred | ast.Attribute):
        yield from _target_names(target.value)


def _kind(node: ast.stmt) -> StatementKind:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return StatementKind.IMPORT
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return StatementKind.DEFINITION
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return StatementKind.ASSIGNMENT
    if isinstance(node, ast.Try):  # `try: import numpy as np`, `except: np = None`
        parts = _parts_of_try(node)
        simple = all(isinstance(n, ast.Pass) or _kind(n) is not StatementKind.OTHER for n in parts)
        return StatementKind.IMPORT if simple else StatementKind.OTHER
    return StatementKind.OTHER


def _parts_of_try(node: ast.Try) -> list[ast.stmt]:
    handled = [inner for handler in node.handlers for inner in handler.body]
    return [*node.body, *handled, *node.orelse, *node.finalbody]


def flags(label: str, source: str) -> Iterator[str]:
    """What a reader of this code might misread.

    Args:
        label: of the block, for the sentence.
        source: its text.
    Returns: one sentence for each line with invisible or direction-changing characters,
        and for each identifier that is not ASCII.
    """
    if source.isascii():
        return
    for number, line in enumerate(source.split("\n"), 1):
        for character in sorted(set(MISLEADING.findall(line))):
            name = unicodedata.name(character, "unnamed")
            yield f"{label}, line {number}: invisible character U+{ord(character):04X} ({name})."
    seen = set()
    for word, number in _identifiers(source):
        if not word.isascii() and word not in seen:
            seen.add(word)
            parts = [c for c in word if not c.isascii()]
            names = ", ".join(sorted({unicodedata.name(c, f"U+{ord(c):04X}") for c in parts}))
            shown = word if len(word) <= limits.SHOWN_WORD else word[: limits.SHOWN_WORD] + "..."
            names = names[: limits.SHOWN_TEXT]
            yield f"{label}, line {number}: identifier {shown!a} is not ASCII ({names})."


def _identifiers(source: str) -> Iterator[tuple[str, int]]:
    """Identifiers as written, with their lines; ast would show them normalised."""
    if len(source) > limits.PARSED_CHARACTERS:
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NAME:
                yield token.string, token.start[0]
    except (tokenize.TokenError, SyntaxError):  # half a program: what was read is told
        return
