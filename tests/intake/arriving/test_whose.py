"""Every entry of a class is somebody's, or is named; one bad thing costs one result."""

import errno
import os
from pathlib import Path

import pytest

from autograder import limits
from autograder.errors import InfrastructureError, SubmissionError, UsageError
from autograder.intake.arriving import choosing, folders, names
from autograder.intake.arriving.arrival import arrival, find_submissions
from autograder.intake.arriving.choosing import Found, choose
from autograder.intake.arriving.names import Entry, Wanted, plain_stem
from autograder.intake.submissions import NOTHING, read_submission
from autograder.report.arrived import arrived_line, class_notes, elsewhere_line, strays_text

EXERCISE, FILE = "06_engine", "engine.py"
OTHERS = ("05_backward", EXERCISE)


@pytest.fixture
def made(tmp_path):
    """Make a class of files; each holds its own name."""

    def make(*entries):
        root = tmp_path / "class"
        root.mkdir(exist_ok=True)
        for name in entries:
            place = root / name
            if name.endswith("/"):
                place.mkdir(parents=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(name)
        return root

    return make


def arrived(root):
    with arrival(root, EXERCISE, FILE, OTHERS) as found:
        return found


def only(root):
    (submission,) = arrived(root).submissions
    return submission


# Which file is read -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "read"),
    [
        (["ENGINE.PY"], "ENGINE.PY"),
        (["engine.py.txt"], "engine.py.txt"),
        (["06_engine.ipynb.json"], "06_engine.ipynb.json"),
        (["Engine (1).py"], "Engine (1).py"),
        (["engine-1.py", "helpers.py"], "engine-1.py"),
        (["Copy of engine.py", "notes.py"], "Copy of engine.py"),
        (["my_engine.py", "test_engine.py"], "my_engine.py"),
        (["my_engine.py", "plots.py"], "my_engine.py"),
        (["work.py", "test_work.py", "conftest.py"], "work.py"),
        (["06_engine.ipynb", "plots.py"], "06_engine.ipynb"),
        (["engine.py", "Engine (1).py", "engine-2.py"], "engine.py"),
        (["test_engine.py"], "test_engine.py"),
        (["src/engine.py", "src/helper.py", "setup.py"], "src/engine.py"),
        (["old/engine.py", "engine.py"], "engine.py"),
    ],
)
def test_the_file_that_can_be_meant_is_read_and_the_others_are_named(files, read, made):
    submission = only(made(*(f"ann/{EXERCISE}/{name}" for name in files)))
    assert read_submission(submission)[0].decode() == f"ann/{EXERCISE}/{read}"
    others = sorted(set(files) - {read})
    if others:
        assert submission.note == f"Read {read}; not read: {', '.join(others)}."


@pytest.mark.parametrize(
    "files",
    [["engine (1).py", "engine (2).py"], ["a.py", "b.ipynb"], ["new_engine.py", "old_engine.py"]],
)
def test_where_two_can_be_meant_none_is_guessed_and_both_are_named(files, made):
    submission = only(made(*(f"ann/{EXERCISE}/{name}" for name in files)))
    assert submission.problem == (
        f"expected engine.py, found {', '.join(files)}; hand in one file."
    )


def test_examples_in_docstrings_hold():
    assert plain_stem("Copy of 03-Value (2).ipynb") == "03_value"
    assert plain_stem("engine - Copy.py") == plain_stem("engine copy 2.py") == "engine"
    assert names.is_candidate("engine.py.txt") and not names.is_candidate("engine.txt")


def test_a_file_is_chosen_alike_in_whatever_order_the_files_come():
    files = [Found(Entry(k, (n,)), (n,)) for k, n in enumerate(["b.py", "engine.py", "a.py"])]
    for ordered in (files, files[::-1]):
        assert choose(ordered, Wanted(EXERCISE, FILE)).found.name == FILE
    assert choosing.listed("gfedcba") == "a, b, c, d, e and 2 more"


def test_what_was_there_in_place_of_a_file_is_said(made):
    submission = only(made("ann/06_engine/engine.txt", "ann/06_engine/report.pdf"))
    assert submission.problem == NOTHING
    assert submission.remarks == ("Found engine.txt, report.pdf; engine.py is asked for.",)


