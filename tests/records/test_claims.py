"""One grader at a time for a results file, and a lock that was left behind is no obstacle."""

import signal
import subprocess
import sys
import threading

import pytest
from repository import ROOT
from waiting import NET_S

from autograder.errors import UsageError
from autograder.records import claims
from autograder.records.claims import alone_in, claimed

HOLD = """
import sys, time
from pathlib import Path
from autograder.records.claims import claimed
with claimed(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results.jsonl"


@pytest.fixture
def holder(path):
    """Another process that holds the name until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait(timeout=NET_S)
        process.stdin.close()
        process.stdout.close()


def test_who_comes_second_is_told_who_is_first_and_what_to_do(path, holder):
    with pytest.raises(UsageError) as caught, claimed(path):
        pass
    said = str(caught.value)
    assert said.startswith(f"'{path}' is being written by another grader (process {holder.pid} on ")
    assert " since " in said
    assert said.endswith("); wait until it is done, or name another file with --out")
    assert (path.parent / ".results.jsonl.lock").exists(), "it is still the other's"


def test_another_name_in_the_same_folder_is_free(path, holder):
    with claimed(path.with_name("other.jsonl")):
        pass


def test_a_claim_ends_with_its_grader_however_that_ends(path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (path.parent / ".results.jsonl.lock").exists()
    with claimed(path):
        pass
    assert list(path.parent.iterdir()) == []


def test_a_moment_is_waited_for_what_a_killed_grader_had_started(path, holder, monkeypatch):
    def wait_for_the_end(seconds):
        holder.stdin.close()
        holder.wait()

    monkeypatch.setattr(claims.time, "sleep", wait_for_the_end)
    with claimed(path):
        pass


def test_nothing_is_left_where_the_claim_was(path):
    with claimed(path):
        assert [p.name for p in path.parent.iterdir()] == [".results.jsonl.lock"]
    assert list(path.parent.iterdir()) == []


def test_a_lock_that_its_holder_removed_meanwhile_is_not_held_by_mistake(path, monkeypatch):
    locked = claims._lock

    def removed_first(descriptor, *, wait=False):
        monkeypatch.setattr(claims, "_lock", locked)
        (path.parent / ".results.jsonl.lock").unlink()
        return locked(descriptor, wait=wait)

    monkeypatch.setattr(claims, "_lock", removed_first)
    with claimed(path):
        assert (path.parent / ".results.jsonl.lock").exists()


def test_a_folder_that_is_not_there_is_named_with_the_file(tmp_path):
    words = r"cannot write '.*absent/r\.jsonl' \(no such file.*\); name another file with --out$"
    with pytest.raises(UsageError, match=words), claimed(tmp_path / "absent" / "r.jsonl"):
        pass


def test_a_lock_that_is_a_link_is_not_followed(path, tmp_path):
    (tmp_path / ".results.jsonl.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="cannot write"), claimed(path):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_holder_wrote_of_itself_is_shown_only_if_it_can_be(path, holder):
    lock = path.parent / ".results.jsonl.lock"
    for text in ("", "\x1b[2J"):
        lock.write_text(text)
        with pytest.raises(UsageError, match=r"\(it does not say who\)"), claimed(path):
            pass


@pytest.mark.parametrize("kind", ["no module", "no locks"])
def test_without_locks_grading_goes_on(path, monkeypatch, kind):
    if kind == "no module":
        monkeypatch.setitem(sys.modules, "fcntl", None)
    else:
        import fcntl

        def refuse(descriptor, how):
            raise OSError(37, "No locks available")

        monkeypatch.setattr(fcntl, "flock", refuse)
    with claimed(path), alone_in(path.parent) as alone:
        assert not alone
    assert list(path.parent.iterdir()) == []


def test_two_who_write_into_a_folder_take_turns(tmp_path):
    order = []

    def write():
        with alone_in(tmp_path):
            order.append("second")

    second = threading.Thread(target=write)
    with alone_in(tmp_path) as alone:
        assert alone
        second.start()
        second.join(timeout=0.2)
        assert second.is_alive()
        order.append("first")
    second.join()
    assert order == ["first", "second"]
    assert list(tmp_path.iterdir()) == []
