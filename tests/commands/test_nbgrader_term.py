"""A term's smallest story with the real nbgrader: from release to exported grades.

Sixty students fetch, work, hand in. Some files are damaged, some hostile. They are graded by
our own tool, with no kernel; a grade by hand stands; formgrader, feedback and export show all.
"""

import csv
import json
import re
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from jupyterlab_tools import lab_server
from nbgrader_tools import ANSWER, filled, need_nbgrader, run, solutions, warnings_in
from waiting import NET_S

from autograder.authoring.lessons.exercises import load_exercise, solved_blocks
from autograder.authoring.lessons.notebooks import solved_script, student_notebook
from autograder.authoring.proof.mutants import load_entries, mutants
from autograder.authoring.proof.secrets import hidden_numbers
from autograder.course.compiled import task_points
from autograder.model import Visibility
from autograder.records.gradebook import is_timestamp
from autograder.records.results import read_results

EXERCISE = "04_backward_rules"
NOTEBOOK = f"{EXERCISE}.ipynb"
STUDENTS = 60
MUL_CELL, MUL_CHECK = "solve-mul-rule-mul", "check-mul-rule"
REASON = "answer-why-a-rule-adds"
POINTS, ANSWER_POINTS = 30.0, 2.0
EVIL = "<script>steal()</script>"
READS_FILES = 'try:\n    print("LEAK:", open("/etc/passwd").read())\nexcept OSError:\n    pass\n'
LEAVES = 'import sys\nprint("<script>steal()</script> 100 of 100")\nsys.exit(0)\n'
RUNS_FOR_EVER = "while True:\n    pass\n"
AUTOGRADER = (sys.executable, "-c", "from autograder.cli import main; main()")
# nbgrader takes 2 s to start: one process hands in for the whole class.
HAND_IN = """
import os, sys
from pathlib import Path
from traitlets.config import Config
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeSubmit

config = Config()
config.Exchange.root, exercise = sys.argv[2], sys.argv[3]
for home in sorted(Path(sys.argv[1]).iterdir()):
    os.chdir(home)
    course = CourseDirectory(course_id="micrograde", assignment_id=exercise, student_id=home.name)
    ExchangeSubmit(coursedir=course, authenticator=Authenticator(), config=config).start()
"""


@dataclass
class Term:
    """What happened: folders, what each command printed, what students handed in."""

    root: Path
    said: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    seen: dict[str, object] = field(default_factory=dict)

    @property
    def course(self):
        return self.root / "out" / "nbgrader"

    @property
    def url(self):
        return f"sqlite:///{self.course / 'gradebook.db'}"

    def do(self, name, *arguments, cwd=None, code=0):
        """Run a command and keep what it printed."""
        self.said[name] = run(
            *arguments, cwd=cwd or self.course, home=self.root / "home", code=code
        )

    def grade(self, name, real_course):
        """Grade the class into the gradebook."""
        options = ("--exercise", "04", "--gradebook", self.url, "--course", real_course.root)
        self.do(name, *AUTOGRADER, "grade", "submitted", *options)

    def results(self):
        return {r.student: r for r in read_results(self.course / f"{EXERCISE}.jsonl")}

    def rows(self):
        """Grades and comments: student to (cell to grade, cell to comment)."""
        from nbgrader.api import Gradebook

        found = {}
        with Gradebook(self.url, "micrograde") as gradebook:
            for submitted in gradebook.notebook_submissions(EXERCISE, EXERCISE):
                grades = {g.name: (g.auto_score, g.manual_score, g.id) for g in submitted.grades}
                comments = {c.name: c.comment for c in submitted.comments}
                found[submitted.student.id] = (grades, comments, submitted.id)
        return found


