"""Every entry of a class is somebody's, or is named: from names to each student's files."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder import limits
from autograder.intake.arriving.choosing import Found
from autograder.intake.arriving.gradescope import Handed
from autograder.intake.arriving.layouts import FOLDERS, Claim, Layout, platform_of
from autograder.intake.arriving.names import (
    ABSOLUTE,
    METADATA,
    PAGES,
    TIMESTAMP,
    Entry,
    Wanted,
    is_archive,
    is_candidate,
    is_long,
)
from autograder.intake.submissions import safe_text

EXERCISES = "its folder is named after an exercise, not after a student"
NOBODYS = "no platform names a student's file so"
NO_FILE = "no platform names a student's folder so, and it holds no .py and no .ipynb"
LONG_ID = "the name of its student is longer than any folder's"


@dataclass(frozen=True, slots=True)
class Stray:
    """An entry that belongs to nobody.

    Attributes:
        name: as it arrived, safe to print.
        why: a phrase.
    """

    name: str
    why: str


@dataclass(slots=True)
class Attempt:
    """What one student handed in at one time.

    Attributes:
        claim: what its name says of it.
        own: candidates and archives in the exercise's folder, by the name that it has.
        loose: the same elsewhere in the student's folder.
        seen: other names, the first few.
        instead: what was handed in where no file was.
        timestamp: nbgrader's.
    """

    claim: Claim
    own: dict[str, list[Found]] = field(default_factory=dict)
    loose: list[Found] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    instead: str = ""
    timestamp: Entry | None = None

    def files(self, exercise: str) -> list[Found]:
        """What lies in the exercise's folder, or else what lies anywhere."""
        if exercise in self.own:
            return self.own[exercise]
        if len(self.own) == 1:
            return next(iter(self.own.values()))
        named = self.own.items()
        apart = [Found(f.entry, (folder, *f.path)) for folder, files in named for f in files]
        return apart + self.loose


@dataclass(slots=True)
class Student:
    """All that is one student's.

    Attributes:
        id: as it stands in the names, not yet safe to print.
        tops: first names of the entries, by which a source knows what it could not list.
        attempts: by their order.
        home: the folder, where it is one on the disk.
        folder: the exercise's folder in it, by its own name.
        is_link: whether the folder is a link. own_is_link: the same of the exercise's folder.
        others: other exercises for which something lies there.
    """

    id: str
    tops: set[str] = field(default_factory=set)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    home: Path | None = None
    folder: str = ""
    is_link: bool = False
    own_is_link: bool = False
    others: set[str] = field(default_factory=set)


