"""Make an exercise's cells of a lesson's: each gets an id, its source, and its solution."""

import ast
from collections.abc import Mapping
from dataclasses import replace

from autograder.authoring.lessons.cutting import Cut, Form, cut
from autograder.authoring.lessons.lesson_files import LessonCell, unique_ids
from autograder.authoring.lessons.regions import (
    cell_region,
    find_region,
    matches,
    names_within,
    parse_module,
)
from autograder.errors import CourseError, did_you_mean
from autograder.model import Cell, Exercise, ExerciseForm, Role

# Ends the first text of each lesson.
STANDARD_MODULES = (
    "You may import what computes in the standard library (`math`, `random`, `functools` and the "
    "like)"
)
OTHER_MODULES = (
    "Any other module costs nothing to import where your work is graded, but it cannot be used "
    "there."
)


def build_cells(
    exercise: Exercise,
    lesson: tuple[LessonCell, ...],
    sources: Mapping[str, str],
    leave_out: tuple[str, ...],
) -> tuple[tuple[Cell, ...], Cut]:
    """Fill in every cell of a lesson.

    Args:
        exercise: its description, still without cells.
        lesson: the cells as the author wrote them.
        sources: reference module to source.
        leave_out: patterns of what the exercise does not show.
    Returns: the cells, and what was cut out of the modules.
    Raises: CourseError if lesson, tasks and modules do not fit together.
    """
    builder = _Builder(exercise, sources, leave_out)
    builder.survey(lesson)
    cells = [builder.fill(cell) for cell in lesson]
    if cells and cells[0].role is Role.PROSE:
        told = f"{cells[0].source.rstrip()}\n\n{_allowed(exercise.imports)}"
        cells[0] = replace(cells[0], source=told)
    ids = unique_ids(cell.id for cell in cells)
    return tuple(replace(cell, id=id) for cell, id in zip(cells, ids, strict=True)), builder.how


def _allowed(imports: tuple[str, ...]) -> str:
    """What a lesson says of imports: the field that grading reads, in words."""
    further = "".join(f" and `{name}`" for name in imports)
    return f"{STANDARD_MODULES}{further}. {OTHER_MODULES}"


def cell_source(cell: Cell, how: Cut, form: Form, sources: Mapping[str, str]) -> str:
    """What a cell with regions shows.

    Args:
        cell: a PROVIDED or SOLVE cell.
        how: what is cut out of the modules.
        form: stub, solved, or with nbgrader's marks.
        sources: reference module to source.
    Raises: CourseError if a region is not in its module.
    """
    if cell.role is Role.PROVIDED:
        form = Form.SOLVED
    parts = []
    for name in cell.regions:
        module = parse_module(name.partition(".")[0], sources[name.partition(".")[0]])
        region = find_region(module, name, file=f"{module.name}.py", key=cell.id)
        parts.append(cut(module, region, how, form))
    return "\n\n\n".join(parts)


