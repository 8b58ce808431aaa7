"""The hostile corpus is complete, well described, and its attacks have teeth."""

import ast
import json
import math
import os
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from engine_expressions import EXPRESSIONS, REFERENCE, agree, chain, load, observe, programs
from sample_reports import report, result
from sandbox_tools import need
from waiting import NET_S

from autograder.model import Outcome
from autograder.verdicts import Explanation
from autograder.worker.players.kinds import KINDS
from autograder.worker.protocol import LENGTH, MalformedReply, parse_reply

from . import bare, corpus, generated, generated_bounds, generated_markup, generated_players
from .__main__ import table
from .corpus import CANARY, EXPECTATIONS, FAMILIES, LEAK, LIMITS, load_corpus
from .graded import Findings, fault

CORPUS = load_corpus()
FILES = [entry for entry in CORPUS if isinstance(entry.source, Path)]
PLANTED = [entry for entry in FILES if entry.family == "planted"]
GENERATED = [entry for entry in CORPUS if not isinstance(entry.source, Path)]
HONEST = Path(corpus.FOLDER / "honest_engine.py")
# The engine's text from its first line of code: every file of an honest engine ends with it.
ENGINE = HONEST.read_text(encoding="utf-8").partition("import math\n\n\n")[2]

# Files that print LEAK but cannot do so in bare.py, and why.
TOOTHLESS = {
    "poisoned_modules": "it looks for an earlier submission in its own process",
    "memory_released": "it would take 2 GiB from the machine that runs the tests",
    "terminal": "there is no terminal in there",
    "disk": "it would write 64 MiB on the machine that runs the tests",
}


# A class as the players of 0.1.0 held it: a number and its derivative.
TWIN = """
import math


class Twin:
    def __init__(self, x, slope=0.0):
        self._x, self._slope = x, slope

    def __add__(self, other):
        return Twin(self._x + other._x, self._slope + other._slope)

    def __sub__(self, other):
        return Twin(self._x - other._x, self._slope - other._slope)

    def __mul__(self, other):
        return Twin(self._x * other._x, self._slope * other._x + self._x * other._slope)

    def __truediv__(self, other):
        slope = self._slope / other._x - self._x * other._slope / other._x**2
        return Twin(self._x / other._x, slope)

    def tanh(self):
        t = math.tanh(self._x)
        return Twin(t, (1.0 - t * t) * self._slope)

    def sigmoid(self):
        s = 0.5 * (1.0 + math.tanh(0.5 * self._x))
        return Twin(s, s * (1.0 - s) * self._slope)
"""

GENERATING = (
    *(generated, corpus.generated_notebooks),
    *(generated_players, generated_markup, generated_bounds),
)


