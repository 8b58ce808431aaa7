"""The lessons 08 to 10: every number in their prose that can be computed is computed here."""

import json
import random
import sys
from itertools import pairwise

import pytest
from repository import ROOT

from autograder.authoring.lessons.exercises import load_exercise
from autograder.model import Role
from autograder.worker.imports import standins
from reference.engine import Value
from reference.nn import MLP, Layer, Neuron, parameter_count
from reference.recorded import make_torch_record
from reference.torch_compare import (
    expression,
    grad_without_reset,
    in_roundings,
    layer_backward,
    operation_nodes,
    weights_for_torch,
    worst_error,
)
from reference.training import (
    accuracy,
    decayed_rate,
    fit,
    hinge_loss,
    l2_penalty,
    make_moons,
    mean_squared_error,
    minibatch,
    sgd_step,
    signed,
    train,
)

LESSONS = ("08_mlp", "09_training", "10_pytorch")
LINE = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
RECORD = json.loads((ROOT / "exercises/10_pytorch/torch_record.json").read_text())


def says(exercise, *texts):
    """Whether a lesson holds these texts, so that a changed number is noticed here."""
    lesson = (ROOT / "exercises" / exercise / "lesson.md").read_text(encoding="utf-8")
    missing = [text for text in texts if text not in lesson]
    assert not missing, f"{exercise}/lesson.md no longer says {missing}"


def at_zero():
    neuron = Neuron(1, nonlin=False)
    neuron.w[0].data = 0.0
    return neuron


def set_weights(model, data):
    for parameter, number in zip(model.parameters(), data, strict=True):
        parameter.data = number
    return model


def run_cells(exercise, monkeypatch, *, stubs=False, torch=None):
    """Run an exercise's code cells in order, pictures and checks left out.

    Returns: what was raised, by cell id.
    """
    for name, module in standins.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.chdir(ROOT / "exercises" / exercise)
    authored = load_exercise(ROOT / "exercises" / exercise, ROOT / "reference")
    namespace = {"__name__": "notebook"}
    raised = {}
    for cell in authored.exercise.cells:
        if cell.role in (Role.PROSE, Role.WRITTEN):
            continue
        source = cell.source if stubs or cell.solution is None else cell.solution
        try:
            exec(compile(source, cell.id, "exec"), namespace)
        except NotImplementedError as error:
            raised[cell.id] = error
    return raised


@pytest.mark.slow
@pytest.mark.parametrize("exercise", LESSONS)
def test_solved_notebook_runs_from_top_to_bottom(exercise, monkeypatch, capsys):
    assert run_cells(exercise, monkeypatch) == {}
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("exercise", LESSONS)
def test_fresh_notebook_says_what_is_not_written_and_nothing_else(exercise, monkeypatch):
    tasks = [t.id for t in _exercise(exercise).tasks]
    raised = run_cells(exercise, monkeypatch, stubs=True)
    assert raised
    assert {str(error) for error in raised.values()} <= set(tasks)


def _exercise(exercise):
    return load_exercise(ROOT / "exercises" / exercise, ROOT / "reference").exercise


@pytest.mark.parametrize("exercise", LESSONS)
def test_no_hint_and_no_prose_holds_a_line_of_the_solution(exercise):
    from autograder.authoring.proof.guard import solution_lines

    authored = load_exercise(ROOT / "exercises" / exercise, ROOT / "reference")
    folder = ROOT / "exercises" / exercise
    for name in ("lesson.md", "exercise.yml", "checks.py"):
        text = (folder / name).read_text(encoding="utf-8")
        assert [line for line in solution_lines(authored) if line in text] == []


# 08 -----------------------------------------------------------------------------------


def test_neuron_on_paper_is_right():
    neuron = set_weights(Neuron(2), [0.5, -1.0, 0.25])
    output = neuron([3.0, 1.0])
    output.backward()
    assert output.data == 0.75
    assert neuron([2.0, 3.0]).data == 0.0
    assert [p.grad for p in neuron.parameters()] == [3.0, 1.0, 1.0]  # "its input"
    says("08_mlp", "0.5 * 3 - 1 * 1 + 0.25 = 0.75    0.75")


