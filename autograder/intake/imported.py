"""Which modules a submission imports that are not there while it is graded."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from autograder import limits
from autograder.errors import InfrastructureError, SubmissionError
from autograder.intake.handed_in import UTF_16
from autograder.intake.submissions import Submission, read_submission
from autograder.model import Block
from autograder.parsing import parse
from autograder.worker.imports.importable import QUIET, STANDARD, is_within

IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([\w.]+)([ \t]*,)?", re.MULTILINE)


def named_in(imports: Sequence[str], texts: Iterable[bytes | str]) -> tuple[str, ...]:
    """Those of an exercise's imports that some text names.

    Args:
        imports: modules that the exercise allows beyond the standard ones.
        texts: files as they were handed in, or sources.
    """
    left = dict.fromkeys(imports)
    for text in texts:
        data = text.encode("utf-8", "replace") if isinstance(text, str) else text
        if data.startswith(UTF_16):
            data = data.replace(b"\0", b"")
        left = {name: None for name in left if name.partition(".")[0].encode() not in data}
        if not left:
            break
    return tuple(name for name in imports if name not in left)


def named_imports(imports: Sequence[str], submissions: Iterable[Submission]) -> tuple[str, ...]:
    """Those of an exercise's imports that a file of a class names: no other need be loaded.

    Args:
        imports: modules that the exercise allows beyond the standard ones.
        submissions: of the class; what cannot be read names nothing.
    """
    return named_in(imports, map(_content, submissions))


def _content(submission: Submission) -> bytes:
    try:
        return read_submission(submission)[0]
    except (SubmissionError, InfrastructureError):
        return b""


def absent_modules(blocks: Sequence[Block], imports: Sequence[str]) -> Iterator[str]:
    """Say which imports a stand-in takes the place of, in one sentence at most.

    Args:
        blocks: what the student wrote.
        imports: modules that the exercise allows beyond the standard ones.
    """
    there = (*STANDARD, *QUIET, *imports)
    suspected = [
        block
        for block in blocks
        if any(more or not is_within(name, there) for name, more in IMPORT.findall(block.source))
    ]
    if not suspected:
        return
    own = {name for block in blocks for name in _defined(block)}
    found = {
        name.partition(".")[0]
        for block in suspected
        for name, taken in _imports(block)
        if not is_within(name, there) and not (taken and own.issuperset(taken))
    }
    if found:
        shown = sorted(found)[: limits.SHOWN_NAMES]
        names = " and ".join(name[: limits.SHOWN_WORD] for name in shown)
        more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
        verb = "is" if len(found) == 1 else "are"
        them = "it" if len(found) == 1 else "them"
        yield (
            f"{names}{more} {verb} not available while this exercise is graded: importing {them} "
            f"costs nothing, using {them} fails."
        )


def _imports(block: Block) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each module that is imported, and the names that are taken from it."""
    tree = parse(block.source)
    for node in ast.walk(tree) if isinstance(tree, ast.Module) else ():
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, tuple(alias.name for alias in node.names)


def _defined(block: Block) -> Iterator[str]:
    tree = parse(block.source)
    for node in tree.body if isinstance(tree, ast.Module) else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