def works(real_course, exercise, points):
    """What the class hands in: a kind, a file's name and its bytes, one student after the other."""
    authored = load_exercise(real_course.exercises / EXERCISE, real_course.reference)
    right = solutions(exercise)

    def notebook(sources, **changes):
        return NOTEBOOK, json.dumps(filled(exercise, points, sources) | changes).encode()

    def with_first_cell(source):
        plain = filled(exercise, points, right)
        own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        plain["cells"].insert(0, own | {"id": "mine", "source": source})
        return NOTEBOOK, json.dumps(plain).encode()

    def with_marks(**marks):
        plain = filled(exercise, points, {})
        for cell in plain["cells"]:
            cell["metadata"].setdefault("nbgrader", {}).update(marks)
            cell["metadata"]["tags"] = ["skip-execution"]
            if cell["cell_type"] == "code":
                data = {"text/plain": "100", "text/html": EVIL}
                shown = {"output_type": "execute_result", "data": data, "metadata": {}}
                cell["outputs"] = [shown | {"execution_count": 1}]
        return NOTEBOOK, json.dumps(plain).encode()

    yield "right", *notebook(right)
    yield "right as a script", f"{EXERCISE}.py", solved_script(exercise).encode()
    yield "not begun", NOTEBOOK, student_notebook(exercise, points).encode()
    half = dict(list(right.items())[: len(right) // 2])
    yield "half done", *notebook(half)
    yield "damaged", NOTEBOOK, b'{"cells": ['
    yield "damaged", NOTEBOOK, b""
    yield "damaged", NOTEBOOK, b"\x00\xff\xfe not a notebook"
    yield "damaged", NOTEBOOK, b'{"nbformat": 4, "cells": 7}'
    yield "hostile, right", *with_first_cell(READS_FILES)
    yield "hostile, right", *notebook(right, metadata={"kernelspec": {"name": EVIL}})
    yield "hostile", *notebook({MUL_CELL: LEAVES})
    yield "hostile", *notebook({MUL_CELL: RUNS_FOR_EVER})
    yield "hostile", *with_marks(schema_version=99)
    yield "hostile", *with_marks(points=1000, schema_version=3)
    yield "hostile", *with_marks(grade_id="same", schema_version=3)
    entries = load_entries(real_course.hidden, EXERCISE)
    seen = set()
    for mutant in mutants(entries, authored.sources):
        if mutant.misconception not in seen:
            seen.add(mutant.misconception)
            blocks = solved_blocks(authored, {mutant.module: mutant.source})
            numbers = [int(re.match(r"cell (\d+)", b.label)[1]) for b in blocks if b.task]
            sources = [b.source for b in blocks if b.task]
            cells = {exercise.cells[n - 1].id: s for n, s in zip(numbers, sources, strict=True)}
            yield f"mistake: {mutant.misconception}", *notebook(cells)
    while True:
        yield "right", *notebook(right)


@pytest.fixture(scope="module")
def lesson(real_course, compiled):
    """The exercise: compiled, with its solutions, and its points."""
    authored = load_exercise(real_course.exercises / EXERCISE, real_course.reference)
    done = compiled(EXERCISE)
    points = task_points(done)
    return done, authored.exercise, points


@pytest.fixture(scope="module")
def term(tmp_path_factory, real_course, lesson, level):
    """The whole story, told once."""
    need_nbgrader()
    term = Term(tmp_path_factory.mktemp("term"))
    (term.root / "home" / "config").mkdir(parents=True)
    exchange = term.root / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    settings = (
        "c = get_config()\n"
        f"c.Exchange.root = {str(exchange)!r}\n"
        # one account hands in for everybody here
        "c.ExchangeCollect.check_owner = False\n"
        # the Validate button runs a kernel, and a busy machine is slower than nbgrader expects
        f"c.ExecutePreprocessor.timeout = {NET_S:.0f}\n"
        f"c.ExecutePreprocessor.startup_timeout = {NET_S:.0f}\n"
    )
    (term.root / "home" / "config" / "nbgrader_config.py").write_text(settings)
    options = ("--out", term.root / "out", "--course", real_course.root)
    term.do("release", *AUTOGRADER, "release", *options, "--exercise", "04", cwd=term.root)
    term.do("generate", "nbgrader", "generate_assignment", EXERCISE)
    term.do("publish", "nbgrader", "release_assignment", EXERCISE)
    term.do("list", "nbgrader", "list")
    _hand_in(term, real_course, lesson, exchange)
    term.do("collect", "nbgrader", "collect", EXERCISE)
    _odd_folders(term)
    term.grade("grade", real_course)
    term.seen["first"] = term.rows()
    (term.course / "submitted" / "no-time" / EXERCISE / "timestamp.txt").unlink()  # as it was told
    _by_hand(term)
    term.seen["by hand"] = term.rows()
    # the student of the grade by hand mends one task more, and hands in again
    student = term.seen["by hand student"]
    home = term.root / "students" / student / EXERCISE
    _, exercise, points = lesson
    half = solutions(exercise)
    keep = dict(list(half.items())[: len(half) // 2 + 1])
    (home / NOTEBOOK).write_text(json.dumps(filled(exercise, points, keep)))
    hand_in = (sys.executable, "-m", "nbgrader", "submit", EXERCISE, "--course", "micrograde")
    term.do("again", *hand_in, "--student", student, cwd=home.parent)
    term.do("collect again", "nbgrader", "collect", EXERCISE, "--update")
    term.grade("regrade", real_course)
    term.do("feedback", "nbgrader", "generate_feedback", EXERCISE)
    term.do("publish feedback", "nbgrader", "release_feedback", EXERCISE)
    term.do("export", "nbgrader", "export", "--to", term.root / "grades.csv")
    return term


def _hand_in(term, real_course, lesson, exchange):
    """One student by nbgrader's own commands, with the Validate button; the others in a row."""
    _, exercise, points = lesson
    first = term.root / "students" / "student-00"
    first.mkdir(parents=True)
    course = ("--course", "micrograde")
    term.do("fetch", "nbgrader", "fetch_assignment", EXERCISE, *course, cwd=first)
    folder = first / EXERCISE
    term.seen["fetched"] = sorted(path.name for path in folder.iterdir())
    term.do("validate stub", "nbgrader", "validate", NOTEBOOK, cwd=folder)
    kinds = works(real_course, exercise, points)
    kind, name, content = next(kinds)
    wrong = solutions(exercise)
    wrong[MUL_CELL] = wrong[MUL_CELL].replace("self.grad +=", "self.grad =")
    (folder / NOTEBOOK).write_text(json.dumps(filled(exercise, points, wrong)))
    term.do("validate wrong", "nbgrader", "validate", NOTEBOOK, cwd=folder)
    (folder / name).write_bytes(content)
    term.do("validate right", "nbgrader", "validate", NOTEBOOK, cwd=folder)
    term.do("submit", "nbgrader", "submit", EXERCISE, *course, "--student", first.name, cwd=first)
    term.kinds[first.name] = kind
    for number in range(1, STUDENTS):
        student = f"student-{number:02}"
        kind, name, content = next(kinds)
        place = term.root / "students" / student / EXERCISE
        place.mkdir(parents=True)
        (place / name).write_bytes(content)
        term.kinds[student] = kind
    others = term.root / "others"
    others.mkdir()
    for home in sorted((term.root / "students").iterdir())[1:]:
        (others / home.name).symlink_to(home)
    hand_in = (sys.executable, "-c", HAND_IN, others, exchange, EXERCISE)
    term.do("submit others", *hand_in, cwd=term.root)


def _odd_folders(term):
    """What comes by other ways than the exchange: links, no file, no proper time."""
    submitted = term.course / "submitted"
    for student, kind in (("link", "damaged"), ("nothing", "nothing"), ("no-time", "right")):
        (submitted / student / EXERCISE).mkdir(parents=True)
        term.kinds[student] = kind
    (submitted / "link" / EXERCISE / NOTEBOOK).symlink_to("/etc/passwd")
    right = (submitted / "student-00" / EXERCISE / NOTEBOOK).read_bytes()
    (submitted / "no-time" / EXERCISE / NOTEBOOK).write_bytes(right)
    (submitted / "no-time" / EXERCISE / "timestamp.txt").symlink_to("/etc/hostname")


def _by_hand(term):
    """An instructor at formgrader: looks, and gives a grade, a comment, and points for reasons."""
    home = term.root / "lab"
    home.mkdir()
    student = next(s for s, kind in term.kinds.items() if kind == "half done")
    term.seen["by hand student"] = student
    grades, _, submission = term.seen["first"][student]
    with lab_server(term.course, home) as url:
        server, _, rest = url.partition("/lab/tree/")
        token = re.search(r"token=(\w+)", rest)[1]

        def ask(path, method="GET", **sent):
            request = urllib.request.Request(
                f"{server}/formgrader/{path}",
                data=json.dumps(sent).encode() if sent else None,
                method=method,
                headers={"Authorization": f"token {token}"},
            )
            with urllib.request.urlopen(request, timeout=NET_S) as reply:
                return reply.read().decode()

        term.seen["assignments"] = json.loads(ask("api/assignments"))
        term.seen["submissions"] = json.loads(ask(f"api/submissions/{EXERCISE}"))
        term.seen["page"] = ask(f"submissions/{submission}/?index=0")
        ask(f"api/grade/{grades[MUL_CHECK][2]}", "PUT", manual_score=3.5)
        ask(f"api/grade/{grades[REASON][2]}", "PUT", manual_score=1.5)
        comments = json.loads(ask(f"api/comments?submission_id={submission}"))
        (mul,) = (c["id"] for c in comments if c["name"] == MUL_CELL)
        ask(f"api/comment/{mul}", "PUT", manual_comment="well argued")
        path = f"api/submission/{EXERCISE}/student-00/autograde"
        term.seen["autograde"] = json.loads(ask(path, "POST"))


def handed_in(term):
    return {student for student, kind in term.kinds.items() if kind != "nothing"}


def test_nbgraders_own_steps_have_nothing_to_warn_of(term):
    for name in ("generate", "publish", "list", "fetch", "submit", "collect", "feedback", "export"):
        assert warnings_in(term.said[name]) == [], name
    assert EXERCISE in term.said["list"]


def test_a_fetched_assignment_has_all_that_its_checks_need(term):
    assert term.seen["fetched"] == [NOTEBOOK, "public.json"]


def test_what_nbgrader_releases_is_the_notebook_that_build_writes(term, lesson):
    _, exercise, points = lesson
    ours = json.loads(student_notebook(exercise, points))["cells"]
    text = (term.course / "release" / EXERCISE / NOTEBOOK).read_text()
    for own, released in zip(ours, json.loads(text)["cells"], strict=True):
        assert released["id"] == own["id"]
        marks = released["metadata"].get("nbgrader", {})
        own_marks = own["metadata"].get("nbgrader", {})
        assert marks.get("points") == own_marks.get("points")
        assert marks.get("grade_id") == own_marks.get("grade_id")
        if own_marks.get("locked"):
            assert released["source"] == own["source"]
            assert marks["checksum"] == own_marks["checksum"]


def test_the_validate_button_tells_the_truth(term, lesson):
    tasks = len(lesson[1].tasks)
    assert f"VALIDATION FAILED ON {tasks + 1} CELL(S)" in term.said["validate stub"]
    assert "not written yet" in term.said["validate stub"]
    assert "VALIDATION FAILED ON 1 CELL(S)" in term.said["validate wrong"]
    assert 'check("mul rule")' in term.said["validate wrong"]
    assert "[overwrites-gradient]" in term.said["validate wrong"]
    assert "Success! Your notebook passes all the tests." in term.said["validate right"]


def test_every_student_gets_what_the_work_is_worth(term, lesson):
    assert len(term.kinds) == STUDENTS + 3
    first = term.seen["first"]
    assert set(first) == handed_in(term)
    for student, kind in term.kinds.items():
        if student not in first:
            continue
        score = sum(auto or 0.0 for auto, _, _ in first[student][0].values())
        if "right" in kind:
            assert score == POINTS, (student, kind)
        elif kind.startswith("mistake"):
            assert POINTS / 2 < score < POINTS, (student, kind)
        elif kind in ("damaged", "not begun"):
            assert score == 0.0, (student, kind)
        else:
            assert 0.0 <= score < POINTS, (student, kind)
    marked = [s for s, kind in term.kinds.items() if kind == "hostile"]
    assert sum(first[s][0][MUL_CHECK][0] for s in marked) == 0.0


def test_scores_in_the_gradebook_are_those_of_the_results(term):
    rows = term.rows()
    for student, report in term.results().items():
        if student in rows:
            auto = sum(a or 0.0 for name, (a, _, _) in rows[student][0].items() if name != REASON)
            assert auto == report.score


def test_a_time_that_would_stop_formgrader_is_told(term):
    assert "no-time: timestamp.txt holds no time; delete it" in term.said["grade"]
    assert "holds no time" not in term.said["regrade"]


def test_each_mistake_is_named_in_a_comment(term):
    for student, kind in term.kinds.items():
        if kind.startswith("mistake: "):
            comments = "".join(filter(None, term.seen["first"][student][1].values()))
            assert f"[{kind.removeprefix('mistake: ')}]" in comments, student


def test_no_comment_tells_a_hidden_number(term, lesson):
    expected = {Visibility.PUBLIC: 0, Visibility.HIDDEN: 0}
    for report in term.results().values():
        for check in report.checks:
            told = check.explanation.numbers
            expected[check.visibility] += any(numbers.expected for numbers in told)
    assert expected[Visibility.PUBLIC] > 10
    assert expected[Visibility.HIDDEN] == 0
    numbers = hidden_numbers(lesson[0])
    for _, comments, _ in term.seen["first"].values():
        for text in filter(None, comments.values()):
            assert not numbers & set(re.findall(r"expected +(\S+)", text))


def test_formgrader_lists_assignment_submissions_and_pages(term):
    (assignment,) = term.seen["assignments"]
    assert assignment["name"] == EXERCISE
    assert assignment["max_score"] == POINTS + ANSWER_POINTS
    assert assignment["num_submissions"] == len(term.kinds)
    shown = {s["student"]: s for s in term.seen["submissions"] if s["autograded"]}
    assert set(shown) == handed_in(term)
    assert shown["student-00"]["score"] == POINTS
    assert "Student's answer" in term.seen["page"]
    assert MUL_CHECK in term.seen["page"]


def test_nbgraders_own_autograder_is_refused_and_harms_nothing(term):
    assert not term.seen["autograde"]["success"]
    assert "graded by their own tool; run: autograder grade" in term.seen["autograde"]["log"]
    assert (term.course / "autograded" / "student-00" / EXERCISE / NOTEBOOK).is_file()
    assert term.seen["by hand"]["student-00"][0] == term.seen["first"]["student-00"][0]


def test_grades_and_comments_by_hand_outlive_a_regrade(term):
    student = term.seen["by hand student"]
    before, after = term.seen["first"][student], term.rows()[student]
    assert after[0][MUL_CHECK][:2] == (before[0][MUL_CHECK][0], 3.5)
    assert after[0][REASON][:2] == (None, 1.5)
    assert after[1][MUL_CELL] == "well argued"
    improved = [name for name in before[0] if (after[0][name][0] or 0) > (before[0][name][0] or 0)]
    assert len(improved) == 1
    others = term.rows()
    for name in handed_in(term) - {student}:
        assert others[name] == term.seen["first"][name], name


def test_graders_read_the_students_own_text_and_nothing_that_acts(term):
    autograded = term.course / "autograded"
    assert {p.name for p in autograded.iterdir()} == handed_in(term)
    text = (autograded / "student-00" / EXERCISE / NOTEBOOK).read_text()
    assert ANSWER in text
    for student in handed_in(term):
        assert "steal()</script>" not in _outside_of_code(autograded / student)
    assert is_timestamp((autograded / "no-time" / EXERCISE / "timestamp.txt").read_text())


def _outside_of_code(folder):
    plain = json.loads((folder / EXERCISE / NOTEBOOK).read_text())
    for cell in plain["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            cell["source"] = []  # shown as text, in colour
    return json.dumps(plain)


def test_feedback_is_there_for_all_and_nothing_in_it_acts(term):
    for student in handed_in(term):
        page = (term.course / "feedback" / student / EXERCISE / f"{EXERCISE}.html").read_text()
        assert EVIL not in page
        assert "LEAK" not in page or "root:" not in page
    student = term.seen["by hand student"]
    page = (term.course / "feedback" / student / EXERCISE / f"{EXERCISE}.html").read_text()
    assert "well argued" in page
    released = list((term.root / "exchange" / "micrograde" / "feedback").glob("*.html"))
    assert len(released) == len(handed_in(term))


def test_the_export_has_the_same_scores(term):
    with (term.root / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(term.kinds)
    assert rows["no-time"]["timestamp"] == ""  # when it came is not known
    assert rows["student-00"]["timestamp"] != ""
    student = term.seen["by hand student"]
    for name, report in term.results().items():
        assert float(rows[name]["max_score"]) == POINTS + ANSWER_POINTS
        if name != student and name != "nothing":
            assert float(rows[name]["score"]) == report.score
    grades = term.rows()[student][0]
    due = sum(auto if hand is None else hand for auto, hand, _ in grades.values())
    assert float(rows[student]["score"]) == due
    assert float(rows["nothing"]["score"]) == 0.0
