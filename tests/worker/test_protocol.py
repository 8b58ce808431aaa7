"""Replies: what an honest worker writes is read; of anything else only MalformedReply comes out."""

import contextlib
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.limits import DETAIL_BYTES, DETAILS
from autograder.worker.protocol import (
    HEAD,
    LENGTH,
    NONCE_BYTES,
    MalformedReply,
    Played,
    frame,
    longest_reply,
    pack_reply,
    parse_reply,
    printable,
    unpack,
)
from autograder.worker.status import Status

NONCE = bytes(range(NONCE_BYTES))
WORDS = len(Status)
STATUS = st.integers(1, WORDS - 1)
PLAYED = st.one_of(
    st.builds(Played, st.just(0), st.lists(st.floats(), max_size=5)),
    st.builds(Played, STATUS, st.just(()), st.text(max_size=30)),
)
ENDED = st.builds(Played, st.integers(0, WORDS - 1), st.just(()), st.text(max_size=30))


def parse(payload, blocks=1, cases=2):
    return parse_reply(payload, NONCE, blocks, cases)


HONEST = pack_reply(NONCE, [Played(0)], [Played(0, (1.0, 2.0)), Played(1, (), "KeyError: 'x'")])


@given(st.lists(ENDED, max_size=4), st.lists(PLAYED, max_size=6))
def test_what_is_packed_is_read_back(blocks, cases):
    payload = pack_reply(NONCE, blocks, cases)
    reply = parse_reply(payload, NONCE, len(blocks), len(cases))
    heads = list(HEAD.iter_unpack(reply.heads))
    assert [b[0] for b in reply.blocks] == [b.status for b in blocks]
    assert [h[0] for h in heads] == [c.status for c in cases]
    assert [h[1] for h in heads] == [len(c.numbers) for c in cases]
    assert reply.floats == struct.pack(
        f"<{sum(len(c.numbers) for c in cases)}d", *(x for c in cases for x in c.numbers)
    )
    for (_, _, at), played in zip((*reply.blocks, *heads), (*blocks, *cases), strict=True):
        assert reply.details[at] == printable(played.detail).decode()


@given(st.lists(PLAYED, max_size=6), st.integers(0, 3))
def test_no_honest_reply_is_longer_than_the_longest(cases, blocks):
    payload = pack_reply(NONCE, [Played(1, (), "x" * 999)] * blocks, cases)
    assert len(payload) <= longest_reply(blocks, [5] * len(cases))


def test_equal_texts_are_sent_once_and_too_many_are_dropped():
    cases = [Played(1, (), f"text {k}") for k in range(DETAILS + 50)]
    reply = parse_reply(pack_reply(NONCE, [], [*cases, cases[0]]), NONCE, 0, len(cases) + 1)
    assert len(reply.details) == DETAILS
    heads = list(HEAD.iter_unpack(reply.heads))
    assert heads[-1] == heads[0] and heads[0][2] == 1
    assert heads[DETAILS + 10][2] == 0  # dropped: the empty text


@given(st.text())
def test_a_text_becomes_printable_ascii_of_bounded_length(text):
    made = printable(text)
    assert len(made) <= DETAIL_BYTES
    assert all(32 <= c < 127 for c in made)


def test_a_text_keeps_what_is_plain_and_spells_out_the_rest():
    assert printable("ValueError: 2 < 3\n") == b"ValueError: 2 < 3 "
    assert printable("é\x1b[31m") == b"\\xe9 [31m"
    assert printable("\ud800") == b"\\ud800"


def test_a_frame_is_its_length_and_its_payload():
    assert frame(b"abc") == LENGTH.pack(3) + b"abc"


# Nothing but MalformedReply -----------------------------------------------------------------


@given(st.binary(max_size=400), st.integers(0, 3), st.integers(0, 5))
@example(b"", 0, 0)
def test_any_bytes_are_a_reply_to_the_request_or_malformed(payload, blocks, cases):
    for start in (b"", NONCE, NONCE + struct.pack("<HI", blocks, cases)):
        with contextlib.suppress(MalformedReply):
            parsed = parse_reply(start + payload, NONCE, blocks, cases)
            assert len(parsed.blocks) == blocks and len(parsed.heads) == HEAD.size * cases


