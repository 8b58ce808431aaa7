"""`nbgrader autograde` on the same exercise: one notebook, one test cell for each check."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "engine"
HELPER = "from tests.benchmarks.same_cases import checks, holds\nALL = checks({cases!r})"
TEST = "assert holds(globals(), ALL[{check!r}])"
STUB = "### BEGIN SOLUTION\n{engine}\n### END SOLUTION"


def find_nbgrader() -> str | None:
    """The nbgrader program that is to be measured, or None: NBGRADER, or what is on the path."""
    return os.environ.get("NBGRADER") or shutil.which("nbgrader")


def marginal_s(nbgrader: str, cases: Path, engines: Sequence[Path], folder: Path) -> float:
    """Seconds that each submission after the first adds to `nbgrader autograde`.

    Args:
        nbgrader: the program.
        cases: JSON of the checks.
        engines: a right engine for each submission, two at least.
        folder: where its course is made.
    """
    _make_course(nbgrader, cases, engines[0], folder)
    released = json.loads((folder / f"release/{ASSIGNMENT}/engine.ipynb").read_text())
    times = []
    for wanted in (engines[:1], engines):
        for step in ("submitted", "autograded", "gradebook.db"):
            place = folder / step
            place.unlink() if place.is_file() else shutil.rmtree(place, ignore_errors=True)
        _run(nbgrader, folder, "generate_assignment", "--force")
        for number, engine in enumerate(wanted):
            _hand_in(released, engine, folder / f"submitted/s{number:03d}/{ASSIGNMENT}")
        started = time.perf_counter()
        _run(nbgrader, folder, "autograde")
        times.append(time.perf_counter() - started)
        _check_scores(folder, len(wanted), released)
    return (times[1] - times[0]) / (len(engines) - 1)


def _run(nbgrader: str, folder: Path, verb: str, *options: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(folder / "cfg")}
    # the kernel must be the one beside the program
    environment["PATH"] = f"{Path(nbgrader).parent}{os.pathsep}{environment['PATH']}"
    ran = subprocess.run(
        [nbgrader, verb, ASSIGNMENT, *options],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode != 0:
        raise RuntimeError(ran.stdout + ran.stderr)


def _cell(name: str, source: str, **marks: Any) -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": name, "schema_version": 3, "task": False, **marks}}
    return {
        "cell_type": "code", "execution_count": None, "id": name, "metadata": metadata,
        "outputs": [], "source": source,
    }  # fmt: skip


def _make_course(nbgrader: str, cases: Path, engine: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    source = folder / f"source/{ASSIGNMENT}"
    source.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(folder)!r}\n"
        "c.CourseDirectory.course_id = 'benchmark'\nc.ExecutePreprocessor.timeout = 120\n"
    )
    solution = STUB.format(engine=engine.read_text())
    checks = json.loads(cases.read_text())
    cells = [
        _cell("engine", solution, grade=False, locked=False, solution=True),
        _cell("helper", HELPER.format(cases=str(cases)), grade=False, locked=True, solution=False),
        *(
            _cell(
                f"check-{number}", TEST.format(check=check["id"]), points=check["points"],
                grade=True, locked=True, solution=False,
            )
            for number, check in enumerate(checks)
        ),
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    (source / "engine.ipynb").write_text(json.dumps(notebook))
    _run(nbgrader, folder, "generate_assignment", "--force")


def _hand_in(released: dict[str, Any], engine: Path, place: Path) -> None:
    notebook = json.loads(json.dumps(released))
    notebook["cells"][0]["source"] = engine.read_text()
    place.mkdir(parents=True)
    (place / "engine.ipynb").write_text(json.dumps(notebook))


def _check_scores(folder: Path, count: int, released: dict[str, Any]) -> None:
    """A submission whose cells raise is graded too, and faster: see that none did."""
    for number in range(count):
        file = folder / f"autograded/s{number:03d}/{ASSIGNMENT}/engine.ipynb"
        cells = json.loads(file.read_text())["cells"]
        wrong = [c for c in cells for o in c.get("outputs", ()) if o["output_type"] == "error"]
        if wrong or len(cells) != len(released["cells"]):
            raise RuntimeError(f"{file} did not pass: {wrong[:1]}")
