"""Generated files: each exercise's notebook, script and public answers; the course's sheet."""

from collections.abc import Mapping
from pathlib import Path

from autograder.authoring.cheatsheet import SHEET, cheatsheet, has_sheet
from autograder.authoring.compiling import compile_exercise, public_half
from autograder.authoring.course import Course
from autograder.authoring.exercises import load_exercise
from autograder.authoring.notebooks import student_notebook, student_script
from autograder.model import CompiledExercise
from autograder.storage import dumps

PUBLIC_ANSWERS = "public.json"


def task_points(compiled: CompiledExercise) -> dict[str, float]:
    """Points of each task: the sum of its checks'."""
    points = {task.id: 0.0 for task in compiled.exercise.tasks}
    for check in compiled.checks:
        points[check.task] += check.points
    return points


def generated_files(course: Course, exercise_id: str) -> dict[Path, str]:
    """What `build` writes for an exercise.

    Returns: path to text, the same on every machine.
    Raises: CourseError if a source breaks a rule.
    """
    folder = course.exercises / exercise_id
    authored = load_exercise(folder, course.reference)
    compiled = compile_exercise(course, exercise_id)
    files = {folder / PUBLIC_ANSWERS: dumps(public_half(compiled)) + "\n"}
    if authored.exercise.form == "notebook":
        files[folder / authored.exercise.file] = student_notebook(
            authored.exercise, task_points(compiled)
        )
        files[folder / f"{exercise_id}.py"] = student_script(authored.exercise)
    else:
        files[folder / authored.exercise.file] = student_script(authored.exercise)
    return files


def build(course: Course, exercise_id: str) -> list[Path]:
    """Write an exercise's generated files; return those that changed."""
    return _write(generated_files(course, exercise_id))


def stale_files(course: Course, exercise_id: str) -> list[Path]:
    """Generated files that are absent or differ from what `build` would write."""
    return _stale(generated_files(course, exercise_id))


def sheet_file(course: Course) -> dict[Path, str]:
    """What `build` writes for the whole course: the sheet of derivatives, if it has one.

    It stands with the reference, which is never published, as it answers exercises.
    """
    return {course.reference / SHEET: cheatsheet(course)} if has_sheet(course) else {}


def build_sheet(course: Course) -> list[Path]:
    """Write the course's sheet; return what changed."""
    return _write(sheet_file(course))


def stale_sheet(course: Course) -> list[Path]:
    """The course's sheet, if it is absent or differs from what `build_sheet` would write."""
    return _stale(sheet_file(course))


def _write(files: Mapping[Path, str]) -> list[Path]:
    changed = _stale(files)
    for path in changed:
        path.write_text(files[path], encoding="utf-8", newline="\n")
    return changed


def _stale(files: Mapping[Path, str]) -> list[Path]:
    return [
        path
        for path, text in files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
