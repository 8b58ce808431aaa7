"""What is published of a course's other exercises, so that work for them is known."""

import json
from contextlib import suppress

from autograder.course.compiled import PUBLIC_HALF
from autograder.course.course_file import Course
from autograder.course.folders import list_exercises
from autograder.model import Exercise
from autograder.storage import from_plain


def other_exercises(course: Course, exercise: str) -> tuple[Exercise, ...]:
    """The course's other exercises, as far as what is published of them can be read.

    Args:
        course: where they stand.
        exercise: id of the one that is graded.
    """
    found = []
    for other in list_exercises(course.root):
        with suppress(OSError, ValueError, KeyError, TypeError):
            text = (course.root / "exercises" / other / PUBLIC_HALF).read_bytes()
            found.append(from_plain(Exercise, json.loads(text)["exercise"]))
    return tuple(other for other in found if other.id != exercise)
