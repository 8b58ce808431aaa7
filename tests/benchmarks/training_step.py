"""One training step of an MLP 2-16-16-1 on 100 moons: micrograd's engine against our two.

Each as its course teaches it: the same layers, the same hinge loss with L2, the garbage
collector as Python starts it. Each runs in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

from reference.training import make_moons, signed

ROOT = Path(__file__).resolve().parents[2]
STEPS = 5
CODE = """
import importlib, json, random, sys, time
nn = importlib.import_module(sys.argv[1])
if sys.argv[3]:
    nn.Value = importlib.import_module(sys.argv[3]).Value
random.seed(1337)
model = nn.MLP(2, [16, 16, 1])
points, labels = json.load(sys.stdin)


def train_once(rate):
    scores = [model(point) for point in points]
    short = [(1 + -y * p).relu() for p, y in zip(scores, labels)]
    loss = sum(short) * (1.0 / len(short)) + 1e-4 * sum((p * p for p in model.parameters()))
    model.zero_grad()
    loss.backward()
    for p in model.parameters():
        p.data -= rate * p.grad
    return loss.data


times, losses = [], []
for step in range(int(sys.argv[2]) + 1):
    started = time.process_time()
    losses.append(train_once(1.0 - 0.9 * step / 100))
    times.append(time.process_time() - started)
print(json.dumps({"times": times[1:], "losses": losses}))  # the first warms up
"""


def step_s(module: str, engine: str = "") -> tuple[float, list[float]]:
    """CPU seconds of a step, the median of several, and the losses.

    Args:
        module: that defines MLP: reference.nn or micrograd.nn.
        engine: whose Value it is to use; empty for its own.
    """
    points, labels = make_moons(100, 0.1, 1)
    # numpy made them, and stays here: its own objects would keep the collector busy there
    ran = subprocess.run(
        [sys.executable, "-c", CODE, module, str(STEPS), engine],
        cwd=ROOT, input=json.dumps([points, signed(labels)]), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    found = json.loads(ran.stdout)
    return sorted(found["times"])[STEPS // 2], found["losses"]
