"""Work in several processes: in order, ended by Ctrl-C, and gone when the parent is."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from core_tools import nothing_left_behind
from repository import ROOT

from autograder.authoring.proof.processes import in_processes

SLEEPERS = """
import os, signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
sys.path.insert(0, sys.argv[2])
from test_processes import sleep
from autograder.authoring.proof.processes import in_processes
for _ in in_processes(sleep, [60.0] * 4, 2, shared=(sys.argv[1],)): pass
"""


def power(x, exponent, offset):
    return x**exponent + offset


def fail_at_three(x):
    if x == 3:
        raise ValueError("three")
    return x


def sleep(seconds, folder):
    (Path(folder) / str(os.getpid())).write_text("")
    time.sleep(seconds)


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_results_come_in_the_order_of_the_things(workers):
    with nothing_left_behind():
        found = list(in_processes(power, range(20), workers, shared=(2, 1), chunk=3))
    assert found == [x * x + 1 for x in range(20)]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_comes_to_who_asked_and_ends_the_processes(workers):
    with nothing_left_behind(), pytest.raises(ValueError, match="three"):
        list(in_processes(fail_at_three, range(100), workers))


def test_results_that_are_closed_early_do_not_wait_for_what_still_runs(tmp_path):
    results = in_processes(sleep, [0.0, 60.0, 60.0], 2, shared=(str(tmp_path),))
    next(results)
    began = time.monotonic()
    results.close()
    assert time.monotonic() - began < 30


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_its_parent(tmp_path, how):
    command = [sys.executable, "-c", SLEEPERS, str(tmp_path), str(Path(__file__).parent)]
    paths = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "tools")]
    parent = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        workers = [int(path.name) for path in tmp_path.iterdir()]
        assert len(workers) == 2
        if how is signal.SIGINT:  # as a terminal sends it: to all of them
            os.killpg(parent.pid, how)
        else:
            parent.send_signal(how)
        parent.wait(30)
        deadline = time.monotonic() + 30
        while any(map(is_alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(is_alive, workers))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)
        parent.wait()
