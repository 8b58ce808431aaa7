"""Finds ways to a slope that are no rule, by a submission's text alone, for staff.

f(x + ih) has the slope in its imaginary part, exact to the last digit, and numpy brings
differentiation along: no number that an engine answers tells these from a rule.
"""

import ast
import re
from collections.abc import Iterator

from autograder.intake.student_code import parse

SENTENCE = "{label}, line {line}: uses {what}; it gives a slope without a rule."
COMPLEX = "complex numbers ({})"
NAMES = frozenset({"complex", "cmath"})
ATTRIBUTES = frozenset({"imag", "complex64", "complex128"})
# What numpy offers that differentiates, by its name below the package. A worker holds it where
# an exercise may import numpy: it is known, and pointed out where it is used.
OF_NUMPY = (
    "gradient",
    "polyder",
    "poly1d.deriv",
    "polynomial.Polynomial.deriv",
    "polynomial.polynomial.polyder",
    "polynomial.chebyshev.chebder",
    "polynomial.hermite.hermder",
    "polynomial.hermite_e.hermeder",
    "polynomial.laguerre.lagder",
    "polynomial.legendre.legder",
)
DERIVING = frozenset(name.rpartition(".")[2] for name in OF_NUMPY)
# Without any of these there is nothing to find: parsing an engine takes 2 ms, this 0.1. Every
# engine speaks of a gradient; it is numpy's only where numpy is named.
WORTH_PARSING = re.compile(rf"\b(?:{'|'.join(sorted(NAMES | ATTRIBUTES))})\b|[0-9.][jJ]\b")
OF_NUMPY_BY_NAME = re.compile(rf"\b(?:{'|'.join(sorted(DERIVING))})\b")


def shortcut_flags(label: str, source: str) -> Iterator[str]:
    """Where code uses one; to import cmath or numpy alone is none.

    Args:
        label: of the block, for the sentence.
        source: its text.
    Returns: one sentence for each way, at its first line.
    """
    named = "numpy" in source and OF_NUMPY_BY_NAME.search(source)
    if not named and not _is_worth_parsing(source):
        return
    tree = parse(source)
    if isinstance(tree, SyntaxError):
        return
    numpy = {"numpy", *_names_of_numpy(tree)}
    seen = set()
    for node in ast.walk(tree):
        what = _what(node, numpy)
        if what and what not in seen:
            seen.add(what)
            yield SENTENCE.format(label=label, line=getattr(node, "lineno", 0), what=what)


def _is_worth_parsing(source: str) -> bool:
    """Whether a telling word stands anywhere but in lines of comment.

    One that may be a line of an f-string is none of them: there braces hold code.
    """
    at = 0
    while found := WORTH_PARSING.search(source, at):
        begin = source.rfind("\n", 0, found.start()) + 1
        at = source.find("\n", begin)
        line = source[begin : at if at >= 0 else len(source)]
        if not line.lstrip(" \t").startswith("#") or "{" in line:
            return True
        if at < 0:
            break
    return False


def _names_of_numpy(tree: ast.Module) -> Iterator[str]:
    """What numpy is called: np, after `import numpy as np`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == "numpy":
                    yield alias.asname or "numpy"


def _what(node: ast.AST, numpy: set[str]) -> str:
    match node:
        case ast.Constant(value) if isinstance(value, complex):
            return COMPLEX.format("a number with j")
        case ast.Name(name, ast.Load()) if name in NAMES:
            return COMPLEX.format(name)
        case ast.Attribute(_, name) if name in ATTRIBUTES:
            return COMPLEX.format(f".{name}")
        case ast.Attribute(of, name) if name in DERIVING and _first_name(of) in numpy:
            return f"numpy's {name}"
        case ast.ImportFrom(module, names) if (module or "").partition(".")[0] == "numpy":
            found = sorted(DERIVING.intersection(alias.name for alias in names))
            return f"numpy's {found[0]}" if found else ""
    return ""


def _first_name(node: ast.expr) -> str:
    """The name that a chain of attributes, calls and items begins with."""
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(inner) | ast.Subscript(inner) | ast.Call(inner):
                node = inner
            case _:
                return ""
    return node.id
