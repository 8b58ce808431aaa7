"""Reads course.yml: the course's title, id and secret seed, and where its folders are."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from autograder.course.yaml_files import Keys, read_yaml, with_value
from autograder.errors import CourseError, UsageError
from autograder.outputs import file_at, reason_of, replace_file

KEYS = ("title", "course_id", "seed")
FILE = "course.yml"
PUBLISHED_SEED = "change-me-before-the-term"  # everybody has read it
SEED_BYTES = 16


@dataclass(frozen=True, slots=True)
class Course:
    """A course.

    Attributes:
        root: the folder of course.yml.
        title: shown on reports.
        course_id: nbgrader's name for it.
        seed: secret, of the hidden random graphs.
    """

    root: Path
    title: str
    course_id: str
    seed: str

    @property
    def seed_note(self) -> str:
        """What staff must know of the seed, in one line; empty if it is their own."""
        if self.seed != PUBLISHED_SEED:
            return ""
        return f"{FILE} holds the seed that everybody can read; set a fresh one: autograder seed"

    @property
    def exercises(self) -> Path:
        """The public half: one folder an exercise."""
        return self.root / "exercises"

    @property
    def reference(self) -> Path:
        """The solution; staff only."""
        return self.root / "reference"

    @property
    def hidden(self) -> Path:
        """The hidden half: one folder an exercise."""
        return self.reference / "hidden"

    @property
    def cache(self) -> Path:
        """Compiled exercises; hidden numbers are in them."""
        return self.kept / "compiled"

    @property
    def kept(self) -> Path:
        """What can be made again: compiled exercises, answers, lessons as they were read."""
        return self.root / ".cache"


def find_course(start: Path) -> Course:
    """Load the course that a folder belongs to.

    Args:
        start: the folder of course.yml, or any folder below it.
    Raises: UsageError if there is none; CourseError if course.yml breaks a rule.
    """
    return load_course(find_root(start))


def find_root(start: Path) -> Path:
    """The folder of course.yml, from any folder below it. Raises: UsageError if there is none."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE).is_file():
            return folder
    raise UsageError(
        f"no {FILE} in {start} or above it; go to the course's folder, or name it: --course DIR"
    )


def set_fresh_seed(root: Path) -> None:
    """Write a new random seed into course.yml; every other byte of the file stays.

    Raises: CourseError if the file breaks a rule; UsageError if the seed does not stand in it,
        or the file cannot be written.
    """
    file = root / FILE
    kind, _, name = Keys(FILE, "", read_yaml(file), KEYS).text("seed").partition(":")
    fresh = secrets.token_hex(SEED_BYTES)
    if kind == "env":
        raise UsageError(
            f"the seed is not in {FILE} but in the environment variable {name}; set it there, "
            f"for example: export {name}={fresh}"
        )
    text = file.read_bytes().decode("utf-8")  # as bytes: no end of line is changed
    changed = with_value(text, "seed", f"plain:{fresh}")
    if changed is None:
        raise UsageError(
            f"the seed in {FILE} cannot be exchanged; write it as: seed: plain:{fresh}"
        )
    remedy = "permit writing there, and run: autograder seed"
    place = file_at(file, remedy)
    try:
        replace_file(place, changed.encode("utf-8"), place.stat().st_mode)
    except OSError as error:
        raise UsageError(f"cannot write '{file}' ({reason_of(error)}); {remedy}") from error


def load_course(root: Path) -> Course:
    """Read course.yml. Raises: CourseError."""
    keys = Keys(FILE, "", read_yaml(root / FILE), KEYS)
    kind, _, value = keys.text("seed").partition(":")
    if kind == "env":
        if not os.environ.get(value):
            raise CourseError(
                FILE, "seed", f"the environment variable {value} is not set", f"Set {value}"
            )
        value = os.environ[value]
    elif kind != "plain" or not value:
        raise CourseError(
            FILE,
            "seed",
            f"{kind!r} is neither 'env:NAME' nor 'plain:TEXT'",
            "Write seed: env:MICROGRADE_SEED",
        )
    return Course(root, keys.text("title"), keys.text("course_id"), value)
