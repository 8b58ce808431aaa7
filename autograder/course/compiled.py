"""Compiled exercises: what grading needs of an exercise, kept in a cache.

The name of a file in the cache holds the hash of every source that went in, so that a change of
any of them compiles anew. Nothing is compiled here; authoring/proof/compiling.py does that.
"""

import contextlib
import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.course.course_file import Course
from autograder.course.folders import FOLDER
from autograder.course.kept import read_kept, write_kept
from autograder.course.yaml_files import read_yaml
from autograder.errors import CourseError
from autograder.model import CompiledExercise, Visibility
from autograder.storage import SHORTEST_SECRET_NUMBER, dumps, loads

# Every file of the tool whose change can change a compiled exercise: what compiling imports.
# A test compares the list with the imports.
MADE_BY = (
    *(f"authoring/checks/{name}.py" for name in ("check_files", "random_tapes", "vocabulary")),
    *(f"authoring/checks/vocabulary_{kind}.py" for kind in ("calls", "gradients")),
    *(f"authoring/checks/vocabulary_{kind}.py" for kind in ("graphs", "models", "training")),
    *(f"authoring/lessons/{name}.py" for name in ("cells", "cutting", "exercises")),
    *(f"authoring/lessons/{name}.py" for name in ("lesson_files", "regions")),
    *(f"authoring/proof/{name}.py" for name in ("compiling", "kept_answers", "memory")),
    *(f"authoring/proof/{name}.py" for name in ("guard", "mutants", "playing", "processes")),
    *(f"authoring/proof/{name}.py" for name in ("drafting", "shrinking")),
    *(f"course/{name}.py" for name in ("compiled", "course_file", "folders", "kept")),
    *("course/yaml_files.py", "judging/recorded.py", "judging/rightness.py"),
    "sandbox/engines/planted.py",
    *("errors.py", "limits.py", "model.py", "outputs.py", "storage.py", "tape.py"),
    "tolerance.py",
    *(f"worker/{name}.py" for name in ("driver", "protocol", "requests", "status", "unwritten")),
    *(f"worker/imports/{name}.py" for name in ("absent", "importable", "standins")),
    *(f"worker/engines/{name}.py" for name in ("inside", "session", "tapes")),
    *(f"worker/players/{name}.py" for name in ("asked", "remote", "timer")),
    *(f"worker/players/{name}.py" for name in ("base", "calls", "graphs", "kinds", "models")),
    *(f"worker/players/{name}.py" for name in ("probes", "shapes", "training")),
)
TOOL = Path(__file__).resolve().parents[1]
# Packages that decide what is in a lesson's cells, which graphs are drawn, what numbers come out.
MADE_WITH = ("hypothesis", "jupytext", "numpy", "PyYAML")
# Files beside hidden checks that no check plays: reasons, and what markers read.
NOT_PLAYED = ("equivalent.yml", "marking.md")
# Beside public checks: what is generated (scripts are too), and what no check reads. All the
# rest it may read or import.
PUBLIC_HALF = "public.json"
NOT_READ = (".ipynb", ".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")
NOT_WRITTEN = ("__pycache__", ".ipynb_checkpoints")  # folders that no author fills
EXERCISE, MISCONCEPTIONS = "exercise.yml", "misconceptions.yml"
# How a character is written out between double quotes in YAML; a line's end there is none.
WRITTEN_OUT = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\r?\n[ \t]*)")


def fetch(course: Course, exercise_id: str) -> CompiledExercise | None:
    """Read an exercise that was compiled from just these sources; None if there is none.

    Args:
        course: where it stands, and its secret seed.
        exercise_id: its folder's name.
    """
    data = read_kept(_path(course, exercise_id))
    return loads(CompiledExercise, data) if data is not None else None


def keep(course: Course, compiled: CompiledExercise) -> str:
    """Keep a compiled exercise for the next who fetches it; what was kept before it goes.

    Returns: why it is not kept; empty if it is.
    """
    exercise_id = compiled.exercise.id
    path = _path(course, exercise_id)
    for stale in course.cache.glob(f"{exercise_id}-*.json"):
        if stale != path:
            with contextlib.suppress(OSError):  # a cache that may only be read
                stale.unlink(missing_ok=True)
    return write_kept(path, dumps(compiled).encode("ascii"))


def compiled_with(course: Course, exercise_id: str) -> str | None:
    """The version of Hypothesis that the kept exercise was compiled with; None if none is kept."""
    for path in sorted(course.cache.glob(f"{exercise_id}-*-*.json")):
        return path.stem.removeprefix(f"{exercise_id}-").rpartition("-")[0]
    return None


