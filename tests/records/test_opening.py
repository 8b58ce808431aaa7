"""A gradebook that cannot be opened or written: one sentence, the results safe, done again."""

import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader_tools import WHEN, need_nbgrader
from sample_reports import report

from autograder.commands import gradebook as verb
from autograder.commands.statuses import ExitStatus
from autograder.errors import InfrastructureError, UsageError
from autograder.judging.reports import unjudged
from autograder.model import Outcome
from autograder.outputs import partials
from autograder.records import gradebook, opening
from autograder.records.opening import check_gradebook
from autograder.records.writing import write_results

pytestmark = pytest.mark.slow  # nbgrader itself is loaded, which takes most of it

EXERCISE = "06_engine"
CLASS = ("anna", "bert", "cleo")


@pytest.fixture(autouse=True)
def nbgrader():
    need_nbgrader()


@pytest.fixture
def fill(tmp_path, compiled, real_course):
    """Fill a gradebook from the results of three students: (exit status, results)."""
    done = compiled(EXERCISE)
    folder, results = tmp_path / "submitted", tmp_path / "results.jsonl"
    for student in CLASS:
        place = folder / student / EXERCISE
        place.mkdir(parents=True)
        (place / "engine.py").write_text("def f(x):\n    return x\n")
        (place / "timestamp.txt").write_text(WHEN)
    reports = [replace(report(), student=s, exercise=EXERCISE) for s in CLASS]
    write_results(results, [unjudged(r, done.checks, Outcome.FAILED, "no") for r in reports])

    def fill_it(url=f"sqlite:///{tmp_path / 'gradebook.db'}"):
        return verb.write_gradebook(real_course, done, folder, results, url), results

    return fill_it


@pytest.fixture
def book(tmp_path):
    return tmp_path / "gradebook.db"


def in_book(book):
    with sqlite3.connect(book) as database:
        found = [row[0] for row in database.execute("select student_id from submitted_assignment")]
    database.close()
    return sorted(found)


def told(fill, *given):
    """What is said where it fails: the sentence, without what all of them end with."""
    with pytest.raises(InfrastructureError) as caught:
        fill(*given)
    said, safe, results = str(caught.value).rpartition("; the results are safe in ")
    assert safe and Path(results).is_file() and "\n" not in said
    return said


def test_a_new_gradebook_appears_whole(fill, book):
    assert fill()[0] == ExitStatus.OK
    assert in_book(book) == list(CLASS)
    assert partials(book) == []


def test_a_locked_gradebook_is_told_and_filled_when_it_is_free(fill, book, capfd):
    fill()
    lock = sqlite3.connect(book)
    lock.execute("begin exclusive")
    try:
        url = f"sqlite:///{book}?timeout=0.1"
        assert told(fill, url) == (
            f"the gradebook {url} cannot be written (database is locked); is another program "
            "using it, formgrader perhaps? End that, then run the same command again"
        )
    finally:
        lock.close()
    assert "Traceback" not in capfd.readouterr().err
    assert fill()[0] == ExitStatus.OK


def test_a_gradebook_that_is_locked_halfway_keeps_who_is_in_it(fill, book, monkeypatch, capfd):
    fill()
    write, locks = gradebook._write, []

    def lock_before_bert(opened, assignment, entry):
        if entry.student == "bert":
            locks.append(sqlite3.connect(book))
            locks[0].execute("begin exclusive")
        return write(opened, assignment, entry)

    monkeypatch.setattr(gradebook, "_write", lock_before_bert)
    assert "database is locked" in told(fill, f"sqlite:///{book}?timeout=0.1")
    locks[0].close()
    monkeypatch.undo()
    assert "Traceback" not in capfd.readouterr().err
    assert fill()[0] == ExitStatus.OK


