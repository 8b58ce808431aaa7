"""The bench: the sandbox runs what is new, the judge judges again, and nothing else differs."""

from contextlib import closing

import pytest
from conftest import SMALL

from autograder.authoring.lessons.exercises import authored_exercise, stub_blocks
from autograder.authoring.proof import bench as benches
from autograder.authoring.proof.bench import Bench
from autograder.authoring.proof.compiling import compile_exercise, kept_played
from autograder.authoring.proof.mutants import load_entries, mutant_blocks, mutants
from autograder.model import Block
from autograder.sandbox.launch import import_folders

HIDDEN = f"reference/hidden/{SMALL}/checks.py"
MISTAKES = f"reference/hidden/{SMALL}/misconceptions.yml"
CHECK = '''

@check(task="double", points=1)
def added(student):
    """An added check."""
    student.returns("double", 9.0)
    student.returns("double", -9.0)
'''
REMEMBERS = """\
- id: remembers
  region: small.double
  replace: {"double(x)": "double(x, log=[])", "2 * x": "2 * x + (log.append(x) or len(log))"}
  what: W.
  why: Y.
  try: T.
"""
DIES = Block("cell 1", "import sys\ndef double(x):\n    if x == 3.5:\n        raise SystemExit\n")


@pytest.fixture
def course(small_course):
    path = small_course.root / MISTAKES
    path.write_text(path.read_text() + REMEMBERS)
    return small_course


@pytest.fixture
def run(monkeypatch):
    """How many cases the sandbox was asked in each of its runs."""
    counts = []
    run_program = benches.run_program

    def counting(runner, workload, blocks):
        counts.append(len(workload.counts))
        return run_program(runner, workload, blocks)

    monkeypatch.setattr(benches, "run_program", counting)
    return counts


def verdicts(course, level):
    """What the judge says of every mutant, of a program that is cut short, and of a stub."""
    compiled, authored = compile_exercise(course, SMALL), authored_exercise(course, SMALL)
    made = mutants(load_entries(course.hidden, SMALL), authored.sources)
    programs = [mutant_blocks(authored, mutant) for mutant in made]
    programs += [(DIES,), stub_blocks(authored.exercise)]
    folders, played = import_folders(()), kept_played(course, compiled.exercise)
    with closing(Bench(course, compiled, level, folders, played)) as bench:
        return list(bench.verdicts(programs))


def afresh(course, level):
    (course.kept / "answers" / f"{SMALL}-sandbox.json").unlink()
    return verdicts(course, level)


def test_what_is_kept_is_not_run_again_and_is_judged_alike(course, level, run):
    first = verdicts(course, level)
    assert run == [3, 3, 3, 3]
    run.clear()
    assert verdicts(course, level) == first
    assert run == []


def test_an_added_check_is_run_alone_where_a_program_is_known_to_remember_nothing(
    course, level, run
):
    verdicts(course, level)
    run.clear()
    path = course.root / HIDDEN
    path.write_text(path.read_text() + CHECK)
    after = verdicts(course, level)
    # the first mutant alone was played when compiling, and found to remember nothing
    assert run == [2, 5, 5, 5]
    assert after == afresh(course, level)
    path.write_text(path.read_text().replace(CHECK, ""))
    run.clear()
    before = verdicts(course, level)
    assert run == [3, 3, 3]
    assert before == afresh(course, level)


def test_a_run_that_came_to_grief_is_not_kept(course, level, run):
    compiled = compile_exercise(course, SMALL)
    played = kept_played(course, compiled.exercise)
    crash = "def double(x):\n    exec((lambda: 1).__code__.replace(co_consts=()))"
    with closing(Bench(course, compiled, level, import_folders(()), played)) as bench:
        for _ in range(2):
            verdict = bench.verdict((Block("cell 1", crash),))
            assert verdict.score == 0
    assert run == [3, 3]
