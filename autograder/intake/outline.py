"""What extraction needs to know of an exercise; worked out once and used for a whole class."""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from autograder.intake.handed_in import HandedCell
from autograder.intake.jupyter import without_magics
from autograder.intake.student_code import Statement, StatementKind, statements
from autograder.model import Cell, Exercise, ExerciseForm, Role
from autograder.parsing import parse

# nbgrader writes its own stub; an untouched cell is untouched with either.
STUB_LINE = re.compile(r"^[ \t]*# YOUR CODE HERE\n|(?<=NotImplementedError\()[^)\n]*", re.MULTILINE)
# In a percent script, lines for IPython are comments.
HIDDEN_MAGIC = re.compile(r"^# (?=[%!])", re.MULTILINE)
# What an answer may lean on in an example cell.
KEPT_OF_EXAMPLES = (StatementKind.IMPORT, StatementKind.DEFINITION)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """An exercise, looked up from the side of a submission.

    Attributes:
        cells: the course's cells in order; an index means one of them.
        ids: a cell's id to its index.
        cores: the core of each cell's text.
        texts: the same to the index of the first cell that has it.
        solves: index of a solve cell to what its top-level statements are known by.
        provided: every name that provided cells bind by definition or assignment.
        provided_texts: cores of the statements of provided cells.
        asked: every name that a solution defines, methods as "Value.name", to its task.
        examples: imports and definitions in example cells, with the cell's index.
        wanted: top-level names that solve cells bind, to whether each is a class.
        is_module: whether it is one file, whose solve cells belong to no task alone.
    """

    cells: tuple[Cell, ...]
    ids: dict[str, int]
    cores: tuple[str, ...]
    texts: dict[str, int]
    solves: dict[int, frozenset[str]]
    provided: frozenset[str]
    provided_texts: frozenset[str]
    asked: dict[str, str | None]
    examples: tuple[tuple[int, Statement], ...]
    wanted: dict[str, bool]
    is_module: bool = False

    def match_id(self, cell: HandedCell) -> int | None:
        """Index of the course cell that one of these ids names."""
        return next((self.ids[id] for id in cell.ids if id in self.ids), None)

    def is_untouched(self, index: int, source: str) -> bool:
        """Whether a text is still the course's."""
        return source == self.cells[index].source or core(source) == self.cores[index]

    def is_own_class(self, statement: Statement) -> bool:
        """Whether a student's class may take the place of a provided one.

        A student who writes the class anew as a whole, with what was asked in it, shall
        be graded by it: its methods fit each other, not the course's class. One without
        an `__init__` is no whole, and would lose all that is provided.
        """
        return (
            statement.kind is StatementKind.DEFINITION
            and f"{statement.names[0]}.__init__" in statement.names
            and not self.asked.keys().isdisjoint(statement.names)
        )

    def without(self, index: int, names: Set[str]) -> str:
        """The source of a course cell less the statements known by these names."""
        source = self.cells[index].source
        lines = source.split("\n")
        for statement in _statements(source):
            if statement.names and statement.names[0] in names:
                count = statement.text.count("\n") + 1
                lines[statement.first - 1 : statement.first - 1 + count] = [""] * count
        return "\n".join(lines)


@lru_cache(maxsize=64)
def outline_of(exercise: Exercise) -> Outline:
    """Work out an exercise's outline, once.

    Args:
        exercise: the course's description; solutions are not needed.
    """
    is_module = exercise.form is ExerciseForm.MODULE
    cells = exercise.cells
    if is_module:  # of a notebook, what else the lesson holds is prose and calls of `check`
        cells = tuple(cell for cell in cells if cell.role is Role.SOLVE)
    texts: dict[str, int] = {}
    solves: dict[int, frozenset[str]] = {}
    asked: dict[str, str | None] = {}
    wanted: dict[str, bool] = {}
    provided: set[str] = set()
    provided_texts: set[str] = set()
    examples: list[tuple[int, Statement]] = []
    for index, cell in enumerate(cells):
        if cell.source.strip():
            texts.setdefault(core(cell.source), index)
        if cell.role is Role.SOLVE:
            found = _statements(cell.source)
            solves[index] = frozenset(s.names[0] for s in found if s.names)
            wanted.update(
                (s.names[0], s.text.startswith("class "))
                for s in found
                if s.kind is StatementKind.DEFINITION and "." not in s.names[0]
            )
            task = None if is_module else cell.task
            asked.update({name: task for s in found for name in s.names})
        elif cell.role is Role.PROVIDED:
            for statement in _statements(cell.source):
                provided_texts.add(core(statement.text))
                if statement.kind is not StatementKind.IMPORT:
                    provided.update(statement.names)
        elif cell.role is Role.EXAMPLE:
            pieces = (s for s in _statements(cell.source) if s.kind in KEPT_OF_EXAMPLES)
            examples += [(index, statement) for statement in pieces]
    if is_module:
        asked.update(_regions(exercise))
    return Outline(
        cells=cells,
        ids={cell.id: index for index, cell in enumerate(cells)},
        cores=tuple(core(cell.source) for cell in cells),
        texts=texts,
        solves=solves,
        provided=frozenset(provided - asked.keys()),
        provided_texts=frozenset(provided_texts),
        asked=asked,
        examples=tuple((i, s) for i, s in examples if provided.isdisjoint(s.names)),
        wanted=wanted,
        is_module=is_module,
    )


def core(text: str) -> str:
    """A text without what an editor may change: spaces at line ends, blank lines around.

    >>> core("x = 1  \\n\\n") == core("\\nx = 1")
    True
    """
    text = "\n".join([line.rstrip() for line in text.strip().split("\n")])
    if "NotImplementedError" in text:
        text = STUB_LINE.sub("", text)
    return HIDDEN_MAGIC.sub("", text) if "# %" in text or "# !" in text else text


def _statements(source: str) -> list[Statement]:
    python, _ = without_magics(source)
    tree = parse(python)
    return [] if isinstance(tree, SyntaxError) else list(statements(python, tree))


def _regions(exercise: Exercise) -> dict[str, str | None]:
    """What a module exercise asks for, as a student's own file names it."""
    pairs = ((region.partition(".")[2], t.id) for t in exercise.tasks for region in t.regions)
    return {name: task for name, task in pairs if name}
