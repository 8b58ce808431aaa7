"""The reference against oracles that share no code with it, and its promises one by one."""

import math
import random
from fractions import Fraction
from itertools import pairwise

import pytest
from gradients.dual_numbers import by_duals, duals
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.checks.random_tapes import random_tapes
from autograder.tape import OPS, trace
from autograder.worker.players.base import build
from reference.engine import Value
from reference.nn import MLP, Layer, Module, Neuron, parameter_count

LARGE = {"leaves": 3, "fan_out": True, "gradients": by_duals}
RATIONAL = ("add", "sub", "mul", "truediv", "neg")
# How torch spells what a Value spells otherwise.
TORCH_STEP = 1e-12
CENTRAL_STEP = 6e-6  # about eps**(1/3): see reference/gradcheck.py
AT = {"log": (0.3, 2.0), "relu": (-2.0, 0.6)}


def play(number, tape):
    """Play a tape on any kind of number."""
    return build({"Value": number}, tape.plain())


def gradients(tape):
    nodes = play(Value, tape)
    nodes[-1].backward()
    return [leaf.grad for leaf in nodes[: len(tape.leaves)]]


@pytest.fixture(scope="module")
def tapes():
    return random_tapes(
        "oracles", 25, ops=OPS, steps=10, leaves=3, fan_out=True, gradients=by_duals
    )


# Oracles ---------------------------------------------------------------------------------


def test_dual_numbers_agree(tapes):
    for tape in tapes:
        for leaf, grad in enumerate(gradients(tape)):
            assert grad == pytest.approx(duals(tape, leaf)[-1].slope, rel=1e-10)


def test_central_differences_agree(tapes):
    for tape in tapes:
        for leaf, grad in enumerate(gradients(tape)):
            step = CENTRAL_STEP * max(1.0, abs(tape.leaves[leaf]))
            ends = []
            for sign in (1, -1):
                moved = list(tape.leaves)
                moved[leaf] += sign * step
                ends.append(duals(type(tape)(tuple(moved), tape.steps, tape.names), 0)[-1].value)
            assert grad == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-6)


class Exact:
    """An engine's leaf in exact arithmetic: (value, derivative by each leaf)."""

    leaves = 3

    def __init__(self, data):
        self.data = Fraction(data)
        self.slopes = {}

    @staticmethod
    def of(number):
        return number if isinstance(number, Exact) else Exact(number)

    def _made(self, data, *parts):
        made = Exact(data)
        for factor, other in parts:
            for leaf, slope in (other.slopes or {other: Fraction(1)}).items():
                made.slopes[leaf] = made.slopes.get(leaf, 0) + factor * slope
        return made

    def __add__(self, other):
        other = Exact.of(other)
        return self._made(self.data + other.data, (1, self), (1, other))

    def __sub__(self, other):
        other = Exact.of(other)
        return self._made(self.data - other.data, (1, self), (-1, other))

    def __mul__(self, other):
        other = Exact.of(other)
        return self._made(self.data * other.data, (other.data, self), (self.data, other))

    def __truediv__(self, other):
        other = Exact.of(other)
        below = other.data**2
        return self._made(
            self.data / other.data, (1 / other.data, self), (-self.data / below, other)
        )

    def __neg__(self):
        return self._made(-self.data, (-1, self))

    def __radd__(self, other):
        return Exact.of(other) + self

    def __rsub__(self, other):
        return Exact.of(other) - self

    def __rmul__(self, other):
        return Exact.of(other) * self

    def __rtruediv__(self, other):
        return Exact.of(other) / self


def test_exact_arithmetic_agrees_on_rational_operations():
    for tape in random_tapes(
        "exact", 25, ops=RATIONAL, steps=10, leaves=3, fan_out=True, gradients=by_duals
    ):
        nodes = play(Exact, tape)
        exact = [nodes[-1].slopes.get(leaf, 0) for leaf in nodes[: len(tape.leaves)]]
        assert gradients(tape) == pytest.approx([float(x) for x in exact], rel=1e-11)
        assert play(Value, tape)[-1].data == pytest.approx(float(nodes[-1].data), rel=1e-12)


def test_torch_in_double_precision_agrees(tapes):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle; others stand above")

    class Tensor:
        def __new__(cls, data):
            return torch.tensor(float(data), dtype=torch.float64, requires_grad=True)

    for tape in tapes:
        nodes = play(Tensor, tape)
        nodes[-1].backward()
        theirs = [leaf.grad.item() for leaf in nodes[: len(tape.leaves)]]
        assert gradients(tape) == pytest.approx(theirs, rel=TORCH_STEP, abs=TORCH_STEP)


# The contract ----------------------------------------------------------------------------


def test_a_second_call_adds_to_the_leaves_alone_12_becomes_24():
    x = Value(2.0)
    y = x * 3
    z = y * 4
    z.backward()
    assert (x.grad, y.grad, z.grad) == (12.0, 4.0, 1.0)
    z.backward()
    assert (x.grad, y.grad, z.grad) == (24.0, 4.0, 1.0)


