"""Misconceptions as their authors write them, and the mutants made of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.regions import replace_in_region
from autograder.authoring.yaml_files import read_yaml
from autograder.errors import CourseError
from autograder.model import Misconception

TEXTS = ("what", "why", "try")
LONGEST_ENTRY = 12  # lines of YAML; a longer one is two ideas
KEYS = {"id", "region", "replace", "shapes", *TEXTS}


@dataclass(frozen=True, slots=True)
class Shape:
    """One way a misconception looks in code: a region and what is changed in it."""

    region: str
    replace: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A misconception with all its shapes."""

    misconception: Misconception
    shapes: tuple[Shape, ...]
    file: Path


@dataclass(frozen=True, slots=True)
class MutantSource:
    """A mutant before it has been played.

    Attributes:
        misconception: id of its entry.
        name: the id, and #n where the entry has several shapes.
        module: reference module that is changed.
        source: the whole module's changed source.
    """

    misconception: str
    name: str
    module: str
    source: str


def load_entries(hidden: Path, exercise_id: str) -> tuple[Entry, ...]:
    """Read an exercise's misconceptions.yml, with those it includes.

    Args:
        hidden: the folder `reference/hidden`.
        exercise_id: whose catalogue.
    Raises: CourseError if the file breaks a rule.
    """
    path = hidden / exercise_id / "misconceptions.yml"
    if not path.exists():
        return ()
    plain = read_yaml(path)
    if not isinstance(plain, list):
        raise CourseError(path, "top level", "not a list of entries", "Begin entries with `- id:`")
    _check_lengths(path, path.read_text(encoding="utf-8"))
    entries: list[Entry] = []
    for item in plain:
        entries.extend(_read_item(path, item, hidden))
    seen: set[str] = set()
    for entry in entries:
        key = entry.misconception.id
        if key in seen:
            raise CourseError(path, key, "the id is used twice", "Name one of them anew")
        seen.add(key)
    return tuple(entries)


def _check_lengths(path: Path, text: str) -> None:
    name, length = "", 0
    for line in [*text.splitlines(), "- id: end"]:
        if line.startswith("- "):
            if length > LONGEST_ENTRY:
                raise CourseError(
                    path,
                    name,
                    f"the entry has {length} lines, at most {LONGEST_ENTRY} are allowed",
                    "Split it into two misconceptions, or shorten its texts",
                )
            name, length = line.partition(":")[2].strip(), 0
        length += bool(line.strip())


def _read_item(path: Path, item: Any, hidden: Path) -> Iterator[Entry]:
    if not isinstance(item, dict):
        raise CourseError(path, repr(item), "an entry is not a mapping", "Begin it with `- id:`")
    if "include" in item:
        left_out = item.get("except", [])
        included = load_entries(hidden, item["include"])
        unknown = set(left_out) - {e.misconception.id for e in included}
        if unknown or not included:
            raise CourseError(
                path,
                f"include {item['include']}",
                f"has no entry {', '.join(sorted(unknown)) or 'at all'}",
                "Name entries that exist",
            )
        yield from (e for e in included if e.misconception.id not in left_out)
        return
    key = str(item.get("id", "?"))
    unknown_keys = set(item) - KEYS
    if unknown_keys:
        raise CourseError(
            path, key, f"unknown key {sorted(map(str, unknown_keys))[0]!r}", f"Use {sorted(KEYS)}"
        )
    for field in ("id", *TEXTS):
        if not isinstance(item.get(field), str) or not item[field].strip():
            raise CourseError(path, key, f"{field} is missing", "Write one sentence")
    misconception = Misconception(key, *(" ".join(item[field].split()) for field in TEXTS))
    yield Entry(misconception, tuple(_read_shapes(path, key, item)), path)


def _read_shapes(path: Path, key: str, item: dict[str, Any]) -> Iterator[Shape]:
    shapes = item.get("shapes") or [
        {"regions": [item.get("region")], "replace": item.get("replace")}
    ]
    for shape in shapes:
        regions, replace = shape.get("regions"), shape.get("replace")
        if not isinstance(replace, dict) or not isinstance(regions, list) or not all(regions):
            raise CourseError(
                path,
                key,
                "a shape needs a region and what to replace in it",
                "Write `region:` and `replace:`, or `shapes:` with `regions:` and `replace:`",
            )
        for region in regions:
            yield Shape(region, {str(a): str(b) for a, b in replace.items()})


def mutants(entries: tuple[Entry, ...], modules: Mapping[str, str]) -> Iterator[MutantSource]:
    """Make every mutant of a catalogue.

    Args:
        entries: the catalogue.
        modules: reference module's name to its source.
    Raises: CourseError if a text to replace does not occur exactly once in its region.
    """
    for entry in entries:
        for number, shape in enumerate(entry.shapes, 1):
            module = shape.region.partition(".")[0]
            if module not in modules:
                raise CourseError(
                    entry.file,
                    entry.misconception.id,
                    f"the exercise has no module {module!r}",
                    f"Use one of {', '.join(modules)}",
                )
            name = entry.misconception.id + (f"#{number}" if len(entry.shapes) > 1 else "")
            source = replace_in_region(
                modules[module],
                shape.region,
                shape.replace,
                file=entry.file,
                key=entry.misconception.id,
            )
            yield MutantSource(entry.misconception.id, name, module, source)
