"""Run a checks.py, and record what each check in it asks to be played."""

import inspect
import json
import math
import reprlib
import runpy
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from autograder.authoring.checks.random_tapes import Drawing
from autograder.authoring.checks.vocabulary import ATTRIBUTE, Recorder, check
from autograder.errors import CourseError
from autograder.model import Check, Visibility

FOLDERS = {Visibility.PUBLIC: "exercises", Visibility.HIDDEN: "reference/hidden"}
# What a file of Python can end in; SystemExit is of exit(), which would end us too.
RAISED = (Exception, SystemExit)
TEXTS, LISTS = ("remark", "advice", "because"), ("requires", "needs")


def checks_file(visibility: Visibility, exercise_id: str) -> str:
    """How messages name a checks.py: from the course's folder."""
    return f"{FOLDERS[visibility]}/{exercise_id}/checks.py"


def load_checks(
    path: Path, visibility: Visibility, seed: str, drawing: Drawing | None = None
) -> tuple[Check, ...]:
    """Run a checks.py and record the cases of each check in it, in the file's order.

    Args:
        path: the file.
        visibility: of all its checks: the folder says it.
        seed: the course's secret seed; public checks are given a public one.
        drawing: what random graphs are drawn with.
    Returns: the checks; none if there is no such file.
    Raises: CourseError, with the line, if the file does not run, or for a check without
        docstring or cases, or that declares what is no task, no points, no text or no list.
    """
    if not path.exists():
        return ()
    file = checks_file(visibility, path.parent.name)
    try:
        namespace = runpy.run_path(str(path))
    except RAISED as error:
        raise _mistake(file, path, error) from error
    checks = []
    for name, function in namespace.items():
        declared = getattr(function, ATTRIBUTE, None)
        if declared is None or function.__module__ != "<run_path>":
            continue
        first = inspect.unwrap(function).__code__.co_firstlineno
        place = f"{name}, line {first}"
        title = (inspect.getdoc(function) or "").partition("\n")[0]
        if not title:
            raise CourseError(file, place, "a check without a docstring", "Write one sentence")
        found = _declared(file, place, declared)
        again = drawing.redrawn.get(name, 0) if drawing else 0
        salt = f"{path.parent.name}/{name}" + (f"/{again}" if again else "")
        recorder = Recorder(seed, salt, drawing)
        try:
            function(recorder)
            # a worker can be told them, and what it answers can be kept by their hash
            json.dumps([case.plain() for case in recorder.cases], sort_keys=True)
        except RAISED as error:
            raise _mistake(file, path, error, name, first) from error
        if not recorder.cases:
            raise CourseError(file, place, "a check without a case", "Observe something")
        cases = tuple(recorder.cases)
        drawn = recorder.has_drawn
        checks.append(
            Check(id=name, title=title, visibility=visibility, cases=cases, drawn=drawn, **found)
        )
    return tuple(checks)


def _declared(file: str, place: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    """What a check's decorator says, as a Check has it. Raises: CourseError."""

    def need(key: str, rule: Callable[[Any], bool], is_no: str, remedy: str) -> None:
        value = declared[key]
        if not rule(value):
            problem = f"{key}={reprlib.repr(value)} is {is_no}"
            raise CourseError(file, place, problem, remedy)

    need("task", _is_named, "not the id of a task", 'Write it in quotes: task="mul rule"')
    need("points", _are_points, "not a number from 0", "Write points=2, or points=0 for a remark")
    for key in TEXTS:
        need(key, lambda value: isinstance(value, str), "not a text", "Write it in quotes")
    for key in LISTS:
        need(key, _is_list_of_names, "not a list of names", f'Write {key}=["one", "two"]')
    return {**declared, **{key: tuple(declared[key]) for key in LISTS}}


def _is_named(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_points(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value < math.inf


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_named, value))


def _mistake(
    file: str, path: Path, error: BaseException, name: str = "", first: int = 0
) -> CourseError:
    """What a checks.py raised, by the last of its own lines on the way there.

    Args:
        file: how messages name it.
        path: the file.
        error: what was raised.
        name: of the check that was recording; empty if the file itself was run.
        first: its line.
    """
    text, passed = str(error), traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in passed if frame.filename == str(path)]
    if isinstance(error, SyntaxError) and error.filename == str(path):
        text, lines = error.msg, [error.lineno]
    line = lines[-1] if lines else first
    place = ", ".join(filter(None, (name, f"line {line}" if line else ""))) or "file"
    problem = f"{type(error).__name__}: {' '.join(text.split())}".removesuffix(": ")
    remedy = "Mend the call" if name else "Correct the file there"
    if text.startswith("check() "):
        remedy = f"@check takes {', '.join(inspect.signature(check).parameters)}"
    return CourseError(file, place, problem, remedy)
