"""What a cell holds that Jupyter understands and Python does not: its lines are left blank."""

import ast
import re

from autograder.parsing import parse

CAPTURING = ("%%time", "%%timeit", "%%capture", "%%prun")  # the rest of the cell is Python
WRITING = ("%%writefile", "%%file")  # so it is of these, if the file is a program
# No statement of Python can begin like these: %magic, !shell, ?help, help?, x = !shell.
# No alternative begins with a space: a line of a million spaces must not cost a trillion steps.
# What Jupyter's "save as .py" makes of them begins with get_ipython().
SHELL = r"get_ipython\(\)"
MAGIC = (
    rf"[ \t]*(?:[%!?].*|{SHELL}.*|[\w.*]+\?{{1,2}}[ \t]*"
    rf"|\w[\w.,\[\] \t]*=[ \t]*(?:[%!]|{SHELL}).*)$"
)
MAGIC_LINE = re.compile("^" + MAGIC, re.MULTILINE | re.ASCII)
SIGNS = ("%", "!", "?", "get_ipython")  # without any there is none
# What may hide the end of a statement: texts, comments, brackets, joined lines.
HIDING = re.compile(
    r"""(?P<long>\"{3}|\'{3})"""
    r"""|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|#[^\n]*|\\\n"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>\n)"""
)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
FENCE = re.compile(r"\s*```\s*(?:python|py)?\s*", re.IGNORECASE)


def without_magics(source: str) -> tuple[str, int]:
    """Blank the lines that are for IPython and not for Python.

    A line that begins with % inside a text or an expression is none of them, so the
    beginnings of statements are told from other lines.

    Args:
        source: a cell's text.
    Returns: the text, lines kept in number; how many lines were blanked, or -1 if the
        whole cell is for another program (`%%bash`).
    """
    if not any(sign in source for sign in SIGNS) or not MAGIC_LINE.search(source):
        return source, 0
    head = source.lstrip()
    if head.startswith("%%") and not _holds_python(head.partition("\n")[0]):
        return "", -1
    kept, copied, blanked, position = [], 0, 0, 0
    while position < len(source):  # position: where a statement may begin
        magic = MAGIC_LINE.match(source, position)
        if magic:
            indent = len(magic[0]) - len(magic[0].lstrip())
            kept.append(source[copied : position + indent])
            # it may be all there is in the body of an `if`
            kept.append("pass" if indent else _cell_saved_as_script(magic[0]))
            copied = position = magic.end()
            blanked += 1
        position = _next_statement(source, position)
    return "".join(kept) + source[copied:], blanked


def without_fences(source: str) -> str:
    """Blank the fence (```) around code that was copied from a text, if there is one."""
    if "```" not in source:
        return source
    lines = source.split("\n")
    written = [k for k, line in enumerate(lines) if line.strip()]
    first, last = written[0], written[-1]
    if first == last or not FENCE.fullmatch(lines[first]) or lines[last].strip() != "```":
        return source
    lines[first] = lines[last] = ""
    return "\n".join(lines)


def without_awaits(source: str) -> str:
    """Blank top-level statements that await something: a notebook runs them, a program cannot."""
    if "await" not in source and "async" not in source:
        return source
    tree = parse(source)
    if isinstance(tree, SyntaxError):
        return source
    lines = source.split("\n")
    for node in tree.body:
        if _awaits(node):
            last = node.end_lineno or node.lineno
            lines[node.lineno - 1 : last] = [""] * (last - node.lineno + 1)
    return "\n".join(lines)


def _awaits(statement: ast.stmt) -> bool:
    """Whether it awaits something itself: not a function that it defines."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return True
        if not isinstance(node, SCOPES):
            todo += ast.iter_child_nodes(node)
    return False


def _holds_python(line: str) -> bool:
    """Whether what follows a cell's magic is Python that the notebook runs, or writes."""
    magic, *words = line.split()
    return magic in CAPTURING or (magic in WRITING and words[-1:] != [] and _is_program(words[-1]))


def _is_program(name: str) -> bool:
    return name.strip("\"'").endswith(".py")


def _cell_saved_as_script(line: str) -> str:
    """The code in `get_ipython().run_cell_magic("time", "", "code")`; empty if there is none."""
    if "run_cell_magic" not in line:
        return ""
    tree = parse(line)
    nodes = ast.walk(tree) if isinstance(tree, ast.Module) else ()
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    given = calls[0].args if calls else []
    words = [arg.value for arg in given if isinstance(arg, ast.Constant)]
    if len(words) != 3 or not all(isinstance(word, str) for word in words):
        return ""
    magic, rest, body = map(str, words)
    return body if _holds_python(f"%%{magic} {rest}") else ""


def _next_statement(source: str, position: int) -> int:
    """Where the first line begins that does not continue the one at `position`."""
    depth = 0
    while True:
        found = HIDING.search(source, position)
        if found is None:
            return len(source)
        position = found.end()
        if found["long"]:
            position = _end_of_text(source, position, found["long"])
        elif found["open"]:
            depth += 1
        elif found["close"]:
            depth = max(0, depth - 1)
        elif found["end"] and depth == 0:
            return position


def _end_of_text(source: str, position: int, quotes: str) -> int:
    ending = re.compile(r"\\[\s\S]|" + quotes)
    for found in ending.finditer(source, position):
        if found[0] == quotes:
            return found.end()
    return len(source)
