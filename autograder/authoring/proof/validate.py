"""Prove an exercise: what is right passes in the sandbox, and what is known to be wrong does not.

The reference must earn every point, a stub none, every mutant must be killed by a check
and named, the judge must let no answer pass that is wrong on purpose, generated files must be
fresh, and nothing secret may stand where students see it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.checks.check_files import checks_file
from autograder.authoring.lessons.building import stale_files, stale_sheet
from autograder.authoring.lessons.exercises import (
    AuthoredExercise,
    authored_exercise,
    solved_blocks,
    stub_blocks,
)
from autograder.authoring.lessons.notebooks import (
    solved_notebook,
    solved_script,
    student_notebook,
    student_script,
)
from autograder.authoring.proof import canaries
from autograder.authoring.proof.bench import Bench
from autograder.authoring.proof.compiling import compile_exercise, has_own_mutant, kept_played
from autograder.authoring.proof.guard import leaks, public_files
from autograder.authoring.proof.mutants import (
    MutantSource,
    load_entries,
    mutant_blocks,
    mutants,
)
from autograder.course.compiled import task_points
from autograder.course.course_file import Course
from autograder.errors import AutograderError
from autograder.intake.extract import extract
from autograder.judging.judge import Verdict
from autograder.model import Block, Check, CompiledExercise, ExerciseForm, Outcome


@dataclass(frozen=True, slots=True)
class Problem:
    """A hole in the course.

    Attributes:
        file: what to mend.
        text: what is wrong, one sentence.
    """

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class MutantVerdict:
    """What became of a mutant.

    Attributes:
        mutant: its name.
        misconception: id of its entry.
        killed_by: ids of the checks that it does not pass.
        named: misconceptions that the judge named, each once.
    """

    mutant: str
    misconception: str
    killed_by: tuple[str, ...]
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExerciseProof:
    """What validation found out about one exercise.

    Attributes:
        compiled: the exercise; None if it does not compile.
        mutants: verdicts in the catalogue's order.
        problems: holes.
    """

    exercise: str
    compiled: CompiledExercise | None
    mutants: tuple[MutantVerdict, ...]
    problems: tuple[Problem, ...]


def validate_exercise(
    course: Course,
    exercise_id: str,
    level: int,
    import_folders: Callable[[Sequence[str]], tuple[Path, ...]],
) -> ExerciseProof:
    """Prove one exercise.

    Args:
        course: where it stands.
        exercise_id: its folder's name.
        level: isolation level of the sandbox to try it in.
        import_folders: finds the folders that its imports need.
    """
    try:
        authored = authored_exercise(course, exercise_id)
        compiled = compile_exercise(course, exercise_id)
    except AutograderError as error:
        return ExerciseProof(exercise_id, None, (), (Problem(exercise_id, str(error)),))
    played = kept_played(course, compiled.exercise)
    folders = import_folders(compiled.exercise.imports)
    with closing(Bench(course, compiled, level, folders, played)) as bench:
        problems = [
            *_reference_problems(authored, compiled, bench),
            *_stub_problems(authored, compiled, bench),
        ]
        made = list(mutants(load_entries(course.hidden, exercise_id), authored.sources))
        programs = [mutant_blocks(authored, mutant) for mutant in made]
        verdicts = list(map(_mutant_verdict, made, bench.verdicts(programs)))
        problems += _mutant_problems(course, exercise_id, compiled, verdicts)
    problems += _needless_checks(compiled)
    problems += [Problem("autograder/grading", text) for text in canaries.accepted(compiled)]
    problems += [
        Problem(
            str(path.relative_to(course.root)), f"is stale; run: autograder build {exercise_id}"
        )
        for path in stale_files(authored, compiled)
    ]
    problems += [
        Problem(leak.file, f"{leak.problem}; {leak.remedy}")
        for leak in leaks(public_files(course, exercise_id), [(authored, compiled)])
    ]
    return ExerciseProof(exercise_id, compiled, tuple(verdicts), tuple(problems))


def sheet_problems(course: Course) -> Iterator[Problem]:
    """What is wrong with the course's sheet of derivatives."""
    try:
        for path in stale_sheet(course):
            yield Problem(str(path.relative_to(course.root)), "is stale; run: autograder build")
    except AutograderError as error:
        yield Problem("the sheet of derivatives", str(error))


