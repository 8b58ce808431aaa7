"""How far long work has come: a bar on a terminal, a few lines elsewhere."""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

from autograder.verdicts import Report

T = TypeVar("T")


def progress(
    reports: Iterable[Report], total: int, stream: TextIO | None = None
) -> Iterator[Report]:
    """Hand reports on and show how many are done.

    Args:
        reports: as they are graded.
        total: how many there will be.
        stream: where to show it; None for the standard error stream.
    """
    stream = stream if stream is not None else sys.stderr
    if stream.isatty():
        return _bar(reports, total, stream, "grading")
    return _lines(reports, total, stream)


def compiling_progress(
    things: Iterable[T], total: int, what: str, stream: TextIO | None = None
) -> Iterator[T]:
    """Hand on what is played while an exercise is compiled, and show how much is done.

    On a terminal it is a bar; elsewhere one line says what is begun.

    Args:
        things: as they are played.
        total: how many there will be.
        what: what they are.
        stream: where to show it; None for the standard error stream.
    """
    stream = stream if stream is not None else sys.stderr
    if stream.isatty():
        return _bar(things, total, stream, f"playing {what}")
    stream.write(f"playing {total} {what}\n")
    stream.flush()
    return iter(things)


def _lines(reports: Iterable[Report], total: int, stream: TextIO) -> Iterator[Report]:
    for done, report in enumerate(reports, 1):
        yield report
        if done * 10 // total > (done - 1) * 10 // total:
            with contextlib.suppress(OSError):  # a full disk under a log must not stop the class
                stream.write(f"graded {done} of {total} ({done * 100 // total} %)\n")
                stream.flush()


def _bar(things: Iterable[T], total: int, stream: TextIO, doing: str) -> Iterator[T]:
    # imported late: rich costs more than the rest of the command line together
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Task as Bar
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Bar) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(file=stream)) as shown:
        bar = shown.add_task(doing, total=total)
        for thing in things:
            yield thing
            shown.advance(bar)
