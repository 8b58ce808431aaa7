"""Tapes: traced from functions, played, mirrored, printed, and differentiated on their own."""

import math
from fractions import Fraction

import pytest
from gradients.dual_numbers import duals
from hypothesis import given
from hypothesis import strategies as st

from autograder.tape import BINARY, OPS, UNARY, Constant, Step, Tape, spare_names, trace
from autograder.worker.players.base import OPS as PLAYED
from autograder.worker.players.base import build
from reference.engine import Value


def values(tape):
    """Data of every node when the tape's own Python is run."""
    names = {"Value": Value}
    exec("\n".join(tape.python()), names)
    return [names[name].data for name in tape.names]


def test_a_traced_function_becomes_steps_on_numbered_nodes():
    tape = trace(lambda a, b: (a + b) * a, [2.0, 3.0])
    assert tape.leaves == (2.0, 3.0)
    assert tape.steps == (Step("add", (0, 1)), Step("mul", (2, 0)))
    assert tape.names == ("a", "b", "c", "d")
    assert tape.size == 4


def test_a_number_on_the_left_is_a_constant_on_the_left():
    steps = [trace(f, [1.0]).steps[0] for f in (
        lambda a: 2 + a, lambda a: 2 - a, lambda a: 2 * a, lambda a: 2 / a,
        lambda a: a + 2, lambda a: a - 2, lambda a: a * 2, lambda a: a / 2, lambda a: a**2,
    )]  # fmt: skip
    assert [s.needs for s in steps] == [
        "radd", "rsub", "rmul", "rtruediv", "add", "sub", "mul", "truediv", "pow",
    ]  # fmt: skip
    assert all(s.args == (Constant(2), 0) for s in steps[:4])
    assert all(s.args == (0, Constant(2)) for s in steps[4:])


def test_sum_of_nodes_starts_with_a_reflected_addition():
    assert trace(lambda a, b: sum([a, b]), [1.0, 2.0]).needs == ("add", "radd")


@pytest.mark.parametrize("op", UNARY)
def test_each_operation_of_one_node_is_traced(op):
    tape = trace(lambda a: -a if op == "neg" else getattr(a, op)(), [0.5])
    assert tape.steps == (Step(op, (0,)),)
    assert tape.needs == (op,)


def test_a_step_of_two_constants_cannot_be_recorded_but_needs_says_reflected():
    assert Step("mul", (Constant(2), 0)).needs == "rmul"
    assert Step("neg", (0,)).needs == "neg"


@pytest.mark.parametrize("function", [lambda a: 3.0, lambda a: None, lambda a: (a + 1, a)[1]])
def test_a_function_that_returns_no_node_or_not_its_last_is_refused(function):
    with pytest.raises(ValueError, match="must return the node that it made last"):
        trace(function, [1.0])


def test_a_function_that_returns_its_only_leaf_is_a_tape_without_steps():
    tape = trace(lambda a: a, [3.0])
    assert (tape.size, tape.steps, tape.python()) == (1, (), ["a = Value(3.0)"])


def test_names_can_be_given_and_the_rest_are_letters_that_are_free():
    tape = trace(lambda x, b: x * b + x - b, [1.0, 2.0], "p q")
    assert tape.names == ("x", "b", "p", "q", "a")


def test_arguments_in_a_star_are_named_by_number():
    assert trace(lambda *xs: xs[0] + xs[1], [1.0, 2.0]).names == ("x0", "x1", "a")


def test_forty_spare_names_differ_and_none_is_l_or_taken():
    names = spare_names(("a", "b"))
    first = [next(names) for _ in range(40)]
    assert len(set(first)) == 40
    assert first[:2] == ["c", "d"] and first[-1].startswith("n")
    assert not {"a", "b", "l"} & set(first)


def test_whole_numbers_stay_whole():
    tape = trace(lambda a: a * 2, [3])
    assert tape.plain() == {"leaves": [3], "steps": [["mul", 0, [2]]]}
    assert tape.python() == ["a = Value(3)", "b = a * 2"]


def test_python_puts_negative_numbers_in_brackets():
    tape = trace(lambda a: (-2.0 * a) ** -3, [2.0])
    assert tape.python()[1:] == ["b = (-2.0) * a", "c = b ** (-3)"]
    assert values(tape) == [2.0, -4.0, -(4.0**-3)]


def test_negation_and_methods_are_printed_as_they_are_written():
    assert trace(lambda a: (-a).exp(), [1.0]).python()[1:] == ["b = -a", "c = b.exp()"]


def test_mirroring_exchanges_the_operands_of_plus_and_times_alone():
    tape = trace(lambda a, b: ((a + b) * 2 - a) / b, [2.0, 3.0])
    mirrored = tape.mirrored()
    assert mirrored.steps[0].args == (1, 0)
    assert mirrored.steps[1] == Step("mul", (Constant(2), 2))
    assert mirrored.steps[2:] == tape.steps[2:]
    assert mirrored.mirrored() == tape
    assert values(mirrored) == values(tape)


