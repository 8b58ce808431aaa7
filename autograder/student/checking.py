"""What `check` does: runs the public checks on a student's own file, on their own machine.

Nothing confines the file: it may do what the student may do.
"""

import hashlib
import threading
from dataclasses import replace

from autograder.errors import SubmissionError, UsageError
from autograder.intake.extract import extract
from autograder.intake.imported import named_in
from autograder.judging.reports import judged, unjudged
from autograder.model import CompiledExercise, Outcome
from autograder.report.feedback import arrange
from autograder.report.terminal import Pen, body, closing
from autograder.report.words import counted
from autograder.sandbox.launch import import_folders
from autograder.sandbox.runners import PlainRunner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import make_workload
from autograder.student.finding import Workspace, near
from autograder.verdicts import Report

OWN_MACHINE = 1  # level: the student's file may do what the student may do
HIDDEN_TOO = (
    "When you hand it in, hidden checks try the same ideas with other numbers and other graphs."
)


def check_workspace(workspace: Workspace, task: str | None = None) -> Report:
    """Run the public checks on the student's file.

    Args:
        workspace: exercise and file.
        task: id of the only task to check; None for all.
    Returns: a report without a student's name.
    Raises: UsageError without a file, or for an unknown task.
    """
    compiled = up_to_task(workspace.compiled, task)
    try:
        data = workspace.file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"there is no '{workspace.file.name}' in '{workspace.folder}' "
            f"({(error.strerror or 'it cannot be read').lower()}); "
            f"put a fresh one there with: autograder reset {workspace.folder.name}"
        ) from error
    asked = [c for c in compiled.checks if task in (None, c.task)]
    report = Report(
        student="",
        exercise=compiled.exercise.id,
        submission_sha256=hashlib.sha256(data).hexdigest(),
        course_sha256=workspace.compiled.sha256,
        level=OWN_MACHINE,
        score=0.0,
        max_score=sum(c.points for c in asked),
        outcome=Outcome.FAILED,
        checks=(),
    )
    try:
        program = extract(data, workspace.file.name, compiled.exercise)
    except SubmissionError as error:
        return unjudged(report, asked, Outcome.FAILED, str(error))
    # numpy takes longer to import than the student's code to run: both at once
    judge_import = threading.Thread(target=_import_judge)
    judge_import.start()
    imports = named_in(compiled.exercise.imports, [data])
    workload = make_workload(compiled, imports)
    runner = PlainRunner(workload, import_folders(imports))
    run = run_program(runner, workload, program.blocks)
    judge_import.join()
    from autograder.judging.judge import Judge

    judge = Judge(compiled)
    verdict = judge.of_task(judge.judge(run, program.blocks), task)
    return judged(report, program, run, verdict)


def _import_judge() -> None:
    import autograder.judging.judge  # noqa: F401


def up_to_task(compiled: CompiledExercise, task: str | None) -> CompiledExercise:
    """The exercise with the checks of a task and of those before it.

    The earlier ones tell which of two mistakes with the same answers it is, and whether what
    the task builds on is there.

    Args:
        compiled: the public half of an exercise.
        task: its id; None for the whole exercise.
    Raises: UsageError if there is no such task, or nothing of it can be checked here.
    """
    if task is None:
        return compiled
    ids = [known.id for known in compiled.exercise.tasks]
    if task not in ids:
        raise UsageError(
            f"{compiled.exercise.id} has no task '{task}'{near(task, ids)}; "
            f"its tasks: {', '.join(ids)}"
        )
    if not any(check.task == task for check in compiled.checks):
        raise UsageError(
            f"all checks of the task '{task}' are hidden: they run when you hand the file in"
        )
    taken = ids[: ids.index(task) + 1]
    return replace(compiled, checks=tuple(c for c in compiled.checks if c.task in taken))


def check_text(
    workspace: Workspace, report: Report, task: str | None = None, *, colour: bool = False
) -> str:
    """What `autograder check` prints.

    Args:
        workspace: what was checked.
        report: from check_workspace.
        task: the only task that was checked.
        colour: whether to add ANSI colours.
    Returns: text to print.
    """
    pen = Pen(colour)
    exercise = workspace.compiled.exercise
    out = pen.hang("checking ", workspace.guess) if workspace.guess else []
    out += [pen.paint(f"{exercise.id}: {exercise.title}", "1"), ""]
    out += body(arrange(report, workspace.compiled), pen)
    out += closing(report, pen, printed_too=True)
    # a check without points is none that anybody fails
    counting = [check for check in report.checks if check.max_score > 0]
    passed = sum(check.outcome is Outcome.PASSED for check in counting)
    count = f"{passed} of {counted(len(counting), 'public check')} passed"
    if task is not None:
        count += f" in this task; for all tasks: autograder check {exercise.id}"
    out += pen.hang("", count) + pen.hang("", HIDDEN_TOO)
    return "\n".join(out)
