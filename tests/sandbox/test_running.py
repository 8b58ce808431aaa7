"""From a program to its answers, though its process lies, dies or never ends."""

import io
import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from core_tools import case, check, exercise_of, nothing_left_behind, ok
from waiting import eventually

from autograder import limits
from autograder.errors import InfrastructureError
from autograder.model import Block
from autograder.sandbox import running
from autograder.sandbox.endings import Ended, Killed
from autograder.sandbox.runners import PlainRunner, start_runner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import make_workload
from autograder.sandbox.zygote_runner import ZygoteRunner
from autograder.worker import child, driver, plain
from autograder.worker.imports.importable import STANDARD
from autograder.worker.players.base import MODULE
from autograder.worker.protocol import (
    HEAD,
    LENGTH,
    NONCE_BYTES,
    OUTPUT_NOTE,
    Played,
    frame,
    pack_reply,
    unpack,
)
from autograder.worker.status import Status


def call(x):
    return case(request={"name": "f", "args": [x]})


COMPILED = exercise_of([check("a", call(1), call(2)), check("b", call(3))])
PLAN = make_workload(COMPILED)
OK = Played(0, (5.0,))
GOOD = (Block("made.py", "def f(x):\n    return 10 * x"),)


def ended(reply=b"", **given):
    fields = {"output": b"", "signal": 0, "killed": Killed.NO, "cpu_s": 0.1, "peak_kib": 1, **given}
    return Ended(reply=reply, **fields)


class Scripted:
    """A runner whose children answer as a list of functions says.

    Each function gets the nonce and the request, and gives back how the child ended.
    """

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.longest = []
        self.stalled = []

    def run(self, request, longest_reply, stalled_s=None, orders=b""):
        assert orders == b""  # no engine is planted
        self.stalled.append(stalled_s)
        body = request[LENGTH.size :]
        nonce, asked = body[:NONCE_BYTES], json.loads(body[NONCE_BYTES:])
        self.requests.append(asked)
        self.longest.append(longest_reply)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(nonce, asked)


def whole(nonce, asked):
    """An honest reply."""
    return ended(frame(pack_reply(nonce, [Played(0)], [OK] * 3)), output=b"hello")


def streams(count, **given):
    """A child that answers `count` cases, one by one, and then ends as given."""

    def answer(nonce, asked):
        parts = [frame(pack_reply(nonce, [Played(0)], []))]
        parts += [frame(pack_reply(nonce, [], [OK]))] * count
        return ended(b"".join(parts), **given)

    return answer


def dies(**given):
    return lambda nonce, asked: ended(**given)


def words(run):
    return [Status(s).in_words for s, _, _ in HEAD.iter_unpack(run.reply.heads)]


def details(run):
    return [run.reply.details[d] for _, _, d in HEAD.iter_unpack(run.reply.heads)]


def play(*answers, blocks=GOOD):
    runner = Scripted(*answers)
    return run_program(runner, PLAN, blocks), runner


# The workload ----------------------------------------------------------------------------------


def test_the_workload_holds_requests_and_never_an_answer_or_a_label():
    secret = exercise_of(
        [check("hidden_check", case("secret.label"))], expected={"hidden_check": (ok(123.25),)}
    )
    workload = make_workload(secret)
    told = json.loads(workload.encoded)
    assert workload.counts == (1,)
    assert set(told) == {"imports", "cases", "cpu_s", "cpu_hard_s"}
    assert set(told["cases"][0]) == {"kind", "request", "ops", "within_s"}
    for word in (b"123.25", b"secret", b"hidden_check", b"Title", b"f(1)"):
        assert word not in workload.encoded


# One frame, or one for each case -----------------------------------------------------------


def test_an_honest_submission_is_run_once_in_one_frame():
    run, runner = play(whole)
    assert words(run) == ["ok"] * 3 and unpack(run.reply.floats) == (5.0,) * 3
    assert (run.output, run.trouble) == ("hello", "")
    assert len(runner.requests) == 1
    assert (runner.requests[0]["first"], runner.requests[0]["stream"]) == (0, False)


