"""Executes a submission's blocks and plays cases on what they define.

Compiling uses the same two functions on the reference and the mutants, so that an
expected number and an observed one come from one piece of code.
"""

import builtins
import math
import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any

from autograder import limits
from autograder.worker import standins
from autograder.worker.players.base import Lacking, Namespace, WrongType, lacking_ops, make_ready
from autograder.worker.players.kinds import KINDS
from autograder.worker.players.remote import AskedTooMuch
from autograder.worker.players.timer import CaseTimeout, Timer
from autograder.worker.protocol import Played
from autograder.worker.requests import PlainBlock, PlainCase
from autograder.worker.status import Status

# The standard library's mathematics and the small tools that honest engines were seen to
# use. Everything is loaded before a submission runs: later no file can be opened.
DEFAULT_IMPORTS = (
    "__future__", "abc", "bisect", "cmath", "collections", "collections.abc", "contextlib",
    "copy", "dataclasses", "decimal", "enum", "fractions", "functools", "heapq", "itertools",
    "math", "numbers", "operator", "random", "re", "statistics", "string", "sys", "textwrap",
    "time", "types", "typing", "typing_extensions", "warnings", "weakref",
)  # fmt: skip
CUT = "..."  # where a text was longer
FILE = "submission: "  # how the file name of a submission's code begins
MODULE = "submission"

# Given back when memory runs out, so that there is some left to say so.
RESERVE = bytearray(limits.RESERVE_BYTES)


def make_namespace(imports: Sequence[str]) -> Namespace:
    """A fresh module's namespace whose imports are limited.

    Args:
        imports: names of the modules that may be imported.
    """
    module = types.ModuleType(MODULE)
    # dataclasses and typing look a class's module up here
    sys.modules[MODULE] = module
    allowed = frozenset(imports)
    inert = standins.modules()

    def is_allowed(name: str) -> bool:
        # subtle: a.sum() makes numpy's C code import numpy._core._methods, and C code asks
        # the builtins of its caller: so what is inside an allowed package is allowed
        while name and name not in allowed:
            name = name.rpartition(".")[0]
        return bool(name)

    def limited_import(
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        if level == 0 and name in inert:
            return inert[name] if fromlist else inert[name.partition(".")[0]]
        if level == 0 and name in sys.modules and is_allowed(name):
            return sys.modules[name] if fromlist else sys.modules[name.partition(".")[0]]
        raise ImportError(f"{name} cannot be imported in this exercise")

    namespace = module.__dict__
    namespace["__builtins__"] = {**builtins.__dict__, "__import__": limited_import}
    return namespace


def made_ready(cases: Sequence[PlainCase]) -> list[PlainCase]:
    """Cases that play faster than the plain ones: for who plays them often."""
    ready = []
    for case in cases:
        tape = case["request"].get("tape")
        if tape is not None:
            tape = {**tape, "ready": make_ready(tape)}
            case = {**case, "request": {**case["request"], "tape": tape}}
        ready.append(case)
    return ready


def execute(blocks: Sequence[PlainBlock], namespace: Namespace) -> Iterator[Played]:
    """Run each block in the namespace; a block that raises does not stop the next.

    Args:
        blocks: (label, source) pairs.
        namespace: from make_namespace.
    """
    with Timer() as timer:
        for label, source in blocks:
            try:
                timer.left_s = limits.BLOCK_CPU_S + limits.CASE_LOOK_CPU_S
                try:
                    code = compile(source, FILE + label, "exec", dont_inherit=True)
                    exec(code, namespace)
                finally:
                    timer.left_s = math.inf
            except BaseException as error:  # noqa: BLE001 - a submission may raise anything
                yield _failed(error, label)
            else:
                yield Played(Status.OK)


def play(namespace: Namespace, cases: Sequence[PlainCase], cpu_s: float) -> Iterator[Played]:
    """Play cases one by one, each within its CPU time and all within cpu_s.

    Args:
        namespace: after `execute`.
        cases: from Case.plain.
        cpu_s: CPU seconds for all of them together.
    """
    try:
        lacking = lacking_ops(namespace)
    except BaseException:  # noqa: BLE001 - a submission may raise anything
        lacking = frozenset()  # a class that fights being looked at: its cases will tell
    timeouts = 0
    with Timer() as timer:
        for case in cases:
            absent = lacking and lacking.intersection(case["ops"])
            if absent:
                yield Played(Status.LACKING, detail=" ".join(sorted(absent)))
            elif timeouts >= limits.TIMEOUTS or timer.spent_s() > cpu_s:
                yield Played(Status.NOT_RUN)
            else:
                played = _play_one(namespace, case, timer)
                timeouts += played.status == Status.CPU
                yield played


def _play_one(namespace: Namespace, case: PlainCase, timer: Timer) -> Played:
    try:
        timer.left_s = case["within_s"] + limits.CASE_LOOK_CPU_S
        try:
            return Played(Status.OK, KINDS[case["kind"]](namespace, case["request"]))
        finally:
            timer.left_s = math.inf
    except BaseException as error:  # noqa: BLE001 - a submission may raise anything
        return _failed(error, "")


def _failed(error: BaseException, label: str) -> Played:
    """Name the failure and say where in the submission it happened."""
    if isinstance(error, CaseTimeout):
        return Played(Status.CPU)
    if isinstance(error, RecursionError):
        return Played(Status.RECURSION, detail=_where_again(error))
    if isinstance(error, MemoryError):
        RESERVE.clear()
        return Played(Status.MEMORY, detail=_where(error))
    if isinstance(error, AskedTooMuch):
        return Played(Status.ASKED_TOO_MUCH, detail=str(error))
    if isinstance(error, Lacking):
        return Played(Status.LACKING, detail=str(error))
    if isinstance(error, WrongType):
        return Played(Status.WRONG_TYPE, detail=str(error))
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 - a submission may raise anything
        text = "(its text could not be read)"
    if isinstance(error, NotImplementedError):
        return Played(Status.UNWRITTEN, detail=text)
    if isinstance(error, SyntaxError) and label:
        text, where = error.msg, f"{label}, line {error.lineno}" if error.lineno else label
    else:
        where = _where(error)
    where = f" ({where})" if where else ""
    said = f"{type(error).__name__}: {text[: limits.DETAIL_BYTES]}"
    room = limits.DETAIL_BYTES - len(where)
    if len(said) > room >= limits.DETAIL_BYTES // 2:  # the line is worth more than the rest
        said = said[: room - len(CUT)] + CUT
    return Played(Status.RAISED, detail=said + where)


def _where(error: BaseException) -> str:
    """The innermost line of the submission in the traceback: "engine.py, line 12"."""
    return ["", *_lines(error)][-1]


def _where_again(error: RecursionError) -> str:
    """The first line that comes again: which is the innermost depends on the caller's depth."""
    seen: set[str] = set()
    for line in _lines(error):
        if line in seen:
            return line
        seen.add(line)
    return _where(error)


def _lines(error: BaseException) -> Iterator[str]:
    """The submission's lines in a traceback, from the outermost call."""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(FILE):
            yield f"{name[len(FILE) :]}, line {trace.tb_lineno}"
        trace = trace.tb_next
