"""Tells by what a case raised that something is not written yet: no mistake, and no score either.

`2 + a` is answered by a + 2: without `__add__` nothing can be said of `__radd__`. And a class
without `backward` has not got it wrong.
"""

import re
from collections.abc import Collection

from autograder.worker.players.base import CALLED, METHODS, MODULE

SYMBOLS = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow"}
UNSUPPORTED = re.compile(
    r"unsupported operand type\(s\) for (\+|-|\*\*|\*|/)(?: or pow\(\))?=?: '(\w+)' and '(\w+)'"
)
NO_NEGATIVE = re.compile(r"bad operand type for unary -: 'Value'")
NEVER_ASKED = "rpow"  # an exponent is plain: `2 ** a` is a mistake, not a method that is absent
OPS_OF_METHODS = {method: op for op, method in METHODS.items()}


def unwritten(error: BaseException, lacking: Collection[str], *, by_player: bool) -> str:
    """The operation or method that is absent and that a case came upon.

    Args:
        error: what a case raised.
        lacking: operations that the submission's Value does not offer.
        by_player: whether no line of the submission was under way.
    Returns: as in METHODS or CALLED; empty where it is none of these.
    """
    if isinstance(error, AttributeError):
        name = error.name or ""
        # of a list, `backward` is no method that somebody forgot to write
        own = type(error.obj).__module__ == MODULE
        op = OPS_OF_METHODS.get(name, "")
        if own and op in lacking:
            return op
        return name if name in CALLED and (by_player or own) else ""
    if isinstance(error, TypeError) and lacking:
        return next((op for op in _operands(str(error)) if op in lacking), "")
    return ""


def _operands(text: str) -> list[str]:
    """The operations that a TypeError of Python's speaks of, where one operand is a Value."""
    if NO_NEGATIVE.match(text):
        return ["neg"]
    found = UNSUPPORTED.match(text)
    if not found:
        return []
    op = SYMBOLS[found[1]]
    sides = ((op, found[2]), ("r" + op, found[3]))
    return [name for name, side in sides if side == "Value" and name != NEVER_ASKED]
