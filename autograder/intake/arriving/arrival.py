"""A class as it arrives: a submission for each student, and what belongs to nobody."""

import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from autograder import limits
from autograder.errors import InfrastructureError, SubmissionError, UsageError
from autograder.intake.arriving.archives import ArchiveSource
from autograder.intake.arriving.base import base_of, is_ones_work
from autograder.intake.arriving.folders import FolderSource
from autograder.intake.arriving.gradescope import Handed, read_metadata
from autograder.intake.arriving.layouts import FOLDERS, PLATFORMS, platform_of
from autograder.intake.arriving.names import METADATA, Entry, RefusedError, Wanted
from autograder.intake.arriving.sorting import Stray, sort_entries
from autograder.intake.arriving.students import student_of
from autograder.intake.arriving.submitting import Chosen, chosen_of, settled
from autograder.intake.submissions import NOTHING, Submission, read_submission, safe_text
from autograder.storage import first_few

Source = FolderSource | ArchiveSource


@dataclass(frozen=True, slots=True)
class Arrival:
    """A class.

    Attributes:
        submissions: one for each student, in the order of their ids.
        strays: entries that belong to nobody.
        layouts: names of those that were met; none where nothing looks like a class.
        elsewhere: folders of other exercises in which something lies, and of how many students.
    """

    submissions: tuple[Submission, ...]
    strays: tuple[Stray, ...]
    layouts: tuple[str, ...]
    elsewhere: tuple[tuple[str, int], ...] = ()


@contextlib.contextmanager
def arrival(
    source: Path, exercise: str, file: str, others: tuple[str, ...] = ()
) -> Iterator[Arrival]:
    """Take in a class.

    Args:
        source: a folder, or a .zip or .tar.gz, in any layout of `layouts.py`.
        exercise: id.
        file: what students were asked to hand in, `engine.py`.
        others: ids of the course's exercises.
    Returns: a context that yields the class; what was unpacked is removed at its end.
    Raises: UsageError that says why, if the whole cannot be read, or most of the class has
        handed in nothing while its files lie elsewhere.
    """
    wanted = Wanted(exercise, file, others)
    if not source.is_file():
        yield _sorted(FolderSource(source), wanted, source)
        return
    with tempfile.TemporaryDirectory(prefix="micrograde-class-") as folder:
        try:
            arrived = _sorted(ArchiveSource(source, Path(folder)), wanted, source)
        except RefusedError as refused:
            _refuse(source, refused.member, refused.problem)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            _refuse(source, "", f"it cannot be unpacked: {reason}")
        if not arrived.layouts:
            names = [layout.example for layout in PLATFORMS]
            layouts = f"neither <student>/{exercise}/{file}, nor a name such as {'; '.join(names)}"
            _refuse(source, "", f"it holds no student's folder or file: {layouts}")
        yield arrived


def find_submissions(
    directory: Path, exercise: str, file: str, others: tuple[str, ...] = ()
) -> tuple[Submission, ...]:
    """List every student's submission in a folder, in the order of their ids.

    Args:
        directory: one folder for each student, or what a platform's export unpacks to.
        exercise: id.
        file: what students were asked to hand in, `03_value.ipynb`.
        others: ids of the course's exercises.
    Returns: one for each student's folder, even if nothing is in it.
    Raises: UsageError if the directory cannot be listed, or is not laid out so.
    """
    with arrival(directory, exercise, file, others) as arrived:
        return arrived.submissions


def _refuse(source: Path, member: str, problem: str) -> NoReturn:
    what = f"its member '{safe_text(member)[: limits.SHOWN_TEXT]}' {problem}" if member else problem
    raise UsageError(
        f"cannot grade '{source}': {what}; nothing was graded; mend the archive, or unpack it "
        "yourself and run: autograder grade DIR"
    )


def _sorted(source: Source, wanted: Wanted, path: Path) -> Arrival:
    base = base_of(source.inside, wanted)
    entries = list(source.entries(base))
    above = base[-1] if base else source.name
    _check_folders(entries, wanted, path)
    found = sort_entries(entries, wanted, above, _handed(source, entries))
    students = [student_of(id, claimed, wanted) for id, claimed in found.theirs.items()]
    chosen = [
        chosen_of(student, wanted, source.crowded, source.unreadable, source.deep)
        for student in students
    ]
    _check_class(chosen, found.strays, wanted, path)
    files = source.fetch({entry: name for one in chosen for entry, name in one.wanted.items()})
    submissions = [settled(one, files) for one in chosen]
    is_class = any(student.has_anything for student in students)
    return Arrival(
        tuple(sorted(submissions, key=lambda submission: submission.student)),
        found.strays,
        tuple(layout.name for layout in found.layouts if is_class or layout is not FOLDERS),
        tuple(sorted(Counter(name for student in students for name in student.others).items())),
    )


def _handed(source: Source, entries: list[Entry]) -> Mapping[str, Handed]:
    """Whose each folder of a Gradescope export is, if it is one."""
    for entry in entries:
        if entry.parts == (METADATA,) and not (entry.is_link or entry.odd or entry.is_folder):
            place = source.fetch({entry: METADATA}).get(entry)
            if isinstance(place, Path):
                with contextlib.suppress(SubmissionError, InfrastructureError):
                    plain = Submission("", "", place)
                    return read_metadata(read_submission(plain, limits.METADATA_BYTES)[0])
    return {}


def _check_folders(entries: Sequence[Entry], wanted: Wanted, path: Path) -> None:
    """Refuse one student's work in place of a class, and several classes in one folder."""
    tops = sorted({e.parts[0] for e in entries if len(e.parts) == 1 and e.is_folder})
    of_each: dict[str, set[str]] = {}
    for entry in entries:
        below = entry.parts[1:]
        if below and (found := platform_of(below, entry.is_folder, wanted)):
            of_each.setdefault(entry.parts[0], set()).add(found[1].student)
    classes = sorted(top for top, students in of_each.items() if len(students) > 1)
    if is_ones_work(tops):
        problem = f"it holds {first_few(tops)}, and so looks like the work of one student"
        remedy = "name the folder above it"
    elif classes:
        problem = f"{first_few(classes)} in it {'are classes' if classes[1:] else 'is a class'}"
        remedy = f"name one class: autograder grade {path / classes[0]}"
    else:
        return
    raise UsageError(f"cannot grade '{path}': {problem}; nothing was graded; {remedy}")


def _check_class(
    students: Sequence[Chosen], strays: Sequence[Stray], wanted: Wanted, path: Path
) -> None:
    """Refuse a class of which most has handed in nothing while as many files lie elsewhere."""
    without = [c for c in students if c.submission.problem == NOTHING or c.doubt]
    lying = [stray.name for stray in strays if stray.is_candidate]
    lying = sorted([*lying, *(name for chosen in students for name in chosen.doubt)])
    if 2 * len(without) <= len(students) or 2 * len(lying) < len(without) or not lying:
        return
    raise UsageError(
        f"cannot grade '{path}': {len(without)} of {len(students)} students have no file where it "
        f"should be, and {len(lying)} lie elsewhere: {first_few(lying)}; nothing was graded; "
        "leave one for each, as "
        f"<student>/{wanted.exercise}/{wanted.file}, and run: autograder grade DIR"
    )
