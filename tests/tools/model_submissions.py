"""Submissions of 08, 09 and 10, put together cell by cell and played in this process."""

from dataclasses import replace
from functools import cache

import numpy  # noqa: F401 - 09 may import what is loaded already, as in the worker
from course_tools import play_program
from repository import ROOT

from autograder.authoring.lessons.exercises import load_exercise
from autograder.authoring.proof.compiling import compile_afresh
from autograder.course.course_file import load_course
from autograder.judging.diagnosing import Diagnoser
from autograder.judging.rightness import SILENT
from autograder.model import Block, Role
from autograder.tolerance import all_close
from autograder.worker.imports.importable import STANDARD
from autograder.worker.status import Status

EXERCISES = ("08_mlp", "09_training", "10_pytorch")


@cache
def compiled(exercise):
    return compile_afresh(load_course(ROOT), exercise)


def answers_with(exercise, **sources):
    """Play every case on the solution, with some functions' cells written otherwise.

    Args:
        exercise: its id.
        sources: function name (`Neuron___init__` for a method) to the cell's source.
    """
    authored = load_exercise(ROOT / "exercises" / exercise, ROOT / "reference")
    blocks = []
    for cell in authored.exercise.cells:
        if cell.role in (Role.PROVIDED, Role.SOLVE):
            key = "_".join(cell.regions[0].split(".")[1:]) if cell.regions else ""
            source = cell.source if cell.solution is None else cell.solution
            blocks.append(Block(cell.id, sources.pop(key, source)))
    assert not sources, f"no such cell: {sorted(sources)}"
    imports = (*STANDARD, *authored.exercise.imports)
    played = play_program(blocks, compiled(exercise).checks, imports)
    found = {}
    for check in compiled(exercise).checks:
        found[check.id], played = tuple(played[: len(check.cases)]), played[len(check.cases) :]
    return found


def _judged(exercise, answers):
    """Answers of the cases that are wrong, bits of those that passed, ids of failed checks."""
    wrong, passed, failed, k = {}, 0, [], 0
    for check in compiled(exercise).checks:
        due_of = compiled(exercise).expected[check.id]
        for case, answer, due in zip(check.cases, answers[check.id], due_of, strict=True):
            cut = replace(answer, numbers=answer.numbers[: case.judged])
            if cut.status is Status.OK and all_close(cut.numbers, due.numbers[: case.judged]):
                passed |= 1 << k
            else:
                wrong.update({} if cut.status in SILENT else {k: cut})
                failed += [check.id] if check.id not in failed else []
            k += 1
    return wrong, passed, failed


def failed_checks(exercise, answers):
    """Ids of the checks that did not pass."""
    return _judged(exercise, answers)[2]


def names_of(exercise, **sources):
    """The misconceptions that the judge finds in a submission, of each check that failed."""
    wrong, passed, failed = _judged(exercise, answers_with(exercise, **sources))
    assert failed, "nothing failed"
    found = Diagnoser(compiled(exercise)).diagnose(wrong, passed, failed)
    return {found[check].misconception if check in found else None for check in failed}


# Mistakes as students write them ------------------------------------------------------

LOOP = """
def train(model, inputs, targets, loss, steps, learning_rate):
    losses = []
    {before}
    for _ in range(steps):
        {body}
    return losses
"""
FORWARD = "total = loss([model(x) for x in inputs], targets)"
APPEND = "losses.append(total.data)"
STEP = "sgd_step(model.parameters(), learning_rate)"


def loop(*body, before="pass"):
    return LOOP.format(before=before, body="\n        ".join(body))


WRONG_LOOPS = {
    "no-zero-grad": loop(FORWARD, APPEND, "total.backward()", STEP),
    "zero-after-backward": loop(FORWARD, APPEND, "total.backward()", "model.zero_grad()", STEP),
    "name-rebound": loop(
        FORWARD,
        APPEND,
        "model.zero_grad()",
        "total.backward()",
        "for p in model.parameters():",
        "    p = Value(p.data - learning_rate * p.grad)",
    ),
    "steps-uphill": loop(
        FORWARD,
        APPEND,
        "model.zero_grad()",
        "total.backward()",
        "for p in model.parameters():",
        "    p.data = p.data + learning_rate * p.grad",
    ),
    "loss-built-once": loop("model.zero_grad()", "total.backward()", STEP, APPEND, before=FORWARD),
    "detached-loss": loop(
        FORWARD, "total = Value(total.data)", "model.zero_grad()", "total.backward()", STEP, APPEND
    ),
    "targets-and-predictions-exchanged": loop(
        "total = loss(targets, [model(x) for x in inputs])",
        "model.zero_grad()",
        "total.backward()",
        STEP,
        APPEND,
    ),
    "keeps-every-graph": loop(
        FORWARD, "model.zero_grad()", "total.backward()", STEP, "losses.append(total)"
    ),
}
