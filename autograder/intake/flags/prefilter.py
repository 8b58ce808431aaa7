"""Which submissions are parsed for what they reach for: most are told apart by their words."""

import re
import unicodedata

from autograder import limits
from autograder.intake.flags.registry import HARMLESS, TELLING, is_of_python

# Everything but the characters of words becomes a space: to split is faster than to search.
SPACED = str.maketrans({chr(c): " " for c in range(128) if not (chr(c).isalnum() or c == 0x5F)})
WORD = re.compile(r"\w+")
ESCAPED = re.compile(r"\\[xuUN0-7]")  # a text that is not written as it is
HOLDERS = frozenset(("sys", "_sys", "os", "_os", "gc"))
# Modules that are another module's, or what os does beside files; `gc` may be a gradient of c.
HELD_MODULE = re.compile(
    r"\.\s*_*(?:sys|os)\b|[\"']_*(?:sys|os)[\"']|\b_*(?:sys|os)\s*=|sys\s+import\s*\*"
    r"|from\s+(?:gc|os)\b|\bos\s+as\b|\bos\s*\.\s*(?:read|write|pipe|dup)"
)
NAMED_LIKE_WORDS = frozenset(("gc", "__main__", "code", "trace", "profile"))  # modules, if imported
# An import is made of nothing but words, dots, commas and a star; one in brackets, or in several
# lines, is for the parser. It begins a line, or comes behind ; or :.
IMPORT = re.compile(r"import\b([\w., \t\f*]*+)(\(?)")
BEFORE_IMPORT = re.compile(r"(?:.*[;:])?[ \t\f]*+(?:from\b([\w. \t\f]*))?")
# How a name is used that is not changed: `math.exp(x)`, `exp(x)`, `math.pi / 2`, "exp", and in
# a sentence of a comment. Not `for math.exp in ...`, `(math.exp) = ...` or `math.pi **= 2`.
# The end of a line, and with it of the statement: no bracket is open. Many lines of comments in a
# row are not looked through, so that what this costs stays in step with the length of a text.
LINE_ENDS = r"(?:#[^\n]*+)?\n(?!(?:\s++|#[^\n]*+){0,8}+[)\].,=]|(?:\s++|#[^\n]*+){8})"
USED_PLAINLY = (
    rf"(?:\.\w++)++ *+(?:[-+*/%()\]}}\[]++(?! *=(?!=))|[<>=!]=|{LINE_ENDS}|(?!in\b)[^\W\d])"
    rf"| *+(?:{LINE_ENDS}|as\b|[;(=])|[\"']"
)
# What stands before a module that gets another name.
ALIASED = r"(?:(?:\.\w+)*\.[A-Z]\w*)?[ \t\f]*(?:[;#]|$)"
ALIASING = re.compile(r"(?:[=:(,\[{]|\b(?:return|else|or|and|in|is|yield|await))[ \t\f]*\Z")
# To put a wrapper around something may read any attribute; the lessons speak of wraps.
WRAPPING = re.compile(r"\.\s*wraps\b|[\"']wraps[\"']")
IMPORTING = re.compile(r"\bimport\b[^\n]*+")
PATTERN_WORDS = 50  # imports, and words in them; an engine has a few, and a pattern is made of them


def may_reach(source: str) -> bool:
    """Whether a text holds a word, or uses a module, in a way that must be looked into.

    Args:
        source: of a whole submission.
    """
    if not source.isascii():
        source = unicodedata.normalize("NFKC", source)  # as Python reads identifiers
    words = {*source.translate(SPACED).split()}
    if not TELLING.isdisjoint(words) or ("\\" in source and ESCAPED.search(source)):
        return True
    if not HOLDERS.isdisjoint(words) and HELD_MODULE.search(source):
        return True
    if "wraps" in words and (
        WRAPPING.search(source) or any("wraps" in one for one in IMPORTING.findall(source))
    ):
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
        if before := BEFORE_IMPORT.fullmatch(source, line, found.start()):
            module = (before[1] or "").strip()
            if found[2] or ("*" in found[1] and module not in HARMLESS and is_of_python(module)):
                return True
            imported = {module or one for one in WORD.findall(found[1])}
            is_inside = before[0][:1] in (" ", "\t", "\f") or ":" in before[0]
            if is_inside and any(map(is_of_python, imported - HARMLESS - {"random"})):
                return True  # it may be in a class, and an attribute of it
            modules.update(WORD.findall(found[1]))
            rest += source[copied : found.start()]
            copied = found.end()
    modules.discard("as")
    if not NAMED_LIKE_WORDS.isdisjoint(modules) or len(modules) > PATTERN_WORDS:
        return True
    rest += source[copied:]
    # one module at a time: what begins with certain letters is found faster
    for module in modules:
        # what is used in another way than `math.exp(...)` may be changed
        if re.search(rf"{module}(?<![\w.]{module})\b(?!{USED_PLAINLY})", rest):
            return True
    # `y = math` is another name for it; `y = random.Random` one for a class
    return any(
        ALIASING.search(rest, max(0, one.start() - limits.ALIAS_CHARACTERS), one.start())
        for module in modules
        for one in re.finditer(rf"{module}(?<![\w.]{module}){ALIASED}", rest, re.MULTILINE)
    )
