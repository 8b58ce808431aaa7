"""An exercise before anything is played: its checks, and what their random graphs are drawn with.

Right gradients are the reference's own engine's; nothing in the tool differentiates.
"""

import runpy
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from autograder.authoring.checks.check_files import checks_file, load_checks
from autograder.authoring.checks.random_tapes import Drawing
from autograder.authoring.proof.guard import shown_numbers
from autograder.authoring.proof.shrinking import draw_rungs
from autograder.course.course_file import Course
from autograder.errors import CourseError
from autograder.model import Check, Exercise, Rung, Visibility
from autograder.storage import dumps
from autograder.worker.players.base import WrongType
from autograder.worker.players.graphs import play_gradients
from autograder.worker.requests import GradientsRequest

ENGINE = "engine.py"
# The public graphs are the same in every copy of the course.
PUBLIC_SEED = "public"


class Draft:
    """An exercise's checks as its author wrote them, with graphs drawn by the course's seed.

    Args:
        course: whose reference has an engine, if any check draws.
        exercise: the exercise.
    """

    def __init__(self, course: Course, exercise: Exercise) -> None:
        self._course, self._exercise = course, exercise
        self._public = course.exercises / exercise.id / "checks.py"
        self._hidden = course.hidden / exercise.id / "checks.py"

    def answers(self, request: GradientsRequest) -> Sequence[float]:
        """What the reference answers to a request for gradients.

        Raises: ArithmeticError or ValueError outside an operation's domain; CourseError
            without an engine.
        """
        try:
            return play_gradients(self._engine, request)
        except (TypeError, WrongType) as error:  # a root of a negative number is complex
            raise ValueError("a node holds no real number") from error

    @cached_property
    def _engine(self) -> dict[str, Any]:
        path = self._course.reference / ENGINE
        if not path.is_file():
            raise CourseError(
                path,
                "random graphs",
                "there is no engine to choose them by",
                "Write the reference's Value there, or leave random_graphs out",
            )
        return runpy.run_path(str(path))

    @cached_property
    def public(self) -> tuple[Check, ...]:
        """The checks that students have. Raises: CourseError."""
        drawing = Drawing(self.answers)
        return load_checks(self._public, Visibility.PUBLIC, PUBLIC_SEED, drawing)

    @cached_property
    def rungs(self) -> list[Rung]:
        """What the ladder of `check --explain` is chosen from: the same for any seed."""
        drawing = Drawing(self.answers)
        return draw_rungs(self.public, f"{PUBLIC_SEED}/{self._exercise.id}", drawing.gradients)

    @cached_property
    def _shown(self) -> str:
        return shown_numbers(self._course, self._exercise.id, map(dumps, self.rungs))

    def checks(self, redrawn: Mapping[str, int]) -> tuple[Check, ...]:
        """The public and the hidden checks, public ones first, those of one task together.

        Args:
            redrawn: how often each check with random graphs has been drawn anew.
        Raises: CourseError for a task that does not exist or has no check, for a name used
            twice, and for a prerequisite that is not an earlier check.
        """
        drawing = Drawing(self.answers, lambda: self._shown, redrawn)
        hidden = load_checks(self._hidden, Visibility.HIDDEN, self._course.seed, drawing)
        return _in_order(self._exercise, (*self.public, *hidden))


def read_checks(course: Course, exercise: Exercise) -> tuple[Check, ...]:
    """The checks of an exercise as they are drawn first. Raises: as Draft.checks."""
    return Draft(course, exercise).checks({})


def _in_order(exercise: Exercise, checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """As the judge goes through them. Raises: as Draft.checks."""
    tasks = [task.id for task in exercise.tasks]
    for check in checks:
        if check.task not in tasks:
            file = checks_file(check.visibility, exercise.id)
            raise CourseError(
                file, check.id, f"there is no task {check.task!r}", f"Use one of {tasks}"
            )
    # checks of one task stand together, in the order of the lesson; the judge goes through
    # them in this order, so a prerequisite must stand above in it
    checks = tuple(sorted(checks, key=lambda check: tasks.index(check.task)))
    seen: set[str] = set()
    for check in checks:
        file = checks_file(check.visibility, exercise.id)
        if check.id in seen:
            raise CourseError(file, check.id, "the name is used twice", "Name one of them anew")
        for required in check.requires:
            if required not in seen:
                raise CourseError(
                    file,
                    check.id,
                    f"it requires {required!r}, which is not an earlier check",
                    "Name a check of the same task or of one before it",
                )
        seen.add(check.id)
    for task in tasks:
        if not any(check.task == task for check in checks):
            file = checks_file(Visibility.PUBLIC, exercise.id)
            raise CourseError(file, task, "the task has no check", "Write one with @check")
    return checks
