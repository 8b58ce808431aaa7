"""What checks say about the step, the loop and its parts."""

from collections.abc import Callable, Sequence
from typing import Any

from autograder.authoring.checks.vocabulary_models import made, parameter_names, some_weights
from autograder.worker.requests import MinibatchRequest, StepRequest, TrainingRequest

Numbers = Sequence[float]
Batch = tuple[Sequence[Numbers], Numbers]

MINIBATCH = (
    "every batch has the size asked for (1: yes)",
    "every input keeps its own target (1: yes)",
    "no example comes twice in a batch (1: yes)",
    "the batches differ (1: yes)",
    "every example is drawn some time (1: yes)",
    "the same rng draws the same (1: yes)",
    "the lists that were given stay as they were (1: yes)",
)
JUDGES_LOSS = (
    "def loss(predictions, targets):",
    "    return sum(0.5 * (p - t) * (p - t) + 0.25 * p for p, t in zip(predictions, targets))",
)


class TrainingRecording:
    """Records cases on training; mixed into Recorder."""

    _add: Callable[..., None]  # Recorder's own

    def step(self, data: Numbers, grads: Numbers, rate: float, times: int = 1) -> None:
        """Observe data and gradients of parameters after sgd_step."""
        call = f"sgd_step(p, {rate!r})"
        code = [
            f"p = [Value(x) for x in {list(data)}]",
            f"for value, grad in zip(p, {list(grads)}):",
            "    value.grad = grad",
            *([call] * times),
        ]
        labels = [f"p[{k}].data" for k in range(len(data))]
        labels += [f"p[{k}].grad" for k in range(len(data))]
        request: StepRequest = {
            "name": "sgd_step",
            "data": list(data),
            "grads": list(grads),
            "rate": rate,
            "times": times,
        }
        self._add("step", request, (), code, labels, len(labels))

    def training(
        self,
        name: str,
        make: str,
        *args: Any,
        batches: Sequence[Batch],
        steps: int,
        rate: float | None = None,
        rates: Numbers = (),
        strength: float = 0.0,
        loss: str | None = None,
        walks: bool = False,
        weights: Numbers | None = None,
        **options: Any,
    ) -> None:
        """Observe the trace of a training loop from weights that are set.

        Args:
            name: "train" or "fit".
            make: class of the model.
            args: its arguments.
            batches: pairs of inputs and targets; for train, one.
            steps: how many.
            rate: learning rate of train.
            rates: learning rates of fit, one for each step.
            strength: of fit's penalty.
            loss: name of the student's loss; else one of the judge's own is handed in.
            walks: observe the walks back instead: gradients of the inputs, which add up.
            weights: as in `model`.
            options: keyword arguments of the model.
        """
        names = parameter_names(make, args)
        given = list(weights) if weights is not None else some_weights(len(names), f"{make}{args}")
        request: TrainingRequest = {
            "name": name,
            "make": make,
            "args": list(args),
            "options": options,
            "weights": given,
            "batches": [[[list(x) for x in xs], list(ts)] for xs, ts in batches],
            "steps": steps,
            "walks": walks,
            "strength": strength,
        }
        code = [*([] if loss else JUDGES_LOSS), *made(make, args, options, given)]
        if loss:
            request["loss"] = loss
        if rates:
            request["rates"] = list(rates)
            arguments = f"{request['batches']}, {list(rates)}, {loss or 'loss'}, {strength!r}"
        else:
            request["rate"] = rate
            inputs, targets = request["batches"][0]
            arguments = f"{inputs}, {targets}, {loss or 'loss'}, {steps}, {rate!r}"
        code.append(f"losses = {name}(model, {arguments})")
        if walks:
            labels = ["a gradient is left or a parameter has moved (1: yes)"]
            labels += [
                f"gradient of inputs[{i}][{j}], added up over the steps"
                for i, x in enumerate(request["batches"][0][0])
                for j in range(len(x))
            ]
        else:
            labels = ["number of losses", *(f"loss before step {k + 1}" for k in range(steps))]
            labels += [
                f"{p.removeprefix('model.')} after step {k + 1}"
                for k in range(steps)
                for p in names
            ]
        self._add("training", request, (), code, labels, len(labels))

    def minibatches(self, count: int, size: int, draws: int) -> None:
        """Observe what drawing minibatches is like."""
        code = [
            f"inputs = [[float(k), -float(k)] for k in range({count})]",
            f"targets = [k + 0.5 for k in range({count})]",
            "rng = random.Random(3)",
            f"[minibatch(inputs, targets, {size}, rng) for _ in range({draws})]",
        ]
        request: MinibatchRequest = {
            "name": "minibatch",
            "count": count,
            "size": size,
            "draws": draws,
        }
        self._add("minibatch", request, (), code, MINIBATCH, len(MINIBATCH))
