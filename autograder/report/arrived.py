"""What staff are told of a class as it arrived: in which layout, and what belongs to nobody."""

import textwrap
from collections.abc import Sequence

from autograder import limits
from autograder.report.terminal import WIDTH
from autograder.report.words import counted, printable
from autograder.storage import first_few

REMEDY = (
    "Rename what is a student's so that it names the student, move away the rest, and grade "
    "again; docs/handing_in.md lists the names that are known."
)


def arrived_line(students: int, layouts: Sequence[str]) -> str:
    """Who was found, and by which naming, in one line."""
    return f"{counted(students, 'student')} found; layout: {', '.join(layouts) or 'none'}"


def class_notes(nothing: Sequence[str], late: Sequence[str]) -> tuple[str, ...]:
    """Notes for staff on a class, one sentence each.

    Args:
        nothing: students who have handed in nothing that is graded.
        late: those whom the platform marked late.
    """
    notes = []
    for what, names in (("nothing handed in by", nothing), ("marked late,", late)):
        if names:
            some = first_few(names, limits.SHOWN_STRAYS)
            notes.append(f"{what} {counted(len(names), 'student')}: {some}")
    return tuple(notes)


def elsewhere_line(exercise: str, elsewhere: Sequence[tuple[str, int]]) -> str:
    """What there is in a class that has handed in nothing for an exercise.

    Args:
        exercise: id.
        elsewhere: folder of another exercise, and how many students have something in it.
    """
    held = ", ".join(f"{printable(name)} ({count})" for name, count in elsewhere)
    return f"nobody has handed in anything for {exercise}; the students' folders hold {held}"


def strays_text(strays: Sequence[tuple[str, str]], width: int = WIDTH) -> str:
    """The entries that belong to nobody, each with its reason, and what to do.

    Args:
        strays: name and reason of each, one at least.
        width: columns.
    """
    words = "entry belongs" if len(strays) == 1 else "entries belong"
    out = [f"{len(strays)} {words} to nobody, and nothing in that was graded:"]
    for name, why in strays[: limits.SHOWN_STRAYS]:
        out += textwrap.wrap(
            f"{printable(name)}: {why}",
            width,
            initial_indent="  - ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    more = len(strays) - limits.SHOWN_STRAYS
    out += [f"  and {more} more"] if more > 0 else []
    return "\n".join([*out, *textwrap.wrap(REMEDY, width)]) + "\n"
