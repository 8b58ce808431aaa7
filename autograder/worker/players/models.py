"""Plays cases on neurons and networks, and observes numbers.

Weights are set by the judge, through the attributes that the lessons name (`layers`,
`neurons`, `w`, `b`), so that no verdict rests on what a random generator drew.
"""

import random
from collections.abc import Callable
from typing import Any

from autograder.worker.players.base import Namespace, Observation, WrongType, get, number
from autograder.worker.requests import (
    MakeRequest,
    ModelRequest,
    OnValuesRequest,
    RefusalRequest,
    StartRequest,
    ZeroGradRequest,
)

PARTS = ("layers", "neurons")
MANY = 13  # parameters, from which on an order that is the same four times is no accident


def parameters_within(model: Any) -> list[Any]:
    """Every weight and bias of a neuron, layer or network, by attribute, in order.

    Raises: WrongType if the attributes that the lesson names are not there.
    """
    for part in PARTS:
        if hasattr(model, part):
            return [p for inner in getattr(model, part) for p in parameters_within(inner)]
    kind = type(model).__name__
    if not hasattr(model, "w") or not hasattr(model, "b"):
        raise WrongType(f"{kind} has neither layers nor neurons, nor w and b")
    found = [*model.w, model.b]
    for value in found:
        if not hasattr(value, "data"):
            raise WrongType(f"{kind} holds a {type(value).__name__} among w and b, not a Value")
    return found


def make(namespace: Namespace, request: MakeRequest) -> Any:
    """Make a model and set its weights.

    request: make (a class), args, options (keyword arguments), weights (or absent).
    Raises: WrongType if it has not as many weights and biases as are due.
    """
    model = get(namespace, request["make"])(*request["args"], **request.get("options", {}))
    weights = request.get("weights")
    if weights is not None:
        found = parameters_within(model)
        if len(found) != len(weights):
            raise WrongType(
                f"{request['make']} holds {len(found)} weights and biases where "
                f"{len(weights)} are due"
            )
        for value, data in zip(found, weights, strict=True):
            value.data = data
    return model


def _result(found: Any, what: str) -> Any:
    if not hasattr(found, "data"):
        raise WrongType(f"{what} is of type {type(found).__name__}, not a Value")
    return found


def play_model(namespace: Namespace, request: ModelRequest) -> Observation:
    """Outputs of a model at given weights, then gradients of the weights and the inputs.

    request: as `make`; inputs, a list of input lists; mix, a number for each output:
    backward starts from the sum of mix times output over all inputs; values, whether the
    inputs are Values. For each input: 1 if a list came back, else 0; then the outputs.
    """
    model = make(namespace, request)
    inputs: list[list[Any]] = [list(x) for x in request["inputs"]]
    if request.get("values"):
        inputs = [[get(namespace, "Value")(x) for x in one] for one in inputs]
    seen: Observation = []
    total: Any = 0.0
    for one in inputs:
        output = model(one)
        several = isinstance(output, list | tuple)
        outputs = list(output) if several else [output]
        seen.append(float(several))
        for factor, value in zip(request["mix"], outputs, strict=False):
            seen.append(number(_result(value, "an output").data, "data"))
            total = total + value * factor
        if len(outputs) != len(request["mix"]):
            raise WrongType(f"{len(outputs)} outputs came where {len(request['mix'])} are due")
    total.backward()
    seen += [number(value.grad, "grad") for value in parameters_within(model)]
    if request.get("values"):
        seen += [number(value.grad, "grad") for one in inputs for value in one]
    return seen


def play_refusal(namespace: Namespace, request: RefusalRequest) -> Observation:
    """1 if a model refuses an input with ValueError, 0 if it takes it.

    request: as `make`; input.
    """
    model = make(namespace, request)
    try:
        model(list(request["input"]))
    except ValueError:
        return [1.0]
    return [0.0]


