"""Matches a submission's cells with the course's: by nbgrader's id, by cell id, by text."""

from collections import defaultdict
from dataclasses import dataclass, field

from autograder.intake.handed_in import HandedCell, HandedIn
from autograder.intake.outline import Outline, core
from autograder.model import Role


@dataclass(slots=True)
class Matched:
    """A submission sorted by the course's cells; an index means one of them.

    Attributes:
        present: course cell to its first appearance in the submission.
        pieces: solve cell to all that bears its id, in the submission's order.
        added: what the student added, with the course cell it follows; -1 for none.
    """

    present: dict[int, HandedCell] = field(default_factory=dict)
    pieces: dict[int, list[HandedCell]] = field(default_factory=lambda: defaultdict(list))
    added: list[tuple[int, HandedCell]] = field(default_factory=list)


def match_cells(outline: Outline, handed: HandedIn, notes: list[str]) -> Matched:
    """Match by nbgrader's grade_id, then by cell id, then by text.

    What defines a solution in a cell without any of them stays an added cell: its
    definitions count where it stands.

    Args:
        outline: of the exercise.
        handed: the submission.
        notes: gets a sentence for each repair.
    """
    found = [outline.match_id(cell) for cell in handed.cells]
    known = {index for index in found if index is not None}
    copies: set[int] = set()
    for i, cell in enumerate(handed.cells):
        if found[i] is None:
            same = outline.texts.get(core(cell.source))
            if same in known:
                copies.add(i)  # a copy of a course cell: nothing in it is the student's
            elif same is not None:
                found[i] = same
                known.add(same)
    matched = Matched()
    # Where no cell is the course's, all of them come after what the course provides.
    anchor = -1 if known else len(outline.cells) - 1
    order: list[int] = []
    for i, cell in enumerate(handed.cells):
        index = found[i]
        if index is None:
            if cell.code and i not in copies:
                matched.added.append((anchor, cell))
            continue
        first = index not in matched.present
        anchor = index if first else max(anchor, index)
        matched.present.setdefault(index, cell)
        if first and outline.cells[index].role in (Role.PROVIDED, Role.SOLVE):
            order.append(index)
        _place(outline, index, anchor, cell, matched, notes)
    if order != sorted(order):
        notes.append("Cells had been moved; they were put back in the lesson's order.")
    if outline.cells and not known and not (handed.is_program or outline.is_module):
        notes.append("No cell of the lesson was recognised; all were read as added.")
    return matched


def _place(
    outline: Outline, index: int, anchor: int, cell: HandedCell, matched: Matched, notes: list[str]
) -> None:
    """Take in a cell that is the course's; what a locked one was changed to is an addition."""
    role = outline.cells[index].role
    if role is Role.SOLVE:
        matched.pieces[index].append(cell)
        if not cell.code:
            notes.append(f"{cell.where} had been made a text cell; it was read as code.")
    elif cell.code and not outline.is_untouched(index, cell.source):
        matched.added.append((anchor, cell))
        if role is Role.PROVIDED:
            notes.append(
                f"{cell.where} is provided and had been changed; the course's own text "
                "counts, and what was added to it."
            )
