"""What `validate` prints of one exercise: its checks, its mutants, and what is not proved.

The problems themselves are worded where they are found, in authoring/proof.
"""

from typing import Any

from autograder.model import Check
from autograder.report.words import counted


def proof_text(proof: Any, rows: list[tuple[Check, int, int]], matrix: bool) -> str:
    """Put a proof into words.

    Args:
        proof: authoring.validate.ExerciseProof.
        rows: each check with the number of mutants it kills, and kills alone.
        matrix: whether to list every mutant with the checks that kill it.
    """
    lines = [proof.exercise]
    if proof.compiled is not None:
        points = sum(check.points for check in proof.compiled.checks)
        cases = sum(len(check.cases) for check in proof.compiled.checks)
        named = sum(m.misconception in m.named for m in proof.mutants)
        lines.append(
            f"  {counted(len(proof.compiled.exercise.tasks), 'task')}, "
            f"{counted(len(rows), 'check')}, {counted(cases, 'case')}, "
            f"{points:g} {'point' if points == 1 else 'points'}"
        )
        lines.append(
            f"  {counted(len(proof.compiled.misconceptions), 'misconception')}, "
            f"{counted(len(proof.mutants), 'mutant')}: "
            f"{sum(bool(m.killed_by) for m in proof.mutants)} killed, {named} named"
        )
        width = max(len(check.id) for check, _, _ in rows)
        lines.append(f"  {'check':<{width}}  visible  points  cases  kills  alone")
        for check, kills, alone in rows:
            lines.append(
                f"  {check.id:<{width}}  {check.visibility.value:<7}  {check.points:6g}  "
                f"{len(check.cases):5d}  {kills:5d}  {alone:5d}"
            )
        if matrix:
            lines.append("  mutant: killed by")
            for verdict in proof.mutants:
                lines.append(f"    {verdict.mutant}: {', '.join(verdict.killed_by)}")
    for problem in proof.problems:
        lines.append(f"  HOLE {problem.file}: {problem.text}")
    return "\n".join(lines)


def mutation_text(run: Any) -> str:
    """Put a mutation run into words.

    Args:
        run: authoring.mutation.MutationRun.
    """
    lines = [
        f"  {counted(run.tried, 'small change')} beyond the catalogue: {run.killed} killed, "
        f"{len(run.equivalent)} equivalent, {len(run.survivors)} unexplained"
    ]
    file = f"reference/hidden/{run.exercise}/equivalent.yml"
    for change in run.survivors:
        lines.append(
            f"  HOLE {change.region}, line {change.line}: {change.name} is noticed by no check "
            f"with points; add a case, or say in {file} why it changes nothing"
        )
    for name in run.unused:
        lines.append(f"  HOLE {file}: {name} explains no survivor; take the entry out")
    return "\n".join(lines)
