"""What comes of texts when a program puts them together; of some it is not known."""

import ast
import re
from collections.abc import Iterable, Sequence

from autograder import limits
from autograder.intake.flags.registry import HOLE, is_telling

# What is done to a text without making a long one.
TEXT_METHODS = (
    *("lower", "upper", "swapcase", "casefold", "strip", "lstrip", "rstrip"),
    *("replace", "removeprefix", "removesuffix", "join", "decode", "encode"),
)
PLAIN_FORMAT = re.compile(r"(?:[^{}]|\{\d?\})*")


def made_by(method: str, text: str, given: Sequence[str] | None) -> str:
    """What a method of a text gives back.

    Args:
        method: its name.
        text: what it is called on.
        given: its arguments; None if one of them is no text that is known.
    Returns: the text, or HOLE.
    """
    if method in ("decode", "encode"):
        return text
    if given is None or any(HOLE in one for one in (text, *given)):
        return HOLE
    try:
        if method == "format" and PLAIN_FORMAT.fullmatch(text):
            return text.format(*given)
        if method in TEXT_METHODS:
            return str(getattr(text, method)(*given))
    except (TypeError, ValueError, IndexError):
        pass
    return HOLE


def sliced(text: str, places: ast.Slice) -> str:
    """A part of a text; HOLE if it is not known which."""
    ends = (places.lower, places.upper, places.step)
    numbers = [whole_number(end) for end in ends]
    unknown = any(end and number is None for end, number in zip(ends, numbers, strict=True))
    return HOLE if unknown or HOLE in text or numbers[2] == 0 else text[slice(*numbers)]


def whole_number(node: ast.AST | None) -> int | None:
    """A whole number that is written out, or nothing."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = whole_number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def foremost(found: Iterable[str], others: str, ways: int) -> frozenset[str]:
    """The first of them, and all that are telling: what an expression may stand for.

    Args:
        found: names or texts; it is not drawn further than needed.
        others: what stands for further ones, because nobody looked.
        ways: how many are looked at.

    subtle: who binds a name to many harmless things first must not hide the last one.
    """
    told, plain = set[str](), set[str]()
    for number, one in enumerate(found):
        if number == ways or len(told) == limits.SPELLED_TELLING:
            told.add(others)
            break
        if len(one) > limits.SPELLED_CHARACTERS:
            continue
        if is_telling(one):
            told.add(one)
        elif len(plain) < limits.SPELLED_NAMES:
            plain.add(one)
    return frozenset(told | plain)
