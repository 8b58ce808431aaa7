"""The class after grading: scores, tasks, misconceptions and notes for staff.

It counts reports as they go by, and prints the counts; it says nothing of a single check.
"""

import statistics
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO

from autograder.model import Outcome
from autograder.report import words
from autograder.report.terminal import WIDTH
from autograder.report.words import printable
from autograder.storage import first_few
from autograder.verdicts import Report

BINS = 10  # of the distribution of scores: 0 to 10 %, ..., 90 to 100 %
BARS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title; the first column is text, the others are numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A graded class.

    Attributes:
        heading: what was graded, and how.
        tables: students, tasks.
        distribution: how many students scored in each tenth of the points, low to high.
        misconceptions: id, number of students, and what it is; most frequent first.
        notes: for staff, one sentence each.
    """

    heading: str
    tables: tuple[Table, ...]
    distribution: tuple[int, ...]
    misconceptions: tuple[tuple[str, int, str], ...]
    notes: tuple[str, ...]


class Tally:
    """Counts a class while its reports go by; no report is kept."""

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.scores: list[float] = []
        self.max_score = 0.0
        self.levels: Counter[int] = Counter()
        self.exercises: dict[str, None] = {}
        self._tasks: dict[str, Counter[str]] = {}
        self._misconceptions: Counter[str] = Counter()
        self._what: dict[str, str] = {}
        self._withheld: list[str] = []
        self._flagged: list[str] = []
        self._repaired = 0

    @property
    def students(self) -> int:
        """How many reports went by."""
        return sum(self.outcomes.values())

    def over(self, reports: Iterable[Report]) -> Iterator[Report]:
        """Count each report and hand it on."""
        for report in reports:
            self.add(report)
            yield report

    def add(self, report: Report) -> None:
        """Count one report."""
        self.outcomes[report.outcome] += 1
        self.levels[report.level] += 1
        self.exercises[report.exercise] = None
        self.max_score = max(self.max_score, report.max_score)
        if report.score is None:
            self._withheld.append(report.student)
        else:
            self.scores.append(report.score)
        if report.flags:
            self._flagged.append(report.student)
        self._repaired += bool(report.repairs)
        tasks: dict[str, list[Outcome]] = {}
        for check in report.checks:
            if check.max_score > 0:
                tasks.setdefault(check.task, []).append(check.outcome)
        for task, outcomes in tasks.items():
            self._tasks.setdefault(task, Counter())[_of_task(outcomes)] += 1
        named = {c.misconception: c.explanation.mistake for c in report.checks if c.misconception}
        for misconception, what in named.items():
            self._misconceptions[misconception] += 1
            self._what.setdefault(misconception, what)

    def summary(
        self,
        titles: Mapping[str, str] | None = None,
        failures: Mapping[str, str] | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> Summary:
        """Put the counts into tables.

        Args:
            titles: task id to title.
            failures: student to what of ours failed.
            texts: misconception to what it is; else what the first report with it says.
        """
        levels = ", ".join(f"level {level}: {words.LEVELS[level]}" for level in sorted(self.levels))
        heading = ", ".join(self.exercises) or "nothing"
        if levels:
            heading += f", graded {levels}"
        what = {**self._what, **(texts or {})}
        named = sorted(self._misconceptions.items(), key=lambda item: (-item[1], item[0]))
        return Summary(
            heading=heading,
            tables=(self._students_table(), self._tasks_table(titles or {})),
            distribution=self._distribution(),
            misconceptions=tuple((m, count, what[m]) for m, count in named),
            notes=tuple(self._notes(failures or {})),
        )

    def _students_table(self) -> Table:
        shown = (Outcome.PASSED, Outcome.FAILED, Outcome.MISSING, Outcome.ERROR)
        mean = f"{statistics.fmean(self.scores):.2f}" if self.scores else "-"
        median = f"{statistics.median(self.scores):.2f}" if self.scores else "-"
        return Table(
            f"Students (of {words.points(self.max_score)} points)",
            ("students", *(o.value for o in shown), "mean", "median"),
            ((str(self.students), *(str(self.outcomes[o]) for o in shown), mean, median),),
        )

    def _tasks_table(self, titles: Mapping[str, str]) -> Table:
        rows = []
        for task, counts in self._tasks.items():
            judged = max(1, sum(counts.values()) - counts["error"])
            title = titles.get(task, "")
            rows.append(
                (
                    f"{task}: {title}" if title else task,
                    f"{counts['passed'] * 100 / judged:.0f} %",
                    *(str(counts[word]) for word in ("passed", "failed", "missing")),
                )
            )
        return Table("Tasks", ("task", "share", "passed", "failed", "missing"), tuple(rows))

    def _distribution(self) -> tuple[int, ...]:
        bins = [0] * BINS
        for score in self.scores:
            share = score / self.max_score if self.max_score else 0.0
            bins[min(BINS - 1, int(share * BINS))] += 1
        return tuple(bins)

    def _notes(self, failures: Mapping[str, str]) -> Iterator[str]:
        for student in self._withheld:
            reason = failures.get(student, "see the report")
            yield f"{student}: score withheld, {reason}; grade again"
        if self._flagged:
            files = words.counted(len(self._flagged), "file")
            yield f"{files} to look at: {first_few(self._flagged)}"
        if self._repaired:
            files = words.counted(self._repaired, "file")
            yield f"{files} with a note on what was read of it; the report has it"


def _of_task(outcomes: list[Outcome]) -> str:
    """A task's outcome for one student: passed only if every check of it passed."""
    if all(o is Outcome.PASSED for o in outcomes):
        return "passed"
    if any(o is Outcome.ERROR for o in outcomes):
        return "error"
    if all(o in (Outcome.MISSING, Outcome.SKIPPED) for o in outcomes):
        return "missing"
    return "failed"


