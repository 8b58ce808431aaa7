"""Compiling for a verb that needs it: on every core, shown while it lasts."""

import sys

from autograder.commands.machine import default_workers
from autograder.course.course_file import Course
from autograder.model import CompiledExercise


def compiled_exercise(course: Course, exercise_id: str) -> CompiledExercise:
    """Compile an exercise, or fetch it if nothing has changed; progress goes to stderr.

    Args:
        course: where it stands.
        exercise_id: its folder's name.
    Raises: CourseError if any of its files breaks a rule.
    """
    from autograder.authoring.proof.compiling import compile_exercise
    from autograder.report.progress import compiling_progress

    return compile_exercise(
        course,
        exercise_id,
        workers=default_workers(),
        watch=compiling_progress,
        say=lambda line: print(line, file=sys.stderr),
    )
