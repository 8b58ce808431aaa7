"""Finds which exercise a student means and where its file is.

It reads the folder exercises/ alone, which is all that a student has of a course.
"""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError
from autograder.model import CompiledExercise
from autograder.storage import loads
from autograder.worker.players.kinds import KINDS

PUBLIC_HALF = "public.json"  # the public half of a compiled exercise
FOLDER = "exercises"


@dataclass(frozen=True, slots=True)
class Workspace:
    """An exercise on a student's machine.

    Attributes:
        folder: the exercise's folder.
        file: the student's own file; it need not exist.
        compiled: the public half of the exercise.
        guess: which exercise was chosen and why, one sentence; empty if it was named.
    """

    folder: Path
    file: Path
    compiled: CompiledExercise
    guess: str = ""


def find_workspace(named: str | None, start: Path) -> Workspace:
    """Find the exercise that a student means.

    Args:
        named: an id, the beginning of one ("03"), its name without number ("value"), a
            folder, or the student's file; None to guess.
        start: the folder where the student is.
    Returns: the workspace; without a name that of the folder around start, or else the
        exercise whose file was saved last.
    Raises: UsageError if none or several fit, or if its public half cannot be read.
    """
    if named is None:
        return _guessed(start)
    path = start / named
    if path.is_file() and path.suffix in (".py", ".ipynb"):
        folder = _around(path.parent)
        if folder is None:
            raise UsageError(
                f"'{named}' is not in the folder of an exercise; move it there, "
                f"beside {PUBLIC_HALF}"
            )
        return _workspace(folder, file=path)
    if (path / PUBLIC_HALF).is_file():
        return _workspace(path)
    return _workspace(_fitting(named, _folders(start)))


def read_public_half(folder: Path) -> CompiledExercise:
    """Read the public half of an exercise.

    Raises: UsageError if it is missing or cannot be read.
    """
    path = folder / PUBLIC_HALF
    try:
        compiled = loads(CompiledExercise, path.read_bytes())
        # played all the same, an unknown kind would look like the student's own KeyError
        unknown = {c.kind for check in compiled.checks for c in check.cases} - KINDS.keys()
        if unknown:
            raise ValueError(f"unknown kind of case: {', '.join(sorted(unknown))}")
        return compiled
    except OSError as error:
        raise UsageError(
            f"cannot read '{path}' ({(error.strerror or 'no such file').lower()}); "
            f"get the folder '{folder.name}' of the course again"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"'{path}' does not fit this version of the tool ({type(error).__name__}: {error}); "
            f"get the folder '{folder.name}' of the course again, or update: "
            "pip install --upgrade micrograde"
        ) from error


def list_text(start: Path) -> str:
    """The exercises that there are, one a line: id, minutes, difficulty, title.

    Raises: UsageError if there are none.
    """
    rows = []
    for folder in _folders(start):
        try:
            exercise = json.loads((folder / PUBLIC_HALF).read_bytes())["exercise"]
            row = (
                exercise["id"],
                f"{exercise['minutes']} min",
                "*" * exercise["difficulty"],
                exercise["title"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"'{folder / PUBLIC_HALF}' cannot be read ({type(error).__name__}: {error}); "
                f"get the folder '{folder.name}' of the course again"
            ) from error
        rows.append(row)
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    return "\n".join(
        f"{id:<{widths[0]}}  {minutes:>{widths[1]}}  {stars:<{widths[2]}}  {title}"
        for id, minutes, stars, title in rows
    )


def _guessed(start: Path) -> Workspace:
    around = _around(start)
    if around is not None:
        return _workspace(around)
    saved = []
    for folder in _folders(start):
        workspace = _workspace(folder)
        if workspace.file.is_file():
            saved.append((workspace.file.stat().st_mtime_ns, folder.name, workspace))
    if not saved:
        raise UsageError("no exercise has a file of yours yet; run: autograder list")
    _, name, workspace = max(saved, key=lambda one: one[:2])
    sentence = f"{name}, because its file was saved last; name another: autograder check EXERCISE"
    return Workspace(workspace.folder, workspace.file, workspace.compiled, sentence)


def _workspace(folder: Path, file: Path | None = None) -> Workspace:
    compiled = read_public_half(folder)
    return Workspace(folder, file or folder / compiled.exercise.file, compiled)


def _around(start: Path) -> Path | None:
    """The exercise's folder that start is, or is in."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / PUBLIC_HALF).is_file():
            return folder
    return None


def _folders(start: Path) -> list[Path]:
    """The exercise folders of the course that start is in, in order."""
    above = (start.resolve(), *start.resolve().parents)
    for home in (above[0], *(folder / FOLDER for folder in above)):
        found = sorted(path.parent for path in home.glob(f"*/{PUBLIC_HALF}"))
        if found:
            return found
    raise UsageError(
        f"no exercises here: '{start}' is not inside a course folder with '{FOLDER}/'; "
        "change to it with cd, then run: autograder list"
    )


def _fitting(named: str, folders: list[Path]) -> Path:
    names = {folder.name: folder for folder in folders}
    if named in names:
        return names[named]
    for fitting in (
        [name for name in names if name.partition("_")[2] == named],
        [name for name in names if named and name.startswith(named)],
    ):
        if len(fitting) == 1:
            return names[fitting[0]]
        if fitting:
            raise UsageError(
                f"'{named}' fits several exercises: {', '.join(fitting)}; run: autograder list"
            )
    raise UsageError(f"unknown exercise '{named}'{near(named, list(names))}; run: autograder list")


def near(named: str, known: list[str]) -> str:
    """A question that offers the most similar name, or nothing."""
    short = {name.partition("_")[2] or name: name for name in known}
    close = difflib.get_close_matches(named, [*known, *short], n=1)
    return f"; did you mean '{short.get(close[0], close[0])}'?" if close else ""
