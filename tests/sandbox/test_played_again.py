"""Some cases are played a second time: numbers that depend on clock or chance are told to staff."""

import json
import math

import pytest
from core_tools import case, check, exercise_of
from repository import ROOT

from autograder.grading.grade import Grader
from autograder.intake.submissions import Submission
from autograder.limits import AGAIN_EVERY
from autograder.model import Block
from autograder.sandbox.runners import PlainRunner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import make_workload
from autograder.tolerance import is_same_again
from autograder.worker.protocol import HEAD


def calls(*numbers, **given):
    return [case(request={"name": "f", "args": [x]}, **given) for x in numbers]


COMPILED = exercise_of([check("a", *calls(*range(30)))])
HONEST = "def f(x):\n    return 10.0 * x + 0.5"


def played(source, compiled=COMPILED):
    workload = make_workload(compiled)
    return run_program(PlainRunner(workload), workload, (Block("made.py", source),))


def test_every_tenth_case_follows_a_second_time_and_is_no_case_of_its_own():
    workload = make_workload(COMPILED)
    told = json.loads(workload.encoded)["cases"]
    assert AGAIN_EVERY == 10 and workload.again == (9, 19, 29)
    assert told[30:] == [told[9], told[19], told[29]]
    run = played(HONEST)
    assert len(run.reply.heads) == 30 * HEAD.size and len(run.reply.floats) == 30 * 8
    assert run.unsteady == 0


def test_what_takes_long_or_follows_addresses_is_not_played_again():
    leaf = {"leaves": [1.0], "steps": [["neg", 0]] * 4}
    for kind, request in (
        ("chain", {"times": 1}), ("order", {"tape": leaf}), ("gradcheck", {}), ("wide", {}),
        ("values", {"tape": leaf}),
    ):  # fmt: skip
        many = [case(kind=kind, request=request)] * 30
        assert make_workload(exercise_of([check("a", *many)])).again == ()


CHANGING = {
    "the clock": "import time\ndef f(x):\n    return time.perf_counter()",
    "chance": "import random\nr = random.SystemRandom()\ndef f(x):\n    return r.random()",
    "memory": "seen = []\ndef f(x):\n    seen.append(x)\n    return float(len(seen))",
}


@pytest.mark.parametrize("source", CHANGING.values(), ids=CHANGING)
def test_an_answer_that_changes_is_counted(source):
    assert played(source).unsteady == 3


@pytest.mark.parametrize(
    "source",
    [
        "import random\ndef f(x):\n    return random.Random(x).random()",
        "from functools import lru_cache\n@lru_cache\ndef f(x):\n    return x / 3",
        "def f(x):\n    return float('nan')",
        "def f(x):\n    return float('inf')",
        "def f(x):\n    raise ValueError(x)",
        "def g(x):\n    return x",
        "def f(x):\n    return list(range(x))",
    ],
)
def test_an_answer_that_stays_is_not(source):
    assert played(source).unsteady == 0


def test_a_failure_the_second_time_is_no_other_number():
    once = "seen = set()\ndef f(x):\n    assert x not in seen\n    seen.add(x)\n    return x"
    run = played(once)
    assert run.unsteady == 0 and len(run.reply.floats) == 30 * 8


def test_a_crash_in_a_case_that_is_played_again_costs_no_case():
    source = (
        "import sys\nseen = set()\ndef f(x):\n    if x in seen:\n"
        "        sys.modules['os']._exit(3)\n    seen.add(x)\n    return x"
    )
    run = played(source)
    assert len(run.reply.floats) == 30 * 8, "all were answered before"


def test_the_last_of_sixteen_digits_may_differ():
    assert is_same_again((1.0, 1e20, 0.0, 1e-30), (1.0 + 1e-13, 1e20 + 1e6, 1e-14, 0.0))
    assert not is_same_again((1.0,), (1.0 + 1e-11,))
    assert is_same_again((math.nan, math.inf), (math.nan, math.inf))
    assert not is_same_again((math.nan,), (1.0,))
    assert not is_same_again((math.inf,), (-math.inf,))


def test_staff_are_told_in_one_sentence(tmp_path):
    path = tmp_path / "made.py"
    path.write_text(CHANGING["chance"])
    grader = Grader(COMPILED, 1, launch=lambda workload, level: PlainRunner(workload))
    (report,) = grader.grade([Submission("anna", "01_made", path)])
    (flag,) = report.flags
    assert flag.startswith("Asked the same twice, it gave other numbers the second time in 3 of")


@pytest.mark.sandbox
@pytest.mark.parametrize("bank", ["right_answers", "wild_mistakes"])
def test_no_honest_engine_is_told_whatever_order_its_sets_have(bank, compiled, level):
    grader = Grader(compiled("06_engine"), level, 2)
    files = sorted((ROOT / "tests" / bank).glob("*.py"))
    reports = grader.grade(Submission(file.stem, "06_engine", file) for file in files)
    told = {r.student: r.flags for r in reports if any("twice" in flag for flag in r.flags)}
    assert told == {}
