"""What a solved submission of each exercise costs to grade, with all its hidden checks."""

from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.building import task_points
from autograder.authoring.compiling import compile_exercise
from autograder.authoring.course import load_course
from autograder.authoring.exercises import load_exercise
from autograder.authoring.notebooks import solved_notebook
from autograder.grading.grade import Grader
from autograder.grading.packages import import_folders
from autograder.grading.submissions import Submission

from .engines import ROOT
from .measuring import cost_of

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
    for place in sorted(course.exercises.iterdir()):
        if not (place / "exercise.yml").exists():
            continue
        authored = load_exercise(place, course.reference)
        compiled = compile_exercise(course, place.name)
        file = folder / authored.exercise.file
        if file.suffix == ".py":
            file.write_bytes((course.reference / file.name).read_bytes())
        else:
            file.write_text(solved_notebook(authored.exercise, task_points(compiled)))
        readonly = import_folders(compiled.exercise.imports)

        def grade(size: int, name=place.name, file=file, parts=(compiled, readonly)) -> None:
            class_ = [Submission(f"s{k:03d}", name, file) for k in range(size)]
            for report in Grader(parts[0], level, workers, parts[1]).grade(class_):
                if report.score != report.max_score:
                    raise RuntimeError(f"{name}: the reference lost points: {report}")

        small, large = (cost_of(lambda size=size: grade(size)).wall_s for size in (SMALL, LARGE))
        yield place.name, (large - small) / (LARGE - SMALL) * 1e3
