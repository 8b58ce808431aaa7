"""The second engine of the reference gives what the first one gives, in fewer lines."""

import json
import random

import pytest
from gradients.dual_numbers import by_duals
from repository import ROOT

from autograder.authoring.checks.random_tapes import random_tapes
from autograder.tape import OPS
from autograder.worker.players.base import build
from reference import engine, nn, tuple_engine
from reference.torch_compare import expression

LINES = 60  # the whole file: it has to fit on a screen


def played(module, tape, calls=1):
    """Data of every node and, after backward, gradients of every node of the tape."""
    nodes = build({"Value": module.Value}, tape.plain())
    for _ in range(calls):
        nodes[-1].backward()
    return [node.data for node in nodes], [node.grad for node in nodes]


def test_it_fits_on_a_screen_and_a_node_holds_its_parents_and_numbers_alone():
    text = (ROOT / "reference" / "tuple_engine.py").read_text()
    assert len(text.splitlines()) <= LINES
    a, b = tuple_engine.Value(2.0), tuple_engine.Value(3.0)
    out = a * b
    assert not hasattr(out, "__dict__")
    assert (out._prev, out._locals) == ((a, b), (3.0, 2.0))


@pytest.mark.parametrize("calls", [1, 2])
def test_both_engines_agree_on_random_graphs_of_every_operation(calls):
    tapes = random_tapes(
        "two engines", 60, ops=OPS, steps=12, leaves=3, fan_out=True, gradients=by_duals
    )
    assert {step.op for tape in tapes for step in tape.steps} == {*OPS}
    for tape in tapes:
        data, grads = played(tuple_engine, tape, calls)
        expected_data, expected_grads = played(engine, tape, calls)
        assert data == pytest.approx(expected_data, rel=1e-12)
        assert grads == pytest.approx(expected_grads, rel=1e-10, abs=1e-12)


def test_it_agrees_with_what_pytorch_said():
    record = json.loads((ROOT / "exercises/10_pytorch/torch_record.json").read_text())
    assert record["expression"]
    for row in record["expression"]:
        leaves = [tuple_engine.Value(x) for x in row["at"]]
        out = expression(*leaves)
        out.backward()
        assert out.data == pytest.approx(row["value"], rel=1e-12)
        assert [leaf.grad for leaf in leaves] == pytest.approx(row["grads"], rel=1e-12)


def test_plain_numbers_stand_on_either_side():
    a = tuple_engine.Value(4.0)
    made = [a + 2, 2 + a, a - 2, 2 - a, a * 2, 2 * a, a / 2, 2 / a, sum([a, a])]
    assert [node.data for node in made] == [6, 6, 2, -2, 8, 8, 2, 0.5, 8]
    total = sum(made)
    total.backward()
    assert a.grad == 1 + 1 + 1 - 1 + 2 + 2 + 0.5 - 2 / 16 + 2


def test_powers_refuse_and_pass_on_what_those_of_the_first_engine_do():
    for x in (0.0, -2.0, 3.0):
        node = tuple_engine.Value(x)
        out = node**0
        out.backward()
        assert (out.data, node.grad) == (1.0, 0.0)
    with pytest.raises(ValueError, match="math domain error"):
        tuple_engine.Value(-8.0) ** 0.5
    with pytest.raises(TypeError):
        tuple_engine.Value(2.0) ** tuple_engine.Value(3.0)


def test_a_chain_of_100_000_nodes_needs_no_recursion():
    x = node = tuple_engine.Value(1.0)
    for _ in range(100_000):
        node = node + 1.0
    node.backward()
    assert (node.data, x.grad) == (100_001.0, 1.0)


def test_25_doublings_are_walked_once_a_node():
    x = node = tuple_engine.Value(1.0)
    for _ in range(25):
        node = node + node
    node.backward()
    assert x.grad == 2.0**25


def test_a_network_trains_to_the_same_weights_on_either_engine(monkeypatch):
    def weights():
        model = nn.MLP(2, [4, 1], rng=random.Random(3))
        for _ in range(10):
            loss = sum((model([x, 1.0]) - 2 * x) ** 2 for x in (-1.0, 0.5, 1.0))
            model.zero_grad()
            loss.backward()
            for parameter in model.parameters():
                parameter.data -= 0.02 * parameter.grad
        return [parameter.data for parameter in model.parameters()]

    expected = weights()
    monkeypatch.setattr(nn, "Value", tuple_engine.Value)
    assert weights() == pytest.approx(expected, rel=1e-10)
