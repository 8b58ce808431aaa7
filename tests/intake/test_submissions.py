"""Finding what students handed in, and nothing that they did not."""

import doctest
import hashlib
import json
import os

import pytest

from autograder import limits
from autograder.errors import InfrastructureError, SubmissionError, UsageError
from autograder.intake import submissions
from autograder.intake.arriving import folders
from autograder.intake.arriving.arrival import find_submissions
from autograder.intake.submissions import NOTHING, Submission, read_submission, safe_text
from autograder.student_ids import odd_in_id

FILE = "03_value.ipynb"


@pytest.fixture
def hand_in(tmp_path):
    def write(student, *names, content=b"{}"):
        folder = tmp_path / student / "03_value"
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / name).write_bytes(content)
        return folder

    return write


def find(root):
    return find_submissions(root, "03_value", FILE)


def only(root):
    (submission,) = find(root)
    return submission


def test_examples_in_docstrings_hold():
    assert doctest.testmod(submissions).failed == 0


def test_students_come_in_order_and_files_beside_them_are_ignored(tmp_path, hand_in):
    for student in ("zoe", "anna", "Émile", "bob smith"):
        hand_in(student, FILE)
    for ignored in (".ipynb_checkpoints", "__pycache__", ".git"):
        hand_in(ignored, FILE)
    (tmp_path / "gradebook.db").write_text("")
    assert [s.student for s in find(tmp_path)] == ["anna", "bob smith", "zoe", "Émile"]


def test_submission_names_its_file_and_is_read_with_its_hash(tmp_path, hand_in):
    folder = hand_in("anna", FILE, content=b'{"cells": []}')
    submission = only(tmp_path)
    assert submission == Submission("anna", "03_value", folder / FILE)
    digest = hashlib.sha256(b'{"cells": []}').hexdigest()
    assert read_submission(submission) == (b'{"cells": []}', digest)


def test_student_without_the_exercise_handed_nothing_in(tmp_path, hand_in):
    (tmp_path / "anna").mkdir()
    hand_in("bob")
    (tmp_path / "carl").mkdir()
    (tmp_path / "carl" / "03_value").write_text("a file")
    for submission in find(tmp_path):
        assert (submission.path, submission.problem) == (None, NOTHING)
        with pytest.raises(SubmissionError, match=r"^nothing handed in$"):
            read_submission(submission)


def test_file_that_was_asked_for_comes_first_and_the_rest_is_told(tmp_path, hand_in):
    hand_in("anna", FILE, "03_value.py", "checks.py", "notes.txt", ".hidden.py")
    submission = only(tmp_path)
    assert submission.path is not None and submission.path.name == FILE
    assert submission.note == "Read 03_value.ipynb; not read: 03_value.py, checks.py."


def test_file_of_the_same_name_with_the_other_ending_is_taken_before_others(tmp_path, hand_in):
    hand_in("anna", "03_value.py", "checks.py")
    submission = only(tmp_path)
    assert submission.path is not None and submission.path.name == "03_value.py"


def test_only_candidate_is_taken_whatever_its_name(tmp_path, hand_in):
    folder = hand_in("anna", "03_value (1).ipynb", "timestamp.txt", "picture.png")
    (folder / ".ipynb_checkpoints").mkdir()
    submission = only(tmp_path)
    assert submission.path is not None and submission.path.name == "03_value (1).ipynb"
    assert submission.note == ""


def test_several_candidates_are_listed_and_none_is_guessed(tmp_path, hand_in):
    hand_in("anna", "b.py", "a.ipynb")
    assert only(tmp_path).problem == (
        "expected 03_value.ipynb, found a.ipynb, b.py; hand in one file."
    )


def test_no_link_is_followed(tmp_path, hand_in):
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.mkdir()
    (secret / FILE).write_text("{}")
    (secret / "03_value").mkdir()
    (secret / "03_value" / FILE).write_text("{}")
    (hand_in("anna") / FILE).symlink_to(secret / FILE)
    (tmp_path / "bob").symlink_to(secret)
    (tmp_path / "carl").mkdir()
    (tmp_path / "carl" / "03_value").symlink_to(secret / "03_value")
    (hand_in("dora") / FILE).mkdir()
    (hand_in("emma") / FILE).symlink_to(secret / "nowhere")
    problems = {s.student: s.problem for s in find(tmp_path)}
    refused = "{} is a link or no plain file; hand in the file itself."
    assert problems == {
        "anna": refused.format(FILE),
        "bob": refused.format("bob"),
        "carl": refused.format("03_value"),
        "dora": refused.format(FILE),
        "emma": refused.format(FILE),
    }


def test_file_exchanged_between_listing_and_reading_is_refused(tmp_path, hand_in, monkeypatch):
    path = hand_in("anna", FILE) / FILE
    submission = only(tmp_path)
    path.unlink()
    with pytest.raises(SubmissionError, match="is not there any more; hand it in again"):
        read_submission(submission)
    for exchange in (path.mkdir, lambda: os.mkfifo(path), lambda: path.symlink_to("/etc/passwd")):
        exchange()
        with pytest.raises(SubmissionError, match="is a link or no plain file"):
            read_submission(submission)
        path.rmdir() if path.is_dir() else path.unlink()
    path.symlink_to("/etc/passwd")
    monkeypatch.setattr(type(path), "is_symlink", lambda self: False)  # exchanged a moment later
    with pytest.raises(SubmissionError, match="is a link or no plain file"):
        read_submission(submission)