def test_a_leaf_keeps_what_it_holds_and_its_own_backward_adds_one():
    x = Value(2.0)
    x.grad = 7.0
    (x * 3).backward()
    assert x.grad == 10.0
    x.backward()
    assert x.grad == 11.0


def test_backward_changes_no_data():
    tape = trace(lambda a, b: (a * b + a).tanh() / b, [0.5, 2.0])
    nodes = play(Value, tape)
    before = [node.data for node in nodes]
    nodes[-1].backward()
    assert [node.data for node in nodes] == before


def test_double_gives_21_and_skew_28_in_both_operand_orders():
    def double(x):
        y = x * 3
        return y * 2 + y * 5

    def skew(x):
        t = x * x
        return ((t * 2) * 3) + t

    for function, due in ((double, 21.0), (skew, 28.0)):
        tape = trace(function, [2.0])
        assert gradients(tape) == gradients(tape.mirrored()) == [due]


def test_a_chain_of_100_000_nodes_needs_no_recursion():
    x = node = Value(1.0)
    for _ in range(100_000):
        node = node + 1.0
    node.backward()
    assert (node.data, x.grad) == (100_001.0, 1.0)


def test_25_doublings_are_walked_once_a_node():
    x = node = Value(1.0)
    for _ in range(25):
        node = node + node
    assert len(node.topological_order()) == 26
    node.backward()
    assert x.grad == 2.0**25


def test_a_cycle_is_refused_wherever_it_is_entered():
    a = Value(1.0)
    b = a + 1
    c = b * 2
    a._prev = (c,)
    for node in (a, b, c):
        with pytest.raises(ValueError, match="cycle: a node depends on itself"):
            node.topological_order()
    with pytest.raises(ValueError, match="cycle"):
        c.backward()


def test_a_node_that_is_its_own_parent_is_a_cycle():
    a = Value(1.0)
    a._prev = (a,)
    with pytest.raises(ValueError, match="cycle"):
        a.topological_order()


def test_the_order_lists_each_node_once_behind_its_parents():
    for tape in random_tapes(
        "order", 10, ops=OPS, steps=12, leaves=3, fan_out=True, gradients=by_duals
    ):
        nodes = play(Value, tape)
        order = nodes[-1].topological_order()
        place = {node: k for k, node in enumerate(order)}
        assert len(place) == len(order)
        assert set(nodes) <= set(place)  # constants are nodes too
        assert order[-1] is nodes[-1]
        assert all(place[p] < place[node] for node in order for p in node._prev)


def test_a_rule_multiplies_the_upstream_gradient_and_adds():
    a, b = Value(2.0), Value(3.0)
    a.grad = b.grad = 7.0
    out = a * b
    out.grad = -1.7
    out._backward()
    assert (a.grad, b.grad) == (7.0 - 1.7 * 3.0, 7.0 - 1.7 * 2.0)
    out._backward()
    assert a.grad == pytest.approx(7.0 - 2 * 1.7 * 3.0)


def test_a_leaf_passes_nothing_on():
    leaf = Value(2.0)
    leaf.grad = 3.0
    assert leaf._backward() is None
    assert (leaf.data, leaf.grad, leaf._prev) == (2.0, 3.0, ())


def test_a_rule_may_be_assigned_as_micrograd_does():
    a = Value(2.0)
    out = Value(6.0, (a,), "mine")

    def rule():
        a.grad += 5.0 * out.grad

    out._backward = rule
    (out * 2).backward()
    assert a.grad == 10.0


def test_the_far_ends_of_tanh_and_sigmoid_do_not_overflow():
    for x in (-800.0, 800.0):
        for op, due in (("tanh", math.copysign(1.0, x)), ("sigmoid", float(x > 0))):
            node = Value(x)
            out = getattr(node, op)()
            out.backward()
            assert (out.data, node.grad) == (due, 0.0)


def test_relu_below_and_at_its_kink_is_the_float_zero():
    for x in (-2.0, 0.0, -1, 0):
        node = Value(x)
        out = node.relu()
        out.backward()
        assert (out.data, type(out.data), node.grad) == (0.0, float, 0.0)


def test_parents_and_operation_are_recorded_and_repr_shows_the_numbers():
    a = Value(2.0)
    b = a * a + 1
    assert [p._op for p in b._prev] == ["*", ""]
    assert b._prev[0]._prev == (a, a)
    assert repr(a) == "Value(data=2.0, grad=0.0)"


def test_plain_numbers_stand_on_either_side():
    a = Value(4.0)
    made = [a + 2, 2 + a, a - 2, 2 - a, a * 2, 2 * a, a / 2, 2 / a, sum([a, a])]
    assert [node.data for node in made] == [6, 6, 2, -2, 8, 8, 2, 0.5, 8]


def test_to_the_power_of_0_is_1_everywhere_and_passes_nothing_on():
    for x in (0.0, -2.0, 3.0):
        for exponent in (0, 0.0, -0.0):
            node = Value(x)
            node.grad = 7.0
            out = node**exponent
            out.backward()
            assert (out.data, node.grad) == (1.0, 7.0)


