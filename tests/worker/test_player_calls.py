"""Cases on functions: how they are written down, played, and refused."""

import math
from typing import Any

import pytest

from autograder.authoring.checks.vocabulary import Recorder
from autograder.authoring.checks.vocabulary_calls import function_code
from autograder.model import Case
from autograder.sandbox.engines.planted import divide
from autograder.tape import trace
from autograder.worker.engines.inside import inside
from autograder.worker.players.base import Lacking, WrongType
from autograder.worker.players.calls import CALL_KINDS, function_of

RIGHT = """
class Value:
    def __init__(self, data, edges=()):
        self.data, self.grad, self.edges = data, 0.0, edges
    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])
    def log(self):
        return Value(0.0, [(self, 1.0 / self.data)])
    def backward(self):
        self.grad = 1.0
        for parent, local in self.edges:
            parent.grad += local
"""
WRONG = RIGHT.replace("(other, self.data)", "(other, other.data)")


def the_case(recorder: Recorder) -> Case:
    (case,) = recorder.cases
    return case


def play(recorder: Recorder, **namespace: Any) -> list[float]:
    case = the_case(recorder)
    plain = {"kind": case.kind, "request": case.request, "ops": (), "within_s": 1.0}
    (ready,) = inside(*divide([plain]))
    return CALL_KINDS[case.kind](namespace, ready["request"])


@pytest.fixture
def student() -> Recorder:
    return Recorder("a seed", "a check")


@pytest.mark.parametrize(
    ("function", "written"),
    [
        (lambda a, b: a * b + a, "lambda a, b: a * b + a"),
        (lambda a, b: a * (b + a), "lambda a, b: a * (b + a)"),
        (lambda a, b: a - (b - a), "lambda a, b: a - (b - a)"),
        (lambda a, b: (a / b) / a, "lambda a, b: a / b / a"),
        (lambda a: (-a) ** 2, "lambda a: (-a) ** 2"),
        (lambda a: -(a**2), "lambda a: -a ** 2"),
        (lambda a: (a**2) ** 3, "lambda a: (a ** 2) ** 3"),
        (lambda a: a * -2.5, "lambda a: a * (-2.5)"),
        (lambda a: (a + 1).exp() - a.relu(), "lambda a: math.exp(a + 1) - max(0.0, a)"),
        (lambda a: 2 * a.sigmoid(), "lambda a: 2 * (1 / (1 + math.exp(-(a))))"),
    ],
)
def test_function_is_written_as_python_that_computes_the_same(function: Any, written: str) -> None:
    count = function.__code__.co_argcount
    tape = trace(function, (1.0,) * count)
    assert function_code(tape) == written
    pasted = eval(written, {"math": math})
    at = (1.75, -0.5)[:count]
    assert pasted(*at) == pytest.approx(function_of(tape.plain())(*at), rel=1e-15)


def test_function_of_values_is_written_with_methods() -> None:
    tape = trace(lambda a, b: (a + b).exp() * -a.tanh(), (1.0, 1.0))
    assert function_code(tape, method=True) == "lambda a, b: (a + b).exp() * -a.tanh()"


def test_a_function_to_measure_refuses_nodes_of_an_engine() -> None:
    class Node:
        data, grad = 3.0, 0.0

    def measured(f: Any, xs: list[float]) -> list[float]:
        return [f(*xs), f(Node(), 2.0)]

    tape = trace(lambda a, b: a * b, (1.0, 1.0)).plain()
    request = {"name": "measured", "args": [tape, [3.0, 2.0]]}
    with pytest.raises(TypeError, match="f takes numbers, not Node"):
        CALL_KINDS["call"]({"measured": measured}, request)


def test_played_function_refuses_a_list_in_place_of_numbers() -> None:
    f = function_of(trace(lambda a, b: a * b, (1.0, 1.0)).plain())
    assert f(3, 4) == 12
    with pytest.raises(TypeError, match="f takes 2 numbers, each an argument; it got 1"):
        f([3, 4])


def test_returned_numbers_are_observed_from_a_number_a_list_or_a_tuple(student: Recorder) -> None:
    student.returns("g", lambda x: x**2, [2, 3.5])
    assert the_case(student).snippet == "g(lambda x: x ** 2, [2, 3.5])"
    assert play(student, g=lambda f, xs: f(xs[1])) == [12.25]
    assert play(student, g=lambda f, xs: xs) == [2.0, 3.5]
    assert play(student, g=lambda f, xs: tuple(map(f, xs))) == [4.0, 12.25]
    with pytest.raises(WrongType, match="the result is of type NoneType, not a number"):
        play(student, g=lambda f, xs: None)
    with pytest.raises(WrongType, match="an item of the result is of type str"):
        play(student, g=lambda f, xs: ["1.0"])
    with pytest.raises(Lacking, match="g"):
        play(student)


def test_lists_are_observed_as_the_call_leaves_them(student: Recorder) -> None:
    student.returns("g", [1.0, 2.0], 5, [3], afterwards=True)
    case = the_case(student)
    assert case.snippet.splitlines() == ["xs = [1.0, 2.0]", "ys = [3]", "g(xs, 5, ys)", "xs, ys"]
    assert case.labels == ("xs, ys afterwards",)
    assert play(student, g=lambda xs, h, ys: None) == [1.0, 2.0, 3.0]
    assert play(student, g=lambda xs, h, ys: xs.append(h)) == [1.0, 2.0, 5.0, 3.0]
    # each case gets lists of its own
    assert case.request["args"] == [[1.0, 2.0], 5, [3]]


