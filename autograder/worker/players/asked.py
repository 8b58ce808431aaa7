"""A planted engine as a case has it: not the engine, but the way to whoever holds it."""

from collections.abc import Callable, Sequence
from typing import Any

from autograder.worker.players.base import WrongType, number
from autograder.worker.players.remote import Link, Log, Node, said
from autograder.worker.requests import PlainCase


class Asked:
    """A planted engine as a case has it: a link, and the case's number.

    Args:
        link: to who holds the engines.
        slot: the case's number.
    """

    def __init__(self, link: Link, slot: int) -> None:
        self._link, self._slot = link, slot

    def engine(self, tape: int = 0) -> type[Node]:
        """A class for the student's code; no two are the same, and none knows the other."""
        return type("Value", (Node,), {"__slots__": (), "own": Log(self._link, self._slot, tape)})

    def probes(self, make: Callable[[], Any]) -> float:
        """Whether the student's probes tell this engine from a right one, as far as is told.

        Args:
            make: the student's `probes`; it is called until it has once gone well.
        Raises: WrongType for probes of another form; what a right engine raises at them.
        """
        link = self._link
        if not link.sent:
            found = make()
            if not isinstance(found, list | tuple):
                raise WrongType(f"probes gave back {type(found).__name__}, not a list")
            tapes = [self._recorded(tape, probe) for tape, probe in enumerate(found)]
            said(link.ask([self._slot, len(tapes), tapes, ["probes"]]))
            link.sent = True
        if not link.tells:
            return 0.0  # the judge hears it from the engines themselves
        told: float = said(link.ask([self._slot, 0, [], ["told"]]))
        return told

    def _recorded(self, tape: int, probe: Any) -> list[Any]:
        """Build a probe's graph; its tape is what was noted."""
        f, xs = pair(probe)
        engine = self.engine(tape)
        leaves = [engine(number(x, "an item of xs")) for x in xs]
        output = f(*leaves)
        if not isinstance(output, engine):
            raise WrongType(f"a probe's function gave back {type(output).__name__}, not a node")
        return [len(leaves), engine.own.events, output._node]


def pair(probe: Any) -> tuple[Callable[..., Any], Sequence[Any]]:
    """A probe's function and point. Raises: WrongType if it is no such pair."""
    if not isinstance(probe, list | tuple) or len(probe) != 2:
        raise WrongType("a probe is not a pair (f, xs)")
    return probe[0], probe[1]


def connected(cases: Sequence[PlainCase], link: Link) -> list[PlainCase]:
    """Cases whose planted engines answer over a link.

    Args:
        cases: plain; a planted engine is a number, that of its case.
        link: where to ask.
    """
    return [
        {**case, "request": {**case["request"], "engine": Asked(link, case["request"]["engine"])}}
        if type(case["request"].get("engine")) is int
        else case
        for case in cases
    ]
