"""The zygote: what it does for each submission, and the judge's hold on it, whatever happens."""

import ctypes
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from core_tools import nothing_left_behind, processes_below
from sandbox_tools import linux_only
from waiting import eventually

from autograder import limits
from autograder.errors import InfrastructureError
from autograder.sandbox import launch, talk
from autograder.sandbox import zygote_runner as hold
from autograder.sandbox.zygote_runner import ZygoteRunner
from autograder.worker import child, confine, zygote
from autograder.worker.protocol import LENGTH, NONCE_BYTES, frame, parse_reply, unpack

pytestmark = linux_only

NONCE = bytes(range(NONCE_BYTES))
CASE = {"kind": "call", "request": {"name": "f", "args": [2]}, "ops": [], "within_s": 1.0}
WORKLOAD = {"imports": [], "cases": [CASE], "cpu_s": 2.0, "cpu_hard_s": 3}
LOADED = zygote.Loaded([CASE], {"a": 1}, 2.0, 3)  # as the zygote makes it of the workload
LONGEST = 100_000
GOOD = "def f(x):\n    return 3 * x"


def request(source=GOOD, *, stream=False):
    body = {"blocks": [["made.py", source]], "first": 0, "stream": stream}
    return frame(NONCE + json.dumps(body).encode())


def numbers(ended):
    reply = parse_reply(ended.reply[LENGTH.size :], NONCE, 1, 1)
    return unpack(reply.floats)


def be_impatient(one):
    """Do not wait long for a zygote that is about to be hit; one that follows it has its time."""
    one._control.settimeout(0.5)


@pytest.fixture
def held(level):
    """A running zygote; nothing of it is left when the test is over."""
    with nothing_left_behind(), ZygoteRunner(json.dumps(WORKLOAD).encode(), level) as one:
        yield one


def worker_of(one, *, child=False):
    """Id of a zygote, or of its child that waits for a submission."""
    count = 4 if one._level == 3 else 2  # bubblewrap and its process 1 stand above
    eventually(lambda: len(processes_below(one._process.pid)) == count)
    return processes_below(one._process.pid)[-1 if child else -2]


# The judge's hold --------------------------------------------------------------------------


def test_submissions_run_one_after_another_and_know_nothing_of_each_other(held):
    assert numbers(held.run(request("import math\nmath.left = 1\n" + GOOD), LONGEST)) == (6.0,)
    source = "import math\ndef f(x): return float(hasattr(math, 'left'))"
    assert numbers(held.run(request(source), LONGEST)) == (0.0,)


def test_every_submission_starts_from_the_same_memory_whoever_came_before(held):
    source = "print(id(object()), id([]), id(type('V', (), {})()))\n" + GOOD
    held.run(request("x = [object() for _ in range(10_000)]\n" + GOOD), LONGEST)
    assert len({held.run(request(source), LONGEST).output for _ in range(4)}) == 1


def test_what_was_used_and_printed_is_reported(held):
    ended = held.run(request("print('hello')\n" + GOOD), LONGEST)
    assert ended.output == b"hello\n"
    assert (ended.signal, ended.killed) == (0, "")
    assert 0 < ended.cpu_s < 2 and ended.peak_kib > 1000


@pytest.mark.slow
def test_runs_leave_no_descriptor_behind(held):
    held.run(request(), LONGEST)
    with nothing_left_behind():
        for source in (GOOD, "raise SystemExit", "while True: pass", "x = ["):
            ended = held.run(request(source), 10 if source == GOOD else LONGEST)
            assert source != GOOD or ended.killed == "long reply"


def test_a_child_whose_reply_is_too_long_is_ended_and_the_next_one_is_not(held):
    ended = held.run(request(), 10)
    assert ended.killed == "long reply"
    assert numbers(held.run(request(), LONGEST)) == (6.0,)


def test_a_child_that_never_ends_is_ended_by_the_wall_clock(held, monkeypatch):
    monkeypatch.setattr(limits, "WALL_S", 0.3)
    monkeypatch.setattr(limits, "LOOK_S", 0.05)
    ended = held.run(request("import time\ntime.sleep(60)"), LONGEST)
    assert ended.killed == "wall" and ended.reply == b""