def test_parameter_counts_are_right():
    counts = []
    for nin, nouts in ((2, [3, 1]), (3, [4, 4, 1]), (2, [16, 16, 1])):
        assert parameter_count(nin, nouts) == len(MLP(nin, nouts).parameters())
        counts.append(parameter_count(nin, nouts))
    assert counts == [13, 41, 337]
    says("08_mlp", "13, 41 and 337, twice each", "each 2 + 1          9")


def test_equal_weights_give_equal_neurons():
    model = set_weights(MLP(2, [3, 1]), [0.5, 0.5, 0.0] * 3 + [0.5] * 3 + [0.0])
    output = model([1.0, -0.5])
    output.backward()
    hidden = [[p.grad for p in neuron.parameters()] for neuron in model.layers[0].neurons]
    assert output.data == 0.375
    assert hidden == [[0.5, -0.25, 0.5]] * 3
    says("08_mlp", "$0.5 - 0.25 = 0.25$", r"$3 \cdot 0.5 \cdot 0.25 = 0.375$")


def test_zero_weights_let_only_the_last_bias_learn():
    model = set_weights(MLP(2, [3, 1]), [0.0] * 13)
    model([1.0, -0.5]).backward()
    assert [p.grad for p in model.parameters()] == [0.0] * 12 + [1.0]  # the mark scheme


# 09 -----------------------------------------------------------------------------------


def test_step_by_hand_is_right():
    neuron = at_zero()
    loss = mean_squared_error([neuron(x) for x in LINE[0]], LINE[1])
    loss.backward()
    assert loss.data == 21.0
    assert [p.grad for p in neuron.parameters()] == [-17.0, -8.0]
    sgd_step(neuron.parameters(), 0.05)
    assert [p.data for p in neuron.parameters()] == pytest.approx([0.85, 0.4])
    after = mean_squared_error([neuron(x) for x in LINE[0]], LINE[1]).data
    assert after == pytest.approx(7.05875)
    says("09_training", "/ 4 = 21$", "2 * (-34) / 4 = -17", "0.85", "7.05875", "then 0.85 and 0.4")


def test_a_hundred_steps_find_the_line():
    neuron = at_zero()
    losses = train(neuron, *LINE, mean_squared_error, 100, 0.05)
    assert losses[0] == 21.0
    assert losses[-1] < 0.00001
    assert [p.data for p in neuron.parameters()] == pytest.approx([2.0, 1.0], abs=0.01)
    says("09_training", "From 21 to less than 0.00001 in a hundred steps")


def test_training_without_zero_grad_swings():
    neuron = at_zero()
    neuron.zero_grad = lambda: None
    losses = train(neuron, *LINE, mean_squared_error, 30, 0.05)
    assert [round(x, 2) for x in losses[:5]] == [21.0, 7.06, 0.15, 10.67, 22.79]
    assert sum(b > a for a, b in pairwise(losses)) == 14
    says("09_training", "21, 7.06, then 0.15", "Then 10.67 and 22.79", "14 of 29 steps go up")


def test_hinge_on_paper_is_right():
    predictions = [Value(x) for x in (2.5, 0.3, -1.0, 0.3)]
    assert hinge_loss(predictions, [1, 1, 1, -1]).data == pytest.approx(1.0)
    for far in (5.0, -5.0):  # a label left at 0 costs 1 whatever is predicted
        prediction = Value(far)
        loss = hinge_loss([prediction], [0])
        loss.backward()
        assert (loss.data, prediction.grad) == (1.0, 0.0)
    assert signed([0, 1]) == [-1, 1]
    says("09_training", "relu          0      0.7   2", "the mean is 1.0")


