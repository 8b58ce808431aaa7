"""Answers what a submission asks of the planted engines; runs none of its code.

A submission holds no engine. It records what it does to one as a tape of events, and asks:

    question   [slot, tape, events, wanted]
    slot       number of the case, as the submission plays it; cases come in order
    tape       number of a tape within the slot; each begins with no node
    event      3.5                     a leaf with this data
               ["mul", 0, [2.0]]       a step: operation, and nodes by number or [a constant]
               ["grad", 0, 7.0]        a write to a node's grad, or data
    wanted     ["data", 4], ["grad", 0], ["backward", 4] or, once, ["probes"] with
               [[leaves, events, output], ...] in place of the events; ["told"] in this process
    answer     a number, null, or [kind, text] of what was raised

Everything that arrives is looked at before it is used: exact types, places, counts. Numbers are
floats, so that no whole number grows without end.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from autograder import limits
from autograder.worker.engines.tapes import (
    WRITTEN,
    Malformed,
    gradients,
    node_at,
    play,
    tells,
)
from autograder.worker.players.base import Observation, WrongType, number
from autograder.worker.players.remote import LIMIT, RAISED, WRONG_TYPE
from autograder.worker.players.timer import CaseTimeout, Timer
from autograder.worker.status import Status

TEXT = 200  # characters kept of what an engine says when it raises

TOO_MANY_QUESTIONS = f"more than {limits.ENGINE_QUESTIONS:,} questions to one engine"
TOO_MANY_EVENTS = f"graphs of more than {limits.ENGINE_EVENTS:,} nodes for one engine"
TOO_LONG = f"more than {limits.ENGINES_CPU_S:g} s of the engines' time"
NO_QUESTION = "something that is no question to an engine"


class _Over(Exception):
    """A bound of the submission's was hit; the text says which."""


class Slot(NamedTuple):
    """What stands behind one case.

    Attributes:
        probes: whether probes are tried; else single questions are answered.
        engine: number of the engine under examination.
        right: for probes, number of one that is right.
        within_s: CPU seconds for the case.
    """

    probes: bool
    engine: int
    right: int
    within_s: float


class Told(NamedTuple):
    """Whether probes tell an engine from a right one; the status says how finding out ended."""

    status: int
    told: float


def make_engines(sources: Sequence[str]) -> list[Any]:
    """Run planted sources, each in a namespace of its own; return their `Value` classes."""
    made = []
    for source in sources:
        namespace: dict[str, Any] = {"__name__": "planted"}
        exec(compile(source, "planted engine", "exec", dont_inherit=True), namespace)
        made.append(namespace["Value"])
    return made


