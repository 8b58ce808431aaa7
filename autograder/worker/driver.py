"""Executes a submission's blocks and plays cases on what they define.

Compiling uses the same two functions on the reference and the mutants, so that an
expected number and an observed one come from one piece of code.
"""

import __future__

import builtins
import math
import sys
import types
from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any

from autograder import limits
from autograder.worker.imports import absent, standins
from autograder.worker.imports.importable import QUIET, STANDARD, is_within
from autograder.worker.players.base import (
    MODULE,
    Lacking,
    Namespace,
    WrongType,
    lacking_ops,
    make_ready,
)
from autograder.worker.players.kinds import KINDS
from autograder.worker.players.remote import AskedTooMuch
from autograder.worker.players.timer import CaseTimeout, Timer
from autograder.worker.protocol import Played
from autograder.worker.requests import PlainBlock, PlainCase
from autograder.worker.status import Status
from autograder.worker.unwritten import OPS_OF_METHODS, unwritten

CUT = "..."  # where a text was longer
# Sources of the blocks that run, by the file names of their code.
SOURCES: dict[str, list[str]] = {}
FILE = "submission: "  # how the file name of a submission's code begins
FUTURE = reduce(or_, (getattr(__future__, f).compiler_flag for f in __future__.all_feature_names))

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

    def limited_import(
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        if level == 0 and is_within(name, QUIET):
            found = inert[name.partition(".")[0]]
            return inert.get(name) or standins.InertModule(name) if fromlist else found
        there = level == 0 and is_within(name, allowed) and _is_loaded_for(name)
        if there and name in sys.modules:
            found = sys.modules[name if fromlist else name.partition(".")[0]]
            return absent.with_names(found, fromlist or ())
        if fromlist and all(wanted in namespace for wanted in fromlist):
            return module  # `from engine import Value` below what was written into engine.py
        if level:
            raise ImportError("attempted relative import with no known parent package")
        # C code of the standard library, for its own use: it knows what to do without
        if name.startswith("_") or absent.is_caught(sys._getframe(1), SOURCES):
            raise ModuleNotFoundError(f"No module named {name!r}")
        return absent.absent_module(name if there else name.partition(".")[0])

    namespace = module.__dict__
    namespace["__builtins__"] = {**builtins.__dict__, "__import__": limited_import}
    return namespace


def _is_loaded_for(name: str) -> bool:
    """Whether a module is there for this submission, whatever others of its class import.

    What is not standard is loaded only if a file of the class names it; and so that no student's
    result depends on another's file, it is there only for who names it.
    """
    root = name.partition(".")[0]
    return is_within(name, STANDARD) or any(root in s for found in SOURCES.values() for s in found)


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
    SOURCES.clear()
    future = 0  # what `from __future__` of a block asks for holds below it, as in a notebook
    with Timer() as timer:
        for label, source in blocks:
            SOURCES.setdefault(FILE + label, []).append(source)
            try:
                timer.left_s = limits.BLOCK_CPU_S + limits.CASE_LOOK_CPU_S
                try:
                    code = compile(source, FILE + label, "exec", future, dont_inherit=True)
                    future |= code.co_flags & FUTURE
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
            needed = lacking and lacking.intersection(case["ops"])
            if needed:
                yield Played(Status.LACKING, detail=" ".join(sorted(needed)))
            elif timeouts >= limits.TIMEOUTS or timer.spent_s() > cpu_s:
                yield Played(Status.NOT_RUN)
            else:
                played = _play_one(namespace, case, timer, lacking)
                timeouts += played.status == Status.CPU
                yield played


def _play_one(
    namespace: Namespace, case: PlainCase, timer: Timer, lacking: Collection[str]
) -> Played:
    try:
        timer.left_s = case["within_s"] + limits.CASE_LOOK_CPU_S
        try:
            return Played(Status.OK, KINDS[case["kind"]](namespace, case["request"]))
        finally:
            timer.left_s = math.inf
    except BaseException as error:  # noqa: BLE001 - a submission may raise anything
        return _lacked(error, lacking) or _failed(error, "")


def _lacked(error: BaseException, lacking: Collection[str]) -> Played | None:
    """What to say of a case that came upon something that is not written; else None."""
    try:
        if isinstance(error, NotImplementedError):
            return Played(Status.UNWRITTEN, detail=_stub(error))
        name = unwritten(error, lacking, by_player=not any(_lines(error)))
    except BaseException:  # noqa: BLE001 - what fights being looked at has failed
        return None
    return Played(Status.LACKING, detail=name) if name else None


def _stub(error: BaseException) -> str:
    """The operation whose method raised, whichever it was called by; empty if it was none."""
    innermost = ["", *(code.co_name for code, _ in _frames(error))][-1]
    return OPS_OF_METHODS.get(innermost, "")


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
    for code, line in _frames(error):
        yield f"{code.co_filename[len(FILE) :]}, line {line}"


def _frames(error: BaseException) -> Iterator[tuple[types.CodeType, int]]:
    """The submission's code in a traceback and the line of each, from the outermost call."""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(FILE):
            yield code, trace.tb_lineno
        trace = trace.tb_next