def test_penalty_and_decay_on_paper_are_right():
    parameters = [Value(3.0), Value(-4.0)]
    penalty = l2_penalty(parameters, 0.1)
    penalty.backward()
    assert penalty.data == pytest.approx(2.5)
    assert parameters[1].grad == pytest.approx(-0.8)
    rates = [decayed_rate(0.5, k, 100) for k in (0, 50, 99)]
    assert rates == pytest.approx([0.5, 0.275, 0.0545])
    says("09_training", r"$0.1 \cdot 25 = 2.5$", "0.5 at step 0, 0.275 at step 50")


def learn_moons(select):
    """Accuracies at steps 0, 20 and 100 of the lesson's training of some parameters."""
    points, labels = make_moons(100, noise=0.1, seed=1)
    signs = signed(labels)
    rng = random.Random(2)
    model = MLP(2, [8, 8, 1], rng=rng)
    batches = [minibatch(points, signs, 20, rng) for _ in range(100)]
    rates = [decayed_rate(0.5, k, 100) for k in range(100)]
    trained = select(model)
    model.parameters = lambda: trained
    shares = [accuracy([model(x) for x in points], signs)]
    for part in (slice(0, 20), slice(20, 100)):
        fit(model, batches[part], rates[part], hinge_loss, 0.0001)
        shares.append(accuracy([model(x) for x in points], signs))
    return shares


@pytest.mark.slow
def test_moons_are_learned_as_the_lesson_says():
    assert learn_moons(lambda model: model.parameters()) == [0.5, 0.88, 0.95]
    says("09_training", "goes from 0.50 to 0.88 to 0.95")


@pytest.mark.slow
def test_accuracy_hardly_notices_what_is_never_trained():
    def weights_alone(model):
        return [w for layer in model.layers for neuron in layer.neurons for w in neuron.w]

    assert learn_moons(weights_alone)[-1] == 0.87
    assert learn_moons(lambda model: model.layers[-1].parameters())[-1] == 0.86
    says("09_training", "without the biases reaches 0.87, and with the last layer alone 0.86")


def test_a_value_is_true_whatever_it_holds():
    assert bool(Value(-3.0)) is True


# 10 -----------------------------------------------------------------------------------


def ours_at(place):
    a, b = Value(place[0]), Value(place[1])
    out = expression(a, b)
    out.backward()
    return [out.data, a.grad, b.grad]


def recorded_model():
    network = RECORD["network"]
    return set_weights(MLP(network["nin"], network["nouts"]), network["parameters"])


def test_expression_agrees_with_the_record():
    assert ours_at([0.5, 2.0])[0] == pytest.approx(1.7616, abs=5e-5)
    for row in RECORD["expression"]:
        error = worst_error(ours_at(row["at"]), [row["value"], *row["grads"]])
        assert in_roundings(error, 53) < 10
    says("10_pytorch", r"$\tanh 1 = 0.7616$", "Together $1.7616$")


def test_network_agrees_with_the_record():
    network, double = RECORD["network"], RECORD["double"]
    model = recorded_model()
    outputs = [model(x) for x in network["inputs"]]
    assert in_roundings(worst_error([v.data for v in outputs], double["outputs"]), 53) < 100
    mean_squared_error(outputs, network["targets"]).backward()
    gradients = [p.grad for p in model.parameters()]
    assert worst_error(gradients, double["gradients"]) < 1e-12


def test_twenty_steps_agree_within_roundings():
    network = RECORD["network"]
    args = network["inputs"], network["targets"], mean_squared_error
    losses = train(recorded_model(), *args, network["steps"], network["learning_rate"])
    assert in_roundings(worst_error(losses, RECORD["double"]["losses"]), 53) < 20
    single = worst_error(losses, RECORD["single"]["losses"])
    assert in_roundings(single, 24) < 10
    assert 1e8 < in_roundings(single, 53) < 1e9
    assert 0.5e-7 < single < 2e-7
    says("10_pytorch", "hundreds of millions", "about $10^{-7}$", "20, 0.05")


def test_roundings_have_the_sizes_that_are_named():
    assert pytest.approx(1.1e-16, rel=0.02) == 2.0**-53
    assert pytest.approx(6e-8, rel=0.02) == 2.0**-24
    assert in_roundings(1e-3, 24) == pytest.approx(17_000, rel=0.02)  # the mark scheme
    assert worst_error([2.0, 0.0, -4.0], [1.0, 0.0, -4.0]) == 0.5


