"""Every notebook, stubbed and solved, runs top to bottom in a fresh kernel.

The run time of each solved one: pytest tests/lessons/test_notebooks_run.py -k solved -q -s
"""

import fcntl
import importlib.util
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from jupyterlab_tools import plain_text
from waiting import NET_S

from autograder.authoring.lessons.exercises import load_exercise
from autograder.authoring.lessons.notebooks import notebook_form, solved_notebook, student_notebook
from autograder.course.compiled import task_points
from autograder.course.course_file import Course
from autograder.model import Cell, Exercise, Role

pytestmark = pytest.mark.slow

EXERCISES = sorted(path.parent.name for path in (ROOT / "exercises").glob("*/exercise.yml"))
TEXT_COLUMNS = 64  # JupyterLab breaks longer lines of a picture in a window of 800 pixels
# Of CPU, the kernel's start included. The slowest, 09, takes 5 to 6, most of it to train.
NOTEBOOK_CPU_S = 20.0
MODULES = ("nbclient", "nbformat", "ipykernel", "matplotlib")
# Runs last, in the kernel: a student's machine has no solution. It prints the CPU seconds.
LAST = """
import sys, time
assert not [m for m in sys.modules if m.split('.')[0] == 'reference']
print(time.process_time())
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """A notebook after its run.

    Attributes:
        exercise: in notebook form.
        outputs: code cell id to its outputs.
        seconds: code cell id to the time it took.
        cpu_s: CPU seconds of the whole kernel.
    """

    exercise: Exercise
    outputs: dict[str, list[Any]]
    seconds: dict[str, float]
    cpu_s: float

    def cells(self, role: Role) -> Iterator[tuple[Cell, str]]:
        """The cells of a role, each with what it shows as plain text."""
        for cell in self.exercise.cells:
            if cell.role is role:
                yield cell, plain_text(self.outputs[cell.id])


@pytest.fixture
def run(
    real_course: Course,
    compiled: Callable[[str], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str, Callable[..., str]], Ran]]:
    """Write a notebook as a student has it, beside its public files, and run all its cells."""
    missing = [module for module in MODULES if importlib.util.find_spec(module) is None]
    if missing:
        message = f"no notebook was run: pip install -e '.[jupyter]' (no {', '.join(missing)})"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        monkeypatch.setenv(f"JUPYTER_{name}", str(tmp_path / name.lower()))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    def run_one(exercise_id: str, write: Callable[..., str]) -> Ran:
        authored = load_exercise(real_course.exercises / exercise_id, real_course.reference)
        points = task_points(compiled(exercise_id))
        exercise = notebook_form(authored.exercise, points)
        folder = tmp_path / exercise_id
        folder.mkdir()
        for path in (ROOT / "exercises" / exercise_id).glob("*.json"):
            shutil.copy(path, folder)
        return Ran(exercise, *execute(write(exercise, points), folder))

    with (ROOT / ".cache" / "kernel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one kernel at a time, in however many processes
        yield run_one


def execute(text: str, folder: Path) -> tuple[dict[str, list[Any]], dict[str, float], float]:
    """Run a notebook's cells in a fresh kernel; an error stops none of the later ones.

    Args:
        text: of the notebook.
        folder: where the kernel runs.
    Returns: outputs and seconds, by the id of the cell; the kernel's CPU seconds.
    """
    import nbformat
    from nbclient import NotebookClient

    started: dict[str, float] = {}
    seconds: dict[str, float] = {}
    notebook = nbformat.reads(text, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(LAST, id="last"))
    client = NotebookClient(
        notebook,
        timeout=int(NET_S),
        startup_timeout=int(NET_S),
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=lambda cell, cell_index: started.update({cell.id: time.monotonic()}),
        on_cell_executed=lambda cell, cell_index, execute_reply: seconds.update(
            {cell.id: time.monotonic() - started[cell.id]}
        ),
    )
    client.execute()
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    # a kernel that is held up sends a line in two messages
    told = "".join(output["text"] for output in outputs.pop("last"))
    return outputs, seconds, float(told)


def errors(ran: Ran, cell: Cell) -> list[tuple[str, str]]:
    """What a cell raised, and what it wrote to the error stream."""
    return [
        (output.get("ename", "stderr"), output.get("evalue") or output.get("text"))
        for output in ran.outputs.get(cell.id, ())
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_a_solved_notebook_runs_without_an_error_and_every_check_passes(
    run: Callable[..., Ran], exercise_id: str
) -> None:
    ran = run(exercise_id, solved_notebook)
    assert {cell.id: e for cell in ran.exercise.cells if (e := errors(ran, cell))} == {}
    for cell, shown in ran.cells(Role.CHECK):
        assert "Passed. When you hand it in" in shown, f"{cell.id}: {shown}"
    for cell, _ in ran.cells(Role.EXAMPLE):
        if "draw(" in cell.source or "plt." in cell.source:
            assert pictures(ran.outputs[cell.id]), f"{cell.id} shows no picture"
    assert ran.cpu_s < NOTEBOOK_CPU_S
    slowest = max(ran.seconds, key=lambda cell: ran.seconds[cell])
    print(
        f"\n{exercise_id:<20} {sum(ran.seconds.values()):5.1f} s, CPU {ran.cpu_s:5.1f} s", end="   "
    )
    print(f"slowest cell {ran.seconds[slowest]:4.1f} s, {slowest}")


def pictures(outputs: list[Any]) -> list[Any]:
    """The outputs that are pictures: matplotlib's, or a graph's."""
    data = [output.get("data", {}) for output in outputs]
    return [d for d in data if "image/png" in d or "<svg" in d.get("text/html", "")]


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_a_stub_notebook_stops_only_where_something_above_is_not_written_and_says_what(
    run: Callable[..., Ran], exercise_id: str
) -> None:
    ran = run(exercise_id, student_notebook)
    asked: set[str] = set()
    for cell in ran.exercise.cells:
        if cell.role is Role.SOLVE:
            asked.add(str(cell.task))
        for name, text in errors(ran, cell):
            assert (cell.role, name) == (Role.EXAMPLE, "NotImplementedError"), (cell.id, text)
            assert text in asked, f"{cell.id} waits for '{text}', which comes later"
    for cell, shown in ran.cells(Role.CHECK):
        told = "not written yet" in shown or "not judged: it builds on" in shown
        assert told and "failed" not in shown, f"{cell.id}: {shown}"
        assert shown.endswith(", then run this one again.")


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_what_is_drawn_in_characters_fits_a_narrow_window(
    real_course: Course, exercise_id: str
) -> None:
    authored = load_exercise(real_course.exercises / exercise_id, real_course.reference)
    for cell in authored.exercise.cells:
        if cell.role in (Role.PROSE, Role.WRITTEN):
            for block in cell.source.split("```")[1::2]:
                long = [line for line in block.split("\n") if len(line) > TEXT_COLUMNS]
                assert long == [], f"{cell.id}: longer than {TEXT_COLUMNS} characters"
