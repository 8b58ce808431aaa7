"""Cases that tell an engine which walks its graph back from one that only looks right."""

from collections.abc import Callable
from typing import Any

from autograder.worker.players.base import Namespace, Observation, get, number


def play_wide(namespace: Namespace, request: dict[str, Any]) -> Observation:
    """Output and three leaf gradients of a graph with many leaves and little depth.

    One walk back serves all leaves at once; whoever differentiates leaf by leaf (finite
    differences, complex step, dual numbers) works as many times as there are leaves.

    request: leaves, how many. Two operations a leaf; what comes out is added up in pairs.
    """
    count = request["leaves"]
    value = get(namespace, "Value")
    leaves = [value(0.5 + (k % 7) / 8) for k in range(count)]
    row = [a * 0.75 + b for a, b in zip(leaves, [*leaves[1:], leaves[0]], strict=True)]
    while len(row) > 1:
        row = [a + b for a, b in zip(row[::2], row[1::2], strict=False)] + row[len(row) & ~1 :]
    row[0].backward()
    chosen = (leaves[0], leaves[count // 2], leaves[-1])
    return [number(row[0].data, "data"), *(number(leaf.grad, "grad") for leaf in chosen)]


PROBE_KINDS: dict[str, Callable[[Namespace, dict[str, Any]], Observation]] = {
    "wide": play_wide,
}
