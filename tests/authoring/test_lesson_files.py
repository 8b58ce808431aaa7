"""Lessons are what jupytext reads, whether it reads them now or has read them before."""

import jupytext
import pytest
from conftest import ROOT, SMALL

from autograder.authoring.lessons import lesson_files
from autograder.authoring.lessons.exercises import authored_exercise
from autograder.authoring.lessons.lesson_files import read_lesson
from autograder.errors import CourseError

LESSONS = sorted(ROOT.glob("exercises/*/lesson.md"))
ODD = {
    "options of every kind": '```python provided="a.b" id="x" folded=true\n1\n```\n',
    "an answer with points": (
        '<!-- #region answer="why" points=2.5 -->\nWhy?\n<!-- #endregion -->\n'
    ),
    "two blank lines part two cells": "one\n\n\ntwo\n",
    "a fence in a fence": "````python\n'''\n```\n'''\n````\n",
    "other languages and letters": (
        "```bash\nls\n```\n\n# \u00dcber\u2028schrift\n\n```\nplain\n```\n"
    ),
    "a header": (
        "---\njupyter:\n  kernelspec:\n    display_name: P\n    name: python3\n---\n\ntext\n"
    ),
}


def read_by_jupytext(text):
    return [
        (c.cell_type == "code", str(c.source), dict(c.metadata))
        for c in jupytext.reads(text, fmt="md").cells
    ]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.parent.name)
def test_a_kept_lesson_is_what_jupytext_reads(lesson, tmp_path, monkeypatch):
    first = read_lesson(lesson, tmp_path)
    monkeypatch.setattr(jupytext, "reads", lambda *args, **kw: pytest.fail("read again"))
    assert read_lesson(lesson, tmp_path) == first
    monkeypatch.undo()
    assert read_lesson(lesson) == first
    text = lesson.read_text(encoding="utf-8")
    raw = lesson_files._raw_cells(text, lesson.parent.name, tmp_path)
    assert raw == read_by_jupytext(text)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_lessons_come_back_as_they_were_read(text, tmp_path):
    assert lesson_files._raw_cells(text, "x", tmp_path) == read_by_jupytext(text)
    assert (tmp_path / "x.json").is_file()
    assert lesson_files._raw_cells(text, "x", tmp_path) == read_by_jupytext(text)


def test_a_changed_text_and_another_jupytext_are_read_anew(tmp_path, monkeypatch):
    lesson_files._raw_cells("one", "x", tmp_path)
    assert lesson_files._raw_cells("two", "x", tmp_path) == read_by_jupytext("two")
    read = []
    monkeypatch.setattr(jupytext, "reads", lambda text, fmt: read.append(text) or _Nothing)
    assert lesson_files._raw_cells("two", "x", tmp_path) != []
    monkeypatch.setattr(lesson_files, "version", lambda name: "9.9")
    assert lesson_files._raw_cells("two", "x", tmp_path) == []
    assert read == ["two"]


def test_cells_that_other_code_has_cut_are_cut_anew(tmp_path, monkeypatch):
    code = tmp_path / "lesson_files.py"
    code.write_bytes(lesson_files.THIS_FILE.read_bytes())
    monkeypatch.setattr(lesson_files, "THIS_FILE", code)
    lesson_files._raw_cells("one", "x", tmp_path)
    monkeypatch.setattr(jupytext, "reads", lambda text, fmt: _Nothing)
    assert lesson_files._raw_cells("one", "x", tmp_path) != []
    code.write_bytes(code.read_bytes() + b"# changed\n")
    assert lesson_files._raw_cells("one", "x", tmp_path) == []


class _Nothing:
    cells = ()


def test_a_damaged_kept_lesson_is_read_anew(tmp_path):
    lesson_files._raw_cells("one", "x", tmp_path)
    path = tmp_path / "x.json"
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    assert lesson_files._raw_cells("one", "x", tmp_path) == read_by_jupytext("one")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("[02_later]", r"'02_later' is not an exercise before this one"),
        (f"[{SMALL}]", r"'01_small' is not an exercise before this one"),
        ("[00_firts]", r"'00_firts' is not .*[Dd]id you mean '?00_first.*Earlier exercises: 00_fi"),
    ],
)
def test_a_prerequisite_must_be_an_earlier_exercise(small_course, named, said):
    for name in ("00_first", "02_later"):
        (small_course.exercises / name).mkdir()
    path = small_course.exercises / SMALL / "exercise.yml"
    path.write_text(path.read_text().replace("prerequisites: []", f"prerequisites: {named}"))
    with pytest.raises(CourseError, match=rf"01_small/exercise\.yml: prerequisites: {said}"):
        authored_exercise(small_course, SMALL)
    path.write_text(path.read_text().replace(named, "[00_first]"))
    assert authored_exercise(small_course, SMALL).exercise.prerequisites == ("00_first",)
