"""A release: the students' bundle, and a course directory for nbgrader."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from autograder.authoring.lessons.building import generated_files, sheet_file
from autograder.authoring.lessons.exercises import AuthoredExercise, authored_exercise
from autograder.authoring.lessons.notebooks import notebook_form, source_notebook
from autograder.authoring.proof.compiling import compile_exercise
from autograder.authoring.proof.guard import leaks, solution_lines
from autograder.authoring.release.wheel import tool_wheel, zipped
from autograder.course.compiled import PUBLIC_HALF, task_points
from autograder.course.course_file import FILE, Course
from autograder.errors import CourseError, UsageError
from autograder.model import CompiledExercise, Exercise, ExerciseForm, Role
from autograder.outputs import write_file

NBGRADER, TOOL, README, CONFIG = "nbgrader", "tool", "README.md", "nbgrader_config.py"
MARKING = "marking.md"  # in the hidden folder of an exercise with written answers
# What may stand in an exercise's folder for its lesson to read or to show, if it is named there.
DATA_ENDINGS = (
    *(".csv", ".json", ".tsv", ".txt"),
    *(".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"),
)
# What its author writes there, and students do not get; and what nobody put there on purpose.
SOURCES = ("exercise.yml", "lesson.md", "checks.py")
NEVER_LISTED = ("__pycache__", ".ipynb_checkpoints")
COURSE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")  # nbgrader's exchange has a folder of it
STUDENTS_README = """\
# {title}

You write a small automatic differentiation engine, and check it yourself as you go.

## Before you begin

You need Python 3.11 or newer. In this folder:

```
python -m venv .venv
source .venv/bin/activate            # Windows: .venv\\Scripts\\activate
pip install "{tool}/{wheel}[jupyter]"
```

Without `[jupyter]` you get the checker alone, for work in an editor.

## Then

`jupyter lab`, and open the notebook of an exercise. Below each task stands a cell such as
`check("mul rule")`: run it as often as you like. `check("mul rule", hint=True)` gives a hint,
and a longer one each time. `draw(value)` draws the graph of a Value.

If you prefer an editor, each exercise is a plain `.py` file too. Hand in one of the two.

| in a terminal | |
|---|---|
| `autograder list` | the exercises |
| `autograder check 03` | check your file of exercise 03 |
| `autograder check 03 --watch` | the same, each time you save |
| `autograder hint 03` | a nudge, then the idea, then a worked example with other numbers |
| `autograder reset 03` | start again; your work is kept in a backup |

What you see are the public checks. When you hand in, hidden checks try the same ideas with other
numbers and other graphs.

## The exercises

| folder | title | what you can do afterwards | builds on | minutes |
|---|---|---|---|---|
{rows}
"""
NBGRADER_CONFIG = '''\
"""nbgrader's settings for this course. Edit freely: autograder release never overwrites it."""

from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbgrader.converters.base import NbGraderException

c = get_config()  # noqa: F821 - nbgrader provides it
c.CourseDirectory.course_id = {course_id!r}
c.CourseDirectory.root = str(Path(__file__).resolve().parent)


class NoKernel(NotebookExporter):
    """Stops nbgrader's own autograder, which runs students' code as you, without protection."""

    def __init__(self, parent=None, **kwargs):
        message = (
            "submissions of this course are graded by their own tool; run: autograder grade "
            f"submitted --exercise {{parent.coursedir.assignment_id}} "
            "--gradebook sqlite:///gradebook.db"
        )
        parent.log.error(message)
        raise NbGraderException(message)