def test_order_of_an_error_is_how_it_shrinks_when_the_step_is_halved(student: Recorder) -> None:
    student.error_order("g", lambda x: x**3, 2.0, 0.1, slope=12.0)
    assert play(student, g=lambda f, x, h: 12 + h) == pytest.approx([2.0])
    assert play(student, g=lambda f, x, h: 12 - h * h) == pytest.approx([4.0])
    assert play(student, g=lambda f, x, h: 12) == [0.0]
    assert the_case(student).snippet.splitlines() == [
        "f = lambda x: x ** 3",
        "abs(g(f, 2.0, 0.1) - 12.0) / abs(g(f, 2.0, 0.05) - 12.0)",
    ]


def test_verdict_of_gradcheck_is_one_for_true_and_zero_for_false(student: Recorder) -> None:
    student.gradcheck(lambda a, b: a * b, [2.0, 3.0], engine=RIGHT)
    code = "gradcheck(lambda a, b: a * b, [2.0, 3.0], engine_you_have_not_seen)"
    assert the_case(student).snippet == code

    def gradcheck(f: Any, xs: Any, engine: Any) -> Any:
        return f(*[engine(x) for x in xs]).data == 6

    assert play(student, gradcheck=gradcheck) == [1.0]
    assert play(student, gradcheck=lambda *_: False) == [0.0]
    for verdict in (None, 1, "True"):
        words = f"gradcheck gave back {type(verdict).__name__}, not True or False"
        with pytest.raises(WrongType, match=words):
            play(student, gradcheck=lambda *_, verdict=verdict: verdict)


def test_gradcheck_gets_a_class_of_the_lesson_by_its_name(student: Recorder) -> None:
    student.gradcheck(lambda a: a * 2, [1.0], engine="Ada")
    assert the_case(student).snippet == "gradcheck(lambda a: a * 2, [1.0], Ada)"
    assert play(student, gradcheck=lambda f, xs, engine: engine is int, Ada=int) == [1.0]
    with pytest.raises(Lacking, match="Ada"):
        play(student, gradcheck=lambda *_: True)


def test_inputs_of_gradcheck_are_observed_as_it_leaves_them(student: Recorder) -> None:
    student.gradcheck(lambda a: a * 2, [1.0, 2.0], engine=RIGHT, afterwards=True)
    assert the_case(student).snippet.splitlines() == [
        "xs = [1.0, 2.0]",
        "gradcheck(lambda a: a * 2, xs, engine_you_have_not_seen)",
        "xs",
    ]
    assert play(student, gradcheck=lambda f, xs, engine: xs.reverse()) == [2.0, 1.0]


def test_harm_done_to_a_planted_engine_ends_with_its_case(student: Recorder) -> None:
    student.gradcheck(lambda a: a * 2, [1.0], engine=RIGHT)
    seen = []

    def gradcheck(f: Any, xs: Any, engine: Any) -> bool:
        seen.append(hasattr(engine, "harmed"))
        engine.harmed = True
        return True

    play(student, gradcheck=gradcheck)
    play(student, gradcheck=gradcheck)
    assert seen == [False, False]


def test_probes_tell_a_wrong_engine_where_their_gradients_differ(student: Recorder) -> None:
    student.probes(WRONG, right=RIGHT, about="mul")
    assert the_case(student).snippet.splitlines() == [
        "# its fault is in mul",
        "[gradcheck(f, xs, engine_you_have_not_seen) for f, xs in probes()]",
    ]
    product = lambda a, b: a * b  # noqa: E731 - as a student writes it
    assert play(student, probes=lambda: [(product, [2.0, 3.0])]) == [1.0]
    assert play(student, probes=lambda: [(product, [3.0, 3.0])]) == [0.0]
    assert play(student, probes=lambda: ((product, (3.0, 3.0)), (product, (3, 2)))) == [1.0]
    assert play(student, probes=lambda: []) == [0.0]


def test_planted_engine_that_breaks_down_at_a_probe_is_told(student: Recorder) -> None:
    student.probes(RIGHT.replace("1.0 / self.data", "1 / 0"), right=RIGHT)
    assert play(student, probes=lambda: [(lambda a: a.log(), [2.0])]) == [1.0]


def test_probe_that_breaks_down_in_a_right_engine_is_the_students_mistake(
    student: Recorder,
) -> None:
    student.probes(WRONG, right=RIGHT)
    with pytest.raises(ZeroDivisionError):
        play(student, probes=lambda: [(lambda a: a.log(), [0.0])])


@pytest.mark.parametrize(
    ("probes", "words"),
    [
        (None, "probes gave back NoneType, not a list"),
        ([len], r"a probe is not a pair \(f, xs\)"),
        ([(len, [1.0], 3)], r"a probe is not a pair \(f, xs\)"),
        ([(len, ["2"])], "an item of xs is of type str"),
    ],
)
def test_probes_of_another_form_are_named(student: Recorder, probes: Any, words: str) -> None:
    student.probes(WRONG, right=RIGHT)
    with pytest.raises(WrongType, match=words):
        play(student, probes=lambda: probes)
