"""Regions: find code by qualified name in a reference module, and change it there.

`engine.Value.__mul__.rule` is the function `rule` in the method `__mul__` in the
class `Value` in the module `engine`. Text is always cut by line ranges from the real
source, never unparsed from a tree, so comments and layout survive.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from autograder.errors import CourseError, did_you_mean

Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One definition (or class-level or module-level assignment) of a module.

    Attributes:
        name: qualified, with the module: `engine.Value.__mul__`; `engine` is the whole module.
        node: its syntax tree; None for the whole module.
        parent: the region it stands in; None for the whole module.
        siblings: all statements of the body it stands in, itself included.
        first: first line, decorators included, from 1.
        last: last line, included.
    """

    name: str
    node: ast.stmt | None
    parent: "Region | None"
    siblings: tuple[ast.stmt, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A parsed reference module.

    Attributes:
        name: `engine`.
        source: its text, lines ended by newlines only.
        lines: the same without line ends; line n of a message is lines[n - 1].
        tree: its syntax tree.
        regions: every region by qualified name, in source order; a name that is defined
            twice has two regions.
    """

    name: str
    source: str
    lines: tuple[str, ...]
    tree: ast.Module
    regions: Mapping[str, tuple[Region, ...]]


@lru_cache(maxsize=256)
def parse_module(name: str, source: str) -> Module:
    """Parse a reference module once; the same source is never parsed again.

    Args:
        name: `engine`.
        source: its text.
    Raises: CourseError if it is not valid Python.
    """
    source = source.replace("\r\n", "\n")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise CourseError(
            f"{name}.py",
            f"line {error.lineno}",
            f"does not parse ({error.msg})",
            "Correct the module or the change made to it.",
        ) from error
    lines = tuple(source.split("\n"))  # not splitlines: ast counts newlines only
    whole = Region(name, None, None, (), 1, len(lines))
    found: dict[str, list[Region]] = {name: [whole]}
    for region in _regions(tree.body, whole):
        found.setdefault(region.name, []).append(region)
    return Module(name, source, lines, tree, {key: tuple(val) for key, val in found.items()})


def find_region(module: Module, name: str, *, file: str | Path, key: str) -> Region:
    """Find a region by its qualified name.

    Args:
        module: where to look.
        name: `engine.Value.__mul__`.
        file: the course file that names the region, for the error message.
        key: where in that file.
    Raises: CourseError if the module has no such region, or two.
    """
    found = module.regions.get(name, ())
    if len(found) == 1:
        return found[0]
    if found:
        lines = " and ".join(str(region.first) for region in found)
        raise CourseError(
            file,
            key,
            f"{name} is defined {len(found)} times in {module.name}.py (lines {lines})",
            "Give each definition a name of its own.",
        )
    raise CourseError(
        file,
        key,
        f"{name} is not in {module.name}.py",
        f"{did_you_mean(name, module.regions)}A region is a function, class or assignment, "
        "written module.Class.method.",
    )


def region_text(module: Module, region: Region) -> str:
    """The exact source of a region, from its first decorator to the end of its last line."""
    return "\n".join(module.lines[region.first - 1 : region.last])


def replace_in_region(
    module_source: str, name: str, changes: Mapping[str, str], *, file: str | Path, key: str
) -> str:
    """Replace text inside a region; what makes a mutant of the reference.

    Args:
        module_source: the whole source of the module to change.
        name: region in which each old text must occur exactly once; matches may span lines.
        changes: old text to new text; all are found in the original, then changed at once.
        file: the course file that asks for it (`misconceptions.yml`), for error messages.
        key: the entry in that file.
    Returns: the whole module's new source.
    Raises: CourseError if there is no such region, an old text does not occur exactly
        once in it, two of them overlap, or the new source is not valid Python.
    """
    module = parse_module(name.partition(".")[0], module_source)
    region = find_region(module, name, file=file, key=key)
    text = region_text(module, region)
    spans = []
    for old, new in changes.items():
        count = text.count(old) if old else 0
        if count > 1:
            problem = f'"{old}" occurs {count} times in {region.name}; it must occur once'
            raise CourseError(file, key, problem, "Name a smaller region.")
        if not count:
            problem = f'"{old}" does not occur in {region.name}; it must occur once'
            raise CourseError(file, key, problem, f"Copy the text from {module.name}.py.")
        spans.append((text.index(old), old, new))
    spans.sort()
    pieces, position = [], 0
    for start, old, new in spans:
        if start < position:
            raise CourseError(
                file,
                key,
                f'"{old}" overlaps another text to replace in {region.name}',
                "Join the two into one.",
            )
        pieces += [text[position:start], new]
        position = start + len(old)
    pieces.append(text[position:])
    before = module.lines[: region.first - 1]
    after = module.lines[region.last :]
    changed = "\n".join([*before, "".join(pieces), *after])
    try:
        ast.parse(changed)
    except SyntaxError as error:
        raise CourseError(
            file,
            key,
            f"{module.name}.py does not parse once {region.name} is changed "
            f"(line {error.lineno}: {error.msg})",
            "Give the new text the indentation and the brackets of the old one.",
        ) from error
    return changed


def names_within(region_name: str, outer: str) -> bool:
    """Whether one qualified name is another, or lies in it.

    >>> names_within("engine.Value.exp", "engine.Value")
    True
    """
    return region_name == outer or region_name.startswith(outer + ".")


def matches(pattern: str, name: str) -> bool:
    """Whether a qualified name fits a pattern, in which * stands for exactly one part.

    >>> matches("engine.Value.*.rule", "engine.Value.exp.rule")
    True
    >>> matches("engine.Value.*.rule", "engine.Value.rule")
    False
    """
    wanted, parts = pattern.split("."), name.split(".")
    return len(wanted) == len(parts) and all(
        want in ("*", part) for want, part in zip(wanted, parts, strict=True)
    )


def cell_region(region: Region) -> Region:
    """The region that a cell shows for this one: a nested function stands in its method."""
    while region.parent is not None and isinstance(region.parent.node, FUNCTIONS):
        region = region.parent
    return region


def first_line(statement: ast.stmt) -> int:
    """First line of a statement, decorators included, from 1."""
    decorators = getattr(statement, "decorator_list", [])
    lines: list[int] = [statement.lineno, *(decorator.lineno for decorator in decorators)]
    return min(lines)


def last_line(statement: ast.AST) -> int:
    """Last line of a node, included, from 1."""
    line: int = getattr(statement, "end_lineno", 0)
    return line


def _regions(body: list[ast.stmt], parent: Region) -> Iterator[Region]:
    """Every region below `parent`; blocks like `if` add no name of their own."""
    for node in body:
        name = _name(node, parent)
        if name:
            first, last = first_line(node), last_line(node)
            region = Region(f"{parent.name}.{name}", node, parent, tuple(body), first, last)
            yield region
            if isinstance(node, DEFINITIONS):
                yield from _regions(node.body, region)
        else:
            for field in ("body", "orelse", "finalbody"):
                yield from _regions(getattr(node, field, []), parent)


def _name(node: ast.stmt, parent: Region) -> str:
    if isinstance(node, DEFINITIONS):
        return node.name
    if isinstance(parent.node, FUNCTIONS):  # a local variable is not a region
        return ""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return ""
