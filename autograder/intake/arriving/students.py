"""All that is one student's, put in order: attempts, and the files of each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import limits
from autograder.intake.arriving.choosing import Found
from autograder.intake.arriving.layouts import Claim
from autograder.intake.arriving.names import (
    TIMESTAMP,
    Entry,
    Wanted,
    is_archive,
    is_candidate,
    is_long,
)
from autograder.intake.arriving.sorting import Claimed

LONG = "has a name that is too long"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one student handed in at one time.

    Attributes:
        claim: what its names say of it.
        files: candidates and archives in the exercise's folder, or else wherever they lie.
        in_own: whether that is the exercise's folder.
        seen: the names of other files, the first few.
        instead: what was handed in where no file was.
        timestamp: nbgrader's file; None if there is none.
    """

    claim: Claim
    files: tuple[Found, ...]
    in_own: bool
    seen: tuple[str, ...]
    instead: str
    timestamp: Entry | None


@dataclass(frozen=True, slots=True)
class Student:
    """All that is one student's.

    Attributes:
        id: as it stands in the names, not yet safe to print.
        tops: first names of the entries, by which a source knows what it could not list.
        attempts: earliest first; one at least.
        home: the student's folder, where there is one on the disk.
        folder: name of the exercise's folder in it; empty if there is none.
        is_link: whether the student's folder is a link.
        own_is_link: whether the exercise's is.
        others: folders of other exercises in which something lies.
    """

    id: str
    tops: frozenset[str]
    attempts: tuple[Attempt, ...]
    home: Path | None
    folder: str
    is_link: bool
    own_is_link: bool
    others: frozenset[str]

    @property
    def has_anything(self) -> bool:
        """Whether anything there tells a student's folder from any other."""
        return bool(self.folder or self.others or any(a.files for a in self.attempts))


def student_of(id: str, claimed: Iterable[Claimed], wanted: Wanted) -> Student:
    """Put a student's entries in order.

    Args:
        id: the student's.
        claimed: the entries, one at least.
        wanted: what is graded.
    """
    entries = list(claimed)
    tops = [one.entry for one in entries if len(one.entry.parts) == 1 and one.entry.is_folder]
    orders: dict[str, list[Claimed]] = defaultdict(list)
    for one in entries:
        orders[one.claim.order].append(one)
    folders = {
        one.claim.below[0]: one.entry.is_link and len(one.claim.below) == 1
        for one in entries
        if one.claim.below
        and wanted.is_own(one.claim.below[0])
        and (one.entry.is_folder or one.entry.is_link or len(one.claim.below) > 1)
    }
    # of 06_engine and engine, the one that has the exercise's very name
    folder = min(folders, key=lambda name: (name != wanted.exercise, name), default="")
    return Student(
        id=id,
        tops=frozenset(one.entry.parts[0] for one in entries),
        attempts=tuple(_attempt(orders[order], wanted) for order in sorted(orders)),
        home=tops[0].place if tops else None,
        folder=folder,
        is_link=any(top.is_link for top in tops),
        own_is_link=folders.get(folder, False),
        others=frozenset(
            one.claim.below[0]
            for one in entries
            if len(one.claim.below) > 1 and wanted.is_other(one.claim.below[0])
        ),
    )


def _attempt(claimed: list[Claimed], wanted: Wanted) -> Attempt:
    own: dict[str, list[Found]] = defaultdict(list)
    loose: list[Found] = []
    seen: list[str] = []
    timestamp = None
    for one in claimed:
        below = one.claim.below
        is_own = len(below) > 1 and wanted.is_own(below[0])
        if one.entry.is_folder or not below:
            continue
        if len(below) > 1 and wanted.is_other(below[0]):
            continue
        path = below[1:] if is_own else below
        if is_candidate(path[-1]) or is_archive(path[-1]):
            odd = one.entry.odd or (LONG if is_long(path[-1]) else "")
            found = Found(replace(one.entry, odd=odd), path)
            (own[below[0]] if is_own else loose).append(found)
        elif path == (TIMESTAMP,):
            timestamp = one.entry
        elif len(seen) <= limits.SHOWN_NAMES:
            seen.append("/".join(path))
    named = own.get(wanted.exercise) or (next(iter(own.values())) if len(own) == 1 else None)
    apart = [Found(f.entry, (folder, *f.path)) for folder, found in own.items() for f in found]
    return Attempt(
        claim=replace(claimed[0].claim, late=any(one.claim.late for one in claimed)),
        files=tuple(named or apart + loose),
        in_own=named is not None,
        seen=tuple(seen),
        instead=next((one.claim.instead for one in claimed if one.claim.instead), ""),
        timestamp=timestamp,
    )
