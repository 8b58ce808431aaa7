"""The one guard of secrets: no solution, hidden title or hidden number where students look.

`validate` shows it the files as they stand, `release` the files that are about to leave.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.lessons.exercises import AuthoredExercise
from autograder.course.compiled import PUBLIC_HALF, generated_texts, hidden_numbers
from autograder.course.course_file import Course
from autograder.model import CompiledExercise, Role, Visibility
from autograder.storage import SHORTEST_SECRET_NUMBER

# A number as JSON and Python write it.
NUMBER = re.compile(r"-?\d[\d.]*(?:e[-+]?\d+)?")
# A shorter line ("return out") stands in any code and gives nothing away.
SHORTEST_SECRET_LINE = 20
# Comments and docstrings are not code; signatures are what an exercise asks for.
NO_SECRET = ("#", '"', "def ", "class ", "@")
TOOL = Path(__file__).resolve().parents[2]
# What `autograder new` writes first, hidden check included; authors write it over.
TEMPLATE = "autograder/authoring/scaffold.py"
RECORDED = (".csv", ".json")
NOT_PUBLISHED = ("__pycache__", ".ipynb_checkpoints")


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret where students look.

    Attributes:
        file: where it stands.
        problem: what it is.
        remedy: what to do, without a full stop.
    """

    file: str
    problem: str
    remedy: str


def leaks(
    files: Mapping[str, bytes], exercises: Sequence[tuple[AuthoredExercise, CompiledExercise]]
) -> Iterator[Leak]:
    """Find what students must not have in what they get.

    An exercise's folder is searched for its own secrets, since a later exercise provides what
    an earlier one asked for; what stands outside of the folders, for the secrets of all.

    Args:
        files: path, with slashes, to content: `exercises/03_value/lesson.md`, and
            `.../autograder/cli.py` for a file of the tool.
        exercises: each with its solutions and its hidden numbers.
    """
    texts = {name: content.decode("utf-8", "replace") for name, content in files.items()}
    for authored, compiled in exercises:
        home = f"exercises/{authored.exercise.id}/"
        lines = sorted(solution_lines(authored))
        titles = sorted(_hidden_titles(compiled))
        numbers = sorted(hidden_numbers(compiled))
        for name, text in texts.items():
            if name.startswith("exercises/") and not name.startswith(home):
                continue
            for line in lines:
                if line in text or line.replace('"', '\\"') in text:
                    yield Leak(name, f"holds a line of the solution: {line!r}", "take it out")
            for title in titles:
                if title in text and not name.endswith(TEMPLATE):
                    problem = f"holds the title of a hidden check: {title!r}"
                    yield Leak(name, problem, "reword one of them")
            for number in numbers if _may_hold_no_number(name) else ():
                if number in text:
                    problem = f"holds a hidden expected number: {number}"
                    yield Leak(name, problem, "move the case")


def shown_numbers(course: Course, exercise_id: str, also: Iterable[str] = ()) -> str:
    """Every number of some length where students look, before anything is generated.

    subtle: the tool's own files are searched too and are no part of a compiled exercise's hash;
    a number that comes into one of them later is found by `leaks`.

    Args:
        course: where it stands.
        exercise_id: its folder's name.
        also: further texts that students will get.
    Returns: as `numbers_in`.
    """
    made = {
        path.relative_to(course.root).as_posix()
        for path in generated_texts(course.exercises / exercise_id)
    }
    texts = [
        content.decode("utf-8", "replace")
        for name, content in public_files(course, exercise_id).items()
        if _may_hold_no_number(name) and name not in made and not name.endswith(".ipynb")
    ]
    return numbers_in((*texts, *also))


def numbers_in(texts: Iterable[str]) -> str:
    """The numbers of some length in texts, one a line, each once: what to search for a secret."""
    found = {number for text in texts for number in NUMBER.findall(text)}
    return "\n".join(sorted(one for one in found if len(one) >= SHORTEST_SECRET_NUMBER))


def public_files(course: Course, exercise_id: str) -> dict[str, bytes]:
    """What stands in an exercise's public folder, and the tool itself: path to content."""
    folder = course.exercises / exercise_id
    found = {path.relative_to(course.root): path for path in sorted(folder.rglob("*"))}
    found |= {"autograder" / p.relative_to(TOOL): p for p in sorted(TOOL.rglob("*.py"))}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in found.items()
        if path.is_file() and not set(NOT_PUBLISHED) & set(name.parts)
    }


def solution_lines(authored: AuthoredExercise) -> set[str]:
    """The lines of an exercise's solutions that its student does not get."""
    shown = "\n".join(c.source for c in authored.exercise.cells if c.role is not Role.PROSE)
    lines = set()
    for cell in authored.exercise.cells:
        for line in (cell.solution or "").splitlines():
            code = line.partition("  #")[0].strip()
            secret = len(code) >= SHORTEST_SECRET_LINE and not code.startswith(NO_SECRET)
            if secret and code not in shown:
                lines.add(code)
    return lines


def _may_hold_no_number(name: str) -> bool:
    """Whether a hidden number in a file gives it away; recorded data are there to be read."""
    of_exercise = name.startswith("exercises/")
    return of_exercise and (name.endswith(PUBLIC_HALF) or not name.endswith(RECORDED))


def _hidden_titles(compiled: CompiledExercise) -> set[str]:
    titles: dict[Visibility, set[str]] = {Visibility.PUBLIC: set(), Visibility.HIDDEN: set()}
    for check in compiled.checks:
        titles[check.visibility].add(check.title)
    return titles[Visibility.HIDDEN] - titles[Visibility.PUBLIC]
