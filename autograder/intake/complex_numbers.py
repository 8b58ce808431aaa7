"""Finds code that computes with complex numbers, by its text alone.

f(x + ih) has the slope in its imaginary part, exact to the last digit: no number that an
engine answers tells this from a rule. So staff are told where to look.
"""

import ast
from collections.abc import Iterator

from autograder.intake.student_code import parse

SENTENCE = "{label}, line {line}: uses complex numbers ({what}); a complex step is no rule."
NAMES = frozenset({"complex", "cmath"})
ATTRIBUTES = frozenset({"imag", "complex64", "complex128", "complex256"})


def complex_flags(label: str, source: str) -> Iterator[str]:
    """Where code makes a complex number or takes one apart; to import cmath is no sign.

    Args:
        label: of the block, for the sentence.
        source: its text.
    Returns: one sentence for each way, at its first line.
    """
    if not any(word in source for word in ("j", "J", *NAMES, *ATTRIBUTES)):
        return
    tree = parse(source)
    if isinstance(tree, SyntaxError):
        return
    seen = set()
    for node in ast.walk(tree):
        what = _what(node)
        if what and what not in seen:
            seen.add(what)
            yield SENTENCE.format(label=label, line=getattr(node, "lineno", 0), what=what)


def _what(node: ast.AST) -> str:
    match node:
        case ast.Constant(value) if isinstance(value, complex):
            return "a number with j"
        case ast.Name(name, ast.Load()) if name in NAMES:
            return name
        case ast.Attribute(_, name) if name in ATTRIBUTES:
            return f".{name}"
    return ""
