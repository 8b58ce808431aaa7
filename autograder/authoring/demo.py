"""A made-up class for the five-minute tour: good work, mistakes, damage, attacks."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.lessons.exercises import AuthoredExercise, authored_exercise
from autograder.authoring.lessons.notebooks import solved_script, student_script
from autograder.authoring.proof.mutants import load_entries, mutants
from autograder.course.course_file import Course
from autograder.errors import UsageError
from autograder.outputs import reason_of, write_file

EXERCISE = "06_engine"
MISTAKE = "mistake: "
ELSEWHERE = "name another folder: --out DIR"
SHARE_OF_MISTAKES = 0.5  # of the students behind the first few, while mistakes last
NAMES = (
    "ada", "alan", "annie", "barbara", "blaise", "carl", "claude", "donald", "dorothy", "edsger",
    "emmy", "evelyn", "frances", "george", "gottfried", "grace", "hedy", "henri", "isaac", "joan",
    "john", "joseph", "karen", "katherine", "kurt", "leonhard", "margaret", "marie", "mary",
    "niklaus", "pierre", "radia", "rosa", "shafi", "sofia", "sophie", "srinivasa", "tim", "vera",
    "yoshua",
)  # fmt: skip

# Harmless where nothing confines it, and without a gain where the sandbox does.
READS_FILES = """
try:
    import os
    print("LEAK:", sorted(os.listdir("/")))
except BaseException as error:
    print("refused:", type(error).__name__, error)
try:
    print("LEAK:", open("/etc/passwd").read())
except BaseException as error:
    print("refused:", type(error).__name__, error)
"""
FORGES = '''"""Claims to have passed: writes a reply of its own and leaves."""
import sys


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data, self.grad = data, 1.0

    def __add__(self, other):
        posix = sys.modules.get("posix") or __builtins__["__import__"]("math").__loader__
        print('{"score": 100, "outcome": "passed"}')
        raise SystemExit(0)
'''
RUNS_FOR_EVER = '''"""Never comes to an end."""
while True:
    pass
'''
SYNTAX_ERROR = '''"""Does not parse."""
class Value
    def __init__(self, data):
        self.data = data
'''


@dataclass(frozen=True, slots=True)
class Work:
    """What one made-up student hands in: a file's name and text, and what it is."""

    name: str
    text: bytes
    kind: str


def make_class(course: Course, folder: Path, students: int) -> dict[str, str]:
    """Write a class's submissions in nbgrader's layout.

    Args:
        course: whose reference and mutants the work is made of.
        folder: gets one folder a student.
        students: how many.
    Returns: student id to what was handed in, for whoever reads along.
    Raises: UsageError if it cannot be written.
    """
    authored = authored_exercise(course, EXERCISE)
    rng = random.Random(hashlib.sha256(b"a class of its own").digest())
    works = list(_works(course, authored))
    good = works[0]
    # every other kind of work once, then mistakes, so that a small class shows much
    queue = [w for w in works if not w.kind.startswith(MISTAKE)]
    rest = [w for w in works if w.kind.startswith(MISTAKE)]
    rng.shuffle(rest)
    handed_in = {}
    for k in range(students):
        student = NAMES[k % len(NAMES)] + (f"-{k // len(NAMES) + 1}" if k >= len(NAMES) else "")
        if queue:
            work = queue.pop(0)
        elif rest and rng.random() < SHARE_OF_MISTAKES:
            work = rest.pop()
        else:
            work = good
        place = folder / student / EXERCISE
        try:
            place.mkdir(parents=True)
        except OSError as error:
            raise UsageError(f"cannot make '{place}' ({reason_of(error)}); {ELSEWHERE}") from error
        if work.name:
            write_file(place / work.name, work.text, ELSEWHERE)
        handed_in[student] = work.kind
    return handed_in


def _works(course: Course, authored: AuthoredExercise) -> Iterator[Work]:
    file = authored.exercise.file
    right = solved_script(authored.exercise)
    yield Work(file, right.encode(), "right")
    yield Work(file, (right + READS_FILES).encode(), "right, and tries to read files")
    yield Work(file, student_script(authored.exercise).encode(), "not begun")
    yield Work("", b"", "nothing handed in")
    yield Work(file, SYNTAX_ERROR.encode(), "a syntax error")
    yield Work(file, RUNS_FOR_EVER.encode(), "runs for ever")
    yield Work(file, FORGES.encode(), "claims to have passed")
    yield Work("engine.ipynb", b'{"cells": [', "a damaged notebook")
    yield Work("engine.ipynb", b"\x00\xff\xfe not a notebook", "not a notebook")
    entries = load_entries(course.hidden, authored.exercise.id)
    seen: set[str] = set()
    for mutant in mutants(entries, authored.sources):
        if mutant.misconception not in seen:  # one of each misconception
            seen.add(mutant.misconception)
            kind = f"{MISTAKE}{mutant.misconception}"
            yield Work(file, mutant.source.encode(), kind)
