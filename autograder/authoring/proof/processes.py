"""Work on several cores: results in order, and no process that outlives Ctrl-C or its parent."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pipe, connection, parent_process
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_shared: tuple[Any, ...] = ()  # in a process of a pool: what all its work has in common


def in_processes(
    work: Callable[..., R],
    things: Sequence[T],
    workers: int,
    *,
    shared: tuple[Any, ...] = (),
    chunk: int = 1,
) -> Iterator[R]:
    """Do the same work on each of many things.

    Args:
        work: takes a thing and what is shared; a function of a module, so that it can be sent.
        things: what it is done on.
        workers: how many processes; below 2 it is done in this one.
        shared: sent to each process once.
        chunk: how many things are sent at a time.
    Returns: results in the order of the things, as soon as they are there.
    """
    if workers < 2:
        for thing in things:
            yield work(thing, *shared)
        return
    stop, stopping = Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, initializer=_begin, initargs=(stop, shared))
    try:
        yield from pool.map(_Work(work), things, chunksize=chunk)
    except BaseException:  # Ctrl-C, or nobody wants the rest: what runs is not waited for
        stopping.send_bytes(b"!")
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        stop.close()
        stopping.close()


class _Work:
    """The work as it is sent: what is shared is already there."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work = work

    def __call__(self, thing: Any) -> Any:
        return self._work(thing, *_shared)


def _begin(stop: connection.Connection, shared: tuple[Any, ...]) -> None:
    """Prepare a process of the pool."""
    global _shared
    _shared = shared
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets Ctrl-C too, and says what then
    threading.Thread(target=_end, args=(stop,), daemon=True).start()


def _end(stop: connection.Connection) -> None:
    """End this process when it is told to, or when its parent has gone, even if killed."""
    parent = parent_process()
    connection.wait([stop, *([parent.sentinel] if parent is not None else [])])
    os._exit(1)  # subtle: nothing is read, so that every process of the pool sees what was sent
