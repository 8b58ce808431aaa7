"""Each platform's own naming is read: packed as it exports it, and unpacked into a folder.

Where a name is from stands beside it. The names are the platforms'; people and numbers are made up.
"""

import zipfile
from pathlib import Path

import pytest

from autograder.intake.arriving.arrival import arrival
from autograder.intake.arriving.layouts import PLATFORMS, platform_of
from autograder.intake.arriving.names import Wanted
from autograder.intake.submissions import NOTHING, Facts, read_submission

EXERCISE, FILE = "06_engine", "engine.py"
WANTED = Wanted(EXERCISE, FILE)

GRADESCOPE_YML = """\
---
submission_123456:
  :submitters:
  - :name: Ann Lee
    :sid: '100'
    :email: ann@school.example
  :created_at: 2023-10-03 10:05:12.000000000 -07:00
  :score: 3.0
  :results:
    output: |
      submission_123457:
        :submitters:
submission_123457:
  :submitters:
  - :name: Ben O'Hara
    :sid:
    :email: ben@school.example
  - :name: "Zo\\xEB"
    :sid: '102'
"""

# Platform: {entry: content or None for the code}, and student: (entry that is read, facts).
CASES = {
    # jupyter/nbgrader: nbgrader/docs/source/user_guide/submitted/bitdiddle/ps1/problem1.ipynb,
    # and timestamp.txt beside it.
    "nbgrader": (
        {
            "bitdiddle/06_engine/engine.py": None,
            "bitdiddle/06_engine/timestamp.txt": "2015-02-02 15:58:23.948203 UTC",
            "hacker/06_engine/engine.py": None,
        },
        {
            "bitdiddle": (
                "bitdiddle/06_engine/engine.py",
                Facts(time="2015-02-02 15:58:23.948203 UTC"),
            ),
            "hacker": ("hacker/06_engine/engine.py", Facts()),
        },
    ),
    # moodle/moodle: mod/assign/classes/downloader.php: prefix of name and number, `_`, subtype,
    # `_`, type; a folder of that name, or a file whose name goes on. A team's prefix is its group's
    # name and number, of the default group the name alone; older versions end in one more `_`.
    "Moodle, folders": (
        {
            "Ann Lee_123_assignsubmission_file/engine.py": None,
            "Ben_124_assignsubmission_file_/engine.py": None,
            "Group 7_12_assignsubmission_file/src/engine.py": None,
            "Default group_assignsubmission_file/engine.py": None,
            "Cy_125_assignsubmission_onlinetext/onlinetext.html": "<p>no</p>",
        },
        {
            "Ann Lee_123": ("Ann Lee_123_assignsubmission_file/engine.py", Facts()),
            "Ben_124": ("Ben_124_assignsubmission_file_/engine.py", Facts()),
            "Group 7_12": ("Group 7_12_assignsubmission_file/src/engine.py", Facts()),
            "Default group": ("Default group_assignsubmission_file/engine.py", Facts()),
            "Cy_125": (None, Facts()),
        },
    ),
    "Moodle, no folders": (
        {
            "Ann Lee_123_assignsubmission_file_engine.py": None,
            "Participant 77_77_assignsubmission_file_engine.py": None,
            "Cy_125_assignsubmission_onlinetext_onlinetext.html": "<p>no</p>",
        },
        {
            "Ann Lee_123": ("Ann Lee_123_assignsubmission_file_engine.py", Facts()),
            "Participant 77_77": ("Participant 77_77_assignsubmission_file_engine.py", Facts()),
            "Cy_125": (None, Facts()),
        },
    ),
    # instructure/canvas-lms: lib/content_zipper.rb: name, LATE, user or anon_ and anonymous id, all
    # with `_` between, then the attachment's number and its name; _text.html and _link.html for
    # what is no file. A group's name stands for a student's, and names keep their `_`.
    # app/models/attachment.rb numbers further files of one name: engine-1.py.
    "Canvas": (
        {
            "leeann_12345_67890_engine.py": None,
            "leeann_12345_67897_engine-1.py": None,
            "oharaben_LATE_12346_67891_engine-2.py": None,
            "müllerjörg_12347_67892_06_engine.ipynb": None,
            "de_la_cruzjuan_12348_67893_engine.py": None,
            "group_3_777_67894_engine.py": None,
            "anon_k3Xq9_67895_engine.py": None,
            "LATE_anon_Zz0a1_67896_engine.py": None,
            "benohara_12349_text.html": "<p>no</p>",
            "cylin_LATE_12350_link.html": "x",
        },
        {
            "leeann_12345": ("leeann_12345_67897_engine-1.py", Facts(attempt=2)),
            "oharaben_12346": (
                "oharaben_LATE_12346_67891_engine-2.py",
                Facts(late=True, attempt=3),
            ),
            "müllerjörg_12347": ("müllerjörg_12347_67892_06_engine.ipynb", Facts()),
            "de_la_cruzjuan_12348": ("de_la_cruzjuan_12348_67893_engine.py", Facts()),
            "group_3_777": ("group_3_777_67894_engine.py", Facts()),
            "anon_k3Xq9": ("anon_k3Xq9_67895_engine.py", Facts()),
            "anon_Zz0a1": ("LATE_anon_Zz0a1_67896_engine.py", Facts(late=True)),
            "benohara_12349": (None, Facts()),
            "cylin_12350": (None, Facts(late=True)),
        },
    ),
    # kwurst/bb-file-cleanup: README.md: assignmentname_username_attempt_datetime_filename.ext, and
    # for each attempt assignmentname_username_attempt_datetime.txt.
    "Blackboard": (
        {
            "Lab_6_annlee_attempt_2023-10-03-10-05-12.txt": "Name: Ann Lee (annlee)",
            "Lab_6_annlee_attempt_2023-10-03-10-05-12_engine.py": None,
            "Lab_6_annlee_attempt_2023-10-04-09-00-00.txt": "Name: Ann Lee (annlee)",
            "Lab_6_annlee_attempt_2023-10-04-09-00-00_engine.py": None,
            "Lab_6_b_ohara_attempt_2023-10-01-23-59-59.txt": "Name: Ben O'Hara (b_ohara)",
            "Lab_6_b_ohara_attempt_2023-10-01-23-59-59_engine.py": None,
            "Lab_6_cy_attempt_2023-10-01-12-00-00.txt": "Name: Cy (cy)",
        },
        {
            "annlee": (
                "Lab_6_annlee_attempt_2023-10-04-09-00-00_engine.py",
                Facts(time="2023-10-04 09:00:00"),
            ),
            "b_ohara": (
                "Lab_6_b_ohara_attempt_2023-10-01-23-59-59_engine.py",
                Facts(time="2023-10-01 23:59:59"),
            ),
            "cy": (None, Facts(time="2023-10-01 12:00:00")),
        },
    ),
    # cqc_cpcc: its class TestBrightSpaceZIPFormat: <number>-<number> - <name> - Oct 10, 2025 1022
    # AM in a folder of the assignment's name with an index.html, or one number and 900 AM.
    "Brightspace": (
        {
            "Lab 6/39786-640693 - Ann Lee - Oct 3, 2023 905 AM/engine.py": None,
            "Lab 6/39786-640693 - Ann Lee - Oct 3, 2023 1205 PM/engine.py": None,
            "Lab 6/39787-640693 - Mary-Kate D'Arcy - Oct 11, 2023 1130 AM/engine.py": None,
            "Lab 6/12345 - Cy - Jan 5, 2024 900 AM/engine.py": None,
            "Lab 6/index.html": "<html>",
        },
        {
            "Ann Lee_39786": (
                "Lab 6/39786-640693 - Ann Lee - Oct 3, 2023 1205 PM/engine.py",
                Facts(time="2023-10-03 12:05"),
            ),
            "Mary-Kate D'Arcy_39787": (
                "Lab 6/39787-640693 - Mary-Kate D'Arcy - Oct 11, 2023 1130 AM/engine.py",
                Facts(time="2023-10-11 11:30"),
            ),
            "Cy_12345": (
                "Lab 6/12345 - Cy - Jan 5, 2024 900 AM/engine.py",
                Facts(time="2024-01-05 09:00"),
            ),
        },
    ),
    # hejohns/gradescope-utils: bin/join.pl: assignment*export/submission_metadata.yml, from folder
    # to :submitters, each with :email; :name and :sid beside it.
    "Gradescope": (
        {
            "assignment_9100_export/submission_metadata.yml": GRADESCOPE_YML,
            "assignment_9100_export/submission_123456/engine.py": None,
            "assignment_9100_export/submission_123457/engine.py": None,
            "assignment_9100_export/submission_123458/engine.py": None,
        },
        {
            "Ann Lee_100": (
                "assignment_9100_export/submission_123456/engine.py",
                Facts(time="2023-10-03 10:05:12"),
            ),
            "Ben O'Hara_ben@school.example": (
                "assignment_9100_export/submission_123457/engine.py",
                Facts(),
            ),
            "Zoë_102": ("assignment_9100_export/submission_123457/engine.py", Facts()),
            "submission_123458": ("assignment_9100_export/submission_123458/engine.py", Facts()),
        },
    ),
    # github/gh-classroom: cmd/gh-classroom/clone/student-repos/student-repos.go: the assignment's
    # slug and `-submissions`, in it a clone for each repository, <slug>-<username>.
    "GitHub Classroom": (
        {
            "lab-six-submissions/lab-six-ann-lee/engine.py": None,
            "lab-six-submissions/lab-six-ann-lee/README.md": "x",
            "lab-six-submissions/lab-six-ann-lee/tests/test_engine.py": None,
            "lab-six-submissions/lab-six-ann-lee/.git/hooks/x.py": "x",
            "lab-six-submissions/lab-six-ann-smith/src/engine.py": None,
        },
        {
            "ann-lee": ("lab-six-submissions/lab-six-ann-lee/engine.py", Facts()),
            "ann-smith": ("lab-six-submissions/lab-six-ann-smith/src/engine.py", Facts()),
        },
    ),
    "a folder for each student": (
        {"ann/engine.py": None, "ben/engine.py": None, "cy/notes.txt": "x"},
        {
            "ann": ("ann/engine.py", Facts()),
            "ben": ("ben/engine.py", Facts()),
            "cy": (None, Facts()),
        },
    ),
    "the exercise's folder in another spelling": (
        {
            "ann/06_Engine/engine.py": None,
            "ben/06-engine/engine.py": None,
            "cy/engine/engine.py": None,
            "dan/06_engine/engine.py": None,
            "dan/05_backward/05_backward.py": None,
        },
        {
            "ann": ("ann/06_Engine/engine.py", Facts()),
            "ben": ("ben/06-engine/engine.py", Facts()),
            "cy": ("cy/engine/engine.py", Facts()),
            "dan": ("dan/06_engine/engine.py", Facts()),
        },
    ),
    "a folder for each exercise": (
        {
            "05_backward/ann/05_backward.py": None,
            "06_engine/ann/engine.py": None,
            "06_engine/ben/engine.py": None,
        },
        {"ann": ("06_engine/ann/engine.py", Facts()), "ben": ("06_engine/ben/engine.py", Facts())},
    ),
    "a class of nbgrader's in a folder": (
        {"submitted/ann/06_engine/engine.py": None},
        {"ann": ("submitted/ann/06_engine/engine.py", Facts())},
    ),
}


