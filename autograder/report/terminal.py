"""One student's report as plain text: 80 columns, readable aloud, colour only on top."""

import textwrap
from collections.abc import Iterable

from autograder.model import CompiledExercise, Outcome, Report
from autograder.report import words
from autograder.report.feedback import Explanation, Feedback, Line, Numbers, Part, arrange

WIDTH = 80
OUTPUT_LINES = 20  # of what a submission printed; the result file has it all
_COLOURS = {
    Outcome.PASSED: "32",
    Outcome.FAILED: "1;31",
    Outcome.MISSING: "33",
    Outcome.SKIPPED: "33",
    Outcome.ERROR: "1;35",
}
_BOLD, _DIM = "1", "2"


def show(
    report: Report,
    compiled: CompiledExercise | None = None,
    *,
    colour: bool = False,
    width: int = WIDTH,
    staff: bool = False,
) -> str:
    """Write one report out in full.

    Args:
        report: the verdict.
        compiled: for titles; ids stand in without it.
        colour: whether to add ANSI colours; no meaning hangs on them.
        width: columns; code and numbers are never broken and may be longer.
        staff: whether to add what only staff should see: flags and hashes.
    Returns: text to print.
    """
    pen = Pen(colour, width)
    title = compiled.exercise.title if compiled else ""
    heading = f"{report.exercise}: {title}" if title else report.exercise
    outcome = pen.paint(report.outcome.value, _COLOURS[report.outcome])
    out = [pen.paint(heading, _BOLD), ""]
    out += [f"student   {printable(report.student)}"] if report.student else []
    out.append(f"outcome   {outcome}: {words.OVERALL[report.outcome]}")
    out.append(f"score     {words.score_line(report)}")
    out += pen.hang("level     ", f"{report.level}, {words.LEVELS[report.level]}")
    if staff:
        out.append(f"file      {report.submission_sha256}")
        out.append(f"course    {report.course_sha256}")
    out += ["", *body(arrange(report, compiled), pen)]
    out += closing(report, pen)
    if staff:
        out += pen.listed(words.FLAGS, report.flags)
    return "\n".join(out).rstrip("\n")


def body(feedback: Feedback, pen: "Pen") -> list[str]:
    """The tasks with their checks, one line for each that needs no explanation."""
    if feedback.everywhere:
        return [words.EVERYWHERE, *pen.hang("  ", feedback.everywhere), ""]
    out = []
    for part, following in zip(feedback.parts, (*feedback.parts[1:], None), strict=True):
        out += _part(part, pen)
        if out[-1] and not (part.unwritten and following and following.unwritten):
            out.append("")
    if any(line.hidden for part in feedback.parts for line in part.lines):
        out += [*pen.hang("", words.HIDDEN_MEANS), ""]
    return out


def closing(report: Report, pen: "Pen") -> list[str]:
    """What was repaired, remarked and printed."""
    printed = report.output.rstrip("\n").split("\n") if report.output.strip() else []
    if len(printed) > OUTPUT_LINES:
        dropped = len(printed) - OUTPUT_LINES
        printed = [*printed[:OUTPUT_LINES], f"[{words.counted(dropped, 'more line')}]"]
    out = pen.listed(words.REPAIRS, report.repairs) + pen.listed(words.REMARKS, report.remarks)
    if printed:
        out += [f"{words.OUTPUT}:", *(f"    {printable(line)}" for line in printed), ""]
    return out


def _part(part: Part, pen: "Pen") -> list[str]:
    score = words.out_of(part.score, part.max_score)
    name = pen.paint(part.id, _BOLD)
    if part.unwritten:
        return [f"{name}   not written yet   {score}"]
    heading = f"{name}: {part.title}" if part.title else name
    bare = f"{part.id}: {part.title}" if part.title else part.id
    if len(bare) + 3 + len(score) <= pen.width:
        out = [f"{heading}   {score}"]
    else:
        out = [heading, f"  {score}"]
    for line in part.lines:
        out += _line(line, pen)
    return out


def _line(line: Line, pen: "Pen") -> list[str]:
    word = pen.paint(f"{line.outcome.value:<7}", _COLOURS[line.outcome])
    title = line.title + (f" ({words.HIDDEN})" if line.hidden else "")
    out = pen.hang(f"  {line.outcome.value:<7}  ", title)
    out[0] = out[0].replace(f"{line.outcome.value:<7}", word, 1)
    if line.note:
        out += pen.hang(" " * 11, line.note)
    if line.explanation:
        out += explanation(line.explanation, pen)
    return out


def explanation(told: Explanation, pen: "Pen", margin: str = "    ") -> list[str]:
    """The five parts of feedback, in their fixed order."""
    out = pen.hang(margin, told.what)
    if told.misconception:
        tag = f"[{told.misconception}]"
        space = pen.width - len(out[-1]) - len(tag)
        if space >= 2:
            out[-1] += " " * space + pen.paint(tag, _DIM)
        else:
            out.append(" " * max(len(margin), pen.width - len(tag)) + pen.paint(tag, _DIM))
    out += [f"{margin}    {line}" for line in told.case.splitlines()]
    for numbers in told.numbers:
        out += _numbers(numbers, margin)
    for note in told.notes:
        out += pen.hang(margin, note)
    out += pen.hang(f"{margin}why   ", told.why) if told.why else []
    out += pen.hang(f"{margin}try   ", told.attempt) if told.attempt else []
    return [*out, ""]


def _numbers(numbers: Numbers, margin: str) -> list[str]:
    """Expected above observed, so that the digits stand under each other."""
    out = []
    label = numbers.label
    if len(label) > 24:  # a whole call: the numbers go below it
        out.append(f"{margin}{label}")
        label = ""
    blank = " " * len(label)
    if numbers.expected:
        out.append(f"{margin}{label}   expected   {numbers.expected}")
        label = blank
    error = f"   ({numbers.error})" if numbers.error else ""
    out.append(f"{margin}{label}   observed   {numbers.observed}{error}")
    return out


def printable(text: str) -> str:
    """The text with every control character written out, so that none acts on a terminal."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


class Pen:
    """Writes within a width, in colour if asked to.

    Args:
        colour: whether to use ANSI colours.
        width: columns.
    """

    def __init__(self, colour: bool = False, width: int = WIDTH) -> None:
        self.colour, self.width = colour, width

    def paint(self, text: str, code: str) -> str:
        """Add a colour, if there is to be any."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def hang(self, prefix: str, text: str) -> list[str]:
        """Wrap text; the first line begins with the prefix, the others below its end."""
        return textwrap.wrap(
            printable(text),
            self.width,
            initial_indent=prefix,
            subsequent_indent=" " * len(prefix),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [prefix.rstrip()]

    def listed(self, heading: str, sentences: Iterable[str]) -> list[str]:
        """Sentences under a heading, each with a dash; nothing if there are none."""
        out = [line for sentence in sentences for line in self.hang("  - ", sentence)]
        return [f"{heading}:", *out, ""] if out else []
