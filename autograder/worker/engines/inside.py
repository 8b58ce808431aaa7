"""Planted engines in the same process: for trusted code, and where no wall is promised."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from autograder.worker.engines.session import Session, Slot, make_engines
from autograder.worker.engines.tapes import Malformed
from autograder.worker.players.asked import connected
from autograder.worker.players.remote import EnginesGone
from autograder.worker.requests import PlainCase, PlainEngines


class LocalLink:
    """Asks a session of this process.

    Args:
        session: with the engines.
    """

    tells = True

    def __init__(self, session: Session) -> None:
        self._session = session
        self.sent = False

    def ask(self, question: list[Any]) -> Any:
        """Put a question. Raises: EnginesGone if it is none."""
        try:
            return self._session.answer(question)
        except Malformed:
            raise EnginesGone("what was asked is no question to an engine") from None


def slots_of(planted: PlainEngines) -> dict[int, Slot]:
    """What stands behind each case, from the engines' workload."""
    return {
        case: Slot(probes, engine, right, within_s)
        for case, probes, engine, right, within_s in planted["slots"]
    }


class Planted(Protocol):
    """What the judge knows of planted engines."""

    @property
    def plain(self) -> PlainEngines:
        """The engines' workload."""


def inside(
    cases: Sequence[PlainCase],
    planted: Planted | None,
) -> list[PlainCase]:
    """Cases whose planted engines live in this process.

    Args:
        cases: plain.
        planted: the engines; None without any.
    """
    if planted is None:
        return list(cases)
    return connected(cases, link_to(planted.plain, {}))


def link_to(plain: PlainEngines, order: Mapping[int, int]) -> LocalLink:
    """Make the engines of a workload here.

    Args:
        plain: the engines' workload: sources and slots.
        order: for each place, the case whose engine answers there, where it is not its own.
    """
    engines = make_engines(plain["sources"])
    session = Session(engines, slots_of(plain), order, tells=True)
    return LocalLink(session)
