"""What `build` and `validate` do."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from autograder.commands.compiling import compiled_exercise
from autograder.commands.machine import choose_level, default_workers
from autograder.commands.statuses import ExitStatus
from autograder.course.course_file import Course
from autograder.course.folders import find_exercise, list_exercises
from autograder.errors import AutograderError, UsageError


def build(course: Course, wanted: Sequence[str] = ()) -> Iterator[Path]:
    """Write the generated files of exercises, or of all, the sheet and the documents.

    Args:
        course: where they stand.
        wanted: exercises as a person names them; none for all.
    Returns: each file that changed, as soon as it is written.
    """
    from autograder.authoring.documents import build_documents
    from autograder.authoring.lessons.building import build_exercise, build_sheet
    from autograder.authoring.lessons.exercises import authored_exercise

    ids = [find_exercise(course.root, text) for text in wanted] or list_exercises(course.root)
    for exercise_id in ids:
        authored = authored_exercise(course, exercise_id)
        yield from build_exercise(authored, compiled_exercise(course, exercise_id))
    yield from build_sheet(course)
    yield from build_documents(course.root)


def run_validate(
    course: Course, wanted: Sequence[str], matrix: bool, mutate: bool, trust_submissions: bool
) -> int:
    """Prove exercises, one on each core, print what was found; return the exit status."""
    from autograder.authoring.documents import stale_documents
    from autograder.authoring.proof.processes import in_processes
    from autograder.authoring.proof.validate import sheet_problems
    from autograder.report.words import counted

    level = choose_level(trust_submissions)
    ids = [find_exercise(course.root, text) for text in wanted] or list_exercises(course.root)
    if not ids:
        raise UsageError(f"no exercise in {course.exercises}; start one: autograder new 01_name")
    for exercise_id in ids:
        with suppress(AutograderError):  # it is among the holes below
            compiled_exercise(course, exercise_id)
    holes = 0
    prove = partial(_prove, course, level, matrix, mutate)
    for text, found in in_processes(prove, ids, min(len(ids), default_workers())):
        print(text, flush=True)
        holes += found
    for problem in sheet_problems(course):
        print(f"HOLE {problem.file}: {problem.text}")
        holes += 1
    for path in stale_documents(course.root):
        print(f"HOLE {path.relative_to(course.root)}: is stale; run: autograder build")
        holes += 1
    print(f"{counted(len(ids), 'exercise')}, {counted(holes, 'hole') if holes else 'no hole'}")
    return ExitStatus.FOUND if holes else ExitStatus.OK


def _prove(
    course: Course, level: int, matrix: bool, mutate: bool, exercise_id: str
) -> tuple[str, int]:
    """Prove one exercise: what to print, and how many holes it has."""
    from autograder.authoring.proof.mutation import mutate_exercise
    from autograder.authoring.proof.validate import kill_matrix, validate_exercise
    from autograder.report.proof import mutation_text, proof_text
    from autograder.sandbox.launch import import_folders

    proof = validate_exercise(course, exercise_id, level, import_folders)
    text, holes = proof_text(proof, kill_matrix(proof), matrix), len(proof.problems)
    if mutate and proof.compiled is not None:
        folders = import_folders(proof.compiled.exercise.imports)
        run = mutate_exercise(course, proof.compiled, level, folders)
        text += "\n" + mutation_text(run)
        holes += len(run.survivors) + len(run.unused)
    return text, holes
