"""Which folder of a folder or an archive holds the students."""

from collections.abc import Callable, Sequence

from autograder import limits
from autograder.intake.arriving.layouts import platform_of
from autograder.intake.arriving.names import Wanted, is_archive, is_candidate, plain_words

LISTS = (".csv", ".xlsx", "index.html")  # what stands beside students' folders
PROJECT = {"src", "lib", "test", "tests", "doc", "docs", "data", "notebooks", "old", "new"}
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
        return False  # a readme, a program: it is one student's work
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
