"""Where something is written: through links, never over a device, and told in one sentence."""

import os
import stat
import subprocess
import sys

import pytest
from repository import ROOT

from autograder import outputs
from autograder.errors import UsageError
from autograder.outputs import (
    file_at,
    is_descriptor,
    is_standard_output,
    is_stream,
    is_the_machines,
    machine_sentence,
    new_partial,
    partials,
    replace_file,
    stream_at,
    write_file,
)

REMEDY = "name another one"


def test_a_file_or_nothing_may_stand_where_a_file_is_written(tmp_path):
    assert file_at(tmp_path / "new", REMEDY) == tmp_path / "new"
    (tmp_path / "old").touch()
    assert file_at(tmp_path / "old", REMEDY) == tmp_path / "old"


def test_a_link_is_followed_to_its_end(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("c")
    assert file_at(tmp_path / "a", REMEDY) == tmp_path / "c"


@pytest.fixture
def odd(tmp_path):
    """What is no place for a file: kind to path."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "file").touch()
    return {
        "it is a folder": tmp_path / "folder",
        "it is a pipe": tmp_path / "link",
        "it is a device": outputs.Path("/dev/null"),
        "too many levels of symbolic links": tmp_path / "circle",
        "not a directory": tmp_path / "file" / "in it",
    }


def test_anything_else_is_refused_in_one_sentence_and_stays_what_it_is(odd):
    for reason, path in odd.items():
        before = path.lstat().st_mode if os.path.lexists(path) else None
        for write in (lambda p: file_at(p, REMEDY), lambda p: write_file(p, "x", REMEDY)):
            with pytest.raises(UsageError) as caught:
                write(path)
            assert str(caught.value) == f"cannot write '{path}' ({reason}); {REMEDY}"
        assert (path.lstat().st_mode if os.path.lexists(path) else None) == before


def test_a_file_is_written_with_its_folder_and_its_ends_of_lines(tmp_path):
    write_file(tmp_path / "a" / "b" / "c.txt", "é\r\n\n", REMEDY)
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == "é\r\n\n".encode()
    write_file(tmp_path / "d", b"\0", REMEDY)
    assert (tmp_path / "d").read_bytes() == b"\0"


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "link").symlink_to("real")
    write_file(tmp_path / "link", "text", REMEDY)
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_text() == "text"


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outputs.Path, "write_bytes", full)
    with pytest.raises(UsageError, match=r"cannot write '.*x' \(no space left on device\); name"):
        write_file(tmp_path / "x", "text", REMEDY)


# Streams ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("/dev/stdout", True),
        ("/dev/fd/63", True),
        ("/proc/self/fd/1", True),
        ("/dev/../dev/stdout", True),
        ("/dev/shm/results.jsonl", False),
        ("/dev/null", False),
        ("stdout", False),
    ],
)
def test_a_name_of_an_open_file_is_known(name, is_one):
    assert is_descriptor(outputs.Path(name)) is is_one


def test_a_file_is_no_stream_and_a_device_and_a_pipe_are(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    assert is_stream(tmp_path / "pipe") and is_stream(outputs.Path("/dev/null"))
    assert not is_stream(tmp_path / "file") and not is_stream(tmp_path / "absent")
    assert stream_at(tmp_path / "file", REMEDY) is None


def test_a_pipe_that_nobody_reads_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=r"\(nobody reads this pipe; start its reader first\)"):
        stream_at(tmp_path / "pipe", REMEDY)


SPEAK = """
import os, sys
from pathlib import Path
from autograder.outputs import is_standard_output, stream_at
path = Path(sys.argv[1])
assert is_standard_output(path)
stream = stream_at(path, "")
os.write(stream, b"results\\n")
os.close(stream)
print("more")
"""


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("kind", ["pipe", "new file", "appended"])
def test_the_standard_output_is_written_where_the_shell_leads_it(tmp_path, path, kind):
    command = [sys.executable, "-c", SPEAK, path]
    if kind == "pipe":
        said = subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout
    else:
        file = tmp_path / "file"
        file.write_bytes(b"before\n")
        with file.open("ab" if kind == "appended" else "wb") as out:
            subprocess.run(command, stdout=out, check=True, cwd=ROOT)
        said = file.read_bytes()
    assert said == (b"before\n" if kind == "appended" else b"") + b"results\nmore\n"


def test_another_descriptor_is_not_the_standard_output(tmp_path):
    with (tmp_path / "file").open("w") as file:
        path = outputs.Path(f"/dev/fd/{file.fileno()}")
        assert is_stream(path) and not is_standard_output(path)
        stream = stream_at(path, REMEDY)
        os.write(stream, b"text")
        os.close(stream)
    assert (tmp_path / "file").read_text() == "text"
    assert not is_standard_output(outputs.Path("/dev/fd/999"))


# At once ------------------------------------------------------------------------------------


def test_a_file_is_exchanged_with_its_permissions(tmp_path):
    path = tmp_path / "copy"
    for text in (b"one", b"two"):
        replace_file(path, text, 0o444)
        assert path.read_bytes() == text
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert list(tmp_path.iterdir()) == [path]


def test_an_exchange_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "copy"
    path.write_text("old")

    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outputs.Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"new", 0o444)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_no_two_share_a_partial_file_and_a_link_in_its_place_is_not_followed(tmp_path, monkeypatch):
    chance = iter(("00000000", "00000000", "11111111"))
    monkeypatch.setattr(outputs.secrets, "token_hex", lambda count: next(chance))
    path = tmp_path / "r"
    (tmp_path / f"r.{os.getpid()}-00000000.partial").symlink_to("elsewhere")
    aside, descriptor = new_partial(path)
    os.close(descriptor)
    assert aside.name == f"r.{os.getpid()}-11111111.partial"
    assert not (tmp_path / "elsewhere").exists()
    assert aside in partials(path)


def test_where_no_folder_is_there_are_no_partial_files(tmp_path):
    assert partials(tmp_path / "absent" / "r") == []


def test_what_a_machine_refuses_is_a_sentence_that_names_the_file():
    error = OSError(28, "No space left on device", "/tmp/x")
    assert is_the_machines(error) and not is_the_machines(FileNotFoundError(2, "No such file"))
    assert is_the_machines(FileNotFoundError(2, "No usable temporary directory found in ['/tmp']"))
    assert machine_sentence(error) == (
        "cannot read or write '/tmp/x' (no space left on device); make room there, or permit it, "
        "and run the same command again"
    )
    assert "what it has to (" in machine_sentence(OSError(5, "Input/output error"))
