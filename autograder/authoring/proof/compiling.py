"""Compile an exercise: play reference and mutants once, keep what they answer as data."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from autograder.authoring.checks.check_files import checks_file
from autograder.authoring.lessons.exercises import (
    AuthoredExercise,
    authored_exercise,
    solved_blocks,
)
from autograder.authoring.proof.drafting import Draft
from autograder.authoring.proof.guard import numbers_in
from autograder.authoring.proof.kept_answers import KeptAnswers, parts_of, player_hash
from autograder.authoring.proof.mutants import (
    CatalogueEntry,
    load_entries,
    mutant_blocks,
    mutants,
)
from autograder.authoring.proof.playing import Watch, play_kept, unwatched
from autograder.authoring.proof.shrinking import make_ladder
from autograder.course.compiled import (
    compiled_with,
    fetch,
    hidden_numbers,
    hypothesis_version,
    keep,
    public_half,
)
from autograder.course.course_file import Course
from autograder.errors import CourseError
from autograder.judging.recorded import read_answer
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
from autograder.storage import dumps
from autograder.worker.imports.importable import STANDARD
from autograder.worker.status import Status

# How often random graphs are drawn anew until they do; each time takes some 5 s.
MOST_REDRAWN = 6

Play = Callable[[Sequence[tuple[Block, ...]]], Iterable[tuple[Answer, ...]]]


def compile_exercise(
    course: Course,
    exercise_id: str,
    *,
    workers: int = 1,
    watch: Watch = unwatched,
    say: Callable[[str], None] = lambda line: None,
) -> CompiledExercise:
    """Compile one exercise, or fetch it from the cache if no source of it has changed.

    Args:
        course: where it stands, and its secret seed.
        exercise_id: its folder's name.
        workers: processes that play mutants at a time.
        watch: shows how far the mutants have come.
        say: told, in a line, if the hidden graphs may differ from those of the last time, or
            if what is compiled cannot be kept.
    Raises: CourseError if any of its files breaks a rule.
    """
    found = fetch(course, exercise_id)
    if found is None:
        before, now = compiled_with(course, exercise_id), hypothesis_version()
        if before not in (None, now):
            say(
                f"{exercise_id} is compiled afresh: Hypothesis {before} -> {now}; the hidden "
                "graphs may differ"
            )
        found = compile_afresh(course, exercise_id, workers=workers, watch=watch)
        why = keep(course, found)
        if why:
            say(f"{exercise_id} will be compiled again each time: {course.cache} ({why})")
    return found


def compile_afresh(
    course: Course, exercise_id: str, *, workers: int = 1, watch: Watch = unwatched
) -> CompiledExercise:
    """Compile one exercise from its sources. Args, Raises: as compile_exercise.

    A program is played only on checks of which its answers are not kept.
    """
    authored = authored_exercise(course, exercise_id)
    draft = Draft(course, authored.exercise)
    entries = load_entries(course.hidden, exercise_id)
    imports = (*STANDARD, *authored.exercise.imports)
    kept = kept_played(course, authored.exercise)
    redrawn: Counter[str] = Counter()
    try:
        while True:
            checks = draft.checks(redrawn)
            play = partial(play_kept, parts=parts_of(checks), imports=imports, kept=kept)
            (played,) = play([solved_blocks(authored, authored.sources)])
            answers = _by_check(checks, played)
            checks = tuple(_finished(exercise_id, c, answers[c.id]) for c in checks)
            play = partial(play, workers=workers, watch=watch, what=f"mutants of {exercise_id}")
            compiled = CompiledExercise(
                exercise=_published(authored.exercise),
                checks=checks,
                expected=answers,
                misconceptions={e.misconception.id: e.misconception for e in entries},
                mutants=tuple(play_mutants(authored, entries, checks, answers, play)),
                sha256="",
            )
            # numbers of hidden cases stay out of what students get, also by chance
            ladder = make_ladder(draft.rungs, frozenset(hidden_numbers(compiled)))
            compiled = replace(compiled, ladder=ladder)
            again = _to_draw_anew(compiled)
            # after so many, validation says what is wrong with a check
            if not again or max(redrawn.values(), default=0) >= MOST_REDRAWN:
                break
            redrawn.update(again)
    finally:
        kept.save()
    digest = hashlib.sha256(dumps(compiled).encode()).hexdigest()
    return replace(compiled, sha256=digest)


def _to_draw_anew(compiled: CompiledExercise) -> list[str]:
    """Hidden checks whose random graphs do not do, by name.

    They kill no mutant of their own, or have an answer that stands in what students get: a
    mutant may have it too, in a public check.
    """
    drawn = [c for c in compiled.checks if c.drawn and c.visibility is Visibility.HIDDEN]
    if not drawn:
        return []
    shown = numbers_in([dumps(public_half(compiled))])
    told = {number for number in hidden_numbers(compiled) if number in shown}
    return [
        check.id
        for check in drawn
        if (check.points and not check.because and not has_own_mutant(compiled, check))
        or any(repr(x) in told for answer in compiled.expected[check.id] for x in answer.numbers)
    ]


def kept_played(course: Course, exercise: Exercise) -> KeptAnswers:
    """What the reference and the mutants of an exercise answered when they were played last."""
    path = course.kept / "answers" / f"{exercise.id}.json"
    return KeptAnswers(path, player_hash(exercise.imports))


def play_mutants(
    authored: AuthoredExercise,
    entries: Sequence[CatalogueEntry],
    checks: Sequence[Check],
    expected: Mapping[str, tuple[Answer, ...]],
    play: Play,
) -> list[Mutant]:
    """Play every mutant; keep its answers to the checks it fails, judged numbers only."""
    sources = list(mutants(tuple(entries), authored.sources))
    programs = [mutant_blocks(authored, mutant) for mutant in sources]
    made = []
    for mutant, played in zip(sources, play(programs), strict=True):
        answers = _by_check(checks, played)
        kept = {}
        for check in checks:
            if not _passes(check, answers[check.id], expected[check.id]):
                kept[check.id] = tuple(
                    replace(answer, numbers=answer.numbers[: case.judged])
                    for case, answer in zip(check.cases, answers[check.id], strict=True)
                )
        made.append(Mutant(mutant.misconception, mutant.name, kept))
    return made


def has_own_mutant(compiled: CompiledExercise, check: Check) -> bool:
    """Whether a mutant fails this check and no other of its task.

    Public checks are compared with public ones: a student's own machine has no others. What
    counts is whether a mutant fails the check when it is played, not whether the verdict
    skips it because another has failed before.
    """
    sisters = {
        other.id
        for other in compiled.checks
        if (other.task, other.visibility) == (check.task, check.visibility) and other is not check
    }
    return any(
        check.id in mutant.answers and not sisters.intersection(mutant.answers)
        for mutant in compiled.mutants
    )


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
    """The answers to each check; of a function that was recorded, what it comes to."""
    found, at = {}, 0
    for check in checks:
        end = at + len(check.cases)
        found[check.id] = tuple(map(read_answer, check.cases, answers[at:end]))
        at = end
    return found


def _finished(exercise_id: str, check: Check, answers: Sequence[Answer]) -> Check:
    """Fill in what only the reference's answer tells: how many numbers a call gives back."""
    file = checks_file(check.visibility, exercise_id)
    cases = []
    for case, answer in zip(check.cases, answers, strict=True):
        if answer.status is not Status.OK:
            raise CourseError(
                file,
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
                    file,
                    check.id,
                    f"the reference answers {number} for {name} in {case.snippet!r}",
                    "Use a case with finite answers",
                )
        cases.append(case)
    return replace(check, cases=tuple(cases))


def _published(exercise: Exercise) -> Exercise:
    """The exercise without its solutions: what grading, and the public, may hold."""
    return replace(exercise, cells=tuple(replace(c, solution=None) for c in exercise.cells))
