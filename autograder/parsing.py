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
    if len(source) > limits.PARSED_CHARACTERS:
        return SyntaxError(f"more than {limits.PARSED_CHARACTERS >> 10} KiB in one cell")
    try:
        with PARSING, warnings.catch_warnings():  # a student's "\d" is no concern of the log
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        return error
    except (RecursionError, MemoryError):
        return SyntaxError("nested too deep")
    except ValueError as error:  # null bytes, half characters
        return SyntaxError(str(error))


def scopes(source: str) -> symtable.SymbolTable | SyntaxError | None:
    """Which names code binds and uses, scope by scope.

    No code is generated: that of nested `finally` doubles with each, and 18 of them kept a judge
    for good.

    Returns: the outermost scope; or what Python says of code that it cannot read, of which
        `'return' outside function` and its like are not found here; or None for code that is
        nested too deep.
    """
    tree = parse(source)
    if isinstance(tree, SyntaxError):
        return tree
    try:
        with PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return symtable.symtable(source, "<unknown>", "exec")
    except SyntaxError as error:  # a global that is a parameter
        return error
    except (RecursionError, MemoryError, ValueError):
        return None


def parser_says(source: str) -> str:
    """What Python says of code that it cannot read; nothing of code that it can."""
    found = scopes(source)
    return found.msg if isinstance(found, SyntaxError) else ""
