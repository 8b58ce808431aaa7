"""Read exercise folders: exercise.yml and lesson.md become an Exercise, and programs to run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from autograder.authoring.lessons.cells import build_cells, cell_source
from autograder.authoring.lessons.cutting import Cut, Form
from autograder.authoring.lessons.lesson_files import read_lesson, slug
from autograder.authoring.lessons.regions import find_region, matches, parse_module
from autograder.course.course_file import Course
from autograder.course.folders import list_exercises
from autograder.course.yaml_files import Keys, read_yaml
from autograder.errors import CourseError, UsageError, did_you_mean
from autograder.model import Block, Cell, Exercise, ExerciseForm, Hints, Role, Task

KEYS = (
    *("title", "goal", "minutes", "difficulty", "prerequisites", "form", "file"),
    *("modules", "imports", "leave_out", "tasks"),
)
TASK_KEYS = ("id", "title", "regions", "hints")
HINT_KEYS = ("nudge", "concept", "twin")
# What reading and compiling an exercise imports beyond what students install.
COURSE_PACKAGES = ("hypothesis", "jupytext")
FORMS = {ExerciseForm.NOTEBOOK: ".ipynb", ExerciseForm.MODULE: ".py"}
LONGEST_MINUTES = 600
# A task's id stands between quotes in check("...") and in NotImplementedError("...").
TASK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _+-]*")
IMPORT = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


@dataclass(frozen=True, slots=True)
class AuthoredExercise:
    """An exercise with what only staff have: the reference it is cut from.

    Attributes:
        exercise: its description, solutions included.
        folder: where exercise.yml and lesson.md stand.
        sources: reference module to its source, for each module it names.
        how: what is cut out of the modules.
    """

    exercise: Exercise
    folder: Path
    sources: Mapping[str, str]
    how: Cut


def authored_exercise(course: Course, exercise_id: str) -> AuthoredExercise:
    """Read an exercise of a course. Raises: as load_exercise."""
    folder = course.exercises / exercise_id
    return load_exercise(folder, course.reference, course.kept / "lessons")


def load_exercise(folder: Path, reference: Path, kept: Path | None = None) -> AuthoredExercise:
    """Read an exercise folder.

    Args:
        folder: `exercises/03_value`, with exercise.yml and lesson.md.
        reference: the folder of the reference modules.
        kept: where lessons are kept as they were read; None to keep nothing.
    Raises:
        CourseError: a file breaks a rule; names file, key, value, rule and remedy.
        UsageError: the packages that authors need are not installed.
    """
    absent = [name for name in COURSE_PACKAGES if find_spec(name) is None]
    if absent:
        raise UsageError(
            f"{folder.name} cannot be compiled here: {' and '.join(absent)} not installed; "
            'run: pip install "micrograde[course]"'
        )
    file = f"{folder.name}/exercise.yml"
    keys = Keys(file, "", read_yaml(folder / "exercise.yml"), KEYS)
    form = ExerciseForm(keys.choice("form", tuple(FORMS)))
    handed_in = keys.text("file")
    if Path(handed_in).name != handed_in or not handed_in.endswith(FORMS[form]):
        raise keys.error(
            "file",
            f"'{handed_in}' is not the name of a {FORMS[form]} file",
            f"A {form} is handed in as a file that ends in {FORMS[form]}.",
        )
    imports = keys.texts("imports", ())
    for name in imports:
        if not IMPORT.fullmatch(name):
            raise keys.error("imports", f"'{name}' is not a module", "Write names like numpy.")
    sources = _read_modules(keys, reference)
    exercise = Exercise(
        id=folder.name,
        title=keys.text("title"),
        goal=keys.text("goal"),
        minutes=keys.whole("minutes", 1, LONGEST_MINUTES),
        difficulty=keys.whole("difficulty", 1, 5),
        prerequisites=_read_prerequisites(keys, folder),
        form=form,
        file=handed_in,
        imports=imports,
        tasks=_read_tasks(keys, file, sources),
        cells=(),
    )
    leave_out = keys.texts("leave_out", ())
    names = [name for item in sources.items() for name in parse_module(*item).regions]
    for pattern in leave_out:
        if not any(matches(pattern, name) for name in names):
            remedy = f"{did_you_mean(pattern, names)}Name what is in a module of the exercise."
            raise keys.error("leave_out", f"'{pattern}' matches nothing", remedy)
    lesson = read_lesson(folder / "lesson.md", kept)
    cells, how = build_cells(exercise, lesson, sources, leave_out)
    return AuthoredExercise(replace(exercise, cells=cells), folder, sources, how)


def solved_blocks(
    authored: AuthoredExercise, module_sources: Mapping[str, str]
) -> tuple[Block, ...]:
    """The solved program: provided and solve cells in the lesson's order.

    Args:
        authored: the exercise.
        module_sources: reference module to source; a mutant has one of them changed.
    Returns: blocks with the labels that extraction gives them.
    Raises: CourseError if a source lacks a region.
    """
    changed = {m for m, text in authored.sources.items() if module_sources.get(m, text) != text}
    sources = {**authored.sources, **module_sources}
    blocks = []
    for number, cell in enumerate(authored.exercise.cells, 1):
        if cell.role in (Role.PROVIDED, Role.SOLVE):
            source = cell.source if cell.solution is None else cell.solution
            if any(region.partition(".")[0] in changed for region in cell.regions):
                source = cell_source(cell, authored.how, Form.SOLVED, sources)
                source += "\n" if authored.exercise.form is ExerciseForm.MODULE else ""
            blocks.append(_block(authored.exercise, number, cell, source))
    return tuple(blocks)


def stub_blocks(exercise: Exercise) -> tuple[Block, ...]:
    """The program of a student who has not begun; its blocks as those of `solved_blocks`."""
    return tuple(
        _block(exercise, number, cell, cell.source)
        for number, cell in enumerate(exercise.cells, 1)
        if cell.role in (Role.PROVIDED, Role.SOLVE)
    )


def _block(exercise: Exercise, number: int, cell: Cell, source: str) -> Block:
    """A block as extraction makes it of the same cell; a test compares them."""
    if exercise.form is ExerciseForm.MODULE:
        return Block(exercise.file, source)
    return Block(f"cell {number} ({cell.task or 'provided'})", source, task=cell.task)


def _read_prerequisites(keys: Keys, folder: Path) -> tuple[str, ...]:
    """Ids of the exercises that this one builds on; each stands before it in the course."""
    named = keys.texts("prerequisites", ())
    earlier = [name for name in list_exercises(folder.parents[1]) if name < folder.name]
    for name in named:
        if name not in earlier:
            known = ", ".join(earlier) or "none"
            raise keys.error(
                "prerequisites",
                f"'{name}' is not an exercise before this one",
                f"{did_you_mean(name, earlier)}Earlier exercises: {known}.",
            )
    return named


def _read_modules(keys: Keys, reference: Path) -> dict[str, str]:
    sources = {}
    for name in keys.texts("modules", ()):
        path = reference / f"{name}.py"
        if not name.isidentifier() or not path.is_file():
            known = [p.stem for p in sorted(reference.glob("*.py")) if p.stem != "__init__"]
            raise keys.error(
                "modules",
                f"'{name}' is not a reference module",
                f"{did_you_mean(name, known)}Known modules: {', '.join(known)}.",
            )
        sources[name] = path.read_text(encoding="utf-8")
        parse_module(name, sources[name])
    return sources


def _read_tasks(keys: Keys, file: str, sources: Mapping[str, str]) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for number, entry in enumerate(keys.entries("tasks"), 1):
        task = Keys(file, f"task {number}", entry, TASK_KEYS)
        id = task.text("id")
        if not TASK_ID.fullmatch(id):
            raise task.error(
                "id", f"'{id}' holds more than letters, digits and spaces", "Name it like: mul rule"
            )
        if slug(id) in [slug(other.id) for other in tasks]:
            raise task.error("id", f"'{id}' is the name of two tasks", "Rename one of them.")
        regions = task.texts("regions", ())
        for name in regions:
            _check_region(file, f"task '{id}'", name, sources)
        hints = None
        if "hints" in task.data:
            levels = Keys(file, f"task '{id}': hints", task.data["hints"], HINT_KEYS)
            hints = Hints(*(levels.text(level) for level in HINT_KEYS))
        tasks.append(Task(id, task.text("title"), regions, hints))
    return tuple(tasks)


def _check_region(file: str, key: str, name: str, sources: Mapping[str, str]) -> None:
    module = name.partition(".")[0]
    if module not in sources:
        remedy = f"{did_you_mean(module, list(sources))}Add it to modules in exercise.yml."
        raise CourseError(file, key, f"{name}: the exercise has no module '{module}'", remedy)
    find_region(parse_module(module, sources[module]), name, file=file, key=key)
