"""Nothing that a submission can reach differentiates, and nothing in what students get."""

import json
import os
import subprocess
import sys
from textwrap import indent

import pytest
from repository import ROOT
from sandbox_tools import linux_only

from autograder.sandbox.launch import import_folders, worker_command, zygote_environment
from autograder.sandbox.workload import make_workload

pytestmark = linux_only

FINDER = ROOT / "tests/tools/gradients/derivative_finder.py"
DUALS = ROOT / "tests/tools/gradients/dual_numbers.py"
SHAPES = "autograder.worker.players.shapes"
# Prepares a worker as the zygote does, then runs the finder where a submission's block runs.
WORKER = """
import json, os, sys
from autograder.worker import child, driver, zygote
from autograder.worker.imports import importable
told = json.loads(child.read_exactly(0, int(os.environ.pop("LENGTH"))))
workload = told["workload"]
zygote.preload(workload["imports"])
workload["cases"] = driver.made_ready(workload["cases"])
workload["namespace"] = driver.make_namespace([*importable.STANDARD, *workload["imports"]])
for module, source in told.pop("planted").items():
    exec(compile(source, sys.modules[module].__file__, "exec"), sys.modules[module].__dict__)
source = told.pop("finder")
ended = list(driver.execute([("finder", source)], workload["namespace"]))
print(ended if ended[0].status else workload["namespace"]["told"])
"""
WHEEL = """
import importlib, json, math, os, pkgutil, signal, sys
sys.modules["reference"] = None
sys.path[:0] = [{root!r}, {tools!r}]
import autograder
for module in pkgutil.walk_packages(autograder.__path__, "autograder."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        assert not error.name.startswith(("autograder", "reference")), error
planted = {planted!r}
if planted:
    exec(compile(planted, autograder.tape.__file__, "exec"), autograder.tape.__dict__)
from gradients.derivative_finder import differentiators
print(json.dumps(differentiators({only!r})))
"""
# A class that an earlier version of the players held: forward-mode differentiation.
TWIN = '''
import math

class Dual:
    """A number with a slope."""

    def __init__(self, value, slope):
        self._value, self._slope = value, slope

    def __mul__(self, other):
        return Dual(
            self._value * other._value, self._slope * other._value + self._value * other._slope
        )

    def tanh(self):
        t = math.tanh(self._value)
        return Dual(t, (1.0 - t * t) * self._slope)
'''
IN_A_FUNCTION = "def hidden():\n" + indent(TWIN, "    ") + "\n    return Dual\n"
BY_A_STEP = "def slope(f, x):\n    return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6\n"
REVERSE = """
class Node:
    __slots__ = ("data", "grad", "parent", "local")

    def __init__(self, data, parent=None, local=None):
        self.data, self.grad, self.parent, self.local = data, 0.0, parent, local

    def __pow__(self, n):
        return Node(self.data**n, self, n * self.data ** (n - 1))

    def backward(self):
        self.parent.grad += self.local
"""


def in_a_worker(compiled, exercise_id="06_engine", planted=None, texts=()):
    """What the finder says in a worker that has been told an exercise's cases."""
    exercise = compiled(exercise_id)
    workload = json.loads(make_workload(exercise, exercise.exercise.imports).encoded)
    workload["texts"] = list(texts)
    finder = FINDER.read_text() + "\nimport json\ntold = json.dumps(differentiators())\n"
    finder = finder.replace("\nimport json\n", "\njson = sys.modules['json']\n")
    told = json.dumps({"workload": workload, "planted": planted or {}, "finder": finder}).encode()
    done = subprocess.run(
        worker_command(1, ROOT, WORKER, import_folders(exercise.exercise.imports)),
        input=told,
        env={**zygote_environment(), "LENGTH": str(len(told))},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def in_the_wheel(tmp_path, planted="", only=""):
    """What the finder says of the modules that students get."""
    code = WHEEL.format(root=str(ROOT), tools=str(FINDER.parents[1]), planted=planted, only=only)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        cwd=tmp_path,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("exercise", ["06_engine", "10_pytorch", "09_training"])
def test_nothing_in_a_worker_differentiates(compiled, exercise):
    count, found = in_a_worker(compiled, exercise)
    assert count > 150
    assert found == []


def test_nothing_that_students_get_differentiates(tmp_path):
    count, found = in_the_wheel(tmp_path)
    assert count > 1000
    assert found == []


def test_dual_numbers_put_back_into_a_player_are_found(compiled):
    assert f"{SHAPES}.Dual" in in_a_worker(compiled, planted={SHAPES: TWIN})[1]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (BY_A_STEP, "slope"),
        (REVERSE, "Node"),
        (IN_A_FUNCTION, "hidden"),
        (
            BY_A_STEP.replace("def slope", "def _away") + "TABLE = {'x': [_away]}\ndel _away",
            "_away",
        ),
    ],
    ids=["a small step", "reverse mode", "made on demand", "in a table"],
)
def test_other_ways_to_differentiate_are_found_in_a_player(compiled, source, name):
    assert f"{SHAPES}.{name}" in in_a_worker(compiled, planted={SHAPES: source})[1]


def test_a_text_in_memory_that_compiles_to_a_differentiator_is_found(compiled):
    found = in_a_worker(compiled, texts=["no program", "def f(x):\n    return x\n", TWIN])[1]
    assert found == [f"text {TWIN.strip()[:60]!r}"]


def test_dual_numbers_put_back_beside_the_tapes_are_found(tmp_path):
    assert (
        "autograder.tape.duals" in in_the_wheel(tmp_path, DUALS.read_text(), "autograder.tape.")[1]
    )
