"""The words that all rooms share: frozen dataclasses and enums that one room hands to another.

They hold data. storage.py turns them into JSON and back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from autograder import limits
from autograder.worker.requests import PlainCase, PlainTape
from autograder.worker.status import Status


class Outcome(StrEnum):
    """What became of a check, or of a whole submission."""

    PASSED = "passed"
    FAILED = "failed"  # the student's mistake
    MISSING = "missing"  # not written yet
    SKIPPED = "skipped"  # a check it depends on did not pass
    DIFFERS = "differs"  # from what others do, and right as well: a check without points
    ERROR = "error"  # ours: the score is withheld


class Visibility(StrEnum):
    """Who may see a check's numbers."""

    PUBLIC = "public"
    HIDDEN = "hidden"


class ExerciseForm(StrEnum):
    """How an exercise is handed in."""

    NOTEBOOK = "notebook"
    MODULE = "module"  # one whole .py file, graded by behaviour


class Role(StrEnum):
    """What a notebook cell is for."""

    PROSE = "prose"
    EXAMPLE = "example"  # runs for the student, never graded
    PROVIDED = "provided"  # locked; grading takes the course's copy
    SOLVE = "solve"  # a stub to fill
    CHECK = "check"  # a task's check, locked
    WRITTEN = "answer"  # a reason in words, graded by hand


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of an exercise's notebook.

    Attributes:
        id: stable, unique in its exercise, `[a-z0-9-]+`; nbgrader's grade_id too.
        role: what it is for.
        source: what the student gets: prose, the stub, the locked code.
        solution: the solved source of a SOLVE cell; None in all that is published.
        task: the task that a SOLVE, CHECK or WRITTEN cell belongs to, else None.
        regions: qualified names whose code stands here (`engine.Value.__mul__`).
        points: of a WRITTEN cell, graded by hand.
        folded: of a PROVIDED cell, whether JupyterLab opens it as one line.
    """

    id: str
    role: Role
    source: str
    solution: str | None = None
    task: str | None = None
    regions: tuple[str, ...] = ()
    points: float = 0.0
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    """Three levels of help for a task, each a short Markdown text."""

    nudge: str
    concept: str
    twin: str  # a worked example of the same kind with other numbers


@dataclass(frozen=True, slots=True)
class Task:
    """One step of an exercise, as students name it: check("mul rule")."""

    id: str
    title: str
    regions: tuple[str, ...]
    hints: Hints | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise's public description, from exercise.yml and lesson.md."""

    id: str
    title: str
    goal: str
    minutes: int
    difficulty: int
    prerequisites: tuple[str, ...]
    form: ExerciseForm
    file: str  # what the student hands in: "03_value.ipynb", "engine.py"
    imports: tuple[str, ...]  # modules a submission may import beyond the default ones
    tasks: tuple[Task, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of source that the worker executes.

    Attributes:
        label: how a message names it: "cell 7 (mul rule)", "engine.py".
        source: Python.
        optional: the student's own extra code: if it fails, it is noted and passed over.
        task: the task whose stub it fills, else None.
    """

    label: str
    source: str
    optional: bool = False
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """What extraction makes of a submission.

    Attributes:
        blocks: in the order in which they run.
        repairs: what was put right, one sentence each, for student and staff.
        flags: what staff should look at, one sentence each: misleading characters, code that
            reaches for the grader or the interpreter.
    """

    blocks: tuple[Block, ...]
    repairs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to play on an engine, and how to speak of it.

    Attributes:
        kind: the observation's name in the worker's player.
        request: plain data for the player: the TypedDict of its kind in worker/requests.py.
        ops: operations the case cannot do without.
        snippet: Python to paste that shows the case.
        labels: a name for each number observed, `a.grad`; judged numbers first.
        judged: how many of the numbers count; the rest only help to explain.
        accept: other answers that are right too (relu at its kink), judged numbers only.
        within_s: CPU seconds the case may take.
        at: where the answer is a recorded function, the points at which the judge works it
            out; the worker is not told them.
        exact: whether a formula is due, so that an approximation to ten digits is wrong.
    """

    kind: str
    request: Mapping[str, Any]
    ops: tuple[str, ...]
    snippet: str
    labels: tuple[str, ...] = ()
    judged: int = 0
    accept: tuple[tuple[float, ...], ...] = ()
    within_s: float = limits.CASE_CPU_S
    at: tuple[tuple[float, ...], ...] = ()
    exact: bool = False

    def plain(self) -> PlainCase:
        """The case as a worker is told it: without the snippet, the labels and what is judged."""
        return {
            "kind": self.kind,
            "request": self.request,
            "ops": self.ops,
            "within_s": self.within_s,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """A check as its author wrote it: data, ready to be played.

    Attributes:
        id: name of the author's function.
        task: the task it belongs to.
        title: first line of its docstring, the line the student reads.
        points: 0 for a remark.
        visibility: public (the student has its numbers) or hidden.
        requires: ids of checks that must pass first.
        needs: operations without which the whole check is missing.
        cases: what is played, small ones first.
        remark: said when a check of zero points does not pass.
        advice: "try" for a failure that no misconception explains; may be empty.
        because: why it stays though no mutant needs it, for authors; may be empty.
        drawn: whether random graphs are among its cases, so that they change with the seed.
    """

    id: str
    task: str
    title: str
    points: float
    visibility: Visibility
    requires: tuple[str, ...]
    needs: tuple[str, ...]
    cases: tuple[Case, ...]
    remark: str = ""
    advice: str = ""
    because: str = ""
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What one engine answered to one case.

    Attributes:
        status: how the case ended, OK first of all.
        numbers: the observation; empty unless status is OK.
        detail: what was raised and where, or which operation is missing.
    """

    status: Status
    numbers: tuple[float, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Misconception:
    """A mistake with a name, and what to say to who makes it."""

    id: str
    what: str
    why: str
    attempt: str  # the entry's `try`


@dataclass(frozen=True, slots=True)
class Mutant:
    """The reference with one misconception in it, and what it answers.

    Attributes:
        misconception: id of its entry.
        name: id, and #n where an entry has several shapes.
        answers: check id to answers, one for each case; only checks it fails.
    """

    misconception: str
    name: str
    answers: dict[str, tuple[Answer, ...]]


@dataclass(frozen=True, slots=True)
class Rung:
    """A small graph with its right gradients, for `check --explain` on a student's machine.

    Attributes:
        tape: plain.
        expected: the output's data, then the leaves' gradients.
    """

    tape: PlainTape
    expected: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CompiledExercise:
    """Everything the judge needs, as data: the reference is not needed any more.

    Attributes:
        exercise: its public description; solutions removed.
        checks: public and hidden.
        expected: check id to the reference's answers, one for each case.
        misconceptions: by id.
        mutants: fingerprints, in the order of the catalogue.
        sha256: of every source that went in.
        ladder: public graphs, small ones first; none where no public check asks for gradients.
    """

    exercise: Exercise
    checks: tuple[Check, ...]
    expected: dict[str, tuple[Answer, ...]]
    misconceptions: dict[str, Misconception]
    mutants: tuple[Mutant, ...]
    sha256: str
    ladder: tuple[Rung, ...] = ()
