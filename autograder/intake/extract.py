"""From what a student handed in to the program that is graded.

Provided and check cells are taken from the course, never from the student. Solve cells
count in full. Of everything else that the student wrote, imports, definitions and those
assignments count that something uses. What was moved, copied, split, retyped or deleted
is repaired, and every repair is told.
"""

from collections.abc import Iterator, Sequence

from autograder import limits
from autograder.intake.added import Additions, python_of
from autograder.intake.flags.reaching import reaching
from autograder.intake.flags.shortcuts import shortcuts
from autograder.intake.handed_in import HandedCell, HandedIn, read_handed_in
from autograder.intake.imported import absent_modules
from autograder.intake.matching import match_cells
from autograder.intake.naming import in_text_cells, named_otherwise, newer_syntax
from autograder.intake.outline import Outline, core, outline_of
from autograder.intake.student_code import flags, statements
from autograder.model import Block, Exercise, ExerciseForm, Program, Role
from autograder.parsing import parse
from autograder.storage import short_sentence


def extract(text: str | bytes, name: str, exercise: Exercise) -> Program:
    """Make the program to grade out of a submission's text.

    Args:
        text: the file's content, as read; `limits` bounds it, and the source in it.
        name: the file's name; its ending says what it is.
        exercise: the course's description; solutions are not needed.
    Returns: the blocks in the order in which they run, and what was repaired.
    Raises: SubmissionError if the file cannot be read as a submission at all.
    """
    is_module = exercise.form is ExerciseForm.MODULE
    handed = read_handed_in(text, name, split_scripts=not is_module)
    notes = list(handed.repairs)
    if is_module and handed.is_program:
        blocks = written = [Block(exercise.file, python_of(handed.cells[0], notes))]
    else:
        extraction = _Extraction(outline_of(exercise), handed, notes)
        blocks, written = extraction.assemble(), extraction.written
    wanted = outline_of(exercise).wanted
    notes += named_otherwise(blocks, wanted)
    notes += in_text_cells(handed.cells, written, wanted)
    notes += newer_syntax(written)
    notes += absent_modules(written, exercise.imports)
    found = _flagged(written)
    return Program(tuple(blocks), _limited(notes, limits.REPAIRS), _limited(found, limits.FLAGS))


