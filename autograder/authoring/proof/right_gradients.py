"""Right gradients while a course is compiled: the reference's own engine says them."""

import runpy
from collections.abc import Sequence
from typing import Any

from autograder.authoring.checks.random_tapes import Gradients
from autograder.course.course_file import Course
from autograder.errors import CourseError
from autograder.tape import Tape
from autograder.worker.players.base import WrongType
from autograder.worker.players.graphs import play_gradients

ENGINE = "engine.py"


def reference_gradients(course: Course) -> Gradients:
    """What random graphs are chosen by; the engine is loaded when the first one is drawn.

    Args:
        course: whose reference has an engine.
    Returns: a function of a tape: data of all nodes, and the leaves' gradients. It raises
        ArithmeticError or ValueError outside an operation's domain, CourseError without engine.
    """
    loaded: list[dict[str, Any]] = []

    def gradients(tape: Tape) -> tuple[Sequence[float], Sequence[float]]:
        if not loaded:
            loaded.append(_engine(course))
        try:
            numbers = play_gradients(loaded[0], {"tape": tape.plain()})
        except (TypeError, WrongType) as error:  # a root of a negative number is complex
            raise ValueError("a node holds no real number") from error
        # output, leaves' gradients, then gradients and data of all nodes
        return numbers[-tape.size :], numbers[1 : 1 + len(tape.leaves)]

    return gradients


def _engine(course: Course) -> dict[str, Any]:
    path = course.reference / ENGINE
    if not path.is_file():
        raise CourseError(
            path,
            "random graphs",
            "there is no engine to choose them by",
            "Write the reference's Value there, or leave random_graphs out",
        )
    return runpy.run_path(str(path))
