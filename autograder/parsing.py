"""Reads code that may be hostile as Python does, and runs none of it."""

import ast
import symtable
import threading
import warnings

from autograder import limits

# subtle: CPython counts the depth of a tree for all threads together while it makes one, and two
# that parse at a time made it raise SystemError (3.11.7). Filters of warnings are shared as well.
PARSING = threading.Lock()


def parse(source: str) -> ast.Module | SyntaxError:
    """Parse code that may be hostile.

    Returns: the tree, or a SyntaxError that also stands for code too long or too deeply
        nested to parse.
    """
    found = _read(source, ast.PyCF_ONLY_AST)
    assert isinstance(found, ast.Module | SyntaxError)
    return found


def parser_says(source: str) -> str:
    """What Python says of code that it cannot read; nothing of code that it can.

    No code is generated: that of nested `finally` doubles with each, and 18 of them kept a judge
    for good. What Python says only then (`'return' outside function`) is not found here.
    """
    found = _read(source, ast.PyCF_ONLY_AST)
    if isinstance(found, SyntaxError):
        return found.msg
    try:
        with PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable.symtable(source, "<unknown>", "exec")
    except SyntaxError as error:
        return error.msg
    except (RecursionError, MemoryError, ValueError):
        return ""
    return ""


def symbols(source: str) -> symtable.SymbolTable | None:
    """Which names code binds and uses, scope by scope; None for code that cannot be compiled."""
    if isinstance(parse(source), SyntaxError):
        return None
    try:
        with PARSING:
            return symtable.symtable(source, "<unknown>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a global that is a parameter
        return None


def _read(source: str, flags: int) -> object:
    if len(source) > limits.PARSED_CHARACTERS:
        return SyntaxError(f"more than {limits.PARSED_CHARACTERS >> 10} KiB in one cell")
    try:
        with PARSING, warnings.catch_warnings():  # a student's "\d" is no concern of the log
            warnings.simplefilter("ignore")
            return compile(source, "<unknown>", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        return error
    except (RecursionError, MemoryError):
        return SyntaxError("nested too deep")
    except ValueError as error:  # null bytes, half characters
        return SyntaxError(str(error))
