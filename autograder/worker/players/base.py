"""What every player uses: names, numbers, operations and tapes, on any engine.

An observation is a flat list of floats. What each number is called, and how many of
them are judged, only the judge knows.
"""

import operator
from collections.abc import Callable
from typing import Any

from autograder.worker.requests import PlainTape, Ready

Observation = list[float]
# By identity: a class says itself what it is equal to, if its own class wants it so.
FLOAT_ALONE = {id(float)}
Namespace = dict[str, Any]
MODULE = "submission"  # its name, and that of every class that it defines

OPS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "pow": operator.pow,
    "neg": operator.neg,
    "exp": lambda a: a.exp(),
    "log": lambda a: a.log(),
    "tanh": lambda a: a.tanh(),
    "relu": lambda a: a.relu(),
    "sigmoid": lambda a: a.sigmoid(),
}
# How a recorded function comes back, in numbers: what an operand is, and a step of nothing:
# an op's place in OP_CODES, then two operands, each what it is and a place or a number.
OP_CODES = tuple(OPS)
NODE, PLAIN = 1.0, 2.0
NO_STEP = (0.0,) * 5
METHODS = {
    **{op: f"__{op}__" for op in ("add", "sub", "mul", "truediv", "pow", "neg")},
    **{"r" + op: f"__r{op}__" for op in ("add", "sub", "mul", "truediv", "pow")},
    **{op: op for op in ("exp", "log", "tanh", "relu", "sigmoid")},
}
# Methods that players call, beside those of operations.
CALLED = frozenset(("backward", "_backward", "topological_order", "parameters", "zero_grad"))


class Lacking(Exception):
    """The submission has no such name or operation."""


class WrongType(Exception):
    """A number or a Value was due, and something else came."""


def number(found: Any, what: str) -> float:
    """Turn an int or float, or a subclass of them, into a float.

    Args:
        found: what the submission holds.
        what: how a message calls it.
    Raises: WrongType for anything else: bool, str, None, a Value, a complex.
    """
    kind = type(found)
    if kind is float:
        return found  # type: ignore[no-any-return]
    try:
        # subtle: the base class's own conversion, or a subclass could say anything twice
        if isinstance(found, float):
            return float.__float__(found)
        if isinstance(found, int) and kind is not bool:
            return int.__float__(found)
    except OverflowError:
        raise WrongType(f"{what} is a whole number too large for a float") from None
    raise WrongType(f"{what} is of type {kind.__name__}, not a number")


def get(namespace: Namespace, name: str) -> Any:
    """Look up a dotted name the submission should define."""
    first, *rest = name.split(".")
    if first not in namespace:
        raise Lacking(name)
    found = namespace[first]
    for part in rest:
        try:
            found = getattr(found, part)
        except AttributeError:
            raise Lacking(name) from None
    return found


def lacking_ops(namespace: Namespace) -> frozenset[str]:
    """Which of the known operations the submission's Value does not offer.

    Operators count where Python looks for them, on the class; methods may also be
    set on each instance.
    """
    value = namespace.get("Value")
    if value is None:
        return frozenset(METHODS)
    missing = {op for op, method in METHODS.items() if not hasattr(value, method)}
    named = {op for op in missing if METHODS[op] == op}
    if named:
        try:
            sample = value(1.5)
        except Exception:  # noqa: BLE001 - the cases will say what is wrong with it
            return frozenset(missing)
        missing -= {op for op in named if hasattr(sample, op)}
    return frozenset(missing)


def make_ready(tape: PlainTape) -> Ready:
    """Look up once what every playing of a tape needs."""
    leaves = len(tape["leaves"])
    end = leaves + len(tape["steps"])
    constants: list[float] = []

    def place(operand: int | list[float]) -> int:
        if isinstance(operand, int):
            return operand
        constants.extend(operand)
        return end + len(constants) - 1

    steps = []
    for at, (op, *args) in enumerate(tape["steps"], leaves):
        places = [*map(place, args)]
        left, right = places[0], places[1] if len(places) == 2 else None
        steps.append((at, op, OPS[op], left, right))
    return Ready(tuple(constants), tuple(steps))


def build(namespace: Namespace, tape: PlainTape, preset: float | None = None) -> list[Any]:
    """Play a tape: leaves first, then each step in order.

    tape: leaves, their data; steps, of each its op and operands, a number in a list for a
    plain one; optional, ready, from make_ready.
    Returns: the node of every leaf and step.
    Raises: Lacking without Value; WrongType if a step gives back no node.
    """
    value = get(namespace, "Value")
    nodes = [value(x) for x in tape["leaves"]]
    if preset is not None:
        for leaf in nodes:
            leaf.grad = preset
    constants, steps = tape.get("ready") or make_ready(tape)
    nodes += [None] * len(steps)
    end = len(nodes)
    nodes += constants
    for at, op, play, left, right in steps:
        node = play(nodes[left]) if right is None else play(nodes[left], nodes[right])
        if not hasattr(node, "data"):
            raise WrongType(
                f"{op} gave back {type(node).__name__}, which has no data: "
                "is a return missing, or the result not a Value?"
            )
        nodes[at] = node
    del nodes[end:]
    return nodes