def test_the_exercises_own_folder_comes_before_one_of_a_like_name(made):
    submission = only(made("ann/06_engine/engine.py", "ann/engine/engine.py", "ann/engine.py"))
    assert read_submission(submission)[0] == b"ann/06_engine/engine.py"


def test_another_exercises_folder_is_not_looked_into(made):
    found = arrived(made("ann/05_backward/engine.py", "ben/06_engine/engine.py",
                         "cy/05-Backward/engine.py", "dee/engine.py"))  # fmt: skip
    assert {s.student: s.problem for s in found.submissions} == {
        "ann": NOTHING, "ben": "", "cy": NOTHING, "dee": "",
    }  # fmt: skip


# Whose it is ------------------------------------------------------------------------------


def test_a_file_beside_the_students_folders_belongs_to_nobody_and_is_named(made):
    found = arrived(made("ann/engine.py", "ben/engine.py", "cy.py", "dee.zip", "grades.csv"))
    assert [s.student for s in found.submissions] == ["ann", "ben"]
    assert [stray.name for stray in found.strays] == ["cy.py", "dee.zip"]


def test_in_an_export_everything_that_no_platform_names_so_is_named(made):
    root = made(
        "leeann_1_2_engine.py", "benohara_2_3_engine.py", "engine.py", "essay.pdf", "index.html",
        "notes/plan.txt", "cy/engine.py", ".DS_Store", "__MACOSX/x.py",
    )  # fmt: skip
    found = arrived(root)
    assert [s.student for s in found.submissions] == ["benohara_2", "cy", "leeann_1"]
    assert {stray.name for stray in found.strays} == {"engine.py", "essay.pdf", "notes/"}
    assert all(stray.why.startswith("no platform names a student's f") for stray in found.strays)


def test_a_students_folder_may_hold_what_looks_like_somebody_elses(made):
    root = made("ann/ben/06_engine/engine.py", "ben/06_engine/engine.py",
                "ann/cy_1_2_engine.py", "ann/engine.py")  # fmt: skip
    read = {s.student: read_submission(s)[0].decode() for s in arrived(root).submissions}
    assert read == {"ann": "ann/engine.py", "ben": "ben/06_engine/engine.py"}


def test_a_folder_is_known_by_its_students_and_not_by_what_wraps_them(made):
    found = arrived(made("class 3/ann/engine.py", "class 3/ben/engine.py", "class 3/cy/"))
    assert [s.student for s in found.submissions] == ["ann", "ben", "cy"]
    assert found.layouts == ("a folder for each student",)


def test_one_odd_name_among_folders_makes_no_export_of_them(made):
    found = arrived(made("ann/06_engine/engine.py", "ben/", "leeann_1_2_engine.py", "grades.csv"))
    assert [s.student for s in found.submissions] == ["ann", "ben", "leeann_1"]
    assert found.strays == ()


def test_a_students_own_folder_with_a_number_is_no_exercises_where_the_course_is_known(made):
    submission = only(made("ann/12_final/engine.py", "ann/05_backward/05_backward.py"))
    assert read_submission(submission)[0] == b"ann/12_final/engine.py"


@pytest.mark.parametrize(
    "files", [["src/engine.py", "tests/test_engine.py"], ["a/engine.py", "b/x.txt", "README.md"]]
)
def test_one_clone_alone_is_one_student(files, made):
    submission = only(made(*(f"lab6-ann/{name}" for name in files)))
    assert submission.student == "lab6-ann"
    assert read_submission(submission)[0].decode() == f"lab6-ann/{files[0]}"


def test_an_archive_beside_one_folder_is_nobodys_unless_the_folder_came_in_it(made):
    root = made("ben/a/x.txt", "ben/b/engine.py", "ann.zip")
    assert [stray.name for stray in arrived(root).strays] == ["ann.zip"]


def test_what_is_unpacked_beside_its_archive_is_the_class(made):
    found = arrived(made("lab/ann/engine.py", "lab/ben/engine.py", "lab.zip"))
    assert [s.student for s in found.submissions] == ["ann", "ben"] and found.strays == ()


def test_one_student_alone_is_not_taken_for_what_wraps_a_class(made):
    assert only(made("ann/06_engine/work/engine.py")).student == "ann"