def hypothesis_version() -> str:
    """Hypothesis' version here: it decides the random graphs. It is not imported for that."""
    return _version("hypothesis")


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
        ladder=compiled.ladder,
    )
    return replace(half, sha256=hashlib.sha256(dumps(half).encode()).hexdigest())


def _path(course: Course, exercise_id: str) -> Path:
    digest = sources_hash(course, exercise_id)[:24]
    return course.cache / f"{exercise_id}-{hypothesis_version()}-{digest}.json"


def sources_hash(course: Course, exercise_id: str, tool: Path = TOOL) -> str:
    """Hash of everything that can change what a compiled exercise holds, and of nothing else.

    Args:
        course: where it stands, and its secret seed.
        exercise_id: its folder's name.
        tool: the package's folder.
    """
    versions = [f"{name} {_version(name)}" for name in MADE_WITH]
    digest = hashlib.sha256("\n".join((course.seed, sys.version, *versions)).encode())
    named = [(f"autograder/{name}", tool / name) for name in MADE_BY]
    named += [(str(p.relative_to(course.root)), p) for p in _sources(course, exercise_id)]
    for name, path in named:
        data = path.read_bytes()
        digest.update(f"\n{name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def hidden_numbers(compiled: CompiledExercise) -> set[str]:
    """Expected numbers of hidden cases, as written in JSON, that no public case has."""
    seen: dict[Visibility, set[str]] = {Visibility.PUBLIC: set(), Visibility.HIDDEN: set()}
    for check in compiled.checks:
        for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
            for number in answer.numbers:
                seen[check.visibility].add(repr(number))
            if check.visibility is Visibility.PUBLIC:  # an input is no secret
                seen[Visibility.PUBLIC].update(
                    map(repr, case.request.get("tape", {}).get("leaves", ()))
                )
    return {
        number
        for number in seen[Visibility.HIDDEN] - seen[Visibility.PUBLIC]
        if len(number) >= SHORTEST_SECRET_NUMBER
    }


def _sources(course: Course, exercise_id: str) -> Iterator[Path]:
    """The files of a course that its compiled exercise is made from."""
    public, hidden = course.exercises / exercise_id, course.hidden / exercise_id
    generated = generated_texts(public)
    for path in _files_below(public):
        if path.suffix not in NOT_READ and path not in generated:
            yield path
    yield from sorted(course.reference.glob("*.py"))
    for path in _files_below(hidden):
        if path.name not in NOT_PLAYED:
            yield path
    for other in sorted(_included(course.hidden, exercise_id) - {exercise_id}):
        yield course.hidden / other / MISCONCEPTIONS


def _files_below(folder: Path) -> Iterator[Path]:
    """The files that an author may have put in a folder or below it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not {*NOT_WRITTEN} & {*path.relative_to(folder).parts}:
            yield path


def generated_texts(public: Path) -> set[Path]:
    """The text files that `build` writes beside public checks; notebooks no check reads.

    Of an exercise.yml that cannot be read, nothing is compiled and nothing is written.
    """
    try:
        plain = read_yaml(public / EXERCISE)
    except CourseError:
        plain = None
    file = str(plain.get("file")) if isinstance(plain, dict) else ""
    script = f"{public.name}.py" if file.endswith(".ipynb") else file
    return {public / PUBLIC_HALF, public / script}


def _included(hidden: Path, exercise_id: str) -> set[str]:
    """The exercises whose misconceptions are among those of this one, itself included.

    Each that is named anywhere in a catalogue counts, be it in a comment: however an include
    is written, the name stands there, and one too many does no harm.
    """
    known = {p.parent.name for p in hidden.glob(f"*/{MISCONCEPTIONS}") if p.is_file()}
    found: set[str] = set()
    todo = {exercise_id} & known
    while todo:
        name = todo.pop()
        found.add(name)
        text = (hidden / name / MISCONCEPTIONS).read_text(encoding="utf-8", errors="replace")
        both = text + "\n" + WRITTEN_OUT.sub(_character, text)
        todo |= known.intersection(FOLDER.findall(both)) - found
    return found


def _character(written: re.Match[str]) -> str:
    """The character that an escape stands for, if it stands for one."""
    code = int(next(filter(None, written.groups()), "0"), 16)
    return chr(code) if 0 < code <= sys.maxunicode else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
