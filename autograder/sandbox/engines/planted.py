"""Planted engines on the judge's side: which stands behind which case, and who is told of it.

A submission is told of no engine. Cases that look the same to it, but for the engine, are played
on each other's: in an order drawn anew for each submission, from what the course's secret seed
has drawn for each case and from the submission itself. So neither a case's place nor its question
says what is due, and the same submission always meets the same order. The judge undoes it.
"""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder import limits
from autograder.errors import InfrastructureError
from autograder.model import Block
from autograder.worker.protocol import (
    HEAD,
    LENGTH,
    NONCE_BYTES,
    Played,
    Reply,
    frame,
    pack_reply,
    parse_reply,
    unpack,
)
from autograder.worker.requests import (
    EnginesRequest,
    PlainCase,
    PlainEngines,
    PlainReport,
    PlainSlot,
)
from autograder.worker.status import Status

USED_UP = "all the time that the engines have"
NO_PROBE_CAME = "your probes did not come to the engines that they are for"


@dataclass(frozen=True, slots=True)
class Planted:
    """The planted engines of an exercise.

    Attributes:
        plain: the engines' workload: sources; slots, of each its case's number, whether probes
            are tried, and what Slot holds.
        groups: numbers of the cases that look the same to a submission.
        draws: by case, what the course's seed has drawn for it.
        probes: numbers of the cases whose verdict comes from the engines.
    """

    plain: PlainEngines
    groups: tuple[tuple[int, ...], ...]
    draws: Mapping[int, str]
    probes: frozenset[int]

    def used_up(self) -> "EnginesReport":
        """What stands for a report where the engines' time was used up, so that none came."""
        return EnginesReport({}, dict.fromkeys(self.draws, USED_UP))

    def order(self, blocks: Sequence[Block]) -> "Order":
        """The order in which a submission meets the engines."""
        digest = hashlib.sha256()
        for block in blocks:
            digest.update(json.dumps([block.label, block.source]).encode())
        salt = digest.digest()
        order: dict[int, int] = {}
        for group in self.groups:
            drawn = sorted(
                group, key=lambda k: hashlib.sha256(salt + self.draws[k].encode()).digest()
            )
            order.update(zip(group, drawn, strict=True))
        return Order(self, order)


@dataclass(frozen=True, slots=True)
class Order:
    """For each place in which a case is played, the case whose engine answers there."""

    planted: Planted
    of: Mapping[int, int]

    def request(self, nonce: bytes) -> bytes:
        """A frame for the engines' process."""
        moved = [(place, case) for place, case in self.of.items() if place != case]
        request: EnginesRequest = {"order": moved}
        return frame(nonce + json.dumps(request).encode())

    def undone(self, reply: Reply, nonce: bytes, reports: Sequence["EnginesReport"]) -> Reply:
        """A reply as it would be if each case had been played in its own place.

        Args:
            reply: of the submission's process.
            nonce: of the reply.
            reports: what the engines' process said of it; nothing where there was none.
        """
        blocks = [Played(s, (), reply.details[d]) for s, _, d in reply.blocks]
        played = _played(reply)
        found = list(played)
        over = {place: words for report in reports for place, words in report.over.items()}
        for place, words in over.items():
            played[place] = Played(Status.ASKED_TOO_MUCH, (), words)
        for place, answer in enumerate(played):
            found[self.of.get(place, place)] = answer
        if reports:
            told = {case: one for report in reports for case, one in report.told.items()}
            none = Played(Status.WRONG_TYPE, (), NO_PROBE_CAME)
            for case in self.planted.probes:
                if found[case].status == Status.OK:  # the submission's own word counts for nothing
                    found[case] = told.get(case, none)
        packed = pack_reply(nonce, blocks, found)
        return parse_reply(packed, nonce, len(blocks), len(found))


def _played(reply: Reply) -> list[Played]:
    """A reply's cases one by one."""
    numbers = unpack(reply.floats)
    played, at = [], 0
    for status, count, detail in HEAD.iter_unpack(reply.heads):
        played.append(Played(status, numbers[at : at + count], reply.details[detail]))
        at += count
    return played


@dataclass(frozen=True, slots=True)
class EnginesReport:
    """What the engines' process says of one submission.

    Attributes:
        told: by case, the verdict on its probes.
        over: by place, the bound that was hit.
    """

    told: Mapping[int, Played]
    over: Mapping[int, str]


def read_report(data: bytes, nonce: bytes, cases: int) -> EnginesReport:
    """Read what the engines' process wrote.

    It is ours, but has talked with a submission: nothing is taken on trust.

    Args:
        data: all of it.
        nonce: of the request.
        cases: how many there are.
    Raises: InfrastructureError if it is not a report: a fault of ours.
    """
    try:
        (length,) = LENGTH.unpack_from(data)
        payload = data[LENGTH.size :]
        if length != len(payload) or payload[:NONCE_BYTES] != nonce:
            raise ValueError
        plain: PlainReport = json.loads(payload[NONCE_BYTES:])
        told = {
            _whole(case, cases): Played(
                Status(status), (float(one),) if status == Status.OK else ()
            )
            for case, status, one in plain["told"]
        }
        over = {
            _whole(place, cases): str(words)[: limits.DETAIL_BYTES]
            for place, words in plain["over"]
        }
    except (ValueError, TypeError, KeyError, RecursionError, struct.error) as error:
        raise InfrastructureError("the engines' process gave no report") from error
    return EnginesReport(told, over)


def _whole(number: Any, below: int) -> int:
    if type(number) is not int or not 0 <= number < below:
        raise ValueError
    return number


def divide(cases: Sequence[PlainCase]) -> tuple[list[PlainCase], Planted | None]:
    """Part what a submission's process may hold from the planted engines.

    Args:
        cases: plain, as their authors wrote them: a planted engine is {"source": ...}.
    Returns: cases in which a planted engine is a number, that of its case; the engines, or None
        if there are none.
    """
    sources: dict[str, int] = {}
    kept: list[PlainCase] = []
    slots: list[PlainSlot] = []
    draws: dict[int, str] = {}
    alike: dict[str, list[int]] = {}
    for number, case in enumerate(cases):
        request = case["request"]
        engine = request.get("engine")
        if type(engine) is not dict or "source" not in engine:
            kept.append(case)
            continue
        right = request.get("right", engine)
        shown = {key: value for key, value in request.items() if key not in ("engine", "right")}
        look = json.dumps([case["kind"], shown, case["ops"], case["within_s"]])
        places = [sources.setdefault(e["source"], len(sources)) for e in (engine, right)]
        slots.append((number, "right" in request, places[0], places[1], case["within_s"]))
        draws[number] = engine["draw"]
        if "right" not in request:
            alike.setdefault(look, []).append(number)
        kept.append({**case, "request": {**shown, "engine": number}})
    if not slots:
        return kept, None
    plain: PlainEngines = {"sources": list(sources), "slots": slots}
    groups = tuple(tuple(group) for group in alike.values() if len(group) > 1)
    probes = frozenset(case for case, is_probe, *_ in slots if is_probe)
    return kept, Planted(plain, groups, draws, probes)