class Session:
    """Holds the engines for one submission.

    Args:
        engines: their classes.
        slots: by case, as the course has them.
        order: for each place in which a case is played, the case whose engine answers there;
            places that are missing stand for themselves.
        tells: whether verdicts on probes are answered; if not, they go to the report alone.

    Attributes:
        over: by slot, the bound that was hit there.
        told: verdicts on probes, by engine and right engine.
        timer: ends what takes too long; None where the caller's own does.
        left_s: CPU seconds that the open case may still take.
        stop: says in words that all of them together have taken too long, or "".
    """

    def __init__(
        self,
        engines: Sequence[Any],
        slots: Mapping[int, Slot],
        order: Mapping[int, int],
        *,
        tells: bool,
    ) -> None:
        self._engines, self._slots, self._order, self._tells = engines, slots, order, tells
        self.over: dict[int, str] = {}
        self.told: dict[tuple[int, int], Told] = {}
        self.stop: Callable[[], str] = lambda: ""
        self._tapes: list[Any] = []
        self._expected: dict[int, list[Observation]] = {}
        self._open = (-1, -1)
        self._slot: Slot | None = None
        self._nodes: list[Any] = []
        self._questions = self._events = 0
        self.timer: Timer | None = None
        self.left_s = 0.0

    def answer_bytes(self, payload: bytes) -> bytes:
        """Answer a question as it came over a pipe. Raises: Malformed."""
        try:
            question = json.loads(payload)
        except (ValueError, RecursionError):
            raise Malformed from None
        return json.dumps(self.answer(question)).encode()

    def answer(self, question: Any) -> Any:
        """Answer a question.

        Returns: a number, None, or [kind, text] for what the engine raised.
        Raises: Malformed; CaseTimeout passes through, `timed_out` answers it.
        """
        if type(question) is not list or len(question) != 4:
            raise Malformed
        slot, tape, events, wanted = question
        if type(slot) is not int or type(tape) is not int or type(wanted) is not list:
            raise Malformed
        if type(events) is not list or not wanted or slot < self._open[0]:
            raise Malformed  # a case that is over is not asked about again
        if slot != self._open[0]:
            self._enter(slot)
        if tape != self._open[1]:
            self._nodes = []
        self._open = (slot, tape)
        try:
            return self._answer(events, wanted)
        except _Over as bound:
            return self._past(str(bound))
        except WrongType as error:
            return [WRONG_TYPE, str(error)[:TEXT]]
        except Malformed:
            raise
        except Exception as error:  # noqa: BLE001 - an engine is wrong on purpose, and may raise
            return _raised(error)

    def timed_out(self) -> Any:
        """The answer where CaseTimeout was raised."""
        assert self._slot is not None
        return self._past(f"more than {self._slot.within_s:g} s of an engine's time")

    def malformed(self) -> None:
        """Note that the open slot was sent something that is no question."""
        if self._slot is not None:
            self.over.setdefault(self._open[0], NO_QUESTION)

    def work_off(self) -> None:
        """Find out about every engine that probes are due on, if the probes have come."""
        if self._expected:
            for slot in self._slots.values():
                if slot.probes and (slot.engine, slot.right) not in self.told:
                    self.told[slot.engine, slot.right] = self._tell(slot)

    def verdicts(self) -> dict[int, Told]:
        """What is known of each case with probes."""
        found = {}
        for number_, slot in self._slots.items():
            told = self.told.get((slot.engine, slot.right))
            if slot.probes and told is not None:
                found[number_] = told
        return found

    def _enter(self, slot: int) -> None:
        found = self._slots.get(self._order.get(slot, slot))
        if found is None:
            raise Malformed
        self._slot, self._nodes = found, []
        self._questions = self._events = 0
        self.left_s = found.within_s + limits.CASE_LOOK_CPU_S
        if self.timer is not None:
            self.timer.left_s = self.left_s

    def _past(self, bound: str) -> list[str]:
        self.over.setdefault(self._open[0], bound)
        self._nodes = []
        return [LIMIT, self.over[self._open[0]]]

    def _answer(self, events: list[Any], wanted: list[Any]) -> Any:
        slot = self._slot
        assert slot is not None
        if self._open[0] in self.over:
            raise _Over(self.over[self._open[0]])
        self._questions += 1
        if self._questions > limits.ENGINE_QUESTIONS:
            raise _Over(TOO_MANY_QUESTIONS)
        stop = self.stop()
        if stop:
            raise _Over(stop)
        if wanted == ["probes"] and slot.probes:
            return self._take(events, slot)
        if wanted == ["told"] and slot.probes and self._tells:
            return self._try_probes(slot)
        self._count(len(events))
        # a probe that looks at its nodes is shown a right engine's
        engine = self._engines[slot.right if slot.probes else slot.engine]
        error = play(events, self._nodes, engine)
        if error is not None:
            raise error
        if len(wanted) != 2:
            raise Malformed
        name, node = wanted[0], node_at(self._nodes, wanted[1])
        if name == "backward":
            node.backward()
            return None
        if name not in WRITTEN:
            raise Malformed
        return number(getattr(node, name), name)

    def _count(self, events: int) -> None:
        self._events += events
        if self._events > limits.ENGINE_EVENTS:
            raise _Over(TOO_MANY_EVENTS)

    def _take(self, tapes: list[Any], slot: Slot) -> None:
        """Take the probes; they must go well on a right engine, or the mistake is in them."""
        if self._expected:
            raise Malformed
        for tape in tapes:
            if type(tape) is not list or len(tape) != 3 or type(tape[1]) is not list:
                raise Malformed
            self._count(len(tape[1]))
        self._expected[slot.right] = [gradients(tape, self._engines[slot.right]) for tape in tapes]
        self._tapes = tapes

    def _tell(self, slot: Slot) -> Told:
        """Play the probes on one engine, within the time of a case."""
        if self.stop():
            return Told(Status.CPU, 0.0)
        assert self.timer is not None
        try:
            self.timer.left_s = slot.within_s + limits.CASE_LOOK_CPU_S
            try:
                return Told(Status.OK, self._try_probes(slot))
            finally:
                self.timer.left_s = math.inf
        except CaseTimeout:
            return Told(Status.CPU, 0.0)
        except RecursionError:
            return Told(Status.RECURSION, 0.0)
        except MemoryError:
            return Told(Status.MEMORY, 0.0)
        except Exception:  # noqa: BLE001 - an engine is wrong on purpose, and may raise
            return Told(Status.OK, 1.0)  # a right one did not

    def _try_probes(self, slot: Slot) -> float:
        """1 if some probe tells the engine from a right one, else 0."""
        if slot.right not in self._expected:
            right = self._engines[slot.right]
            self._expected[slot.right] = [gradients(tape, right) for tape in self._tapes]
        engine, expected = self._engines[slot.engine], self._expected[slot.right]
        return float(
            any(tells(tape, engine, due) for tape, due in zip(self._tapes, expected, strict=True))
        )


def _raised(error: Exception) -> list[str]:
    kind = next((c.__name__ for c in type(error).__mro__ if c.__name__ in RAISED), "RuntimeError")
    return [kind, str(error)[:TEXT]]
