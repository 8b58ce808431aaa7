"""`check --explain`: the smallest graph that goes wrong, on a machine that knows no derivative."""

import subprocess
import sys
from dataclasses import replace

import pytest
from gradients.dual_numbers import by_duals
from repository import ROOT

from autograder.authoring.checks.random_tapes import is_clear
from autograder.authoring.proof.shrinking import SHARES, gradient_case, smallest_failure
from autograder.commands.students import explain
from autograder.course.compiled import public_half
from autograder.model import Answer, Outcome, Rung
from autograder.report.smallest_graph import NOT_GRAPHS, NOTHING_FOUND
from autograder.storage import dumps
from autograder.student.checking import check_workspace
from autograder.student.finding import Workspace
from autograder.tape import OPS, Tape
from autograder.worker.status import Status

ENGINE = "06_engine"
LADDERS = ("05_backward", ENGINE)


def explained(compiled, tmp_path, source):
    """What is said of an engine."""
    file = tmp_path / "engine.py"
    file.write_text(source)
    workspace = Workspace(tmp_path, file, public_half(compiled(ENGINE)))
    return explain(workspace, check_workspace(workspace))


def mistake(name):
    return (ROOT / f"tests/wild_mistakes/{name}.py").read_text()


# The ladder --------------------------------------------------------------------------------


@pytest.mark.parametrize("exercise", LADDERS)
def test_a_ladder_has_small_clear_graphs_of_every_size_small_ones_first(compiled, exercise):
    ladder = public_half(compiled(exercise)).ladder
    sizes = [len(rung.tape["steps"]) for rung in ladder]
    assert 60 <= len(ladder) <= 120 and sizes == sorted(sizes)
    assert {*sizes} == {*SHARES} == {*range(1, 7)}
    assert len({repr(rung.tape) for rung in ladder}) == len(ladder)
    assert all(is_clear(Tape.of(rung.tape), by_duals, any_slope=True) for rung in ladder)


@pytest.mark.parametrize("exercise", LADDERS)
def test_a_ladder_holds_right_numbers_by_an_oracle_of_its_own(compiled, exercise):
    for rung in compiled(exercise).ladder:
        data, slopes = by_duals(Tape.of(rung.tape))
        assert rung.expected == pytest.approx((data[-1], *slopes), rel=1e-10, abs=1e-12)


def test_a_ladder_has_each_operation_alone(compiled):
    steps = [rung.tape["steps"] for rung in compiled(ENGINE).ladder]
    for op in OPS:
        assert min(len(one) for one in steps if op in {name for name, *_ in one}) == 1, op


def test_ladders_stand_where_public_checks_ask_for_gradients_and_are_small(compiled):
    for path in sorted(ROOT.glob("exercises/*/exercise.yml")):
        half = public_half(compiled(path.parent.name))
        kinds = {case.kind for check in half.checks for case in check.cases}
        assert bool(half.ladder) == ("gradients" in kinds), path
        assert len(dumps(half.ladder)) < 60_000


def test_no_number_of_a_hidden_case_is_in_a_ladder(compiled):
    from autograder.authoring.proof.guard import hidden_numbers

    exercise = compiled(ENGINE)
    text = dumps(exercise.ladder)
    assert not [number for number in hidden_numbers(exercise) if number in text]


# Climbing it -------------------------------------------------------------------------------

ADD, MUL = (
    Rung({"leaves": [3.0], "steps": [["add", 0, 0]]}, (6.0, 2.0)),
    Rung({"leaves": [3.0], "steps": [["mul", 0, [2.0]]]}, (6.0, 2.0)),
)


def answering(answers):
    """Plays cases by looking up what their first operation answers."""
    return lambda case: answers[case.request["tape"]["steps"][0][0]]


def test_the_first_wrong_rung_is_taken_and_the_rest_is_not_played():
    wrong = Answer(Status.OK, (6.0, 1.0))
    found = smallest_failure(answering({"add": wrong}), [ADD, MUL], ["add", "mul"])
    assert found == (gradient_case(ADD), wrong, (6.0, 2.0))


def test_operations_of_the_failed_check_come_first_and_others_after_them():
    wrong = Answer(Status.OK, (6.0, 1.0))
    both = answering({"add": wrong, "mul": wrong})
    assert smallest_failure(both, [ADD, MUL], ["mul"])[0] == gradient_case(MUL)
    add_alone = answering({"add": wrong, "mul": Answer(Status.OK, (6.0, 2.0))})
    assert smallest_failure(add_alone, [ADD, MUL], ["mul"])[0] == gradient_case(ADD)


def test_what_is_not_written_is_passed_over_and_what_raises_is_found():
    raised = Answer(Status.RAISED, detail="NameError: x")
    play = answering({"add": Answer(Status.LACKING, detail="add"), "mul": raised})
    assert smallest_failure(play, [ADD, MUL], ["add", "mul"])[1] is raised
    right = answering({"add": Answer(Status.UNWRITTEN), "mul": Answer(Status.OK, (6.0, 2.0))})
    assert smallest_failure(right, [ADD, MUL], ["add", "mul"]) is None


# What a student reads ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("upstream_forgotten_in_log", ".log()"),
        ("mul_overwrites_both_gradients", " * "),
        ("exp_of_the_output", ".exp()"),
        ("division_overwrites_the_denominator", " / "),
    ],
)
def test_a_wrong_rule_is_shown_on_a_graph_that_uses_it(compiled, tmp_path, name, line):
    text = explained(compiled, tmp_path, mistake(name))
    first, *code = text.splitlines()
    assert first == "the smallest graph found on which your engine is wrong:"
    assert any(line in one for one in code)
    assert "WRONG" in text and "expected" in text
    assert sum(" = " in one for one in code) <= 5


def test_an_engine_that_breaks_off_is_told_with_its_error(compiled, tmp_path):
    source = mistake("upstream_forgotten_in_log").replace(
        "def backward(self):", "def backward(self):\n        self.nothing"
    )
    text = explained(compiled, tmp_path, source)
    assert "your code did not get through it: AttributeError" in text


def test_an_engine_without_a_wrong_gradient_has_nothing_to_shrink(compiled, tmp_path):
    source = (ROOT / "reference/engine.py").read_text()
    assert explained(compiled, tmp_path, source) == NOT_GRAPHS


def test_a_mistake_that_no_small_graph_shows_is_said_to_be_none(compiled, tmp_path):
    workspace = Workspace(tmp_path, tmp_path / "engine.py", public_half(compiled(ENGINE)))
    workspace.file.write_text((ROOT / "reference/engine.py").read_text())
    report = check_workspace(workspace)
    gradients = next(
        case
        for check in workspace.compiled.checks
        for case in check.cases
        if case.kind == "gradients"
    )
    failed = replace(report.checks[0], outcome=Outcome.FAILED, minimal_case=gradients.snippet)
    assert explain(workspace, replace(report, checks=(failed,))) == NOTHING_FOUND


def test_neither_hypothesis_nor_the_reference_is_needed(compiled, tmp_path):
    half = tmp_path / "exercises" / ENGINE
    half.mkdir(parents=True)
    (half / "public.json").write_text(dumps(public_half(compiled(ENGINE))))
    (half / "engine.py").write_text(mistake("upstream_forgotten_in_log"))
    code = (
        "import sys; sys.modules['hypothesis'] = sys.modules['reference'] = None; "
        f"sys.path.insert(0, {str(ROOT)!r}); from autograder.cli import main; "
        "main(['check', '06', '--explain'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert "the smallest graph found on which your engine is wrong" in done.stdout, done.stderr
