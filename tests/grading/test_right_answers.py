"""Any right answer passes: engines of every build get full marks, or what they say they lack."""

import ast
import re

import pytest
from class_tools import ENGINE, best_level, grade_files, lost, submissions_of, tasks_lost
from sandbox_tools import ROOT, linux_only

from autograder.grading.grade import Grader
from autograder.model import Outcome
from autograder.records.results import result_line

pytestmark = linux_only

FILES = sorted((ROOT / "tests/right_answers").glob("*.py"))
LACKS = re.compile(
    r"^expect: full but (?:missing (?P<ops>[a-z, ]+)|(?P<task>[a-z ]+))$", re.MULTILINE
)
RUNS = 200


def what_it_lacks(file):
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    found = LACKS.search(docstring)
    return (found["ops"], found["task"]) if found else (None, None)


@pytest.fixture(scope="module")
def reports(compiled):
    return grade_files(compiled(ENGINE), [ROOT / "reference/engine.py", *FILES])


def names(files):
    return [file.stem for file in files]


WHOLE = [file for file in FILES if what_it_lacks(file) == (None, None)]
WITHOUT_OPERATIONS = [file for file in FILES if what_it_lacks(file)[0]]
WITHOUT_A_TASK = [file for file in FILES if what_it_lacks(file)[1]]


@pytest.mark.parametrize("name", ["engine", *names(WHOLE)])
def test_a_right_answer_has_full_marks(reports, name):
    report = reports[name]
    assert lost(report) == {}
    assert report.outcome is Outcome.PASSED and report.score == report.max_score == 100


@pytest.mark.parametrize("file", WITHOUT_OPERATIONS, ids=names(WITHOUT_OPERATIONS))
def test_what_is_not_written_yet_is_called_missing_and_never_wrong(reports, file):
    report = reports[file.stem]
    assert set(lost(report).values()) == {"missing"}
    operations = set(what_it_lacks(file)[0].split(", "))
    for check in report.checks:
        if check.outcome is Outcome.MISSING:
            words, _, absent = check.message.partition(": ")
            assert words == "not written yet"  # a method that is a stub has no name here
            assert set(filter(None, absent.split(", "))) <= operations
    assert report.score >= 75


@pytest.mark.parametrize("file", WITHOUT_A_TASK, ids=names(WITHOUT_A_TASK))
def test_what_a_right_answer_cannot_do_costs_that_task_alone(reports, file):
    task = what_it_lacks(file)[1]
    assert tasks_lost(reports[file.stem]) == {task}


@pytest.mark.parametrize("name", ["recursive_depth_first", "recursive_generator_order"])
def test_a_graph_too_deep_for_recursion_is_said_to_be_that(reports, name):
    failed = [c for c in reports[name].checks if c.score < c.max_score]
    assert failed
    for check in failed:
        assert "Python stops a recursion after about 1000 levels" in check.message
        attempt = check.explanation.attempt
        assert "in a loop" in attempt or "as a stack" in attempt


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("right_answers/parents_in_a_set", 100),
        ("wild_mistakes/rules_called_in_forward_order", None),
    ],
)
def test_parents_in_a_set_get_the_same_verdict_in_200_runs(compiled, name, score):
    grader = Grader(compiled(ENGINE), best_level(), workers=2)
    class_of_one = submissions_of([ROOT / f"tests/{name}.py"])
    reports = list(grader.grade(class_of_one * RUNS))
    assert len({result_line(report) for report in reports}) == 1
    assert len(reports) == RUNS
    assert reports[0].score == score or (score is None and 0 < reports[0].score < 100)
