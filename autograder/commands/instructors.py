"""What `grade`, `show`, `demo` and `release` do."""

import contextlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import limits
from autograder.commands.compiling import compiled_exercise
from autograder.commands.ending import ended_in_order
from autograder.commands.exercises import other_exercises
from autograder.commands.machine import choose_level, default_workers
from autograder.commands.statuses import ExitStatus
from autograder.course.course_file import Course
from autograder.course.folders import find_exercise, list_exercises
from autograder.errors import InfrastructureError, UsageError
from autograder.model import CompiledExercise, Exercise
from autograder.outputs import file_at, is_standard_output, is_stream
from autograder.storage import short_sentence
from autograder.verdicts import Report

if TYPE_CHECKING:
    from autograder.intake.arriving.arrival import Arrival

CLASS_FOLDER, RESULTS_FILE = "submissions", "results.jsonl"


def warn_of_seed(course: Course) -> None:
    """Tell staff, on stderr, that their hidden graphs are not hidden."""
    if course.seed_note:
        print(f"warning: {course.seed_note}", file=sys.stderr)


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
    out = out or Path(f"{find_exercise(course.root, exercise)}.jsonl")
    with ended_in_order(), _results_place(out, gradebook):
        return _grade_folder(course, folder, exercise, out, workers, trust_submissions, gradebook)


@contextlib.contextmanager
def _results_place(out: Path, gradebook: str | None) -> Iterator[None]:
    """Claim the place of the results, and find out that all can be written, before any work.

    What is printed makes way for results that go to the standard output.
    """
    from autograder.records.claims import claimed
    from autograder.records.writing import OUT, left_behind

    if gradebook is not None:
        from autograder.records.opening import check_gradebook

        check_gradebook(gradebook)
    with contextlib.ExitStack() as stack:
        if not is_stream(out):
            stack.enter_context(claimed(file_at(out, OUT)))
            for told in left_behind(out):
                print(f"note: {told}", file=sys.stderr)
        elif gradebook is not None:
            raise UsageError(
                f"the gradebook is filled from the results file, and '{out}' keeps nothing; {OUT}"
            )
        elif is_standard_output(out):
            stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        yield


def _grade_folder(
    course: Course,
    folder: Path,
    exercise: str,
    out: Path,
    workers: int | None,
    trust_submissions: bool,
    gradebook: str | None,
) -> int:
    """What `grade_folder` does, once the place of the results is claimed."""
    if gradebook is not None and not folder.is_dir():
        raise UsageError(
            f"nbgrader's gradebook needs a folder beside which `autograded` may stand, and "
            f"'{folder}' is an archive; unpack it and run: autograder grade DIR --gradebook ..."
        )
    warn_of_seed(course)
    compiled = compiled_exercise(course, find_exercise(course.root, exercise))
    level = choose_level(trust_submissions)
    others = other_exercises(course, compiled.exercise.id)
    status = grade_compiled(compiled, folder, out, workers or default_workers(), level, others)
    if gradebook is not None:
        from autograder.commands.gradebook import write_gradebook

        filled = write_gradebook(course, compiled, folder, out, gradebook, others)
        status = max(status, filled)
    if not is_stream(out):
        print(f"results: {out}\none student: autograder show STUDENT --results {out}")
    return status


def grade_compiled(
    compiled: CompiledExercise,
    source: Path,
    out: Path,
    workers: int,
    level: int,
    others: tuple[Exercise, ...] = (),
) -> int:
    """Grade the submissions of a folder or an archive for a compiled exercise.

    Args:
        compiled: the exercise.
        source: what holds the class.
        out: the result file.
        workers: how many submissions run at a time.
        level: isolation level.
        others: the course's other exercises.
    Returns: the exit status.
    """
    from autograder.intake.arriving.arrival import arrival

    exercise = compiled.exercise
    known = tuple(other.id for other in others)
    with arrival(source, exercise.id, exercise.file, known) as arrived:
        if not arrived.submissions:
            raise UsageError(
                f"no student's folder in {source}; it should hold "
                f"<student>/{exercise.id}/{exercise.file}{_lying(arrived)}"
            )
        return _grade(compiled, arrived, out, workers, level, others)


def _lying(arrived: "Arrival") -> str:
    """What lies in a folder without students, for the end of a sentence."""
    names = [stray.name for stray in arrived.strays[: limits.SHOWN_NAMES]]
    return f", and holds: {', '.join(names)}; see docs/handing_in.md" if names else ""


