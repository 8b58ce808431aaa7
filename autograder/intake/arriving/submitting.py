"""From all that is one student's to the one submission that is graded, and what is said of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import limits
from autograder.errors import InfrastructureError, SubmissionError
from autograder.intake.arriving.choosing import Choice, Found, choose, listed
from autograder.intake.arriving.names import TIMESTAMP, Entry, Wanted, is_archive
from autograder.intake.arriving.students import Attempt, Student
from autograder.intake.submissions import (
    NOTHING,
    Facts,
    Submission,
    not_plain,
    read_submission,
    safe_text,
    shown_name,
)
from autograder.student_ids import odd_in_id

REFUSED = "the name '{student}' has {odd} in it, which is no part of a student's id; rename it"
CROWDED = "has more than {most} files; hand in {file} alone."
DEEP = f"its folders go more than {limits.NAME_DEPTH} deep, and nothing was found above that"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A submission before its file is fetched.

    Attributes:
        submission: without a path where that is not known yet.
        found: the file to fetch; None where there is none.
        timestamp: nbgrader's, to fetch too.
        doubt: names of files in deeper folders, between which nothing decides.
        in_own: whether the file lies in a folder that has the exercise's name.
    """

    submission: Submission
    found: Found | None = None
    timestamp: Entry | None = None
    doubt: tuple[str, ...] = ()
    in_own: bool = False

    @property
    def wanted(self) -> dict[Entry, str]:
        """What is fetched, and under which name."""
        wanted = {}
        if self.found is not None and not self.submission.refused:
            wanted[self.found.entry] = self.found.name
            if self.timestamp is not None:
                wanted[self.timestamp] = TIMESTAMP
        return wanted


def chosen_of(
    student: Student,
    wanted: Wanted,
    crowded: Collection[str] = (),
    unreadable: Collection[str] = (),
    deep: Collection[str] = (),
) -> Chosen:
    """Choose one student's file.

    Args:
        student: all that is theirs.
        wanted: what is graded.
        crowded: first names below which there is too much to list.
        unreadable: the same, below which something cannot be listed.
        deep: the same, whose folders go too deep.
    """
    name = safe_text(student.id)
    folder = student.home / (student.folder or wanted.exercise) if student.home else None
    blank = Submission(name, wanted.exercise, None, folder=folder)
    expected = folder / wanted.file if folder else None

    def problem(text: str) -> Chosen:
        return Chosen(replace(blank, problem=text))

    if odd := odd_in_id(student.id):
        refused = REFUSED.format(student=name, odd=odd)
        return Chosen(replace(blank, path=expected, refused=refused))
    if student.is_link:
        return problem(not_plain(student.id))
    if student.own_is_link:
        return problem(not_plain(student.folder or wanted.exercise))
    if student.tops & {*unreadable}:  # told of this student alone, when it is read
        return Chosen(replace(blank, path=expected))
    if student.tops & {*crowded}:
        return problem(CROWDED.format(most=limits.FOLDER_FILES, file=wanted.file))
    with_files = [k for k, attempt in enumerate(student.attempts) if attempt.files]
    if with_files:
        latest = with_files[-1]
        attempt = student.attempts[latest]
        remarks = _remarks(student.attempts, latest)
        blank = replace(blank, facts=_facts(attempt), remarks=remarks)
        return replace(_among(attempt, blank, wanted), in_own=attempt.in_own)
    if student.tops & {*deep}:
        return Chosen(replace(blank, path=expected, refused=DEEP))
    blank = replace(blank, facts=_facts(student.attempts[-1]))
    return Chosen(replace(blank, problem=NOTHING, remarks=_in_place(student, wanted)))


def _facts(attempt: Attempt) -> Facts:
    return Facts(attempt.claim.late, attempt.claim.attempt, attempt.claim.time)


