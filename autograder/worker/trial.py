"""Try attacks where a submission would run: one child each, confined in the same way.

The other end is `autograder.sandbox.attacks`, which starts this module the way the judge
starts a zygote. Every child gets what a real one keeps from its students as far as it
can, open modules and ctypes above all: a layer counts only if it holds against that.
"""

import contextlib
import ctypes
import fcntl
import json
import math
import mmap
import os
import random
import resource
import select
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from autograder import limits
from autograder.worker.confine import ConfineError, confine, prepare

ALIVE = b"!"
NEIGHBOUR_HURT = ", and a neighbour was hurt"

# What each attack's source finds ready to use.
WEAPONS: dict[str, Any] = {
    module.__name__: module
    for module in (
        ctypes, fcntl, math, mmap, os, random, resource, select, signal, socket, sys, threading,
    )
}  # fmt: skip


def main(control: int) -> None:
    """Serve one request: `{"level": 3, "limits": {...}, "attacks": [[source, level], ...]}`.

    An attack's own level is the request's, or 0 to try it from where the zygote stands,
    before any layer of the child's. Sends one JSON string a line, what was observed of
    each attack, in order.

    Args:
        control: descriptor of a connected Unix stream socket.
    Raises: ConfineError if a layer of the level cannot be set up here.
    """
    with socket.socket(fileno=control) as judge:
        request = json.loads(_read_all(judge))
        level, allowed = request["level"], limits.Limits(**request["limits"])
        if level > 1:
            prepare()
        neighbour = _start_neighbour(allowed, level)
        for source, own_level in request["attacks"]:
            observed = _try(source, allowed, own_level, neighbour.pid)
            if _was_hurt(neighbour):
                observed += NEIGHBOUR_HURT
                _end(neighbour)
                neighbour = _start_neighbour(allowed, level)
            judge.sendall(json.dumps(observed).encode() + b"\n")
        _end(neighbour)


def _read_all(judge: socket.socket) -> bytes:
    """Read until the other end has said all."""
    parts = []
    while part := judge.recv(65536):
        parts.append(part)
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A confined child that only echoes; it stands for another student's submission."""

    pid: int
    line: socket.socket


def _start_neighbour(allowed: limits.Limits, level: int) -> Neighbour:
    """Fork a neighbour, and wait until its layers are set up."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        line = theirs.detach()
        try:
            confine(allowed, level)
            os.closerange(3, line)
            os.write(line, ALIVE)
            while os.read(line, 1):
                os.write(line, ALIVE)
        except ConfineError as missing:
            os.write(line, str(missing).encode()[: limits.ATTACK_WORD_BYTES])
        finally:  # whatever happens, never walk back up into the parent's code
            os._exit(1)
    theirs.close()
    neighbour = Neighbour(child, ours)
    first = ours.recv(limits.ATTACK_WORD_BYTES)
    if first != ALIVE:
        _end(neighbour)
        raise ConfineError(first.decode() or "a confined child died before any attack")
    return neighbour


def _was_hurt(neighbour: Neighbour) -> bool:
    """Whether somebody killed or stopped the neighbour: it no longer echoes."""
    # A signal takes effect before its target runs again, so an echo proves good health.
    # One that was killed before it read the question resets the line.
    with contextlib.suppress(ConnectionError):
        neighbour.line.send(b"?")
    deadline = time.monotonic() + limits.NEIGHBOUR_WALL_S
    while time.monotonic() < deadline:
        if select.select([neighbour.line], [], [], 0.01)[0]:
            try:
                return neighbour.line.recv(1) != ALIVE
            except ConnectionError:
                return True
        if os.waitid(os.P_PID, neighbour.pid, os.WEXITED | os.WSTOPPED | os.WNOHANG | os.WNOWAIT):
            return True
    return True


def _end(neighbour: Neighbour) -> None:
    """Have the neighbour end, whatever state it is in."""
    os.kill(neighbour.pid, signal.SIGKILL)
    os.waitpid(neighbour.pid, 0)
    neighbour.line.close()


def _try(source: str, allowed: limits.Limits, level: int, neighbour: int) -> str:
    """Run one attack in a child of its own; say in words what was observed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.closerange(3, writing)
            said = _attack(source, allowed, level, neighbour)
            os.write(writing, said.encode()[: limits.ATTACK_WORD_BYTES])
        finally:
            os._exit(0)
    os.close(writing)
    heard = b""
    if select.select([reading], [], [], limits.ATTACK_WALL_S)[0]:
        heard = os.read(reading, limits.ATTACK_WORD_BYTES)
    else:
        os.kill(child, signal.SIGKILL)
        heard = b"still ran when its time was up"
    os.close(reading)
    status = os.waitpid(child, 0)[1]
    if heard:
        return heard.decode(errors="replace")
    if os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"ended without a word, exit status {os.waitstatus_to_exitcode(status)}"


def _attack(source: str, allowed: limits.Limits, level: int, neighbour: int) -> str:
    """Inside the child: set up the layers, attack, and say what came of it."""
    try:
        if level:
            confine(allowed, level)
    except ConfineError as missing:
        return f"layer missing: {missing}"
    names = {**WEAPONS, "neighbour": neighbour, "libc": ctypes.CDLL(None, use_errno=True)}
    try:
        exec(source, names)
    except BaseException as raised:  # noqa: BLE001 - whatever it is, it is the observation
        return f"raised {type(raised).__name__}: {raised}"
    return f"got {names.get('got')}"
