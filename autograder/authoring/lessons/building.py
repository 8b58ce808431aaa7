"""Generated files: each exercise's notebook, script and public answers; the course's sheet."""

from collections.abc import Mapping
from pathlib import Path

from autograder.authoring.lessons.cheatsheet import SHEET, cheatsheet, has_sheet
from autograder.authoring.lessons.exercises import AuthoredExercise
from autograder.authoring.lessons.notebooks import student_notebook, student_script
from autograder.course.compiled import PUBLIC_HALF, public_half, task_points
from autograder.course.course_file import Course
from autograder.model import CompiledExercise, ExerciseForm
from autograder.outputs import write_file
from autograder.storage import dumps


def generated_files(authored: AuthoredExercise, compiled: CompiledExercise) -> dict[Path, str]:
    """What `build` writes for an exercise.

    Args:
        authored: the exercise.
        compiled: the same, compiled.
    Returns: path to text, the same on every machine.
    """
    folder, exercise = authored.folder, authored.exercise
    files = {folder / PUBLIC_HALF: dumps(public_half(compiled)) + "\n"}
    if exercise.form is ExerciseForm.NOTEBOOK:
        files[folder / exercise.file] = student_notebook(exercise, task_points(compiled))
        files[folder / f"{exercise.id}.py"] = student_script(exercise)
    else:
        files[folder / exercise.file] = student_script(exercise)
    return files


def build_exercise(authored: AuthoredExercise, compiled: CompiledExercise) -> list[Path]:
    """Write an exercise's generated files; return those that changed."""
    return _write(generated_files(authored, compiled))


def stale_files(authored: AuthoredExercise, compiled: CompiledExercise) -> list[Path]:
    """Generated files that are absent or differ from what `build` would write."""
    return _stale(generated_files(authored, compiled))


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
        write_file(path, files[path], "permit writing there, and run: autograder build")
    return changed


def _stale(files: Mapping[Path, str]) -> list[Path]:
    return [
        path
        for path, text in files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
