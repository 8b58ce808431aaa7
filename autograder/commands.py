"""What the instructor's and the author's verbs do, put together from the rooms."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.authoring.course import Course
from autograder.errors import UsageError
from autograder.grading import levels
from autograder.model import Answer, Case, CompiledExercise, Report
from autograder.tape import BINARY

if TYPE_CHECKING:
    from autograder.student.finding import Place

REFLECTED = frozenset("r" + op for op in BINARY)
CLASS_FOLDER, RESULTS_FILE = "submissions", "results.jsonl"


def choose_level(trust_submissions: bool) -> int:
    """The isolation level to grade at, printed with what is in force.

    Raises: UsageError at level 1 unless submissions are trusted.
    """
    probe = levels.probe()
    print(levels.describe(probe.level), file=sys.stderr)
    for reason in probe.reasons:
        print(f"  not higher: {reason}", file=sys.stderr)
    if probe.level == 1 and not trust_submissions:
        raise UsageError(
            "this machine cannot isolate submissions; grade on Linux, or, if you trust every "
            "one of them, add: --trust-submissions"
        )
    return probe.level


def default_workers() -> int:
    """One worker for each core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def grade_folder(
    course: Course,
    folder: Path,
    exercise: str,
    out: Path | None,
    workers: int | None,
    trust_submissions: bool,
    gradebook: str | None = None,
) -> int:
    """Grade a class, write its results, fill nbgrader's gradebook; return the exit status."""
    from autograder.authoring.compiling import compile_exercise
    from autograder.authoring.exercises import find_exercise
    from autograder.grading.archives import class_folder

    if gradebook is not None and not folder.is_dir():
        raise UsageError(
            f"nbgrader's gradebook needs a folder beside which `autograded` may stand, and "
            f"'{folder}' is an archive; unpack it and run: autograder grade DIR --gradebook ..."
        )
    compiled = compile_exercise(course, find_exercise(course.root, exercise))
    level = choose_level(trust_submissions)
    out = out or Path(f"{compiled.exercise.id}.jsonl")
    with class_folder(folder, compiled.exercise.id, compiled.exercise.file) as place:
        status = grade_compiled(compiled, place, out, workers or default_workers(), level)
        if gradebook is not None:
            from autograder.commands_nbgrader import write_gradebook

            write_gradebook(course, compiled, place, out, gradebook)
    print(f"results: {out}\none student: autograder show STUDENT --results {out}")
    return status


def grade_compiled(
    compiled: CompiledExercise, folder: Path, out: Path, workers: int, level: int
) -> int:
    """Grade the submissions of a folder for a compiled exercise; return the exit status."""
    from autograder.grading.grade import Grader
    from autograder.grading.packages import import_folders
    from autograder.grading.submissions import find_submissions
    from autograder.records.results import partial_path, write_results
    from autograder.report.progress import progress
    from autograder.report.summary import Tally, print_summary

    submissions = find_submissions(folder, compiled.exercise.id, compiled.exercise.file)
    if not submissions:
        raise UsageError(
            f"no student's folder in {folder}; it should hold "
            f"<student>/{compiled.exercise.id}/{compiled.exercise.file}"
        )
    grader = Grader(compiled, level, workers, import_folders(compiled.exercise.imports))
    tally = Tally()
    reports: Iterable[Report] = grader.grade(submissions)
    try:
        write_results(out, tally.over(progress(reports, len(submissions))))
    except KeyboardInterrupt:
        print(f"interrupted; what is graded so far: {partial_path(out)}", file=sys.stderr)
        raise
    titles = {task.id: task.title for task in compiled.exercise.tasks}
    texts = {m.id: m.what for m in compiled.misconceptions.values()}
    failures = {failure.student: failure.reason for failure in grader.failures}
    print_summary(tally.summary(titles, failures, texts))
    return 1 if grader.failures else 0


def show_student(results: Path, student: str, *, colour: bool) -> str:
    """One student's report, with titles where the course that made it is at hand."""
    from autograder.authoring.compiling import compile_exercise
    from autograder.authoring.course import find_course
    from autograder.authoring.exercises import list_exercises
    from autograder.records.results import find_report
    from autograder.report.terminal import show

    report = find_report(results, student)
    compiled = None
    try:
        course = find_course(Path.cwd())
    except UsageError:
        course = None  # ids stand in for titles
    if course is not None and report.exercise in list_exercises(course.root):
        compiled = compile_exercise(course, report.exercise)
    return show(report, compiled, colour=colour, staff=True)


