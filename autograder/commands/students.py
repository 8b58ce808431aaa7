"""What `check --explain` does.

It stands here because it needs the authors' search for graphs, which student/ may not import.
"""

from autograder.model import Answer, Case
from autograder.student.finding import Workspace
from autograder.tape import BINARY
from autograder.verdicts import Report

REFLECTED = frozenset("r" + op for op in BINARY)


def explain(workspace: Workspace, report: Report) -> str:
    """Look for the smallest graph on which a student's engine is wrong.

    Args:
        workspace: exercise and file that were checked.
        report: what the checks found; a failed check of gradients says which operations to try
            first, and without one all are tried: what passes may be wrong on another graph.
    Returns: what was found, in words.
    """
    from autograder.intake.extract import extract
    from autograder.intake.imported import named_in
    from autograder.model import Outcome
    from autograder.report.smallest_graph import NOT_GRAPHS, NOTHING_FOUND, found_text
    from autograder.sandbox.live_worker import LiveWorker

    shown = {r.minimal_case for r in report.checks if r.outcome is Outcome.FAILED}
    cases = [
        case
        for check in workspace.compiled.checks
        for case in check.cases
        if case.kind == "gradients" and case.snippet in shown
    ]
    nothing = NOTHING_FOUND if cases else NOT_GRAPHS
    if not workspace.compiled.ladder:
        return nothing
    from autograder.authoring.proof.shrinking import smallest_failure

    # the failing case with fewest operations is nearest to the mistake
    ops = min((case.ops for case in cases), key=len, default=())
    data, exercise = workspace.file.read_bytes(), workspace.compiled.exercise
    program = extract(data, workspace.file.name, exercise)
    with LiveWorker(program.blocks, named_in(exercise.imports, [data])) as worker:

        def play(case: Case) -> Answer:
            return worker.play(case.plain())

        found = smallest_failure(
            play,
            workspace.compiled.ladder,
            [op.removeprefix("r") if op in REFLECTED else op for op in ops],
        )
    return nothing if found is None else found_text(*found)
