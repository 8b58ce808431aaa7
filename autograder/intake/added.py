"""Which of the cells that a student added count: imports, definitions, and what these need.

The rest, such as trial runs and plots, is left out, and a note says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder import limits
from autograder.intake.handed_in import HandedCell
from autograder.intake.outline import Outline, core
from autograder.intake.student_code import (
    WORD,
    Statement,
    StatementKind,
    statements,
    without_magics,
)
from autograder.model import Block
from autograder.parsing import parse


def python_of(cell: HandedCell, notes: list[str]) -> str:
    """A cell's source without lines for IPython, told if there were any."""
    source, blanked = without_magics(cell.source)
    if blanked < 0:
        notes.append(f"{cell.where} is for another program than Python; it was left out.")
    elif blanked:
        lines = "1 line" if blanked == 1 else f"{blanked} lines"
        notes.append(f"{cell.where}: {lines} for IPython left out.")
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
            if self.is_program:
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
        label = cell.where if self.is_program else f"{cell.where} (added)"
        found = list(statements(source, tree))
        self.kept[anchor].append((label, list(self._allowed(cell, anchor, found))))

    def _allowed(
        self, cell: HandedCell, anchor: int, found: list[Statement]
    ) -> Iterator[Statement]:
        """Imports, definitions and assignments that do not touch what is provided."""
        ignored = 0
        for statement in found:
            if core(statement.text) in self.outline.provided_texts:
                continue
            if statement.kind is StatementKind.OTHER:
                ignored += not statement.silent
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
        if ignored:
            self.notes.append(
                f"{cell.where}: only imports, definitions and assignments count here; {ignored} "
                f"other statement{'s' * (ignored > 1)} left out."
            )

    def settle(self, solutions: Iterable[str]) -> None:
        """Drop assignments that nothing uses, and take in helpers of the lesson's examples.

        An experiment may train a model for minutes; nobody asked the grader to repeat it.

        Args:
            solutions: sources of the solve cells.
        """
        everything = [s for cells in self.kept.values() for _, found in cells for s in found]
        used = {part for name in self.outline.asked for part in name.split(".")}
        definitions = [s.text for s in everything if s.kind is StatementKind.DEFINITION]
        for text in [*solutions, *definitions]:
            used.update(WORD.findall(text))
        waiting: dict[str, list[Statement]] = defaultdict(list)
        for statement in everything:
            if statement.kind is StatementKind.ASSIGNMENT:
                for name in statement.names:
                    waiting[name.partition(".")[0]].append(statement)
        needed: set[int] = set()
        queue = [name for name in waiting if name in used]
        while queue:
            for statement in waiting.pop(queue.pop(), ()):
                needed.add(id(statement))
                words = WORD.findall(statement.text)
                used.update(words)
                queue += [word for word in words if word in waiting]
        for cells in self.kept.values():
            for _, found in cells:
                found[:] = [
                    s for s in found if s.kind is not StatementKind.ASSIGNMENT or id(s) in needed
                ]
        bound = {name for statement in everything for name in statement.names}
        for index, statement in self.outline.examples:
            if not used.isdisjoint(statement.names) and bound.isdisjoint(statement.names):
                self.kept[index].append((f"cell {index + 1} (example)", [statement]))

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
                # An assignment may fail without harm to the definitions around it.
                if group and (
                    StatementKind.ASSIGNMENT in (statement.kind, group[-1].kind)
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
        is_module = not self.outline.cells
        whole = is_module and statement.kind is StatementKind.DEFINITION
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
