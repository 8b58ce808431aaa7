"""Reads course.yml: the course's title, id and secret seed, and where its folders are."""

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.course.yaml_files import Keys, read_yaml
from autograder.errors import CourseError, UsageError

KEYS = ("title", "course_id", "seed")
FILE = "course.yml"


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
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE).is_file():
            return load_course(folder)
    raise UsageError(
        f"no {FILE} in {start} or above it; go to the course's folder, or name it: --course DIR"
    )


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
