"""Plays functions that give back nested lists, and functions meant for any kind of number."""

from collections.abc import Callable
from typing import Any

from autograder import limits
from autograder.worker.players.base import (
    NO_STEP,
    NODE,
    OP_CODES,
    PLAIN,
    Namespace,
    Observation,
    WrongType,
    get,
    number,
)
from autograder.worker.players.models import make
from autograder.worker.requests import ShapedRequest

NOTHING = (0.0, 0.0)  # how None is observed where it may come back; a number x is (1, x)
NO_NUMBER = (
    "the function is played on a kind of number whose value is not known yet; it has operators and "
    "methods, but float(), math and comparisons need a plain number"
)


def play_shaped(namespace: Namespace, request: ShapedRequest) -> Observation:
    """A nested result, flattened: each list or tuple gives its length, then its items.

    request: name; args, plain data, or {"model": as models.make}; optional,
    whether the result may be None.
    """
    args = [
        make(namespace, arg["model"]) if isinstance(arg, dict) else arg for arg in request["args"]
    ]
    result = get(namespace, request["name"])(*args)
    if request.get("optional"):
        return [*NOTHING] if result is None else [1.0, number(result, "the result")]
    return _flat(result)


def _flat(found: Any) -> Observation:
    if isinstance(found, list | tuple):
        return [float(len(found)), *(x for item in found for x in _flat(item))]
    return [number(found, "an item of the result")]


class Recorded:
    """A number without a value: it notes what is done to it, and knows what Values know.

    subtle: it holds no number and no slope, so there is nothing in it to steal. What a
    function does to it is the answer; only the judge works out what that comes to.
    """

    __hash__ = object.__hash__  # like a Value, it is equal to itself alone

    def __init__(self, recording: Observation, place: int) -> None:
        self._recording, self._place = recording, place

    def __add__(self, other: Any) -> "Recorded":
        return self._note("add", self, other)

    def __radd__(self, other: Any) -> "Recorded":
        return self._note("add", other, self)

    def __sub__(self, other: Any) -> "Recorded":
        return self._note("sub", self, other)

    def __rsub__(self, other: Any) -> "Recorded":
        return self._note("sub", other, self)

    def __mul__(self, other: Any) -> "Recorded":
        return self._note("mul", self, other)

    def __rmul__(self, other: Any) -> "Recorded":
        return self._note("mul", other, self)

    def __truediv__(self, other: Any) -> "Recorded":
        return self._note("truediv", self, other)

    def __rtruediv__(self, other: Any) -> "Recorded":
        return self._note("truediv", other, self)

    def __pow__(self, exponent: Any) -> "Recorded":
        if not isinstance(exponent, int | float):
            raise WrongType(f"an exponent is of type {type(exponent).__name__}, not plain")
        return self._note("pow", self, exponent)

    def __neg__(self) -> "Recorded":
        return self._note("neg", self)

    def exp(self) -> "Recorded":
        """e ** self."""
        return self._note("exp", self)

    def log(self) -> "Recorded":
        """Natural logarithm."""
        return self._note("log", self)

    def tanh(self) -> "Recorded":
        """Hyperbolic tangent."""
        return self._note("tanh", self)

    def sigmoid(self) -> "Recorded":
        """1 / (1 + e**-self)."""
        return self._note("sigmoid", self)

    def relu(self) -> "Recorded":
        """max(0, self)."""
        return self._note("relu", self)

    def _no_number(self, *_: Any) -> Any:
        """What asks for a plain number, and would work for one kind of number only."""
        raise WrongType(NO_NUMBER)

    __float__ = __int__ = __bool__ = __lt__ = __le__ = __gt__ = __ge__ = _no_number

    def _note(self, op: str, *operands: Any) -> "Recorded":
        """Append a step, and stand for its result."""
        recording = self._recording
        step = [float(OP_CODES.index(op))]
        for operand in operands:
            if not isinstance(operand, Recorded):
                step += [PLAIN, number(operand, "an operand")]
            elif operand._recording is recording:
                step += [NODE, float(operand._place)]
            else:
                raise WrongType("an operand was kept from an earlier call")
        if len(recording) >= limits.RECORDED_STEPS * len(NO_STEP):
            raise WrongType(f"more than {limits.RECORDED_STEPS} operations were asked for")
        recording += [*step, *NO_STEP[len(step) :]]
        return Recorded(recording, -len(recording) // len(NO_STEP))


def play_any_number(namespace: Namespace, request: dict[str, Any]) -> Observation:
    """What a function does to numbers that are neither Values nor tensors, step by step.

    request: name; arguments, how many.
    Returns: the place of the result, then five numbers for each step: its op's place in
        OP_CODES; for each operand NODE and a place, PLAIN and a number, or twice 0. Places
        of arguments are 0, 1, ...; of the first step -1, of the next -2, ...
    """
    function: Callable[..., Any] = get(namespace, request["name"])
    recording: Observation = []
    result = function(*[Recorded(recording, k) for k in range(request["arguments"])])
    if not isinstance(result, Recorded) or result._recording is not recording:
        kind = type(result).__name__
        raise WrongType(f"a {kind} came back where the kind of number that went in is due")
    return [float(result._place), *recording]


SHAPE_KINDS: dict[str, Callable[[Namespace, Any], Observation]] = {
    "shaped": play_shaped,
    "any_number": play_any_number,
}