def test_a_gradebook_that_may_only_be_read_is_told(fill, book, real_course):
    with opening.opened(f"sqlite:///{book}", real_course.course_id):
        pass
    url = f"sqlite:///file:{book}?mode=ro&uri=true"
    said = told(fill, url)
    assert "attempt to write a readonly database" in said
    assert said.endswith("may only be read: permit writing there, then run the same command again")


def test_a_folder_that_is_not_there_is_told_before_anything_is_graded(fill, tmp_path):
    file = tmp_path / "absent" / "gradebook.db"
    with pytest.raises(UsageError) as caught:
        check_gradebook(f"sqlite:///{file}")
    assert str(caught.value) == (
        f"the gradebook '{file}' cannot be written: there is no folder '{file.parent}'; make it, "
        "or name another gradebook with --gradebook"
    )
    said = told(fill, f"sqlite:///{file}")
    assert "(no such file or directory); make its folder, or name another" in said


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (b"no database, and long enough to be looked at" * 200, "file is not a database"),
        (None, "malformed"),
    ],
)
def test_a_broken_gradebook_is_told_and_stays_as_it_is(fill, book, damage, words):
    fill()
    whole = book.read_bytes()
    broken = damage if damage is not None else whole[:4096] + b"\xff" * (len(whole) - 4096)
    book.write_bytes(broken)
    said = told(fill)
    assert words in said and "put a backup of it in its place, or move it away, then run" in said
    assert book.read_bytes() == broken
    book.write_bytes(whole)
    assert fill()[0] == ExitStatus.OK


