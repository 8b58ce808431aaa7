"""Reads the hostile corpus: one entry for each file, and for each generator of a file."""

import ast
import json
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import (
    generated,
    generated_bounds,
    generated_markup,
    generated_notebooks,
    generated_players,
)

FOLDER = Path(__file__).parent
FAMILIES = (
    "reading",
    "writing",
    "network",
    "process",
    "exhaustion",
    "forging",
    "crashing",
    "source",
    "two_faced",
    "planted",
    "differentiator",
    "player",
    "leaks",
    "markup",
    "bounds",
)
EXPECTATIONS = (
    *("zero", "honest", "partial", "limit", "refused", "flagged", "tenth", "forward", "withheld"),
)
PLANTED, PLANTED_EXERCISE = "planted", "07_gradcheck"  # its files stand in a cell of that notebook
PLANTED_CELL = "solve-probes-probes"  # the last that students write
LIMITS = ("cpu", "memory", "output", "wall")
# What an attack that succeeds prints, what it says in front of what it was asked, and how what it
# leaves behind is called.
LEAK = "LEAK:"
REQUEST = "REQUEST:"
CANARY = "micrograde-canary-"

Notebook = dict[str, Any]
Generator = Callable[[Path, Notebook], Path]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile submission.

    Attributes:
        name: unique; file name or generator name.
        family: one of FAMILIES.
        exercise: what it is handed in for: 06_engine, 04_backward_rules or 07_gradcheck.
        source: the file, or the generator that writes it.
        expect: one of EXPECTATIONS.
        detail: for "limit" which one; for "partial" why; else empty.
        gain: what success would look like.
        doc: the first line of its docstring, what it tries.
        start: of a notebook: "solved" or "released", what the generator is to be given.
        student: what the student's folder is called, behind its number; else the entry's name.
    """

    name: str
    family: str
    exercise: str
    source: Path | Generator
    expect: str
    detail: str
    gain: str
    doc: str
    start: str = ""
    student: str = ""

    def place(self, folder: Path, notebook: Notebook | None = None) -> Path:
        """Put the submission into a folder, as a student would hand it in.

        Args:
            folder: exists; one for each submission.
            notebook: of the exercise, as `start` says; needed by notebook entries only.
        Returns: the path to hand to the grader; a file, link, pipe or folder.
        """
        if self.start and notebook is None:
            raise ValueError(f"{self.name} needs the {self.start} notebook of {self.exercise}")
        if self.exercise == PLANTED_EXERCISE and isinstance(self.source, Path):
            return _in_a_cell(self.source, folder, notebook or {})
        if isinstance(self.source, Path):
            copy = folder / "engine.py"
            copy.write_bytes(self.source.read_bytes())
            return copy
        return self.source(folder, notebook or {})


def _in_a_cell(file: Path, folder: Path, notebook: Notebook) -> Path:
    """Hand in a notebook as it was released, with a file's text in the last cell to fill."""
    if PLANTED_CELL not in [cell["id"] for cell in notebook["cells"]]:
        raise ValueError(f"the notebook of {PLANTED_EXERCISE} has no cell {PLANTED_CELL}")
    text = file.read_text(encoding="utf-8")
    cells = [
        {**cell, "source": text} if cell["id"] == PLANTED_CELL else cell
        for cell in notebook["cells"]
    ]
    written = folder / f"{PLANTED_EXERCISE}.ipynb"
    written.write_text(json.dumps({**notebook, "cells": cells}), encoding="utf-8")
    return written


def parse(docstring: str) -> tuple[str, dict[str, str]]:
    """Split a docstring into its first line and its `key: value` lines.

    `parse("Tries.\\n\\nexpect: zero")` is `("Tries.", {"expect": "zero"})`.
    """
    first, _, rest = textwrap.dedent(docstring).strip().partition("\n")
    fields = {}
    rest = textwrap.dedent(rest)
    for key, value in re.findall(r"^([a-z]+): (.*(?:\n +.*)*)", rest, re.MULTILINE):
        fields[key] = " ".join(value.split())
    return first.strip(), fields


def _entry(name: str, docstring: str, source: Path | Generator, exercise: str) -> Hostile:
    first, fields = parse(docstring)
    expect, _, detail = fields["expect"].partition(": ")
    return Hostile(
        name=name,
        family=fields["family"],
        exercise=exercise,
        source=source,
        expect=expect,
        detail=detail,
        gain=fields["gain"],
        doc=first,
        start=fields.get("start", "released" if exercise == PLANTED_EXERCISE else ""),
        student=generated_markup.FOLDERS.get(name, name),
    )


def load_corpus() -> tuple[Hostile, ...]:
    """Read every entry, sorted by family and name."""
    entries = []
    for file in (file for family in FAMILIES for file in FOLDER.glob(f"{family}/*.py")):
        docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        exercise = PLANTED_EXERCISE if file.parent.name == PLANTED else "06_engine"
        entries.append(_entry(file.stem, docstring, file, exercise))
    for exercise, generators in (
        ("06_engine", generated.GENERATORS),
        ("06_engine", generated_players.GENERATORS),
        ("06_engine", generated_bounds.GENERATORS),
        ("04_backward_rules", generated_notebooks.GENERATORS),
        ("04_backward_rules", generated_markup.GENERATORS),
        ("04_backward_rules", generated_bounds.NOTEBOOKS),
    ):
        for generator in generators:
            entries.append(_entry(generator.__name__, generator.__doc__ or "", generator, exercise))
    return tuple(sorted(entries, key=lambda entry: (FAMILIES.index(entry.family), entry.name)))
