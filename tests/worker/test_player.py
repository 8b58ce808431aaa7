"""Each observation on the reference and on engines that are wrong, or honest in another way."""

import math
from types import ModuleType, SimpleNamespace

import pytest

from autograder.tape import trace
from autograder.worker.players import kinds
from autograder.worker.players.base import (
    METHODS,
    OPS,
    Lacking,
    WrongType,
    build,
    get,
    lacking_ops,
    number,
)
from autograder.worker.players.kinds import KINDS
from autograder.worker.status import Status
from reference.engine import Value

ENGINE = {"Value": Value}


def play(kind, function=None, at=(), engine=Value, **request):
    if function is not None:
        request["tape"] = trace(function, at).plain()
    return KINDS[kind]({"Value": engine}, request)


# Numbers -----------------------------------------------------------------------------------


class Shouting(float):
    def __float__(self):
        return 99.0

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class Count(int):
    def __float__(self):
        return 99.0


def test_only_int_and_float_count_and_a_subclass_counts_as_its_base():
    assert number(3, "x") == 3.0 and type(number(3, "x")) is float
    assert number(2.5, "x") == 2.5
    assert type(number(Shouting(2.5), "x")) is float and number(Shouting(2.5), "x") == 2.5
    assert number(Count(3), "x") == 3.0
    assert math.isnan(number(math.nan, "x"))


@pytest.mark.parametrize("found", [True, "3.0", None, 1j, [1.0], Value(1.0), SimpleNamespace()])
def test_anything_else_is_of_a_wrong_type_and_named(found):
    with pytest.raises(WrongType, match=f"data is of type {type(found).__name__}, not a number"):
        number(found, "data")


def test_a_whole_number_beyond_floats_is_of_a_wrong_type():
    with pytest.raises(WrongType, match="grad is a whole number too large for a float"):
        number(10**400, "grad")


# Names -------------------------------------------------------------------------------------


def test_a_dotted_name_is_looked_up_part_by_part():
    assert get(ENGINE, "Value.backward") is Value.backward


@pytest.mark.parametrize("name", ["Layer", "Value.forward", "Value.backward.x"])
def test_a_name_that_is_not_there_is_lacking(name):
    with pytest.raises(Lacking, match=name):
        get(ENGINE, name)


def test_the_reference_lacks_nothing_and_no_class_lacks_all():
    assert lacking_ops(ENGINE) == {"rpow"}  # 2 ** a is no part of the course
    assert lacking_ops({}) == set(METHODS)


def test_operators_are_looked_for_on_the_class_and_methods_on_an_instance_too():
    class Own:
        def __init__(self, data):
            self.data = data
            self.exp = lambda: Own(math.exp(data))
            self.__add__ = lambda other: self

        def tanh(self):
            return self

    missing = lacking_ops({"Value": Own})
    assert "exp" not in missing and "tanh" not in missing
    assert {"add", "log", "relu"} <= missing


def test_a_class_that_cannot_be_made_of_a_number_lacks_what_it_does_not_define():
    class Broken:
        def __init__(self, *parts):
            raise KeyError("parts")

        def __add__(self, other):
            return self

    missing = lacking_ops({"Value": Broken})
    assert "add" not in missing and "exp" in missing


def test_every_operation_has_a_method_and_statuses_are_unique():
    assert set(OPS) <= set(METHODS)
    assert [*Status] == [*range(len(Status))] and Status.OK == 0


# Building ----------------------------------------------------------------------------------


def test_a_tape_is_built_with_presets_on_its_leaves_alone():
    nodes = build(ENGINE, trace(lambda a, b: 2 * a - b, (2.0, 3.0)).plain(), preset=7.0)
    assert [n.data for n in nodes] == [2.0, 3.0, 4.0, 1.0]
    assert [n.grad for n in nodes] == [7.0, 7.0, 0.0, 0.0]


def test_an_operation_without_return_is_told_apart():
    class Forgetful(Value):
        def __add__(self, other):
            super().__add__(other)

    with pytest.raises(WrongType, match="add gave back NoneType, which has no data: is a return"):
        build({"Value": Forgetful}, trace(lambda a: a + a, (1.0,)).plain())


def test_without_a_class_the_class_is_lacking():
    with pytest.raises(Lacking, match="Value"):
        build({}, {"leaves": [1.0], "steps": []})


# Observations ------------------------------------------------------------------------------


def test_values_are_the_output_then_every_node():
    assert play("values", lambda a: a * 2 + 1, (3.0,)) == [7.0, 3.0, 6.0, 7.0]


def test_gradients_are_output_leaves_then_every_gradient_and_every_number():
    seen = play("gradients", lambda a, b: a * b + a, (2.0, 3.0))
    assert seen[:3] == [8.0, 4.0, 2.0]
    assert seen[3:7] == [4.0, 2.0, 1.0, 1.0]
    assert seen[7:] == [2.0, 3.0, 6.0, 8.0]


