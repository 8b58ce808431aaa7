"""Recorded functions: the worker notes steps, the judge works out what they come to."""

import json
import math

import pytest

from autograder.judging.comparing import Expectation
from autograder.judging.recorded import UNREADABLE, read_answer, value_at
from autograder.model import Answer, Case
from autograder.sandbox.workload import make_workload
from autograder.worker import driver
from autograder.worker.players.base import NODE, OP_CODES, PLAIN
from autograder.worker.protocol import NO_NONCE, Played, pack_reply, parse_reply
from autograder.worker.status import Status

A, B = (NODE, 0.0), (NODE, 1.0)
NOTHING = (0.0, 0.0)


def step(op, *operands):
    """One step's five numbers."""
    left, right = (*operands, NOTHING)[:2]
    return (float(OP_CODES.index(op)), *left, *right)


def recorded(source, arguments=2):
    """What the player sends for a function named f."""
    namespace = driver.make_namespace(())
    list(driver.execute([("f", source)], namespace))
    request = {"name": "f", "arguments": arguments}
    case = {"kind": "any_number", "request": request, "ops": (), "within_s": 1.0}
    (played,) = driver.play(namespace, [case], 1.0)
    return played


@pytest.mark.parametrize(
    ("body", "at", "due"),
    [
        ("a + b * 2", (3.0, 4.0), 11.0),
        ("2 - a", (3.0, 4.0), -1.0),
        ("1 / b - 3", (3.0, 4.0), -2.75),
        ("-a ** 3", (-2.0, 4.0), 8.0),
        ("a.relu() + b.relu()", (-2.0, 4.0), 4.0),
        ("(a * 0).exp() + (b / b).log() + (a - a).tanh() + (b - b).sigmoid()", (3.0, 4.0), 1.5),
        ("b", (3.0, 4.0), 4.0),
        ("sum([a, b, a])", (3.0, 4.0), 10.0),
        ("[x := a * a, x * x, b][1] + x", (3.0, 4.0), 90.0),
    ],
)
def test_what_was_done_to_the_numbers_is_done_again_with_values(body, at, due):
    played = recorded(f"f = lambda a, b: {body}")
    assert (played.status, value_at(played.numbers, at)) == (Status.OK, due)


def test_a_function_that_calls_helpers_and_loops_is_recorded_as_it_runs():
    source = "def g(x, n):\n    return x if n == 0 else g(x * x + 1, n - 1)\nf = lambda a: g(a, 3)"
    assert value_at(recorded(source, 1).numbers, (0.5,)) == ((0.5**2 + 1) ** 2 + 1) ** 2 + 1


def test_the_answer_holds_no_number_of_the_points():
    assert recorded("f = lambda a, b: a * b").numbers == [-1.0, *step("mul", A, B)]
    assert recorded("f = lambda a, b: a * 3").numbers == [-1.0, *step("mul", A, (PLAIN, 3.0))]


@pytest.mark.parametrize(
    ("body", "at"),
    [("1 / a", 0.0), ("a ** 0.5", -2.0), ("a.log()", -1.0), ("a.exp().relu()", 1e6), ("a**-1", 0)],
)
def test_where_a_function_has_no_value_it_is_nan(body, at):
    assert math.isnan(value_at(recorded(f"f = lambda a: {body}", 1).numbers, (at,)))


@pytest.mark.parametrize(
    "numbers",
    [
        (),
        (0.0, 1.0),
        (2.0,),
        (-1.0,),
        (0.5,),
        (math.nan,),
        (-2.0, *step("mul", A, B)),
        (-1.0, 99.0, *A, *B),
        (-1.0, 0.5, *A, *B),
        (-1.0, math.nan, *A, *B),
        (-1.0, *step("add", A, (NODE, 2.0))),
        (-1.0, *step("add", A, (NODE, -1.0))),
        (-1.0, *step("add", A, (NODE, math.nan))),
        (-1.0, *step("add", A)),
        (-1.0, *step("add", A, (7.0, 1.0))),
        (-1.0, *step("add", A, B) * 201),
    ],
)
def test_numbers_that_are_no_list_of_steps_are_refused(numbers):
    with pytest.raises(ValueError, match="what came back is no list of steps"):
        value_at(numbers, (1.0, 2.0))
    case = Case("any_number", {}, (), "", at=((1.0, 2.0),))
    assert read_answer(case, Answer(Status.OK, numbers)) == Answer(
        Status.WRONG_TYPE, detail=UNREADABLE
    )


def test_an_answer_to_a_case_without_points_is_left_as_it_is():
    answer = Answer(Status.OK, (1.0, 2.0))
    assert read_answer(Case("values", {}, (), ""), answer) is answer


def test_only_recorded_answers_of_a_reply_are_worked_out(compiled):
    exercise = compiled("10_pytorch")
    expectation = Expectation.of(exercise)
    right = [a.numbers for c in exercise.checks for a in exercise.expected[c.id]]
    steps = recorded("f = lambda a, b: (a * b).tanh() + 2 / b + (a - b).relu() * a**2").numbers
    for sent, passes in ((steps, True), ([*steps, 1.0], False), ([0.0], False)):
        played = [
            Played(Status.OK, sent if k in expectation.recorded else numbers)
            for k, numbers in enumerate(right)
        ]
        reply = parse_reply(pack_reply(NO_NONCE, (), played), NO_NONCE, 0, len(played))
        found = expectation.observe(reply).passed
        assert len(expectation.recorded) == 2
        for k, passed in enumerate(found):
            assert passed == (passes or k not in expectation.recorded)


def test_the_points_stay_with_the_judge(compiled):
    exercise = compiled("10_pytorch")
    points = [case.at for check in exercise.checks for case in check.cases if case.at]
    assert [len(at) for at in points] == [5, 5]
    told = [
        case["request"]
        for case in json.loads(make_workload(exercise).encoded)["cases"]
        if case["kind"] == "any_number"
    ]
    assert told == [{"name": "expression", "arguments": 2}] * 2