def test_calls_of_backward_are_as_recorded():
    assert RECORD["calls"]["leaf"] == [None, 12.0, 24.0, 36.0]
    assert RECORD["calls"]["without_requires_grad"].startswith("RuntimeError")
    assert [grad_without_reset(3, 4, n) for n in (1, 2, 3)] == [12, 36, 72]
    says("10_pytorch", "0 + 4 * 3  = 12", "12 + 8 * 3 = 36")


def test_layer_on_paper_is_right():
    rows, x = [[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]], [10.0, 20.0, 30.0]
    of_rows, of_biases, of_x = layer_backward(rows, x, [1.0, -1.0])
    assert (of_rows[0][2], of_rows[1][0], of_biases[1], of_x) == (30, -10, -1, [-3, -4, -2])
    layer = Layer(3, 2, nonlin=False)
    set_weights(layer, [*rows[0], 0.5, *rows[1], -0.5])
    inputs = [Value(number) for number in x]
    first, second = layer(inputs)
    (first - second).backward()
    assert [[w.grad for w in neuron.w] for neuron in layer.neurons] == of_rows
    assert [v.grad for v in inputs] == of_x
    says("10_pytorch", "1 * 30 = 30", "1 * 1 + (-1) * 4 = -3", "a graph of twelve nodes")
    assert operation_nodes(3, [2]) == 12


@pytest.mark.parametrize(("sizes", "count"), [((2, [3, 1]), 21), ((99, [99, 1]), 19_899)])
def test_node_counts_are_what_the_engine_makes(sizes, count):
    order = MLP(*sizes)([0.5] * sizes[0]).topological_order()
    assert operation_nodes(*sizes) == sum(bool(node._prev) for node in order) == count
    says("10_pytorch", "21 in all", "10,000 parameters and needs 19 899 nodes")


def test_networks_that_are_timed_have_the_sizes_that_are_named():
    counts = {len(MLP(*sizes).parameters()) for sizes in make_torch_record.SIZES.values()}
    assert counts == set(make_torch_record.SIZES) == {10, 10_000}
    assert set(RECORD["milliseconds"]) == {"10", "10000"}
    assert all(0.1 < ms < 0.4 for ms in RECORD["milliseconds"].values())
    says("10_pytorch", "PyTorch 0.2 ms", "against 0.2 ms")


def test_weights_for_torch_have_one_row_for_each_neuron():
    shapes = [(len(rows), len(rows[0]), len(b)) for rows, b in weights_for_torch(MLP(2, [3, 1]))]
    assert shapes == [(3, 2, 3), (1, 3, 1)]


def test_record_is_what_pytorch_says_today():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; the record stands")
    again = make_torch_record.build(torch)
    for part in ("double", "single"):
        for key, numbers in again[part].items():
            assert worst_error(numbers, RECORD[part][key]) < (1e-12 if part == "double" else 1e-5)
    assert again["calls"] == RECORD["calls"]
    assert again["network"] == RECORD["network"]
    for now, then in zip(again["expression"], RECORD["expression"], strict=True):
        assert worst_error([now["value"], *now["grads"]], [then["value"], *then["grads"]]) < 1e-14


def test_notebook_of_10_runs_live_where_pytorch_is_installed(monkeypatch, capsys):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; the record stands")
    assert run_cells("10_pytorch", monkeypatch, torch=torch) == {}
    out = capsys.readouterr().out
    assert "live" in out
    assert "tensor(36., dtype=torch.float64)" in out


def test_record_names_its_provenance():
    assert set(RECORD["provenance"]) == {"torch", "dtype", "threads", "seed", "script"}
    assert (ROOT / RECORD["provenance"]["script"]).is_file()
    assert RECORD["provenance"]["torch"].startswith("2.13.0")
    says("10_pytorch", "PyTorch 2.13.0")
