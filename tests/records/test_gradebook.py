"""nbgrader's gradebook: what is written, what a person wrote and stays, and what is refused."""

import json
import os
import shutil
import sqlite3
import sys
import sysconfig
from dataclasses import replace

import pytest
from nbgrader_tools import WHEN, need_nbgrader
from small_course import load, write_course

from autograder.authoring.lessons.notebooks import student_notebook
from autograder.errors import InfrastructureError, UsageError
from autograder.model import Role
from autograder.records.gradebook import GradebookEntry, WrittenReason, fill_gradebook, is_timestamp

pytestmark = pytest.mark.slow  # nbgrader itself is loaded, which takes most of it

POINTS = {"add": 2.0, "mul rule": 3.5, "rectangles": 1.0}
ASSIGNMENT = "03_value"
NEW, SAME, BLANK = (
    WrittenReason(blank=False, changed=True),
    WrittenReason(blank=False, changed=False),
    WrittenReason(blank=True, changed=False),
)
ANSWER = "answer-why-the-seed-is-1"


@pytest.fixture
def exercise(tmp_path):
    return load(write_course(tmp_path / "course")).exercise


@pytest.fixture
def handed_out(exercise):
    return student_notebook(exercise, POINTS)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """An empty gradebook: nbgrader takes a second to make one."""
    need_nbgrader()
    from nbgrader.api import Gradebook

    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
        Gradebook(f"sqlite:///{path}", "small").close()
    return path


@pytest.fixture
def url(tmp_path, empty):
    return f"sqlite:///{shutil.copy(empty, tmp_path)}"


@pytest.fixture
def fill(url, handed_out):
    """Write entries of students into the gradebook."""

    def fill_it(*entries, text=handed_out):
        return fill_gradebook(url, "small", ASSIGNMENT, text, iter(entries))

    return fill_it


@pytest.fixture
def read(url):
    """One student's row: grades and comments by cell, and the submission."""

    def read_it(student):
        from nbgrader.api import Gradebook

        with Gradebook(url, "small") as gradebook:
            submitted = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
            grades = {
                g.name: (g.auto_score, g.manual_score, g.needs_manual_grade, g.score)
                for g in submitted.grades
            }
            comments = {c.name: c.comment for c in submitted.comments}
            whole = gradebook.find_submission(ASSIGNMENT, student)
            return grades, comments, (whole.score, whole.max_score, whole.timestamp)

    return read_it


@pytest.fixture
def by_hand(url):
    """Enter a grade or a comment as formgrader does."""

    def enter(student, cell, *, score=None, comment=None):
        from nbgrader.api import Gradebook

        with Gradebook(url, "small") as gradebook:
            if score is not None:
                grade = gradebook.find_grade(cell, ASSIGNMENT, ASSIGNMENT, student)
                grade.manual_score, grade.needs_manual_grade = score, False
            if comment is not None:
                found = gradebook.find_comment(cell, ASSIGNMENT, ASSIGNMENT, student)
                found.manual_comment = comment
            gradebook.db.commit()

    return enter


def entry(student="amy", **given):
    """A student who solved `add`, half of `mul rule`, and wrote an answer."""
    whole = GradebookEntry(
        student=student,
        handed_in=True,
        timestamp=WHEN,
        scores={"check-add": 2.0, "check-mul-rule": 1.5, "check-rectangles": 0.0},
        comments={"solve-add-add": None, "solve-mul-rule-mul": "look again"},
        reasons={ANSWER: NEW},
    )
    return replace(whole, **given)


def test_scores_comments_points_and_the_time_are_written(fill, read):
    done = fill(entry())
    assert (done.submissions, done.by_hand, done.kept, done.left_out) == (1, 1, (), ())
    grades, comments, (score, max_score, when) = read("amy")
    assert grades == {
        "check-add": (2.0, None, False, 2.0),
        "check-mul-rule": (1.5, None, False, 1.5),
        "check-rectangles": (0.0, None, False, 0.0),
        ANSWER: (None, None, True, 0.0),
    }
    assert comments["solve-mul-rule-mul"] == "look again"
    assert comments["solve-add-add"] is None
    assert (score, max_score) == (3.5, 8.5)
    assert when.isoformat() == "2026-11-01T14:58:23.948203"


