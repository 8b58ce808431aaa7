"""Print what forgers earn in each exercise, as a table for the documents."""

import sys

from autograder.authoring.proof.compiling import compile_exercise
from autograder.course.course_file import find_course
from autograder.course.folders import list_exercises
from autograder.sandbox import levels

from . import FOLDER, FORGERS, Earned, bound, earned


def main() -> int:
    """Grade and print; the exit status is 1 if one earns more than it may, or is not flagged."""
    course, level = find_course(FOLDER), levels.probe().level
    print("| exercise | of | " + " | ".join(f"{f} | may" for f in FORGERS) + " | flagged |")
    print("|---|---|" + "---|---|" * len(FORGERS) + "---|")
    faults = 0
    for exercise in list_exercises(course.root):
        compiled = compile_exercise(course, exercise)
        found = list(earned(compiled, level))
        cells = []
        for forger in FORGERS:
            best: Earned = max((e for e in found if e.forger == forger), key=lambda e: e.score)
            most = bound(compiled, forger)
            cells += [f"{best.score:g}", f"{most:g}"]
            faults += best.score > most
            if best.score > most or "--checks" in sys.argv:
                print(f"{exercise} {forger}: {', '.join(best.paid)}", file=sys.stderr)
        seen = sum(e.flagged for e in found)
        faults += seen < len(found)
        row = [exercise, f"{found[0].max_score:g}", *cells, f"{seen} of {len(found)}"]
        print(f"| {' | '.join(row)} |", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
