"""Plays cases on the step, the loop and its parts: training is judged by its trace."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from autograder.worker.players.base import Namespace, Observation, WrongType, get, number
from autograder.worker.players.models import make, parameters_within
from autograder.worker.requests import MinibatchRequest, StepRequest, TrainingRequest

NO_NUMBER = -1.0  # stands where a submission recorded fewer numbers than are due


def play_step(namespace: Namespace, request: StepRequest) -> Observation:
    """Data, then gradients, of parameters after sgd_step.

    request: name, data, grads, rate, times.
    """
    values = [get(namespace, "Value")(data) for data in request["data"]]
    for value, grad in zip(values, request["grads"], strict=True):
        value.grad = grad
    for _ in range(request["times"]):
        get(namespace, request["name"])(values, request["rate"])
    return [
        *(number(value.data, "data") for value in values),
        *(number(value.grad, "grad") for value in values),
    ]


def _judges_loss(predictions: Any, targets: Any) -> Any:
    """A loss that is no task of the course; predictions and targets cannot be exchanged."""
    pairs = zip(predictions, targets, strict=True)
    return sum(0.5 * (p - t) * (p - t) + 0.25 * p for p, t in pairs)


def play_training(namespace: Namespace, request: TrainingRequest) -> Observation:
    """The trace of a training loop: losses, and every parameter after each step.

    request: as `make`; name (of the loop); batches, a pair of inputs and targets for each
    step (a single pair for all steps where `rate` is one number); rate or rates; steps;
    strength; loss (a name in the submission, or absent for the judge's own); walks,
    whether to observe the walks back instead: 1 if after the last step a gradient is
    there or a parameter has moved, then the gradients of the first batch's inputs, which
    nobody resets.
    """
    steps = request["steps"]
    loss = get(namespace, request["loss"]) if "loss" in request else _judges_loss
    loop = get(namespace, request["name"])
    if request.get("walks"):
        return _walks(namespace, request, loop, loss)
    seen: Observation = []
    parameters: Observation = []
    for k in range(1, steps + 1):
        model = make(namespace, request)
        losses = _run(loop, model, request, request["batches"], loss, k)
        parameters += [number(p.data, "a parameter") for p in parameters_within(model)]
        if k == steps:
            seen = [float(len(losses)), *(number(x, "a loss") for x in losses[:steps])]
            seen += [NO_NUMBER] * (steps - len(losses))
    return seen + parameters


def _walks(
    namespace: Namespace, request: TrainingRequest, loop: Callable[..., Any], loss: Any
) -> Observation:
    value = get(namespace, "Value")
    batches = [[[[value(x) for x in one] for one in xs], ts] for xs, ts in request["batches"]]
    model = make(namespace, request)
    _run(loop, model, request, batches, loss, request["steps"])
    values = parameters_within(model)
    moved = any(v.data != start for v, start in zip(values, request["weights"], strict=True))
    left = any(v.grad != 0 for v in values)
    return [
        float(moved or left),
        *(number(x.grad, "grad") for one in batches[0][0] for x in one),
    ]


def _run(
    loop: Callable[..., Any], model: Any, request: TrainingRequest, batches: Any, loss: Any, k: int
) -> list[Any]:
    """Run a training loop for k steps; return the losses it recorded."""
    if "rates" in request:
        given = [(_copies(inputs), list(targets)) for inputs, targets in batches[:k]]
        losses = loop(model, given, request["rates"][:k], loss, request["strength"])
    else:
        inputs, targets = batches[0]
        losses = loop(model, _copies(inputs), list(targets), loss, k, request["rate"])
    if not isinstance(losses, list | tuple):
        kind = type(losses).__name__
        raise WrongType(f"the loop gave back {kind}, not a list of losses: is a return missing?")
    return list(losses)


def _copies(inputs: Any) -> list[list[Any]]:
    return [list(one) for one in inputs]


def play_minibatch(namespace: Namespace, request: MinibatchRequest) -> Observation:
    """What drawing minibatches is like, whichever way they are drawn.

    request: name, count of examples, size, draws. Five times 0 or 1: every batch has the
    size; every input comes with its own target; no example comes twice in a batch; the
    draws differ; each example comes in some draw. Then two: the same generator draws the
    same; the given lists are left as they were.
    """
    count, size = request["count"], request["size"]
    inputs = [[float(k), -float(k)] for k in range(count)]
    targets = [k + 0.5 for k in range(count)]
    before = [*inputs], [*targets]
    function = get(namespace, request["name"])

    def draws() -> Iterator[tuple[list[float], list[float]]]:
        rng = random.Random(3)
        for _ in range(request["draws"]):
            batch = function(inputs, targets, size, rng)
            if not isinstance(batch, list | tuple) or len(batch) != 2:
                raise WrongType(f"a {type(batch).__name__} came back, not a pair of lists")
            yield (
                [number(x[0], "an input") for x in batch[0]],
                [number(t, "a target") for t in batch[1]],
            )

    drawn = list(draws())
    again = list(draws())
    return [
        float(all(len(xs) == len(ts) == size for xs, ts in drawn)),
        float(all([x + 0.5 for x in xs] == ts for xs, ts in drawn)),
        float(all(len(set(xs)) == len(xs) for xs, _ in drawn)),
        float(any(xs != drawn[0][0] for xs, _ in drawn)),
        float({x for xs, _ in drawn for x in xs} == {float(k) for k in range(count)}),
        float(drawn == again),
        float((inputs, targets) == before),
    ]


TRAINING_KINDS: dict[str, Callable[[Namespace, Any], Observation]] = {
    "step": play_step,
    "training": play_training,
    "minibatch": play_minibatch,
}
