"""Compile an exercise: play reference and mutants once, keep what they answer as data."""

import gc
import hashlib
import math
import random
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec

from autograder.authoring.checks.check_files import load_checks
from autograder.authoring.lessons.exercises import AuthoredExercise, load_exercise, solved_blocks
from autograder.authoring.proof.mutants import CatalogueEntry, load_entries, mutants
from autograder.course.compiled import fetch, keep
from autograder.course.course_file import Course
from autograder.errors import CourseError
from autograder.judging.rightness import SILENT, is_right
from autograder.model import (
    Answer,
    Block,
    Check,
    CompiledExercise,
    Exercise,
    Mutant,
    Visibility,
)
from autograder.sandbox.planted import divide
from autograder.storage import dumps
from autograder.worker import driver
from autograder.worker.engines.inside import inside
from autograder.worker.status import Status

# The public graphs are the same in every copy of the course.
PUBLIC_SEED = "public"
# A mutant that runs for ever is stopped case by case; this bounds it as a whole.
MUTANT_CPU_S = 4.0


def compile_exercise(course: Course, exercise_id: str) -> CompiledExercise:
    """Compile one exercise, or fetch it from the cache if no source of it has changed.

    Args:
        course: where it stands, and its secret seed.
        exercise_id: its folder's name.
    Raises: CourseError if any of its files breaks a rule.
    """
    found = fetch(course, exercise_id)
    if found is None:
        found = compile_afresh(course, exercise_id)
        keep(course, found)
    return found


def compile_afresh(course: Course, exercise_id: str) -> CompiledExercise:
    """Compile one exercise from its sources. Args, Raises: as compile_exercise."""
    authored = load_exercise(course.exercises / exercise_id, course.reference)
    checks = read_checks(course, authored.exercise)
    entries = load_entries(course.hidden, exercise_id)
    blocks = solved_blocks(authored, authored.sources)
    imports = (*driver.DEFAULT_IMPORTS, *authored.exercise.imports)
    answers = _by_check(checks, play_program(blocks, checks, imports))
    checks = tuple(_finished(course, exercise_id, check, answers[check.id]) for check in checks)
    compiled = CompiledExercise(
        exercise=_published(authored.exercise),
        checks=checks,
        expected=answers,
        misconceptions={e.misconception.id: e.misconception for e in entries},
        mutants=tuple(play_mutants(authored, entries, checks, answers)),
        sha256="",
    )
    digest = hashlib.sha256(dumps(compiled).encode()).hexdigest()
    return replace(compiled, sha256=digest)


def read_checks(course: Course, exercise: Exercise) -> tuple[Check, ...]:
    """The public and the hidden checks of an exercise, public ones first.

    Raises: CourseError for a task that does not exist or has no check, for a name used
        twice, and for a prerequisite that is not an earlier check.
    """
    public = course.exercises / exercise.id / "checks.py"
    hidden = course.hidden / exercise.id / "checks.py"
    checks = (
        *load_checks(public, Visibility.PUBLIC, PUBLIC_SEED),
        *load_checks(hidden, Visibility.HIDDEN, course.seed),
    )
    tasks = [task.id for task in exercise.tasks]
    for check in checks:
        if check.task not in tasks:
            path = public if check.visibility is Visibility.PUBLIC else hidden
            raise CourseError(
                path, check.id, f"there is no task {check.task!r}", f"Use one of {tasks}"
            )
    # checks of one task stand together, in the order of the lesson; the judge goes through
    # them in this order, so a prerequisite must stand above in it
    checks = tuple(sorted(checks, key=lambda check: tasks.index(check.task)))
    seen: set[str] = set()
    for check in checks:
        path = public if check.visibility is Visibility.PUBLIC else hidden
        if check.id in seen:
            raise CourseError(path, check.id, "the name is used twice", "Name one of them anew")
        for required in check.requires:
            if required not in seen:
                raise CourseError(
                    path,
                    check.id,
                    f"it requires {required!r}, which is not an earlier check",
                    "Name a check of the same task or of one before it",
                )
        seen.add(check.id)
    for task in tasks:
        if not any(check.task == task for check in checks):
            raise CourseError(public, task, "the task has no check", "Write one with @check")
    return checks


