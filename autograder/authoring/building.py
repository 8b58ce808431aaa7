"""The generated half of exercises/: notebook, script and public answers."""

from pathlib import Path

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
    changed = []
    for path, text in generated_files(course, exercise_id).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path)
    return changed


def stale_files(course: Course, exercise_id: str) -> list[Path]:
    """Generated files that are absent or differ from what `build` would write."""
    return [
        path
        for path, text in generated_files(course, exercise_id).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