def notebook() -> dict:
    """A notebook of the shape that nbgrader gives one, with every kind of cell."""

    def cell(kind, name, source, **marks):
        metadata = {"nbgrader": {"grade_id": name, "schema_version": 3, "task": False, **marks}}
        code = {"execution_count": None, "outputs": []} if kind == "code" else {}
        return {"cell_type": kind, "id": name, "metadata": metadata, "source": source, **code}

    solve = {"grade": False, "locked": False, "solution": True}
    check = {"grade": True, "locked": True, "solution": False, "points": 2}
    return {
        "cells": [
            {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": "A lesson."},
            cell("code", "setup", "import math", grade=False, locked=True, solution=False),
            cell("code", "mul-rule", "def f():\n    pass", **solve),
            cell("code", "check-mul-rule", 'check("mul rule")', **check),
            cell("code", "pow-rule", "def g():\n    pass", **solve),
            cell("code", "check-pow-rule", 'check("pow rule")', **check),
            cell("code", corpus.PLANTED_CELL, "def probes():\n    pass", **solve),
        ],
        "metadata": {"kernelspec": {"name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


# They look for something else than a class or a function of the grader's that differentiates.
OTHERS = {
    *("modules_of_the_wheel", "numbers_that_record", "slopes_of_statistics"),
    "expected_numbers",
}
BORROWED = "# It computes forward and knows no rule: each gradient that is right is borrowed."


def names(entries):
    return [entry.name for entry in entries]


each_entry = pytest.mark.parametrize("entry", CORPUS, ids=names(CORPUS))
each_file = pytest.mark.parametrize("entry", FILES, ids=names(FILES))
each_generated = pytest.mark.parametrize("entry", GENERATED, ids=names(GENERATED))


def test_the_corpus_is_large_and_covers_every_family():
    assert len(CORPUS) >= 80
    for family in FAMILIES:
        assert sum(entry.family == family for entry in CORPUS) >= 8, family


def test_every_kind_of_outcome_and_every_limit_is_expected_somewhere():
    assert {entry.expect for entry in CORPUS} == set(EXPECTATIONS)
    assert {entry.detail for entry in CORPUS if entry.expect == "limit"} == set(LIMITS)


def test_names_are_unique():
    assert len(set(names(CORPUS))) == len(CORPUS)


@each_entry
def test_an_entry_says_what_it_tries_what_it_expects_and_what_success_would_be(entry):
    assert entry.doc.endswith(".") and len(entry.doc) <= 110
    assert entry.family in FAMILIES
    assert entry.expect in EXPECTATIONS
    assert entry.gain
    if entry.expect == "limit":
        assert entry.detail in LIMITS
    else:
        assert bool(entry.detail) == (entry.expect == "partial")
    assert (entry.start in ("solved", "released")) == (entry.exercise != "06_engine")
    earns = {"planted": ("tenth",), "player": ("tenth", "forward"), "differentiator": ("forward",)}
    if entry.expect in ("tenth", "forward") or entry.family in ("planted", "player"):
        assert entry.expect in earns[entry.family]
    assert (entry.expect == "withheld") == (entry.student in generated_markup.REFUSED)


@each_file
def test_a_file_lies_in_the_folder_of_its_family(entry):
    assert entry.source.parent.name == entry.family


@each_file
def test_a_file_is_python_and_fits_in_a_submission(entry):
    text = entry.source.read_text(encoding="utf-8")
    assert len(text.encode()) < 1 << 20
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd literal is part of the trick
        compile(text, entry.source.name, "exec", dont_inherit=True)


@each_file
def test_a_file_touches_no_name_outside_the_canaries(entry):
    text = entry.source.read_text(encoding="utf-8")
    for place in ("/tmp/", "/dev/shm/"):
        rest = text.split(place)[1:]
        allowed = (CANARY, f"sem.{CANARY}", ".X11-unix")
        assert all(part.startswith(allowed) for part in rest), place


@each_file
def test_only_files_with_the_honest_engine_expect_points(entry):
    has_engine = ENGINE in entry.source.read_text(encoding="utf-8")
    if entry.expect in ("honest", "partial", "flagged") and entry.family != "differentiator":
        assert has_engine, "copy it word for word from honest_engine.py"


def test_no_file_expects_points_that_forge():
    stealing = [e for e in FILES if e.family == "forging" and e.expect not in ("zero", "limit")]
    # the one that decorates its error messages and computes honestly
    assert names(stealing) == ["markup_in_messages"]


@each_generated
def test_a_generated_submission_is_written_where_it_should_be(entry, tmp_path):
    path = entry.place(tmp_path, notebook() if entry.start else None)
    assert path.parent == tmp_path
    assert os.path.lexists(path)
    # one attacks by the number of its files
    assert entry.family == "bounds" or [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("entry", PLANTED, ids=names(PLANTED))
def test_an_attack_on_planted_engines_stands_in_the_last_cell_of_the_notebook(entry, tmp_path):
    given = notebook()
    written = json.loads(entry.place(tmp_path, given).read_text())
    assert given == notebook()
    changed = [new for new, old in zip(written["cells"], given["cells"], strict=True) if new != old]
    assert [cell["source"] for cell in changed] == [entry.source.read_text(encoding="utf-8")]


@pytest.mark.parametrize("entry", GENERATED[:1] + GENERATED[-1:], ids=lambda entry: entry.name)
def test_a_generator_writes_the_same_bytes_each_time(entry, tmp_path):
    written = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        written.append(entry.place(folder, notebook()).read_bytes())
    assert written[0] == written[1]


def test_a_notebook_entry_without_its_notebook_says_which_one_it_needs(tmp_path):
    entry = next(e for e in CORPUS if e.name == "forged_points")
    with pytest.raises(ValueError, match="forged_points needs the released notebook of 04_back"):
        entry.place(tmp_path)


def test_generators_leave_the_given_notebook_as_it_is(tmp_path):
    given = notebook()
    for entry in GENERATED:
        if entry.start:
            entry.place(tmp_path, given)
    assert given == notebook()


def test_every_generator_has_its_entry():
    written = {
        name
        for module in GENERATING
        for name, value in vars(module).items()
        if callable(value) and not name.startswith("_") and value.__module__ == module.__name__
    }
    assert written == set(names(GENERATED))


def test_the_honest_engine_agrees_with_the_reference():
    reference, Value = load(REFERENCE).Value, load(HONEST).Value
    for play in (*EXPRESSIONS, *programs()):
        assert agree(observe(play.play(Value)), observe(play.play(reference))), play
    assert agree(observe(chain(Value)), observe(chain(reference)))


@pytest.mark.parametrize("name", ["utf7_cookie", "escape_cookie"])
def test_python_itself_believes_the_coding_cookie(name):
    file = next(entry.source for entry in FILES if entry.name == name)
    statement = "print('LEAK: the coding cookie was believed')"
    head = file.read_bytes().partition(b"# A correct engine")[0]  # no UTF-7 beyond: `+` is special
    assert statement in ast.unparse(ast.parse(head))
    assert statement not in ast.unparse(ast.parse(file.read_text(encoding="utf-8")))


# Teeth ---------------------------------------------------------------------------------


def run_bare(file, folder, *more):
    """Run a file in bubblewrap without the worker's layers; return its output and reply."""
    bubblewrap = shutil.which("bwrap")
    repository = corpus.FOLDER.parents[1]
    command = [
        bubblewrap,
        *("--unshare-all", "--die-with-parent", "--new-session"),
        *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
        *("--bind", str(folder), "/tmp"),
        *("--ro-bind", sys.prefix, sys.prefix, "--ro-bind", str(repository), str(repository)),
        *("--clearenv", "--setenv", "COURSE_SEED", "secret", "--chdir", "/"),
        *(sys.executable, "-P", "-s", "-S", "-B"),
        *(str(corpus.FOLDER / "bare.py"), str(repository), str(file), *more),
    ]
    done = subprocess.run(command, capture_output=True, timeout=NET_S, check=False)
    reply = b""
    for line in done.stderr.splitlines():
        if line.startswith(b"REPLY"):
            reply = bytes.fromhex(line.split(b" ")[2].decode())
    return done.stdout.decode("utf-8", "replace"), reply


def answers(reply):
    """The numbers of a reply, or None if the judge would not take it for one."""
    if len(reply) < LENGTH.size or LENGTH.unpack(reply[:4])[0] != len(reply) - LENGTH.size:
        return None
    try:
        parsed = parse_reply(reply[4:], bare.NONCE, 1, len(bare.CASES))
    except MalformedReply:
        return None
    return list(memoryview(parsed.floats).cast("d"))


def expected_answers():
    namespace = vars(load(REFERENCE))
    return [x for case in bare.CASES for x in KINDS[case["kind"]](namespace, case["request"])]


def right(reply):
    found, expected = answers(reply), expected_answers()
    return (
        found is not None
        and len(found) == len(expected)
        and all(map(lambda a, b: math.isclose(a, b, rel_tol=1e-9), found, expected))
    )


@pytest.fixture(scope="module")
def bubblewrap():
    """Attacks are let loose nowhere else."""
    probe = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
    works = shutil.which("bwrap") and not subprocess.run(probe, capture_output=True).returncode
    need(works, "bubblewrap, the only place where attacks are let loose")


def in_bubblewrap(test):
    return pytest.mark.sandbox(pytest.mark.usefixtures("bubblewrap")(test))


BITING = [
    entry
    for entry in FILES
    if entry.name not in TOOTHLESS
    and entry.expect in ("honest", "flagged")
    and LEAK in entry.source.read_text(encoding="utf-8")
]
BITTEN = "micrograde-bitten-"
FORGING = [e for e in FILES if e.expect == "zero" and e.family == "forging"]


@in_bubblewrap
@pytest.mark.parametrize("entry", BITING, ids=names(BITING))
def test_an_attack_succeeds_without_a_sandbox(entry, tmp_path):
    # Under another name: a key in the kernel's ring is seen from every namespace, and a run of
    # the corpus beside this test would take it for its own.
    source = entry.source.read_text(encoding="utf-8").replace(CANARY, BITTEN)
    (tmp_path / "bitten.py").write_text(source, encoding="utf-8")
    output, _ = run_bare("/tmp/bitten.py", tmp_path)
    left = [path for path in tmp_path.iterdir() if path.name.startswith(BITTEN)]
    assert LEAK in output or left, output


@in_bubblewrap
@pytest.mark.parametrize("entry", FORGING, ids=names(FORGING))
def test_a_forged_reply_is_not_right_even_without_a_sandbox(entry, tmp_path):
    assert not right(run_bare(entry.source, tmp_path)[1])


@in_bubblewrap
def test_the_honest_engine_answers_right_without_a_sandbox(tmp_path):
    assert right(run_bare(HONEST, tmp_path)[1])


# Whatever looks for a differentiator where 0.1.0 had one.
BORROWING = [e for e in FILES if e.family == "differentiator" and e.name not in OTHERS]


def test_whoever_looks_for_a_differentiator_does_the_same_with_what_it_finds():
    tails = {
        entry.source.read_text(encoding="utf-8").partition(BORROWED)[2]
        for entry in FILES
        if entry.family == "differentiator"
    }
    assert len(tails) == 1 and len(tails.pop()) > 3_000


@in_bubblewrap
@pytest.mark.parametrize("entry", BORROWING, ids=names(BORROWING))
def test_a_differentiator_that_is_put_back_is_found_and_used(entry, tmp_path):
    output, reply = run_bare(entry.source, tmp_path, TWIN)
    assert f"{LEAK} Twin keeps a derivative" in output
    assert right(reply)


@in_bubblewrap
@pytest.mark.parametrize("entry", BORROWING, ids=names(BORROWING))
def test_without_it_nothing_in_the_process_differentiates(entry, tmp_path):
    output, reply = run_bare(entry.source, tmp_path)
    assert LEAK not in output
    assert answers(reply) is not None and not right(reply)


PLAYERS = [entry for entry in GENERATED if entry.family == "player"]


@in_bubblewrap
@pytest.mark.parametrize("entry", PLAYERS, ids=names(PLAYERS))
def test_a_player_of_its_own_answers_in_the_place_of_ours(entry, tmp_path):
    (tmp_path / "handed-in").mkdir()
    entry.place(tmp_path / "handed-in")
    reply = run_bare("/tmp/handed-in/engine.py", tmp_path)[1]
    found = answers(reply)
    assert found is not None and len(found) == len(expected_answers())
    assert not right(reply)


# What is said of them ------------------------------------------------------------------------

BY_NAME = {entry.name: entry for entry in CORPUS}
RAISED = result("a", Outcome.FAILED, "your code raised E (engine.py, line 125)", score=0)


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("raised_requests", {"output": "REQUEST: 3.25"}, ""),
        ("raised_requests", {}, "it has no teeth"),
        ("raised_requests", {"output": "LEAK: a file"}, "it got something: LEAK: a file"),
        ("raised_requests", {"output": "REQUEST", "remarks": ("REQUEST: 3.25",)}, "was told what"),
        ("raised_requests", {"output": "REQUEST", "said": "E: 3.25"}, "was told a number"),
        ("raised_requests", {"output": "REQUEST", "said": "x" * 300}, "was told more than a line"),
        ("all_true", {"flags": ("a flag",)}, ""),
        ("all_true", {}, "it has no flag"),
        ("all_true", {"flags": ("a flag",), "score": 11.0}, "failed with 11.0"),
        ("classes_in_modules", {"flags": ("a flag",), "score": 27.0}, ""),
        ("classes_in_modules", {"flags": ("a flag",), "score": 28.0}, "failed with 28.0"),
        ("folder_of_markup", {"outcome": Outcome.ERROR, "score": None}, ""),
        ("folder_of_markup", {}, "failed with 0"),
    ],
)
def test_what_an_entry_got_is_seen(name, given, why):
    rest = {"score": 0, "max_score": 100.0, **given}
    told = replace(RAISED, explanation=Explanation(rest.pop("said", RAISED.message)))
    found = fault(BY_NAME[name], report(told, **rest), 27.0)
    assert why in found if why else found == ""


def test_the_table_says_who_got_something_and_who_was_hurt():
    found = Findings({"all_true": "it has no flag"}, {"001-honest": "all_true"}, [], 9)
    rows = {line[:16].strip(): line[16:].split() for line in table({"here": found}).splitlines()}
    assert set(rows) == {"family", *FAMILIES, "honest beside", "left behind"}
    assert rows["player"][1:] == ["1"] and rows["leaks"][1:] == ["nothing"]
    assert rows["honest beside"] == ["9", "1"] and rows["left behind"] == ["nothing"]
