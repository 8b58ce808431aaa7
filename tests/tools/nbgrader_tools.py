"""What tests of nbgrader share: a way to run it, and submissions made of an exercise's cells."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import NET_S

from autograder.authoring.lessons.notebooks import student_notebook
from autograder.model import Role

WHEN = "2026-11-01 14:58:23.948203 UTC"
ANSWER = "Each use of a value adds one path, and paths add up."


def need_nbgrader() -> None:
    """Fail where our own machines must have nbgrader, skip on anybody else's."""
    if importlib.util.find_spec("nbgrader") is None:
        message = "nbgrader was not tested, for want of it (pip install -e '.[jupyter]')"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


def run(*arguments, cwd, home, code=0, **environment):
    """Run a command of this environment in a home of its own.

    Args:
        arguments: the command; `nbgrader` is run as a module.
        cwd: where.
        home: gets Jupyter's settings and data.
        code: the exit status that is due; None for any.
        environment: more variables.
    Returns: what it printed, both streams.
    """
    if arguments[0] == "nbgrader":
        arguments = (sys.executable, "-m", *arguments)
    done = subprocess.run(
        [str(a) for a in arguments],
        cwd=cwd,
        env={
            **os.environ,
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            # nbgrader asks a bare `alembic` for its newest schema
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=4 * NET_S,
    )
    assert code is None or done.returncode == code, f"{arguments}:\n{done.stdout}"
    return done.stdout


def warnings_in(printed):
    """Lines that warn or complain, those of the kernel about its own transport apart."""
    return [
        line
        for line in printed.splitlines()
        if any(word in line for word in ("WARNING", "ERROR", "CRITICAL", "Warning", "Traceback"))
        and "IPKernelApp" not in line
    ]


def filled(exercise, points, sources, answer=ANSWER):
    """A notebook with some cells filled, as a dict.

    Args:
        exercise: in notebook form.
        points: of its tasks.
        sources: cell id to source; other cells are as students get them.
        answer: of every written question; None for none.
    """
    notebook = json.loads(student_notebook(exercise, points))
    answers = {cell.id for cell in exercise.cells if cell.role is Role.WRITTEN}
    for cell in notebook["cells"]:
        cell["source"] = sources.get(cell["id"], cell["source"])
        if cell["id"] in answers and answer is not None:
            cell["source"] = "".join(cell["source"]) + "\n\n" + answer
    return notebook


def solutions(exercise):
    """Every solve cell's solution."""
    return {cell.id: cell.solution for cell in exercise.cells if cell.role is Role.SOLVE}