class _Builder:
    """Checks a lesson against its exercise.yml and fills its cells."""

    def __init__(
        self, exercise: Exercise, sources: Mapping[str, str], leave_out: tuple[str, ...]
    ) -> None:
        self.exercise, self.sources = exercise, sources
        self.how = Cut(leave_out)
        self.task_ids = [task.id for task in exercise.tasks]
        self.module_form = exercise.form is ExerciseForm.MODULE
        self.file = f"{exercise.id}/lesson.md"

    def survey(self, lesson: tuple[LessonCell, ...]) -> None:
        """Learn which regions have cells of their own, and which task fills which region."""
        shown: dict[str, LessonCell] = {}
        for cell in lesson:
            for name in self.region_names(cell):
                if name in shown:
                    raise self.error(
                        cell,
                        f"{name} is already in {shown[name].place}",
                        "Give each region one cell.",
                    )
                shown[name] = cell
        if self.module_form:
            self.check_module_form(lesson)
        else:
            self.check_checks(lesson)
        blanks = self.blanks([n for n, cell in shown.items() if cell.role is Role.SOLVE])
        self.how = Cut(self.how.leave_out, frozenset(shown), blanks)

    def region_names(self, cell: LessonCell) -> tuple[str, ...]:
        """The regions that a cell shows: a nested function counts as its method."""
        if cell.role not in (Role.PROVIDED, Role.SOLVE) or self.is_literal(cell):
            return ()
        names = []
        for name in cell.named.split():
            module = name.partition(".")[0]
            if module not in self.sources:
                remedy = f"{did_you_mean(module, list(self.sources))}Modules of the exercise: "
                remedy += f"{', '.join(self.sources) or 'none'}."
                raise self.error(cell, f"the exercise has no module '{module}'", remedy)
            parsed = parse_module(module, self.sources[module])
            region = find_region(parsed, name, file=self.file, key=cell.place)
            for pattern in self.how.leave_out:
                if matches(pattern, name):
                    raise self.error(
                        cell, f"{name} is left out by '{pattern}'", "Correct leave_out or the cell."
                    )
            names.append(cell_region(region).name)
        return tuple(names)

    def is_literal(self, cell: LessonCell) -> bool:
        """A provided cell with a body is shown as it stands; its option is only a name."""
        return cell.role is Role.PROVIDED and bool(cell.source)

    def blanks(self, solve: list[str]) -> dict[str, str]:
        """Which region is blanked in some solve cell, and the task that fills it."""
        blanks: dict[str, str] = {}
        for task in self.exercise.tasks:
            for region in task.regions:
                cells = [n for n in solve if names_within(region, n) or names_within(n, region)]
                if not cells:
                    raise CourseError(
                        f"{self.exercise.id}/exercise.yml",
                        f"task '{task.id}'",
                        f"{region} is in no solve cell of lesson.md",
                        f'Write a cell ```python solve="{region}"```.',
                    )
                for name in cells:
                    inner = region if names_within(region, name) else name
                    if blanks.setdefault(inner, task.id) != task.id:
                        raise CourseError(
                            f"{self.exercise.id}/exercise.yml",
                            f"task '{task.id}'",
                            f"{inner} is filled in task '{blanks[inner]}' too",
                            "Leave it to one of them.",
                        )
        return blanks

    def check_checks(self, lesson: tuple[LessonCell, ...]) -> None:
        """Each task has exactly one check cell."""
        seen: list[str] = []
        for cell in lesson:
            if cell.role is Role.CHECK:
                self.known_task(cell, cell.named)
                if cell.named in seen:
                    raise self.error(
                        cell, "the task has a check cell already", "Check each task once."
                    )
                seen.append(cell.named)
        for task in self.task_ids:
            if task not in seen:
                raise CourseError(
                    self.file,
                    f"task '{task}'",
                    "has no check cell",
                    f'Write a cell ```python check="{task}"```.',
                )

    def check_module_form(self, lesson: tuple[LessonCell, ...]) -> None:
        """A module exercise is prose and one solve cell, whose body is the starting file."""
        solve = [cell for cell in lesson if cell.role is Role.SOLVE]
        if len(solve) != 1 or solve[0].named not in self.sources or not solve[0].source:
            raise CourseError(
                self.file,
                "solve",
                "a module exercise has one solve cell, which names a module and holds the file "
                "that students start from",
                'Write one cell ```python solve="engine"``` with a body.',
            )
        for cell in lesson:
            if cell.role in (Role.PROVIDED, Role.CHECK):
                raise self.error(
                    cell,
                    "a module exercise provides and checks nothing cell by cell",
                    "Remove the cell.",
                )

    def known_task(self, cell: LessonCell, task: str) -> None:
        """Refuse a task that exercise.yml does not have."""
        if task not in self.task_ids:
            remedy = f"{did_you_mean(task, self.task_ids)}Tasks: {', '.join(self.task_ids)}."
            raise self.error(cell, f"exercise.yml has no task '{task}'", remedy)

    def fill(self, cell: LessonCell) -> Cell:
        """Make the model's cell, with an id that still may not be unique."""
        name = cell.named or cell.heading
        if cell.role is Role.PROSE and not cell.source.startswith("#"):
            name = " ".join(cell.source.split()[:6])
        built = Cell(
            id=cell.id or f"{cell.role.value} {name}",
            role=cell.role,
            source=cell.source,
            task=cell.named if cell.role is Role.CHECK else cell.task,
            points=cell.points,
            folded=cell.folded,
        )
        if cell.task is not None:
            self.known_task(cell, cell.task)
        if cell.role is Role.CHECK:
            return replace(built, source=f'check("{cell.named}")')
        if cell.role is Role.SOLVE:
            return self.fill_solve(cell, built)
        if cell.role is Role.PROVIDED and not self.is_literal(cell):
            built = replace(built, regions=tuple(cell.named.split()))
            built = replace(built, source=cell_source(built, self.how, Form.SOLVED, self.sources))
        if cell.role in (Role.PROVIDED, Role.EXAMPLE):
            self.check_parses(cell, built.source)
        return built

    def fill_solve(self, cell: LessonCell, built: Cell) -> Cell:
        """Cut stub and solution; a body of the author's own is the stub, as it stands."""
        regions = self.region_names(cell)
        tasks = [
            task
            for name in regions
            for blank, task in self.how.blanks.items()
            if names_within(blank, name) and (blank not in self.how.apart or blank in regions)
        ]
        if not tasks:
            raise self.error(
                cell,
                "belongs to no task of exercise.yml",
                "Name its region under a task, or provide it.",
            )
        built = replace(built, task=tasks[0], regions=tuple(cell.named.split()))
        if not cell.id:
            built = replace(built, id=f"solve {tasks[0]} {regions[0].rpartition('.')[2]}")
        solution = cell_source(built, self.how, Form.SOLVED, self.sources)
        stub = cell.source or cell_source(built, self.how, Form.STUB, self.sources)
        self.check_parses(cell, stub)
        self.check_parses(cell, solution)
        if self.module_form:
            stub, solution = stub + "\n", solution + "\n"
        elif f'raise NotImplementedError("{tasks[0]}")' not in stub:
            raise self.error(
                cell,
                "its body never says that it is unfinished",
                f'Write raise NotImplementedError("{tasks[0]}") where students fill in.',
            )
        return replace(built, source=stub, solution=solution)

    def check_parses(self, cell: LessonCell, source: str) -> None:
        """Refuse code that Python does not read; lines for IPython are not Python."""
        if source.startswith("%%"):
            return
        lines = ["" if line.startswith(("%", "!")) else line for line in source.split("\n")]
        try:
            ast.parse("\n".join(lines))
        except SyntaxError as error:
            raise self.error(
                cell, f"line {error.lineno} does not parse ({error.msg})", "Correct the code."
            ) from error

    def error(self, cell: LessonCell, problem: str, remedy: str) -> CourseError:
        """The error that names a cell of the lesson."""
        return CourseError(self.file, cell.place, problem, remedy)
