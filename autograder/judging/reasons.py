"""Why two engines raised: the same reason, in whatever names each of them has.

A TypeError is no mistake by itself: `unsupported operand` and `unhashable type` are two. So of a
sentence of Python's or the player's all counts but the names that a student chose; of a text of a
student's own the type of the exception alone, for everybody words it anew.
"""

import re
from functools import lru_cache

from autograder import limits
from autograder.judging.told import KNOWN, SENTENCE, WORD

WHERE = re.compile(r" \((?:[^()]|\([^()]*\))*, line \d+\)\Z")  # (cell 3 (engine), line 5)
KEPT = KNOWN | {"Value"}
NUMBERS = frozenset(("int", "float"))  # which of the two depends on the numbers of a case


@lru_cache(maxsize=limits.KNOWN_REASONS)
def reason(detail: str) -> str:
    """What was raised, without what differs between two who make the same mistake.

    Args:
        detail: as the worker sends it: `KeyError: 'x' (engine.py, line 12)`.
    Returns: the exception's type, and of a sentence that is not the student's own its text.
    """
    kind, _, text = WHERE.sub("", detail).partition(": ")
    if not SENTENCE.fullmatch(text):
        return kind
    return f"{kind}: {WORD.sub(_plain, text)}"


def _plain(word: re.Match[str]) -> str:
    name = word[0]
    return "number" if name in NUMBERS else name if name in KEPT else "N"