def test_gradients_with_preset_calls_and_layout():
    function = lambda x: (x * 3) * 4  # noqa: E731
    assert play("gradients", function, (2.0,), preset=7.0)[1] == 19.0
    assert play("gradients", function, (2.0,), calls=2)[1] == 24.0
    assert play("gradients", function, (2.0,), layout=5) == play("gradients", function, (2.0,))


def test_a_rule_alone_is_run_with_any_upstream_as_often_as_asked():
    assert play("rule", lambda a, b: a * b, (2.0, 3.0), upstream=-1.7, preset=7.0) == [
        *(7.0 - 1.7 * 3.0, 7.0 - 1.7 * 2.0, -1.7),  # gradients
        *(2.0, 3.0, 6.0),  # data
    ]
    twice = play("rule", lambda a: a * 3, (2.0,), upstream=5.0, calls=2)
    assert twice == [30.0, 5.0, 2.0, 6.0]


def test_a_rule_alone_leaves_what_its_parents_were_made_of():
    found = play("rule", lambda a: (a * 3) * 4, (2.0,), upstream=5.0, preset=7.0)
    assert found == [7.0, 27.0, 5.0, 2.0, 6.0, 24.0]


def test_structure_tells_named_operations_and_their_parents():
    assert play("structure", lambda a, b: (a + b) * a, (1.0, 2.0)) == [1.0, 3.0, 1.0, 5.0]


def test_structure_looks_through_nodes_of_the_students_own():
    class BySum(Value):
        def __sub__(self, other):
            return self + (-1.0 * other)

    assert play("structure", lambda a, b: a - b, (1.0, 2.0), engine=BySum) == [1.0, 3.0]


def test_structure_sees_a_lost_parent_and_a_missing_symbol():
    class Lost(Value):
        def __add__(self, other):
            return Value(self.data + other.data, (self,), " ")

    assert play("structure", lambda a, b: a + b, (1.0, 2.0), engine=Lost) == [0.0, 1.0]


def test_structure_ends_on_a_ring_of_unknown_nodes():
    class Ring(Value):
        def __neg__(self):
            inner = Value(0.0)
            inner._prev = (inner, self)
            return Value(-self.data, (inner,), "neg")

    assert play("structure", lambda a: -a, (1.0,), engine=Ring) == [1.0, 1.0]


def test_a_node_made_by_hand_remembers_what_it_was_given():
    seen = play("node", data=6.0, parents=[2.0, 3.0], symbol="*")
    assert seen == [6.0, 0.0, 3.0, 0.0, 1.0, 0.0, 1.0]


def test_a_node_with_a_shared_default_or_foreign_parents_shows():
    shared = []

    class Shared:
        def __init__(self, data, _children=shared, _op="?"):
            shared.extend(c for c in _children if _children is not shared)
            self.data, self.grad, self._prev, self._op = data, 0.0, shared, "+"

    shared.append(object())
    seen = play("node", data=6.0, parents=[2.0], symbol="*", engine=Shared)
    assert seen == [6.0, 0.0, 1.0, 1.0, 0.0, 2.0, 0.0]


@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_an_order_is_four_counts_and_the_place_of_each_node(kind):
    class Own(Value):
        def topological_order(self):
            return kind(super().topological_order())

    # leaf, constant 2, product, constant 5, product, sum: the tape does not know constants
    seen = play("order", lambda a: (a * 2) + (a * 5), (3.0,), engine=Own, upstream=-1.7)
    assert seen[:4] == [0, 0, 0, 1]
    a, left, right, output, gradient = seen[4:]
    assert a < min(left, right) and output == 5
    assert gradient == pytest.approx(-1.7 * 7), "the rules, called backwards along the order"
    assert play("order", lambda a: a, (3.0,), upstream=-1.7) == [0, 0, 0, 1, 0, -1.7]


def test_an_engine_that_keeps_its_rules_elsewhere_walks_itself():
    class Own:
        def __init__(self, data, below=None):
            self.data, self.grad, self.below = data, 0.0, below
            self._prev = () if below is None else (below,)

        def __mul__(self, factor):
            return Own(self.data * factor, self)

        def topological_order(self):
            return [self]

        def backward(self):
            self.below.grad += 3.5  # whatever it does

    assert play("order", lambda a: a, (3.0,), engine=Own, upstream=2.0) == [0, 0, 0, 1, 0, 3.5]


def broken_order(change):
    class Own(Value):
        def topological_order(self):
            return change(super().topological_order())

        def __add__(self, other):
            out = super().__add__(other)
            out.__class__ = Own
            return out

    return play("order", lambda a: a + a * 2, (3.0,), engine=Own, upstream=-1.7)