def test_each_request_has_its_own_nonce():
    nonces = []

    def note(nonce, asked):
        nonces.append(nonce)
        return whole(nonce, asked)

    for _ in range(3):
        play(note)
    assert len(set(nonces)) == 3


def test_a_crash_is_found_out_case_by_case_and_what_is_behind_it_is_played():
    run, runner = play(dies(signal=11), streams(1, signal=11), streams(1))
    assert words(run) == ["ok", "crashed", "ok"]
    assert details(run)[1].startswith("its process was ended by a segmentation fault")
    assert [r["first"] for r in runner.requests] == [0, 0, 2]
    assert [r["stream"] for r in runner.requests] == [False, True, True]


def test_a_crash_in_the_last_case_needs_no_further_process():
    run, runner = play(dies(signal=11), streams(2, signal=11))
    assert words(run) == ["ok", "ok", "crashed"]
    assert len(runner.requests) == 2


def test_after_a_few_crashes_the_rest_is_not_run(monkeypatch):
    monkeypatch.setattr(limits, "RESTARTS", 1)
    run, runner = play(dies(signal=11), streams(0, signal=11))
    assert words(run) == ["crashed", "crashed", "not-run"]
    assert details(run)[2].startswith("its process was ended by a segmentation fault")
    assert len(runner.requests) == 3


def test_a_file_that_dies_before_its_first_case_is_not_tried_again_and_again():
    run, runner = play(dies(signal=9))
    assert words(run) == ["not-run"] * 3
    assert [Status(s).in_words for s, _, _ in run.reply.blocks] == ["not-run"]
    assert run.trouble == "its process was ended by a kill: most likely memory"
    assert len(runner.requests) == 2


def test_a_submission_that_has_had_its_time_is_not_run_again():
    spent = limits.PROCESS_CPU_S + 1.0
    run, runner = play(dies(killed=Killed.CPU), streams(1, killed=Killed.CPU, cpu_s=spent))
    assert words(run) == ["ok", "cpu", "not-run"]
    assert len(runner.requests) == 2


@pytest.mark.parametrize("held", [{"idle_s": 9.0}, {"cpu_s": 5.5, "idle_s": 3.5}])
def test_a_submission_that_has_held_its_worker_too_long_is_not_run_again(held):
    run, runner = play(dies(signal=11, output=b"said", **held))
    assert words(run) == ["not-run"] * 3 and run.output == "said"
    assert run.trouble.startswith("its process was ended by a segmentation fault")
    assert len(runner.requests) == 1


def test_one_submission_holds_a_worker_for_20_s_at_most_on_a_quiet_machine():
    longest = limits.IDLE_S + limits.PROCESS_CPU_S + 1 + 2 * limits.LOOK_S
    for nap in (0.5, 2.0, 4.0, 8.0, longest):
        held = {"cpu_s": 0.0, "idle_s": nap, "signal": 11}
        _, runner = play(dies(**held), streams(0, **held))
        before_the_last = nap * (len(runner.requests) - 1)
        assert before_the_last + longest <= 20.0 or len(runner.requests) == 1


def test_an_honest_submission_that_uses_up_its_time_is_still_played_case_by_case():
    used = {"killed": Killed.CPU, "cpu_s": limits.PROCESS_CPU_S + 1.0, "idle_s": 0.2}
    run, runner = play(dies(**used), streams(2, **used))
    assert words(run) == ["ok", "ok", "cpu"] and len(runner.requests) == 2


def test_only_what_has_had_its_time_is_ended_as_soon_as_it_stalls():
    _, late = play(dies(signal=24), streams(1, killed=Killed.CPU))
    assert late.stalled == [None, PLAN.within_s + limits.STALLED_S]
    _, crashed = play(dies(signal=11), streams(3))
    assert crashed.stalled == [None, None]


