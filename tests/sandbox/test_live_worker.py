"""The process that keeps a student's own code loaded, and what `check --explain` finds with it."""

import re
import shutil
import subprocess
import sys

import pytest
from core_tools import case, nothing_left_behind
from repository import ROOT
from waiting import NET_S

from autograder import limits
from autograder.model import Answer, Block
from autograder.sandbox.live_worker import LiveWorker
from autograder.worker.status import Status

SOURCE = """
print("printed while it was loaded")
import sys

def f(x):
    print("printed while it was played")
    if x == 13:
        raise ValueError("unlucky")
    if x == 0:
        sys.modules["posix"]._exit(3)
    while x < 0:
        pass
    return 2 * x
"""


@pytest.fixture
def loaded():
    """The source above, loaded; nothing of the process is left afterwards."""
    with nothing_left_behind(), LiveWorker([Block("f.py", SOURCE)], ()) as worker:
        yield lambda x: worker.play(case(request={"name": "f", "args": [x]}, within_s=0.5).plain())


def test_one_case_after_another_is_played_on_the_same_code(loaded):
    assert [loaded(x) for x in (1, 2)] == [Answer(Status.OK, (2.0,)), Answer(Status.OK, (4.0,))]


def test_a_case_that_raises_or_takes_too_long_does_not_end_the_next(loaded):
    raised = loaded(13)
    assert raised.status is Status.RAISED
    assert raised.detail == "ValueError: unlucky (f.py, line 8)"
    assert loaded(-1).status is Status.CPU
    assert loaded(3) == Answer(Status.OK, (6.0,))


def test_a_process_that_has_ended_answers_crashed_from_then_on(loaded):
    assert [loaded(x).status for x in (0, 1)] == [Status.CRASHED, Status.CRASHED]


def test_a_case_that_no_timer_reaches_is_ended_with_its_process(monkeypatch):
    monkeypatch.setattr(limits, "ANSWER_S", 0.5)
    source = "def f(x):\n    return sum(range(10**12))"  # one long call in C
    monkeypatch.setattr(LiveWorker, "__init__", patient(LiveWorker.__init__, monkeypatch))
    with nothing_left_behind(), LiveWorker([Block("f.py", source)], ()) as worker:
        assert worker.play(case(within_s=0.1).plain()).status is Status.CRASHED


def patient(start, monkeypatch):
    """Loading has its time on a busy machine; only the case is ended soon."""

    def start_patiently(self, *given):
        with monkeypatch.context() as patched:
            patched.setattr(limits, "ANSWER_S", NET_S)
            start(self, *given)

    return start_patiently


# check --explain ---------------------------------------------------------------------------


def explained(folder, change):
    """What the command prints about the reference's engine with one change."""
    workspace = folder / "06_engine"
    workspace.mkdir()
    for name in ("exercise.yml", "public.json"):
        shutil.copy(ROOT / "exercises/06_engine" / name, workspace)
    source = (ROOT / "reference/engine.py").read_text()
    assert source.count(change[0]) == 1
    (workspace / "engine.py").write_text(source.replace(*change))
    command = [sys.executable, "-c", "from autograder.cli import main; main()"]
    ran = subprocess.run(
        [*command, "check", "--explain"],
        cwd=workspace, capture_output=True, text=True, timeout=NET_S, check=False,
    )  # fmt: skip
    assert "Traceback" not in ran.stderr
    return ran.stdout


def test_a_small_graph_on_which_an_overwriting_rule_is_wrong_is_found_to_paste(tmp_path):
    product = "self.grad += upstream * other.data"
    told = explained(tmp_path, (product, product.replace("+=", "=")))
    found = told.partition("the smallest graph found on which your engine is wrong:\n")[2]
    code = [line.strip() for line in found.splitlines()]
    # a * a is right by luck: the second operand still adds
    assert code[1:5] == ["b = a * a", "c = a * b", "c.backward()", "a.grad"]
    assert re.fullmatch(r"a = Value\(-?[\d.]+\)", code[0])
    assert code[5].startswith("c.data   expected ") and code[5].endswith("right")
    assert code[6].startswith("a.grad   expected ") and code[6].endswith("WRONG")


def test_an_engine_that_passes_has_no_graph_to_shrink(tmp_path):
    told = explained(tmp_path, ('"""Multiply: self * other."""', '"""Times."""'))
    assert "21 of 21 public checks passed" in told
    assert "nothing to shrink: no check of gradients failed" in told
