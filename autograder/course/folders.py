"""Which exercises a course has, and which one a person means by a part of its name."""

import re
from pathlib import Path

from autograder.errors import UsageError, did_you_mean

FOLDER = re.compile(r"[0-9][0-9]_\w+")


def list_exercises(root: Path) -> tuple[str, ...]:
    """Ids of the exercises of a course, in order.

    Args:
        root: the course's folder, which holds `exercises/`.
    Returns: names of the folders that begin with two digits and an underscore.
    """
    folder = root / "exercises"
    if not folder.is_dir():
        return ()
    names = (p.name for p in folder.iterdir() if p.is_dir() and FOLDER.fullmatch(p.name))
    return tuple(sorted(names))


def find_exercise(root: Path, text: str) -> str:
    """The exercise that a person means.

    Args:
        root: the course's folder.
        text: an id, the beginning of one ("03", "03_v"), or its name without number ("value").
    Raises: UsageError if none or several fit.
    """
    known = list_exercises(root)
    if text in known:
        return text
    for fitting in (
        [name for name in known if name[3:] == text],
        [name for name in known if text and name.startswith(text)],
    ):
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise UsageError(
                f"'{text}' fits several exercises: {', '.join(fitting)}; run: autograder list"
            )
    near = did_you_mean(text, known) or did_you_mean(text, [name[3:] for name in known])
    offer = f"; {near[0].lower()}{near[1:].strip()}" if near else ";"
    raise UsageError(f"unknown exercise '{text}'{offer} run: autograder list")
