"""Which of the cells that a student added count: imports, definitions, and what these need.

The rest, such as trial runs and plots, is left out, and a note says so.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from autograder import limits
from autograder.intake.effects import Effects
from autograder.intake.handed_in import HandedCell
from autograder.intake.jupyter import without_awaits, without_fences, without_magics
from autograder.intake.naming import DEFINITION
from autograder.intake.outline import Outline, core
from autograder.intake.student_code import WORD, Statement, StatementKind, statements
from autograder.model import Block
from autograder.parsing import parse
from autograder.storage import first_few

ADDED = " (added)"
# What counts only where the solution uses it.
CHOSEN = (StatementKind.ASSIGNMENT, StatementKind.OTHER)


def python_of(cell: HandedCell, notes: list[str]) -> str:
    """A cell's source without lines for IPython, told if there were any."""
    source, blanked = without_magics(cell.source)
    if blanked < 0:
        magic = cell.source.split(maxsplit=1)[0][: limits.SHOWN_WORD]
        notes.append(f"{cell.where} ({magic}) does not run in the notebook; it was left out.")
    elif blanked:
        lines = "1 line" if blanked == 1 else f"{blanked} lines"
        notes.append(f"{cell.where}: {lines} for IPython left out.")
    for left_out, what in ((without_fences, "the fence (```)"), (without_awaits, "`await`")):
        plain = left_out(source)
        if plain != source:
            notes.append(f"{cell.where}: {what} left out, for it is no Python of a program.")
            source = plain
    return source