def _programs(
    authored: AuthoredExercise, compiled: CompiledExercise, *, solved: bool
) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """The same work handed in in each way it can be: (how, blocks after extraction)."""
    exercise, points = authored.exercise, task_points(compiled)
    if exercise.form is ExerciseForm.NOTEBOOK:
        notebook = (solved_notebook if solved else student_notebook)(exercise, points)
        yield "notebook", extract(notebook.encode(), exercise.file, compiled.exercise).blocks
    script = (solved_script if solved else student_script)(exercise)
    name = f"{exercise.id}.py" if exercise.form is ExerciseForm.NOTEBOOK else exercise.file
    yield "script", extract(script.encode(), name, compiled.exercise).blocks
    yield (
        "blocks",
        solved_blocks(authored, authored.sources) if solved else stub_blocks(exercise),
    )


def _reference_problems(
    authored: AuthoredExercise, compiled: CompiledExercise, bench: Bench
) -> Iterator[Problem]:
    for how, blocks in _programs(authored, compiled, solved=True):
        verdict = bench.verdict(blocks)
        for result in verdict.checks:
            if result.outcome is not Outcome.PASSED:
                yield Problem(
                    f"reference ({compiled.exercise.id} as {how})",
                    f"does not pass {result.id}: {result.outcome.value}: "
                    f"{' '.join(result.message.split())}",
                )


def _stub_problems(
    authored: AuthoredExercise, compiled: CompiledExercise, bench: Bench
) -> Iterator[Problem]:
    for how, blocks in _programs(authored, compiled, solved=False):
        verdict = bench.verdict(blocks)
        for result in verdict.checks:
            if result.outcome not in (Outcome.MISSING, Outcome.SKIPPED):
                yield Problem(
                    f"{compiled.exercise.id} stub as {how}",
                    f"is {result.outcome.value} in {result.id}, not missing: "
                    f"{' '.join(result.message.split())}",
                )


def _mutant_verdict(mutant: MutantSource, verdict: Verdict) -> MutantVerdict:
    return MutantVerdict(
        mutant.name,
        mutant.misconception,
        tuple(r.id for r in verdict.checks if r.outcome not in (Outcome.PASSED, Outcome.SKIPPED)),
        tuple(dict.fromkeys(r.misconception for r in verdict.checks if r.misconception)),
    )


def _mutant_problems(
    course: Course,
    exercise_id: str,
    compiled: CompiledExercise,
    verdicts: Sequence[MutantVerdict],
) -> Iterator[Problem]:
    file = f"reference/hidden/{exercise_id}/misconceptions.yml"
    counted = {check.id for check in compiled.checks if check.points > 0}
    for verdict in verdicts:
        if not counted.intersection(verdict.killed_by):
            yield Problem(
                file,
                f"mutant {verdict.mutant} survives: no check with points fails on it; "
                "add a case that catches it",
            )
        elif verdict.named != (verdict.misconception,):
            alike = " and ".join(verdict.named or _alike(compiled, verdict)) or "nothing in it"
            yield Problem(
                file,
                f"mutant {verdict.mutant} is killed by {', '.join(verdict.killed_by)} but not "
                f"named: {alike} answers as it does; add a case that tells it apart, or join the "
                "two entries",
            )


def _alike(compiled: CompiledExercise, verdict: MutantVerdict) -> list[str]:
    """Misconceptions that have a mutant with the same answers as this one."""
    (own,) = (mutant for mutant in compiled.mutants if mutant.name == verdict.mutant)
    same = (m.misconception for m in compiled.mutants if m.answers == own.answers)
    return [name for name in dict.fromkeys(same) if name != verdict.misconception]


def _needless_checks(compiled: CompiledExercise) -> Iterator[Problem]:
    """Checks that could be left out: leave one out, and no mutant survives in its task."""
    drawn = {(check.task, check.visibility) for check in compiled.checks if check.drawn}
    for check in compiled.checks:
        needed = has_own_mutant(compiled, check)
        file = checks_file(check.visibility, compiled.exercise.id)
        if check.points and not needed and not check.because:
            yield Problem(
                file,
                f"{check.id} kills no mutant that the other checks of its task let live; take it "
                "out, add a case, or say why it stays: because=...",
            )
        # beside random graphs, which another seed draws anew, a mutant may be anybody's
        elif needed and check.because and (check.task, check.visibility) not in drawn:
            yield Problem(file, f"{check.id} is needed by a mutant; take its because= out")


def kill_matrix(proof: ExerciseProof) -> list[tuple[Check, int, int]]:
    """For each check: how many mutants it kills, and how many it alone kills."""
    rows: list[tuple[Check, int, int]] = []
    if proof.compiled is None:
        return rows
    for check in proof.compiled.checks:
        killed = [v for v in proof.mutants if check.id in v.killed_by]
        alone = [v for v in killed if v.killed_by == (check.id,)]
        rows.append((check, len(killed), len(alone)))
    return rows
