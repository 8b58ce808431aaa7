"""One student's report as plain text, within 80 columns but for code and numbers.

Colour, where it is asked for, adds no meaning. Comments for nbgrader use the same layout.
"""

import textwrap
from collections.abc import Iterable

from autograder import limits
from autograder.model import CompiledExercise, Outcome
from autograder.report import words
from autograder.report.feedback import Feedback, Line, TaskFeedback, arrange
from autograder.report.words import printable
from autograder.verdicts import NOT_WRITTEN, Numbers, Report

WIDTH = 80
MARGIN = "    "  # of what is told of a failed check
NOTE = " " * 11  # below a check's title
# Where a sentence goes on that may hold a student's own words: no line of ours begins in these
# columns, so that none of a student's can pass for one.
GOES_ON = " " * 6
NOTE_GOES_ON = " " * 13
_COLOURS = {
    Outcome.PASSED: "32",
    Outcome.FAILED: "1;31",
    Outcome.MISSING: "33",
    Outcome.SKIPPED: "33",
    Outcome.DIFFERS: "33",
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
    out += closing(report, pen, printed_too=staff)
    if staff:
        out += pen.listed(words.FLAGS, report.flags)
    return "\n".join(out).rstrip("\n")


def body(feedback: Feedback, pen: "Pen") -> list[str]:
    """The tasks with their checks, one line for each that needs no explanation."""
    if feedback.everywhere:
        return [words.EVERYWHERE, *pen.hang("  ", feedback.everywhere, GOES_ON), ""]
    out = []
    for part, following in zip(feedback.parts, (*feedback.parts[1:], None), strict=True):
        out += _part(part, pen)
        if out[-1] and not (part.unwritten and following and following.unwritten):
            out.append("")
    if any(line.is_hidden for part in feedback.parts for line in part.lines):
        out += [*pen.hang("", words.HIDDEN_MEANS), ""]
    return out


def closing(report: Report, pen: "Pen", *, printed_too: bool) -> list[str]:
    """What was repaired and remarked.

    Args:
        report: the verdict.
        pen: lays it out.
        printed_too: also what was printed: for staff, and for a student on a machine of their
            own; a graded submission has met hidden cases, and may have printed them.
    """
    shown = printed_too and report.output.strip()
    printed = report.output.rstrip("\n").split("\n") if shown else []
    more = len(printed) - limits.SHOWN_OUTPUT_LINES
    if more > 0:
        printed = [*printed[: limits.SHOWN_OUTPUT_LINES], f"[{words.counted(more, 'more line')}]"]
    out = pen.listed(words.REPAIRS, report.repairs) + pen.listed(words.REMARKS, report.remarks)
    if printed:
        out += [f"{words.OUTPUT}:", *(f"    {printable(line)}" for line in printed), ""]
    return out


def _part(part: TaskFeedback, pen: "Pen") -> list[str]:
    score = words.out_of(part.score, part.max_score)
    name = pen.paint(part.id, _BOLD)
    if part.unwritten:
        return [f"{name}   {NOT_WRITTEN}   {score}"]
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
    outcome = line.check.outcome
    word = pen.paint(f"{outcome.value:<7}", _COLOURS[outcome])
    title = line.title + (f" ({words.HIDDEN})" if line.is_hidden else "")
    out = pen.hang(f"  {outcome.value:<7}  ", title)
    out[0] = out[0].replace(f"{outcome.value:<7}", word, 1)
    if line.note:
        out += pen.hang(NOTE, line.note, NOTE_GOES_ON)
    return out + _explanation(line, pen)


def _explanation(line: Line, pen: "Pen") -> list[str]:
    """The parts of an explanation in their fixed order; nothing where none is told."""
    told = line.explanation
    if told is None:
        return []
    differs = pen.hang(MARGIN, told.what, GOES_ON)
    out = pen.hang(MARGIN, told.mistake) if told.mistake else differs
    if line.check.misconception:
        tag = f"[{line.check.misconception}]"
        space = pen.width - len(out[-1]) - len(tag)
        if space >= 2:
            out[-1] += " " * space + pen.paint(tag, _DIM)
        else:
            out.append(" " * max(len(MARGIN), pen.width - len(tag)) + pen.paint(tag, _DIM))
    out += [f"{MARGIN}    {code}" for code in (line.check.minimal_case or "").splitlines()]
    for numbers in told.numbers:
        out += _numbers(numbers)
    out += differs if told.mistake else []
    out += pen.hang(MARGIN, told.where) if told.where else []
    out += pen.hang(f"{MARGIN}{words.WHY}   ", told.why) if told.why else []
    out += pen.hang(f"{MARGIN}{words.TRY}   ", told.attempt) if told.attempt else []
    return [*out, ""]


def _numbers(numbers: Numbers) -> list[str]:
    """Expected above observed, so that the digits stand under each other."""
    out = []
    label = numbers.label
    if len(label) > 24:  # a whole call: the numbers go below it
        out.append(f"{MARGIN}{label}")
        label = ""
    blank = " " * len(label)
    if numbers.expected:
        out.append(f"{MARGIN}{label}   {words.EXPECTED}   {numbers.expected}")
        label = blank
    error = f"   ({numbers.error})" if numbers.error else ""
    out.append(f"{MARGIN}{label}   {words.OBSERVED}   {numbers.observed}{error}")
    return out


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

    def hang(self, prefix: str, text: str, goes_on: str = "") -> list[str]:
        """Wrap text; control characters in it are written out.

        Args:
            prefix: of the first line.
            text: one sentence or more.
            goes_on: blanks before each further line; by default as many as the prefix is long.
        """
        return textwrap.wrap(
            printable(text),
            self.width,
            initial_indent=prefix,
            subsequent_indent=goes_on or " " * len(prefix),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [prefix.rstrip()]

    def listed(self, heading: str, sentences: Iterable[str]) -> list[str]:
        """Sentences under a heading, each with a dash; nothing if there are none."""
        out = [line for sentence in sentences for line in self.hang("  - ", sentence)]
        return [f"{heading}:", *out, ""] if out else []
