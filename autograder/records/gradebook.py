"""Writes scores and comments into nbgrader's gradebook, by way of nbgrader.api.

A grade or a comment that a person entered is never changed. Where what it was given for has
changed, the grade is marked so that somebody looks again.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.errors import UsageError
from autograder.records.opening import concerns_all, opened, reason
from autograder.student_ids import odd_in_id

NO_RESPONSE = "No response."  # nbgrader's own words where nothing was written
LONGEST_STUDENT_ID = 128  # characters of a student's id in nbgrader's tables
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?( [\w/+:-]+)?")


@dataclass(frozen=True, slots=True)
class WrittenReason:
    """What a person grades: whether it is empty, and changed since the last time."""

    blank: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class GradebookEntry:
    """What the gradebook shall hold about one student.

    Attributes:
        student: id.
        handed_in: without it the student is listed and gets no submission.
        timestamp: of the hand-in, as nbgrader writes it; empty if unknown.
        scores: check cell to points; None if the score is withheld.
        comments: solve cell to Markdown, None for no comment.
        reasons: cell of a written reason to what became of it.
    """

    student: str
    handed_in: bool
    timestamp: str
    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]
    reasons: Mapping[str, WrittenReason]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was done, for the instructor.

    Attributes:
        submissions: how many were written.
        by_hand: grades that wait for a person.
        kept: students whose grades by hand stand although the tool's score changed.
        left_out: students whose id nbgrader cannot take.
        refused: students whose entry the database did not take, and why.
    """

    submissions: int
    by_hand: int
    kept: tuple[str, ...]
    left_out: tuple[str, ...]
    refused: Mapping[str, str]


def fill_gradebook(
    url: str, course_id: str, assignment: str, handed_out: str, entries: Iterable[GradebookEntry]
) -> Filled:
    """Write a class into the gradebook; each student is committed before the next is asked for.

    Args:
        url: of the database, `sqlite:///gradebook.db`.
        course_id: nbgrader's name for the course.
        assignment: the exercise's id; its notebook has the same name.
        handed_out: JSON of the notebook that students got: cells and points come from it.
        entries: one a student.
    Raises: UsageError if nbgrader is missing, the URL is none, or the gradebook has grade
        cells that the exercise no longer has; InfrastructureError if the database fails.
    """
    submissions, by_hand, kept, left_out = 0, 0, [], []
    refused: dict[str, str] = {}
    with opened(url, course_id) as gradebook:
        _prepare(gradebook, assignment, handed_out)
        known = {student.id for student in gradebook.students}
        for entry in entries:
            if not is_student_id(entry.student):
                left_out.append(entry.student)
                continue
            try:
                waiting, stands = _enter(gradebook, assignment, entry, known)
            except Exception as error:  # one odd entry must not stop the class
                if concerns_all(error):
                    raise
                gradebook.db.rollback()
                refused[entry.student] = reason(error)
                continue
            by_hand += waiting
            kept += [entry.student] if stands else []
            submissions += entry.handed_in
    return Filled(submissions, by_hand, tuple(kept), tuple(left_out), refused)


def is_student_id(text: str) -> bool:
    """Whether nbgrader can take an id: one with a backslash is another's, spelled out."""
    return 0 < len(text) <= LONGEST_STUDENT_ID and "\\" not in text and not odd_in_id(text)


def is_timestamp(text: str) -> bool:
    """Whether a text is a time as nbgrader's exchange writes it; a student can change the file."""
    return TIMESTAMP.fullmatch(text) is not None


def _prepare(gradebook: Any, assignment: str, handed_out: str) -> None:
    """Make the gradebook know the exercise's cells, as nbgrader's generate_assignment does."""
    from nbgrader.api import MissingEntry

    notebook = json.loads(handed_out)
    cells = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        for cell in notebook["cells"]
        if "nbgrader" in cell["metadata"]
    }
    gradebook.update_or_create_assignment(assignment)
    try:
        known = gradebook.find_notebook(assignment, assignment)
        old = {cell.name for cell in (*known.grade_cells, *known.solution_cells)}
        sources = {cell.name for cell in known.source_cells}
    except MissingEntry:
        kernelspec = json.dumps(notebook["metadata"]["kernelspec"])
        known = gradebook.add_notebook(assignment, assignment, kernelspec=kernelspec)
        old, sources = set(), set()
    graded = {n for n, c in cells.items() if _marks(c)["grade"] or _marks(c)["solution"]}
    gone = sorted(old - graded)
    if gone:
        raise UsageError(
            f"the gradebook has cells of {assignment} that the exercise no longer has: "
            f"{', '.join(gone)}; give them back their names, or use another gradebook"
        )
    for name, cell in cells.items():
        marks = _marks(cell)
        if marks["grade"]:
            gradebook.update_or_create_grade_cell(
                name,
                assignment,
                assignment,
                max_score=float(marks["points"]),
                cell_type=cell["cell_type"],
            )
        if marks["solution"]:
            gradebook.update_or_create_solution_cell(name, assignment, assignment)
        if name not in sources:  # else generate_assignment wrote it, or we did
            gradebook.update_or_create_source_cell(
                name,
                assignment,
                assignment,
                cell_type=cell["cell_type"],
                locked=marks["locked"],
                source="".join(cell["source"]),
                checksum=marks["checksum"],
            )
    if old and (old != graded or _lacks_rows(gradebook, known)):
        for submitted in known.submissions:
            _add_rows(gradebook, known, submitted)


