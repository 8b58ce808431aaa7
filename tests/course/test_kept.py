"""What is kept under .cache: whole files or none, and a damaged one is as good as none."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import SMALL
from repository import ROOT

from autograder.authoring.proof.compiling import compile_exercise
from autograder.course.kept import ABANDONED_S, read_kept, write_kept


def test_what_is_written_is_read_and_replaces_what_was_there(tmp_path):
    path = tmp_path / "folder" / "x.json"
    assert read_kept(path) is None
    write_kept(path, b"one\ntwo")
    assert read_kept(path) == b"one\ntwo"
    write_kept(path, b"")
    assert read_kept(path) == b""
    assert [p.name for p in path.parent.iterdir()] == ["x.json"]


@pytest.mark.parametrize("place", [0, 30, 64, 65, 70, -1])
def test_a_changed_byte_makes_it_unread(tmp_path, place):
    path = tmp_path / "x.json"
    write_kept(path, b"some answers")
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert read_kept(path) is None


def test_a_cut_or_an_empty_file_is_unread(tmp_path):
    path = tmp_path / "x.json"
    write_kept(path, b"some answers")
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert read_kept(path) is None


def test_where_nothing_can_be_written_nothing_is_kept_and_the_reason_told(tmp_path):
    (tmp_path / "file").write_text("")
    assert write_kept(tmp_path / "file" / "x.json", b"some answers") in (
        *("file exists", "not a directory"),
    )
    assert read_kept(tmp_path / "file" / "x.json") is None
    assert write_kept(tmp_path / "x.json", b"some answers") == ""


def test_what_a_full_disk_takes_half_of_is_removed(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    write_kept(path, b"old")

    def full(self, data):
        with self.open("wb") as file:
            file.write(data[:70])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full)
    assert write_kept(path, b"new" * 100) == "no space left on device"
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == [path] and read_kept(path) == b"old"


def test_a_cache_that_may_only_be_read_is_told_and_compiling_goes_on(small_course, monkeypatch):
    said = []
    compile_exercise(small_course, SMALL, say=said.append)
    checks = small_course.exercises / SMALL / "checks.py"
    checks.write_text(checks.read_text() + "\n# another hash\n")

    def refuse(self, *given, **named):
        raise PermissionError(13, "Permission denied")

    for name in ("unlink", "write_bytes"):
        monkeypatch.setattr(type(checks), name, refuse)
    assert compile_exercise(small_course, SMALL, say=said.append).exercise.id == SMALL
    line = f"{SMALL} will be compiled again each time: {small_course.cache} (permission denied)"
    assert said == [line]


def test_what_a_killed_process_left_half_written_goes_after_a_while(tmp_path):
    old, new = tmp_path / "x.json.1.part", tmp_path / "x.json.2.part"
    for path in (old, new):
        path.write_bytes(b"half")
    past = time.time() - 2 * ABANDONED_S
    os.utime(old, (past, past))
    write_kept(tmp_path / "y.json", b"")
    assert not old.exists() and new.exists()


def test_a_reader_sees_a_whole_file_though_two_write_and_one_is_killed(tmp_path):
    code = (
        "import sys; from pathlib import Path; from autograder.course.kept import write_kept\n"
        "while True: write_kept(Path(sys.argv[1]), sys.argv[2].encode() * 100_000)"
    )
    path = tmp_path / "x.json"
    write_kept(path, b"a" * 100_000)
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(path), letter], cwd=ROOT)
        for letter in "ab"
    ]
    try:
        seen = set()
        deadline = time.monotonic() + 60
        while len(seen) < 2 and time.monotonic() < deadline:
            data = read_kept(path)
            assert data in (b"a" * 100_000, b"b" * 100_000)
            seen.add(data)
        writers[0].send_signal(signal.SIGKILL)
        writers[0].wait()
        assert read_kept(path) is not None
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    assert len(seen) == 2
