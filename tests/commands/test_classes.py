"""An instructor with a class from each of seven platforms: every student is graded or named."""

import zipfile

import pytest
from click.testing import CliRunner
from repository import ROOT

from autograder.cli import main
from autograder.commands.statuses import ExitStatus
from autograder.model import Outcome
from autograder.records.results import read_results

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

RIGHT = (ROOT / "reference/engine.py").read_text()
STUB = "class Value:\n    pass\n"
METADATA = "".join(
    f"submission_{number}:\n  :submitters:\n  - :name: {name}\n    :sid: '{number}'\n"
    for number, name in enumerate(("Ann", "Ben", "Cy", "Dee"), 1)
)
# Platform: entry to content; the students, in order, with their outcomes.
CLASSES = {
    "nbgrader": (
        {
            "ann/06_engine/engine.py": RIGHT,
            "ben/06_engine/engine.py": STUB,
            "cy/06_engine/engine.ipynb.txt": RIGHT,
            "dee/05_backward/05_backward.py": STUB,
        },
        {"ann": "passed", "ben": "missing", "cy": "passed", "dee": "missing"},
    ),
    "Moodle": (
        {
            "Ann_1_assignsubmission_file_/engine.py": RIGHT,
            "Ben_2_assignsubmission_file_/engine.py": STUB,
            "Cy_3_assignsubmission_file_/src/Engine (1).py": RIGHT,
            "Dee_4_assignsubmission_onlinetext_/onlinetext.html": "<p>no</p>",
        },
        {"Ann_1": "passed", "Ben_2": "missing", "Cy_3": "passed", "Dee_4": "missing"},
    ),
    "Canvas": (
        {
            "leeann_1_10_engine.py": STUB,
            "leeann_1_11_engine-1.py": RIGHT,
            "de_la_cruzben_LATE_2_12_engine.py": RIGHT,
            "anon_k3Xq9_13_engine.py": RIGHT,
            "dee_4_text.html": "<p>no</p>",
        },
        {
            "anon_k3Xq9": "passed",
            "de_la_cruzben_2": "passed",
            "dee_4": "missing",
            "leeann_1": "passed",
        },
    ),
    "Blackboard": (
        {
            "Lab_6_ann_attempt_2023-10-03-10-05-12_engine.py": STUB,
            "Lab_6_ann_attempt_2023-10-04-10-05-12_engine.py": RIGHT,
            "Lab_6_ben_attempt_2023-10-03-10-05-12_engine.py": RIGHT,
            "Lab_6_cy_attempt_2023-10-03-10-05-12_engine.py": STUB,
            "Lab_6_dee_attempt_2023-10-03-10-05-12.txt": "Name: Dee (dee)",
        },
        {"ann": "passed", "ben": "passed", "cy": "missing", "dee": "missing"},
    ),
    "Brightspace": (
        {
            "1-9 - Ann - Oct 3, 2023 905 AM/engine.py": STUB,
            "1-9 - Ann - Oct 3, 2023 1205 PM/engine.py": RIGHT,
            "2-9 - Ben - Oct 3, 2023 905 AM/engine.py": RIGHT,
            "3-9 - Cy - Oct 3, 2023 905 AM/engine.py": RIGHT,
            "4-9 - Dee - Oct 3, 2023 905 AM/report.pdf": "%PDF",
            "index.html": "<html>",
        },
        {"Ann_1": "passed", "Ben_2": "passed", "Cy_3": "passed", "Dee_4": "missing"},
    ),
    "Gradescope": (
        {
            "submission_metadata.yml": METADATA,
            "submission_1/engine.py": RIGHT,
            "submission_2/engine.py": STUB,
            "submission_3/engine.py": RIGHT,
            "submission_4/readme.txt": "no",
        },
        {"Ann_1": "passed", "Ben_2": "missing", "Cy_3": "passed", "Dee_4": "missing"},
    ),
    "GitHub Classroom": (
        {
            "lab-submissions/lab-ann/engine.py": RIGHT,
            "lab-submissions/lab-ben-x/engine.py": STUB,
            "lab-submissions/lab-cy/src/engine.py": RIGHT,
            "lab-submissions/lab-dee/README.md": "no",
        },
        {"ann": "passed", "ben-x": "missing", "cy": "passed", "dee": "missing"},
    ),
}


