"""One submission's process from the inside: request in, bounded output, reply out."""

import gc
import io
import json
import os
import random
import struct
import sys
import warnings
from types import SimpleNamespace

import pytest

from autograder.limits import OUTPUT_BYTES, REQUEST_BYTES
from autograder.worker import child, driver
from autograder.worker.child import (
    BoundedOutput,
    binary_streams,
    read_exactly,
    read_request,
    serve,
    write_all,
)
from autograder.worker.imports.importable import STANDARD
from autograder.worker.players.base import MODULE
from autograder.worker.protocol import (
    HEAD,
    LENGTH,
    NONCE_BYTES,
    OUTPUT_NOTE,
    frame,
    parse_reply,
    unpack,
)
from autograder.worker.status import Status

NONCE = bytes(range(NONCE_BYTES))
CALL = {"kind": "call", "ops": [], "within_s": 1.0}
CASES = [
    {**CALL, "request": {"name": "f", "args": [2]}},
    {**CALL, "request": {"name": "f", "args": [0]}},
]


@pytest.fixture
def pipe():
    """A pipe whose ends are closed afterwards."""
    read, write = os.pipe()
    yield read, write
    for descriptor in (read, write):
        try:
            os.close(descriptor)
        except OSError:
            continue  # the test closed it


@pytest.fixture
def as_it_was():
    """Put back what `serve` changes in a process that it does not give back."""
    streams = sys.stdin, sys.stdout, sys.stderr
    state, collecting = random.getstate(), gc.isenabled()
    with warnings.catch_warnings():
        yield
    sys.stdin, sys.stdout, sys.stderr = streams
    random.setstate(state)
    if collecting:
        gc.enable()
    sys.modules.pop(MODULE, None)


# Reading and writing -----------------------------------------------------------------------


def test_reading_waits_for_every_byte(pipe):
    read, write = pipe
    os.write(write, b"ab")
    os.write(write, b"cdef")
    assert read_exactly(read, 5) == b"abcde"
    assert read_exactly(read, 0) == b""


def test_an_end_before_the_last_byte_is_an_error(pipe):
    read, write = pipe
    os.write(write, b"ab")
    os.close(write)
    with pytest.raises(EOFError, match="the judge closed the pipe"):
        read_exactly(read, 3)


def test_a_request_is_a_nonce_and_json(pipe):
    read, write = pipe
    os.write(write, frame(NONCE + b'{"first": 3}'))
    assert read_request(read) == (NONCE, {"first": 3})


@pytest.mark.parametrize("length", [0, NONCE_BYTES - 1, REQUEST_BYTES + 1])
def test_a_request_of_impossible_length_is_refused(pipe, length):
    read, write = pipe
    os.write(write, LENGTH.pack(length))
    with pytest.raises(EOFError, match="impossible length"):
        read_request(read)


def test_writing_goes_on_until_every_byte_is_out(pipe, monkeypatch):
    _, write = pipe
    written = bytearray()

    def three_at_most(descriptor, data):
        written.extend(bytes(data)[:3])
        return min(3, len(data))

    monkeypatch.setattr(os, "write", three_at_most)
    write_all(write, b"abcdefgh")
    assert written == b"abcdefgh"