def test_a_file_of_another_kind_is_no_earlier_attempt(made):
    root = made("leeann_101_9001_engine-1.py", "leeann_101_9009_report.pdf")
    assert only(root).remarks == ("Handed in as attempt 2.",)


@pytest.mark.parametrize("stray", ["README.md", "instructions.pdf", "run_tests.py", "engine.py"])
def test_what_lies_beside_the_class_makes_no_student_of_it(stray, made):
    """A class in a folder that wraps it is a class, whatever else somebody put there."""
    root = made(f"lab/{stray}", "lab/ann/engine.py", "lab/bob/src/engine.py", "lab/cy/06_engine/")
    found = arrived(root)
    assert [s.student for s in found.submissions] == ["ann", "bob", "cy"]
    assert [s.name for s in found.strays] == [stray] * stray.endswith(".py")


def test_versions_of_one_student_are_no_class(made):
    root = made("ann/engine.py", "ann/v1/engine.py", "ann/v2/engine.py")
    assert [s.student for s in arrived(root).submissions] == ["ann"]


@pytest.mark.parametrize("beside", ["source", "release", "feedback"])
def test_an_nbgrader_course_is_read_where_its_students_handed_in(beside, made):
    root = made(f"{beside}/06_engine/06_engine.ipynb", "submitted/ann/06_engine/engine.py")
    assert [s.student for s in arrived(root).submissions] == ["ann"]


def test_several_classes_in_one_folder_are_refused_with_their_names(made):
    canvas = ("canvas/leeann_101_9001_engine.py", "canvas/lobob_102_9002_engine.py")
    moodle = (f"moodle/{name}_assignsubmission_file_/engine.py" for name in ("Ann_1", "Bob_2"))
    with pytest.raises(UsageError) as raised:
        arrived(made(*canvas, *moodle))
    assert "canvas, moodle in it are classes; nothing was graded; name one class" in str(
        raised.value
    )


def test_one_students_work_given_for_the_class_is_refused(made):
    with pytest.raises(UsageError, match="looks like the work of one student; nothing was graded"):
        arrived(made("src/engine.py", "tests/test_engine.py", "README.md"))


def test_what_belongs_to_nobody_is_printed_with_its_reason_and_the_remedy(made):
    assert arrived_line(2, ("Canvas",)) == "2 students found; layout: Canvas"
    text = strays_text([("a\x1b.py", "climbs out"), *[("b.py", "so")] * limits.SHOWN_STRAYS])
    assert text.startswith("21 entries belong to nobody, and nothing in that was graded:\n")
    assert "  - a\\x1b.py: climbs out\n" in text and "  and 1 more\n" in text
    assert "grade\nagain; docs/handing_in.md" in text or "again; docs/handing_in.md" in text
    assert strays_text([("b.py", "so")]).startswith("1 entry belongs to nobody")


def test_who_handed_in_nothing_and_who_was_late_is_named_to_staff():
    assert class_notes((), ()) == ()
    many = [f"s{k:02d}" for k in range(limits.SHOWN_STRAYS + 2)]
    nothing, late = class_notes(many, ["ann"])
    assert nothing.startswith("nothing handed in by 22 students: s00, s01,")
    assert nothing.endswith(", s19 and 2 more") and late == "marked late, 1 student: ann"


# The class --------------------------------------------------------------------------------


def test_a_class_whose_files_lie_one_folder_deeper_is_taken_where_there_is_no_doubt(made):
    found = arrived(made("ann/work/engine.py", "ben/final/src/solution.py", "cy/engine.py"))
    assert [s.problem for s in found.submissions] == ["", "", ""]
    assert [s.note for s in found.submissions] == [
        "Read work/engine.py.", "Read final/src/solution.py.", "",
    ]  # fmt: skip


def test_a_class_in_which_nothing_decides_is_refused_with_where_the_files_lie(made):
    root = made(*(f"{s}/{k}/engine.py" for s in ("ann", "ben", "cy") for k in "ab"))
    with pytest.raises(UsageError) as told:
        arrived(root)
    assert str(told.value) == (
        f"cannot grade '{root}': 3 of 3 students have no file where it should be, and 6 lie "
        "elsewhere: ann/a/engine.py, ann/b/engine.py, ben/a/engine.py, ben/b/engine.py, "
        "cy/a/engine.py and 1 more; nothing was graded; leave one for each, as "
        "<student>/06_engine/engine.py, and run: autograder grade DIR"
    )


