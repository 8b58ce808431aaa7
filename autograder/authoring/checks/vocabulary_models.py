"""What checks say about neurons, networks, and comparisons of engines."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from autograder.worker.requests import (
    MakeRequest,
    ModelRequest,
    OnValuesRequest,
    RefusalRequest,
    ShapedRequest,
    StartRequest,
    ZeroGradRequest,
)

Numbers = Sequence[float]

START = (
    "number of weights and biases",
    "number of different objects among them",
    "number of different weights",
    "weights outside -1 to 1",
    "biases that are not 0",
    "some weights are negative (1: yes)",
    "some weights are positive (1: yes)",
    "the same rng gives the same weights (1: yes)",
    "another rng gives other weights (1: yes)",
    "only the given rng is used (1: yes)",
)
PARAMETERS = (
    "number of items listed",
    "weights and biases left out",
    "items listed twice",
    "items that are no weight or bias",
    "the order is always the same (1: yes)",
)


def layer_sizes(make: str, args: Sequence[Any]) -> list[tuple[int, int]]:
    """Inputs and neurons of each layer of a Neuron, Layer or MLP."""
    if make == "Neuron":
        return [(args[0], 1)]
    nouts = [args[1]] if make == "Layer" else args[1]
    return list(zip([args[0], *nouts], nouts, strict=False))


def parameter_names(make: str, args: Sequence[Any]) -> list[str]:
    """How each weight and bias is reached from `model`, in order."""
    names = []
    for k, (nin, nout) in enumerate(layer_sizes(make, args)):
        for n in range(nout):
            path = {
                "Neuron": "model",
                "Layer": f"model.neurons[{n}]",
                "MLP": f"model.layers[{k}].neurons[{n}]",
            }[make]
            names += [f"{path}.w[{i}]" for i in range(nin)] + [f"{path}.b"]
    return names


def some_weights(count: int, salt: str) -> list[float]:
    """Weights of two decimals, none of them near 0, always the same for one salt."""
    rng = random.Random(salt)
    return [rng.choice((-1, 1)) * rng.randint(10, 90) / 100 for _ in range(count)]


class ModelRecording:
    """Records cases on models and on functions of many Values; mixed into Recorder."""

    _add: Callable[..., None]  # Recorder's own

    def model(
        self,
        make: str,
        *args: Any,
        inputs: Sequence[Numbers],
        mix: Numbers = (1.0,),
        values: bool = False,
        weights: Numbers | None = None,
        **options: Any,
    ) -> None:
        """Observe a model's outputs and gradients at weights that are set.

        Args:
            make: "Neuron", "Layer" or "MLP".
            args: its arguments.
            inputs: lists of inputs.
            mix: a factor for each output: backward starts from the sum of factor times
                output over all inputs.
            values: whether inputs are Values; then their gradients are judged too.
            weights: of all weights and biases; else some of two decimals.
            options: keyword arguments.
        """
        names = parameter_names(make, args)
        given = list(weights) if weights is not None else some_weights(len(names), f"{make}{args}")
        request: ModelRequest = {
            "make": make,
            "args": list(args),
            "options": options,
            "weights": given,
            "inputs": [list(x) for x in inputs],
            "mix": list(mix),
            "values": values,
        }
        single = layer_sizes(make, args)[-1][1] == 1
        output = "model(x)" if single else "model(x)[{}]"
        labels = []
        for x in request["inputs"]:
            labels.append(f"a list comes back for {x} (0: no, 1: yes)")
            labels += [f"{output.format(j)}.data for x = {x}" for j in range(len(mix))]
        labels += [f"{name}.grad" for name in names]
        if values:
            labels += [f"gradient of {x} in {one}" for one in request["inputs"] for x in one]
        code = [
            *made(make, args, options, given),
            *(f"print(model({x}))" for x in request["inputs"]),
        ]
        self._add("model", request, (), code, labels, len(labels))

    def refuses(self, make: str, *args: Any, given: Numbers, **options: Any) -> None:
        """Observe whether an input of another length is refused with ValueError."""
        request: RefusalRequest = {
            "make": make,
            "args": list(args),
            "options": options,
            "input": list(given),
        }
        code = [f"model = {_call(make, args, options)}", f"model({list(given)})  # ValueError"]
        label = "an input of the wrong length raises ValueError (1: yes)"
        self._add("refusal", request, (), code, [label], 1)

    def start(self, make: str, *args: Any) -> None:
        """Observe what new weights are like, drawn from generators that are given."""
        code = [
            f"model = {make}({', '.join(map(repr, args))}, rng=random.Random(1))",
            "[p.data for p in model.parameters()]",
        ]
        request: StartRequest = {"make": make, "args": list(args)}
        self._add("start", request, (), code, START, len(START))

    def parameters(self, make: str, *args: Any) -> None:
        """Observe whether parameters() is flat, complete, free of repeats and stable."""
        code = [f"model = {_call(make, args, {})}", "model.parameters()"]
        request: MakeRequest = {"make": make, "args": list(args)}
        self._add("parameters", request, (), code, PARAMETERS, len(PARAMETERS))

    def zero_grad(self, data: Numbers, grads: Numbers) -> None:
        """Observe what zero_grad does to the parameters of a Module."""
        labels = [f"p[{k}].grad" for k in range(len(data))]
        labels += [f"p[{k}].data" for k in range(len(data))]
        code = [
            f"p = [Value(x) for x in {list(data)}]",
            f"for value, grad in zip(p, {list(grads)}):",
            "    value.grad = grad",
            "class Probe(Module):",
            "    def parameters(self):",
            "        return p",
            "Probe().zero_grad()",
        ]
        request: ZeroGradRequest = {"data": list(data), "grads": list(grads)}
        self._add("zero_grad", request, (), code, labels, len(labels))

    def on_values(self, name: str, data: Numbers, *rest: Any, plain: bool = False) -> None:
        """Observe a function of a list of Values, and the gradients it leaves.

        Args:
            name: of the student's function.
            data: of the Values.
            rest: its further arguments.
            plain: whether it returns a plain number.
        """
        arguments = "".join(f", {_plain(x)!r}" for x in rest)
        code = [f"values = [Value(x) for x in {list(data)}]", f"result = {name}(values{arguments})"]
        labels = ["result" if plain else "result.data"]
        if not plain:
            code.append("result.backward()")
            labels += [f"values[{k}].grad" for k in range(len(data))]
        request: OnValuesRequest = {
            "name": name,
            "data": list(data),
            "rest": [_plain(x) for x in rest],
            "plain": plain,
        }
        self._add("on_values", request, (), code, labels, len(labels))

    def shaped(self, name: str, *args: Any, labels: Sequence[str], optional: bool = False) -> None:
        """Observe a nested result, each list as its length and then its items.

        Args:
            name: of the student's function.
            args: plain data.
            labels: a name for each number.
            optional: the result is a number or None: two numbers, 0 first for None.
        """
        code = [f"{name}({', '.join(repr(_plain(a)) for a in args)})"]
        request: ShapedRequest = {
            "name": name,
            "args": [_plain(a) for a in args],
            "optional": optional,
        }
        self._add("shaped", request, (), code, labels, len(labels))

    def copied_weights(self, name: str, make: str, *args: Any) -> None:
        """Observe a function that copies a model's weights, layer by layer, as rows and biases."""
        given = some_weights(len(parameter_names(make, args)), f"{make}{args}")
        sizes = layer_sizes(make, args)
        labels = ["number of layers"]
        for k, (nin, nout) in enumerate(sizes):
            at = f"result[{k}]"
            labels += [f"length of {at}", f"rows in {at}[0]"]
            for n in range(nout):
                labels.append(f"length of {at}[0][{n}]")
                labels += [f"{at}[0][{n}][{i}]" for i in range(nin)]
            labels.append(f"length of {at}[1]")
            labels += [f"{at}[1][{n}]" for n in range(nout)]
        model: MakeRequest = {"make": make, "args": list(args), "weights": given}
        code = [*made(make, args, {}, given), f"{name}(model)"]
        request: ShapedRequest = {"name": name, "args": [{"model": model}]}
        self._add("shaped", request, (), code, labels, len(labels))

    def layer_gradients(self, rows: Sequence[Numbers], x: Numbers, upstream: Numbers) -> None:
        """Observe layer_backward: gradients of rows, biases and inputs of a linear layer."""
        labels = ["number of results", "rows in the gradient of rows"]
        for i, row in enumerate(rows):
            labels.append(f"length of row {i} of it")
            labels += [f"gradient of rows[{i}][{j}]" for j in range(len(row))]
        labels.append("number of gradients of biases")
        labels += [f"gradient of bias {i}" for i in range(len(rows))]
        labels.append("number of gradients of x")
        labels += [f"gradient of x[{j}]" for j in range(len(x))]
        self.shaped("layer_backward", rows, x, upstream, labels=labels)

    def any_number(self, name: str, *points: Numbers) -> None:
        """Observe what a function does to a kind of number that it cannot know.

        It is called once; the judge works out at each point what was done. Two functions of
        such operations that agree at five points that nobody chose for it are the same one,
        so that slopes need not be asked for.

        Args:
            name: of the student's function.
            points: a number for each of its arguments; on all sides of its kinks.
        """
        code = [f"{name}({', '.join(f'Value({x!r})' for x in points[0])})"]
        labels = [f"{name}({', '.join(map(str, point))})" for point in points]
        request = {"name": name, "arguments": len(points[0])}
        self._add("any_number", request, (), code, labels, len(labels), at=points)


def _call(make: str, args: Sequence[Any], options: dict[str, Any]) -> str:
    written = [*map(repr, args), *(f"{key}={value!r}" for key, value in options.items())]
    return f"{make}({', '.join(written)})"


def made(
    make: str, args: Sequence[Any], options: dict[str, Any], weights: Sequence[float]
) -> list[str]:
    """Lines of Python that make a model and set its weights."""
    return [
        f"model = {_call(make, args, options)}",
        f"for p, data in zip(model.parameters(), {list(weights)}):",
        "    p.data = data",
    ]


def _plain(found: Any) -> Any:
    return [_plain(x) for x in found] if isinstance(found, list | tuple) else found
