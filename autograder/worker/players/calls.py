"""Players of cases that call a student's function: differences, gradients by hand, gradcheck.

They serve the exercises 01, 02 and 07. An observation is a flat list of floats, as everywhere.
"""

import math
from collections.abc import Callable
from typing import Any, cast

from autograder.worker.players.asked import Asked, pair
from autograder.worker.players.base import OPS, Namespace, Observation, WrongType, get, number
from autograder.worker.requests import (
    CallRequest,
    ErrorOrderRequest,
    GradcheckRequest,
    PlainEngine,
    PlainTape,
    ProbesRequest,
)

# What an operation that a Value offers as a method does to a plain number.
ON_NUMBERS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "relu": lambda x: x if x > 0 else 0.0,
    "sigmoid": lambda x: 0.5 * (1.0 + math.tanh(0.5 * x)),
}
# From where on two engines' gradients differ: the same that the lesson asks of gradcheck.
DIFFERS_RTOL = 1e-4
DIFFERS_ATOL = 1e-8


def function_of(tape: PlainTape) -> Callable[..., Any]:
    """A tape as a Python function of numbers; Values may go in too, and then come out.

    Args:
        tape: plain; its leaves only say how many arguments there are.
    Returns: a function that raises TypeError if it is given more or fewer.
    """
    due = len(tape["leaves"])

    def f(*arguments: Any) -> Any:
        if len(arguments) != due:
            raise TypeError(f"f takes {due} numbers, each an argument; it got {len(arguments)}")
        nodes = list(arguments)
        for op, *args in tape["steps"]:
            nodes.append(_apply(op, [nodes[a] if type(a) is int else a[0] for a in args]))
        return nodes[-1]

    return f


def _apply(op: str, operands: list[Any]) -> Any:
    if op in ON_NUMBERS and isinstance(operands[0], int | float):
        return ON_NUMBERS[op](operands[0])
    return OPS[op](*operands)


def play_returns(namespace: Namespace, request: CallRequest) -> Observation:
    """What a function gives back: a number, or numbers in a list or tuple.

    request: name; args (numbers, lists, tapes); afterwards, true to observe instead what
    the lists among the arguments hold when the function is done.
    """
    args = [_argument(plain) for plain in request["args"]]
    result = get(namespace, request["name"])(*args)
    if request.get("afterwards"):
        lists = [arg for arg in args if isinstance(arg, list)]
        return [number(x, "an item of a list") for one in lists for x in one]
    if isinstance(result, list | tuple):
        return [number(x, "an item of the result") for x in result]
    return [number(result, "the result")]


def _argument(plain: Any) -> Any:
    if isinstance(plain, dict):
        return _of_numbers(function_of(cast(PlainTape, plain)))
    return list(plain) if isinstance(plain, list) else plain


def _of_numbers(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function for no nodes of an engine: one that the lesson gives would know the slopes."""

    def of_numbers(*arguments: Any) -> Any:
        for argument in arguments:
            if hasattr(argument, "grad"):
                raise TypeError(f"f takes numbers, not {type(argument).__name__}")
        return f(*arguments)

    return of_numbers


def play_error_order(namespace: Namespace, request: ErrorOrderRequest) -> Observation:
    """How many times smaller the error of a difference gets when its step is halved.

    request: name of the difference; tape; x; h; slope, the exact one. An error that is
    already 0 counts as one that does not get smaller.
    """
    difference = get(namespace, request["name"])
    f, x, h = function_of(request["tape"]), request["x"], request["h"]
    first, second = (
        abs(number(difference(f, x, step), "the result") - request["slope"]) for step in (h, h / 2)
    )
    return [first / second if second else 0.0]


def play_gradcheck(namespace: Namespace, request: GradcheckRequest) -> Observation:
    """The verdict of the student's gradcheck on an engine: 1 for True, 0 for False.

    request: tape; at; engine, {"name": ...} of a class of the lesson, or a planted one that
    is Asked; afterwards, true to observe instead what the list of inputs holds when it is done.
    """
    xs = list(request["at"])
    gradcheck = get(namespace, "gradcheck")
    planted: Any = request["engine"]
    engine = planted.engine() if isinstance(planted, Asked) else _named(namespace, planted)
    verdict = gradcheck(function_of(request["tape"]), xs, engine)
    if request.get("afterwards"):
        return [number(x, "an item of xs") for x in xs]
    if verdict is not True and verdict is not False:
        raise WrongType(f"gradcheck gave back {type(verdict).__name__}, not True or False")
    return [float(verdict)]


def play_probes(namespace: Namespace, request: ProbesRequest) -> Observation:
    """1 if some probe of the student's tells an engine from a right one, else 0.

    Judged without the student's gradcheck: a mistake there costs nothing here.
    request: engine and right, {"name": ...}; or engine alone, a planted one that is Asked.
    """
    planted: Any = request["engine"]
    if isinstance(planted, Asked):
        return [planted.probes(get(namespace, "probes"))]
    engine, right = (_named(namespace, plain) for plain in (planted, request["right"]))
    probes = get(namespace, "probes")()
    if not isinstance(probes, list | tuple):
        raise WrongType(f"probes gave back {type(probes).__name__}, not a list")
    return [float(any(_tells(probe, engine, right) for probe in probes))]


def _tells(probe: Any, engine: Any, right: Any) -> bool:
    f, xs = pair(probe)
    expected = _gradients(f, xs, right)
    try:
        observed = _gradients(f, xs, engine)
    except (ArithmeticError, ValueError, WrongType):
        return True  # the engine's fault breaks down here: that gives it away too
    return differ(observed, expected)


def differ(observed: Observation, expected: Observation) -> bool:
    """Whether two engines' gradients at one probe tell them apart.

    subtle: nan <= x is False: a probe at which a gradient is nan tells, even of a right engine.
    """
    return not all(
        abs(a - b) <= DIFFERS_ATOL + DIFFERS_RTOL * max(abs(a), abs(b))
        for a, b in zip(observed, expected, strict=True)
    )


def _gradients(f: Callable[..., Any], xs: Any, engine: Any) -> Observation:
    leaves = [engine(number(x, "an item of xs")) for x in xs]
    output = f(*leaves)
    output.backward()
    return [number(leaf.grad, "grad") for leaf in leaves]


def _named(namespace: Namespace, plain: PlainEngine) -> Any:
    return get(namespace, plain["name"])


CALL_KINDS: dict[str, Callable[[Namespace, Any], Observation]] = {
    "call": play_returns,
    "error-order": play_error_order,
    "gradcheck": play_gradcheck,
    "probes": play_probes,
}