@dataclass(slots=True)
class Additions:
    """The statements of added cells that count.

    Attributes:
        outline: of the exercise.
        is_program: whether the one added cell is a whole .py file.
        notes: gets a sentence for all that does not count.
        kept: course cell to what follows it: a block's label and its statements.
        broken: a whole program that does not parse; the worker will say where.
        own: names bound by classes that take the place of provided ones, and after
            which course cell.
    """

    outline: Outline
    is_program: bool
    notes: list[str]
    kept: dict[int, list[tuple[str, list[Statement]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    broken: list[Block] = field(default_factory=list)
    own: dict[str, int] = field(default_factory=dict)
    statements: int = 0
    padding: int = limits.PADDING_LINES

    def take(self, anchor: int, cell: HandedCell) -> None:
        """Take in one added cell.

        Args:
            anchor: the course cell that it follows.
            cell: code.
        """
        source = python_of(cell, self.notes)
        tree = parse(source)
        if isinstance(tree, SyntaxError):
            if self.is_program or self._is_piece(source):
                self.broken.append(Block(cell.where, source))
            else:
                where = f"line {tree.lineno}: {tree.msg}" if tree.lineno else tree.msg
                self.notes.append(f"{cell.where} does not parse ({where}); it was left out.")
            return
        self.statements += len(tree.body)
        if self.statements > limits.ADDED_STATEMENTS:
            self.notes.append(
                f"{cell.where} was left out: more than {limits.ADDED_STATEMENTS} statements "
                "in added cells."
            )
            return
        label = cell.where if self.is_program else cell.where + ADDED
        found = list(statements(source, tree))
        self.kept[anchor].append((label, list(self._allowed(cell, anchor, found))))

    def _is_piece(self, source: str) -> bool:
        """Whether code that does not parse defines what is asked for, and so must be told."""
        asked = {part for name in self.outline.asked for part in name.split(".")}
        return not asked.isdisjoint(DEFINITION.findall(source))

    def _allowed(
        self, cell: HandedCell, anchor: int, found: list[Statement]
    ) -> Iterator[Statement]:
        """Imports, definitions and assignments that do not touch what is provided."""
        for statement in found:
            if core(statement.text) in self.outline.provided_texts or statement.silent:
                continue
            clash = sorted(self.outline.provided.intersection(statement.names))
            if clash and self.outline.is_own_class(statement):
                self.own.update(dict.fromkeys(statement.names, anchor))
                self.notes.append(
                    f"{cell.where}: your own class {statement.names[0]} takes the place of the "
                    "provided one."
                )
            elif clash:
                self.notes.append(
                    f"{cell.where}, line {statement.first}: {clash[0]} is provided; the "
                    "course's own counts."
                )
                continue
            yield statement

    def settle(self, solutions: Sequence[str]) -> None:
        """Drop trials and assignments that nothing uses; take in helpers of the lesson's examples.

        An experiment may train a model for minutes; nobody asked the grader to repeat it.

        Args:
            solutions: sources of the solve cells.
        """
        everything = [s for cells in self.kept.values() for _, found in cells for s in found]
        kinds: dict[StatementKind, list[Statement]] = defaultdict(list)
        for statement in everything:
            kinds[statement.kind].append(statement)
        used = {part for name in self.outline.asked for part in name.split(".")}
        definitions = [*solutions, *(s.text for s in kinds[StatementKind.DEFINITION])]
        trials = kinds[StatementKind.OTHER]
        if trials:
            assigned = (s.text for s in kinds[StatementKind.ASSIGNMENT])
            effects = Effects([*definitions, *assigned], self.outline.asked.keys())
            trials = [s for s in trials if effects.counts(s.text)]
        for text in [*definitions, *(s.text for s in trials)]:
            used.update(WORD.findall(text))
        needed = {*map(id, trials), *map(id, self._needed(kinds[StatementKind.ASSIGNMENT], used))}
        self._drop(lambda s: s.kind in CHOSEN and id(s) not in needed)
        bound = {name for statement in everything for name in statement.names}
        for index, statement in self.outline.examples:
            if not used.isdisjoint(statement.names) and bound.isdisjoint(statement.names):
                self.kept[index].append((f"cell {index + 1} (example)", [statement]))

    def _needed(self, assignments: Iterable[Statement], used: set[str]) -> Iterator[Statement]:
        """Assignments to names that are used; what they use is used too."""
        waiting: dict[str, list[Statement]] = defaultdict(list)
        for statement in assignments:
            for name in statement.names:
                waiting[name.partition(".")[0]].append(statement)
        queue = [name for name in waiting if name in used]
        while queue:
            for statement in waiting.pop(queue.pop(), ()):
                yield statement
                words = WORD.findall(statement.text)
                used.update(words)
                queue += [word for word in words if word in waiting]

    def _drop(self, is_dropped: Callable[[Statement], bool]) -> None:
        """Drop statements, and say in which cells there were any."""
        dropped: list[str] = []
        for anchor in sorted(self.kept):
            for label, found in self.kept[anchor]:
                left = [s for s in found if not is_dropped(s)]
                count = len(found) - len(left)
                if count:
                    dropped.append(f"{label.removesuffix(ADDED)} ({count})")
                found[:] = left
        if dropped:
            self.notes.append(
                "Statements that the solution does not use were left out as trials: "
                f"{first_few(dropped)}."
            )

    def names(self) -> set[str]:
        """All that the kept statements bind."""
        return {
            name
            for cells in self.kept.values()
            for _, found in cells
            for statement in found
            for name in statement.names
        }

    def blocks(self, anchor: int) -> Iterator[Block]:
        """The blocks that follow a course cell."""
        for label, found in self.kept.get(anchor, ()):
            group: list[Statement] = []
            for statement in found:
                # An assignment or a call may fail without harm to the definitions around it.
                if group and (
                    not {statement.kind, group[-1].kind}.isdisjoint(CHOSEN)
                    or self._solves(statement) != self._solves(group[-1])
                ):
                    yield self._block(label, group)
                    group = []
                group.append(statement)
            if group:
                yield self._block(label, group)

    def _solves(self, statement: Statement) -> tuple[bool, str | None]:
        """Whether a statement is (part of) a solution, whose failure must be told; of what task.

        A class that solves several tasks at once belongs to none of them alone.
        """
        asked = [self.outline.asked[name] for name in statement.names if name in self.outline.asked]
        whole = self.outline.is_module and statement.kind is StatementKind.DEFINITION
        return whole or bool(asked), asked[0] if len(set(asked)) == 1 else None

    def _block(self, label: str, group: list[Statement]) -> Block:
        """One block of statements, each on its own line of the cell while padding lasts."""
        text, line = "", 1
        for statement in group:
            gap = statement.first - line
            if 0 < gap <= self.padding:
                text += "\n" * gap
                self.padding -= gap
                line += gap
            text += statement.text + "\n"
            line += statement.text.count("\n") + 1
        solves, task = self._solves(group[0])
        return Block(label, text, optional=not solves, task=task)
