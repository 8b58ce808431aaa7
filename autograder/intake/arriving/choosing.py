"""Which of a student's files is read: the one that was asked for, or the one there can be."""

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.intake.arriving.names import (
    HELPERS,
    Entry,
    Wanted,
    is_candidate,
    plain_stem,
)
from autograder.intake.submissions import ENDINGS, shown_name
from autograder.storage import first_few


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a student's.

    Attributes:
        entry: as it arrived.
        path: the names on the way to it in the student's own folder.
    """

    entry: Entry
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path[-1]

    @property
    def depth(self) -> int:
        """In how many folders of the student's own it lies."""
        return len(self.path) - 1

    @property
    def shown(self) -> str:
        """The way to it, for a sentence."""
        return shown_name("/".join(self.path))


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Attributes:
        found: the file to read; None where there is none, or a doubt.
        others: candidates that are not read; all of them where there is a doubt.
    """

    found: Found | None
    others: tuple[Found, ...] = ()


def choose(files: Iterable[Found], wanted: Wanted) -> Choice:
    """Choose among a student's files.

    The first of these that holds for any file decides: the name asked for; the same with the
    other ending; the same but for case, blanks and the marks of a copy; a name that has it as
    a part, and is no test; the only file beside tests; the only file. Of files that stand
    alike the outermost is chosen, and where two are there is a doubt.
    """
    own = {f.path: f for f in files if is_candidate(f.name)}
    candidates = [own[path] for path in sorted(own)]
    for alike in _tiers(candidates, wanted):
        if alike:
            least = min(f.depth for f in alike)
            outermost = [f for f in alike if f.depth == least]
            if len(outermost) > 1:
                break
            chosen = outermost[0]
            return Choice(chosen, tuple(f for f in candidates if f is not chosen))
    return Choice(None, tuple(candidates))


def _tiers(candidates: list[Found], wanted: Wanted) -> Iterable[list[Found]]:
    stem = wanted.file.rpartition(".")[0]
    for name in (wanted.file, *(stem + ending for ending in ENDINGS)):
        yield [f for f in candidates if f.name == name]
    stems = {f.path: plain_stem(f.name) for f in candidates}
    for plain in wanted.stems:
        yield [f for f in candidates if stems[f.path] == plain]
    theirs = [f for f in candidates if not HELPERS.fullmatch(stems[f.path])]
    yield [f for f in theirs if any(plain in stems[f.path] for plain in wanted.stems)]
    yield theirs if len(theirs) == 1 else []
    yield candidates if len(candidates) == 1 else []


def listed(names: Iterable[str]) -> str:
    """The first few of some names in their order, and how many more there are."""
    return first_few(sorted(names))
