"""What `grade --gradebook` does: scores and comments for nbgrader, copies for its graders."""

import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder import limits
from autograder.authoring.lessons.notebooks import notebook_form, student_notebook
from autograder.commands.statuses import ExitStatus
from autograder.course.compiled import task_points
from autograder.course.course_file import Course
from autograder.errors import InfrastructureError, SubmissionError, UsageError
from autograder.intake.arriving.arrival import find_submissions
from autograder.intake.graded_copy import GradedCopy, graded_copy, reasons_of
from autograder.intake.submissions import NOTHING, Submission, read_submission
from autograder.model import CompiledExercise, Exercise, ExerciseForm, Outcome, Role
from autograder.outputs import partials, reason_of, replace_file
from autograder.records.claims import alone_in
from autograder.records.gradebook import (
    GradebookEntry,
    WrittenReason,
    fill_gradebook,
    is_student_id,
    is_timestamp,
)
from autograder.records.results import read_results
from autograder.report.comments import cell_comments
from autograder.report.words import counted
from autograder.verdicts import Report

AUTOGRADED, TIMESTAMP, SECRET = "autograded", "timestamp.txt", "submission_secret.txt"
TIME_FORM = "%Y-%m-%d %H:%M:%S.%f %Z"  # nbgrader's
SECRET_FORM = re.compile("[0-9a-f]{128}")  # what nbgrader's exchange writes
READ_ONLY = 0o444  # as nbgrader leaves what it autograded: graders should not edit it


def write_gradebook(
    course: Course,
    compiled: CompiledExercise,
    folder: Path,
    results: Path,
    url: str,
    others: Sequence[Exercise] = (),
) -> ExitStatus:
    """Write a graded class into nbgrader's gradebook and its `autograded` folder.

    Whatever goes wrong here, the results are safe, and it can be done again.

    Args:
        course: the course.
        compiled: the exercise.
        folder: nbgrader's `submitted`; `autograded` stands beside it.
        results: what grading wrote.
        url: of the gradebook.
        others: the course's other exercises, as they were when the class was graded.
    Returns: the exit status; FOUND if a student is not in the gradebook.
    Raises: as fill_gradebook.
    """
    step = _Step.of(compiled, folder, tuple(other.id for other in others))
    entries = step.entries(read_results(results))
    exercise = compiled.exercise.id
    try:
        filled = fill_gradebook(url, course.course_id, exercise, step.handed_out, entries)
    except KeyboardInterrupt:
        print(
            f"interrupted while the gradebook was filled; the results are whole: {results}; run "
            "the same command again",
            file=sys.stderr,
        )
        raise
    except (UsageError, InfrastructureError) as error:
        raise type(error)(f"{error}; the results are safe in {results}") from error
    print(
        f"gradebook: {counted(filled.submissions, 'submission')} written, "
        f"{counted(filled.by_hand, 'grade')} to give by hand"
    )
    for student in filled.kept:
        print(f"  {student}: a grade given by hand stands; the tool's score has changed")
    for student in filled.left_out:
        print(f"  {student}: left out, nbgrader cannot take this name")
    missing = {**step.odd, **filled.refused}
    for student, reason in missing.items():
        print(f"  {student}: not in the gradebook ({reason}); the others are")
    for student, reason in step.not_copied.items():
        print(f"  {student}: graders get no copy ({reason}); its scores are written")
    for student in step.without_time:
        print(f"  {student}: {TIMESTAMP} holds no time; delete it, or formgrader stops at it")
    print(f"next: nbgrader generate_feedback {exercise}, nbgrader export")
    return ExitStatus.FOUND if missing else ExitStatus.OK


