"""Misconceptions as their authors write them, and the mutants made of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.lessons.exercises import AuthoredExercise, solved_blocks
from autograder.authoring.lessons.regions import replace_in_region
from autograder.course.compiled import MISCONCEPTIONS
from autograder.course.yaml_files import Keys, read_yaml, shown
from autograder.errors import CourseError, did_you_mean
from autograder.model import Block, Misconception

TEXTS = ("what", "why", "try")
LONGEST_ENTRY = 12  # lines of YAML; a longer one is two ideas
INCLUDED = re.compile(r"[0-9][0-9]_\w{1,60}")  # an exercise's folder
KEYS = ("id", "region", "replace", "shapes", *TEXTS)


@dataclass(frozen=True, slots=True)
class Shape:
    """One way a misconception looks in code: a region and what is changed in it."""

    region: str
    replace: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A misconception with all its shapes."""

    misconception: Misconception
    shapes: tuple[Shape, ...]
    file: str


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


def load_entries(
    hidden: Path, exercise_id: str, within: tuple[str, ...] = ()
) -> tuple[CatalogueEntry, ...]:
    """Read an exercise's misconceptions.yml, with those it includes.

    Args:
        hidden: the folder `reference/hidden`.
        exercise_id: whose catalogue.
        within: the exercises whose catalogues are being read and include this one.
    Raises: CourseError if the file breaks a rule.
    """
    path = hidden / exercise_id / MISCONCEPTIONS
    if not path.exists():
        return ()
    file = f"reference/hidden/{exercise_id}/{MISCONCEPTIONS}"
    plain = read_yaml(path, file)
    if not isinstance(plain, list):
        raise CourseError(file, "top level", "not a list of entries", "Begin entries with `- id:`")
    _check_lengths(file, path.read_text(encoding="utf-8"))
    entries: list[CatalogueEntry] = []
    for number, item in enumerate(plain, 1):
        entries.extend(_read_item(file, number, item, hidden, (*within, exercise_id)))
    seen: set[str] = set()
    for entry in entries:
        key = entry.misconception.id
        if key in seen:
            raise CourseError(file, key, "the id is used twice", "Name one of them anew")
        seen.add(key)
    return tuple(entries)


def _check_lengths(file: str, text: str) -> None:
    name, length = "", 0
    for line in [*text.splitlines(), "- id: end"]:
        if line.startswith("- "):
            if length > LONGEST_ENTRY:
                raise CourseError(
                    file,
                    name,
                    f"the entry has {length} lines, at most {LONGEST_ENTRY} are allowed",
                    "Split it into two misconceptions, or shorten its texts",
                )
            name, length = line.partition(":")[2].strip(), 0
        length += bool(line.strip())


def _read_item(
    file: str, number: int, item: Any, hidden: Path, within: tuple[str, ...]
) -> Iterator[CatalogueEntry]:
    if not isinstance(item, dict):
        raise CourseError(file, shown(item), "an entry is not a mapping", "Begin it with `- id:`")
    if "include" in item:
        yield from _included(Keys(file, "", item, ("include", "except")), hidden, within)
        return
    named = item.get("id")
    is_named = isinstance(named, str) and named.strip()
    keys = Keys(file, str(named) if is_named else f"entry {number}", item, KEYS)
    id = keys.text("id")
    misconception = Misconception(id, *(" ".join(keys.text(key).split()) for key in TEXTS))
    yield CatalogueEntry(misconception, tuple(_read_shapes(file, id, item)), file)


def _included(keys: Keys, hidden: Path, within: tuple[str, ...]) -> Iterator[CatalogueEntry]:
    name, left_out = keys.text("include"), keys.texts("except", ())
    if not INCLUDED.fullmatch(name):
        raise keys.error("include", f"{shown(name)} is not an exercise", "Write one like 03_value.")
    if name in within:
        raise keys.error(
            "include", f"{name} includes itself, by {' and '.join(within)}", "Leave one out."
        )
    known = sorted({p.parent.name for p in hidden.glob(f"*/{MISCONCEPTIONS}")} - {*within})
    if name not in known:
        raise keys.error(
            "include",
            f"there is no exercise {name} with a catalogue",
            f"{did_you_mean(name, known)}Others have one: {', '.join(known) or 'none'}.",
        )
    included = load_entries(hidden, name, within)
    unknown = set(left_out) - {e.misconception.id for e in included}
    if unknown or not included:
        problem = f"has no entry {', '.join(sorted(unknown)) or 'at all'}"
        raise CourseError(keys.file, f"include {name}", problem, "Name entries that exist")
    yield from (e for e in included if e.misconception.id not in left_out)


def _read_shapes(file: str, key: str, item: dict[str, Any]) -> Iterator[Shape]:
    shapes = item.get("shapes") or [
        {"regions": [item.get("region")], "replace": item.get("replace")}
    ]
    for shape in shapes if isinstance(shapes, list) else [None]:
        plain = shape if isinstance(shape, dict) else {}
        regions, replace = plain.get("regions"), plain.get("replace")
        regions = regions if isinstance(regions, list) else [None]
        named = all(region and isinstance(region, str) for region in regions)
        if not named or not isinstance(replace, dict):
            raise CourseError(
                file,
                key,
                "a shape needs a region and what to replace in it",
                "Write `region:` and `replace:`, or `shapes:` with `regions:` and `replace:`",
            )
        texts = replace.items()
        for region in regions:
            yield Shape(region, {_text(file, key, a): _text(file, key, b) for a, b in texts})


def _text(file: str, key: str, value: Any) -> str:
    """A piece of code to replace, or to put there; a bare number is one too."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise CourseError(file, key, f"{shown(value)} in replace is not a text", "Put it in quotes")
    return str(value)


def mutants(
    entries: tuple[CatalogueEntry, ...], modules: Mapping[str, str]
) -> Iterator[MutantSource]:
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


def mutant_blocks(authored: AuthoredExercise, mutant: MutantSource) -> tuple[Block, ...]:
    """A mutant as a program: the solved exercise with its module changed."""
    return solved_blocks(authored, {**authored.sources, mutant.module: mutant.source})