def run_demo(course: Course, students: int, out: Path, workers: int | None) -> int:
    """Make up a class, grade it, say where to look; return the exit status."""
    from autograder.authoring.compiling import compile_exercise
    from autograder.authoring.demo import EXERCISE, make_class

    if out.exists() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty; remove it, or name another folder: --out DIR")
    folder, results = out / CLASS_FOLDER, out / RESULTS_FILE
    kinds = make_class(course, folder, students)
    print(f"made a class of {len(kinds)} in {folder}:")
    for kind, count in Counter(k.partition(":")[0] for k in kinds.values()).most_common():
        print(f"  {count:3d}  {kind}")
    compiled = compile_exercise(course, EXERCISE)
    level = choose_level(trust_submissions=False)
    status = grade_compiled(compiled, folder, results, workers or default_workers(), level)
    student = next(
        (s for s, kind in kinds.items() if kind.startswith("mistake")), next(iter(kinds))
    )
    print(
        "\nwhat to look at next"
        f"\n  one student     autograder show {student} --results {results}"
        f"\n  what was sent   {folder / student}"
        f"\n  all results     {results}  (one JSON object a line)"
    )
    return status


def run_validate(
    course: Course, wanted: Sequence[str], matrix: bool, mutate: bool, trust_submissions: bool
) -> int:
    """Prove exercises, one on each core, print what was found; return the exit status."""
    from concurrent.futures import ProcessPoolExecutor
    from functools import partial

    from autograder.authoring.exercises import find_exercise, list_exercises
    from autograder.authoring.validate import sheet_problems

    level = choose_level(trust_submissions)
    ids = [find_exercise(course.root, text) for text in wanted] or list_exercises(course.root)
    if not ids:
        raise UsageError(f"no exercise in {course.exercises}; start one: autograder new 01_name")
    holes = 0
    prove = partial(_prove, course, level, matrix, mutate)
    with ProcessPoolExecutor(min(len(ids), default_workers())) as pool:
        for text, found in pool.map(prove, ids):
            print(text, flush=True)
            holes += found
    for problem in sheet_problems(course):
        print(f"HOLE {problem.file}: {problem.text}")
        holes += 1
    print(f"{len(ids)} exercises, {holes} holes" if holes else f"{len(ids)} exercises, no hole")
    return 1 if holes else 0


def _prove(
    course: Course, level: int, matrix: bool, mutate: bool, exercise_id: str
) -> tuple[str, int]:
    """Prove one exercise: what to print, and how many holes it has."""
    from autograder.authoring.mutation import mutate_exercise
    from autograder.authoring.validate import kill_matrix, validate_exercise
    from autograder.grading.packages import import_folders
    from autograder.report.proof import mutation_text, proof_text

    proof = validate_exercise(course, exercise_id, level, import_folders)
    text, holes = proof_text(proof, kill_matrix(proof), matrix), len(proof.problems)
    if mutate and proof.compiled is not None:
        folders = import_folders(proof.compiled.exercise.imports)
        run = mutate_exercise(course, proof.compiled, level, folders)
        text += "\n" + mutation_text(run)
        holes += len(run.survivors) + len(run.unused)
    return text, holes


def explain(place: "Place", report: Report) -> str:
    """Look for the smallest graph on which a student's engine is wrong.

    Args:
        place: exercise and file that were checked.
        report: what the checks found; a failed check of gradients says which operations to try.
    Returns: what was found, in words.
    """
    from importlib.util import find_spec

    from autograder.grading.extract import extract
    from autograder.grading.live import LiveWorker
    from autograder.model import Outcome
    from autograder.report.explanation import NOT_GRAPHS, NOTHING_FOUND, found_text

    shown = {r.minimal_case for r in report.checks if r.outcome is Outcome.FAILED}
    cases = [
        case
        for check in place.compiled.checks
        for case in check.cases
        if case.kind == "gradients" and case.snippet in shown
    ]
    if not cases:
        return NOT_GRAPHS
    if find_spec("hypothesis") is None:
        raise UsageError("--explain needs Hypothesis; run: pip install hypothesis")
    from autograder.authoring.shrinking import smallest_failure

    # the failing case with fewest operations is nearest to the mistake
    ops = min((case.ops for case in cases), key=len)
    program = extract(place.file.read_bytes(), place.file.name, place.compiled.exercise)
    with LiveWorker(program.blocks, place.compiled.exercise.imports) as worker:

        def play(case: Case) -> Answer:
            return worker.play(
                {
                    "kind": case.kind,
                    "request": case.request,
                    "ops": case.ops,
                    "within_s": case.within_s,
                }
            )

        found = smallest_failure(
            play, [op.removeprefix("r") if op in REFLECTED else op for op in ops]
        )
    return NOTHING_FOUND if found is None else found_text(*found)