@pytest.mark.parametrize(
    ("end", "word", "said"),
    [
        ({"killed": Killed.CPU}, "cpu", f"it used more than {limits.PROCESS_CPU_S} s of CPU time"),
        ({"signal": 24}, "cpu", f"it used more than {limits.PROCESS_CPU_S} s of CPU time"),
        ({"killed": Killed.WALL}, "waited", f"it did not end within {limits.WALL_S} s"),
        ({"killed": Killed.IDLE}, "waited", f"it waited for {limits.IDLE_S:g} s without computing"),
        ({"signal": 9, "cpu_s": 6.5}, "cpu", f"it used more than {limits.PROCESS_CPU_S} s of CPU"),
        ({"killed": Killed.LONG_REPLY}, "crashed", "it wrote more than was asked to the grader's"),
        ({"signal": 31}, "crashed", "its process was ended by a system call that is not allowed"),
        ({"signal": 13}, "crashed", "its process was ended by signal 13"),
        ({}, "crashed", "its process ended before it had answered"),
    ],
)
def test_how_a_process_ended_is_said_in_words(end, word, said):
    run, _ = play(dies(**end), streams(0, **end))
    assert words(run)[0] == word
    assert details(run)[0].startswith(said) and run.trouble.startswith(said)


def test_a_segmentation_fault_is_put_so_that_it_is_true_of_an_abort_too():
    """Behind the filter abort() cannot signal itself, and ends in a fault."""
    run, _ = play(dies(signal=11), streams(1, signal=11), streams(1))
    assert "code in C could not go on" in details(run)[1]
    assert "most often after recursion without end" in details(run)[1]


def test_an_answer_that_only_a_careful_run_gives_is_taken_and_noted():
    run, _ = play(dies(), streams(3))
    assert words(run) == ["ok"] * 3
    assert run.trouble == "its replies were not those of the grader"


def test_output_is_that_of_the_first_run_that_printed():
    run, _ = play(dies(), streams(3, output=b"caf\xc3\xa9 \xff"))
    assert run.output == "café �"


def test_output_beyond_its_bound_is_cut_with_a_note():
    long = b"x" * (limits.OUTPUT_BYTES + 128)
    run, _ = play(lambda nonce, asked: replace(whole(nonce, asked), output=long))
    assert run.output == "x" * limits.OUTPUT_BYTES + OUTPUT_NOTE.decode()


def test_a_program_without_blocks_has_no_block_to_read():
    run, _ = play(dies(), lambda nonce, asked: ended(frame(pack_reply(nonce, [], []))), blocks=())
    assert words(run) == ["not-run"] * 3


# Forged replies ----------------------------------------------------------------------------


def forged(change):
    def answer(nonce, asked):
        if asked["stream"]:
            return ended()
        return ended(change(frame(pack_reply(nonce, [Played(0)], [OK] * 3)), nonce))

    return answer


@pytest.mark.parametrize(
    "change",
    [
        lambda data, nonce: b"",
        lambda data, nonce: data[:-1],
        lambda data, nonce: data[:3],
        lambda data, nonce: data + b"\0",
        lambda data, nonce: data + data,
        lambda data, nonce: LENGTH.pack(2**32 - 1) + data[4:],
        lambda data, nonce: data.replace(nonce, bytes(NONCE_BYTES)),
        lambda data, nonce: frame(pack_reply(nonce, [Played(0)], [OK] * 2)),
        lambda data, nonce: frame(pack_reply(nonce, [Played(0)], [OK] * 4)),
        lambda data, nonce: frame(pack_reply(nonce, [], [OK] * 3)),
        lambda data, nonce: frame(b"passed"),
    ],
    ids=["nothing", "cut", "half a length", "one more", "twice", "giant", "nonce", "two", "four",
         "no block", "words"],
)  # fmt: skip
def test_a_forged_reply_earns_nothing(change):
    run, _ = play(forged(change))
    assert words(run) == ["not-run"] * 3


@pytest.mark.parametrize(
    ("tail", "kept"),
    [
        (lambda nonce: frame(b"junk") + frame(pack_reply(nonce, [], [OK])), 1),
        (lambda nonce: frame(pack_reply(bytes(16), [], [OK])), 1),
        (lambda nonce: frame(pack_reply(nonce, [], [OK, OK])), 1),
        (lambda nonce: frame(pack_reply(nonce, [], [OK])) * 5, 3),
        (lambda nonce: b"\x01", 1),
    ],
    ids=["junk", "nonce", "two in one", "too many", "a piece"],
)
def test_what_follows_a_bad_frame_of_a_stream_is_not_believed(tail, kept):
    def answer(nonce, asked):
        if not asked["stream"]:
            return ended()
        if asked["first"]:
            return ended()
        start = frame(pack_reply(nonce, [Played(0)], [])) + frame(pack_reply(nonce, [], [OK]))
        return ended(start + tail(nonce))

    run, _ = play(answer)
    assert words(run).count("ok") == kept