def test_a_child_that_only_waits_is_ended_long_before_the_wall_clock(held, monkeypatch):
    monkeypatch.setattr(limits, "IDLE_S", 0.3)
    monkeypatch.setattr(limits, "LOOK_S", 0.05)
    ended = held.run(request("import time\ntime.sleep(60)"), LONGEST)
    assert ended.killed == "idle" and ended.reply == b""


def test_a_child_that_stalls_after_its_first_reply_is_ended(held, monkeypatch):
    monkeypatch.setattr(limits, "LOOK_S", 0.05)
    source = "def f(x):\n    while True:\n        try:\n            while True: pass\n"
    source += "        except BaseException: pass"
    ended = held.run(request(source, stream=True), LONGEST, 0.3)
    assert ended.killed == "cpu" and ended.cpu_s < WORKLOAD["cpu_hard_s"]
    (length,) = LENGTH.unpack_from(ended.reply)
    assert len(ended.reply) == LENGTH.size + length  # that of the blocks


def test_a_child_that_executes_its_blocks_has_not_stalled(held, monkeypatch):
    monkeypatch.setattr(limits, "LOOK_S", 0.05)
    source = "import time\nwhile time.process_time() < 0.6:\n    pass\n" + GOOD
    ended = held.run(request(source, stream=True), LONGEST, 0.2)
    assert ended.killed == "" and ended.signal == 0


def test_a_child_that_works_is_not_idle(held, monkeypatch):
    monkeypatch.setattr(limits, "IDLE_S", 0.3)
    monkeypatch.setattr(limits, "LOOK_S", 0.05)
    source = "import time\nwhile time.process_time() < 0.8:\n    pass\n" + GOOD
    assert numbers(held.run(request(source), LONGEST)) == (6.0,)


def test_a_submission_can_be_given_up_from_another_thread_and_none_follows(level):
    def give_up():
        eventually(lambda: one._talk is not None)  # it runs
        one.end()

    one = ZygoteRunner(json.dumps(WORKLOAD).encode(), level)
    one.start()
    other = threading.Thread(target=give_up)
    other.start()
    try:
        assert one.run(request("import time\ntime.sleep(60)"), LONGEST).killed == "given up"
        with pytest.raises(InfrastructureError, match="is not running"):
            one.run(request(), LONGEST)
    finally:
        other.join()
        one.close()


def test_a_child_past_its_cpu_time_is_ended_by_the_judge_if_not_by_the_kernel(held, monkeypatch):
    monkeypatch.setattr(limits, "PROCESS_CPU_S", -0.9)  # the kernel's own limit is 3 s
    monkeypatch.setattr(limits, "LOOK_S", 0.02)
    ended = held.run(request("while True: pass"), LONGEST)
    assert ended.killed == "cpu"


def test_a_child_that_breaks_down_is_reported_with_its_signal(held):
    # a broken store through ctypes' own back door is not at hand: the frame's memory is
    source = (
        "import sys, types\n"
        "code = (lambda: 0).__code__.replace(co_code=bytes([100, 255]) * 50, co_stacksize=0)\n"
        "types.FunctionType(code, {})()\n"
    )
    ended = held.run(request(source), LONGEST)
    assert ended.signal == signal.SIGSEGV or ended.reply == b""
    assert numbers(held.run(request(), LONGEST)) == (6.0,)


def test_a_request_that_its_child_does_not_read_is_no_fault_of_ours(held):
    # the child refuses the length and leaves; the rest of the megabytes has no reader
    ended = held.run(LENGTH.pack(3) + bytes(4 << 20), LONGEST)
    assert ended.reply == b""
    assert numbers(held.run(request(), LONGEST)) == (6.0,)


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("child", [False, True])
def test_a_zygote_hit_between_submissions_is_ours_and_a_restart_heals_it(held, kill, child):
    be_impatient(held)
    os.kill(worker_of(held, child=child), kill)
    with pytest.raises(InfrastructureError, match=r"the sandbox process (ended|does not answer)"):
        for _ in range(2):  # the child of a zygote that was hit may still serve one
            held.run(request(), LONGEST)
    held.restart()
    assert numbers(held.run(request(), LONGEST)) == (6.0,)


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGSTOP])
def test_a_zygote_hit_during_a_submission_is_our_failure_and_a_restart_mends_it(
    held, monkeypatch, kill
):
    monkeypatch.setattr(limits, "LOOK_S", 0.02)
    be_impatient(held)
    zygote_pid = worker_of(held)
    until_end = talk.Talk.until_end

    def hit_and_go_on(talk):
        os.kill(zygote_pid, kill)
        until_end(talk)

    with monkeypatch.context() as patched:
        patched.setattr(talk.Talk, "until_end", hit_and_go_on)
        with pytest.raises(InfrastructureError, match="the sandbox process"):
            held.run(request("import time\ntime.sleep(0.2)\n" + GOOD), LONGEST)
    held.restart()
    assert numbers(held.run(request(), LONGEST)) == (6.0,)