def packed(place, entries):
    path = place / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, code_of(name) if content is None else content)
    return path


def unpacked(place, entries):
    root = place / "class"
    for name, content in entries.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(code_of(name) if content is None else content)
    return root


def code_of(name):
    """A content of its own for each file, so that a test sees which one was read."""
    return f"# {name}\n"


@pytest.mark.parametrize("make", [packed, unpacked])
@pytest.mark.parametrize("layout", CASES)
def test_every_student_of_a_platforms_export_is_there_with_the_right_file(layout, make, tmp_path):
    entries, expected = CASES[layout]
    with arrival(make(tmp_path, entries), EXERCISE, FILE) as arrived:
        assert arrived.strays == ()
        found = {submission.student: submission for submission in arrived.submissions}
        assert found.keys() == expected.keys()
        for student, (entry, facts) in expected.items():
            submission = found[student]
            assert submission.facts == facts
            if entry is None:
                assert submission.problem == NOTHING
            else:
                assert read_submission(submission)[0].decode() == code_of(entry)


def test_every_platform_of_the_table_has_a_case_and_reads_its_own_example():
    for layout in PLATFORMS:
        assert any(case.startswith(layout.name) for case in CASES)
        parts = tuple(layout.example.split("/"))
        found, claim = platform_of(parts, False, WANTED)
        assert found is layout and claim.below == (FILE,)