def test_every_cell_is_as_nbgrader_itself_would_have_saved_it(fill, url, handed_out):
    fill(entry())
    from nbgrader.api import Gradebook

    cells = {c["id"]: c for c in json.loads(handed_out)["cells"] if "nbgrader" in c["metadata"]}
    with Gradebook(url, "small") as gradebook:
        notebook = gradebook.find_notebook(ASSIGNMENT, ASSIGNMENT)
        assert {c.name for c in notebook.source_cells} == set(cells)
        for saved in notebook.source_cells:
            marks = cells[saved.name]["metadata"]["nbgrader"]
            assert saved.source == "".join(cells[saved.name]["source"])
            assert (saved.checksum, saved.locked) == (marks["checksum"], marks["locked"])
        assert {c.name: c.max_score for c in notebook.grade_cells} == {
            "check-add": 2.0,
            "check-mul-rule": 3.5,
            "check-rectangles": 1.0,
            ANSWER: 2.0,
        }
        assert {c.name: c.cell_type for c in notebook.grade_cells}[ANSWER] == "markdown"


def test_writing_the_same_twice_changes_nothing(fill, read):
    fill(entry())
    first = read("amy")
    assert fill(entry(reasons={ANSWER: SAME})).by_hand == 1
    assert read("amy") == first


def test_a_regrade_writes_the_new_score(fill, read):
    fill(entry())
    fill(entry(scores={"check-add": 0.0, "check-mul-rule": 3.5, "check-rectangles": 1.0}))
    assert read("amy")[2][:2] == (4.5, 8.5)


def test_a_grade_given_by_hand_stands_and_is_marked_when_the_tool_changes_its_mind(
    fill, read, by_hand
):
    fill(entry())
    by_hand("amy", "check-mul-rule", score=3.0)
    assert fill(entry()).kept == ()
    assert read("amy")[0]["check-mul-rule"] == (1.5, 3.0, False, 3.0)
    scores = {"check-add": 2.0, "check-mul-rule": 3.5, "check-rectangles": 0.0}
    assert fill(entry(scores=scores)).kept == ("amy",)
    assert read("amy")[0]["check-mul-rule"] == (3.5, 3.0, True, 3.0)


def test_a_comment_written_by_hand_stands(fill, read, by_hand):
    fill(entry())
    by_hand("amy", "solve-mul-rule-mul", comment="see me")
    fill(entry(comments={"solve-mul-rule-mul": "another"}))
    assert read("amy")[1]["solve-mul-rule-mul"] == "see me"


def test_a_withheld_score_leaves_what_is_there_and_asks_for_a_person(fill, read):
    fill(entry())
    withheld = dict.fromkeys(entry().scores)
    assert fill(entry(scores=withheld)).by_hand == 4
    assert read("amy")[0]["check-add"] == (2.0, None, True, 2.0)
    fill(entry("ben", scores=withheld))
    assert read("ben")[0]["check-add"] == (None, None, True, 0.0)


def test_a_reason_that_was_not_written_gets_no_points_and_no_grader(fill, read):
    assert fill(entry(reasons={ANSWER: BLANK})).by_hand == 0
    grades, comments, _ = read("amy")
    assert grades[ANSWER] == (0.0, None, False, 0.0)
    assert comments[ANSWER] == "No response."
    fill(entry())  # handed in again, with an answer
    grades, comments, _ = read("amy")
    assert grades[ANSWER] == (None, None, True, 0.0)
    assert comments[ANSWER] is None


def test_a_graded_reason_is_looked_at_again_only_if_it_changed(fill, read, by_hand):
    fill(entry())
    by_hand("amy", ANSWER, score=1.5, comment="nearly")
    assert fill(entry(reasons={ANSWER: SAME})).by_hand == 0
    assert read("amy")[0][ANSWER] == (None, 1.5, False, 1.5)
    assert fill(entry(reasons={ANSWER: NEW})).by_hand == 1
    grades, comments, _ = read("amy")
    assert grades[ANSWER] == (None, 1.5, True, 1.5)
    assert comments[ANSWER] == "nearly"


def test_a_student_who_handed_nothing_in_is_listed_without_a_submission(fill, url):
    assert fill(entry("zoe", handed_in=False)).submissions == 0
    from nbgrader.api import Gradebook

    with Gradebook(url, "small") as gradebook:
        assert [s.id for s in gradebook.students] == ["zoe"]
        assert gradebook.assignment_submissions(ASSIGNMENT) == []


def test_a_student_who_is_known_keeps_name_and_address(fill, url):
    from nbgrader.api import Gradebook

    with Gradebook(url, "small") as gradebook:
        gradebook.add_student("amy", first_name="Amy", email="amy@example.org")
    fill(entry(), entry("ben"))
    with Gradebook(url, "small") as gradebook:
        assert {(s.id, s.first_name) for s in gradebook.students} == {("amy", "Amy"), ("ben", None)}


