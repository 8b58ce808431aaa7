"""How often both mistakes are named when an engine has two: 200 random pairs.

    python tests/benchmarks/two_mistakes.py [EXERCISE] [PAIRS]

Exits with 1 where fewer pairs than usual are named in 06: the figures hang on no clock.
"""

import random
import sys
from pathlib import Path

from autograder.authoring.lessons.exercises import load_exercise, solved_blocks
from autograder.authoring.lessons.regions import replace_in_region
from autograder.authoring.proof.compiling import compile_exercise
from autograder.authoring.proof.mutants import CatalogueEntry, Shape, load_entries
from autograder.course.course_file import find_course
from autograder.errors import CourseError
from autograder.judging.judge import Judge
from autograder.sandbox import levels
from autograder.sandbox.runners import start_runner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import make_workload

SEED = 2026
# Of the pairs in 06; 86 to 88 % and 1 % measured. One check was enough for a name once: 92 and 2 %.
LEAST_BOTH, MOST_THIRD = 0.84, 0.02


def main(exercise_id: str = "06_engine", pairs: int = 200) -> int:
    """Combine pairs of mutants at random, judge them, print how many were named."""
    course = find_course(Path(__file__))
    authored = load_exercise(course.exercises / exercise_id, course.reference)
    compiled = compile_exercise(course, exercise_id)
    judge, workload = Judge(compiled), make_workload(compiled)
    entries = load_entries(course.hidden, exercise_id)
    singles = [(entry, shape) for entry in entries for shape in entry.shapes]
    rng = random.Random(SEED)
    tried = both = one = wrong = 0
    runner = start_runner(workload, levels.probe().level)
    try:
        while tried < pairs:
            first, second = rng.sample(singles, 2)
            sources = _changed(authored.sources, first, second)
            if sources is None:
                continue
            tried += 1
            blocks = solved_blocks(authored, sources)
            verdict = judge.judge(run_program(runner, workload, blocks), blocks)
            named = {r.misconception for r in verdict.checks if r.misconception}
            due = {first[0].misconception.id, second[0].misconception.id}
            both += due <= named
            one += len(due & named) == 1 and len(due) == 2
            wrong += bool(named - due)
    finally:
        runner.close()
    print(f"{exercise_id}: {tried} pairs of {len(singles)} mutants, seed {SEED}")
    print(f"both named {both / tried:.0%}, one of two {one / tried:.0%}")
    print(f"a third misconception named as well {wrong / tried:.0%}")
    bounded = exercise_id == "06_engine"
    return int(bounded and (both < LEAST_BOTH * tried or wrong > MOST_THIRD * tried))


def _changed(sources: dict[str, str], *pair: tuple[CatalogueEntry, Shape]) -> dict[str, str] | None:
    """Both changes applied; None if one takes the other's text away."""
    regions = [shape.region for _, shape in pair]
    if regions[0] == regions[1] or any(
        a != b and a.startswith(b + ".") for a in regions for b in regions
    ):
        return None
    changed = dict(sources)
    for entry, shape in pair:
        module = shape.region.partition(".")[0]
        try:
            changed[module] = replace_in_region(
                changed[module],
                shape.region,
                shape.replace,
                file=entry.file,
                key=entry.misconception.id,
            )
        except CourseError:
            return None
    return changed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2], *map(int, sys.argv[2:3])))