def _grade(
    compiled: CompiledExercise,
    arrived: "Arrival",
    out: Path,
    workers: int,
    level: int,
    others: tuple[Exercise, ...],
) -> int:
    from autograder.grading.grade import Grader
    from autograder.intake.imported import named_imports
    from autograder.intake.submissions import NOTHING
    from autograder.records.writing import ResultsFile
    from autograder.report.arrived import arrived_line, class_notes, elsewhere_line, strays_text
    from autograder.report.progress import progress
    from autograder.report.summary import Tally, print_summary

    submissions = arrived.submissions
    print(arrived_line(len(submissions), arrived.layouts))
    if arrived.elsewhere and all(one.problem == NOTHING for one in submissions):
        print(elsewhere_line(compiled.exercise.id, arrived.elsewhere))
    imports = named_imports(compiled.exercise.imports, submissions)
    grader = Grader(compiled, level, workers, imports, others=others)
    tally = Tally()
    reports: Iterable[Report] = grader.grade(submissions)
    with ResultsFile(out) as results:
        try:
            written = results.write(tally.over(progress(reports, len(submissions))))
        except KeyboardInterrupt:
            print(f"interrupted; {results.so_far()}", file=sys.stderr)
            raise
        except InfrastructureError as error:
            if results.so_far() in str(error):
                raise
            raise InfrastructureError(f"{error}; {results.so_far()}") from error
    titles = {task.id: task.title for task in compiled.exercise.tasks}
    texts = {m.id: m.what for m in compiled.misconceptions.values()}
    failures = {failure.student: failure.reason for failure in grader.failures}
    summary = tally.summary(titles, failures, texts)
    nothing = [one.student for one in submissions if one.problem == NOTHING]
    late = [one.student for one in submissions if one.facts.late]
    notes = (*summary.notes, *class_notes(nothing, late))
    print_summary(replace(summary, notes=notes))
    if written.kept is not None:
        print(f"the results that stood in {out} before are now {written.kept}")
    elif written.same:
        print(f"the same results, to the byte, stood in {out} already")
    if arrived.strays:
        print("\n" + strays_text([(stray.name, stray.why) for stray in arrived.strays]))
        return ExitStatus.NOBODYS
    return ExitStatus.FOUND if grader.failures else ExitStatus.OK


def show_student(results: Path, student: str, *, colour: bool) -> str:
    """One student's report, with titles where the course that made it is at hand."""
    from autograder.course.course_file import find_course
    from autograder.course.folders import list_exercises
    from autograder.records.results import find_report
    from autograder.report.terminal import show

    report = find_report(results, student)
    compiled = None
    try:
        course = find_course(Path.cwd())
    except UsageError:
        course = None  # ids stand in for titles
    if course is not None and report.exercise in list_exercises(course.root):
        compiled = compiled_exercise(course, report.exercise)
    return show(report, compiled, colour=colour, staff=True)


def run_demo(course: Course, students: int, out: Path, workers: int | None) -> int:
    """Make up a class, grade it, say where to look; return the exit status."""
    from autograder.authoring.demo import EXERCISE, make_class

    if out.exists() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty; remove it, or name another folder: --out DIR")
    folder, results = out / CLASS_FOLDER, out / RESULTS_FILE
    kinds = make_class(course, folder, students)
    print(f"made a class of {len(kinds)} in {folder}:")
    for kind, count in Counter(k.partition(":")[0] for k in kinds.values()).most_common():
        print(f"  {count:3d}  {kind}")
    compiled = compiled_exercise(course, EXERCISE)
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


def run_release(
    course: Course, wanted: Sequence[str], out: Path, *, cheatsheet: bool = False
) -> int:
    """Write a release and say what is what; return the exit status."""
    from autograder.authoring.release.bundle import prepare, write_release

    warn_of_seed(course)
    ids = sorted({find_exercise(course.root, text) for text in wanted})
    ids = ids or list(list_exercises(course.root))
    if not ids:
        raise UsageError(f"no exercise in {course.exercises}; start one: autograder new 01_name")
    for exercise_id in ids:
        compiled_exercise(course, exercise_id)  # shown while it lasts; it is kept for what follows
    bundle = prepare(course, ids, with_sheet=cheatsheet)
    folder, packed, nbgrader = write_release(bundle, out)
    print(f"for students   {folder}\nthe same       {packed}")
    print(f"for nbgrader   {nbgrader}  (staff only: solutions are in it)")
    if bundle.left:
        stray = ", ".join(bundle.left)
        print(short_sentence(f"left out       no lesson or public check names: {stray}"))
    for note in bundle.notes:
        print(f"note: {note}; to release them one after the other: --exercise ID")
    print(f"next: cd {nbgrader} && nbgrader generate_assignment {ids[0]}")
    return ExitStatus.OK