@pytest.mark.parametrize("student", ["x" * 129, "a\\x0ab"])
def test_a_name_that_nbgrader_cannot_take_is_left_out_and_told(fill, student):
    done = fill(entry(student), entry("ben"))
    assert (done.submissions, done.left_out) == (1, (student,))


def test_without_a_time_the_earlier_one_stays(fill, read):
    fill(entry())
    fill(entry(timestamp=""))
    assert read("amy")[2][2] is not None
    fill(entry("ben", timestamp=""))
    assert read("ben")[2][2] is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (WHEN, True),
        ("2015-02-02 14:58:23.948203 America/Los_Angeles", True),
        ("2015-02-02 14:58:23 +0100", True),
        ("10", False),  # dateutil would read it as the tenth of this month
        ("2015-02-02 14:58:23\n2016-02-02 14:58:23", False),
        ("", False),
    ],
)
def test_only_a_whole_time_counts_as_one(text, is_one):
    assert is_timestamp(text) is is_one


def test_points_that_changed_are_brought_up_to_date(fill, read, exercise):
    fill(entry())
    fill(entry(), text=student_notebook(exercise, {**POINTS, "add": 20.0}))
    assert read("amy")[2][:2] == (3.5, 26.5)


def test_a_task_that_came_later_gets_a_grade_for_those_who_are_in_already(fill, read, exercise):
    kept = [c for c in exercise.cells if c.task != "rectangles"]
    text = student_notebook(replace(exercise, cells=tuple(kept)), POINTS)
    fill(entry(), entry("ben"), text=text)
    assert "check-rectangles" not in read("ben")[0]
    fill(entry())
    assert read("amy")[0]["check-rectangles"] == (0.0, None, False, 0.0)
    assert read("ben")[0]["check-rectangles"] == (None, None, True, 0.0)
    assert read("ben")[2][1] == 8.5
    assert "solve-rectangles-area" in read("ben")[1]


def test_cells_that_the_exercise_lost_are_not_thrown_away(fill, read, exercise):
    fill(entry())
    kept = [c for c in exercise.cells if c.role is not Role.WRITTEN]
    text = student_notebook(replace(exercise, cells=tuple(kept)), POINTS)
    with pytest.raises(UsageError, match=r"no longer has: answer-why-the-seed-is-1; give them"):
        fill(entry(), text=text)
    assert read("amy")[2][1] == 8.5


def test_a_url_that_is_none_is_refused_with_an_example(url, handed_out):
    with pytest.raises(UsageError, match=r"cannot be read; .* --gradebook sqlite:///gradebook"):
        fill_gradebook("gradebook.db", "small", ASSIGNMENT, handed_out, ())


def test_a_database_without_driver_is_named_without_its_password(url, handed_out):
    with pytest.raises(UsageError, match=r"no driver for the gradebook nodb://me:\*\*\*@host/x"):
        fill_gradebook("nodb://me:secret@host/x", "small", ASSIGNMENT, handed_out, ())


def test_a_file_that_is_no_database_is_ours_to_tell(tmp_path, url, handed_out):
    (tmp_path / "gradebook.db").write_bytes(b"not a database, and long enough to be looked at" * 20)
    with pytest.raises(InfrastructureError, match=r"cannot be written \(file is not a database\)"):
        fill_gradebook(url, "small", ASSIGNMENT, handed_out, ())


def test_a_gradebook_that_is_locked_says_so(tmp_path, url, fill):
    fill(entry())
    lock = sqlite3.connect(tmp_path / "gradebook.db")
    lock.execute("begin exclusive")
    try:
        with pytest.raises(InfrastructureError, match=r"database is locked\); is another program"):
            fill_gradebook(f"{url}?timeout=0.1", "small", ASSIGNMENT, "{}", ())
    finally:
        lock.close()


def test_without_nbgrader_the_remedy_is_said(monkeypatch, handed_out):
    monkeypatch.setitem(sys.modules, "nbgrader.api", None)
    with pytest.raises(UsageError, match=r'needs nbgrader .*run: pip install "micrograde\[jup'):
        fill_gradebook("sqlite://", "small", ASSIGNMENT, handed_out, ())


def test_a_new_gradebook_is_made_whatever_environment_is_active(tmp_path, handed_out, monkeypatch):
    need_nbgrader()
    monkeypatch.setenv("PATH", "/nowhere")  # nbgrader looks for a bare alembic there
    fill_gradebook(f"sqlite:///{tmp_path / 'new.db'}", "small", ASSIGNMENT, handed_out, [entry()])
    assert (tmp_path / "new.db").is_file()
    assert os.environ["PATH"] == "/nowhere"