def test_streams_need_nothing_here_and_binary_mode_on_windows(monkeypatch):
    binary_streams()

    calls = []
    module = SimpleNamespace(setmode=lambda *given: calls.append(given))
    monkeypatch.setitem(sys.modules, "msvcrt", module)
    monkeypatch.setattr(os, "O_BINARY", 0x8000, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    binary_streams()
    assert calls == [(0, 0x8000), (1, 0x8000), (2, 0x8000)]


def test_output_is_kept_to_its_bound_and_the_cut_is_noted_once(monkeypatch):
    written = bytearray()
    monkeypatch.setattr(child, "write_all", lambda descriptor, data: written.extend(data))
    stream = BoundedOutput(1)
    assert stream.writable()
    assert stream.write(b"a" * 10) == 10
    assert stream.write(b"b" * OUTPUT_BYTES) == OUTPUT_BYTES  # all of it, it is told
    assert stream.write(b"c" * 10) == 10
    assert bytes(written) == b"a" * 10 + b"b" * (OUTPUT_BYTES - 10) + OUTPUT_NOTE


# Serving -----------------------------------------------------------------------------------


def served(source, monkeypatch, pipe, *, stream=False, first=0, cases=CASES):
    """Serve a request in this process; return the payloads sent, and what was printed."""
    read, write = pipe
    out_read, out_write = os.pipe()
    monkeypatch.setattr(child, "OUTPUT", out_write)
    request = {"blocks": [["made.py", source]], "first": first, "stream": stream}
    namespace = driver.make_namespace(STANDARD)
    serve(NONCE, request, cases, namespace, 5.0, write)
    sys.stdout = sys.__stdout__  # the stream closes its descriptor no earlier than here
    os.close(out_write)
    os.close(write)
    with os.fdopen(os.dup(read), "rb") as file, os.fdopen(out_read, "rb") as printed:
        data = io.BytesIO(file.read())
        said = printed.read()
    payloads = []
    while head := data.read(LENGTH.size):
        payloads.append(data.read(LENGTH.unpack(head)[0]))
    return payloads, said


def heads(reply):
    return [
        (Status(s).in_words, count, reply.details[d])
        for s, count, d in HEAD.iter_unpack(reply.heads)
    ]


@pytest.mark.usefixtures("as_it_was")
def test_one_reply_holds_blocks_and_cases(monkeypatch, pipe):
    (payload,), said = served("print('hello')\ndef f(x): return 1 / x", monkeypatch, pipe)
    reply = parse_reply(payload, NONCE, 1, 2)
    assert heads(reply) == [
        ("ok", 1, ""),
        ("raised", 0, "ZeroDivisionError: division by zero (made.py, line 2)"),
    ]
    assert unpack(reply.floats) == (0.5,)
    assert said == b"hello\n"


@pytest.mark.usefixtures("as_it_was")
def test_a_stream_has_a_reply_for_the_blocks_and_one_for_each_case(monkeypatch, pipe):
    payloads, _ = served("def f(x): return 1 / x", monkeypatch, pipe, stream=True, first=1)
    assert len(payloads) == 2
    blocks = parse_reply(payloads[0], NONCE, 1, 0)
    assert blocks.blocks == ((0, 0, 0),)
    only = parse_reply(payloads[1], NONCE, 0, 1)
    assert heads(only)[0][0] == "raised"


@pytest.mark.usefixtures("as_it_was")
def test_a_submission_finds_no_input_and_one_stream_for_all_it_prints(monkeypatch, pipe):
    source = (
        "import sys, random\nprint(repr(sys.stdin.read()))\nprint('é\\ud800', file=sys.stderr)\n"
        "print(random.random())\ndef f(x): return x"
    )
    _, said = served(source, monkeypatch, pipe)
    first = random.Random(0).random()
    assert said.decode() == f"''\né\\ud800\n{first}\n"


@pytest.mark.usefixtures("as_it_was")
def test_a_reply_goes_out_though_nobody_reads_the_output(monkeypatch, pipe):
    def refuse(descriptor, data):
        if descriptor == child.OUTPUT:
            raise OSError("nobody reads")
        write_all(descriptor, data)

    monkeypatch.setattr(child, "write_all", refuse)
    source = (
        "import sys\nsys.stdout.reconfigure(write_through=False)\nprint('x')\ndef f(x): return x"
    )
    (payload,), _ = served(source, monkeypatch, pipe)
    assert struct.unpack("<H", payload[NONCE_BYTES : NONCE_BYTES + 2]) == (1,)
    sys.stdout = sys.__stdout__


def test_the_longest_source_fits_into_a_request():
    # 1 MiB of control characters, each of which JSON writes in six bytes
    source = "\x01" * (1 << 20)
    assert len(json.dumps({"blocks": [["x", source]]})) < REQUEST_BYTES
