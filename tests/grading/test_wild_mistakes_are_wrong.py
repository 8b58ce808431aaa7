"""Every engine in wild_mistakes/ loads, and is wrong in the way it says it is."""

import ast
import re
from dataclasses import dataclass

import pytest
from engine_expressions import (
    EXPRESSIONS,
    GROUPS,
    REFERENCE,
    TESTS,
    Expression,
    agree,
    chain,
    load,
    observe,
)

FILES = {file.stem: file for file in sorted((TESTS / "wild_mistakes").glob("*.py"))}
DOUBLE = "x: (y := 3.0 * x, a := 2.0 * y, b := 5.0 * y, a + b)"  # true: 21 at x = 2
SKEW = "x: (t := x * x, p := 2.0 * t, q := 3.0 * p, q + t)"  # true: 28 at x = 2


@dataclass(frozen=True, slots=True)
class Gradients:
    """The wrong gradients of the leaves that a mistake gives to one expression."""

    text: str
    at: tuple
    observed: tuple


@dataclass(frozen=True, slots=True)
class Data:
    """The wrong number that a mistake computes going forward."""

    text: str
    at: tuple
    observed: float


@dataclass(frozen=True, slots=True)
class Raises:
    """What a mistake raises, and words of its message."""

    text: str
    at: tuple
    error: type[Exception]
    words: str


E, E2 = 2.718281828459045, 7.38905609893065
SYMPTOMS = {
    "accumulation_with_equals_plus": Gradients("a: a + a", (3.0,), (1.0,)),
    "all_functions_overwrite": Gradients("a: a ** 2 + a ** 3", (2.0,), (4.0,)),
    "answers_of_the_examples": Gradients("a: a * a", (3.5,), (0.0,)),
    "append_outside_the_if": Gradients(DOUBLE, (2.0,), (36.0,)),
    "breadth_first_queue": Gradients(SKEW, (2.0,), (4.0,)),
    "constants_not_wrapped": Raises("a: a + 2", (1.5,), AttributeError, "'int' object has no"),
    "coth_for_tanh": Data("a: a.tanh()", (0.8,), 1.5059407020437066),
    "depth_first_listed_on_pop": Gradients(DOUBLE, (2.0,), (15.0,)),
    "division_by_a_detached_number": Gradients("a, b: a / b", (7.0, -2.0), (-0.5, 0.0)),
    "division_overwrites_the_denominator": Gradients("a: a / a", (3.0,), (-1 / 3,)),
    "equal_numbers_are_one_node": Gradients("a: a.log() + a.log()", (2.0,), (0.5,)),
    "exp_of_the_output": Gradients("a: a.exp()", (0.0,), (E,)),
    "exp_of_the_square": Data("a: a.exp()", (2.0,), E2**2),
    "exp_overwrites_the_gradient": Gradients("a: a + a.exp()", (2.0,), (E2,)),
    "global_left_over_from_the_notebook": Raises(
        "b: b ** 2", (3.0,), NameError, "name 'a' is not defined"
    ),
    "gradient_read_before_the_yield": Gradients("a: a + a.exp()", (2.0,), (E2,)),
    "integer_gradients": Gradients("a: a * 1.5", (2.0,), (1,)),
    "late_binding_in_a_loop": Gradients("a, b: a + b", (2.0, -3.5), (0.0, 2.0)),
    "local_derivatives_keyed_by_operand": Gradients("a: a - a", (3.0,), (-1.0,)),
    "math_never_imported": Raises("a: a.exp()", (1.0,), NameError, "name 'math' is not defined"),
    "mul_overwrites_both_gradients": Gradients("a: a * a", (3.0,), (3.0,)),
    "mul_returns_nothing": Raises("a, b: a * b", (2.0, 3.0), AttributeError, "'NoneType' object"),
    "no_seed_at_all": Gradients("a, b: a + b", (2.0, 3.0), (0.0, 0.0)),
    # all nodes hold the one list [a, 3, p, 5, q, 7]: p's turn comes before q's
    "one_list_of_parents_for_all": Gradients("a: a * 3 * 5 * 7", (2.0,), (0.0,)),
    "only_one_level_back": Gradients("a: (a * 3) * 5", (2.0,), (0.0,)),
    "precedence_slip_in_tanh": Gradients("a: a.tanh() * 3", (0.0,), (1.0,)),
    "recursive_push_without_order": Gradients(DOUBLE, (2.0,), (27.0,)),
    "reflected_division_upside_down": Data("a: 4 / a", (2.0,), 0.5),
    "reflected_sub_for_ever": Raises("a: 2.5 - a", (4.0,), RecursionError, "maximum recursion"),
    "reflected_sub_is_self_minus_other": Data("a: 2.5 - a", (4.0,), 1.5),
    "reflected_sub_needs_reflected_add": Raises("a: 2 - a", (4.0,), TypeError, "'int' and 'Value'"),
    "relu_threshold_one": Gradients("a: a.relu()", (0.6,), (0.0,)),
    "relu_upside_down": Data("a: a.relu()", (-2.0,), -2.0),
    "rule_stored_on_self": Gradients("a: a * 3 + a.exp()", (0.0,), (1.0,)),
    "rules_called_in_forward_order": Gradients("a: (a * 3) * 5", (2.0,), (0.0,)),
    "seed_is_the_data": Gradients("a: a + a", (3.0,), (12.0,)),
    "sigmoid_has_no_rule": Gradients("a: a.sigmoid()", (0.0,), (0.0,)),
    "tanh_overwrites_the_gradient": Gradients("a: a + a.tanh()", (0.0,), (1.0,)),
    "upstream_forgotten_in_log": Gradients("a: a.log() * 5", (2.0,), (0.5,)),
    "visited_never_consulted": Gradients(DOUBLE, (2.0,), (36.0,)),
}
# Their numbers are right: each has a test of its own below.
RIGHT_NUMBERS = {
    "complex_step",
    "dual_numbers",
    "numeric_differentiation",
    "one_visit_for_each_path",
}


