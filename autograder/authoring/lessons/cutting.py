"""Cut what a cell shows of a region: its solution, its stub, or what other cells leave of it."""

import ast
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from autograder.authoring.lessons.regions import (
    DEFINITIONS,
    FUNCTIONS,
    Definition,
    Module,
    Region,
    cell_region,
    first_line,
    last_line,
    matches,
    names_within,
)
from autograder.errors import CourseError

_Line: TypeAlias = tuple[int, str]  # its number in the module, 0 if it is new, and its text


class Form(StrEnum):
    """How the blanked bodies of a region are written."""

    STUB = "stub"  # raise NotImplementedError("task")
    SOLVED = "solved"
    DELIMITED = "delimited"  # solved, between the marks at which nbgrader cuts


@dataclass(frozen=True, slots=True)
class Cut:
    """What to take out of the regions of one exercise.

    Attributes:
        leave_out: patterns of what the exercise does not show; * matches one part.
        apart: regions that have a cell of their own, so that no other cell shows them.
        blanks: region to the task whose students fill it.
    """

    leave_out: tuple[str, ...] = ()
    apart: frozenset[str] = frozenset()
    blanks: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Edits:
    """Edits in lines of the module: what to drop, and what to put in place of bodies."""

    dropped: set[int] = field(default_factory=set)
    bodies: dict[int, "_Body"] = field(default_factory=dict)  # by line of the cut


@dataclass(frozen=True, slots=True)
class _Body:
    """A body to blank: kept up to `head` on its first line, gone up to line `last`."""

    head: str
    last: int
    indent: str
    task: str


def cut(module: Module, region: Region, how: Cut, form: Form) -> str:
    """Cut the source of one cell out of a module.

    A method comes out at the left margin under `@method_of(Class)`; a nested function
    comes with the method around it.

    Args:
        module: where the region stands.
        region: what the cell shows.
        how: what is taken out and what is blanked.
        form: what stands in the blanked bodies.
    Returns: Python source without a final newline.
    Raises: CourseError if a body cannot be blanked or a method not stand alone.
    """
    region = cell_region(region)
    edits = _Edits()
    for name, found in module.regions.items():
        if name != region.name and names_within(name, region.name):
            for inner in found:
                if any(matches(pattern, name) for pattern in how.leave_out):
                    _leave_out(module, inner, edits)
                elif name in how.apart:
                    _drop(module, inner.node, inner.siblings, edits)
    if region.node is None:
        _drop_reference_imports(module, edits)
    if form is not Form.SOLVED:
        _blank(module, region, how, edits)
    lines = _apply(module, region, edits, form)
    if isinstance(region.node, ast.ClassDef) and _is_emptied(region.node, edits):
        lines.append((0, " " * region.node.body[0].col_offset + "pass"))
    if region.parent is not None and isinstance(region.parent.node, ast.ClassDef):
        return _as_method(module, region, region.parent.node.name, lines)
    return "\n".join(line for _, line in lines).strip("\n")


def _leave_out(module: Module, region: Region, edits: _Edits) -> None:
    """Drop a region; a nested function takes with it the statements that mention its name."""
    _drop(module, region.node, region.siblings, edits)
    if region.parent is not None and isinstance(region.parent.node, FUNCTIONS):
        name = region.name.rpartition(".")[2]
        for statement in region.siblings:
            if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement)):
                _drop(module, statement, region.siblings, edits)


def _drop(
    module: Module, node: ast.stmt | None, siblings: tuple[ast.stmt, ...], edits: _Edits
) -> None:
    """Drop a statement with the comments and blank lines above it, and its own below."""
    assert node is not None  # only a whole module has none, and it lies in no region
    first, last = first_line(node), last_line(node)
    while first > 1 and _is_filler(module.lines[first - 2]) and not _ends(siblings, first - 1):
        first -= 1
    after = last
    while after < len(module.lines) and _is_filler(module.lines[after]):
        after += 1
        line = module.lines[after - 1]
        if line.strip() and _indent(line) > node.col_offset:
            last = after  # a comment inside the body, below its last statement
    edits.dropped.update(range(first, last + 1))


def _ends(siblings: tuple[ast.stmt, ...], line: int) -> bool:
    """Whether a statement ends on this line: a text may end in what looks like a comment."""
    return any(last_line(statement) == line for statement in siblings)


def _drop_reference_imports(module: Module, edits: _Edits) -> None:
    """A notebook has no `reference` package: what its modules share, the cells provide."""
    for statement in module.tree.body:
        imported = getattr(statement, "module", None) or ""
        if isinstance(statement, ast.Import):
            imported = statement.names[0].name
        if isinstance(statement, ast.Import | ast.ImportFrom):
            root = imported.partition(".")[0]
            if root == "reference":
                edits.dropped.update(range(statement.lineno, last_line(statement) + 1))


