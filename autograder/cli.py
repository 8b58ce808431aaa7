"""The command line: one function for each verb, which calls what does the work.

A verb imports its module inside its own function, so that no verb waits for the imports of
another: `autograder list` loads neither numpy nor Hypothesis.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder import __version__
from autograder.commands.statuses import ExitStatus
from autograder.errors import AutograderError, CourseError, UsageError
from autograder.outputs import is_the_machines, machine_sentence

if TYPE_CHECKING:
    from autograder.course.course_file import Course


class _Group(click.Group):
    """Turns the tool's own errors, and the machine's, into one line on stderr and a status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # here, where a full disk is told in a sentence
        except (UsageError, CourseError) as error:
            click.echo(f"autograder: {error}", err=True)
            sys.exit(ExitStatus.USAGE)
        except AutograderError as error:
            click.echo(f"autograder: {error}", err=True)
            sys.exit(ExitStatus.FOUND)
        except KeyboardInterrupt:
            sys.exit(ExitStatus.INTERRUPTED)
        except OSError as error:
            if not is_the_machines(error):
                raise
            _drop_what_is_not_printed()
            click.echo(f"autograder: {machine_sentence(error)}", err=True)
            sys.exit(ExitStatus.FOUND)


def _drop_what_is_not_printed() -> None:
    """Keep Python from trying again, at its end, to print what the disk did not take."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
def main() -> None:
    """A course in backpropagation that grades itself."""


def _course(folder: str | None) -> "Course":
    from autograder.course.course_file import find_course

    return find_course(Path(folder) if folder else Path.cwd())


course_option = click.option(
    "--course",
    "course_folder",
    type=click.Path(file_okay=False),
    help="The course's folder; by default the one you are in.",
)
trust_option = click.option(
    "--trust-submissions",
    is_flag=True,
    help="Run submissions without a sandbox where this machine has none.",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Submissions graded at a time; by default one for each core.",
)


@main.command()
@click.argument("folder", type=click.Path(exists=True))
@click.option("--exercise", required=True, help="Which exercise: 06_engine, or 06.")
@click.option("--out", type=click.Path(dir_okay=False), help="JSON lines; EXERCISE.jsonl.")
@click.option(
    "--gradebook",
    metavar="URL",
    help="Also fill nbgrader's gradebook, sqlite:///gradebook.db, and FOLDER/../autograded.",
)
@workers_option
@trust_option
@course_option
def grade(
    folder: str,
    exercise: str,
    out: str | None,
    gradebook: str | None,
    workers: int | None,
    trust_submissions: bool,
    course_folder: str | None,
) -> None:
    """Grade a class: a folder, .zip or .tar.gz, laid out as any platform exports it."""
    from autograder.commands.instructors import grade_folder

    sys.exit(
        grade_folder(
            _course(course_folder),
            Path(folder),
            exercise,
            Path(out) if out else None,
            workers,
            trust_submissions,
            gradebook,
        )
    )


@main.command("show")
@click.argument("student")
@click.option(
    "--results", type=click.Path(exists=True, dir_okay=False), required=True, help="From grade."
)
def show_verb(student: str, results: str) -> None:
    """Show one student's report."""
    from autograder.commands.instructors import show_student

    click.echo(show_student(Path(results), student, colour=sys.stdout.isatty()))


@main.command()
@click.option("--students", type=click.IntRange(1, 10_000), default=40, show_default=True)
@click.option("--out", type=click.Path(file_okay=False), default="micrograde-demo")
@workers_option
@course_option
def demo(students: int, out: str, workers: int | None, course_folder: str | None) -> None:
    """Make up a class, grade it, and say where to look."""
    from autograder.commands.instructors import run_demo

    sys.exit(run_demo(_course(course_folder), students, Path(out), workers))


@main.command()
@click.option("--out", type=click.Path(file_okay=False), required=True)
@click.option("--exercise", "exercises", multiple=True, help="Only this one; may be repeated.")
@click.option("--cheatsheet", is_flag=True, help="With the sheet of derivatives; it answers 04.")
@course_option
def release(
    out: str, exercises: tuple[str, ...], cheatsheet: bool, course_folder: str | None
) -> None:
    """Write what students get, and a course directory for nbgrader."""
    from autograder.commands.instructors import run_release

    sys.exit(run_release(_course(course_folder), exercises, Path(out), cheatsheet=cheatsheet))


@main.command("list")
def list_verb() -> None:
    """List the exercises."""
    from autograder.student.finding import list_text

    click.echo(list_text(Path.cwd()))


