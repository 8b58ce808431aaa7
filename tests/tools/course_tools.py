"""One exercise of a course built, as the verb `build` does it."""

from pathlib import Path

from autograder.authoring.lessons.building import build_exercise, generated_files, stale_files
from autograder.authoring.lessons.exercises import authored_exercise
from autograder.authoring.proof.compiling import compile_exercise
from autograder.course.course_file import Course


def build(course: Course, exercise_id: str) -> list[Path]:
    """Write an exercise's generated files; return those that changed."""
    authored = authored_exercise(course, exercise_id)
    return build_exercise(authored, compile_exercise(course, exercise_id))


def generated(course: Course, exercise_id: str) -> dict[Path, str]:
    """What `build` would write."""
    authored = authored_exercise(course, exercise_id)
    return generated_files(authored, compile_exercise(course, exercise_id))


def stale(course: Course, exercise_id: str) -> list[Path]:
    """What is absent, or differs from what `build` would write."""
    authored = authored_exercise(course, exercise_id)
    return stale_files(authored, compile_exercise(course, exercise_id))
