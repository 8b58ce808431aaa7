"""A submission beside the process of the planted engines: order, verdicts, bounds, failures."""

import json
import os
import signal

import pytest
from core_tools import case, check, exercise_of, nothing_left_behind, ok
from sandbox_tools import linux_only

from autograder import limits
from autograder.errors import InfrastructureError
from autograder.grading.grade import Grader
from autograder.intake.submissions import Submission
from autograder.model import Block
from autograder.sandbox.engines.planted import NO_PROBE_CAME, USED_UP, divide, read_report
from autograder.sandbox.engines.runner import EnginesRunner
from autograder.sandbox.runners import PlainRunner, launch_runner, start_runner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import make_workload
from autograder.sandbox.zygote_runner import ZygoteRunner
from autograder.worker.protocol import (
    HEAD,
    NONCE_BYTES,
    Played,
    frame,
    pack_reply,
    parse_reply,
    unpack,
)
from autograder.worker.status import Status

pytestmark = linux_only

RIGHT = """
class Value:
    def __init__(self, data, edges=()):
        self.data, self.grad, self.edges = data, 0.0, edges
    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])
    def backward(self):
        self.grad = 1.0
        for parent, local in self.edges:
            parent.grad += local
"""
WRONG = RIGHT.replace("(other, self.data)", "(other, other.data)")
HANGS = RIGHT.replace("self.grad = 1.0", "while True: pass")
DIES = RIGHT.replace("self.grad = 1.0", "import os; os._exit(3)")
DEEP = RIGHT.replace("self.grad = 1.0", "return self.backward()")
PRODUCT = {"leaves": [1.0, 1.0], "steps": [["mul", 0, 1]]}


def asked(engine, at=(2.0, 3.0), draw="a", **given):
    request = {"tape": PRODUCT, "at": list(at), "engine": {"source": engine, "draw": draw}}
    return case(kind="gradcheck", request=request, **given)


def probed(engine):
    engine = {"source": engine, "draw": "p"}
    return case(kind="probes", request={"engine": engine, "right": {"source": RIGHT, "draw": "q"}})


def plain_case():
    return case(request={"name": "f", "args": [1]}, within_s=3.0)


def exercise(*cases, expected=None):
    made = check("a", *cases)
    due = expected or [1.0] * len(cases)
    return exercise_of([made], expected={"a": tuple(ok(x) for x in due)})


PAIRS = [asked(RIGHT, draw="r"), asked(WRONG, draw="w")]
TRIED = exercise(
    plain_case(),
    *PAIRS,
    asked(RIGHT, (5.0, 7.0), "right elsewhere"),
    asked(WRONG, (5.0, 7.0), "wrong elsewhere"),
    probed(WRONG),
    probed(RIGHT),
    expected=[1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
)
HONEST = """
def f(x):
    return x

def gradcheck(f, xs, engine):
    leaves = [engine(x) for x in xs]
    f(*leaves).backward()
    h = 1e-5
    for k, leaf in enumerate(leaves):
        values = []
        for step in (h, -h):
            moved = list(xs)
            moved[k] += step
            values.append(f(*[engine(x) for x in moved]).data)
        if abs(leaf.grad - (values[0] - values[1]) / (2 * h)) > 1e-4:
            return False
    return True

def probes():
    return [(lambda a, b: a * b, [2.0, 3.0])]
"""


def blocks(source):
    return (Block("made.py", source),)


def answers(run):
    numbers, at, found = unpack(run.reply.floats), 0, []
    for status, count, detail in HEAD.iter_unpack(run.reply.heads):
        found.append((Status(status), numbers[at : at + count], run.reply.details[detail]))
        at += count
    return found


def run(compiled, source, level):
    workload = make_workload(compiled)
    runner = start_runner(workload, level)
    try:
        return answers(run_program(runner, workload, blocks(source)))
    finally:
        runner.close()


def verdicts(found):
    return [numbers[0] if numbers else status for status, numbers, _ in found]


# What a submission may hold --------------------------------------------------------------------


def test_no_source_and_no_name_of_an_engine_is_in_a_submissions_workload():
    workload = make_workload(TRIED)
    text = workload.encoded.decode()
    for word in ("class Value", "source", "draw", "backward", "right"):
        assert word not in text
    cases = json.loads(text)["cases"]
    assert cases[1] == {**cases[2], "request": {**cases[2]["request"], "engine": 1}}
    assert cases[5]["request"] == {"engine": 5}
    assert json.loads(workload.engines)["sources"] == [RIGHT, WRONG]


def test_an_exercise_without_planted_engines_has_no_process_for_them(level):
    workload = make_workload(exercise(plain_case()))
    assert workload.planted is None and b"asks" not in workload.encoded
    runner = launch_runner(workload, level)
    assert type(runner) is ZygoteRunner
    runner.wait_ready()
    runner.close()


def test_cases_that_look_alike_are_exchanged_and_no_others():
    workload = make_workload(TRIED)
    assert workload.planted.groups == ((1, 2), (3, 4))
    assert workload.planted.probes == {5, 6}


def test_the_order_is_drawn_from_the_seed_and_the_submission():
    planted = make_workload(TRIED).planted
    orders = [tuple(planted.order(blocks(f"x = {k}")).of.items()) for k in range(64)]
    assert len(set(orders)) == 4  # two pairs, each either way
    assert min(map(orders.count, set(orders))) >= 8
    assert orders == [tuple(planted.order(blocks(f"x = {k}")).of.items()) for k in range(64)]
    assert divide([]) == ([], None)
    seeded = make_workload(
        exercise(asked(RIGHT, draw="other"), asked(WRONG, draw="still other"))
    ).planted
    first = [planted.order(blocks(f"x = {k}")).of[1] == 1 for k in range(32)]
    assert first != [seeded.order(blocks(f"x = {k}")).of[0] == 0 for k in range(32)]


def test_what_was_exchanged_is_put_back():
    planted = make_workload(TRIED).planted
    order = next(o for k in range(99) if (o := planted.order(blocks(f"x = {k}"))).of[1] == 2)
    nonce = bytes(NONCE_BYTES)
    played = [Played(0, (float(k),)) for k in range(7)]
    reply = parse_reply(pack_reply(nonce, [Played(0)], played), nonce, 1, 7)
    report = read_report(
        frame(nonce + json.dumps({"told": [[5, 0, 1.0]], "over": [[2, "too much"]]}).encode()),
        nonce,
        7,
    )
    found = answers(type("R", (), {"reply": order.undone(reply, nonce, [report])}))
    assert found[0][1] == (0.0,)
    assert found[1] == (Status.ASKED_TOO_MUCH, (), "too much") and found[2][1] == (1.0,)
    assert found[5][1] == (1.0,)  # told by the engines, whatever the submission says
    assert found[6] == (Status.WRONG_TYPE, (), NO_PROBE_CAME)


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"{}", b"[]", b"null", b'{"told":[],"over":[[99,"x"]]}', b'{"told":[[0]],"over":[]}',
        b'{"told":[[0,77,1]],"over":[]}', b'{"told":[[0,0,"x"]],"over":[]}', b"[" * 50_000,
        b'{"told":[[true,0,1.0]],"over":[]}', b'{"told":[[-1,0,1.0]],"over":[]}',
    ],
)  # fmt: skip
def test_what_is_no_report_is_a_fault_of_ours(payload):
    nonce = bytes(NONCE_BYTES)
    with pytest.raises(InfrastructureError, match="gave no report"):
        read_report(frame(nonce + payload), nonce, 7)


