"""Runs one hostile file unconfined, to see whether its attack has teeth.

    python -P -s -S -B bare.py REPOSITORY FILE [TWIN]

An attack that fails for a slip of its own proves nothing about the sandbox. So this does what
a zygote and its child do, leaves out the confinement, and lies about the house: secrets lie in
the frames, in memory, in the environment and on open descriptors. The reply comes back on
stderr as hexadecimal digits, the nonce before it. TWIN is the text of a class, which the players
then hold in every place where something could lie. Only to be used inside bubblewrap.
"""

import os
import resource
import socket
import sys
from pathlib import Path

NONCE = bytes(range(16))
MEMORY_BYTES = 512 << 20
LEAVES = [0.7, -1.3]
# a = l0 * l1; b = tanh(a); c = b + l0; d = c / l1; e = sigmoid(d); f = e - b
STEPS = [
    ["mul", 0, 1],
    ["tanh", 2],
    ["add", 3, 0],
    ["truediv", 4, 1],
    ["sigmoid", 5],
    ["sub", 6, 3],
]
REQUEST = {"tape": {"leaves": LEAVES, "steps": STEPS}}
# often enough for attacks that wait until they have been graded for a while
CASES = [
    {"kind": kind, "request": REQUEST, "ops": [], "within_s": 1.0}
    for kind in ("values", *["gradients"] * 60)
]


class Mutant:
    """Looks like the judge's, for attacks that search memory."""


def plant(twin, module):
    """Put a class into a module: as a class, as a text, and inside a function."""
    exec(twin, vars(module))
    module.SOURCE = twin
    inside = module.Twin

    def look():
        return inside

    look.__module__ = module.__name__
    module.look = look
    return inside


def run(repository, file, twin=""):
    """Fork a child that runs the file as a worker's child would; return its reply."""
    sys.path.insert(0, repository)
    from autograder.worker import child, driver, zygote
    from autograder.worker.imports import importable
    from autograder.worker.players import shapes

    zygote.preload([])
    kept = plant(twin, shapes) if twin else None
    sys.path.clear()
    source = Path(file).read_text(encoding="utf-8")
    neighbour = Path(repository, "tests/hostile/honest_engine.py").read_text(encoding="utf-8")
    Mutant.__module__ = "autograder.model"
    expected, secrets = [0.25], [Mutant(), neighbour]
    reply_end, reply = os.pipe()
    opened = os.open(file, os.O_RDONLY)
    os.dup2(opened, 9)  # left open
    judge, zygotes_end = socket.socketpair()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reply_end)
            os.dup2(reply, 3)
            # not confined, but whoever fills its memory fills its own
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            request = {"blocks": [["engine.py", source]], "first": 0, "stream": False}
            namespace = driver.make_namespace(importable.STANDARD)
            child.serve(NONCE, request, driver.made_ready(CASES), namespace, 4.0)
            code = 0
        finally:
            os._exit(code)
    os.close(reply)
    heard = b""
    while part := os.read(reply_end, 1 << 16):
        heard += part
    os.waitpid(pid, 0)
    del expected, secrets, judge, zygotes_end, kept
    return heard


if __name__ == "__main__":
    print("REPLY", NONCE.hex(), run(*sys.argv[1:]).hex(), file=sys.stderr)
