"""The attacks we try on ourselves: real where nothing confines them, refused in the sandbox."""

import json
import os
import socket
from pathlib import Path

import pytest
from sandbox_tools import linux_only, myself, need, python

from autograder import limits
from autograder.errors import InfrastructureError, UsageError
from autograder.sandbox import attacks, launch
from autograder.worker import trial

pytestmark = [linux_only, pytest.mark.sandbox]

RUN = """
import json
from autograder.sandbox import attacks
print(json.dumps([[one.name, one.held, one.observed] for one in attacks.run({level})]))
"""


@pytest.mark.parametrize("identity", ("root", "user"))
@pytest.mark.parametrize("level", (2, 3))
def test_every_attack_is_refused(level: int, identity: str) -> None:
    if level == 3:
        need(launch.shutil.which("bwrap"), "bubblewrap (apt-get install bubblewrap)")
    results = json.loads(python(RUN.format(level=level), identity))
    names = [name for name, _, _ in results]
    assert [result for result in results if not result[1]] == []
    assert set(names) >= {attack.name for attack in attacks.ATTACKS}
    if level == 3:
        assert set(names) >= {attack.name for attack in attacks.BUBBLEWRAP_ATTACKS}


def test_without_layers_the_attacks_get_through() -> None:
    results = {name: held for name, held, _ in json.loads(python(RUN.format(level=1), myself()))}
    # Level 1 has resource limits, and files of others are theirs; the kernel may forbid the
    # last three to anyone. All else must succeed, or its refusal elsewhere means nothing.
    expected = {"honest work", "more memory than allowed", "more CPU time than allowed"}
    allowed = {"a new user namespace", "a ring of system calls", "trace a neighbour"}
    if myself() == "user":
        expected |= {"fork", "start a thread"}  # RLIMIT_NPROC counts an ordinary user's
    assert {name for name, held in results.items() if held} - allowed == expected


def test_attacks_that_bubblewrap_stops_get_through_without_it(monkeypatch) -> None:
    monkeypatch.setattr(attacks, "ATTACKS", attacks.BUBBLEWRAP_ATTACKS[:3])
    assert [result.held for result in attacks.run(1)] == [False, False, False]


def test_a_hurt_neighbour_is_noticed(monkeypatch) -> None:
    victims = [one for one in attacks.ATTACKS if one.name in ("stop a neighbour", "honest work")]
    kill = attacks.Attack("kill a neighbour", "os.kill(neighbour, 9); got = 1", ("got 1",))
    monkeypatch.setattr(attacks, "ATTACKS", (kill, *reversed(victims)))
    killed, stopped, honest = attacks.run(1)
    assert not killed.held and killed.observed == "got 1, and a neighbour was hurt"
    assert not stopped.held and stopped.observed.endswith(", and a neighbour was hurt")
    assert honest.held and honest.observed == "got 500.0"


def test_a_neighbour_that_died_before_it_read_its_question_was_hurt() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        ours.send(b"unread")
        theirs.close()
        assert trial._was_hurt(trial.Neighbour(0, ours))


def test_an_attack_that_ends_its_process_quietly_counts_as_having_got_through(monkeypatch) -> None:
    monkeypatch.setattr(attacks, "ATTACKS", (attacks.Attack("leave", "os._exit(3)"),))
    (result,) = attacks.run(1)
    assert not result.held and result.observed == "ended without a word, exit status 3"


def test_an_attack_that_never_ends_is_ended() -> None:
    code = """
from autograder import limits
from autograder.worker import trial
limits.ATTACK_WALL_S = 0.2
print(trial._try("select.select([], [], [])", limits.Limits(), 2, 0))
"""
    assert python(code, myself()) == "still ran when its time was up"


def test_a_child_whose_layers_are_missing_says_so() -> None:
    code = """
from autograder.worker import trial
from autograder.limits import Limits
from autograder.worker.confine import ConfineError
def refuse(allowed, level):
    raise ConfineError("no bricks")
trial.confine = refuse
print(trial._try("got = 1", Limits(), 2, 0))
try:
    trial._start_neighbour(Limits(), 2)
except ConfineError as missing:
    print(missing)
"""
    assert python(code, myself()).splitlines() == ["layer missing: no bricks", "no bricks"]


def test_a_worker_that_does_not_start_is_our_failure(monkeypatch) -> None:
    monkeypatch.setattr(
        launch, "worker_command", lambda *_: ["/bin/sh", "-c", "echo no >&2; exit 3"]
    )
    with pytest.raises(InfrastructureError, match=r"no worker runs at level 2: no$"):
        attacks.run(2)
    monkeypatch.setattr(launch, "worker_command", lambda *_: ["/bin/sh", "-c", "exit 3"])
    with pytest.raises(InfrastructureError, match="no worker runs at level 2: it ended with statu"):
        attacks.run(2)


def test_a_worker_that_hangs_is_ended(monkeypatch) -> None:
    monkeypatch.setattr(launch, "worker_command", lambda *_: ["/bin/sleep", "60"])
    monkeypatch.setattr(limits, "TRIAL_WALL_S", 0.1)
    monkeypatch.setattr(limits, "TRIAL_END_S", 0.1)
    with pytest.raises(InfrastructureError, match=r"no worker runs at level 2: .* status -9"):
        attacks.run(2)


def test_a_trial_that_swallows_an_answer_proves_nothing(monkeypatch) -> None:
    monkeypatch.setattr(attacks, "_ask", lambda level, request: ["got 1"])
    with pytest.raises(InfrastructureError, match="the trial at level 2 answered 1 of"):
        attacks.run(2)


def test_a_system_without_fork_is_told(monkeypatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(UsageError, match="attacks need fork, which this system lacks; run them on"):
        attacks.run(1)


def test_the_quick_attacks_leave_out_what_takes_seconds(monkeypatch) -> None:
    asked = []

    def note(level: int, request: bytes) -> list[str]:
        asked.append([source for source, _ in json.loads(request)["attacks"]])
        return [""] * len(asked[-1])

    monkeypatch.setattr(attacks, "_ask", note)
    attacks.run(1, quick=True)
    attacks.run(1)
    assert len(asked[1]) == len(attacks.ATTACKS)
    assert set(asked[1]) - set(asked[0]) == {one.source for one in attacks.ATTACKS if not one.quick}
    assert len(asked[0]) < len(asked[1])


def test_no_descriptor_is_left_open_by_a_trial() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    attacks.run(2, quick=True)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_neighbour_that_never_starts_to_answer_stops_the_trial() -> None:
    code = """
import os
import socket
from autograder.worker import trial
from autograder.limits import Limits
from autograder.worker.confine import ConfineError
trial.confine = lambda allowed, level: os._exit(0)
try:
    trial._start_neighbour(Limits(), 2)
except ConfineError as missing:
    print(missing)
"""
    assert python(code, myself()) == "a confined child died before any attack"


def test_a_neighbour_that_lives_but_does_not_answer_counts_as_hurt() -> None:
    code = """
import os, socket, time
from autograder import limits
from autograder.worker import trial
limits.NEIGHBOUR_WALL_S = 0.1
ours, theirs = socket.socketpair()
child = os.fork()
if child == 0:
    time.sleep(60)
deaf = trial.Neighbour(child, ours)
print(trial._was_hurt(deaf))
trial._end(deaf)
"""
    assert python(code, myself()) == "True"