def test_a_gradebook_on_a_full_disk_is_told(fill, book, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(opening, "new_partial", full)
    said = told(fill)
    assert said.endswith("(no space left on device); make room, then run the same command again")


def test_an_empty_file_becomes_a_gradebook(fill, book):
    book.touch()
    assert fill()[0] == ExitStatus.OK
    assert in_book(book) == list(CLASS)


def test_what_a_killed_run_left_of_a_new_gradebook_goes(fill, book):
    for name in (
        "gradebook.db.4242-0123abcd.partial",
        "gradebook.db.4242-0123abcd.partial-journal",
    ):
        (book.parent / name).write_text("half")
    fill()
    assert not list(book.parent.glob("gradebook.db.*"))


def test_a_link_to_a_gradebook_that_is_not_there_yet_stays_a_link(fill, book, tmp_path):
    (tmp_path / "kept").mkdir()
    book.symlink_to("kept/gradebook.db")
    fill()
    assert book.is_symlink() and in_book(tmp_path / "kept" / "gradebook.db") == list(CLASS)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("gradebook.db", "the gradebook's URL cannot be read; it looks like --gradebook sqlite"),
        ("sqlite:////dev/null/gradebook.db", "there is no folder '/dev/null'"),
    ],
)
def test_what_cannot_be_a_gradebook_is_refused_before_anything_is_graded(url, words):
    with pytest.raises(UsageError, match=words):
        check_gradebook(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://host/book"])
def test_a_gradebook_that_is_no_file_is_not_looked_for(url):
    check_gradebook(url)


def test_without_nbgrader_nothing_is_graded(monkeypatch):
    monkeypatch.setitem(sys.modules, "nbgrader.api", None)
    with pytest.raises(UsageError, match=r'needs nbgrader .*run: pip install "micrograde\[jup'):
        check_gradebook("sqlite://")


# One odd student ----------------------------------------------------------------------------


def test_one_whom_the_database_does_not_take_is_named_and_the_others_are_in(
    fill, book, monkeypatch, capsys
):
    write = gradebook._write

    def refuse_bert(opened, assignment, entry):
        if entry.student == "bert":
            entry = replace(entry, comments=dict.fromkeys(entry.comments, chr(0xD800)))
        return write(opened, assignment, entry)

    monkeypatch.setattr(gradebook, "_write", refuse_bert)
    assert fill()[0] == ExitStatus.FOUND
    said = capsys.readouterr().out
    assert "  bert: not in the gradebook (" in said and "; the others are\n" in said
    assert "gradebook: 2 submissions written" in said
    monkeypatch.undo()
    assert fill()[0] == ExitStatus.OK
    assert in_book(book) == list(CLASS)


def test_whom_another_grader_enters_at_the_same_moment_is_in_it_once(fill, book, monkeypatch):
    fill()
    with sqlite3.connect(book) as database:
        database.execute("delete from student where id = 'bert'")
    database.close()
    write = gradebook._write

    def enter_bert(opened, assignment, entry):
        if entry.student == "anna":
            with sqlite3.connect(book) as database:
                database.execute("insert into student (id) values ('bert')")
            database.close()
        return write(opened, assignment, entry)

    monkeypatch.setattr(gradebook, "_write", enter_bert)
    assert fill()[0] == ExitStatus.OK
    assert in_book(book) == list(CLASS)


def test_one_of_whom_no_entry_can_be_made_is_named_and_the_others_are_in(
    fill, book, monkeypatch, capsys
):
    comments = verb.cell_comments

    def fail_for_bert(report, compiled, exercise):
        if report.student == "bert":
            raise RecursionError("a fault of ours")
        return comments(report, compiled, exercise)

    monkeypatch.setattr(verb, "cell_comments", fail_for_bert)
    assert fill()[0] == ExitStatus.FOUND
    said = capsys.readouterr().out
    assert "  bert: not in the gradebook (RecursionError: a fault of ours); the others are" in said
    assert in_book(book) == ["anna", "cleo"]


def test_a_copy_that_holds_nonsense_stops_nobody(fill, tmp_path):
    fill()
    folder = tmp_path / "autograded" / "bert" / EXERCISE
    for name in ("submission_secret.txt", f"{EXERCISE}.ipynb"):
        (folder / name).chmod(0o644)
        (folder / name).write_bytes(b"\xff\xfe")
    assert fill()[0] == ExitStatus.OK
    assert len((folder / "submission_secret.txt").read_text()) == 128


def test_what_a_killed_run_left_of_a_copy_goes(fill, tmp_path):
    fill()
    folder = tmp_path / "autograded" / "bert" / EXERCISE
    before = sorted(path.name for path in folder.iterdir())
    for name in (f"{EXERCISE}.ipynb.4242-0123abcd.partial", "timestamp.txt.partial"):
        (folder / name).write_text("half")
    fill()
    assert sorted(path.name for path in folder.iterdir()) == before


# A first run that was ended while cells were made --------------------------------------------


@pytest.mark.parametrize("after", [1, 3, 6])
def test_cells_that_an_ended_run_did_not_come_to_are_made_by_the_next(
    fill, book, monkeypatch, after
):
    from nbgrader.api import Gradebook

    make, made = Gradebook.update_or_create_source_cell, []

    def end(self, name, *given, **named):
        made.append(name)
        if len(made) > after:
            raise KeyboardInterrupt
        return make(self, name, *given, **named)

    monkeypatch.setattr(Gradebook, "update_or_create_source_cell", end)
    with pytest.raises(KeyboardInterrupt):
        fill()
    monkeypatch.undo()
    assert _cells(book)[0] == after
    fill()
    sources, grades, due = _cells(book)
    assert sources > after and grades == due * len(CLASS)


def _cells(book):
    count = "select count(*) from "
    with sqlite3.connect(book) as database:
        found = [
            database.execute(count + table).fetchone()[0]
            for table in ("source_cell", "grade", "grade_cells")
        ]
    database.close()
    return found


def test_rows_that_an_ended_run_did_not_come_to_are_made_by_the_next(fill, book):
    fill()
    with sqlite3.connect(book) as database:
        database.execute("delete from grade where id in (select id from grade limit 2)")
        database.execute("delete from comment where id in (select id from comment limit 1)")
    database.close()
    fill()
    _, grades, due = _cells(book)
    assert grades == due * len(CLASS)