def test_a_reply_may_be_as_long_as_one_for_every_case_and_not_much_longer():
    _, runner = play(whole)
    assert runner.longest[0] < 10_000
    source = "def f(x):\n    return list(range(50))"  # more numbers than are due: an answer still
    runner = PlainRunner(PLAN)
    run = run_program(runner, PLAN, (Block("made.py", source),))
    assert [count for _, count, _ in HEAD.iter_unpack(run.reply.heads)] == [50, 50, 50]


def test_a_program_without_blocks_lacks_everything():
    run = run_program(PlainRunner(PLAN), PLAN, ())
    assert words(run) == ["lacking"] * 3 and run.trouble == ""


# Real processes ----------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["plain", pytest.param("zygote", marks=pytest.mark.sandbox)])
def runner(request):
    """A runner of each kind."""
    level = 1 if request.param == "plain" else request.getfixturevalue("level")
    with nothing_left_behind():
        made = start_runner(PLAN, level)
        yield made
        made.close()


def test_each_kind_of_runner_answers_as_the_driver_in_this_process(runner):
    run = run_program(runner, PLAN, GOOD)
    namespace = driver.make_namespace(STANDARD)
    (block,) = driver.execute([("made.py", GOOD[0].source)], namespace)
    sys.modules.pop(MODULE)
    cases = json.loads(PLAN.encoded)["cases"]
    here = list(driver.play(namespace, cases, 1.0))
    assert block.status == 0
    assert unpack(run.reply.floats) == tuple(x for p in here for x in p.numbers) == (10, 20, 30)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("def f(x):\n    return x / (x - 2)", ["ok", "raised", "ok"]),
        ("def f(x):\n    raise NotImplementedError('f')", ["unwritten"] * 3),
        ("def f(x):\n    return f(x)", ["recursion"] * 3),
        ("def f(x):\n    return 'x' * x", ["wrong-type"] * 3),
        ("x = (", ["lacking"] * 3),
        ("raise SystemExit(0)", ["lacking"] * 3),
    ],
)
def test_failures_are_called_the_same_by_each_kind_of_runner(runner, source, seen):
    run = run_program(runner, PLAN, (Block("made.py", source),))
    assert words(run) == seen and run.trouble == ""


# What a submission does that ends its process in the second case.
ENDS = "import sys\nos = sys.modules['os']\ndef f(x):\n    {}\n    return 10 * x"
EXITS = ENDS.format("x == 2 and os._exit(0)")
BREAKS = ENDS.format(
    "code = (lambda: None).__code__\n"
    "    words = bytes([144, 255, 144, 255, 144, 255, 100, 255, 83, 0])\n"
    "    x == 2 and exec(code.replace(co_code=words, co_consts=()))"
)


@pytest.mark.parametrize("source", [EXITS, BREAKS], ids=["exits", "breaks"])
def test_a_case_that_ends_its_process_costs_that_case(runner, source):
    run = run_program(runner, PLAN, (Block("made.py", source),))
    assert words(run) == ["ok", "crashed", "ok"]
    assert unpack(run.reply.floats) == (10.0, 30.0)


def test_a_runner_serves_the_next_submission_as_before(runner):
    for source in ("raise SystemExit", "x = [", EXITS, BREAKS):
        run_program(runner, PLAN, (Block("made.py", source),))
    assert words(run_program(runner, PLAN, GOOD)) == ["ok"] * 3
    runner.restart()
    assert words(run_program(runner, PLAN, GOOD)) == ["ok"] * 3


# A plain process ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_plain_process_past_its_time_is_ended(monkeypatch):
    monkeypatch.setattr(limits, "WALL_S", 1.5)
    with nothing_left_behind():
        run = run_program(PlainRunner(PLAN), PLAN, (Block("x", "import time\ntime.sleep(60)"),))
    assert words(run) == ["not-run"] * 3
    assert run.trouble == "it did not end within 1.5 s"


