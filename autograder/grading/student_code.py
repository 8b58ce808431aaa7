"""Looking into code that a student wrote, by its text alone: nothing of it is run here."""

import ast
import io
import re
import tokenize
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

# Of a longer cell nothing is looked into: it is no student's, and parsing costs 5 s a MiB.
PARSE_LIMIT = 128 << 10  # characters
MAGIC_TRIES = 20  # parses of one cell; after these all lines that look like magics go
CAPTURING = ("%%time", "%%timeit", "%%capture", "%%prun")  # the rest of the cell is Python
MAGIC_LINE = re.compile(
    r"^[ \t]*(?:[%!?]|[\w.,\[\] \t]+=[ \t]*[%!])|\?[ \t]*$", re.MULTILINE | re.ASCII
)
MISLEADING = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
WORD = re.compile(r"[^\W\d]\w*")
FLAG_LIMIT = 20  # flags of one submission


@dataclass(frozen=True, slots=True)
class Statement:
    """A top-level statement of a cell.

    Attributes:
        kind: "import", "definition", "assignment", or "other".
        names: what it binds; a method given by `@method_of(Value)` is "Value.name", a
            class binds its own name and then "Class.name" for all in its body.
        first: its first line in the cell, decorators included, from 1.
        text: its source; line breaks inside are kept.
        silent: a call or other expression: dropping it needs no mention.
    """

    kind: str
    names: tuple[str, ...]
    first: int
    text: str
    silent: bool = False


def parse(source: str) -> ast.Module | SyntaxError:
    """Parse code that may be hostile.

    Returns: the tree, or a SyntaxError that also stands for code too long or too deeply
        nested to parse.
    """
    if len(source) > PARSE_LIMIT:
        return SyntaxError(f"more than {PARSE_LIMIT >> 10} KiB in one cell")
    try:
        with warnings.catch_warnings():  # a student's "\d" is no concern of the log
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        return error
    except (RecursionError, MemoryError):
        return SyntaxError("nested too deep")
    except ValueError as error:  # null bytes, half characters
        return SyntaxError(str(error))


def without_magics(source: str) -> tuple[str, int]:
    """Blank the lines that are for IPython and not for Python.

    A line that begins with % may stand in a text or in an expression. Only where Python
    stops reading is it a magic.

    Args:
        source: a cell's text.
    Returns: the text, lines kept in number; how many lines were blanked, or -1 if the
        whole cell is for another program (`%%bash`).
    """
    if not MAGIC_LINE.search(source):
        return source, 0
    lines = source.split("\n")
    blanked = 0
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first].split()[0] not in CAPTURING:
            return "", -1
        lines[first] = ""
        blanked = 1
    for attempt in range(MAGIC_TRIES + 1):
        error = parse("\n".join(lines))
        if not isinstance(error, SyntaxError):
            break
        number = (error.lineno or 0) - 1
        suspects = [number] if 0 <= number < len(lines) else []
        if attempt == MAGIC_TRIES or error.lineno is None:
            suspects = list(range(len(lines)))
        suspects = [i for i in suspects if MAGIC_LINE.search(lines[i])]
        if not suspects:
            break
        for i in suspects:
            # `pass` and not nothing: the line may be all there is in the body of an `if`
            lines[i] = lines[i][: len(lines[i]) - len(lines[i].lstrip())] + "pass"
        blanked += len(suspects)
    return "\n".join(lines), blanked


def statements(source: str, tree: ast.Module) -> Iterator[Statement]:
    """The top-level statements of a cell, with what they bind."""
    lines = source.split("\n")
    for node in tree.body:
        kind, names = _kind(node), tuple(bound_names(node))
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        text = "\n".join(lines[first - 1 : node.end_lineno])
        if kind != "definition":  # several may share a line: `a = 1; b = 2`
            text = ast.get_source_segment(source, node) or text if ";" in text else text
        yield Statement(kind, names, first, text, isinstance(node, ast.Expr | ast.Pass))


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


def _kind(node: ast.stmt) -> str:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return "import"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return "definition"
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return "assignment"
    if isinstance(node, ast.Try):  # `try: import numpy as np`, `except: np = None`
        simple = all(isinstance(n, ast.Pass) or _kind(n) != "other" for n in _parts_of_try(node))
        return "import" if simple else "other"
    return "other"


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
            yield f"{label}, line {number}: identifier {ascii(word)} is not ASCII ({names[:200]})."


def _identifiers(source: str) -> Iterator[tuple[str, int]]:
    """Identifiers as written, with their lines; ast would show them normalised."""
    if len(source) > PARSE_LIMIT:
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NAME:
                yield token.string, token.start[0]
    except (tokenize.TokenError, SyntaxError):  # half a program: what was read is told
        return
