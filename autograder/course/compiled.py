"""Compiled exercises: what grading needs of an exercise, kept in a cache.

The name of a file in the cache holds the hash of every source that went in, so that a change of
any of them compiles anew. Nothing is compiled here; authoring/proof/compiling.py does that.
"""

import hashlib
import os
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from autograder.course.course_file import Course
from autograder.model import CompiledExercise, Visibility
from autograder.storage import dumps, loads

# The rooms whose code decides what a compiled exercise holds.
MADE_BY = ("authoring", "course", "judging", "worker")


def fetch(course: Course, exercise_id: str) -> CompiledExercise | None:
    """Read an exercise that was compiled from just these sources; None if there is none.

    Args:
        course: where it stands, and its secret seed.
        exercise_id: its folder's name.
    """
    path = _path(course, exercise_id)
    return loads(CompiledExercise, path.read_bytes()) if path.exists() else None


def keep(course: Course, compiled: CompiledExercise) -> None:
    """Keep a compiled exercise for the next who fetches it; what was kept before it goes."""
    exercise_id = compiled.exercise.id
    path = _path(course, exercise_id)
    course.cache.mkdir(parents=True, exist_ok=True)
    for stale in course.cache.glob(f"{exercise_id}-*.json"):
        stale.unlink(missing_ok=True)
    # written aside and renamed: a reader sees a whole file or none
    aside = path.with_suffix(f".{os.getpid()}.part")
    aside.write_text(dumps(compiled), encoding="ascii")
    aside.replace(path)


def task_points(compiled: CompiledExercise) -> dict[str, float]:
    """Points of each task: the sum of its checks'."""
    points = {task.id: 0.0 for task in compiled.exercise.tasks}
    for check in compiled.checks:
        points[check.task] += check.points
    return points


def public_half(compiled: CompiledExercise) -> CompiledExercise:
    """What a student's own machine needs: public checks, and fingerprints on these alone."""
    checks = tuple(c for c in compiled.checks if c.visibility is Visibility.PUBLIC)
    ids = {check.id for check in checks}
    mutants_left = tuple(
        replace(m, answers={c: a for c, a in m.answers.items() if c in ids})
        for m in compiled.mutants
        if ids & set(m.answers)
    )
    named = {m.misconception for m in mutants_left}
    half = CompiledExercise(
        exercise=compiled.exercise,
        checks=tuple(
            replace(check, requires=tuple(r for r in check.requires if r in ids))
            for check in checks
        ),
        expected={check.id: compiled.expected[check.id] for check in checks},
        misconceptions={k: m for k, m in compiled.misconceptions.items() if k in named},
        mutants=mutants_left,
        sha256="",
    )
    return replace(half, sha256=hashlib.sha256(dumps(half).encode()).hexdigest())


def _path(course: Course, exercise_id: str) -> Path:
    return course.cache / f"{exercise_id}-{_sources_hash(course, exercise_id)[:24]}.json"


def _sources_hash(course: Course, exercise_id: str) -> str:
    """Hash of everything a compiled exercise is made from, the tool itself included."""
    tool = Path(__file__).resolve().parents[1]
    files = [
        *sorted((course.exercises / exercise_id).glob("*.yml")),
        *sorted((course.exercises / exercise_id).glob("*.md")),
        *sorted((course.exercises / exercise_id).glob("checks.py")),
        *sorted(course.reference.glob("*.py")),
        *sorted(course.hidden.rglob("*.yml")),
        *sorted((course.hidden / exercise_id).rglob("*.py")),
        *sorted(path for room in MADE_BY for path in (tool / room).rglob("*.py")),
        *sorted(tool.glob("*.py")),
    ]
    digest = hashlib.sha256(f"{course.seed}\n{version('hypothesis')}\n{sys.version}".encode())
    for path in files:
        digest.update(f"\n{path.name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
