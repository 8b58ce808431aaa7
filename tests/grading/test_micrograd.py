"""A faithful copy of micrograd, handed in as 06_engine, loses what it lacks and nothing else."""

import importlib.util
from pathlib import Path

import pytest
from class_tools import ENGINE, grade_files
from sandbox_tools import linux_only

from autograder.model import Outcome

pytestmark = [linux_only, pytest.mark.sandbox]

# What micrograd's Value has no method for; its multilayer perceptrons do with relu.
LACKING = {"exp", "log", "tanh", "sigmoid"}


@pytest.fixture(scope="module")
def report(compiled):
    found = importlib.util.find_spec("micrograd.engine")
    assert found is not None, "micrograd is a development dependency; run: pip install -e '.[dev]'"
    return grade_files(compiled(ENGINE), [Path(found.origin)])["engine"]


def checks(report, outcome):
    return [check for check in report.checks if check.outcome is outcome and check.max_score]


def test_what_micrograd_lacks_is_missing_by_name(report):
    missing = checks(report, Outcome.MISSING)
    assert missing
    for check in missing:
        words, _, absent = check.message.partition(": ")
        assert words == "not written yet" and set(absent.split(", ")) <= LACKING


def test_only_deep_graphs_fail_and_recursion_is_the_reason(report):
    failed = checks(report, Outcome.FAILED)
    assert {check.task for check in failed} == {"deep graphs"}
    for check in failed:
        assert "Python stops a recursion after about 1000 levels" in check.message
        assert check.misconception == "recursion-limit"


def test_every_operation_that_micrograd_has_passes(report):
    passed = {check.id for check in checks(report, Outcome.PASSED)}
    assert {"addition", "powers", "rectifiers", "random_arithmetic"} <= passed
    assert report.score >= 50
    assert checks(report, Outcome.SKIPPED) == checks(report, Outcome.ERROR) == []


def test_two_backward_calls_are_remarked_on_and_cost_nothing(report):
    assert any("micrograd says 36" in remark for remark in report.remarks)
