"""The same class gets the same bytes: with any number of workers, under any hash seed.

More seeds, as .ci/long tries them: HASH_SEEDS="1 2 3 5 8" pytest tests/grading/test_determinism.py
"""

import os
import subprocess
import sys

from conftest import ROOT, SMALL

from autograder.authoring.demo import EXERCISE, make_class
from autograder.authoring.proof.compiling import compile_exercise

SEEDS = os.environ.get("HASH_SEEDS", "1 2").split()
GRADE = """
import sys
from pathlib import Path
from autograder.authoring.proof.compiling import compile_exercise
from autograder.course.course_file import load_course
from autograder.grading.grade import Grader
from autograder.intake.arriving.arrival import find_submissions
from autograder.storage import dumps

root, folder, exercise, workers, level = sys.argv[1:]
compiled = compile_exercise(load_course(Path(root)), exercise)
submissions = find_submissions(Path(folder), exercise, compiled.exercise.file)
for report in Grader(compiled, int(level), int(workers)).grade(submissions):
    print(dumps(report))
"""


def graded(course, folder, exercise, workers, level, seed):
    """All reports as bytes, made by a process with its own hash seed."""
    done = subprocess.run(
        [sys.executable, "-c", GRADE, *map(str, (course.root, folder, exercise, workers, level))],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout


SOURCES = {
    "right": "def double(x):\n    return x + x\n",
    "wrong": "def double(x):\n    return x * x\n",
    "random": "import random\ndef double(x):\n    return random.random()\n",
    "of-sets": "def double(x):\n    return float(list({'a', 'b', 'c', 'd'}).index('c'))\n",
    "of-addresses": "print(id(object()))\ndef double(x):\n    return float(id([]) % 1000)\n",
    "dies": "import sys\ndef double(x):\n    sys.modules['os']._exit(0)\n",
    "deep": "def double(x):\n    return double(x)\n",
    "odd": "def double(x):\n    return float('nan')\nprint('\\x1b[31m', 'é')\n",
    "broken": "def double(x:\n",
}


def test_a_small_class_is_graded_to_the_same_bytes(small_course, level):
    folder = small_course.root / "submissions"
    for name, source in SOURCES.items():
        place = folder / name / SMALL
        place.mkdir(parents=True)
        (place / f"{SMALL}.py").write_text(source)
    compile_exercise(small_course, SMALL)
    runs = {
        graded(small_course, folder, SMALL, workers, level, seed)
        for workers in (1, 2)
        for seed in SEEDS
    }
    (only,) = runs
    assert only.count(b"\n") == len(SOURCES)


def test_a_class_of_engines_is_graded_to_the_same_bytes(real_course, compiled, level, tmp_path):
    compiled(EXERCISE)
    make_class(real_course, tmp_path, 14)
    seed, *others = SEEDS
    first = graded(real_course, tmp_path, EXERCISE, 1, level, seed)
    for other in others:
        assert graded(real_course, tmp_path, EXERCISE, 2, level, other) == first, other
    assert first.count(b"\n") == 14