def distribution_line(counts: tuple[int, ...]) -> str:
    """The distribution as small bars, with the largest count named."""
    highest = max(counts, default=0)
    if not highest:
        return ""
    # a bin with anyone in it is never drawn as empty
    bars = "".join(BARS[-(-count * (len(BARS) - 1) // highest)] for count in counts)
    numbers = " ".join(str(count) for count in counts)
    return f"Students in each tenth of the points, low to high   |{bars}|\n  {numbers}"


def summary_text(summary: Summary, width: int = WIDTH) -> str:
    """The summary as plain text."""
    out = [*textwrap.wrap(summary.heading, width), ""]
    for table in summary.tables:
        out += [*_plain_table(table, width), ""] if table.rows else []
    line = distribution_line(summary.distribution)
    out += [line, ""] if line else []
    if summary.misconceptions:
        out.append("Misconceptions, by number of students")
        for name, count, what in summary.misconceptions:
            out += textwrap.wrap(
                f"{name}: {printable(what)}",
                width,
                initial_indent=f"  {count:>5}  ",
                subsequent_indent=" " * 9,
                break_on_hyphens=False,
            )
        out.append("")
    if summary.notes:
        out.append("For staff")
        for note in summary.notes:
            out += textwrap.wrap(
                printable(note), width, initial_indent="  - ", subsequent_indent="    "
            )
        out.append("")
    return "\n".join(out).rstrip("\n") + "\n"


def _plain_table(table: Table, width: int) -> list[str]:
    texts = [table.columns, *table.rows]
    widths = [max(len(row[k]) for row in texts) for k in range(len(table.columns))]
    widths[0] = min(widths[0], width - sum(widths[1:]) - 2 * len(widths))
    out = [table.title]
    for row in texts:
        first = textwrap.shorten(row[0], widths[0], placeholder=" ...")
        cells = [
            f"{first:<{widths[0]}}",
            *(f"{c:>{w}}" for c, w in zip(row[1:], widths[1:], strict=True)),
        ]
        out.append("  " + "  ".join(cells).rstrip())
    return out


def print_summary(summary: Summary, stream: TextIO | None = None) -> None:
    """Show the summary: in colour on a terminal, as plain text elsewhere.

    Args:
        summary: of a class.
        stream: where to; None for the standard output stream.
    """
    stream = stream if stream is not None else sys.stdout
    if not stream.isatty():
        encoding = stream.encoding or "utf-8"  # a Windows pipe may have no bars
        stream.write(summary_text(summary).encode(encoding, "replace").decode(encoding))
        return
    from rich import box, table, text
    from rich.console import Console

    console = Console(file=stream, highlight=False)
    console.print(text.Text(summary.heading, style="bold"), "")
    for shown in summary.tables:
        if not shown.rows:
            continue
        grid = table.Table(title=shown.title, title_justify="left", box=box.SIMPLE)
        for k, column in enumerate(shown.columns):
            grid.add_column(column, justify="right" if k else "left")
        for row in shown.rows:
            # Text: a title with brackets in it is no markup
            grid.add_row(*(text.Text(cell) for cell in row))
        console.print(grid)
    line = distribution_line(summary.distribution)
    if line:
        console.print(text.Text(line), "")
    if summary.misconceptions:
        grid = table.Table(title="Misconceptions", title_justify="left", box=box.SIMPLE)
        grid.add_column("students", justify="right")
        grid.add_column("misconception", style="cyan")
        grid.add_column("what")
        for name, count, what in summary.misconceptions:
            grid.add_row(str(count), text.Text(name), text.Text(printable(what)))
        console.print(grid)
    for note in summary.notes:
        console.print(text.Text(f"staff: {printable(note)}", style="yellow"))
