"""Code that reaches for the grader or the interpreter, found by its text for staff to look at.

One process cannot keep a submission from its own player; so whoever takes hold of the player,
the frames or the modules is seen. Nothing is run here, and nothing is taken away for it.
"""

import ast
import re
import unicodedata
from collections.abc import Iterator, Sequence

from autograder import limits
from autograder.intake.flags.spelling import INNER, UNKNOWN, WORKED_OUT, Spelling, is_of_python
from autograder.intake.student_code import parse
from autograder.model import Block

FRAMES = "reads the variables of whoever called it"
TRACED = "is called at every step of the grader"
OBJECTS = "looks through every object in memory"
INSIDES = "takes hold of the inside of functions that are not its own"
LOADED = "takes modules that it did not import"
TEXTS = "runs a text, which nobody can read beforehand"
CLOCK = "changes the clock or the signals that the grader relies on"
GRADER = "asks the grader for more than check, draw and method_of"
REPLACED = "replaces what all code in the process shares"
BY_NAME = "asks for a name that is worked out while it runs"
ALL_NAMES = "takes all names of a module that is not its own"

# What is reached for, and why somebody should look: attributes and names wherever they stand,
# also as a text; with a dot, of this module alone; with a dot behind, the whole module.
REACHES: dict[str, str] = {
    **dict.fromkeys(
        (
            *("_getframe", "_current_frames", "_current_exceptions", "_getframemodulename"),
            *("f_back", "f_locals", "f_globals", "f_builtins", "f_code"),
            *("tb_frame", "gi_frame", "cr_frame", "ag_frame", "walk_stack", "walk_tb"),
            *("currentframe", "getouterframes", "getinnerframes", "inspect.stack"),
        ),
        FRAMES,
    ),
    **dict.fromkeys(
        (
            *("settrace", "setprofile", "_setprofile", "call_tracing", "addaudithook"),
            *("settrace_all_threads", "setprofile_all_threads", "sys.monitoring"),
        ),
        TRACED,
    ),
    **dict.fromkeys(("__subclasses__", "get_objects", "get_referrers", "gc."), OBJECTS),
    **dict.fromkeys(
        (
            *("__globals__", "__closure__", "cell_contents", "__builtins__", "__self__"),
            *("co_code", "co_consts", "CodeType", "ctypes", "ctypes.", "_ctypes.", "marshal."),
        ),
        INSIDES,
    ),
    **dict.fromkeys(
        (
            *("sys.modules", "__import__", "import_module", "importlib."),
            *("_imp.", "imp.", "_frozen_importlib", "_gcd_import", "load_module", "exec_module"),
            *("posix", "posix.", "nt.", "_sys", "_os", "__loader__"),
        ),
        LOADED,
    ),
    **dict.fromkeys(("eval", "exec", "compile", "builtins.eval", "builtins.exec"), TEXTS),
    "builtins.compile": TEXTS,
    **dict.fromkeys(("signal.", "setitimer", "faulthandler."), CLOCK),
}
OURS = "autograder"
FREE = ("check", "draw", "method_of", "*")  # what a lesson's cells import from it
ONLY_AS_NAMES = frozenset(("eval", "exec", "compile", "ctypes", "posix"))  # words, too, as texts
WATCHED = ("sys", "builtins", "inspect", "types", OURS)  # of these no name is worked out
STORING = frozenset(("setattr", "delattr"))