def grade(course, source, tmp_path, exercise="06"):
    out = tmp_path / "results.jsonl"
    words = ["grade", str(source), "--exercise", exercise, "--out", str(out)]
    ran = CliRunner().invoke(main, [*words, "--course", str(course.root)])
    return ran.exit_code, ran.output, {r.student: r for r in read_results(out)}


def placed(entries, root):
    for name, content in entries.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


@pytest.mark.parametrize("platform", CLASSES)
def test_every_student_of_a_platform_is_graded(platform, real_course, tmp_path):
    entries, outcomes = CLASSES[platform]
    status, said, reports = grade(real_course, placed(entries, tmp_path / "class"), tmp_path)
    assert status == ExitStatus.OK, said
    assert {student: report.outcome.value for student, report in reports.items()} == outcomes
    assert "\n4 students found; layout: " in said


def test_what_is_nobodys_is_listed_at_the_end_and_one_bad_file_costs_one_score(
    real_course, tmp_path
):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("leeann_1_10_engine.py", RIGHT)
        archive.writestr("benohara_LATE_2_11_engine.py", RIGHT)
        archive.writestr("cylin_3_12_engine.py", RIGHT)
        archive.writestr("essay.pdf", "%PDF")
        archive.writestr("../engine.py", RIGHT)
    data = path.read_bytes()
    at = data.index(RIGHT.encode(), data.index(b"cylin"))
    path.write_bytes(data[:at] + b"?" + data[at + 1 :])
    status, said, reports = grade(real_course, path, tmp_path)
    assert status == ExitStatus.NOBODYS
    assert {s: r.outcome for s, r in reports.items()} == {
        "leeann_1": Outcome.PASSED, "benohara_2": Outcome.PASSED, "cylin_3": Outcome.ERROR,
    }  # fmt: skip
    assert "cylin_3: score withheld, 'engine.py' is damaged: Bad CRC-32" in said
    assert "2 entries belong to nobody, and nothing in that was graded:" in said
    assert "  - essay.pdf: no platform names a student's file so\n" in said
    assert "  - ../engine.py: climbs out of its folder\n" in said
    assert reports["benohara_2"].remarks == ("Handed in late.",)


def test_files_without_students_are_refused_by_name(real_course, tmp_path):
    root = placed({"ann.py": RIGHT, "ben.py": RIGHT}, tmp_path / "class")
    words = ["grade", str(root), "--exercise", "06", "--course", str(real_course.root)]
    ran = CliRunner().invoke(main, words)
    assert ran.exit_code == ExitStatus.USAGE
    assert "it should hold <student>/06_engine/engine.py, and holds: ann.py, ben.py; " in ran.output


def test_a_class_that_has_something_for_another_exercise_alone_is_told_so(real_course, tmp_path):
    root = placed({"ann/05_backward/x.py": STUB, "ben/notes.txt": "x"}, tmp_path / "class")
    status, said, reports = grade(real_course, root, tmp_path)
    assert status == ExitStatus.OK and {r.outcome for r in reports.values()} == {Outcome.MISSING}
    assert "nobody has handed in anything for 06_engine; the students' folders hold 05_b" in said
    assert "nothing handed in by 2 students: ann, ben" in said.replace("\n    ", " ")


def test_work_for_another_exercise_is_said_to_student_and_staff(real_course, tmp_path):
    root = placed({"ann/engine.py": RIGHT}, tmp_path / "class")
    status, said, reports = grade(real_course, root, tmp_path, "04_backward_rules")
    sentence = (
        "engine.py looks like work for 06_engine (that is how its file is called); it was graded "
        "as 04_backward_rules."
    )
    assert status == ExitStatus.OK and "1 file to look at: ann" in said
    assert sentence in reports["ann"].remarks and sentence in reports["ann"].flags