@pytest.mark.parametrize("data", [b"", b"\0", frame(bytes(3)), frame(b"x" * 40) + b"more"])
def test_bytes_that_are_no_frame_of_this_run_are_a_fault_of_ours(data):
    with pytest.raises(InfrastructureError, match="gave no report"):
        read_report(data, bytes(NONCE_BYTES), 7)


# At each level ---------------------------------------------------------------------------------


def test_an_honest_submission_gets_the_same_answers_at_every_level(level):
    due = [1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    with nothing_left_behind():
        for at in (level, 1):
            for salt in range(4):
                assert verdicts(run(TRIED, f"{HONEST}\n# {salt}", at)) == due


def test_whoever_guesses_by_place_or_question_is_not_right_everywhere(level):
    by_place = (
        "n = 0\ndef gradcheck(f, xs, engine):\n    global n\n    n += 1\n    return n % 2 == 1"
    )
    by_point = "def gradcheck(f, xs, engine):\n    return True"
    for source in (by_place, by_point):
        right = [
            verdicts(run(TRIED, f"{source}\n# {salt}", level))[1:5] == [1.0, 0.0, 1.0, 0.0]
            for salt in range(6)
        ]
        assert not all(right)


def test_the_process_of_a_submission_holds_no_engine(level):
    source = (
        HONEST
        + """
import sys
door = sys
gc = door.modules["gc"]
def held():
    gc.unfreeze()
    seen, frame, left = {}, door._getframe(), gc.get_objects()
    while frame is not None:
        left += [frame.f_locals, frame.f_globals]
        frame = frame.f_back
    for _ in range(3):
        left = [one for one in gc.get_referents(*left) if id(one) not in seen]
        seen.update((id(one), one) for one in left)
    return [one for one in seen.values() if type(one) is str]
def f(x):
    texts = held()
    planted = any("def " + "".join(["back", "ward"]) in text for text in texts)
    return float(planted) + 2 * float("tape" in texts)
"""
    )
    status, numbers, _ = run(TRIED, source, level)[0]
    assert (status, numbers) == (Status.OK, (2.0,))  # cases without engines, and no source


def test_a_submissions_word_on_its_probes_counts_for_nothing(level):
    lies = (
        HONEST.replace("[2.0, 3.0])]", "[3.0, 3.0])]")
        + """
import sys
asked = sys.modules["autograder.worker.players.asked"].Asked
sys.modules["autograder.worker.players.calls"].CALL_KINDS  # and the player's own table
asked.probes = lambda self, make: 1.0
"""
    )
    found = run(TRIED, lies, level)
    assert [one[2] for one in found[5:]] == [NO_PROBE_CAME] * 2
    weak = HONEST.replace("[2.0, 3.0])]", "[3.0, 3.0])]")
    assert verdicts(run(TRIED, weak, level))[5:] == [0.0, 0.0]


# Bounds and failures -----------------------------------------------------------------------------


def test_what_a_submission_asks_too_much_fails_that_case_with_the_limits_words(level):
    flood = HONEST.replace(
        "    leaves = [engine(x) for x in xs]\n",
        "    leaves = [engine(x) for x in xs]\n"
        "    try:\n"
        "        while xs[0] == 5.0: engine(1.0) .grad\n"
        "    except Exception:\n"
        "        return True\n",
    )
    found = run(TRIED, flood, level)
    assert verdicts(found)[:3] == [1.0, 1.0, 0.0] and verdicts(found)[5:] == [1.0, 0.0]
    for status, _, detail in found[3:5]:
        assert status == Status.ASKED_TOO_MUCH
        assert detail == f"more than {limits.ENGINE_QUESTIONS:,} questions to one engine"


def test_an_engine_that_takes_too_long_ends_its_case_and_no_other(level):
    slow = exercise(asked(HANGS, draw="h", within_s=0.1), asked(RIGHT, (1.0, 2.0)), probed(HANGS))
    found = run(slow, HONEST, level)
    assert found[0][0] == Status.ASKED_TOO_MUCH and "of an engine's time" in found[0][2]
    assert found[1][1] == (1.0,)
    assert found[2][0] == Status.CPU


def test_a_walk_without_end_is_a_recursion_and_no_fault_of_ours(level):
    deep = exercise(asked(DEEP), probed(DEEP))
    assert [status for status, _, _ in run(deep, HONEST, level)] == [Status.RECURSION] * 2


def test_an_engines_process_that_dies_is_a_fault_of_ours_and_withholds_the_score(level, tmp_path):
    compiled = exercise(asked(DIES))
    file = tmp_path / "made.py"
    file.write_text(HONEST)
    grader = Grader(compiled, level)
    (report,) = grader.grade([Submission("s", compiled.exercise.id, file)])
    assert report.score is None
    assert "the engines' process ended" in grader.failures[0].reason


def test_engines_that_have_used_up_the_kernels_time_fail_what_was_asked_of_them(level):
    workload = make_workload(TRIED)
    assert set(workload.planted.used_up().over) == {1, 2, 3, 4, 5, 6}
    assert set(workload.planted.used_up().over.values()) == {USED_UP}


def test_a_zygote_of_the_engines_that_is_killed_is_noticed_and_replaced(level):
    workload = make_workload(TRIED)
    runner = EnginesRunner(workload, level)
    with nothing_left_behind():
        runner.launch()
        runner.wait_ready()
        hold = runner._engines._process
        os.kill(hold.pid, signal.SIGKILL)
        os.waitid(os.P_PID, hold.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(InfrastructureError):
            run_program(runner, workload, blocks(HONEST))
        runner.restart()
        found = answers(run_program(runner, workload, blocks(HONEST)))
        assert verdicts(found) == [1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
        runner.close()


def test_a_submissions_zygote_that_is_killed_leaves_no_engines_behind(level):
    workload = make_workload(TRIED)
    runner = EnginesRunner(workload, level)
    with nothing_left_behind():
        runner.launch()
        runner.wait_ready()
        hold = runner._submissions._process
        os.kill(hold.pid, signal.SIGKILL)
        os.waitid(os.P_PID, hold.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(InfrastructureError):
            run_program(runner, workload, blocks(HONEST))
        runner.restart()
        assert len(answers(run_program(runner, workload, blocks(HONEST)))) == 7
        runner.close()


@pytest.mark.parametrize(
    ("what", "due"),
    [
        ("os.close(4)", Status.RAISED),
        ("os.write(4, b'\\xff' * 8)", Status.RAISED),
        ("os.read(4, 1)", Status.WAITED),
        ("os._exit(0)", Status.CRASHED),
    ],
)
def test_harm_done_to_the_descriptor_is_the_submissions_own(level, monkeypatch, what, due):
    monkeypatch.setattr(limits, "IDLE_S", 1.0)
    source = HONEST.replace(
        "    leaves = [engine(x) for x in xs]\n",
        "    import sys\n    os = sys.modules['os']\n"
        f"    if xs[0] == 2.0: {what}\n    leaves = [engine(x) for x in xs]\n",
    )
    found = run(TRIED, source, level)
    assert found[0][1] == (1.0,)
    statuses = {found[1][0], found[2][0]}
    assert due in statuses or Status.ASKED_TOO_MUCH in statuses
    assert Status.OK not in statuses


def test_level_1_plays_them_in_the_same_process_and_says_so(level):
    workload = make_workload(TRIED)
    ended = run_program(PlainRunner(workload), workload, blocks(HONEST))
    assert verdicts(answers(ended))[5:] == [1.0, 0.0]
