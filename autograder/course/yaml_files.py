"""Reads the course's YAML files safely and checks every key.

A mistake raises CourseError with the file, the key, the rule that it breaks and the remedy.
"""

import re
import reprlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from autograder.errors import CourseError, did_you_mean

HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # "\ud800" in quotes: no encoding can write it
# What PyYAML lets through of Python's own where a value is none of its kind: 2001-99-99 (a
# date), 0x (a number), !!bool maybe, !!int '', "\UFFFFFFFF".
NOT_A_VALUE = (ValueError, LookupError, AttributeError, TypeError, OverflowError)

_REPR = reprlib.Repr()
_REPR.maxlevel, _REPR.maxlist, _REPR.maxdict = 2, 3, 3
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = 80


class _Loader(yaml.SafeLoader):
    """Plain data only; a key that occurs twice is a mistake, not an override."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                problem="a key is not plain text", problem_mark=key.start_mark
            )
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                problem=f"key '{key.value}' occurs twice", problem_mark=key.start_mark
            )
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    text = str(loader.construct_scalar(node))
    if HALF_CHARACTER.search(text):
        raise yaml.constructor.ConstructorError(
            problem="holds half a character, which cannot be written", problem_mark=node.start_mark
        )
    return text


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG, _text)


def read_yaml(path: Path, file: str = "") -> Any:
    """Read a YAML file of plain data.

    Args:
        path: UTF-8 text.
        file: how messages name it; else by its folder and its name.
    Raises: CourseError if it is absent, not UTF-8, not YAML, holds anything but plain
        data, or has the same key twice in one place.
    """
    file = file or f"{path.parent.name}/{path.name}"
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except FileNotFoundError:
        raise CourseError(file, "file", "does not exist", "Write it.") from None
    except UnicodeDecodeError as error:
        raise CourseError(
            file, f"byte {error.start}", "is not UTF-8", "Save the file as UTF-8."
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}" if mark else "file"
        problem = str(error.problem)
        raise CourseError(file, line, problem, "Correct the YAML there.") from error
    except (yaml.YAMLError, RecursionError) as error:
        problem = f"is not YAML ({' '.join(str(error).split())})"
        raise CourseError(file, "file", problem, "Correct it.") from error
    except NOT_A_VALUE as error:
        problem = f"has a value that is not what it looks like ({shown(error)})"
        raise CourseError(file, "file", problem, "Put texts in quotes, or correct it.") from error
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise CourseError(file, "file", problem, "Make it a file that you can read.") from error


def with_value(text: str, key: str, value: str) -> str | None:
    """A YAML text in which one key at the top has another value; all else stays as it is.

    Args:
        text: a mapping, as read_yaml takes it.
        key: one of its keys.
        value: plain text that needs no quotes.
    Returns: the text; None where the value is written so that it cannot be exchanged alone
        (an alias, an anchor).
    """
    before = yaml.load(text, _Loader)
    whole = yaml.compose(text, yaml.SafeLoader)
    for name, node in whole.value if isinstance(whole, yaml.MappingNode) else ():
        if name.value == key:
            changed = text[: node.start_mark.index] + value + text[node.end_mark.index :]
            try:
                after = yaml.load(changed, _Loader)
            except yaml.YAMLError:
                return None
            return changed if after == {**before, key: value} else None
    return None


def shown(value: object) -> str:
    """A value as a message shows it: cut, or a few aliases could make it gigabytes."""
    return _REPR.repr(value)


class Keys:
    """Takes values out of one mapping of a YAML file and checks each.

    Args:
        file: where the mapping stands.
        where: what it describes, `task 'mul rule'`; empty for the whole file.
        data: the mapping as read.
        known: every key that may stand in it.
    Raises: CourseError if data is not a mapping or has a key that is not known.
    """

    def __init__(self, file: str | Path, where: str, data: Any, known: Iterable[str]) -> None:
        self.file, self.where = str(file), where
        self.known = tuple(known)
        if not isinstance(data, Mapping):
            raise CourseError(
                self.file,
                where or "file",
                f"is {_kind(data)}, not a mapping",
                f"Write its keys: {', '.join(self.known)}.",
            )
        for key in data:
            if key not in self.known:
                raise self.error(
                    str(key),
                    "unknown key",
                    f"{did_you_mean(str(key), self.known)}Known keys: {', '.join(self.known)}.",
                )
        self.data = data

    def error(self, key: str, problem: str, remedy: str) -> CourseError:
        """The error that names this file, this place and a key."""
        return CourseError(
            self.file, f"{self.where}: {key}" if self.where else key, problem, remedy
        )

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty text, stripped; `default` if the key is absent and one is given."""
        value = self._get(key, default)
        if not isinstance(value, str) or (not value.strip() and value is not default):
            raise self.error(key, f"is {_kind(value)}, not a text", "Write a text there.")
        return value.strip()

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        value = self._get(key, None)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.error(
                key,
                f"{shown(value)} is not a whole number from {low} to {high}",
                f"Write a number from {low} to {high}.",
            )
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self.text(key)
        if value not in allowed:
            raise self.error(
                key,
                f"{shown(value)} is no {key} that is known",
                f"{did_you_mean(value, allowed)}Write {' or '.join(allowed)}.",
            )
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of different non-empty texts; `default` if the key is absent."""
        value = self._get(key, default)
        if value is default:
            return default or ()
        if not isinstance(value, list):
            raise self.error(key, f"is {_kind(value)}, not a list", "Write a list: [one, two].")
        seen: set[str] = set()
        for entry in value:
            if not isinstance(entry, str) or not entry.strip():
                raise self.error(
                    key, f"entry {shown(entry)} is not a text", "Write texts, in quotes if need be."
                )
            if entry in seen:
                raise self.error(key, f"{entry!r} occurs twice", "Write it once.")
            seen.add(entry)
        return tuple(value)

    def entries(self, key: str) -> list[Any]:
        """A non-empty list of anything."""
        value = self._get(key, None)
        if not isinstance(value, list) or not value:
            raise self.error(
                key, f"is {_kind(value)}, not a list with entries", "Write at least one entry."
            )
        return value

    def _get(self, key: str, default: Any) -> Any:
        if key in self.data:
            return self.data[key]
        if default is None:
            raise self.error(key, "is missing", f"Add a line that begins '{key}:'.")
        return default


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, str) and not value.strip():
        return "an empty text"
    words = {bool: "a truth value", int: "a number", float: "a number", str: "a text"}
    words |= {list: "a list", dict: "a mapping"}
    return words.get(type(value), f"a {type(value).__name__}")