# Leaves a process behind that sleeps and holds the pipes; in a session of its own, if asked.
FORKS = """
import sys, time
os = sys.modules["os"]
child = os.fork()
if child == 0:
    if {own_session}:
        os.setsid()
    time.sleep(60)
print("child", child)
time.sleep(0.2)
def f(x):
    return 10 * x
"""


@pytest.mark.parametrize("own_session", [False, True])
def test_a_process_that_a_submission_left_behind_is_not_waited_for(own_session):
    started = time.monotonic()
    source = FORKS.format(own_session=own_session)
    run = run_program(PlainRunner(PLAN), PLAN, (Block("x", source),))
    assert time.monotonic() - started < 15  # 0.5 on a quiet machine
    assert words(run) == ["ok"] * 3
    pid = int(run.output.split()[1])
    if own_session:  # it got away: nothing at level 1 can hold it
        os.kill(pid, signal.SIGKILL)
    else:
        eventually(lambda: not lives(pid))  # the kernel may be late with it
        assert time.monotonic() - started < 15  # it would sleep for 60


def lives(pid):
    """Whether a process is there that is more than an entry in the table."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_plain_process_can_be_given_up_from_another_thread_and_none_follows():
    runner = PlainRunner(PLAN)
    runner.end()
    with pytest.raises(InfrastructureError, match="grading was given up"):
        run_program(runner, PLAN, GOOD)
    runner = PlainRunner(PLAN)
    timer = threading.Timer(1.0, runner.end)
    timer.start()
    with nothing_left_behind(), pytest.raises(InfrastructureError, match="given up"):
        run_program(runner, PLAN, (Block("x", "import time\ntime.sleep(60)"),))
    timer.join()


def test_a_plain_process_reads_workload_and_request_and_serves(monkeypatch):
    """Its main function, in this process."""
    workload = {"imports": ["json"], "cases": [1], "cpu_s": 2.0}
    told = io.BytesIO(frame(json.dumps(workload).encode()))
    served = []
    monkeypatch.setattr(child, "read_exactly", lambda descriptor, count: told.read(count))
    monkeypatch.setattr(child, "read_request", lambda descriptor: (b"nonce", {"first": 0}))
    monkeypatch.setattr(child, "serve", lambda *given: served.append(given))
    monkeypatch.setattr(plain.os, "dup", lambda descriptor: 7)
    monkeypatch.setattr(plain.os, "dup2", lambda old, new: served.append((old, new)))
    plain.main()
    nonce, request, cases, namespace, cpu_s, descriptor = served.pop()
    assert served == [(2, 1)]
    assert (nonce, request, cases, cpu_s, descriptor) == (b"nonce", {"first": 0}, [1], 2.0, 7)
    exec("import json, math", namespace)


def test_a_plain_process_killed_by_a_signal_says_which():
    source = "import sys\nos = sys.modules['os']\nos.kill(os.getpid(), 11)"
    run = run_program(PlainRunner(PLAN), PLAN, (Block("x", source),))
    assert run.trouble.startswith("its process was ended by a segmentation fault")


# Writes to every descriptor but those of its own output.
WRITES = """
import sys
for descriptor in range(3, 10):
    try:
        sys.modules["os"].write(descriptor, b"x" * 5000)
    except OSError:
        pass
print("!" * 5)
"""


def test_of_a_plain_process_no_more_is_kept_than_was_asked():
    request = running._request(bytes(NONCE_BYTES), (Block("x", WRITES),), first=0, stream=False)
    found = PlainRunner(PLAN).run(request, 100)
    assert found.killed == "long reply" and len(found.reply) == 100 + LENGTH.size
    assert found.output.count(b"!") == 5


def test_a_level_chooses_its_runner(level):
    assert isinstance(start_runner(PLAN, 1), PlainRunner)
    zygote = start_runner(PLAN, level)
    assert isinstance(zygote, ZygoteRunner)
    zygote.close()
    PlainRunner(PLAN).close()
