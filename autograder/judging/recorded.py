"""Works out what a recorded function comes to: the worker only noted its steps.

The answer to a case with points is a list of steps, laid out as `play_any_number` says. The
judge puts numbers in, so that all later comparing is of values.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from struct import pack

from autograder import limits
from autograder.model import Answer, Case
from autograder.tape import BINARY
from autograder.worker.players.base import NO_STEP, NODE, OP_CODES, PLAIN
from autograder.worker.protocol import HEAD, Reply, unpack
from autograder.worker.status import Status

WIDTH = len(NO_STEP)
UNREADABLE = "what came back is no list of steps"

ON_FLOATS: dict[str, Callable[..., float]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "truediv": lambda x, y: x / y,
    "pow": math.pow,  # a negative base to a fraction is an error, where ** makes it complex
    "neg": lambda x: -x,
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "relu": lambda x: 0.0 if x <= 0 else x,  # a nan stays one
    "sigmoid": lambda x: 0.5 * (1.0 + math.tanh(0.5 * x)),
}


class _UnreadableError(Exception):
    """The numbers are no list of steps."""


def value_at(steps: Sequence[float], point: Sequence[float]) -> float:
    """What a recorded function comes to at a point.

    Args:
        steps: the place of the result, then five numbers for each step.
        point: a number for each argument.
    Returns: the value; nan where some operation has none.
    Raises: ValueError if the numbers are no list of steps.

    >>> value_at([-1.0, OP_CODES.index("mul"), NODE, 0.0, PLAIN, 3.0], [2.0])
    6.0
    """
    try:
        return _worked_out(steps, point)
    except _UnreadableError:
        raise ValueError(UNREADABLE) from None
    except (ArithmeticError, ValueError):
        return math.nan


def _worked_out(steps: Sequence[float], point: Sequence[float]) -> float:
    if len(steps) % WIDTH != 1 or len(steps) > limits.RECORDED_NUMBERS:
        raise _UnreadableError
    values = dict(enumerate(map(float, point)))  # by place: arguments 0, 1, ..., steps -1, -2, ...
    for made, start in enumerate(range(1, len(steps), WIDTH), 1):
        code, *operands = steps[start : start + WIDTH]
        if code not in range(len(OP_CODES)):
            raise _UnreadableError
        op = OP_CODES[int(code)]
        pairs = (operands[:2], operands[2:])[: 2 if op in BINARY else 1]
        values[-made] = ON_FLOATS[op](*[_operand(values, *pair) for pair in pairs])
    if steps[0] not in values:
        raise _UnreadableError
    return values[int(steps[0])]


def _operand(values: Mapping[int, float], what: float, number: float) -> float:
    if what == PLAIN:
        return number
    if what == NODE and number in values:
        return values[int(number)]
    raise _UnreadableError


def read_answer(case: Case, answer: Answer) -> Answer:
    """The answer as it is judged: values at the case's points in place of steps, if it has any."""
    if not case.at or answer.status is not Status.OK:
        return answer
    try:
        values = tuple(value_at(answer.numbers, point) for point in case.at)
    except ValueError as error:
        return Answer(Status.WRONG_TYPE, detail=str(error))
    return replace(answer, numbers=values)


def read_reply(reply: Reply, cases: Mapping[int, Case]) -> Reply:
    """A reply as it is judged. Args: reply; cases that have points, by number."""
    heads, floats, details = bytearray(reply.heads), bytearray(), list(reply.details)
    at = 0
    for k, (status, count, detail) in enumerate(HEAD.iter_unpack(reply.heads)):
        numbers = reply.floats[8 * at : 8 * (at + count)]
        at += count
        if k in cases and status == Status.OK:
            answer = read_answer(cases[k], Answer(Status.OK, unpack(numbers), details[detail]))
            if answer.detail not in details:
                details.append(answer.detail)
            numbers = pack(f"<{len(answer.numbers)}d", *answer.numbers)
            place = details.index(answer.detail)
            HEAD.pack_into(heads, k * HEAD.size, answer.status, len(answer.numbers), place)
        floats += numbers
    return reply._replace(heads=bytes(heads), floats=bytes(floats), details=tuple(details))
