"""What a student reads for each misconception, word for word.

After a wanted change of words, run this file and read the difference:
PYTHONPATH=tests/tools python tests/report/test_golden_feedback.py
"""

from pathlib import Path

import pytest
from repository import TESTS

from autograder.authoring.lessons.exercises import load_exercise, solved_blocks
from autograder.authoring.proof.compiling import compile_exercise
from autograder.authoring.proof.mutants import load_entries, mutants
from autograder.course.course_file import find_course
from autograder.course.folders import list_exercises
from autograder.judging.judge import Judge
from autograder.report.terminal import show
from autograder.sandbox import levels
from autograder.sandbox.launch import import_folders
from autograder.sandbox.runners import start_runner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import make_workload
from autograder.verdicts import Report

HERE = TESTS
COURSE = find_course(HERE)


def feedback(exercise_id: str) -> str:
    """The feedback on the first mutant of each misconception: the first check that names it."""
    authored = load_exercise(COURSE.exercises / exercise_id, COURSE.reference)
    compiled = compile_exercise(COURSE, exercise_id)
    judge, workload = Judge(compiled), make_workload(compiled, compiled.exercise.imports)
    folders = import_folders(compiled.exercise.imports)
    runner = start_runner(workload, levels.probe().level, folders)
    parts, seen = [], set()
    try:
        for mutant in mutants(load_entries(COURSE.hidden, exercise_id), authored.sources):
            if mutant.misconception in seen:
                continue
            seen.add(mutant.misconception)
            sources = {**authored.sources, mutant.module: mutant.source}
            blocks = solved_blocks(authored, sources)
            verdict = judge.judge(run_program(runner, workload, blocks), blocks)
            (named, *_) = [c for c in verdict.checks if c.misconception == mutant.misconception]
            report = Report(
                "", exercise_id, "", "", 3, 0.0, named.max_score, named.outcome, (named,)
            )
            text = show(report, compiled).split("\n")
            at = next(k for k, line in enumerate(text) if line.startswith("  failed"))
            parts.append("\n".join([f"== {mutant.misconception}", *text[at:]]).rstrip())
    finally:
        runner.close()
    return "\n\n".join(parts) + "\n"


def golden(exercise_id: str) -> Path:
    """Where the words are kept."""
    return HERE / "golden" / f"{exercise_id}.txt"


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize("exercise_id", list_exercises(COURSE.root))
def test_feedback_is_the_golden_file_word_for_word(exercise_id: str) -> None:
    assert feedback(exercise_id) == golden(exercise_id).read_text(encoding="utf-8")


if __name__ == "__main__":
    for name in list_exercises(COURSE.root):
        golden(name).write_text(feedback(name), encoding="utf-8", newline="\n")
        print(golden(name))
