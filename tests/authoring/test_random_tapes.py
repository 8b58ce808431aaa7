"""Random graphs: the same for a seed, clear in their verdicts, and small ones first."""

import random

import pytest
from gradients.dual_numbers import by_duals, duals

from autograder.authoring.checks.random_tapes import (
    KINK_DISTANCE,
    LARGEST,
    NEAR,
    _shared,
    random_tapes,
)
from autograder.tape import OPS, Constant, Step, Tape
from autograder.worker.players.base import build
from reference.engine import Value

FEW = {
    "ops": ("add", "mul", "tanh", "relu"),
    "steps": 6,
    "leaves": 3,
    "fan_out": True,
    "gradients": by_duals,
}


@pytest.fixture(scope="module")
def tapes():
    return random_tapes("a seed", 12, ops=OPS, steps=8, leaves=3, fan_out=True, gradients=by_duals)


def test_the_same_seed_gives_the_same_graphs_and_another_gives_others():
    again = random_tapes("one", 5, **FEW)
    assert random_tapes("one", 5, **FEW) == again
    assert random_tapes("two", 5, **FEW) != again


def test_pythons_own_generator_is_left_alone():
    before = random.getstate()
    random_tapes("one", 3, **FEW)
    assert random.getstate() == before


def test_graphs_are_distinct_and_small_ones_come_first(tapes):
    assert len(set(tapes)) == len(tapes) == 12
    assert [t.size for t in tapes] == sorted(t.size for t in tapes)


def test_no_graph_is_larger_than_asked(tapes):
    assert all(len(t.steps) <= 8 and 1 <= len(t.leaves) <= 3 for t in tapes)


def test_only_the_operations_asked_for_are_used():
    for tape in random_tapes("x", 5, **FEW):
        assert {step.op for step in tape.steps} <= set(FEW["ops"])


def test_every_node_but_the_last_is_used_and_some_node_more_than_once(tapes):
    for tape in tapes:
        uses = [a for s in tape.steps for a in s.args if isinstance(a, int)]
        assert set(uses) == set(range(tape.size - 1))
        assert len(uses) > len(set(uses))


def test_gradients_are_far_from_0_from_1_and_from_what_rounding_could_hide(tapes):
    for tape in tapes:
        for leaf in range(len(tape.leaves)):
            nodes = duals(tape, leaf)
            slope = abs(nodes[-1].slope)
            assert NEAR < slope < LARGEST and abs(slope - 1) > NEAR
            assert all(abs(node.value) < LARGEST for node in nodes)


def test_no_graph_comes_near_the_kink_of_relu(tapes):
    for tape in tapes:
        nodes = duals(tape, 0)
        for step in tape.steps:
            if step.op == "relu":
                assert abs(nodes[step.args[0]].value) >= KINK_DISTANCE


def test_the_reference_agrees_with_dual_numbers_on_every_graph(tapes):
    for tape in tapes:
        nodes = build({"Value": Value}, tape.plain())
        nodes[-1].backward()
        for leaf in range(len(tape.leaves)):
            assert nodes[leaf].grad == pytest.approx(duals(tape, leaf)[-1].slope, rel=1e-9)


def test_for_each_operation_a_later_step_uses_its_operand_in_some_graph():
    for seed in range(6):
        drawn = random_tapes(
            f"cover {seed}", 20, ops=OPS, steps=10, leaves=3, fan_out=True, gradients=by_duals
        )
        assert set().union(*map(_shared, drawn)) == set(OPS), seed


def test_an_operand_is_shared_only_with_a_later_step():
    steps = (Step("exp", (0,)), Step("tanh", (0,)), Step("mul", (1, 2)), Step("add", (3, 3)))
    assert _shared(Tape((0.5,), steps, tuple("abcde"))) == {"exp"}


def test_too_few_graphs_are_an_error_that_says_how_many():
    with pytest.raises(ValueError, match=r"only \d+ of 50 random graphs were found for \('neg',\)"):
        random_tapes("x", 50, ops=("neg",), steps=3, leaves=1, fan_out=True, gradients=by_duals)


def test_names_are_new_for_every_node(tapes):
    for tape in tapes:
        assert len(set(tape.names)) == tape.size


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((Step("add", (0, Constant(1))),), "one step only"),
        ((Step("mul", (0, 0)), Step("relu", (1,)), Step("mul", (2, Constant(0)))), "slope 0"),
        ((Step("add", (0, 0)), Step("sub", (1, 0))), "slope 1"),
        ((Step("add", (0, 0)), Step("sub", (1, Constant(1.0))), Step("relu", (2,))), "a kink"),
        ((Step("mul", (0, 0)), Step("mul", (1, Constant(40))), Step("tanh", (2,))), "flat tanh"),
        ((Step("sub", (0, 0)), Step("truediv", (0, 1))), "division by 0"),
        ((Step("add", (0, 0)), Step("truediv", (1, Constant(0.01)))), "a small divisor"),
        ((Step("neg", (0,)), Step("add", (1, 1)), Step("log", (2,))), "log of a negative"),
        ((Step("mul", (0, 0)), Step("mul", (1, Constant(1e6)))), "a huge slope"),
        (
            (Step("mul", (0, 0)), Step("add", (1, Constant(1e5))), Step("mul", (2, Constant(3)))),
            "huge data",
        ),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_an_unclear_graph_is_sifted_out(steps, why):
    from autograder.authoring.checks.random_tapes import is_clear

    names = tuple(f"n{k}" for k in range(1 + len(steps)))
    assert not is_clear(Tape((0.5,), steps, names), by_duals, fan_out=True)


def test_a_graph_without_reuse_is_clear_only_where_none_is_asked_for():
    from autograder.authoring.checks.random_tapes import is_clear

    tape = Tape((0.5,), (Step("mul", (0, Constant(3))), Step("tanh", (1,))), ("a", "b", "c"))
    assert is_clear(tape, by_duals, fan_out=False)
    assert not is_clear(tape, by_duals, fan_out=True)
    assert not is_clear(Tape((), (), ()), by_duals, fan_out=False)
