"""Try attacks where a submission would run: one child each, behind the same walls.

The other end is `autograder.grading.attacks`, which starts this module the way the judge
starts a zygote. Every child gets what a real one keeps from its students as far as it
can, open modules and ctypes above all: a wall counts only if it holds against that.
"""

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
from typing import Any

from autograder.worker.confine import ConfineError, Limits, confine, prepare

ATTACK_WALL_S = 30.0  # the longest attack burns 2 s of CPU; a busy machine is 15x slower
NEIGHBOUR_HURT = ", and a neighbour was hurt"
LONGEST_ANSWER = 4096  # bytes of one child's answer

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
    before any wall of the child's. Answers one JSON string a line, what was observed of
    each attack, in order.

    Args:
        control: descriptor of a connected Unix stream socket.
    """
    with socket.socket(fileno=control) as judge:
        request = json.loads(_read_all(judge))
        level, limits = request["level"], Limits(**request["limits"])
        if level > 1:
            prepare()
        neighbour = _start_neighbour(limits, level)
        for source, place in request["attacks"]:
            observed = _try(source, limits, place, neighbour)
            if _was_hurt(neighbour):
                observed += NEIGHBOUR_HURT
                neighbour = _start_neighbour(limits, level)
            judge.sendall(json.dumps(observed).encode() + b"\n")
        os.kill(neighbour, signal.SIGKILL)
        os.waitpid(neighbour, 0)


def _read_all(judge: socket.socket) -> bytes:
    """Read until the other end has said all."""
    parts = []
    while part := judge.recv(65536):
        parts.append(part)
    return b"".join(parts)


def _start_neighbour(limits: Limits, level: int) -> int:
    """Fork a confined child that only sleeps: another student's submission, so to speak."""
    ready, say_ready = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            confine(limits, level)
            os.closerange(3, limits.open_files)
            select.select([], [], [])
        finally:  # whatever happens, never walk back up into the parent's code
            os._exit(1)
    os.close(say_ready)
    os.read(ready, 1)  # returns when the child has closed its end: its walls are up
    os.close(ready)
    return child


def _was_hurt(neighbour: int) -> bool:
    """Whether somebody killed or stopped the neighbour; a stopped one is ended."""
    changed, status = os.waitpid(neighbour, os.WNOHANG | os.WUNTRACED)
    if changed and os.WIFSTOPPED(status):
        os.kill(neighbour, signal.SIGKILL)
        os.waitpid(neighbour, 0)
    return changed != 0


def _try(source: str, limits: Limits, level: int, neighbour: int) -> str:
    """Run one attack in a child of its own; say in words what was observed."""
    answers, answer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.closerange(3, answer)
            said = _attack(source, limits, level, neighbour)
            os.write(answer, said.encode()[:LONGEST_ANSWER])
        finally:
            os._exit(0)
    os.close(answer)
    heard = b""
    if select.select([answers], [], [], ATTACK_WALL_S)[0]:
        heard = os.read(answers, LONGEST_ANSWER)
    else:
        os.kill(child, signal.SIGKILL)
        heard = b"still ran when its time was up"
    os.close(answers)
    status = os.waitpid(child, 0)[1]
    if heard:
        return heard.decode(errors="replace")
    if os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"ended without a word, exit status {os.waitstatus_to_exitcode(status)}"


def _attack(source: str, limits: Limits, level: int, neighbour: int) -> str:
    """Inside the child: put up the walls, attack, and report."""
    try:
        if level:
            confine(limits, level)
    except ConfineError as missing:
        return f"wall missing: {missing}"
    names = {**WEAPONS, "neighbour": neighbour, "libc": ctypes.CDLL(None, use_errno=True)}
    try:
        exec(source, names)
    except BaseException as raised:  # noqa: BLE001 - whatever it is, it is the observation
        return f"raised {type(raised).__name__}: {raised}"
    return f"got {names.get('got')}"
