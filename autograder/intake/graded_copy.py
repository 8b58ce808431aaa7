"""The notebook that graders and students look at: the lesson with a submission's text in it.

It is made anew from the course, so that no metadata, output or script of a student's reaches
the grader's browser or stops nbgrader; nothing in it is run.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder import limits
from autograder.errors import SubmissionError
from autograder.intake.handed_in import HandedIn, read_handed_in
from autograder.intake.matching import match_cells
from autograder.intake.outline import Outline, outline_of
from autograder.model import Exercise, Role

UNREADABLE = "# The file that was handed in could not be read; the comment says why."
CUT = "\n# [the rest is cut off here; it was graded in full]"
REASON_STUB = "YOUR ANSWER HERE"  # nbgrader's, below the question
# Markdown lets HTML and links through, and formgrader shows it to whoever may change grades. A
# space of no width makes each plain text, and leaves `a<b` in code and formulas as it looks: behind
# the `<` of a tag, the `]` of a link, the `:` of an address, the fence of a diagram.
ACTING = re.compile(
    r"<(?=[A-Za-z/!?])|&(?=#|\w+;)|\](?=\s*[(:\[])|[:\s\"'(](?=//)|\bwww(?=\.)"
    # a diagram, which a fence with a name becomes; an address for letters
    r"|^[ \t>*+-]*(?:`{3,}|~{3,})(?=[^\n`~])|@(?=\w)",
    re.IGNORECASE | re.MULTILINE,
)
# MathJax has commands that make links, load packages or change what commands mean for the whole
# page, and every version has more. So these act, and any other is plain text.
COMMAND = re.compile(r"\\(?:(?:begin|end)\s*\{\s*([A-Za-z]*)\*?\s*\}|([A-Za-z]+))")
GREEK = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi
    rho sigma tau upsilon phi varphi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
FORMULAS = """
    frac dfrac tfrac sqrt left right middle big Big bigg Bigg bigl bigr text mathrm mathbf mathit
    mathcal mathbb mathsf operatorname overline underline overbrace underbrace hat bar vec tilde dot
    ddot widehat widetilde quad qquad displaystyle textstyle limits nolimits stackrel
    cdot times div pm mp ast star circ bullet oplus otimes odot partial nabla sum prod int lim max
    min sup inf exp log ln sin cos tan sinh cosh tanh arctan arcsin arccos det arg
    le ge leq geq ne neq approx equiv sim simeq cong propto ll gg in notin ni subset subseteq supset
    cup cap setminus emptyset to gets rightarrow leftarrow Rightarrow Leftarrow leftrightarrow
    Leftrightarrow mapsto implies iff infty forall exists mid parallel perp land lor lnot neg prime
    ldots cdots vdots ddots dots langle rangle lvert rvert lVert rVert vert Vert lfloor rfloor lceil
    rceil lbrace rbrace
"""
KEPT_COMMANDS = frozenset((GREEK + FORMULAS).split())
ENVIRONMENTS = """
    align aligned array bmatrix cases equation gathered matrix pmatrix split vmatrix