class Sorting:
    """Sorts the entries of a class.

    Args:
        wanted: what is graded.
        above: name of the folder that holds the students, or of the archive.
        handed: of a Gradescope export, whose each folder is.
    """

    def __init__(self, wanted: Wanted, above: str, handed: Mapping[str, Handed]) -> None:
        self._wanted, self._above, self._handed = wanted, above, handed
        self._by_top: dict[str, dict[str, None]] = defaultdict(dict)
        self.students: dict[str, Student] = {}
        self.strays: list[Stray] = []
        self.lying: list[str] = []  # candidates among the strays
        self.layouts: dict[str, None] = {}  # names of those that were met

    @property
    def is_class(self) -> bool:
        """Whether anything at all looks like a class, and not like any other folder."""
        return bool(self.layouts.keys() - {FOLDERS.name}) or any(
            student.folder or student.others or any(a.own or a.loose for a in attempts)
            for student in self.students.values()
            for attempts in [student.attempts.values()]
        )

    def sort(self, entries: Iterable[Entry]) -> None:
        """Find out whose each entry is."""
        claimed: dict[Layout, list[tuple[Claim, Entry]]] = defaultdict(list)
        outside: list[Entry] = []
        folders: dict[str, list[Entry]] = defaultdict(list)
        files: list[Entry] = []
        for entry in entries:
            if entry.leads_out:
                outside.append(entry)
            elif hit := platform_of(entry.parts, entry.is_folder, self._wanted):
                claimed[hit[0]].append((hit[1], entry))
            elif entry.is_folder or len(entry.parts) > 1:
                folders[entry.parts[0]].append(entry)
            else:
                files.append(entry)
        for top, within in folders.items():
            claims = [(self._folder_claim(entry), entry) for entry in within]
            theirs = [(claim, entry) for claim, entry in claims if claim is not None]
            if theirs and (not claimed.keys() - {FOLDERS} or self._holds_work(within)):
                claimed[FOLDERS] += theirs
            else:
                self._stray_folder(top, within)
        for layout, found in claimed.items():
            self._take(layout, found)
        for entry in files:
            is_file = is_candidate(entry.parts[0]) or is_archive(entry.parts[0])
            known = entry.parts[0] == METADATA or entry.parts[0].casefold() in PAGES
            if is_file or (claimed.keys() - {FOLDERS} and not known):
                self._stray(entry, NOBODYS)
        for entry in outside:
            self._outside(entry)

    def _folder_claim(self, entry: Entry) -> Claim | None:
        return FOLDERS.claim(entry.parts, entry.is_folder, self._wanted)

    def _holds_work(self, entries: Iterable[Entry]) -> bool:
        return any(
            (entry.is_folder and entry.parts[1:] and self._wanted.is_own(entry.parts[1]))
            or (not entry.is_folder and is_candidate(entry.parts[-1]))
            for entry in entries
        )

    # Students ---------------------------------------------------------------------------

    def _take(self, layout: Layout, found: list[tuple[Claim, Entry]]) -> None:
        self.layouts[layout.name] = None
        ids = layout.known_as({claim.student for claim, _ in found}, self._wanted, self._above)
        for claim, entry in found:
            handed = self._handed.get(claim.student, Handed(()))
            claim = replace(claim, time=claim.time or handed.time)
            for student in handed.students or (ids[claim.student],):
                if is_long(student):
                    self._stray(entry, LONG_ID)
                else:
                    self._give(student, claim, entry)

    def _give(self, student: str, claim: Claim, entry: Entry) -> None:
        theirs = self.students.setdefault(student, Student(student))
        theirs.tops.add(entry.parts[0])
        self._by_top[entry.parts[0]][student] = None
        if len(entry.parts) == 1 and entry.is_folder:
            theirs.home, theirs.is_link = entry.place, entry.is_link
        attempt = theirs.attempts.setdefault(claim.order, Attempt(claim))
        if claim.late and not attempt.claim.late:
            attempt.claim = replace(attempt.claim, late=True)
        attempt.instead = attempt.instead or claim.instead
        below = claim.below
        if not below:
            return
        is_own = self._wanted.is_own(below[0])
        if is_own and (entry.is_folder or entry.is_link) and len(below) == 1:
            theirs.own_is_link = theirs.own_is_link or entry.is_link
        if is_own and (entry.is_folder or len(below) > 1):
            theirs.folder = theirs.folder or below[0]
            below = below[1:]
        elif self._wanted.is_other(below[0]) and (entry.is_folder or len(below) > 1):
            if not entry.is_folder:
                theirs.others.add(below[0])
            return
        if entry.is_folder or not below:
            return
        if is_candidate(below[-1]) or is_archive(below[-1]):
            odd = entry.odd or ("has a name that is too long" if is_long(below[-1]) else "")
            in_own = below is not claim.below
            files = attempt.own.setdefault(claim.below[0], []) if in_own else attempt.loose
            files.append(Found(replace(entry, odd=odd), below))
        elif below == (TIMESTAMP,):
            attempt.timestamp = entry
        elif len(attempt.seen) <= limits.SHOWN_NAMES:
            attempt.seen.append("/".join(below))

    # Nobody's ---------------------------------------------------------------------------

    def _stray(self, entry: Entry, why: str) -> None:
        name = "/".join(entry.parts)
        self.strays.append(Stray(safe_text(name[: limits.SHOWN_TEXT]), why))
        if is_candidate(entry.parts[-1]):
            self.lying.append(name)

    def _stray_folder(self, top: str, within: list[Entry]) -> None:
        if self._wanted.is_known(top):
            for entry in within:
                if not entry.is_folder and is_candidate(entry.parts[-1]):
                    self._stray(entry, EXERCISES)
        else:
            self.strays.append(Stray(safe_text(top[: limits.SHOWN_TEXT]) + "/", NO_FILE))

    def _outside(self, entry: Entry) -> None:
        """Give what leads out of the folder to the one whose other files stand there, or nobody."""
        owners = self._by_top.get(entry.parts[0], ()) if entry.odd != ABSOLUTE else ()
        hit = platform_of(entry.parts, entry.is_folder, self._wanted)
        claim = hit[1] if hit else self._folder_claim(entry)
        if claim is None or not owners:
            self._stray(entry, entry.odd)
            return
        for student in owners:
            self._give(student, claim, entry)