def remarks(entries, tmp_path):
    with arrival(packed(tmp_path, entries), EXERCISE, FILE) as arrived:
        return {submission.student: submission.remarks for submission in arrived.submissions}


def test_what_the_platform_says_of_a_submission_is_said_to_its_student(tmp_path):
    assert remarks(CASES["Canvas"][0], tmp_path) == {
        "leeann_12345": (
            "Handed in as attempt 2.",
            "The latest attempt counts; not read: attempt 1.",
        ),
        "oharaben_12346": ("Handed in late as attempt 3.",),
        "müllerjörg_12347": (),
        "de_la_cruzjuan_12348": (),
        "group_3_777": (),
        "anon_k3Xq9": (),
        "anon_Zz0a1": ("Handed in late.",),
        "benohara_12349": ("Handed in: a text entry; engine.py is asked for.",),
        "cylin_12350": ("Handed in late: a link; engine.py is asked for.",),
    }


def test_earlier_attempts_are_named_by_their_time(tmp_path):
    said = remarks(CASES["Blackboard"][0], tmp_path)
    assert said["annlee"] == (
        "Handed in on 2023-10-04 09:00:00.",
        "The latest attempt counts; not read: that of 2023-10-03 10:05:12.",
    )
    assert said["cy"] == ("Handed in: a text of the attempt; engine.py is asked for.",)