def test_a_plain_tape_is_played_as_it_was_traced():
    tape = trace(lambda a, b: (2 / a - b).tanh() * a**2, [2.0, 3.0])
    played = [node.data for node in build({"Value": Value}, tape.plain())]
    assert played == values(tape)
    assert played[-1] == math.tanh(1.0 - 3.0) * 4


def test_every_operation_of_a_tape_can_be_played():
    assert set(OPS) == set(BINARY) | set(UNARY) == set(PLAYED)


# Dual numbers: the derivative without any engine ------------------------------------------


@st.composite
def rational_tapes(draw):
    """Tapes of + - * / and whole powers, whose derivatives are exact in fractions."""
    leaves = tuple(draw(st.lists(st.integers(-4, 4).filter(bool), min_size=1, max_size=3)))
    steps = []
    for k in range(draw(st.integers(1, 6))):
        op = draw(st.sampled_from(["add", "sub", "mul", "truediv", "pow", "neg"]))
        first = draw(st.integers(0, len(leaves) + k - 1))
        if op == "pow":
            steps.append(Step(op, (first, Constant(draw(st.sampled_from([2, 3, -1, -2]))))))
        elif op == "neg":
            steps.append(Step(op, (first,)))
        else:
            second = draw(
                st.one_of(
                    st.integers(0, len(leaves) + k - 1),
                    st.integers(-3, 3).filter(bool).map(Constant),
                )
            )
            steps.append(Step(op, (first, second)))
    return Tape(leaves, tuple(steps), tuple(f"n{k}" for k in range(len(leaves) + len(steps))))


def exactly(tape, leaf):
    """(value, slope) of the last node in fractions: the quotient rule, written down again."""
    nodes = [(Fraction(x), Fraction(int(k == leaf))) for k, x in enumerate(tape.leaves)]
    for step in tape.steps:
        (a, da), *rest = [
            (Fraction(x.number), Fraction(0)) if isinstance(x, Constant) else nodes[x]
            for x in step.args
        ]
        if step.op == "neg":
            nodes.append((-a, -da))
            continue
        ((b, db),) = rest
        if step.op == "pow":
            nodes.append((a ** int(b), int(b) * a ** (int(b) - 1) * da))
        elif step.op == "mul":
            nodes.append((a * b, a * db + b * da))
        elif step.op == "truediv":
            nodes.append((a / b, (da * b - db * a) / b**2))
        else:
            sign = 1 if step.op == "add" else -1
            nodes.append((a + sign * b, da + sign * db))
    return nodes[-1]


@given(rational_tapes())
def test_dual_numbers_agree_with_exact_arithmetic(tape):
    for leaf in range(len(tape.leaves)):
        try:
            value, slope = exactly(tape, leaf)
        except ZeroDivisionError:
            return
        found = duals(tape, leaf)[-1]
        assert found.value == pytest.approx(float(value), rel=1e-9, abs=1e-9)
        scale = 1e-6 * max(1.0, abs(float(slope)), abs(float(value)))
        assert found.slope == pytest.approx(float(slope), rel=1e-6, abs=scale)


@pytest.mark.parametrize(
    ("function", "at", "slope"),
    [
        (lambda a: a.exp(), 1.25, math.exp(1.25)),
        (lambda a: a.log(), 2.5, 1 / 2.5),
        (lambda a: a.tanh(), 0.7, 1 / math.cosh(0.7) ** 2),
        (lambda a: a.sigmoid(), 0.7, math.exp(-0.7) / (1 + math.exp(-0.7)) ** 2),
        (lambda a: a.sigmoid(), -0.7, math.exp(-0.7) / (1 + math.exp(-0.7)) ** 2),
        (lambda a: a.relu(), 0.7, 1.0),
        (lambda a: a.relu(), -0.7, 0.0),
        (lambda a: a**0.5, 4.0, 0.25),
        (lambda a: 2 - a, 4.0, -1.0),
        (lambda a: -a, 4.0, -1.0),
    ],
)
def test_dual_numbers_know_the_derivatives_of_the_textbook(function, at, slope):
    assert duals(trace(function, [at]), 0)[-1].slope == pytest.approx(slope, rel=1e-12)


def test_dual_numbers_of_a_sigmoid_far_out_do_not_overflow():
    for at, due in ((-800.0, 0.0), (800.0, 1.0)):
        (_, end) = duals(trace(lambda a: a.sigmoid(), [at]), 0)
        assert (end.value, end.slope) == (due, 0.0)


def test_dual_numbers_refuse_what_has_no_real_answer():
    with pytest.raises(ValueError, match="negative base to a fraction"):
        duals(trace(lambda a: a**0.5, [-2.0]), 0)
    with pytest.raises(ZeroDivisionError):
        duals(trace(lambda a: a / 0.0, [-2.0]), 0)
    with pytest.raises(ValueError):
        duals(trace(lambda a: a.log(), [-2.0]), 0)
