"""Record what PyTorch says, in double precision, for those who have no PyTorch.

Run from the course's root, where torch is installed, and commit what it writes:

    python -m reference.recorded.make_torch_record

It writes exercises/10_pytorch/torch_record.json. All but the times is the same on every
run; `build` makes it without writing, so that a test can compare.
"""

import json
import random
import statistics
import time
from pathlib import Path

from reference.nn import MLP
from reference.torch_compare import expression, weights_for_torch

SEED = 10
STEPS = 20
LEARNING_RATE = 0.05
SIZES = {10: (1, [3, 1]), 10_000: (99, [99, 1])}  # parameters of MLP(nin, nouts)
PLACES = [(0.5, 2.0), (1.5, -0.5), (-0.7, 0.3), (2.0, 1.25)]  # of the expression
RECORD = Path(__file__).parents[2] / "exercises" / "10_pytorch" / "torch_record.json"


def network(torch, model, dtype):
    """The same network out of PyTorch's layers, with the MLP's weights."""
    parts = []
    for rows, biases in weights_for_torch(model):
        linear = torch.nn.Linear(len(rows[0]), len(rows), dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(rows, dtype=dtype))
            linear.bias.copy_(torch.tensor(biases, dtype=dtype))
        parts += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])


def expressions(torch):
    """Value and gradients of the lesson's expression at some places."""
    found = []
    for place in PLACES:
        a, b = (torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in place)
        out = expression(a, b)
        out.backward()
        found.append(
            {"at": list(place), "value": out.item(), "grads": [a.grad.item(), b.grad.item()]}
        )
    return found


def calls(torch):
    """x.grad after 0, 1, 2 and 3 calls of backward on L = 4 y, y = 3 x; and y's."""
    x = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    y = 3 * x
    out = 4 * y
    grads = [x.grad]
    for _ in range(3):
        out.backward(retain_graph=True)
        grads.append(x.grad.item())
    return {"leaf": grads, "without_requires_grad": refusal(torch), "interior_is_leaf": y.is_leaf}


def refusal(torch):
    """What backward raises where nothing was made with requires_grad=True."""
    try:
        (3 * torch.tensor(2.0, dtype=torch.float64)).backward()
    except RuntimeError as error:
        return f"RuntimeError: {str(error).partition(chr(10))[0]}"
    return "nothing"


def training(torch, model, inputs, targets, dtype):
    """Losses before each step, and outputs and flattened gradients at the start."""
    net = network(torch, model, dtype)
    x, t = torch.tensor(inputs, dtype=dtype), torch.tensor(targets, dtype=dtype)
    optimizer = torch.optim.SGD(net.parameters(), lr=LEARNING_RATE)
    losses, first = [], {}
    for _ in range(STEPS):
        outputs = net(x).squeeze(1)
        loss = torch.nn.functional.mse_loss(outputs, t)
        optimizer.zero_grad()
        loss.backward()
        if not losses:
            first = {"outputs": outputs.tolist(), "gradients": in_our_order(net, "grad")}
        optimizer.step()
        losses.append(loss.item())
    return {**first, "losses": losses, "parameters": in_our_order(net, "data")}


def in_our_order(net, which):
    """A network's numbers neuron by neuron: weights, then the bias."""
    numbers = []
    for linear in list(net)[::2]:
        weights, biases = getattr(linear.weight, which), getattr(linear.bias, which)
        for row, bias in zip(weights.tolist(), biases.tolist(), strict=True):
            numbers += [*row, bias]
    return numbers


def milliseconds(torch, nin, nouts):
    """The median time of one step on one example, forward, back and parameters moved."""
    net = network(torch, MLP(nin, nouts, rng=random.Random(SEED)), torch.float64)
    optimizer = torch.optim.SGD(net.parameters(), lr=LEARNING_RATE)
    x = torch.full((1, nin), 0.5, dtype=torch.float64)
    times = []
    for _ in range(50):
        start = time.perf_counter()
        loss = (net(x) - 1.0).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def build(torch):
    """Make the record, but for the times.

    Args:
        torch: the module.
    Returns: plain data.
    """
    torch.set_num_threads(1)
    rng = random.Random(SEED)
    model = MLP(2, [8, 8, 1], rng=rng)
    inputs = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(8)]
    targets = [rng.choice((-1.0, 1.0)) for _ in range(8)]
    double = training(torch, model, inputs, targets, torch.float64)
    single = training(torch, model, inputs, targets, torch.float32)
    return {
        "provenance": {
            "torch": torch.__version__,
            "dtype": "float64",
            "threads": 1,
            "seed": SEED,
            "script": "reference/recorded/make_torch_record.py",
        },
        "expression": expressions(torch),
        "calls": calls(torch),
        "network": {
            "nin": 2,
            "nouts": [8, 8, 1],
            "parameters": [p.data for p in model.parameters()],
            "inputs": inputs,
            "targets": targets,
            "learning_rate": LEARNING_RATE,
            "steps": STEPS,
        },
        "double": double,
        "single": {"losses": single["losses"]},
    }


def main():
    """Write the record."""
    import torch

    record = build(torch)
    record["milliseconds"] = {
        str(count): round(milliseconds(torch, *sizes), 3) for count, sizes in SIZES.items()
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