def test_a_stopped_zygote_is_ended_at_last(level):
    one = ZygoteRunner(json.dumps(WORKLOAD).encode(), level)
    one.start()
    below = processes_below(one._process.pid)
    os.kill(below[-1], signal.SIGSTOP)
    one.close()
    eventually(lambda: not any(Path(f"/proc/{pid}/task").exists() for pid in below))


def test_a_zygote_that_is_not_running_says_so_and_can_be_closed_twice(level):
    one = ZygoteRunner(json.dumps(WORKLOAD).encode(), level)
    with pytest.raises(InfrastructureError, match="the sandbox process is not running"):
        one.run(request(), LONGEST)
    one.close()
    one.close()


def test_a_zygote_that_cannot_start_is_told_by_its_last_line(level, monkeypatch):
    one = ZygoteRunner(json.dumps({**WORKLOAD, "imports": ["no_such_module"]}).encode(), level)
    with (
        nothing_left_behind(),
        pytest.raises(InfrastructureError, match=r"did not start: .*no_such_module"),
    ):
        one.start()


def test_a_zygote_that_dies_without_a_word_is_told_by_its_exit_status(level, monkeypatch):
    command = [sys.executable, "-c", "import os; os._exit(3)"]
    monkeypatch.setattr(launch, "worker_command", lambda *given: command)
    with pytest.raises(InfrastructureError, match="did not start: exit status 3"):
        ZygoteRunner(b"{}", level).start()


def test_a_zygote_that_never_gets_ready_is_given_up(level, monkeypatch):
    monkeypatch.setattr(limits, "ZYGOTE_START_S", 0.3)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(launch, "worker_command", lambda *given: command)
    with pytest.raises(InfrastructureError, match="did not start"):
        ZygoteRunner(b"{}", level).start()


def test_last_words_of_a_process_that_will_not_end_are_not_waited_for(monkeypatch):
    class Undead:
        stderr = object()

        def kill(self):
            pass

        def communicate(self, timeout):
            raise subprocess.TimeoutExpired("x", timeout)

    one = ZygoteRunner(b"{}", 2)
    assert one._last_words() == "nothing is known"
    one._process = Undead()
    assert one._last_words() == "it does not end"


def test_layers_that_cannot_be_set_up_are_our_failure_and_nothing_has_run(held, monkeypatch, level):
    # no limit at first and none at last: no kernel takes that, and the child says so
    broken = ZygoteRunner(json.dumps({**WORKLOAD, "cpu_hard_s": -1}).encode(), level)
    broken.start()
    try:
        with pytest.raises(InfrastructureError, match=r"the sandbox could not be set up: .*RLIMIT"):
            broken.run(request("print('ran')"), LONGEST)
    finally:
        broken.close()


def test_a_control_socket_that_breaks_is_our_failure(level):
    ours, theirs = socket.socketpair()
    one = ZygoteRunner(b"{}", level)
    one._control = ours
    theirs.close()
    with pytest.raises(InfrastructureError, match=r"does not answer|ended: nothing is known"):
        one.run(request(), LONGEST)
    one.close()


@pytest.mark.parametrize("said", [b"", b"\0" * 5])
def test_a_zygote_that_does_not_say_how_a_child_ended_is_our_failure(said):
    ours, theirs = socket.socketpair()
    one = ZygoteRunner(b"{}", 2)
    one._control = ours
    theirs.sendall(said)
    theirs.close()
    with pytest.raises(InfrastructureError, match="the sandbox process ended: nothing is known"):
        one._read_end()
    one.close()


def test_without_proc_there_is_no_cpu_clock():
    assert talk._pid(-1) is None
    assert talk._cpu_clock(None) is None
    read, write = os.pipe()
    try:
        assert talk._pid(read) is None  # no process behind it
    finally:
        os.close(read)
        os.close(write)