def play_start(namespace: Namespace, request: StartRequest) -> Observation:
    """What a new model's weights are like, whichever way they are drawn.

    request: make, args. Five numbers: how many weights and biases; how many objects they
    are; how many different weights that are not 0; how many lie outside [-1, 1]; how many
    biases are not 0. Then five times 0 or 1: some weights are negative; some are
    positive; the same generator gives the same weights; another one gives others;
    Python's own generator is left alone.
    """
    cls = get(namespace, request["make"])

    def start(seed: int) -> list[Any]:
        again = cls(*request["args"], rng=random.Random(seed))
        return [value.data for value in parameters_within(again)]

    before = random.getstate()
    made = cls(*request["args"], rng=random.Random(1))
    alone = random.getstate() == before
    values = parameters_within(made)
    biases = {id(b) for b in _biases(made)}
    weights = [number(v.data, "a weight") for v in values if id(v) not in biases]
    at_zero = [number(b.data, "a bias") for b in _biases(made)]
    return [
        float(len(values)),
        float(len({id(v) for v in values})),
        float(len(set(weights) - {0.0})),
        float(sum(abs(w) > 1 for w in weights)),
        float(sum(b != 0 for b in at_zero)),
        float(any(w < 0 for w in weights)),
        float(any(w > 0 for w in weights)),
        float(start(1) == [v.data for v in values]),
        float(start(2) != [v.data for v in values]),
        float(alone),
    ]


def _biases(model: Any) -> list[Any]:
    for part in PARTS:
        if hasattr(model, part):
            return [b for inner in getattr(model, part) for b in _biases(inner)]
    return [model.b]


def play_parameters(namespace: Namespace, request: MakeRequest) -> Observation:
    """Whether parameters() lists every weight and bias, each once, in a stable order.

    request: as `make`. Returns how many are listed, left out, listed again, and are
    something else; then 1 if four equal models list them in one order, each time.
    """
    # subtle: what follows addresses (a set) must not pass by luck, so idle Values between
    # the models move them, and few parameters, which may fall in order, are not asked
    idle: list[Any] = []
    models = []
    for k in range(4):
        models.append(make(namespace, request))
        idle += [get(namespace, "Value")(0.0) for _ in range(2 * k + 1)]
    orders = []
    listed, due = [], []
    for model in models:
        due = parameters_within(model)
        place = {id(value): k for k, value in enumerate(due)}
        for _ in range(2):
            listed = list(model.parameters())
            orders.append([place.get(id(value), -1) for value in listed])
    there = [id(value) for value in listed]
    return [
        float(len(there)),
        float(sum(id(value) not in there for value in due)),
        float(len(there) - len(set(there))),
        float(sum(k < 0 for k in orders[-1])),
        float(len(due) < MANY or all(order == orders[0] for order in orders)),
    ]


def play_zero_grad(namespace: Namespace, request: ZeroGradRequest) -> Observation:
    """Gradients, then data, of a Module's three parameters after zero_grad.

    request: data, grads. The module has a list of parameters of its own, so that only
    zero_grad is on trial.
    """
    values = [get(namespace, "Value")(data) for data in request["data"]]
    for value, grad in zip(values, request["grads"], strict=True):
        value.grad = grad
    module = get(namespace, "Module")
    probe = type("Probe", (module,), {"parameters": lambda self: list(values)})()
    probe.zero_grad()
    return [
        *(number(value.grad, "grad") for value in values),
        *(number(value.data, "data") for value in values),
    ]


def play_on_values(namespace: Namespace, request: OnValuesRequest) -> Observation:
    """What a function makes of a list of Values: its result, then their gradients.

    request: name; data of the Values; rest, its further arguments; plain, whether the
    result is a plain number, which has no gradients.
    """
    values = [get(namespace, "Value")(data) for data in request["data"]]
    result = get(namespace, request["name"])(values, *request["rest"])
    if request["plain"]:
        return [number(result, "the result")]
    _result(result, "the result").backward()
    return [
        number(result.data, "data"),
        *(number(value.grad, "grad") for value in values),
    ]


MODEL_KINDS: dict[str, Callable[[Namespace, Any], Observation]] = {
    "model": play_model,
    "refusal": play_refusal,
    "start": play_start,
    "parameters": play_parameters,
    "zero_grad": play_zero_grad,
    "on_values": play_on_values,
}