def test_files_beside_empty_folders_refuse_the_class(made):
    with pytest.raises(
        UsageError, match=r"2 of 2 students have .* 2 lie elsewhere: ann.py, ben.py;"
    ):
        arrived(made("ann/", "ben/", "ann.py", "ben.py"))


def test_a_class_that_has_not_handed_in_yet_is_no_reason_to_refuse_it(made):
    found = arrived(made("ann/05_backward/05_backward.py", "ben/", "cy/", "dee/06_engine/x.py"))
    assert [s.problem for s in found.submissions] == [NOTHING, NOTHING, NOTHING, ""]
    assert found.elsewhere == (("05_backward", 1),)
    assert elsewhere_line(EXERCISE, found.elsewhere) == (
        "nobody has handed in anything for 06_engine; the students' folders hold 05_backward (1)"
    )


def test_one_doubt_among_many_is_that_students_alone(made):
    found = arrived(made("ann/a/engine.py", "ann/b/engine.py", "ben/engine.py", "cy/engine.py"))
    assert [s.problem for s in found.submissions] == [
        "expected engine.py, found a/engine.py, b/engine.py; hand in one file.", "", "",
    ]  # fmt: skip


def test_a_students_own_folder_given_for_the_class_is_told_so(made):
    root = made("05_backward/05_backward.py", "06_engine/engine.py")
    found = arrived(root)
    assert found.submissions == ()
    assert [stray.name for stray in found.strays] == [
        "05_backward/05_backward.py", "06_engine/engine.py",
    ]  # fmt: skip
    assert all("named after an exercise" in stray.why for stray in found.strays)


# One bad thing costs one result -----------------------------------------------------------


def test_one_folder_that_cannot_be_listed_withholds_one_score(made, monkeypatch):
    root = made("ann/06_engine/engine.py", "ben/06_engine/engine.py")
    scandir = os.scandir

    def fails(path):
        if Path(path) == root / "ann":
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(folders.os, "scandir", fails)
    ann, ben = arrived(root).submissions
    assert (ann.problem, ben.problem) == ("", "") and ann.path == root / "ann/06_engine/engine.py"


def test_a_folder_of_eighty_letters_of_chinese_is_a_student_like_any_other(made):
    name = "作" * 80
    found = arrived(made(f"{name}/engine.py", f"ben/{name}.py"))
    assert [s.student for s in found.submissions] == ["ben", name]
    assert all(read_submission(s) for s in found.submissions)


def test_folders_without_end_are_that_students_affair(made):
    deep = "/".join(["d"] * (limits.NAME_DEPTH + 5))
    ann, ben = arrived(made(f"ann/{deep}/engine.py", "ben/engine.py")).submissions
    assert ben.problem == ""
    with pytest.raises(InfrastructureError, match="its folders go more than 20 deep"):
        read_submission(ann)


def test_more_files_than_are_looked_at_are_that_students_affair(made, monkeypatch):
    monkeypatch.setattr(limits, "FOLDER_FILES", 3)
    root = made(*(f"ann/w/{k}.py" for k in range(4)), "ben/engine.py")
    ann, ben = find_submissions(root, EXERCISE, FILE)
    assert ben.problem == ""
    with pytest.raises(SubmissionError, match=r"has more than 3 files; hand in engine.py alone"):
        read_submission(ann)


def test_no_link_is_followed_wherever_it_stands(made, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "engine.py").write_text("secret")
    root = made("ann/06_engine/notes.txt", "ben/engine.py")
    (root / "ann/06_engine/src").symlink_to(secret)
    (root / "cy").symlink_to(secret)
    (root / "dee").mkdir()
    (root / "dee/engine.py").symlink_to(secret / "engine.py")
    (root / "leeann_1_2_engine.py").symlink_to(secret / "engine.py")
    for submission in arrived(root).submissions:
        if submission.student != "ben":
            with pytest.raises(SubmissionError, match=r"is a link or no plain|nothing handed in"):
                read_submission(submission)