def test_a_broken_order_shows_in_its_counts_and_places():
    left_out = broken_order(lambda order: [n for n in order if n.data != 3.0])
    assert left_out[0] == 1.0 and left_out[4] == -1.0
    assert broken_order(lambda order: [*order, order[-1]])[1] == 1.0  # listed again
    assert broken_order(lambda order: [Value(0.0), *order])[1] == 1.0  # not of the graph
    assert broken_order(lambda order: order[::-1])[2:4] == [2.0, 0.0]
    assert broken_order(lambda order: [])[3:] == [0.0, -1.0, -1.0, -1.0, 0.0]


def test_a_cycle_is_refused_or_accepted():
    request = {"child": 0, "method": "topological_order"}
    assert play("cycle", lambda a: (a + 1) * 2, (3.0,), **request) == [1.0]

    class Blind(Value):
        def __mul__(self, other):
            out = super().__mul__(other)
            out.__class__ = Blind
            return out

        def topological_order(self):
            return [self]

    assert play("cycle", lambda a: a * 2, (3.0,), engine=Blind, **request) == [0.0]
    request["method"] = "order_of_nodes"
    with pytest.raises(Lacking, match="order_of_nodes"):
        play("cycle", lambda a: a * 2, (3.0,), **request)


def test_a_graph_without_a_cycle_must_be_accepted():
    request = {"child": None, "method": "backward"}
    assert play("cycle", lambda a: a * a + a, (3.0,), **request) == [0.0]


def test_a_wide_graph_gives_its_output_and_the_gradients_of_three_leaves():
    # leaf k is times 0.75 in one term and plus 1 in the next; 7 leaves end in one sum
    data = [0.5 + (k % 7) / 8 for k in range(7)]
    assert play("wide", leaves=7) == pytest.approx([1.75 * sum(data), 1.75, 1.75, 1.75])


def test_an_engine_that_keeps_integers_is_answered_in_floats():
    class Whole(Value):
        def __init__(self, data, *given):
            super().__init__(data, *given)
            self.data = int(data)

    found = play("values", lambda a, b: a + b, (1.0, 2.0), engine=Whole)
    assert found == [3.0, 1.0, 2.0, 3.0] and {*map(type, found)} == {float}


def test_a_chain_may_use_its_own_node_twice():
    assert play("chain", start=1.0, beside=None, step=["add", 0, 0], times=3) == [8.0, 8.0]


def test_a_chain_repeats_one_step_with_the_constant_on_either_side():
    assert play("chain", start=0.5, beside=None, step=["add", 0, [1.0]], times=2000) == [
        2000.5,
        1.0,
    ]
    assert play("chain", start=2.0, beside=None, step=["sub", [1.0], 0], times=3) == [-1.0, -1.0]
    assert play("chain", start=1.0, beside=2.0, step=["mul", 1, 0], times=3) == [8.0, 8.0]


def test_a_function_is_called_with_numbers_lists_and_functions():
    namespace = {
        "slope": lambda f, x: f(x + 0.5) - f(x - 0.5),
        "total": sum,
        "both": lambda x: (x, 2 * x),
        "given": lambda xs: [type(xs) is list and xs.append(9) is None],
    }

    def call(name, *args):
        return kinds.KINDS["call"](namespace, {"name": name, "args": list(args)})

    assert call("slope", trace(lambda a: a * a, (1.0,)).plain(), 3) == [6.0]
    assert call("total", [1, 2.5]) == [3.5]
    assert call("both", 3) == [3.0, 6.0]
    given = [1.0]
    with pytest.raises(WrongType, match="an item of the result is of type bool"):
        call("given", given)
    assert given == [1.0]  # the student gets a copy: the next submission's request is whole
    with pytest.raises(Lacking, match="average"):
        call("average", 1)


def test_a_result_that_is_no_number_is_of_a_wrong_type():
    with pytest.raises(WrongType, match="the result is of type NoneType, not a number"):
        kinds.KINDS["call"]({"f": lambda: None}, {"name": "f", "args": []})


def test_repr_is_whether_it_contains_every_part_and_then_its_numbers():
    assert play("repr", data=3.0, parts=["3.0", "0.0"]) == [1.0, 3.0, 0.0]
    assert play("repr", data=-2e-05, parts=["data", "grad: "]) == [0.0, -2e-05, 0.0]


def test_every_kind_has_one_player():
    modules = [m for m in vars(kinds).values() if isinstance(m, ModuleType)]
    tables = [v for m in modules for name, v in vars(m).items() if name.endswith("KINDS")]
    assert len(modules) == len(tables) >= 6
    assert len(kinds.KINDS) == sum(map(len, tables))
