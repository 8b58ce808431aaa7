"""What the players of 08, 09 and 10 say of things that are no numbers, models or lists."""

import pytest
from model_submissions import WRONG_LOOPS, answers_with, compiled

from autograder.judging.recorded import value_at
from autograder.worker import driver
from autograder.worker.status import Status


def said(exercise, kind, **sources):
    """Texts of what went wrong in the cases of one kind."""
    answers = answers_with(exercise, **sources)
    checks = {c.id: c for c in compiled(exercise).checks}
    return {
        answer.detail
        for check, found in answers.items()
        for case, answer in zip(checks[check].cases, found, strict=True)
        if case.kind == kind and answer.status is Status.WRONG_TYPE
    }


def test_network_without_the_named_attributes_is_told():
    source = "@method_of(MLP)\ndef __init__(self, nin, nouts, rng=random):\n    self.rows = []\n"
    found = said("08_mlp", "model", MLP___init__=source)
    assert found == {"MLP has neither layers nor neurons, nor w and b"}


def test_plain_number_among_weights_is_told():
    source = """
@method_of(Neuron)
def __init__(self, nin, nonlin=True, rng=random):
    self.w, self.b, self.nonlin = [rng.uniform(-1, 1) for _ in range(nin)], Value(0.0), nonlin
"""
    found = said("08_mlp", "model", Neuron___init__=source)
    assert "Neuron holds a float among w and b, not a Value" in found


def test_too_few_weights_are_told():
    source = """
@method_of(Layer)
def __init__(self, nin, nout, nonlin=True, rng=random):
    self.neurons = [Neuron(nin, nonlin, rng)]
"""
    assert "MLP holds 7 weights and biases where 13 are due" in said(
        "08_mlp", "model", Layer___init__=source
    )


def test_output_that_is_no_value_is_told():
    source = "@method_of(Layer)\ndef __call__(self, x):\n    return [0.5 for n in self.neurons]\n"
    found = said("08_mlp", "model", Layer___call__=source)
    assert "an output is of type float, not a Value" in found


def test_wrong_number_of_outputs_is_told():
    source = "@method_of(Layer)\ndef __call__(self, x):\n    return self.neurons[0](x)\n"
    assert "1 outputs came where 3 are due" in said("08_mlp", "model", Layer___call__=source)


def test_loss_without_a_graph_is_told():
    source = "def mean_squared_error(predictions, targets):\n    return 21.0\n"
    found = said("09_training", "on_values", mean_squared_error=source)
    assert found == {"the result is of type float, not a Value"}


def test_loop_that_returns_nothing_is_told():
    source = "def train(model, inputs, targets, loss, steps, learning_rate):\n    pass\n"
    found = said("09_training", "training", train=source)
    assert found == {"the loop gave back NoneType, not a list of losses: is a return missing?"}


def test_batch_that_is_no_pair_is_told():
    source = "def minibatch(inputs, targets, size, rng):\n    return inputs[:size]\n"
    found = said("09_training", "minibatch", minibatch=source)
    assert found == {"a list came back, not a pair of lists"}


def test_missing_losses_are_told_as_a_number_of_losses():
    answers = answers_with(
        "09_training", train=WRONG_LOOPS["no-zero-grad"].replace("losses.append", "str")
    )
    first = answers["trace_of_the_line"][0]
    assert first.numbers[:3] == (0.0, -1.0, -1.0)


def test_expression_for_values_only_is_told():
    source = "def expression(a, b):\n    return 1.5\n"
    found = said("10_pytorch", "any_number", expression=source)
    assert found == {"a float came back where the kind of number that went in is due"}
    source = "def expression(a, b):\n    return a + 'b'\n"
    found = said("10_pytorch", "any_number", expression=source)
    assert found == {"an operand is of type str, not a number"}
    source = "def expression(a, b):\n    return a ** b\n"
    found = said("10_pytorch", "any_number", expression=source)
    assert found == {"an exponent is of type Recorded, not plain"}


@pytest.mark.parametrize("asked", ["float(a)", "math.tanh(a)", "max(0, a)", "a if a else b"])
def test_expression_that_asks_for_a_plain_number_is_told(asked):
    source = f"import math\ndef expression(a, b):\n    return {asked}\n"
    (found,) = said("10_pytorch", "any_number", expression=source)
    assert found.endswith("float(), math and comparisons need a plain number")


def test_expression_that_keeps_a_number_from_an_earlier_call_is_told():
    source = "kept = []\ndef expression(a, b):\n    kept.append(a)\n    return a * b + kept[0]\n"
    found = said("10_pytorch", "any_number", expression=source)
    assert found == {"an operand was kept from an earlier call"}


def test_expression_that_never_ends_is_told():
    source = "def expression(a, b):\n    while True:\n        a = a + b\n"
    found = said("10_pytorch", "any_number", expression=source)
    assert found == {"more than 200 operations were asked for"}


def test_a_recorded_number_knows_the_operations_that_both_engines_know():
    source = """
def expression(a, b):
    return (a.exp().log() - 1).sigmoid() + (3 - b) / a + -b * 2 + (1 / b) ** 2 + (b - a).relu()
"""
    namespace = driver.make_namespace(())
    assert [p.status for p in driver.execute([("expression", source)], namespace)] == [0]
    case = {
        "kind": "any_number",
        "request": {"name": "expression", "arguments": 2},
        "ops": [],
        "within_s": 1.0,
    }
    (played,) = driver.play(namespace, [case], 1.0)
    assert played.status is Status.OK
    s = 1 / (1 + 2.718281828459045**-0.5)
    due = s + 0.5 / 1.5 - 5 + 0.16 + 1
    assert value_at(played.numbers, (1.5, 2.5)) == pytest.approx(due)
