"""Fixtures: a course of one tiny exercise, and a copy of the real course."""

import builtins
import decimal
import fcntl
import math
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
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
from autograder.worker.players.base import MODULE

COURSE_YML = "title: Small\ncourse_id: small\nseed: plain:a seed for tests\n"
SMALL = "01_small"


# What tells the command of a zygote, and of bubblewrap around anything.
SANDBOX_WORDS = ("autograder.worker.zygote import main", "--unshare-all")
started: list[str] = []


def pytest_configure() -> None:
    """Note each start of a sandbox from this process."""
    start = subprocess.Popen.__init__

    def start_and_note(self: object, args: object, *given: object, **named: object) -> None:
        words = " ".join(map(str, args)) if isinstance(args, list | tuple) else str(args)
        if any(word in words for word in SANDBOX_WORDS):
            started.append(words)
        start(self, args, *given, **named)  # type: ignore[arg-type]

    subprocess.Popen.__init__ = start_and_note  # type: ignore[method-assign,assignment]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who asks for the level of this machine starts a sandbox, if only to find it out."""
    for item in items:
        if "level" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.sandbox)


def complaint(test: pytest.Item) -> str:
    """What is wrong with a test that has started a sandbox; empty if nothing is."""
    if started and test.get_closest_marker("sandbox") is None:
        return "it starts a zygote or bubblewrap; mark it: @pytest.mark.sandbox"
    return ""


@pytest.fixture(autouse=True)
def a_sandbox_is_marked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that starts a zygote or bubblewrap and is not marked so."""
    yield
    told = complaint(request.node)
    started.clear()
    assert not told, told


def interpreter_now() -> tuple[object, ...]:
    """What any later test of this process computes with, and a test could leave changed."""
    return (
        dict(vars(math)),
        {name: thing for name, thing in vars(builtins).items() if name != "_"},  # doctest's own
        sys.getrecursionlimit(),
        decimal.getcontext().prec,
    )


@pytest.fixture(autouse=True)
def the_interpreter_is_left_as_it_was() -> Iterator[None]:
    """Fail a test that leaves a function or a setting of Python changed for those after it."""
    before = interpreter_now()
    yield
    assert interpreter_now() == before, "this test changed the interpreter for those after it"


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


@pytest.fixture
def no_submission_left() -> Iterator[None]:
    """A submission's namespace registers itself as a module; the next test shall not meet it."""
    yield
    sys.modules.pop(MODULE, None)