def test_a_power_at_0_has_the_right_slope_where_there_is_one():
    for exponent, due in ((1, 1.0), (2, 0.0), (1.5, 0.0)):
        node = Value(0.0)
        (node**exponent).backward()
        assert node.grad == due
    for exponent in (-1, -0.5):
        with pytest.raises(ValueError, match="math domain error"):
            Value(0.0) ** exponent
    with pytest.raises(ZeroDivisionError):
        (Value(0.0) ** 0.5).backward()  # its slope at 0 is infinite


def test_a_negative_base_to_a_fraction_is_refused_and_to_a_whole_number_is_not():
    for exponent in (0.5, -1.5):
        with pytest.raises(ValueError, match="math domain error"):
            Value(-8.0) ** exponent
    node = Value(-2.0)
    out = node**3.0
    out.backward()
    assert (out.data, node.grad) == (-8.0, 12.0)


def test_an_exponent_that_is_a_value_is_refused():
    with pytest.raises(TypeError, match="must be real number, not Value"):
        Value(2.0) ** Value(3.0)
    with pytest.raises(TypeError, match="unsupported operand"):
        2.0 ** Value(3.0)


def test_a_graph_is_freed_without_the_garbage_collector():
    import gc
    import weakref

    gc.disable()
    try:
        a = Value(2.0)
        out = (a * a + a).tanh()
        out.backward()
        gone = weakref.ref(out)
        del out
        assert gone() is None
    finally:
        gc.enable()


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_linearity_of_the_gradient_in_the_seed(x, scale):
    a = Value(x)
    (a.tanh() * scale).backward()
    assert a.grad == pytest.approx(scale * (1 - math.tanh(x) ** 2), abs=1e-12)


# Networks --------------------------------------------------------------------------------


def test_parameters_are_counted_as_the_formula_says():
    for nin, nouts in ((2, [3, 1]), (3, [4, 4, 2]), (1, [1])):
        assert len(MLP(nin, nouts).parameters()) == parameter_count(nin, nouts)
    assert parameter_count(2, [3, 1]) == 13


def test_a_neuron_is_a_weighted_sum_and_relu_unless_told_otherwise():
    neuron = Neuron(2, rng=random.Random(1))
    for value, data in zip(neuron.parameters(), (0.5, -2.0, 0.25), strict=True):
        value.data = data
    assert neuron([1.0, 0.25]).data == 0.25
    assert neuron([1.0, 1.0]).data == 0.0
    neuron.nonlin = False
    assert neuron([1.0, 1.0]).data == -1.25


def test_a_wrong_number_of_inputs_is_refused():
    for model in (Neuron(2), Layer(2, 3), MLP(2, [3, 1])):
        with pytest.raises(ValueError, match="takes 2 inputs, not 3"):
            model([1.0, 2.0, 3.0])


def test_the_same_generator_gives_the_same_weights_and_no_two_are_equal():
    models = [MLP(2, [3, 2], rng=random.Random(seed)) for seed in (1, 1, 2)]
    data = [[p.data for p in model.parameters()] for model in models]
    assert data[0] == data[1] != data[2]
    weights = [x for x in data[0] if x]
    assert len(set(weights)) == len(weights) == 12


def test_the_last_layer_is_linear_and_one_output_comes_alone():
    model = MLP(2, [2, 1], rng=random.Random(1))
    assert [layer.neurons[0].nonlin for layer in model.layers] == [True, False]
    assert isinstance(model([1.0, 2.0]), Value)
    assert len(MLP(2, [2, 3])([1.0, 2.0])) == 3
    assert isinstance(MLP(2, [1, 1])([1.0, 2.0]), Value)


def test_zero_grad_resets_every_parameter():
    model = MLP(2, [2, 1])
    for parameter in model.parameters():
        parameter.grad = 5.0
    model.zero_grad()
    assert {p.grad for p in model.parameters()} == {0.0}
    assert Module().parameters() == []


def test_networks_show_what_they_are_made_of():
    assert repr(MLP(2, [1, 1])) == ("MLP of [Layer of [ReLUNeuron(2)], Layer of [LinearNeuron(1)]]")


def test_gradients_of_a_network_agree_with_small_nudges():
    model = MLP(2, [3, 2], rng=random.Random(3))
    inputs = [0.7, -0.3]

    def loss():
        first, second = model(inputs)
        return first * first + second * 0.5

    loss().backward()
    for parameter in model.parameters():
        start = parameter.data
        ends = []
        for sign in (1, -1):
            parameter.data = start + sign * CENTRAL_STEP
            ends.append(loss().data)
        parameter.data = start
        slope = (ends[0] - ends[1]) / (2 * CENTRAL_STEP)
        assert parameter.grad == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_training_a_step_lowers_the_loss():
    model = MLP(1, [4, 1], rng=random.Random(5))
    losses = []
    for _ in range(20):
        total = sum((model([x]) - 2 * x) ** 2 for x in (-1.0, 0.5, 1.0))
        losses.append(total.data)
        model.zero_grad()
        total.backward()
        for parameter in model.parameters():
            parameter.data -= 0.01 * parameter.grad
    assert all(b < a for a, b in pairwise(losses))
