"""Frozen dataclasses to JSON and back: compiled exercises, their public halves, result lines.

JSON has no tuples and no enums; the field types of the dataclass say what to make of
a list or a string.
"""

import json
import types
import typing
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from autograder import limits

T = TypeVar("T")
PLAIN = frozenset({str, int, float, bool, type(None)})  # what JSON holds as it is
# Characters of a number. "0.5" and "-1.7" stand in any text by chance; 2.718281828459045 does not.
SHORTEST_SECRET_NUMBER = 9


def to_plain(thing: Any) -> Any:
    """Turn dataclasses, enums, tuples and dicts of them into JSON types."""
    kind = type(thing)
    if kind in PLAIN:
        return thing
    if kind is tuple or kind is list:
        return [x if type(x) in PLAIN else to_plain(x) for x in thing]
    if kind is dict:
        return {key: to_plain(value) for key, value in thing.items()}
    if isinstance(thing, Enum):
        return thing.value
    if is_dataclass(kind):
        # a line of results has 80 of them: asking each for its fields anew took 2 ms
        return {name: to_plain(getattr(thing, name)) for name in _names(kind)}
    return thing


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def from_plain(kind: type[T], plain: Any) -> T:
    """Rebuild a dataclass from JSON types.

    Args:
        kind: the dataclass, or any type its fields may have.
        plain: what `to_plain` made.
    Raises: TypeError, KeyError or ValueError if it does not fit.
    """
    return cast(T, _rebuild(kind, plain))


def _rebuild(kind: Any, plain: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return tuple([_rebuild(arguments[0], x) for x in plain])
    if origin is dict:
        return {key: _rebuild(arguments[1], value) for key, value in plain.items()}
    if origin in (types.UnionType, typing.Union):
        if plain is None:
            return None
        return _rebuild(next(a for a in arguments if a is not type(None)), plain)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _rebuild(hints[name], plain[name]) for name in hints})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    return plain


_HINTS: dict[type, dict[str, Any]] = {}


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = typing.get_type_hints(kind)
    return _HINTS[kind]


def short_sentence(text: str) -> str:
    """A sentence about a submission, cut where nobody reads on: names in it may be endless."""
    cut = cut_as_written(text[: limits.SENTENCE], limits.SENTENCE_BYTES)
    return text if len(cut) == len(text) else f"{cut}..."


def first_few(names: Sequence[str], most: int = limits.SHOWN_NAMES) -> str:
    """The first of some names, for a sentence, and how many more there are.

    >>> first_few(["ann", "ben", "cleo"], 2)
    'ann, ben and 1 more'
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def cut_as_written(text: str, most: int, *, end: bool = False) -> str:
    """As much of a text as takes at most so many bytes where JSON writes it in ASCII.

    Args:
        text: of any characters.
        most: bytes, without the quotation marks.
        end: whether its end is kept, and not its beginning.
    """
    if _written(text) <= most:
        return text
    low, high = 0, min(len(text), most)  # so many characters fit, so many and one more do not
    while low < high:
        middle = (low + high + 1) // 2
        if _written(text[-middle:] if end else text[:middle]) <= most:
            low = middle
        else:
            high = middle - 1
    return text[len(text) - low :] if end else text[:low]


def _written(text: str) -> int:
    return len(json.dumps(text)) - 2


def dumps(thing: Any) -> str:
    """One line of JSON, the same on every machine: keys as declared, floats by repr."""
    return json.dumps(to_plain(thing), ensure_ascii=True, separators=(",", ":"))


def loads(kind: type[T], text: str | bytes) -> T:
    """Read back what `dumps` wrote."""
    return from_plain(kind, json.loads(text))
