"""What a solved submission of each exercise costs to grade, with all its hidden checks."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from autograder.authoring.lessons.exercises import load_exercise
from autograder.authoring.lessons.notebooks import solved_notebook
from autograder.authoring.proof.compiling import compile_exercise
from autograder.course.compiled import task_points
from autograder.course.course_file import load_course
from autograder.course.folders import list_exercises
from autograder.grading.grade import Grader
from autograder.intake.imported import named_imports
from autograder.intake.submissions import Submission
from autograder.model import CompiledExercise

from .engines import ROOT
from .measuring import further_ms

SMALL, LARGE = 20, 120  # classes; their difference is free of the workers' start


def milliseconds(folder: Path, level: int, workers: int) -> Iterator[tuple[str, float]]:
    """Grade classes of solved submissions of each exercise in turn.

    Args:
        folder: where the solved file is written.
        level: isolation.
        workers: how many at a time.
    Returns: exercise id, milliseconds that each further submission takes.
    """
    course = load_course(ROOT)
    for name in list_exercises(course.root):
        authored = load_exercise(course.exercises / name, course.reference)
        compiled = compile_exercise(course, name)
        file = folder / authored.exercise.file
        if file.suffix == ".py":
            file.write_bytes((course.reference / file.name).read_bytes())
        else:
            file.write_text(solved_notebook(authored.exercise, task_points(compiled)))
        work = partial(_grade, compiled, file, level, workers)
        yield name, further_ms(work, SMALL, LARGE)


def _grade(compiled: CompiledExercise, file: Path, level: int, workers: int, count: int) -> None:
    class_ = [Submission(f"s{k:03d}", compiled.exercise.id, file) for k in range(count)]
    imports = named_imports(compiled.exercise.imports, class_)
    grader = Grader(compiled, level, workers, imports)
    for report in grader.grade(class_):
        if report.score != report.max_score:
            raise RuntimeError(f"{report.exercise}: the reference lost points: {report}")