def test_the_cpu_clock_of_a_pidfd_is_that_of_its_process():
    pidfd = os.pidfd_open(os.getpid())
    try:
        clock = talk._cpu_clock(talk._pid(pidfd))
        assert abs(time.clock_gettime(clock) - time.process_time()) < 5
    finally:
        os.close(pidfd)


# Inside the zygote, in this process --------------------------------------------------------


class Left(BaseException):
    """Stands for os._exit."""


@pytest.fixture
def leaving(monkeypatch):
    """os._exit raises Left, and nothing is confined."""

    def leave(code):
        raise Left(code)

    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(zygote, "_settle", lambda *descriptors: (NONCE, {"blocks": []}))
    monkeypatch.setattr(confine, "confine", lambda limits, level: None)


def test_the_workload_is_one_frame_of_json():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(frame(json.dumps(WORKLOAD).encode()))
        assert zygote.read_workload(theirs) == WORKLOAD


def test_preloading_wants_what_the_exercise_imports_and_forgives_the_rest(monkeypatch):
    monkeypatch.setattr(zygote, "STANDARD", ("math", "no_such_default"))
    zygote.preload(["json"])
    with pytest.raises(ModuleNotFoundError, match="no_such_import"):
        zygote.preload(["no_such_import"])


@pytest.mark.usefixtures("leaving")
def test_a_child_serves_and_leaves_with_0(monkeypatch):
    served = []
    monkeypatch.setattr(child, "serve", lambda *given: served.append(given))
    with pytest.raises(Left) as left:
        zygote.run_child(LOADED, [7, 8, 9], 2)
    assert left.value.args == (0,)
    assert served == [(NONCE, {"blocks": []}, WORKLOAD["cases"], {"a": 1}, WORKLOAD["cpu_s"])]


@pytest.mark.usefixtures("leaving")
@pytest.mark.parametrize(
    ("error", "code"), [(EOFError, 2), (BrokenPipeError, 2), (ZeroDivisionError, 1)]
)
def test_a_child_whose_judge_has_gone_or_that_breaks_leaves_with_another_code(
    monkeypatch, error, code
):
    def serve(*given):
        raise error

    monkeypatch.setattr(child, "serve", serve)
    with pytest.raises(Left) as left:
        zygote.run_child(LOADED, [7, 8, 9], 2)
    assert left.value.args == (code,)


@pytest.mark.usefixtures("leaving")
def test_a_child_without_its_layers_runs_nothing(monkeypatch):
    read, write = os.pipe()

    def refuse(limits, level):
        raise confine.ConfineError("no layer")

    monkeypatch.setattr(confine, "confine", refuse)
    monkeypatch.setattr(child, "ERRORS", write)
    monkeypatch.setattr(child, "serve", lambda *given: pytest.fail("the submission ran"))
    sent = []
    monkeypatch.setattr(zygote.os, "kill", lambda pid, number: sent.append((pid, number)))
    with pytest.raises(Left):
        zygote.run_child(LOADED, [7, 8, 9], 2)
    assert sent == [(os.getpid(), zygote.UNCONFINED)]
    assert os.read(read, 100) == b"no layer"
    os.close(read)
    os.close(write)


def test_both_sides_agree_on_the_signal_and_the_last_message():
    assert zygote.UNCONFINED == hold.UNCONFINED
    assert zygote.ENDED.format == hold.ENDED.format
    assert hold.ENDED.size == ctypes.sizeof(zygote.End)


@pytest.mark.usefixtures("leaving")
def test_a_child_whose_judge_has_gone_before_leaves_and_runs_nothing(monkeypatch):
    monkeypatch.setattr(zygote, "run_child", lambda *given: pytest.fail("something ran"))
    ours, theirs = socket.socketpair()
    ours.close()
    with theirs, pytest.raises(Left) as left:
        zygote._become_child(theirs, LOADED, 2)
    assert left.value.args == (0,)


@pytest.mark.usefixtures("leaving")
def test_a_child_that_cannot_hear_its_judge_leaves_and_runs_nothing(monkeypatch):
    monkeypatch.setattr(zygote, "run_child", lambda *given: pytest.fail("something ran"))
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(Left) as left:
        zygote._become_child(theirs, LOADED, 2)
    assert left.value.args == (1,)