def play_program(
    blocks: Sequence[Block], checks: Sequence[Check], imports: Sequence[str]
) -> list[Answer]:
    """Run trusted blocks in this process and play every case on what they define.

    Args:
        blocks: the reference, or a mutant of it; never a submission.
        checks: whose cases are played, in order.
        imports: modules that the blocks may import.
    """
    cases = [
        {"kind": c.kind, "request": c.request, "ops": c.ops, "within_s": c.within_s}
        for check in checks
        for c in check.cases
    ]
    for name in imports:  # as the zygote does; what is absent, the blocks will say
        if find_spec(name.partition(".")[0]) is not None:
            import_module(name)
    state = random.getstate()
    collecting = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            random.seed(0)  # as in the worker
            namespace = driver.make_namespace(imports)
            ran = list(driver.execute([(b.label, b.source) for b in blocks], namespace))
            played = list(driver.play(namespace, inside(*divide(cases)), MUTANT_CPU_S))
    finally:
        sys.modules.pop(driver.MODULE, None)
        random.setstate(state)
        if collecting:
            gc.enable()
    broken = next((p.detail for p in ran if p.status == Status.RAISED), "")
    return [
        Answer(Status(p.status), tuple(p.numbers), p.detail or (broken if p.status else ""))
        for p in played
    ]


def play_mutants(
    authored: AuthoredExercise,
    entries: Sequence[CatalogueEntry],
    checks: Sequence[Check],
    expected: Mapping[str, tuple[Answer, ...]],
) -> list[Mutant]:
    """Play every mutant; keep its answers to the checks it fails, judged numbers only."""
    imports = (*driver.DEFAULT_IMPORTS, *authored.exercise.imports)
    made = []
    for mutant in mutants(tuple(entries), authored.sources):
        blocks = solved_blocks(authored, {**authored.sources, mutant.module: mutant.source})
        answers = _by_check(checks, play_program(blocks, checks, imports))
        kept = {}
        for check in checks:
            if not _passes(check, answers[check.id], expected[check.id]):
                kept[check.id] = tuple(
                    replace(answer, numbers=answer.numbers[: case.judged])
                    for case, answer in zip(check.cases, answers[check.id], strict=True)
                )
        made.append(Mutant(mutant.misconception, mutant.name, kept))
    return made


def _passes(check: Check, answers: Sequence[Answer], expected: Sequence[Answer]) -> bool:
    """Whether an engine passes a check; what it lacks counts neither way, as for the judge."""
    return all(
        answer.status in SILENT
        or (
            answer.status is Status.OK
            and len(answer.numbers) == len(due.numbers)  # a list one longer is wrong
            and is_right(case, due.numbers, answer.numbers)
        )
        for case, answer, due in zip(check.cases, answers, expected, strict=True)
    )


def _by_check(checks: Sequence[Check], answers: Sequence[Answer]) -> dict[str, tuple[Answer, ...]]:
    found, at = {}, 0
    for check in checks:
        found[check.id] = tuple(answers[at : at + len(check.cases)])
        at += len(check.cases)
    return found


def _finished(course: Course, exercise_id: str, check: Check, answers: Sequence[Answer]) -> Check:
    """Fill in what only the reference's answer tells: how many numbers a call gives back."""
    public = check.visibility is Visibility.PUBLIC
    path = (course.exercises if public else course.hidden) / exercise_id / "checks.py"
    cases = []
    for case, answer in zip(check.cases, answers, strict=True):
        if answer.status is not Status.OK:
            raise CourseError(
                path,
                check.id,
                f"the reference does not pass it: {answer.status.in_words} {answer.detail} in "
                f"{case.snippet!r}",
                "Mend the check or the reference",
            )
        if case.judged < 0:
            count = len(answer.numbers)
            label = case.labels[0]
            labels = [label] if count == 1 else [f"{label}[{k}]" for k in range(count)]
            case = replace(case, labels=tuple(labels), judged=count)
        for name, number in zip(case.labels, answer.numbers[: case.judged], strict=False):
            if not math.isfinite(number):  # no tolerance covers it
                raise CourseError(
                    path,
                    check.id,
                    f"the reference answers {number} for {name} in {case.snippet!r}",
                    "Use a case with finite answers",
                )
        cases.append(case)
    return replace(check, cases=tuple(cases))


def _published(exercise: Exercise) -> Exercise:
    """The exercise without its solutions: what grading, and the public, may hold."""
    return replace(exercise, cells=tuple(replace(c, solution=None) for c in exercise.cells))
