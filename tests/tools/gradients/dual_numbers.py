"""Dual numbers: a tape's derivatives without any engine, an oracle for tests.

They stand here and nowhere in the tool: what a submission or a student's machine could
import must not differentiate.
"""

import math
from dataclasses import dataclass

from autograder.tape import Constant, Tape
from autograder.worker.requests import GradientsRequest


@dataclass(frozen=True, slots=True)
class Dual:
    """A number and its derivative with respect to one leaf."""

    value: float
    slope: float


def duals(tape: Tape, leaf: int) -> list[Dual]:
    """Evaluate a tape and its derivative by one leaf, forward, without any engine.

    Args:
        tape: what to evaluate.
        leaf: number of the leaf to differentiate by.
    Returns: a Dual for each node.
    Raises: ArithmeticError, ValueError outside an operation's domain.
    Source: forward-mode differentiation; shares no code with the reference.
    """
    nodes = [Dual(float(x), float(k == leaf)) for k, x in enumerate(tape.leaves)]
    for step in tape.steps:
        args = [
            Dual(float(a.number), 0.0) if isinstance(a, Constant) else nodes[a] for a in step.args
        ]
        nodes.append(_dual_step(step.op, args))
    return nodes


def _dual_step(op: str, args: list[Dual]) -> Dual:
    x, dx = args[0].value, args[0].slope
    if len(args) == 2:
        y, dy = args[1].value, args[1].slope
        if op == "add":
            return Dual(x + y, dx + dy)
        if op == "sub":
            return Dual(x - y, dx - dy)
        if op == "mul":
            return Dual(x * y, dx * y + x * dy)
        if op == "truediv":
            return Dual(x / y, (dx * y - x * dy) / (y * y))
        power = x**y
        if isinstance(power, complex):
            raise ValueError("a negative base to a fraction")
        return Dual(power, y * x ** (y - 1.0) * dx)
    if op == "neg":
        return Dual(-x, -dx)
    if op == "exp":
        return Dual(math.exp(x), math.exp(x) * dx)
    if op == "log":
        return Dual(math.log(x), dx / x)
    if op == "tanh":
        return Dual(math.tanh(x), dx / math.cosh(x) ** 2)
    if op == "relu":
        return Dual(max(x, 0.0), dx if x > 0 else 0.0)
    s = 1.0 / (1.0 + math.exp(-x)) if x >= 0 else 1.0 - 1.0 / (1.0 + math.exp(x))
    return Dual(s, s * (1.0 - s) * dx)


def by_duals(tape: Tape) -> tuple[list[float], list[float]]:
    """Data of all nodes and the leaves' gradients, as random graphs are chosen by.

    Raises: ArithmeticError, ValueError outside an operation's domain.
    """
    per_leaf = [duals(tape, leaf) for leaf in range(len(tape.leaves))]
    return [node.value for node in per_leaf[0]], [nodes[-1].slope for nodes in per_leaf]


def answers_by_duals(request: GradientsRequest) -> list[float]:
    """Output, the leaves' gradients and all data, as `Drawing.answers` gives them."""
    tape = Tape.of(request["tape"])
    data, slopes = by_duals(tape)
    return [data[-1], *slopes, *data]
