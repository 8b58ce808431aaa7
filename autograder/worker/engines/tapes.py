"""Plays on an engine what a submission recorded, looking at every piece before it is used."""

from typing import Any

from autograder.worker.players.base import OPS, Observation, WrongType, number
from autograder.worker.players.calls import differ
from autograder.worker.players.timer import CaseTimeout

WRITTEN = ("data", "grad")
TWO = ("add", "sub", "mul", "truediv", "pow")  # operations of two operands


class Malformed(Exception):
    """What came is no question: whoever sent it wrote to the descriptor itself."""


def play(events: list[Any], nodes: list[Any], engine: Any) -> Exception | None:
    """Do to an engine what a submission recorded.

    Args:
        events: from the pipe.
        nodes: of the tape so far; each leaf and step adds one, None where it raised.
        engine: the class.
    Returns: the first exception that the engine raised, or None.
    Raises: Malformed.
    """
    first = None
    for event in events:
        if type(event) is float:
            nodes.append(engine(event))
            continue
        if type(event) is not list or not event:
            raise Malformed
        name = event[0]
        if type(name) is str and name in WRITTEN and len(event) == 3:
            node, written = node_at(nodes, event[1]), event[2]
            if type(written) is not float:
                raise Malformed
            setattr(node, name, written)
            continue
        if type(name) is not str or name not in OPS or len(event) != (3 if name in TWO else 2):
            raise Malformed
        try:
            nodes.append(OPS[name](*[_operand(nodes, given) for given in event[1:]]))
        except (Malformed, CaseTimeout):
            raise
        except Exception as error:  # noqa: BLE001 - an engine is wrong on purpose, and may raise
            nodes.append(None)
            first = first or error
    return first


def _operand(nodes: list[Any], given: Any) -> Any:
    if type(given) is list and len(given) == 1 and type(given[0]) is float:
        return given[0]
    return node_at(nodes, given)


def node_at(nodes: list[Any], place: Any) -> Any:
    """The node of a tape with this number. Raises: Malformed; ValueError where a step failed."""
    if type(place) is not int or not 0 <= place < len(nodes):
        raise Malformed
    if nodes[place] is None:
        raise ValueError("an operation before this one had failed")
    return nodes[place]


def gradients(tape: list[Any], engine: Any) -> Observation:
    """Play one probe's tape; the gradients of its leaves after backward.

    Args:
        tape: [number of leaves, events, place of the output].
        engine: the class.
    Raises: Malformed, or what the engine raises.
    """
    leaves, events, output = tape
    nodes: list[Any] = []
    error = play(events, nodes, engine)
    if error is not None:
        raise error
    if type(leaves) is not int or not 0 <= leaves <= len(nodes):
        raise Malformed
    node_at(nodes, output).backward()
    return [number(leaf.grad, "grad") for leaf in nodes[:leaves]]


def tells(tape: list[Any], engine: Any, expected: Observation) -> bool:
    """Whether a probe gives an engine away: its gradients differ, or it breaks down."""
    try:
        observed = gradients(tape, engine)
    except (ArithmeticError, ValueError, WrongType):
        return True  # the planted fault breaks down here: that gives it away too
    return differ(observed, expected)