c.Autograde.exporter_class = NoKernel
'''


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a release hands out, not yet written.

    Attributes:
        name: the course's id, the name of the students' folder.
        students: what students get: path in their folder to content.
        staff: nbgrader's course directory, solutions in it: path to content.
        notes: what the instructor should know, one sentence each.
        left: files of the exercises' folders that nothing names, so that nobody gets them.
    """

    name: str
    students: Mapping[str, bytes]
    staff: Mapping[str, bytes]
    notes: tuple[str, ...]
    left: tuple[str, ...]


def prepare(course: Course, exercise_ids: Sequence[str], *, with_sheet: bool = False) -> Bundle:
    """Make the bundle of a release, and prove that nothing secret is in the students' part.

    Args:
        course: the course.
        exercise_ids: what is released, in order.
        with_sheet: whether students get the sheet of derivatives as well.
    Raises: CourseError if a source breaks a rule, or if a line of a solution, the title of a
        hidden check or a hidden number would get out; UsageError if there is no sheet.
    """
    if not COURSE_ID.fullmatch(course.course_id):
        raise CourseError(
            FILE,
            "course_id",
            f"{course.course_id!r} cannot be the name of a folder",
            "Write letters, digits, '-', '_' and '.'",
        )
    students: dict[str, str | bytes] = {}
    staff: dict[str, str | bytes] = {CONFIG: NBGRADER_CONFIG.format(course_id=course.course_id)}
    rows, exercises, left = [], [], []
    for exercise_id in exercise_ids:
        authored = authored_exercise(course, exercise_id)
        compiled = compile_exercise(course, exercise_id)
        exercises.append((authored, compiled))
        exercise, points = authored.exercise, task_points(compiled)
        rows.append(_row(exercise))
        given: dict[str, str | bytes] = {
            path.name: text for path, text in generated_files(authored, compiled).items()
        }
        beside, stray = _data_files(authored.folder, given)
        left += [f"{exercise_id}/{name}" for name in stray]
        students |= _below(f"exercises/{exercise_id}", given | beside)
        if exercise.form is ExerciseForm.MODULE:  # a notebook holds its lesson; a bare .py does not
            students[f"exercises/{exercise_id}/{README}"] = _prose(authored)
        notebook = notebook_form(exercise, points).file
        staff[f"source/{exercise_id}/{notebook}"] = source_notebook(authored, points)
        staff |= _below(f"source/{exercise_id}", {PUBLIC_HALF: given[PUBLIC_HALF]} | beside)
        marking = course.hidden / exercise_id / MARKING
        if marking.is_file():
            staff[f"marking/{exercise_id}.md"] = marking.read_text(encoding="utf-8")
    if with_sheet:
        sheet = {path.name: text for path, text in sheet_file(course).items()}
        if not sheet:
            raise UsageError("this course has no sheet; leave out --cheatsheet")
        students |= sheet
    wheel, packed = tool_wheel()
    students[README] = STUDENTS_README.format(
        title=course.title, tool=TOOL, wheel=wheel, rows="\n".join(rows)
    )
    bundle = {name: _encoded(text) for name, text in students.items()}
    bundle[f"{TOOL}/{wheel}"] = packed
    for leak in leaks(_looked_into(bundle), exercises):
        remedy = f"Nothing was written; {leak.remedy}"
        raise CourseError(leak.file, "release", leak.problem, remedy)
    return Bundle(
        course.course_id,
        bundle,
        {name: _encoded(text) for name, text in staff.items()},
        tuple(_given_away(bundle, exercises)),
        tuple(left),
    )


def write_release(bundle: Bundle, out: Path) -> list[Path]:
    """Write the students' folder, the same as a zip, and nbgrader's course directory.

    Nothing is deleted, and nbgrader's settings are left as they are if they are there.

    Args:
        bundle: from prepare.
        out: a folder; made if it is not there.
    Returns: what was written: folder, zip, course directory.
    Raises: UsageError if it cannot be written.
    """
    folder, packed, nbgrader = out / bundle.name, out / f"{bundle.name}.zip", out / NBGRADER
    files = {folder / name: content for name, content in bundle.students.items()}
    files[packed] = zipped({f"{bundle.name}/{n}": c for n, c in bundle.students.items()})
    files |= {nbgrader / name: content for name, content in bundle.staff.items()}
    if (nbgrader / CONFIG).exists():
        del files[nbgrader / CONFIG]
    for path, content in files.items():
        write_file(path, content, "name another folder with --out")
    return [folder, packed, nbgrader]


def _looked_into(bundle: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a bundle, and in place of a wheel those that are packed in it."""
    files: dict[str, bytes] = {}
    for name, content in bundle.items():
        if name.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(content)) as wheel:
                files |= {f"{name}/{inner}": wheel.read(inner) for inner in wheel.namelist()}
        else:
            files[name] = content
    return files


def _row(exercise: Exercise) -> str:
    """An exercise's row in the students' table."""
    builds_on = ", ".join(f"`{name}`" for name in exercise.prerequisites) or "nothing"
    columns = (
        f"`exercises/{exercise.id}`",
        exercise.title,
        exercise.goal,
        builds_on,
        str(exercise.minutes),
    )
    return f"| {' | '.join(column.replace('|', '&#124;') for column in columns)} |"


def _below(folder: str, files: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
    return {f"{folder}/{name}": content for name, content in files.items()}


def _data_files(
    folder: Path, given: Mapping[str, str | bytes]
) -> tuple[dict[str, str | bytes], list[str]]:
    """What else stands in an exercise's folder: what its author names, and the names of the rest.

    Named is what the lesson links or opens, and what public checks read: its path from the folder
    stands in one of the author's texts.
    """
    found: dict[str, str | bytes] = {}
    stray = []
    texts = [p.read_text("utf-8", "replace") for p in map(folder.joinpath, SOURCES) if p.is_file()]
    words = "\n".join([*texts, *map(unquote, texts)])  # a link has %20 for a space
    for path in sorted(folder.rglob("*")):
        name, parts = path.relative_to(folder).as_posix(), path.relative_to(folder).parts
        if not path.is_file() or name in (*SOURCES, *given) or {*NEVER_LISTED} & {*parts}:
            continue
        if path.suffix.lower() in DATA_ENDINGS and _is_named(name, words):
            found[name] = path.read_bytes()
        else:
            stray.append(name)
    return found, stray


def _is_named(name: str, words: str) -> bool:
    """Whether a file's name stands in a text, and is not the end or the beginning of another's."""
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", words) is not None


def _prose(authored: AuthoredExercise) -> str:
    """The lesson's text; where the lesson has the starting file, a line that names it."""
    parts = []
    for cell in authored.exercise.cells:
        if cell.role is Role.PROSE:
            parts.append(cell.source)
        elif cell.role is Role.SOLVE:
            parts.append(f"Your file is `{authored.exercise.file}`, beside this text.")
    return "\n\n".join(parts) + "\n"


def _given_away(
    bundle: Mapping[str, bytes], exercises: Sequence[tuple[AuthoredExercise, CompiledExercise]]
) -> Iterator[str]:
    """Which exercises' answers are provided by later ones of the same release."""
    for number, (authored, _) in enumerate(exercises, 1):
        lines = solution_lines(authored)
        showing = []
        for other, _ in exercises[number:]:
            home = f"exercises/{other.exercise.id}/"
            texts = [c.decode("utf-8", "replace") for n, c in bundle.items() if n.startswith(home)]
            if any(line in text for line in lines for text in texts):
                showing.append(other.exercise.id)
        if showing:
            yield f"{authored.exercise.id} is answered in {', '.join(showing)}"


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
