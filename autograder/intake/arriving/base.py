"""Which folder of a folder or an archive holds the students."""

from collections.abc import Callable, Sequence

from autograder import limits
from autograder.intake.arriving.layouts import platform_of
from autograder.intake.arriving.names import (
    Wanted,
    is_archive,
    is_candidate,
    plain_stem,
    plain_words,
)

LISTS = (".csv", ".xlsx", "index.html")  # what stands beside students' folders
PROJECT = {"src", "lib", "test", "tests", "doc", "docs", "data", "notebooks", "old", "new"}
SUBMITTED, OF_NBGRADER = "submitted", {"source", "release", "autograded", "feedback"}
Inside = Callable[[tuple[str, ...]], Sequence[tuple[str, bool]]]


def base_of(inside: Inside, wanted: Wanted) -> tuple[str, ...]:
    """The way down to the folder that holds the students.

    It is the outermost one, unless all that stands there is one folder that wraps the class, or
    a folder for each exercise. It is the same for the whole class: what is deeper, students named.

    Args:
        inside: the names in a folder, and whether each is a folder.
        wanted: what is graded.
    """
    base: tuple[str, ...] = ()
    if _is_nbgraders({name for name, is_folder in inside(()) if is_folder}):
        return (SUBMITTED,)
    while len(base) < limits.NAME_DEPTH:
        here = inside(base)
        folders = [name for name, is_folder in here if is_folder]
        files = [name for name, is_folder in here if not is_folder]
        own = [name for name in folders if name == wanted.exercise]
        if own and all(wanted.is_own(name) or wanted.is_other(name) for name in folders):
            if not any(is_folder for _, is_folder in inside((*base, own[0]))):
                return base
            base = (*base, own[0])
        elif len(folders) == 1 and not any(_counts(name, folders[0]) for name in files):
            if not _wraps(inside, (*base, folders[0]), wanted):
                return base
            base = (*base, folders[0])
        else:
            return base
    return base


def _is_nbgraders(folders: set[str]) -> bool:
    """Whether these are the folders of an nbgrader course."""
    return SUBMITTED in folders and not OF_NBGRADER.isdisjoint(folders)


def is_ones_work(folders: Sequence[str]) -> bool:
    """Whether these folders are parts of a program, and no students."""
    return bool(folders) and all(plain_words(name) in PROJECT for name in folders)


def _counts(file: str, folder: str) -> bool:
    """Whether a file beside a folder may be somebody's, and not what the folder came in."""
    return is_candidate(file) or (is_archive(file) and not file.startswith(folder))


def _wraps(inside: Inside, folder: tuple[str, ...], wanted: Wanted) -> bool:
    """Whether a folder that stands alone holds the class, and is no student's."""
    if platform_of(folder[-1:], True, wanted):
        return False
    deeper = inside(folder)
    if any(platform_of((name,), is_folder, wanted) for name, is_folder in deeper):
        return True
    files = [name for name, is_folder in deeper if not is_folder]
    if not all(name.casefold().endswith(LISTS) for name in files):
        # a readme, a program: it is one student's work, but beside the same file of several
        return _have_each(inside, folder, wanted) >= (3 if _asked(files, wanted) else 2)
    folders = [name for name, is_folder in deeper if is_folder]
    if any(wanted.is_own(name) or wanted.is_other(name) for name in folders):
        return False
    if any(plain_words(name) in PROJECT for name in folders):
        return False
    return len(folders) > 1 or any(
        is_folder and wanted.is_own(name)
        for student in folders
        for name, is_folder in inside((*folder, student))
    )


def _asked(files: Sequence[str], wanted: Wanted) -> list[str]:
    """Those of some files that bear the name which was asked for."""
    return [name for name in files if is_candidate(name) and plain_stem(name) in wanted.stems]


def _have_each(inside: Inside, folder: tuple[str, ...], wanted: Wanted) -> int:
    """In how many folders the file that was asked for lies, or the exercise's folder."""
    count = 0
    for name, is_folder in inside(folder):
        if not is_folder or plain_words(name) in PROJECT:
            continue
        here = inside((*folder, name))
        deeper = [inside((*folder, name, one)) for one, is_one in here if is_one]
        files = [one for listed in (here, *deeper) for one, is_one in listed if not is_one]
        own = any(is_one and wanted.is_own(one) for one, is_one in here)
        count += bool(own or _asked(files, wanted))
    return count