@dataclass(frozen=True, slots=True)
class _Step:
    """From reports to entries of the gradebook.

    Attributes:
        compiled: the exercise.
        exercise: the same in notebook form.
        handed_out: JSON of the notebook that students got.
        submissions: by student.
        folder: of the submissions.
        without_time: students whose file says no proper time.
        not_copied: students whose copy for graders could not be written, and why.
        odd: students of whom there is no entry, and why.
    """

    compiled: CompiledExercise
    exercise: Exercise
    handed_out: str
    submissions: dict[str, Submission]
    folder: Path
    without_time: list[str] = field(default_factory=list)
    not_copied: dict[str, str] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, compiled: CompiledExercise, folder: Path, others: tuple[str, ...]) -> "_Step":
        points = task_points(compiled)
        exercise = notebook_form(compiled.exercise, points)
        found = find_submissions(folder, exercise.id, compiled.exercise.file, others)
        handed_out = student_notebook(exercise, points)
        return cls(compiled, exercise, handed_out, {s.student: s for s in found}, folder)

    def entries(self, reports: Iterator[Report]) -> Iterator[GradebookEntry]:
        """One entry a report; a copy for graders is written once its entry is in the gradebook."""
        for report in reports:
            if not is_student_id(report.student):
                yield _without_submission(report.student)
                continue
            try:
                entry, files = self._entry(report)
            except Exception as error:  # noqa: BLE001 - one odd submission must not stop the class
                self.odd[report.student] = f"{type(error).__name__}: {error}"
                continue
            yield entry
            folder = self._folder(report)
            try:
                if files:
                    _write_files(folder, files)
            except OSError as error:  # of one student: the others follow
                self.not_copied[report.student] = reason_of(error)

    def _entry(self, report: Report) -> tuple[GradebookEntry, dict[str, str]]:
        """A student's entry, and the files of the copy for graders."""
        submission = self.submissions[report.student]
        if submission.problem == NOTHING:
            return _without_submission(report.student), {}
        copy = self._copy(submission)
        folder = self._folder(report)
        before = self._reasons_before(folder / self.exercise.file)
        timestamp = self._timestamp(submission)
        now = reasons_of(copy.notebook, self.exercise)
        entry = GradebookEntry(
            student=report.student,
            handed_in=True,
            timestamp=timestamp,
            scores=self._scores(report),
            comments=cell_comments(report, self.compiled, self.exercise),
            reasons={
                cell: WrittenReason(text is None, before.get(cell) != now[cell])
                for cell, text in copy.reasons.items()
            },
        )
        return entry, {
            self.exercise.file: copy.notebook,
            SECRET: self._secret(submission, folder / SECRET),
            TIMESTAMP: timestamp or self._changed(submission),
        }

    def _folder(self, report: Report) -> Path:
        """Where the copy for graders stands."""
        return self.folder.resolve().parent / AUTOGRADED / report.student / report.exercise

    def _copy(self, submission: Submission) -> GradedCopy:
        data, name = None, ""
        try:
            data, _ = read_submission(submission)
            name = submission.path.name if submission.path else ""
        except (SubmissionError, InfrastructureError):
            pass  # the report says why; the copy says that there is nothing to show
        is_module = self.compiled.exercise.form is ExerciseForm.MODULE
        return graded_copy(self.handed_out, self.exercise, data, name, is_module=is_module)

    def _reasons_before(self, file: Path) -> dict[str, str]:
        try:
            return reasons_of(file.read_text(encoding="utf-8"), self.exercise)
        except (OSError, UnicodeError):  # not there yet, or not to be read
            return {}

    def _timestamp(self, submission: Submission) -> str:
        """When it was handed in; nothing if the student's file does not say it properly."""
        text = self._line(submission, TIMESTAMP)
        if is_timestamp(text):
            return text
        if os.path.lexists(self._beside(submission, TIMESTAMP)):
            self.without_time.append(submission.student)
        return ""

    def _changed(self, submission: Submission) -> str:
        """When the submission was last changed: nbgrader cannot give feedback back without a time.

        It does not go into the gradebook, where it would count for lateness.
        """
        file = submission.path or self._beside(submission, "")
        try:
            changed = datetime.fromtimestamp(file.lstat().st_mtime, UTC)
        except OSError:  # it is gone by now
            changed = datetime.now(UTC)
        return changed.strftime(TIME_FORM)

    def _secret(self, submission: Submission, file: Path) -> str:
        """The name under which nbgrader gives the feedback back; without one it stops for all.

        Who did not hand in through its exchange cannot fetch, and gets one that nobody knows.
        """
        text = self._line(submission, SECRET)
        if SECRET_FORM.fullmatch(text):
            return text
        try:
            before = file.read_text(encoding="ascii")
        except (OSError, UnicodeError):  # not there yet, or not to be read
            before = ""
        return before if SECRET_FORM.fullmatch(before) else secrets.token_hex(64)

    def _line(self, submission: Submission, name: str) -> str:
        """A short file beside the submission; nothing if it is not there, or no plain file."""
        path = self._beside(submission, name)
        try:
            data, _ = read_submission(
                Submission(submission.student, submission.exercise, path), limits.SHORT_FILE_BYTES
            )
        except (SubmissionError, InfrastructureError):
            return ""
        return data.decode("utf-8", "replace").strip()

    def _beside(self, submission: Submission, name: str) -> Path:
        # not by the student's id, which may spell an odd name in another way
        inside = submission.folder or self.folder / submission.student / submission.exercise
        return inside / name

    def _scores(self, report: Report) -> dict[str, float | None]:
        """Points of each check cell: the sum of its task's checks, or withheld."""
        scores: dict[str, float | None] = {}
        for cell in self.exercise.cells:
            if cell.role is Role.CHECK:
                checks = [check for check in report.checks if check.task == cell.task]
                withheld = report.score is None or any(
                    check.outcome is Outcome.ERROR for check in checks
                )
                scores[cell.id] = None if withheld else float(sum(c.score for c in checks))
        return scores


def _without_submission(student: str) -> GradebookEntry:
    return GradebookEntry(student, False, "", {}, {}, {})


def _write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files at once, for graders may have the old ones open; remove what was left half."""
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder) as locked:
        for name, text in files.items():
            for left in partials(folder / name) if locked else ():
                left.unlink(missing_ok=True)
            replace_file(folder / name, text.encode("utf-8"), READ_ONLY)
