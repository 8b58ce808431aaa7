"""Every entry of a class is somebody's, or is named: from names to whose they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from autograder import limits
from autograder.intake.arriving.gradescope import NOBODY, Handed
from autograder.intake.arriving.layouts import FOLDERS, Claim, Layout, platform_of
from autograder.intake.arriving.names import (
    ABSOLUTE,
    METADATA,
    PAGES,
    Entry,
    Wanted,
    is_archive,
    is_candidate,
    is_long,
)
from autograder.intake.submissions import safe_text

NOBODYS = "no platform names a student's file so"
NO_FILE = "no platform names a student's folder so, and it holds no .py and no .ipynb"
EXERCISES = "its folder is named after an exercise, not after a student"
LONG_ID = "the name of its student is longer than any folder's"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An entry, and what its name says of it."""

    claim: Claim
    entry: Entry


@dataclass(frozen=True, slots=True)
class Stray:
    """An entry that belongs to nobody.

    Attributes:
        name: as it arrived, safe to print.
        why: a phrase.
        is_candidate: whether it may be a submission, by its ending.
    """

    name: str
    why: str
    is_candidate: bool = False


@dataclass(frozen=True, slots=True)
class Sorted:
    """A class, sorted.

    Attributes:
        theirs: student to entries; ids as they stand in the names, not yet safe to print.
        strays: what belongs to nobody.
        layouts: those that were met.
    """

    theirs: Mapping[str, tuple[Claimed, ...]]
    strays: tuple[Stray, ...]
    layouts: tuple[Layout, ...]


def sort_entries(
    entries: Iterable[Entry], wanted: Wanted, above: str, handed: Mapping[str, Handed]
) -> Sorted:
    """Find out whose each entry is.

    Args:
        entries: of the folder that holds the students.
        wanted: what is graded.
        above: name of that folder, or of the archive.
        handed: of a Gradescope export, whose each folder is.
    """
    claimed: dict[Layout, list[Claimed]] = defaultdict(list)
    folders: dict[str, list[Entry]] = defaultdict(list)
    outside: list[Entry] = []
    files: list[Entry] = []
    for entry in entries:
        if entry.leads_out:
            outside.append(entry)
        elif hit := platform_of(entry.parts, entry.is_folder, wanted):
            claimed[hit[0]].append(Claimed(hit[1], entry))
        elif entry.is_folder or len(entry.parts) > 1:
            folders[entry.parts[0]].append(entry)
        else:
            files.append(entry)
    named = {one.entry.parts[0] for found in claimed.values() for one in found}
    is_export = len(named) >= max(1, len(folders))
    strays = [_stray(entry, NOBODYS) for entry in files if _is_told(entry.parts[0], is_export)]
    for top, within in folders.items():
        if wanted.is_known(top):
            work = (e for e in within if not e.is_folder and is_candidate(e.parts[-1]))
            strays += [_stray(entry, EXERCISES) for entry in work]
        elif is_export and not _holds_work(within, wanted):
            strays.append(Stray(safe_text(top[: limits.SHOWN_TEXT]) + "/", NO_FILE))
        else:
            claimed[FOLDERS] += [Claimed(_in_folder(entry, wanted), entry) for entry in within]
    theirs: dict[str, list[Claimed]] = defaultdict(list)
    for layout, found in claimed.items():
        ids = layout.known_as({one.claim.student for one in found}, wanted, above)
        for one in found:
            group = handed.get(one.claim.student, NOBODY)
            dated = replace(one.claim, time=one.claim.time or group.time)
            for student in group.students or (ids[one.claim.student],):
                theirs[_safe_id(student, one.claim.student)].append(Claimed(dated, one.entry))
    for student in [student for student in theirs if is_long(student)]:
        strays += [_stray(one.entry, LONG_ID) for one in theirs.pop(student)]
    strays += _given(outside, theirs, wanted)
    return Sorted({s: tuple(found) for s, found in theirs.items()}, tuple(strays), tuple(claimed))


def _safe_id(student: str, named: str) -> str:
    """An id that may name a file: `..` would lead elsewhere."""
    return student if student.strip(".") else named


def _in_folder(entry: Entry, wanted: Wanted) -> Claim:
    claim = FOLDERS.claim(entry.parts, entry.is_folder, wanted)
    return claim or Claim(entry.parts[0], entry.parts[1:])


def _holds_work(entries: Iterable[Entry], wanted: Wanted) -> bool:
    return any(
        (entry.is_folder and len(entry.parts) > 1 and wanted.is_own(entry.parts[1]))
        or (not entry.is_folder and is_candidate(entry.parts[-1]))
        for entry in entries
    )


def _is_told(name: str, is_export: bool) -> bool:
    """Whether staff are told of a file beside the students: beside folders, only of work."""
    if is_candidate(name) or is_archive(name):
        return True
    return is_export and name != METADATA and name.casefold() not in PAGES


def _given(
    outside: Iterable[Entry], theirs: Mapping[str, list[Claimed]], wanted: Wanted
) -> list[Stray]:
    """Give what leads out of its folder to the one whose other files stand there, or to nobody."""
    owners: dict[str, dict[str, None]] = defaultdict(dict)
    for student, found in theirs.items():
        for one in found:
            owners[one.entry.parts[0]][student] = None
    strays = []
    for entry in outside:
        hit = platform_of(entry.parts, entry.is_folder, wanted)
        claim = hit[1] if hit else _in_folder(entry, wanted)
        students = owners.get(entry.parts[0], {}) if entry.odd != ABSOLUTE else {}
        if not students:
            strays.append(_stray(entry, entry.odd))
        for student in students:
            theirs[student].append(Claimed(claim, entry))
    return strays


def _stray(entry: Entry, why: str) -> Stray:
    name = "/".join(entry.parts)
    return Stray(safe_text(name[: limits.SHOWN_TEXT]), why, is_candidate(entry.parts[-1]))
