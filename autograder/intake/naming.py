"""Says what keeps a submission one line away from the score that it deserves.

What is asked for has another name, is hidden in a block or in a text cell, is there twice, or is
written for a newer Python.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from autograder import limits
from autograder.errors import did_you_mean
from autograder.intake.handed_in import HandedCell
from autograder.model import Block
from autograder.parsing import parse

# Of code that need not parse.
DEFINITION = re.compile(r"^[ \t]*(?:class|def|async[ \t]+def)[ \t]+(\w+)", re.MULTILINE)
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
OUTERMOST = r"^(?:class|def|async[ \t]+def)[ \t]+{}\b"
# What tells of a newer Python: a pattern that is searched for fast, for it begins with letters that
# are certain; that of a line which does not parse; and the first Python that reads it.
NEWER = tuple(
    (re.compile(fast), re.compile(line, re.MULTILINE), since)
    for fast, line, since in (
        (r"type\s+\w", r"^\s*type\s+\w+\s*(?:\[[^\]\n]*\])?\s*=", (3, 12)),
        (r"def\s+\w+\[", r"^\s*(?:async\s+)?def\s+\w+\[", (3, 12)),
        (r"class\s+\w+\[", r"^\s*class\s+\w+\[", (3, 12)),
        (
            r"[fF][rR]?(['\"])[^\n]*\{[^}\n]*\1",
            r"\b[rR]?[fF][rR]?(['\"])[^\n]*\{[^}\n]*\1",
            (3, 12),
        ),
        (r"except\s+[\w.]+\s*,", r"^\s*except\s+[\w.]+\s*,", (3, 14)),
        (r"[tT][rR]?['\"]", r"\b[rR]?[tT][rR]?['\"]", (3, 14)),
    )
)
WORDS = {True: "class", False: "function"}


def named_otherwise(blocks: Sequence[Block], asked: Mapping[str, bool]) -> Iterator[str]:
    """Say where a name that is asked for is absent, hidden in a block, or there twice.

    Args:
        blocks: what the student wrote; one that does not parse says nothing.
        asked: top-level names to whether each is a class.
    """
    text = "\n".join(block.source for block in blocks)
    if all(len(re.findall(OUTERMOST.format(name), text, re.MULTILINE)) == 1 for name in asked):
        return  # the usual case, without parsing: that takes 2 ms an engine
    trees = [(b.label, t) for b in blocks if isinstance(t := parse(b.source), ast.Module)]
    if len(trees) < len(blocks) or not trees:
        return
    defined: dict[str, list[tuple[str, Definition]]] = defaultdict(list)
    bound: set[str] = set()
    for label, tree in trees:
        for node in tree.body:
            if isinstance(node, Definition):
                defined[node.name].append((label, node))
        bound.update(_stored(tree))
        bound.update(a.asname or a.name for n in ast.walk(tree) for a in _aliases(n))
    for name, is_class in asked.items():
        if len(defined[name]) > 1 and not any(_reopens(node) for _, node in defined[name]):
            lines = [f"line {node.lineno} of {label}" for label, node in defined[name]]
            shown = " and ".join(lines[-limits.SHOWN_NAMES :])
            yield f"{name} is defined more than once: {shown}. The last one counts."
        elif not defined[name] and name not in bound:
            yield from _absent(name, is_class, trees, defined)


def in_text_cells(
    cells: Iterable[HandedCell], written: Sequence[Block], asked: Collection[str]
) -> Iterator[str]:
    """Say where a text cell defines what is asked for, and no code of the student's does.

    Args:
        cells: of the submission.
        written: what the student wrote as code.
        asked: top-level names.
    """
    texts = [cell for cell in cells if not cell.code]
    if not texts:
        return
    left = set(asked).difference(*(DEFINITION.findall(block.source) for block in written))
    for cell in texts:
        names = sorted(left.intersection(DEFINITION.findall(cell.source)))
        if names:
            yield (
                f"{cell.where} defines {names[0]} and is a text cell, which does not count; make "
                "it a code cell."
            )


def newer_syntax(blocks: Sequence[Block]) -> Iterator[str]:
    """Say where a block is written for a Python newer than this one.

    Args:
        blocks: what the student wrote.
    """
    here = sys.version_info[:2]
    newer = [(fast, line, since) for fast, line, since in NEWER if since > here]
    for block in blocks:
        source = block.source
        if not any(fast.search(source) and line.search(source) for fast, line, _ in newer):
            continue  # without parsing: that takes 2 ms an engine
        found = parse(source)
        if not isinstance(found, SyntaxError) or not found.lineno:
            continue
        broken = source.split("\n")[found.lineno - 1]
        since = next((since for _, line, since in newer if line.search(broken)), None)
        if since:
            yield (
                f"{block.label}, line {found.lineno} is written for Python "
                f"{_dotted(since)} or newer; it is graded with Python {_dotted(here)}."
            )


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def _absent(
    name: str,
    is_class: bool,
    trees: Sequence[tuple[str, ast.Module]],
    defined: Mapping[str, Sequence[tuple[str, Definition]]],
) -> Iterator[str]:
    for label, tree in trees:
        for outer in tree.body:
            inner = next((n for n in ast.walk(outer) if _defines(n, name)), None)
            if inner is not None and not isinstance(outer, ast.ClassDef):
                yield (
                    f"{WORDS[is_class]} {name} is not found, for it stands inside the "
                    f"{_described(outer)} of line {outer.lineno} of {label}; move it to the left "
                    "margin."
                )
                return
    others = [
        other
        for other, found in defined.items()
        if any(isinstance(node, ast.ClassDef) == is_class for _, node in found)
    ]
    if others:
        shown = ", ".join(other[: limits.SHOWN_WORD] for other in others[: limits.SHOWN_NAMES])
        near = did_you_mean(name, others)
        plural = "es" if is_class else "s"
        kinds = WORDS[is_class] + (plural if len(others) > 1 else "")
        yield f"No {WORDS[is_class]} {name} is found; defined: {kinds} {shown}. {near}".strip()


def _reopens(node: Definition) -> bool:
    """Whether it goes on with what was there: `class Value(Value)`."""
    bases = node.bases if isinstance(node, ast.ClassDef) else ()
    return any(isinstance(base, ast.Name) and base.id == node.name for base in bases)


def _defines(node: ast.AST, name: str) -> bool:
    return isinstance(node, Definition) and node.name == name


def _described(node: ast.stmt) -> str:
    if isinstance(node, Definition):
        return f"function {node.name[: limits.SHOWN_WORD]}"
    return "`" + type(node).__name__.lower() + "`"


def _stored(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id


def _aliases(node: ast.AST) -> Sequence[ast.alias]:
    return node.names if isinstance(node, ast.Import | ast.ImportFrom) else ()