def test_a_child_has_no_hold_on_the_zygotes_socket_when_it_runs(monkeypatch):
    ran = []
    monkeypatch.setattr(zygote, "run_child", lambda *given: ran.append(given))
    ours, theirs = socket.socketpair()
    read, write = os.pipe()
    socket.send_fds(ours, [b"S"], [write])
    zygote._become_child(theirs, LOADED, 2)
    assert theirs.fileno() == -1
    ((loaded, (descriptor,), level),) = ran
    assert (loaded, level) == (LOADED, 2)
    message, (pidfd,), _, _ = socket.recv_fds(ours, 1, 1)
    assert message == zygote.FORKED
    assert Path(f"/proc/self/fdinfo/{pidfd}").read_text().split("Pid:")[1].split()[0] == str(
        os.getpid()
    )
    ours.close()
    for each in (read, write, descriptor, pidfd):
        os.close(each)


def test_every_submission_finds_the_same_memory_whoever_came_before(held):
    """Or the order of its sets, and with it a verdict, could depend on its place in the class."""
    own = "print([id(x) for x in (object(), [], {}, 1.5 + len('a'), type('T', (), {}))])"
    seen = set()
    for k in range(12):
        seen.add(held.run(request(own + "\n" + GOOD), LONGEST).output)
        before = f"x = [[n] * {k} for n in range({97 * k})]\nraise ValueError('a' * {31 * k})"
        held.run(request(before), LONGEST)
        if k % 4 == 3:
            held.run(request("import sys\nsys.modules['os']._exit(3)"), LONGEST)
    assert len(seen) == 1


def test_a_zygote_forks_a_child_for_each_message_until_its_judge_goes(monkeypatch, tmp_path):
    """Its loop in this process; the children are real."""
    real, heard, fork = socket.socket, [], os.fork

    def fork_without_ours():  # a real zygote has no hold on the judge's end either
        pid = fork()
        if pid == 0:
            ours.close()
        return pid

    def socket_or_theirs(*given, fileno=None):
        return theirs if fileno is not None else real(*given)

    def hear():
        heard.append(ours.recv(1))
        heard.append(socket.recv_fds(ours, 1, 1))
        heard.append(ours.recv(hold.ENDED.size))
        ours.close()

    ours, theirs = socket.socketpair()
    pipes = [os.pipe() for _ in range(3)]
    ours.sendall(frame(json.dumps({**WORKLOAD, "imports": ["json"]}).encode()))
    socket.send_fds(ours, [b"S"], [pipes[0][0], pipes[1][1], pipes[2][1]])
    judge = threading.Thread(target=hear)
    os.write(pipes[0][1], request())
    forgotten = []  # in this process there is more to come
    monkeypatch.setattr(zygote, "forget_paths", lambda: forgotten.append(True))
    monkeypatch.setattr(gc, "freeze", lambda: None)
    judge.start()
    with theirs:
        monkeypatch.setattr(socket, "socket", socket_or_theirs)
        monkeypatch.setattr(os, "fork", fork_without_ours)
        zygote.main(theirs.fileno(), 1)
    judge.join()
    assert forgotten == [True]
    ready, (message, (pidfd,), _, _), ended = heard
    status, user_s, user_us, _, _, peak_kib = hold.ENDED.unpack(ended)
    os.close(pipes[2][1])
    reply = os.read(pipes[2][0], LONGEST)
    assert (ready, message, status) == (b"R", b"F", 0)
    assert user_s >= 0 and 0 <= user_us < 1_000_000 and 5_000 < peak_kib < 1_000_000
    parsed = parse_reply(reply[LENGTH.size :], NONCE, 1, 1)
    assert unpack(parsed.floats) == (6.0,)
    for descriptor in (pidfd, pipes[0][0], pipes[0][1], pipes[1][0], pipes[1][1], pipes[2][0]):
        os.close(descriptor)
    ours.close()


def test_a_child_does_not_learn_where_the_interpreter_stands(held):
    source = (
        "import sys\ntold = [*sys.path, *sys.orig_argv, *sys.argv, sys.executable, sys.prefix]\n"
        "for m in list(sys.modules.values()):\n"
        "    spec = getattr(m, '__spec__', None)\n"
        "    told += [getattr(m, '__file__', ''), getattr(spec, 'origin', '')]\n"
        "def f(x):\n    return float(sum('/' in str(one) for one in told))\n"
    )
    assert numbers(held.run(request(source), LONGEST)) == (0.0,)
