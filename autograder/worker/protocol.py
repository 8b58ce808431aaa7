"""The frames that judge and worker exchange. Bytes in, bytes out; never pickle.

Frame    u32 length, then that many bytes.
Reply    nonce, u16 number of blocks, u32 number of cases,
         for each block and then each case: status u8, count u16, detail u16,
         float64s of all cases in order,
         u16 number of details, each u16 length and printable ASCII.
A status is a Status. Detail 0 is the empty text.
All numbers are little-endian.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograder import limits
from autograder.worker.status import Status

NONCE_BYTES = 16
NO_NONCE = bytes(NONCE_BYTES)  # of a trusted worker: nobody else writes to its pipe on purpose
# Behind what is kept of what a submission prints: limits.OUTPUT_BYTES.
OUTPUT_NOTE = b"\n[more was printed; only the first %d KiB are kept]\n" % (
    limits.OUTPUT_BYTES >> 10
)
HEAD = struct.Struct("<BHH")
COUNTS = struct.Struct("<HI")
LENGTH = struct.Struct("<I")
# What a zygote says: it has all loaded; a child has taken a submission, and its pidfd comes along.
READY, FORKED = b"R", b"F"
# How a child ended, as the kernel's wait4 writes it on 64-bit Linux: the status, padding, and of
# the usage user and system CPU time in seconds and microseconds, peak memory in KiB, thirteen more.
ENDED = struct.Struct("=i4xqqqqq104x")
# The layers could not be set up: nothing of the submission has run. subtle: a signal, because a
# submission chooses its exit status; behind the filter nothing can send it this one.
UNCONFINED = 12  # SIGUSR2, by number: Windows has no such name


class MalformedReply(Exception):
    """The bytes are not a reply to this request."""


class Played(NamedTuple):
    """How one block or case ended, as the worker tells it."""

    status: int
    numbers: Sequence[float] = ()
    detail: str = ""


class Reply(NamedTuple):
    """A parsed reply.

    Attributes:
        blocks: (status, count, detail) of each block; count is 0.
        heads: the same for each case, as the bytes they came in.
        floats: all numbers as little-endian float64 bytes.
        details: texts by number.
    """

    blocks: tuple[tuple[int, int, int], ...]
    heads: bytes
    floats: bytes
    details: tuple[str, ...]


def frame(payload: bytes) -> bytes:
    """Put the length in front."""
    return LENGTH.pack(len(payload)) + payload


def printable(text: str) -> bytes:
    """Make any text printable ASCII of bounded length."""
    cut = text[: limits.DETAIL_BYTES].encode("ascii", "backslashreplace")
    return bytes(c if 32 <= c < 127 else 32 for c in cut)[: limits.DETAIL_BYTES]


def pack_reply(nonce: bytes, blocks: Iterable[Played], cases: Iterable[Played]) -> bytes:
    """Make a reply's payload.

    Args:
        nonce: of the request.
        blocks, cases: in the order of the request.
    """
    table: dict[bytes, int] = {b"": 0}

    def head(played: Played) -> bytes:
        if not played.detail:
            return HEAD.pack(played.status, len(played.numbers), 0)
        text = printable(played.detail)
        if text not in table and len(table) < limits.DETAILS:
            table[text] = len(table)
        return HEAD.pack(played.status, len(played.numbers), table.get(text, 0))

    block_heads = [head(b) for b in blocks]
    heads: list[bytes] = []
    numbers: list[float] = []
    for case in cases:
        heads.append(head(case))
        numbers.extend(case.numbers)
    return b"".join(
        (
            nonce,
            COUNTS.pack(len(block_heads), len(heads)),
            *block_heads,
            *heads,
            struct.pack(f"<{len(numbers)}d", *numbers),
            struct.pack("<H", len(table)),
            *(struct.pack("<H", len(text)) + text for text in table),
        )
    )


def unpack(floats: bytes) -> tuple[float, ...]:
    """The numbers behind a reply's floats."""
    return struct.unpack(f"<{len(floats) // 8}d", floats)


def longest_reply(blocks: int, counts: Sequence[int]) -> int:
    """Greatest length in bytes of an honest reply's payload.

    Args:
        blocks: number of blocks sent.
        counts: how many numbers each case may give back at most.
    """
    details = min(limits.DETAILS, 1 + blocks + len(counts))
    return (
        NONCE_BYTES
        + COUNTS.size
        + HEAD.size * (blocks + len(counts))
        + 8 * sum(counts)
        + 2
        + details * (2 + limits.DETAIL_BYTES)
    )


def parse_reply(payload: bytes, nonce: bytes, blocks: int, cases: int) -> Reply:
    """Take a reply apart, trusting nothing in it.

    Args:
        payload: what came.
        nonce: what was sent.
        blocks, cases: how many of each were sent.
    Raises: MalformedReply if any length, number or character is not as it must be.
    """
    start = NONCE_BYTES + COUNTS.size
    if len(payload) < start or payload[:NONCE_BYTES] != nonce:
        raise MalformedReply("the nonce is not that of the request")
    if COUNTS.unpack_from(payload, NONCE_BYTES) != (blocks, cases):
        raise MalformedReply("it answers another number of cases than were asked")
    middle = start + HEAD.size * blocks
    end = middle + HEAD.size * cases
    if len(payload) < end + 2:
        raise MalformedReply("it ends before its last case")
    block_heads = tuple(HEAD.iter_unpack(payload[start:middle]))
    # all at once: a loop over a thousand heads costs the judge as much as all its comparing
    flat = struct.unpack(f"<{'BHH' * (blocks + cases)}", payload[start:end])
    found, counts, texts = flat[::3], flat[1::3], flat[2::3]
    if max(found, default=0) >= len(Status):
        raise MalformedReply("a status that does not exist")
    if any(found) and any(status and count for status, count in zip(found, counts, strict=True)):
        raise MalformedReply("numbers beside a failure")
    total, highest = sum(counts), max(texts, default=0)
    if any(count for _, count, _ in block_heads):
        raise MalformedReply("numbers for a block")
    table = end + 8 * total
    if len(payload) < table + 2:
        raise MalformedReply("fewer numbers than announced")
    details = _parse_details(payload, table)
    if highest >= len(details):
        raise MalformedReply("a text that was not sent")
    return Reply(block_heads, payload[middle:end], payload[end:table], details)


def _parse_details(payload: bytes, at: int) -> tuple[str, ...]:
    (count,) = struct.unpack_from("<H", payload, at)
    if not 1 <= count <= limits.DETAILS:
        raise MalformedReply("too many texts")
    at += 2
    details = []
    for _ in range(count):
        if at + 2 > len(payload):
            raise MalformedReply("a text is cut off")
        (length,) = struct.unpack_from("<H", payload, at)
        text = payload[at + 2 : at + 2 + length]
        if (
            len(text) != length
            or length > limits.DETAIL_BYTES
            or any(not 32 <= c < 127 for c in text)
        ):
            raise MalformedReply("a text that is too long or not printable ASCII")
        details.append(text.decode("ascii"))
        at += 2 + length
    if at != len(payload):
        raise MalformedReply("bytes that nobody asked for")
    return tuple(details)