# A file without any of these words is not parsed: most are not, and parsing takes time.
TELLING = frozenset(name.strip(".").rpartition(".")[2] for name in REACHES) - {"stack", "gc"} | {
    *("inspect", "getattr", "setattr", "delattr", "vars", "globals", "locals", "builtins", "del"),
    *("__dict__", "__getattribute__", "__code__", "attrgetter", "methodcaller", OURS),
}
# Everything but the characters of words becomes a space: to split is faster than to search.
SPACED = str.maketrans({chr(c): " " for c in range(128) if not (chr(c).isalnum() or c == 0x5F)})
WORD = re.compile(r"\w+")
ESCAPED = re.compile(r"\\[xuUN0-7]")  # a text that is not written as it is
HOLDERS = frozenset(("sys", "_sys", "os", "_os", "gc"))
# Modules that are another module's; `gc` alone may be a gradient of c.
HELD = re.compile(r"\.\s*_*(?:sys|os)\b|sys\s+import\s*\*|from\s+gc\b")
# An import is made of nothing but words, dots, commas and a star; one in brackets, or in several
# lines, is for the parser. It begins a line, or comes behind ; or :.
IMPORT = re.compile(r"import\b([\w., \t*]*+)(\(?)")
BEFORE_IMPORT = re.compile(r"(?:.*[;:])?[ \t\f]*+(?:from\b[\w. \t]*)?")
# How a name is used that is not changed: `math.exp(x)`, `exp(x)`, `math.pi / 2`, "exp", and in
# a sentence of a comment. Not `for math.exp in ...`, `(math.exp) = ...` or `math.pi **= 2`.
# The end of a line, and with it of the statement: no bracket is open. Many lines of comments in a
# row are not looked through, so that what this costs stays in step with the length of a text.
LINE_ENDS = r"(?:#[^\n]*+)?\n(?!(?:\s++|#[^\n]*+){0,8}+[)\].,=]|(?:\s++|#[^\n]*+){8})"
USED_PLAINLY = (
    rf"(?:\.\w++)++ *+(?:[-+*/%()\]}}\[]++(?! *=(?!=))|[<>=!]=|{LINE_ENDS}|(?!in\b)[^\W\d])"
    rf"| *+(?:{LINE_ENDS}|as\b|[;(=])|[\"']"
)
PATTERN_WORDS = 50  # imports, and words in them; an engine has a few, and a pattern is made of them
IN_FORMAT = re.compile(r"\{[^{}]*[.\[](\w+)")


def reaching(blocks: Sequence[Block]) -> Iterator[str]:
    """Say where a submission reaches for the grader or the interpreter.

    Args:
        blocks: what the student wrote, in the order in which it runs.
    Returns: one sentence for each thing reached for in a block, with its first line; and one
        for each block that was too long, or nested too deep, to be searched.
    """
    whole = "\n".join(block.source for block in blocks)
    if len(whole) <= limits.SEARCHED_CHARACTERS and not _may_reach(whole):
        return
    left = limits.SEARCHED_CHARACTERS  # for all together: a submission may have many blocks
    trees: list[tuple[Block, ast.Module]] = []
    for block in blocks:
        if len(block.source) > left:
            yield f"{block.label}: more code than is searched; read it yourself."
            yield from _by_words(block)
            continue
        left -= len(block.source)
        tree = parse(block.source)
        if isinstance(tree, ast.Module):
            trees.append((block, tree))
        elif tree.lineno is None:  # not a mistake in it: it may run all the same
            yield f"{block.label}: {tree.msg}; it was not searched, so read it yourself."
            yield from _by_words(block)
    spelling = Spelling(tree for _, tree in trees)
    for block, tree in trees:
        yield from _in_block(block, tree, spelling)


def _may_reach(source: str) -> bool:
    """Whether a text holds a word, or uses a module, in a way that must be looked into."""
    if not source.isascii():
        source = unicodedata.normalize("NFKC", source)  # as Python reads identifiers
    words = {*source.translate(SPACED).split()}
    if not TELLING.isdisjoint(words) or ("\\" in source and ESCAPED.search(source)):
        return True
    if not HOLDERS.isdisjoint(words) and HELD.search(source):
        return True
    if "import" not in words:
        return False
    if "\\\n" in source or "\r" in source:
        return True  # an import may go on in the next line
    modules: set[str] = set()
    rest, copied = "", 0
    for count, found in enumerate(IMPORT.finditer(source)):
        if count == PATTERN_WORDS:
            return True
        line = source.rfind("\n", 0, found.start()) + 1
        if BEFORE_IMPORT.fullmatch(source, line, found.start()):
            if found[2]:
                return True
            modules.update(WORD.findall(found[1]))
            rest += source[copied : found.start()]
            copied = found.end()
    modules.discard("as")
    if "gc" in modules or len(modules) > PATTERN_WORDS:
        return True
    # what is used in another way than `math.exp(...)` may be changed
    used = re.compile(rf"(?<![\w.])(?:{'|'.join(modules)})\b(?!{USED_PLAINLY})")
    return bool(modules) and used.search(rest + source[copied:]) is not None


