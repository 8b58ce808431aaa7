"""What could be said without computing it counts only beside a number that could not."""

from dataclasses import replace

import pytest
from core_tools import case, check, exercise_of, ok

from autograder.judging.evidence import Evidence, tells
from autograder.judging.judge import Judge
from autograder.model import Outcome, Visibility
from autograder.sandbox.running import Run
from autograder.tape import trace
from autograder.worker.protocol import Played, pack_reply, parse_reply

TAPE = {"leaves": [2.0, 3.0], "steps": [["mul", 0, 1], ["add", 2, [4.5]]]}


def call(*labels, **request):
    return case(*(labels or ("f",)), request={"name": "f", "args": [], **request})


@pytest.mark.parametrize(
    ("kind", "request_", "expected", "has_to_be_computed"),
    [
        ("values", {"tape": TAPE}, (10.5, 2.0, 3.0, 6.0, 10.5), True),
        ("values", {"tape": {"leaves": [-2.75], "steps": []}}, (-2.75, -2.75), False),
        ("values", {"tape": {"leaves": [3.0], "steps": [["relu", 0]]}}, (3.0, 3.0), False),
        ("call", {"name": "f", "args": [2.0, [3.0]]}, (-3.0, 2.0, 1.0, 0.0, 0.5), False),
        ("call", {"name": "f", "args": [2.0, [3.0]]}, (3.0, 2.0, 5.0), True),
        ("call", {"name": "f", "args": [True]}, (1.0,), False),
        ("rule", {"tape": TAPE, "preset": 7.0, "upstream": 5.0}, (7.0, 7.0), False),
        ("rule", {"tape": TAPE, "preset": 7.0, "upstream": 5.0}, (22.0, 17.0), True),
        ("cycle", {"tape": TAPE}, (1.0,), False),
        ("structure", {"tape": TAPE}, (1.0, 12.0), False),
        ("parameters", {"make": "Neuron", "args": [9]}, (10.0, 0.0), False),
        ("chain", {"start": 0.5, "step": ["add", 0, [1.0]], "times": 9}, (9.5, 1.0), False),
        ("chain", {"start": 0.5, "step": ["mul", 0, [3.0]], "times": 2}, (4.5, 9.0), True),
        ("on_values", {"name": "f", "data": [2.0], "plain": True}, (7.5,), True),
        ("on_values", {"name": "f", "data": [2.0], "plain": False}, (7.5, 1.0), False),
    ],
)
def test_a_number_tells_if_it_stands_nowhere_in_the_question(
    kind, request_, expected, has_to_be_computed
):
    one = case(*map(str, range(len(expected))), kind=kind, request=request_)
    assert tells(one, expected) is has_to_be_computed


def test_of_gradients_the_data_of_a_graph_tell_nothing():
    tape = trace(lambda a, b: a * b + a, [2.0, 3.0]).plain()
    labels = [str(k) for k in range(3)]
    one = case(*labels, kind="gradients", request={"tape": tape})
    data = (2.0, 3.0, 6.0, 8.0)
    assert tells(one, (8.0, 4.0, 2.0, 4.0, 2.0, 1.0, 1.0, *data))
    assert not tells(one, (8.0, 6.0, 2.0, 4.0, 2.0, 1.0, 1.0, *data)), "6 is a node's data"


def test_of_an_order_only_the_gradients_along_it_tell():
    tape = trace(lambda a: a * a, [3.0]).plain()
    one = case(*map(str, range(7)), kind="order", request={"tape": tape, "upstream": -1.7})
    assert tells(one, (0, 0, 0, 1, 0, 1, -10.2))
    assert not tells(one, (0, 0, 0, 1, 0, 5, -1.7))


def test_lengths_of_lists_tell_nothing():
    shaped = case("number of rows", "length of row 0", kind="shaped", request={"args": []})
    assert not tells(shaped, (7.0, 9.0))


