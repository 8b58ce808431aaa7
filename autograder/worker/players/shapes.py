"""Plays functions that give back nested lists, and functions meant for any kind of number."""

import math
from collections.abc import Callable
from typing import Any

from autograder.worker.players.base import Namespace, Observation, WrongType, get, number
from autograder.worker.players.models import make
from autograder.worker.requests import ShapedRequest

NOTHING = (0.0, 0.0)  # how None is observed where it may come back; a number x is (1, x)


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


class Dual:
    """A number with a slope that knows what Values and tensors both know, and no more."""

    def __init__(self, value: float, slope: float) -> None:
        self._value, self._slope = value, slope

    def __add__(self, other: Any) -> "Dual":
        b = _dual(other)
        return Dual(self._value + b._value, self._slope + b._slope)

    def __mul__(self, other: Any) -> "Dual":
        b = _dual(other)
        return Dual(self._value * b._value, self._slope * b._value + self._value * b._slope)

    def __pow__(self, exponent: Any) -> "Dual":
        if not isinstance(exponent, int | float):
            raise WrongType(f"an exponent is of type {type(exponent).__name__}, not plain")
        slope = exponent * self._value ** (exponent - 1) * self._slope
        return Dual(self._value**exponent, slope)

    def __neg__(self) -> "Dual":
        return Dual(-self._value, -self._slope)

    def __sub__(self, other: Any) -> "Dual":
        return self + -_dual(other)

    def __truediv__(self, other: Any) -> "Dual":
        return self * _dual(other) ** -1

    def __rsub__(self, other: Any) -> "Dual":
        return _dual(other) - self

    def __rtruediv__(self, other: Any) -> "Dual":
        return _dual(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def exp(self) -> "Dual":
        """e ** self."""
        return Dual(math.exp(self._value), math.exp(self._value) * self._slope)

    def log(self) -> "Dual":
        """Natural logarithm."""
        return Dual(math.log(self._value), self._slope / self._value)

    def tanh(self) -> "Dual":
        """Hyperbolic tangent."""
        t = math.tanh(self._value)
        return Dual(t, (1.0 - t * t) * self._slope)

    def sigmoid(self) -> "Dual":
        """1 / (1 + e**-self)."""
        return ((self * 0.5).tanh() + 1.0) * 0.5

    def relu(self) -> "Dual":
        """max(0, self)."""
        return self if self._value > 0 else Dual(0.0, 0.0)


def _dual(other: Any) -> Dual:
    if isinstance(other, Dual):
        return other
    return Dual(number(other, "an operand"), 0.0)


def play_any_number(namespace: Namespace, request: dict[str, Any]) -> Observation:
    """A function played on numbers that are neither Values nor tensors: value, then slopes.

    request: name; at, the arguments.
    """
    function: Callable[..., Any] = get(namespace, request["name"])
    seen: Observation = []
    for k in range(len(request["at"])):
        result = function(*[Dual(x, float(j == k)) for j, x in enumerate(request["at"])])
        if not isinstance(result, Dual):
            kind = type(result).__name__
            raise WrongType(f"a {kind} came back where the kind of number that went in is due")
        seen += [result._slope] if seen else [result._value, result._slope]
    return seen


SHAPE_KINDS: dict[str, Callable[[Namespace, Any], Observation]] = {
    "shaped": play_shaped,
    "any_number": play_any_number,
}
