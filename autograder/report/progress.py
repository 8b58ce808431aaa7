"""How far grading has come: a bar on a terminal, elsewhere a line at each tenth of the class."""

import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from autograder.model import Report


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
    return _bar(reports, total, stream) if stream.isatty() else _lines(reports, total, stream)


def _lines(reports: Iterable[Report], total: int, stream: TextIO) -> Iterator[Report]:
    for done, report in enumerate(reports, 1):
        yield report
        if done * 10 // total > (done - 1) * 10 // total:
            stream.write(f"graded {done} of {total} ({done * 100 // total} %)\n")
            stream.flush()


def _bar(reports: Iterable[Report], total: int, stream: TextIO) -> Iterator[Report]:
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
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(file=stream)) as shown:
        bar = shown.add_task("grading", total=total)
        for report in reports:
            yield report
            shown.advance(bar)
