"""Fixtures: a course of one tiny exercise, and a copy of the real course."""

import fcntl
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from repository import ROOT
from sandbox_tools import need

from autograder.authoring.proof.compiling import compile_exercise
from autograder.authoring.scaffold import start_exercise
from autograder.course.course_file import Course, load_course
from autograder.model import CompiledExercise
from autograder.sandbox import levels

COURSE_YML = "title: Small\ncourse_id: small\nseed: plain:a seed for tests\n"
SMALL = "01_small"


@pytest.fixture
def small_course(tmp_path: Path) -> Course:
    """A course whose one exercise, 01_small, is what `new` writes; free to be changed."""
    (tmp_path / "course.yml").write_text(COURSE_YML)
    course = load_course(tmp_path)
    start_exercise(course, SMALL)
    return course


@pytest.fixture(scope="session")
def real_course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the repository's course, free to be added to; it shares the checkout's cache.

    Compiled exercises are cached by the hash of their sources, so a second run of the tests
    need not compile what has not changed.
    """
    root = tmp_path_factory.mktemp("course")
    for name in ("exercises", "reference"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "course.yml", root)
    (ROOT / ".cache").mkdir(exist_ok=True)
    (root / ".cache").symlink_to(ROOT / ".cache")
    return load_course(root)


@pytest.fixture(scope="session")
def compiled(real_course: Course) -> Callable[[str], CompiledExercise]:
    """Compile an exercise of the real course: once, though tests run in several processes."""

    @cache
    def compile_once(exercise: str) -> CompiledExercise:
        with (ROOT / ".cache" / f"{exercise}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return compile_exercise(real_course, exercise)

    return compile_once


@pytest.fixture(scope="session")
def level() -> int:
    """The highest level of isolation that this machine gives; 2 at least."""
    found = levels.probe().level
    need(found > 1, "level of isolation above 1")
    return found