def _blank(module: Module, region: Region, how: Cut, edits: _Edits) -> None:
    for name, task in how.blanks.items():
        if not names_within(name, region.name) or name not in module.regions:
            continue
        node = module.regions[name][0].node
        targets: list[ast.stmt] = [node] if node is not None else []
        if isinstance(node, ast.ClassDef):
            targets = [method for method in node.body if isinstance(method, FUNCTIONS)]
        for target in targets:
            if not isinstance(target, DEFINITIONS):
                raise CourseError(
                    f"{module.name}.py",
                    f"line {target.lineno}",
                    f"{name} is an assignment and has no body to blank",
                    "Give students a function to fill, or provide the assignment.",
                )
            if first_line(target) not in edits.dropped:
                line, body = _body(module, target, name, task)
                edits.bodies.setdefault(line, body)


def _body(module: Module, node: Definition, name: str, task: str) -> tuple[int, _Body]:
    """Where the body of a function is cut: after its docstring, else after its signature."""
    start = node.body[0]
    if start.lineno == node.lineno or start.col_offset == 0:
        raise CourseError(
            f"{module.name}.py",
            f"line {node.lineno}",
            f"the body of {name} stands on the line of its def",
            "Give it lines of its own.",
        )
    if ast.get_docstring(node, clean=False) is not None:
        line = last_line(start)
        end = start.end_col_offset or 0
        head = module.lines[line - 1].encode()[:end].decode()
    else:
        line, column = _colon(module, node)
        head = module.lines[line - 1][:column]
    return line, _Body(head, last_line(node), " " * start.col_offset, task)


def _colon(module: Module, node: Definition) -> tuple[int, int]:
    """Line and column just after the colon that ends a signature."""
    text = "\n".join(module.lines[node.lineno - 1 : node.body[0].lineno]) + "\n"
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
            if token.string == ":" and depth == 0:
                break
    return node.lineno + token.end[0] - 1, token.end[1]


def _apply(module: Module, region: Region, edits: _Edits, form: Form) -> list[_Line]:
    lines: list[_Line] = []
    number = region.first
    while number <= region.last:
        body = edits.bodies.get(number)
        if body is not None:
            lines.append((number, body.head))
            if form is Form.STUB:
                lines.append((0, f'{body.indent}raise NotImplementedError("{body.task}")'))
            else:
                lines.append((0, f"{body.indent}### BEGIN SOLUTION"))
                lines += _kept(module, range(number + 1, body.last + 1), edits)
                lines.append((0, f"{body.indent}### END SOLUTION"))
            number = _past_own_comments(module, body, region.last)
        else:
            lines += _kept(module, range(number, number + 1), edits)
        number += 1
    return lines


def _kept(module: Module, numbers: range, edits: _Edits) -> list[_Line]:
    return [(n, module.lines[n - 1]) for n in numbers if n not in edits.dropped]


def _past_own_comments(module: Module, body: _Body, end: int) -> int:
    """Last line that belongs to a blanked body: comments below its last statement go too."""
    last = number = body.last
    while number < end and _is_filler(module.lines[number]):
        number += 1
        line = module.lines[number - 1]
        if line.strip() and _indent(line) >= len(body.indent):
            last = number
    return last


def _is_emptied(node: ast.ClassDef, edits: _Edits) -> bool:
    return all(first_line(statement) in edits.dropped for statement in node.body)


def _as_method(module: Module, region: Region, class_name: str, lines: list[_Line]) -> str:
    """Move a method to the left margin, leaving texts that are not docstrings as they are."""
    node = region.node
    if not isinstance(node, FUNCTIONS):
        raise CourseError(
            f"{module.name}.py",
            f"line {region.first}",
            f"{region.name} is part of a class and no method, so it has no cell of its own",
            "Show it with its class.",
        )
    docstrings: set[int] = set()
    texts: set[int] = set()  # numbers of lines that begin inside a text
    for inner in ast.walk(node):
        if isinstance(inner, DEFINITIONS) and ast.get_docstring(inner, clean=False) is not None:
            docstrings.update(range(inner.body[0].lineno, last_line(inner.body[0]) + 1))
        if isinstance(inner, ast.JoinedStr | ast.Constant):
            texts.update(range(inner.lineno + 1, last_line(inner) + 1))
        if isinstance(inner, ast.Name) and inner.id in ("super", "__class__"):
            raise CourseError(
                f"{module.name}.py",
                f"line {inner.lineno}",
                f"{region.name} uses {inner.id}, which works only inside a class",
                "Show the whole class in one cell, or name the base class.",
            )
    texts -= docstrings
    width = node.col_offset
    moved = [
        line if number in texts else line[min(width, _indent(line)) :] for number, line in lines
    ]
    return "\n".join([f"@method_of({class_name})", *moved])


def _is_filler(line: str) -> bool:
    stripped = line.strip()
    return not stripped or stripped.startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