def _lacks_rows(gradebook: Any, notebook: Any) -> bool:
    """Whether an earlier run was ended before each submission had its rows."""
    from nbgrader.api import Comment, Grade, SubmittedNotebook
    from sqlalchemy import func

    own = SubmittedNotebook.notebook_id == notebook.id
    due = gradebook.db.query(func.count(SubmittedNotebook.id)).filter(own).scalar()
    for kind, cells in ((Grade, notebook.grade_cells), (Comment, notebook.solution_cells)):
        rows = gradebook.db.query(func.count(kind.id)).join(SubmittedNotebook).filter(own)
        if rows.scalar() < due * len(cells):
            return True
    return False


def _add_rows(gradebook: Any, notebook: Any, submitted: Any) -> None:
    """Give a submission rows for cells that are newer than it."""
    from nbgrader.api import Comment, Grade

    for kind, cells, rows in (
        (Grade, notebook.grade_cells, submitted.grades),
        (Comment, notebook.solution_cells, submitted.comments),
    ):
        present = {row.cell_id for row in rows}
        for cell in cells:
            if cell.id not in present:
                gradebook.db.add(kind(cell_id=cell.id, notebook=submitted))
    gradebook.db.commit()


def _marks(cell: Mapping[str, Any]) -> dict[str, Any]:
    return dict(cell["metadata"]["nbgrader"])


def _enter(
    gradebook: Any, assignment: str, entry: GradebookEntry, known: set[str]
) -> tuple[int, bool]:
    """Write one student; once more where another grader has just entered the same one."""
    from nbgrader.api import InvalidEntry

    try:
        if entry.student not in known:
            gradebook.add_student(entry.student)
        return _write(gradebook, assignment, entry) if entry.handed_in else (0, False)
    except InvalidEntry as error:
        if concerns_all(error):
            raise
        gradebook.db.rollback()
        gradebook.update_or_create_student(entry.student)
        return _write(gradebook, assignment, entry) if entry.handed_in else (0, False)


def _write(gradebook: Any, assignment: str, entry: GradebookEntry) -> tuple[int, bool]:
    """Write one submission; return how many grades wait for a person, and if one by hand stands."""
    when = {"timestamp": entry.timestamp} if entry.timestamp else {}
    with gradebook.db.no_autoflush:  # nbgrader's own code makes SQLAlchemy warn otherwise
        gradebook.update_or_create_submission(assignment, entry.student, **when)
    submitted = gradebook.find_submission_notebook(assignment, assignment, entry.student)
    stands = False
    for grade in submitted.grades:
        if grade.name in entry.scores:
            stands |= _set_score(grade, entry.scores[grade.name])
        elif grade.name in entry.reasons:
            _set_reason(grade, entry.reasons[grade.name])
    for comment in submitted.comments:
        if comment.name in entry.comments:
            comment.auto_comment = entry.comments[comment.name]
        elif comment.name in entry.reasons:
            blank = entry.reasons[comment.name].blank
            comment.auto_comment = NO_RESPONSE if blank else None
    gradebook.db.commit()
    return sum(grade.needs_manual_grade for grade in submitted.grades), stands


def _set_score(grade: Any, score: float | None) -> bool:
    """Set the tool's score; return whether a grade by hand stands against another score."""
    if score is None:  # withheld: what is there stays, and a person should look
        grade.needs_manual_grade = True
        return False
    changed: bool = grade.auto_score != score
    grade.auto_score = score
    if grade.manual_score is None:
        grade.needs_manual_grade = False
        return False
    grade.needs_manual_grade = bool(grade.needs_manual_grade or changed)
    return changed


def _set_reason(grade: Any, reason: WrittenReason) -> None:
    grade.auto_score = 0.0 if reason.blank else None
    if grade.manual_score is None:
        grade.needs_manual_grade = not reason.blank
    elif reason.changed:
        grade.needs_manual_grade = True