"""
KEPT_ENVIRONMENTS = frozenset(ENVIRONMENTS.split())
NO_WIDTH = "\u200b"


@dataclass(frozen=True, slots=True)
class GradedCopy:
    """A submission to look at.

    Attributes:
        notebook: JSON of the notebook, with a final newline.
        reasons: id of each written reason to its text; None if nothing was written.
    """

    notebook: str
    reasons: Mapping[str, str | None]


def graded_copy(
    handed_out: str, exercise: Exercise, data: bytes | None, name: str, *, is_module: bool = False
) -> GradedCopy:
    """Put what a student wrote into the lesson.

    Args:
        handed_out: JSON of the notebook that students get.
        exercise: in notebook form, of the same cells.
        data: what was handed in; None if it is no plain file.
        name: the file's name.
        is_module: whether a .py that is handed in is one piece.
    Returns: the copy; where the file cannot be read, solve cells say so.
    """
    notebook = json.loads(handed_out)
    try:
        if data is None:
            raise SubmissionError("no plain file")
        handed = read_handed_in(data, name, split_scripts=not is_module)
    except SubmissionError:
        return _unreadable(notebook, exercise)
    outline = outline_of(exercise)
    written, added = _sort(outline, handed)
    reasons: dict[str, str | None] = {}
    cells = list(added.get(-1, ()))
    for index, (course, cell) in enumerate(zip(exercise.cells, notebook["cells"], strict=True)):
        text = written.get(index)
        if course.role is Role.SOLVE and text is not None:
            cell["source"] = _lines(_shortened(text))
        elif course.role is Role.WRITTEN:
            own = text is not None and not outline.is_untouched(
                index, text.replace(REASON_STUB, "")
            )
            reasons[course.id] = text if own else None
            if text is not None and own:
                cell["source"] = _lines(inert(_shortened(text)))
        cells += [cell, *added.get(index, ())]
    notebook["cells"] = cells
    return GradedCopy(_dumped(notebook), reasons)


def inert(text: str) -> str:
    """Markdown in which nothing acts or loads anything: no HTML, no link, no picture."""
    return COMMAND.sub(_plain, ACTING.sub(lambda found: found[0] + NO_WIDTH, text))


def _plain(found: re.Match[str]) -> str:
    """A command as it stands, or as text if it is none of the harmless ones."""
    if found[1] in KEPT_ENVIRONMENTS or found[2] in KEPT_COMMANDS:
        return found[0]
    return f"\\{NO_WIDTH}{found[0][1:]}"


def reasons_of(notebook: str, exercise: Exercise) -> dict[str, str]:
    """What an earlier copy holds in each cell of a written reason; nothing if it is broken."""
    ids = {cell.id for cell in exercise.cells if cell.role is Role.WRITTEN}
    try:
        cells = json.loads(notebook)["cells"]
        return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["id"] in ids}
    except (ValueError, KeyError, TypeError):
        return {}


def _sort(
    outline: Outline, handed: HandedIn
) -> tuple[dict[int, str], dict[int, list[dict[str, Any]]]]:
    """Texts of solve cells and written reasons; and the added cells, by the cell they follow."""
    solves = [index for index, cell in enumerate(outline.cells) if cell.role is Role.SOLVE]
    if handed.is_program and len(solves) == 1:  # a whole engine.py is the one solve cell
        return {solves[0]: handed.cells[0].source}, {}
    matched = match_cells(outline, handed, [])
    written = {
        index: "\n\n".join(piece.source.strip("\n") for piece in pieces)
        for index, pieces in matched.pieces.items()
    }
    for index, cell in matched.present.items():
        if outline.cells[index].role is Role.WRITTEN:
            written[index] = cell.source
    added: dict[int, list[dict[str, Any]]] = {}
    left = limits.SHOWN_ADDED_CHARACTERS
    for number, (anchor, cell) in enumerate(matched.added[: limits.SHOWN_ADDED_CELLS], 1):
        source = _shortened(cell.source, min(left, limits.SHOWN_CELL_CHARACTERS))
        left = max(0, left - len(source))
        plain: dict[str, Any] = {
            "cell_type": "code",
            "execution_count": None,
            "id": f"added-{number}",
            "metadata": {},
            "outputs": [],
            "source": _lines(source),
        }
        added.setdefault(anchor, []).append(plain)
    return written, added


def _unreadable(notebook: dict[str, Any], exercise: Exercise) -> GradedCopy:
    for course, cell in zip(exercise.cells, notebook["cells"], strict=True):
        if course.role is Role.SOLVE:
            cell["source"] = _lines(UNREADABLE)
    reasons = {cell.id: None for cell in exercise.cells if cell.role is Role.WRITTEN}
    return GradedCopy(_dumped(notebook), reasons)


def _shortened(text: str, most: int = limits.SHOWN_CELL_CHARACTERS) -> str:
    return text if len(text) <= most else text[:most] + CUT


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n")[:-1]] + [text.split("\n")[-1]]


def _dumped(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=True, sort_keys=True) + "\n"