def _among(attempt: Attempt, blank: Submission, wanted: Wanted) -> Chosen:
    files = attempt.files
    choice: Choice = choose(files, wanted)
    found = choice.found
    if found is None and not choice.others:
        packed = min(f.shown for f in files if is_archive(f.name))
        text = f"{packed} is an archive; hand in {wanted.file} itself."
        return Chosen(replace(blank, problem=text))
    others = listed(other.shown for other in choice.others)
    if found is None:
        text = f"expected {wanted.file}, found {others}; hand in one file."
        deep = min(other.depth for other in choice.others) > 0
        names = ["/".join(f.entry.parts) for f in choice.others]
        doubt = tuple(safe_text(name[: limits.SHOWN_TEXT]) for name in names) if deep else ()
        return Chosen(replace(blank, problem=text), doubt=doubt)
    if found.entry.is_link:
        return Chosen(replace(blank, problem=not_plain(found.name)))
    note = f"Read {found.shown}; not read: {others}." if choice.others else ""
    if found.depth and not note:
        note = f"Read {found.shown}."
    refused = f"'{found.shown}' {found.entry.odd}" if found.entry.odd else ""
    return Chosen(replace(blank, note=note, refused=refused), found, attempt.timestamp)


def settled(chosen: Chosen, files: Mapping[Entry, Path | str]) -> Submission:
    """The submission with the place of its file, or with the reason why it cannot be read.

    Args:
        chosen: by `chosen_of`.
        files: where each file stands that was fetched, or why it cannot be read.
    """
    submission, found = chosen.submission, chosen.found
    if found is None:
        return submission
    place = files.get(found.entry, "cannot be unpacked")
    if isinstance(place, str):
        refused = submission.refused or f"'{found.shown}' {place}"
        return replace(submission, refused=refused)
    time = submission.facts.time or _timestamp(chosen.timestamp, files)
    folder = submission.folder if chosen.in_own else place.parent
    facts = replace(submission.facts, time=time)
    return replace(submission, path=place, folder=folder, facts=facts)


def _timestamp(entry: Entry | None, files: Mapping[Entry, Path | str]) -> str:
    place = files.get(entry) if entry is not None else None
    if not isinstance(place, Path):
        return ""
    try:
        data, _ = read_submission(Submission("", "", place), limits.SHORT_FILE_BYTES)
    except (SubmissionError, InfrastructureError):
        return ""
    return safe_text(data.decode("utf-8", "replace").strip())


def _remarks(attempts: Sequence[Attempt], read: int) -> tuple[str, ...]:
    """What the platform said of a submission, and of the attempts that are not read."""
    claim = attempts[read].claim
    words = ["Handed in late" if claim.late else "Handed in"]
    words += [f"on {claim.time}"] if claim.time else []
    words += [f"as attempt {claim.attempt}"] if claim.attempt > 1 else []
    remarks = [" ".join(words) + "."] if len(words) > 1 or claim.late else []
    # a picture beside the program has no number on some platforms, and is no attempt
    earlier = [_when(attempt) for attempt in attempts[:read] if attempt.files]
    later = [*map(_when, attempts[read + 1 :])]
    if earlier:
        remarks.append(f"The latest attempt counts; not read: {listed(earlier)}.")
    if later:
        remarks.append(f"In a later attempt is no .py and no .ipynb file: {listed(later)}.")
    return tuple(remarks)


def _when(attempt: Attempt) -> str:
    claim = attempt.claim
    return f"that of {claim.time}" if claim.time else f"attempt {claim.attempt or 1}"


def _in_place(student: Student, wanted: Wanted) -> tuple[str, ...]:
    """What was there where no file was found."""
    remarks = []
    attempts = student.attempts
    instead = sorted({attempt.instead for attempt in attempts if attempt.instead})
    if instead:
        late = " late" if any(attempt.claim.late for attempt in attempts) else ""
        remarks.append(f"Handed in{late}: {', '.join(instead)}; {wanted.file} is asked for.")
    seen = [shown_name(name) for attempt in attempts for name in attempt.seen]
    if seen:
        remarks.append(f"Found {listed(seen)}; {wanted.file} is asked for.")
    return tuple(remarks)