# Four checks without such a number, of 1, 1, 1 and 2 points, one that asks for gradients among
# them; one of 4 points with a number, one of 11 with a gradient.
RULE = {"tape": TAPE, "preset": 7.0, "upstream": 5.0}
CHECKS = [
    check("a", call(), points=1),
    check("b", call(), points=1),
    check("c", call(), points=1),
    check("flat", case("g", "h", kind="rule", request=RULE), points=2),
    check("number", call(), points=4),
    check("slope", case("g", "h", kind="rule", request=RULE), points=11),
]
RIGHT = {
    "a": ok(1.0), "b": ok(0.0), "c": ok(1.0), "flat": ok(7.0, 7.0), "number": ok(9.25),
    "slope": ok(22.0, 17.0),
}  # fmt: skip
COMPILED = exercise_of(CHECKS, expected={id: (answer,) for id, answer in RIGHT.items()})


def counted(*right):
    """Which checks count for a submission that gives these answers rightly."""
    answers = [
        Played(0, RIGHT[one.id].numbers if one.id in right else (0.125,) * len(one.cases[0].labels))
        for one in CHECKS
    ]
    nonce = bytes(16)
    reply = parse_reply(pack_reply(nonce, [], answers), nonce, 0, len(answers))
    verdict = Judge(COMPILED).judge(Run(reply, "", "", 0.0), ())
    assert all(r.outcome in (Outcome.PASSED, Outcome.FAILED) for r in verdict.checks)
    assert verdict.score == sum(one.points for one in CHECKS if one.id in passed(verdict))
    return passed(verdict)


def passed(verdict):
    return {result.id for result in verdict.checks if result.outcome is Outcome.PASSED}


def test_without_a_number_the_first_counts_and_others_up_to_a_tenth_of_the_points():
    assert Evidence.of(COMPILED).alone == 2.0
    assert counted("a", "b", "c", "flat") == {"a", "b"}
    assert counted("flat", "c") == {"c"}, "in the order of the checks"
    assert counted("flat") == {"flat"}, "the first counts, whatever it brings"


def test_beside_a_number_all_count_but_what_asks_for_gradients():
    assert counted("a", "b", "c", "flat", "number") == {"a", "b", "c", "number"}


def test_beside_a_gradient_all_count():
    assert counted("a", "b", "c", "flat", "slope") == {"a", "b", "c", "flat", "slope"}
    assert counted(*RIGHT) == set(RIGHT)


def test_what_does_not_count_is_said_with_the_reason():
    answers = [Played(0, RIGHT[one.id].numbers) for one in CHECKS[:4]]
    answers += [Played(0, (0.125,)), Played(0, (0.125, 0.125))]
    nonce = bytes(16)
    reply = parse_reply(pack_reply(nonce, [], answers), nonce, 0, len(answers))
    verdict = Judge(COMPILED).judge(Run(reply, "", "", 0.0), ())
    (told,) = [result.explanation.what for result in verdict.checks if result.id == "c"]
    assert told.startswith("the answers are right, but they could be given without computing")


def test_what_students_have_is_no_evidence():
    public = [replace(one, visibility=Visibility.PUBLIC) for one in CHECKS]
    hidden = replace(CHECKS[-1], id="hidden")
    expected = {id: (answer,) for id, answer in RIGHT.items()}
    half = Evidence.of(exercise_of(public, expected=expected))
    assert half.gradients == Evidence.of(COMPILED).gradients  # on a student's own machine
    expected["hidden"] = expected[hidden.id] = (RIGHT["slope"],)
    whole = Evidence.of(exercise_of([*public, hidden], expected=expected))
    cases = [True] * len(public) + [False]
    lacking = whole.lacking({one.id for one in public}, cases)
    assert lacking == {"flat", "number", "slope"}, "a tenth of 31 points is 3.1"
    assert whole.lacking({one.id for one in public}, [*cases[:-1], True]) == frozenset()