@given(st.data())
def test_a_changed_reply_is_still_one_or_malformed(data):
    payload = bytearray(HONEST)
    for _ in range(data.draw(st.integers(1, 4))):
        kind = data.draw(st.sampled_from(["set", "cut", "insert", "double"]))
        at = data.draw(st.integers(0, max(0, len(payload) - 1)))
        if kind == "set" and payload:
            payload[at] = data.draw(st.sampled_from([0, 1, 9, 10, 127, 128, 255]))
        elif kind == "cut":
            del payload[at:]
        elif kind == "insert":
            payload[at:at] = data.draw(st.binary(max_size=10))
        else:
            payload += bytes(payload)
    try:
        reply = parse(bytes(payload))
    except MalformedReply:
        return
    # what is accepted is sound: every number is there, every text exists
    heads = list(HEAD.iter_unpack(reply.heads))
    assert len(reply.floats) == 8 * sum(count for _, count, _ in heads)
    assert all(text < len(reply.details) for _, _, text in (*reply.blocks, *heads))
    assert all(status < WORDS for status, _, _ in (*reply.blocks, *heads))


@pytest.mark.parametrize("length", range(len(HONEST)))
def test_a_reply_cut_off_anywhere_is_malformed(length):
    with pytest.raises(MalformedReply):
        parse(HONEST[:length])


def test_a_reply_with_one_byte_more_is_malformed():
    with pytest.raises(MalformedReply, match="bytes that nobody asked for"):
        parse(HONEST + b"\0")


def test_another_nonce_is_malformed():
    with pytest.raises(MalformedReply, match="nonce is not that of the request"):
        parse(bytes(NONCE_BYTES) + HONEST[NONCE_BYTES:])


def test_another_number_of_cases_or_blocks_is_malformed():
    for blocks, cases in ((1, 1), (1, 3), (0, 2), (2, 2)):
        with pytest.raises(MalformedReply, match="another number of cases than were asked"):
            parse(HONEST, blocks, cases)


def at(payload, place, piece):
    return payload[:place] + piece + payload[place + len(piece) :]


START = NONCE_BYTES + 6  # where the heads begin


def test_a_status_that_does_not_exist_is_malformed():
    for place in (START, START + HEAD.size):
        with pytest.raises(MalformedReply, match="a status that does not exist"):
            parse(at(HONEST, place, bytes([WORDS])))


def test_numbers_beside_a_failure_are_malformed():
    with pytest.raises(MalformedReply, match="numbers beside a failure"):
        parse(at(HONEST, START + HEAD.size, bytes([1])))


def test_numbers_for_a_block_are_malformed():
    packed = pack_reply(NONCE, [Played(0)], [])
    with pytest.raises(MalformedReply, match="numbers for a block"):
        parse(at(packed, START, HEAD.pack(0, 1, 0)) + bytes(8), 1, 0)


def test_more_numbers_announced_than_sent_is_malformed():
    with pytest.raises(MalformedReply, match="fewer numbers than announced"):
        parse(at(HONEST, START + HEAD.size, HEAD.pack(0, 65535, 0)))


def test_a_text_that_was_not_sent_is_malformed():
    with pytest.raises(MalformedReply, match="a text that was not sent"):
        parse(at(HONEST, START, HEAD.pack(0, 0, 7)))


def with_texts(*texts, count=None):
    packed = pack_reply(NONCE, [Played(0)], [Played(0), Played(0)])
    table = struct.pack("<H", len(texts) if count is None else count)
    return packed[:-4] + table + b"".join(struct.pack("<H", len(t)) + t for t in texts)


def test_texts_that_could_mislead_are_malformed():
    assert parse(with_texts(b"fine")).details == ("fine",)
    for text in (b"\x1b[31m", b"two\nlines", b"\xe9", b"x" * (DETAIL_BYTES + 1)):
        with pytest.raises(MalformedReply, match="too long or not printable ASCII"):
            parse(with_texts(text))


def test_too_many_texts_or_none_are_malformed():
    for count in (0, DETAILS + 1):
        with pytest.raises(MalformedReply, match="too many texts"):
            parse(with_texts(b"", count=count))
    with pytest.raises(MalformedReply, match="a text is cut off"):
        parse(with_texts(b"", count=2))


def test_nan_and_infinity_travel_as_they_are():
    payload = pack_reply(NONCE, [], [Played(0, (float("nan"), float("-inf")))])
    found = unpack(parse(payload, 0, 1).floats)
    assert found[0] != found[0] and found[1] == float("-inf")