exercise_argument = click.argument("exercise", required=False)
task_option = click.option("--task", help="Only this task, such as 'mul rule'.")


@main.command()
@exercise_argument
@task_option
@click.option("--watch", is_flag=True, help="Check again whenever the file is saved.")
@click.option("--explain", is_flag=True, help="Look for the smallest graph that goes wrong.")
def check(exercise: str | None, task: str | None, watch: bool, explain: bool) -> None:
    """Check your own work against the public checks.

    EXERCISE is an exercise (06_engine, or 06) or your file; without it, what stands in the
    folder you are in.
    """
    from autograder.model import Outcome
    from autograder.student.checking import check_text, check_workspace
    from autograder.student.finding import find_workspace
    from autograder.student.watching import changes

    workspace = find_workspace(exercise, Path.cwd())
    passed = False
    for _ in changes(workspace.file) if watch else (None,):
        report = check_workspace(workspace, task)
        passed = report.outcome is Outcome.PASSED
        click.echo(check_text(workspace, report, task, colour=sys.stdout.isatty()))
        if explain:
            from autograder.commands.students import explain as explain_workspace

            click.echo(explain_workspace(workspace, report))
    sys.exit(ExitStatus.OK if passed else ExitStatus.FOUND)


@main.command("hint")
@exercise_argument
@task_option
@click.option("--level", type=click.Choice(["nudge", "concept", "twin"]))
def hint_verb(exercise: str | None, task: str | None, level: str | None) -> None:
    """Get a hint: a nudge first, then the concept, then a worked twin."""
    from autograder.student.finding import find_workspace
    from autograder.student.hints import hint

    click.echo(hint(find_workspace(exercise, Path.cwd()), task, level))


@main.command("reset")
@exercise_argument
@task_option
def reset_verb(exercise: str | None, task: str | None) -> None:
    """Put a task, or the whole exercise, back to its start; your work is kept in a backup."""
    from autograder.student.finding import find_workspace
    from autograder.student.resetting import reset

    click.echo(reset(find_workspace(exercise, Path.cwd()), task))


@main.command()
@click.argument("exercise")
@course_option
def new(exercise: str, course_folder: str | None) -> None:
    """Start a new exercise: its public and its hidden folder."""
    from autograder.authoring.scaffold import start_exercise

    for path in start_exercise(_course(course_folder), exercise):
        click.echo(f"wrote {path}")


@main.command()
@click.argument("exercises", nargs=-1)
@course_option
def build(exercises: tuple[str, ...], course_folder: str | None) -> None:
    """Write the generated files of EXERCISES, or of all, the sheet and the documents."""
    from autograder.commands.authors import build as write_files

    course = _course(course_folder)
    for path in write_files(course, exercises):
        click.echo(f"wrote {path.relative_to(course.root)}")


@main.command()
@click.argument("exercises", nargs=-1)
@click.option("--matrix", is_flag=True, help="Print which check kills which mutant.")
@click.option("--mutate", is_flag=True, help="Try small changes beyond the catalogue as well.")
@trust_option
@course_option
def validate(
    exercises: tuple[str, ...],
    matrix: bool,
    mutate: bool,
    trust_submissions: bool,
    course_folder: str | None,
) -> None:
    """Prove EXERCISES, or all: reference, stubs, mutants, generated files, secrets."""
    from autograder.commands.authors import run_validate

    sys.exit(run_validate(_course(course_folder), exercises, matrix, mutate, trust_submissions))


@main.command("seed")
@course_option
def seed_verb(course_folder: str | None) -> None:
    """Write a fresh secret seed into course.yml, for the hidden random graphs of a term."""
    from autograder.course.course_file import FILE, find_root, set_fresh_seed

    root = find_root(Path(course_folder) if course_folder else Path.cwd())
    set_fresh_seed(root)
    click.echo(
        f"{root / FILE}: a fresh seed; keep it for the whole term: with another one, a class "
        "gets other hidden graphs\nnext: autograder validate"
    )


@main.command()
@click.option("--full", is_flag=True, help="Try every attack, not only the quick ones.")
def doctor(full: bool) -> None:
    """Say how well this machine isolates submissions, and try attacks on it."""
    from autograder.sandbox.doctor import examine

    text, healthy = examine(Path.cwd(), full=full)
    try:
        note = _course(None).seed_note
    except (UsageError, CourseError):  # a machine is examined anywhere, in any state of a course
        note = ""
    if note:  # above, for the last line is the verdict
        click.echo(f"warning: {note}\n")
    click.echo(text)
    sys.exit(ExitStatus.OK if healthy else ExitStatus.FOUND)


if __name__ == "__main__":
    main()