def test_no_more_is_read_than_the_limit(tmp_path, hand_in):
    hand_in("anna", FILE, content=b"x" * 100)
    submission = only(tmp_path)
    assert len(read_submission(submission, 100)[0]) == 100
    with pytest.raises(SubmissionError, match="has more than 99 bytes; clear its outputs"):
        read_submission(submission, 99)


def test_disk_that_fails_is_our_fault_and_not_the_students(tmp_path, hand_in, monkeypatch):
    hand_in("anna", FILE)
    submission = only(tmp_path)

    def fails(*args, **options):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(submissions.os, "open", fails)
    with pytest.raises(InfrastructureError, match=r"cannot read 03_value.ipynb of anna: Input"):
        read_submission(submission)


def test_folder_that_cannot_be_listed_is_told_when_it_is_read_and_the_others_are_found(
    tmp_path, hand_in, monkeypatch
):
    folder = hand_in("anna", FILE)
    hand_in("bob", FILE)
    scandir = os.scandir

    def fails(path):
        if os.fspath(path) == os.fspath(folder):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(folders.os, "scandir", fails)
    anna, bob = find(tmp_path)
    assert (anna.path, anna.problem, bob.student) == (folder / FILE, "", "bob")
    monkeypatch.setattr(submissions.os, "open", lambda *_, **__: fails(folder))
    with pytest.raises(InfrastructureError, match=r"cannot read 03_value.ipynb of anna: Permiss"):
        read_submission(anna)


def test_a_folder_of_many_files_is_named_by_the_first_few(tmp_path, hand_in):
    folder = hand_in("anna", *(f"{n:04d}.py" for n in range(1_500)))
    assert only(tmp_path).problem == (
        f"expected {FILE}, found 0000.py, 0001.py, 0002.py, 0003.py, 0004.py and 1495 more; "
        "hand in one file."
    )
    (folder / FILE).write_bytes(b"{}")
    found = only(tmp_path)
    assert found.path == folder / FILE
    assert found.note == (
        f"Read {FILE}; not read: 0000.py, 0001.py, 0002.py, 0003.py, 0004.py and 1495 more."
    )


def test_a_long_name_is_cut_in_a_sentence(tmp_path, hand_in):
    hand_in("anna", "\u202e" * 80 + "a.py", "b.py", "c" * 250 + ".py")
    problem = only(tmp_path).problem
    assert len(problem) < 350
    assert "b.py" in problem and "c" * 80 + "..." in problem and "\\U0000202e" in problem


def test_of_a_folder_without_end_no_more_is_listed_than_the_limit(tmp_path, hand_in, monkeypatch):
    monkeypatch.setattr(limits, "FOLDER_FILES", 5)
    hand_in("anna", FILE, *(f"{n}.txt" for n in range(5)))
    assert only(tmp_path).problem == f"has more than 5 files; hand in {FILE} alone."


def test_directory_that_is_not_there_is_answered_with_the_command(tmp_path):
    with pytest.raises(UsageError, match=r"^cannot read submissions in .*run: autograder grade"):
        find(tmp_path / "nowhere")


def test_any_folder_name_is_safe_to_print_and_stays_different(tmp_path):
    names = [
        b"caf\xe9",
        "café".encode(),
        b"a\nb",
        b"a\\x0ab",
        b"\x1b[31m",
        b"a,b=c'\"",
        b"caf\\xe9",
    ]
    for name in names:
        (tmp_path / os.fsdecode(name)).mkdir()
    students = [s.student for s in find(tmp_path)]
    assert len(set(students)) == len(names)
    assert all(student.isprintable() for student in students)
    json.dumps(students, ensure_ascii=False).encode()
    assert "café" in students and "a\\x0ab" in students and "a\\\\x0ab" in students
    assert safe_text("\U000e0001") == "\\U000e0001"


FIT = (
    "zoë",
    "Zoe O'Brien",
    "李雷",
    "محمد",
    "می\u200cخواهم",
    "a+b",
    "-rf",
    "=1+1",
    "a & b",
    "~",
    "[ab]",
)
UNFIT = (
    "<b>zoe",
    'a" onmouseover="x',
    "$x$",
    "a>b",
    "ann\nlee",
    "tab\there",
    "x\u202ey",
    "bell\x07",
    "\ufeffann",
    "a\u2028b",
    "=cmd|' C calc'!A0",
    "@SUM(1+1)",
    "-2+3+cmd|' C calc'!A0",
    "\uff1dHYPERLINK(A1)",
    "\uff20SUM(A1)",
    "x;=HYPERLINK(A1)",
    "x,=cmd|A1",
    " =A(1)",
    "\u00a0=A(1)",
)


@pytest.mark.parametrize("name", FIT)
def test_letters_of_every_script_are_fit_for_an_id(name):
    assert odd_in_id(name) == ""


@pytest.mark.parametrize("name", UNFIT)
def test_markup_and_control_characters_withhold_one_score_by_name(tmp_path, name):
    for student in (name, "zoe"):
        (tmp_path / student / "03_value").mkdir(parents=True)
        (tmp_path / student / "03_value" / "value.py").write_text("x = 1")
    found = {s.folder.parent.name: s for s in find_submissions(tmp_path, "03_value", "value.py")}
    assert read_submission(found["zoe"])[0] == b"x = 1"
    with pytest.raises(InfrastructureError, match=r"no part of a student's id; rename it$") as told:
        read_submission(found[name])
    assert str(told.value).isprintable()