def test_a_later_attempt_without_a_file_wipes_out_nothing(tmp_path):
    said = remarks(
        {
            "Lab_ann_attempt_2023-10-03-10-05-12_engine.py": "x = 1",
            "Lab_ann_attempt_2023-10-05-10-05-12.txt": "sorry",
            "Lab_ben_attempt_2023-10-05-10-05-12_engine.py": "x = 1",
        },
        tmp_path,
    )
    assert said["ann"] == (
        "Handed in on 2023-10-03 10:05:12.",
        "In a later attempt is no .py and no .ipynb file: that of 2023-10-05 10:05:12.",
    )


def test_nobody_hands_in_for_somebody_else_by_the_name_of_a_file(tmp_path):
    entries = dict.fromkeys(
        [
            "annlee_1_2_benohara_3_4_engine.py",
            "benohara_3_5_engine.py",
            "cy_6_7_LATE_3_4_engine.py",
            "Dee_8_assignsubmission_file_Ben_3_assignsubmission_file_engine.py",
        ]
    )
    with arrival(packed(tmp_path, entries), EXERCISE, FILE) as arrived:
        by_name = {s.student: read_submission(s)[0].decode() for s in arrived.submissions}
    assert by_name["benohara_3"] == code_of("benohara_3_5_engine.py")
    assert by_name.keys() == {"annlee_1", "benohara_3", "cy_6", "Dee_8"}


def test_a_student_alone_in_blackboard_is_known_by_the_last_part(tmp_path):
    entries = {"Lab_6_ann_attempt_2023-10-03-10-05-12_engine.py": None}
    assert list(remarks(entries, tmp_path)) == ["ann"]


def test_gradescopes_list_may_be_a_link_and_is_then_not_followed(tmp_path):
    root = unpacked(tmp_path, {"submission_1/engine.py": None})
    secret = Path(tmp_path) / "secret.yml"
    secret.write_text("submission_1:\n  :submitters:\n  - :name: Root\n    :sid: '0'\n")
    (root / "submission_metadata.yml").symlink_to(secret)
    with arrival(root, EXERCISE, FILE) as arrived:
        assert [submission.student for submission in arrived.submissions] == ["submission_1"]


def test_the_names_that_people_give_themselves_name_no_other_file(tmp_path):
    entries = {
        "submission_metadata.yml": "submission_1:\n  :submitters:\n  - :name: ../../x\n"
        "submission_2:\n  :submitters:\n  - :name: Ann\n"
        "submission_3:\n  :submitters:\n  - :name: Ann\n",
        "submission_1/engine.py": None,
        "submission_2/engine.py": None,
        "submission_3/engine.py": None,
    }
    assert sorted(remarks(entries, tmp_path)) == ["Ann_2", "Ann_3", "_.._x_1"]


def test_an_id_is_never_two_dots(tmp_path):
    entries = {
        "Lab_.._attempt_2023-10-03-10-05-12_engine.py": None,
        "Lab_ann_attempt_2023-10-03-10-05-12_engine.py": None,
    }
    assert sorted(remarks(entries, tmp_path)) == ["Lab_..", "ann"]


# Names of Canvas as older versions and other alphabets have them: apostrophes and hyphens stay.
CANVAS_IDS = {
    "d'arcymary-kate_12349_67894_engine.py": "d'arcymary-kate_12349",
    "garcíalopez_12350_67895_engine (1).py": "garcíalopez_12350",
    "engine_group3_12351_67896_engine.py": "engine_group3_12351",
    "王小明_12348_67893_engine.py": "王小明_12348",
    "smith-jonesmary_LATE_12347_67892_engine.py": "smith-jonesmary_12347",
    "lee_annsamuel_LATE_12350_67896_engine.py": "lee_annsamuel_12350",
    "lab_groupa_12346_67891_engine.py": "lab_groupa_12346",
    "annlee_12_34_03_value.py": "annlee_12",
    "annlee_12_34_2_notes.pdf": "annlee_12",
    "group_3_777_text.html": "group_3",
}


@pytest.mark.parametrize("name", CANVAS_IDS)
def test_a_name_of_canvas_gives_its_student(name):
    layout, claim = platform_of((name,), False, WANTED)
    assert (layout.name, claim.student) == ("Canvas", CANVAS_IDS[name])


@pytest.mark.parametrize("name", ["engine.py", "2023_10_engine.py", "ann_1_engine.py", "a_1_2_"])
def test_a_name_that_canvas_does_not_write_is_nobodys(name):
    assert platform_of((name,), False, WANTED) is None