def _in_block(block: Block, tree: ast.Module, spelling: Spelling) -> Iterator[str]:
    """What one block reaches for, each thing once."""
    found: dict[tuple[str, str], int] = {}
    try:
        for node in ast.walk(tree):
            for name, reason in _in_node(node, spelling):
                line = getattr(node, "lineno", 1)
                key = (name[: limits.SHOWN_DOTTED_NAME], reason)
                found[key] = min(line, found.get(key, line))
    except RecursionError:
        yield f"{block.label}: nested too deep; it was not searched, so read it yourself."
    for (name, reason), line in sorted(found.items(), key=lambda item: (item[1], item[0])):
        yield f"{block.label}, line {line}: {name} ({reason})."


def _in_node(node: ast.AST, spelling: Spelling) -> Iterator[tuple[str, str]]:
    """What one node of a program reaches for, and why that matters."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _named(f"{alias.name}.")
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield from _named(f"{node.module}.{alias.name}")
    elif isinstance(node, ast.MatchClass):
        for attribute in node.kwd_attrs:
            yield from _named(f"{UNKNOWN}.{attribute}")
    elif isinstance(node, ast.expr):
        for text in spelling.texts(node):
            yield from _as_text(text)
        for name in spelling.names(node):
            yield from _named(name)
        yield from _stored(node, spelling)


def _named(name: str) -> Iterator[tuple[str, str]]:
    root, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    shown = name.removeprefix(f"{UNKNOWN}.").rstrip(".")
    if root == OURS:
        if rest and rest.partition(".")[0] not in FREE:
            yield ".".join(name.split(".")[:2]), GRADER
    elif name in REACHES:
        yield shown, REACHES[name]
    elif last in REACHES and last not in ONLY_AS_NAMES:
        yield last, REACHES[last]
    elif f"{root}." in REACHES:
        yield root, REACHES[f"{root}."]
    elif rest and last.lstrip("_") in INNER and is_of_python(root):
        yield shown, LOADED
    elif last == WORKED_OUT and root in WATCHED:
        yield root, BY_NAME
    elif last == "__dict__" and is_of_python(root):
        yield shown, ALL_NAMES


def _as_text(text: str) -> Iterator[tuple[str, str]]:
    for word in (text, *(IN_FORMAT.findall(text) if "{" in text else ())):
        if word in REACHES and word.isidentifier() and word not in ONLY_AS_NAMES:
            yield word, REACHES[word]
    if text.startswith(f"{OURS}.") and text.replace(".", "_").isidentifier():
        yield text, GRADER


def _stored(node: ast.expr, spelling: Spelling) -> Iterator[tuple[str, str]]:
    """Attributes that are set or deleted where all code in the process would notice."""
    owner: ast.AST | None = None
    if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
        owner = node.value
        if node.attr == "__code__":
            yield node.attr, INSIDES
    elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        if any(name.endswith(".__dict__") for name in spelling.names(node.value)):
            owner = node.value
    elif isinstance(node, ast.Call) and node.args and spelling.names(node.func) & STORING:
        owner = node.args[0]
        if len(node.args) > 1 and "__code__" in spelling.texts(node.args[1]):
            yield "__code__", INSIDES
    for name in spelling.names(owner) if owner is not None else ():
        if is_of_python(name) or name.partition(".")[0] == OURS:
            yield name.removesuffix(".__dict__"), REPLACED


def _by_words(block: Block) -> Iterator[str]:
    """What a block that is not parsed seems to reach for: its words alone."""
    found: dict[str, int] = {}
    for number, line in enumerate(block.source.split("\n"), 1):
        for word in WORD.findall(line):
            if word in REACHES and word not in ONLY_AS_NAMES:
                found.setdefault(word, number)
    for word, number in found.items():
        yield f"{block.label}, line {number}: {word} ({REACHES[word]})."
