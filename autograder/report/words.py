"""What the forms of a report share: headings, phrases, how points and counts are said.

What one form alone says (a column's head in HTML, "file" and "course" for staff) stands in that
form. What is said of a check is no wording of a report's: it comes from the judge
(judging/wording.py) and from the course.
"""

from autograder.model import Outcome
from autograder.verdicts import Report

LEVELS = {
    3: "in a sandbox: no files, no network, limited time and memory",
    2: "behind a filter of system calls, limited time and memory; no sandbox around it",
    1: "in an ordinary process with a time limit: no sandbox",
}
OVERALL = {
    Outcome.PASSED: "every check passed",
    Outcome.FAILED: "something does not pass yet",
    Outcome.MISSING: "nothing is written yet",
    Outcome.SKIPPED: "nothing could be judged",
    Outcome.ERROR: "could not be judged; the fault is ours, and the score is withheld",
}
SAME_MISTAKE = "the same mistake as above: [{misconception}]"
SAME_ERROR = "the same as above: {what}"
SAME_MESSAGE = "the same as in '{title}' above"
EVERYWHERE = "This holds for every check of the exercise:"
HIDDEN = "hidden"
HIDDEN_MEANS = "(hidden): a check that only the grader has; it tries other numbers."
REPAIRS = "Put right for you"
REMARKS = "Worth knowing"
FLAGS = "For staff to look at"
OUTPUT = "What the code printed"
WHY, TRY = "why", "try"
EXPECTED, OBSERVED = "expected", "observed"


def printable(text: str) -> str:
    """The text with every character written out that is not printed as it is.

    A student's own text must neither act on a terminal nor turn the direction of a line, and
    a newline in it must not begin one that looks like ours.
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def points(number: float) -> str:
    """Points without needless digits: 2, 2.5, 0.33."""
    return f"{round(number, 2):g}"


def out_of(score: float, max_score: float) -> str:
    """A score and its greatest: "9 of 12 points"."""
    return f"{points(score)} of {points(max_score)} {'point' if max_score == 1 else 'points'}"


def score_line(report: Report) -> str:
    """The score as a phrase: "9 of 12 points", or that it is withheld."""
    if report.score is None:
        return f"withheld, of {points(report.max_score)} points"
    return out_of(report.score, report.max_score)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 student", "3 students"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
