"""nbgrader's gradebook is filled for everybody else, whatever one folder is called."""

import os
import sysconfig

import pytest
from nbgrader_tools import need_nbgrader

from autograder.commands import gradebook
from autograder.commands.instructors import grade_compiled
from autograder.commands.statuses import ExitStatus

TAKEN = (b"ann", "caf\u00e9".encode(), b"-rf", b"a+b", b"'; drop", b"~", b" lead", b"zoe", b"[ab]*")
LEFT_OUT = (
    b"\xff\xfe",
    b"ann\nlee",
    b"back\\slash",
    b"x\xe2\x80\xaey",
    b"a" * 200,
    b"tab\there",
    b'qu"ote',
    b"$x$",
)
ENGINE = "def f(x):\n    return x\n"


@pytest.fixture
def graded(tmp_path, compiled, level, monkeypatch):
    """A class with odd names, graded, and what fills the gradebook."""
    need_nbgrader()
    monkeypatch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
    exercise = compiled("06_engine")
    folder = tmp_path / "submitted"
    for name in (*TAKEN, *LEFT_OUT):
        inside = folder / os.fsdecode(name) / "06_engine"
        inside.mkdir(parents=True)
        (inside / "engine.py").write_text(ENGINE)
    results = tmp_path / "results.jsonl"
    # control characters in a folder's name withhold that one score
    assert grade_compiled(exercise, folder, results, 1, level) == ExitStatus.FOUND

    def fill(course):
        url = f"sqlite:///{tmp_path / 'gradebook.db'}"
        gradebook.write_gradebook(course, exercise, folder, results, url)

    return fill


@pytest.mark.sandbox
def test_an_odd_folder_name_is_left_out_of_the_gradebook_and_nobody_after_it(
    graded, real_course, tmp_path, capsys
):
    graded(real_course)
    told = capsys.readouterr().out
    assert f"gradebook: {len(TAKEN)} submissions written" in told
    assert told.count(": left out, nbgrader cannot take this name") == len(LEFT_OUT)
    copied = {os.fsencode(path.name) for path in (tmp_path / "autograded").iterdir()}
    assert copied == set(TAKEN)


@pytest.mark.sandbox
def test_a_copy_that_cannot_be_written_is_told_and_the_others_follow(
    graded, real_course, tmp_path, capsys
):
    (tmp_path / "autograded").mkdir()
    (tmp_path / "autograded" / "ann").write_text("a file where a folder is due")
    graded(real_course)
    told = capsys.readouterr().out
    assert "  ann: graders get no copy (" in told and "; its scores are written" in told
    assert (tmp_path / "autograded" / "zoe" / "06_engine" / "06_engine.ipynb").exists()
