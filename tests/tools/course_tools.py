"""One exercise of a course built, as the verb `build` does it; and its checks played."""

from collections.abc import Sequence
from pathlib import Path

from autograder.authoring.lessons.building import build_exercise, generated_files, stale_files
from autograder.authoring.lessons.exercises import authored_exercise
from autograder.authoring.proof.compiling import compile_exercise
from autograder.authoring.proof.kept_answers import parts_of
from autograder.authoring.proof.playing import play_parts
from autograder.course.course_file import Course
from autograder.judging.recorded import read_answer
from autograder.model import Answer, Block, Check


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


def play_program(
    blocks: Sequence[Block], checks: Sequence[Check], imports: Sequence[str]
) -> list[Answer]:
    """Play every case of some checks on a trusted program, in this process."""
    played = play_parts(blocks, parts_of(checks), imports)
    answers = (answer for part in played.answers for answer in part)
    return [*map(read_answer, (case for check in checks for case in check.cases), answers)]