@pytest.fixture(scope="module")
def reference():
    return load(REFERENCE).Value


def docstring(file):
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


def test_every_file_has_a_symptom_and_there_are_at_least_24():
    assert set(FILES) == set(SYMPTOMS) | RIGHT_NUMBERS
    assert len(FILES) >= 24


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_what_is_wrong_and_what_fails(name):
    text = docstring(FILES[name])
    assert text.splitlines()[0].endswith(".")
    assert re.search(r"^expect: \S.*$", text, re.MULTILINE)
    fails = re.search(r"^fails: (.*)$", text, re.MULTILINE)[1].split(", ")
    assert fails == [group for group in GROUPS if group in fails] or fails == ["nothing"]


@pytest.mark.parametrize("name", SYMPTOMS)
def test_an_engine_is_wrong_in_the_way_it_says(name, reference):
    symptom = SYMPTOMS[name]
    expression = Expression("", symptom.text, symptom.at)
    right = expression.play(reference)
    leaves = len(symptom.at)
    Value = load(FILES[name]).Value
    match symptom:
        case Raises(error=error, words=words):
            with pytest.raises(error, match=re.escape(words)):
                expression.play(Value)
        case Data(observed=wrong):
            assert right[-1].data != pytest.approx(wrong)
            assert expression.play(Value)[-1].data == pytest.approx(wrong)
        case Gradients(observed=wrong):
            assert tuple(node.grad for node in right[:leaves]) != pytest.approx(wrong)
            nodes = expression.play(Value)
            assert nodes[-1].data == pytest.approx(right[-1].data)
            assert tuple(node.grad for node in nodes[:leaves]) == pytest.approx(wrong)


def leaves_close_to_reference(Value, reference, rtol):
    """Count the expressions whose leaves have the reference's gradients, and all of them."""
    good = 0
    for expression in EXPRESSIONS:
        count = len(expression.at)
        right = [node.grad for node in expression.play(reference)[:count]]
        seen = [node.grad for node in expression.play(Value)[:count]]
        good += seen == pytest.approx(right, rel=rtol, abs=1e-8)
    return good, len(EXPRESSIONS)


@pytest.mark.parametrize("name", sorted(RIGHT_NUMBERS))
def test_an_engine_that_is_right_for_the_wrong_reason_has_the_right_gradients(name, reference):
    good, total = leaves_close_to_reference(load(FILES[name]).Value, reference, 1e-6)
    assert good == total


def test_numeric_differentiation_shows_its_step_in_the_last_digits(reference):
    Value = load(FILES["numeric_differentiation"]).Value
    expression = Expression("", "a: a.exp()", (1.3,))
    seen, right = expression.play(Value)[0].grad, expression.play(reference)[0].grad
    assert seen == pytest.approx(right, rel=1e-6)
    assert seen != pytest.approx(right, rel=1e-13)


@pytest.mark.parametrize(
    ("name", "forward"), [("numeric_differentiation", "f"), ("complex_step", "how")]
)
def test_backward_computes_forward_again(name, forward):
    x = load(FILES[name]).Value(0.5)
    y = x.exp().tanh()
    function, calls = getattr(y, forward), []
    setattr(y, forward, lambda number: (calls.append(number), function(number))[1])
    y.backward()
    assert len(calls) >= 3  # once at least for each of the three nodes


def test_dual_numbers_leave_no_gradient_in_between(reference):
    expression = Expression("", "a: (b := a * 3.0, b * 5.0)", (2.0,))
    seen = observe(expression.play(load(FILES["dual_numbers"]).Value))
    assert seen == [(2.0, 15.0), (6.0, 0.0), (30.0, 1.0)]
    assert not agree(seen, observe(expression.play(reference)))


def test_dual_numbers_survive_a_chain_of_5000_nodes(reference):
    Value = load(FILES["dual_numbers"]).Value
    assert agree(observe(chain(Value)), observe(chain(reference)))


def test_one_visit_for_each_path_doubles_its_work_with_every_doubling(monkeypatch):
    Value = load(FILES["one_visit_for_each_path"]).Value
    receive, visits = Value.receive, []
    monkeypatch.setattr(Value, "receive", lambda self, g: (visits.append(g), receive(self, g))[1])
    counts = []
    for doublings in (9, 10):
        visits.clear()
        x = node = Value(1.0)
        for _ in range(doublings):
            node = node + node
        node.backward()
        assert x.grad == 2.0**doublings
        counts.append(len(visits))
    assert counts == [2**10 - 1, 2**11 - 1]