def _letters(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield from flags(block.label, block.source)


def _flagged(blocks: Sequence[Block]) -> list[str]:
    """What staff should look at. What looks for it may fail; that withholds no score."""
    found: list[str] = []
    # what reaches for the grader stands first: of many flags only the first are kept
    for look in (reaching, _letters, shortcuts):
        try:
            found += look(blocks)
        except Exception as error:  # noqa: BLE001 - a student may write what nobody thought of
            kind = type(error).__name__
            found.append(f"{blocks[0].label}: searching it ended with {kind}; read it yourself.")
    return found


def _limited(sentences: list[str], limit: int) -> tuple[str, ...]:
    kept = [*map(short_sentence, sentences[:limit])]
    more = len(sentences) - len(kept)
    return (*kept, f"And {more} more.") if more else tuple(kept)


def _has_code(source: str) -> bool:
    """Whether anything but comments is left: a cell that was cleared is not written."""
    return any(line.strip() and not line.lstrip().startswith("#") for line in source.split("\n"))


class _Extraction:
    """One submission on its way; thrown away afterwards."""

    def __init__(self, outline: Outline, handed: HandedIn, notes: list[str]) -> None:
        self.outline, self.handed, self.notes = outline, handed, notes
        self.written: list[Block] = []  # the blocks that the student wrote
        self.cells = match_cells(outline, handed, notes)
        self.filled = {index: self._filled(index) for index in outline.solves}
        self.additions = Additions(outline, handed.is_program, notes)
        self.found_elsewhere: list[str] = []
        self.names_in: dict[int, set[str]] = {}  # of a solve cell's blocks, once looked at

    def assemble(self) -> list[Block]:
        """The whole program, course cells in the course's order."""
        for anchor, added in self.cells.added:
            self.additions.take(anchor, added)
        self.additions.settle([b.source for blocks in self.filled.values() for b in blocks])
        elsewhere = self.additions.names()
        program = self._remember(list(self.additions.blocks(-1)))
        for index, cell in enumerate(self.outline.cells):
            if cell.role is Role.PROVIDED:
                program += self._provided(index)
            elif cell.role is Role.SOLVE:
                own = self.filled[index]
                program += self._remember(own) if own else self._stub(index, elsewhere)
            program += self._remember(list(self.additions.blocks(index)))
        if self.found_elsewhere and not self.handed.is_program:
            names = ", ".join(self.found_elsewhere)
            self.notes.append(f"Found in other cells than their own: {names}.")
        return program + self._remember(self.additions.broken)

    def _filled(self, index: int) -> list[Block]:
        """The student's code of a solve cell; nothing if it is untouched, empty or deleted."""
        sources: dict[str, Block] = {}  # by text: of equal pieces one is enough
        for piece in self.cells.pieces.get(index, ()):
            source = python_of(piece, self.notes)
            if _has_code(source) and not self.outline.is_untouched(index, source):
                block = Block(self._label(index, piece), source, task=self._task(index))
                sources.setdefault(core(source), block)
        blocks = list(sources.values())
        if len(blocks) < 2:
            return blocks
        where = " and ".join(block.label for block in blocks[: limits.SHOWN_NAMES])
        text = "\n".join(block.source for block in blocks)
        joined = Block(blocks[0].label, text, task=blocks[0].task)
        if not isinstance(parse(joined.source), SyntaxError):
            self.notes.append(f"{where} are pieces of one cell; they were joined.")
            return [joined]
        whole = [block for block in blocks if not isinstance(parse(block.source), SyntaxError)]
        self.notes.append(f"{where} are pieces of one cell; those that parse count.")
        return whole or [joined]

    def _provided(self, index: int) -> list[Block]:
        """The course's own text, less what a class of the student's replaces."""
        cell, handed = self.outline.cells[index], self.cells.present.get(index)
        if handed is None and self.cells.present:
            self.notes.append(f"The provided cell {cell.id} had been deleted; it was put back.")
        source = cell.source
        if self.additions.own:
            replaced = {
                name
                for name, anchor in self.additions.own.items()
                if "." in name or anchor < index  # a class that comes later replaces by itself
            }
            source = self.outline.without(index, replaced)
        where = handed.where if handed else f"cell {index + 1}"
        return [Block(f"{where} (provided)", source)] if source.strip() else []

    def _stub(self, index: int, names: set[str]) -> list[Block]:
        """The stub of what is not written, less what the student wrote in another cell."""
        cell, wanted = self.outline.cells[index], self.outline.solves[index]
        elsewhere = wanted & names
        for other, blocks in self.filled.items():
            for name in wanted - elsewhere:
                leaf = name.rpartition(".")[2]
                if any(f"def {leaf}" in block.source for block in blocks):
                    elsewhere |= {name} & self._names(other)
        source = cell.source
        if self.outline.is_module and (elsewhere or index not in self.cells.present):
            return []  # its file stands in other cells
        if elsewhere:
            source = self.outline.without(index, elsewhere)
            self.found_elsewhere += sorted(elsewhere)
        elif index not in self.cells.present and self.cells.present:
            self.notes.append(
                f"The cell {cell.id} ({cell.task}) had been deleted; it counts as not written."
            )
        label = self._label(index, self.cells.present.get(index))
        return [Block(label, source, task=self._task(index))] if source.strip() else []

    def _label(self, index: int, handed: HandedCell | None) -> str:
        """How messages name a solve cell: with its task, if it belongs to one alone."""
        where = handed.where if handed else f"cell {index + 1}"
        return where if self.outline.is_module else f"{where} ({self.outline.cells[index].task})"

    def _task(self, index: int) -> str | None:
        return None if self.outline.is_module else self.outline.cells[index].task

    def _names(self, index: int) -> set[str]:
        """What the student's code of a solve cell binds; parsed only when asked, and once."""
        if index not in self.names_in:
            names: set[str] = set()
            for block in self.filled[index]:
                tree = parse(block.source)
                if not isinstance(tree, SyntaxError):
                    names.update(n for s in statements(block.source, tree) for n in s.names)
            self.names_in[index] = names
        return self.names_in[index]

    def _remember(self, blocks: list[Block]) -> list[Block]:
        """Note that the student wrote these blocks."""
        self.written += blocks
        return blocks
