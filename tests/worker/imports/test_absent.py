"""An import costs nothing; its use may, and says so in one sentence."""

import sys

import pytest

from autograder.judging.told import SENTENCE
from autograder.worker.driver import execute, make_namespace
from autograder.worker.imports.importable import QUIET, STANDARD, is_within
from autograder.worker.status import Status

pytestmark = pytest.mark.usefixtures("no_submission_left")

GONE = "{} is not available while this exercise is graded"


def run(*sources, imports=STANDARD):
    """Execute blocks of one file: what the last raised, or "", and the namespace."""
    namespace = make_namespace(imports)
    played = list(execute([("engine.py", source) for source in sources], namespace))
    return ("" if played[-1].status is Status.OK else played[-1].detail), namespace


def uses(name, line):
    return f"ImportError: {GONE.format(name)} (engine.py, line {line})"


@pytest.mark.parametrize(
    "source",
    [
        "import torch",
        "import torch.nn as nn\nimport math\nmath.e",
        "from torch import nn, tensor as t",
        "from torch import *",
        "import torch\ntorch.manual_seed(0)",
        "import torch\ntorch.manual_seed(0).more[1].and_more = 3",
        "import numpy as np\ndef f(x: np.ndarray | float) -> 'np.ndarray': pass",
        "import numpy as np\nfrom typing import Union\nx: Union[np.floating, int, None]",
        "import numpy.typing as npt\nimport numpy as np\nx: npt.NDArray[np.float64]",
        "import torch\nclass N(torch.nn.Module):\n    def __init__(self): super().__init__()\nN()",
        "import numba\n@numba.njit\ndef f(x): return x\nf(1)",
        "import numba\n@numba.jit(nopython=True)\ndef f(x): return x",
        "import unittest\nclass T(unittest.TestCase):\n    def test(self): pass",
        "import os, subprocess, socket\nos.environ['A'] = 'b'\nos.path.join('a', 'b')",
        "def f():\n    import torch\n    return 1\nf()",
        "from matplotlib.animation import FuncAnimation as F\ndef f():\n    F(1).save('a')\nf()",
        "import matplotlib.animation as a\ndef f():\n    a.FuncAnimation(1)\nf()",
    ],
)
def test_an_import_and_what_only_sets_up_cost_nothing(source):
    assert run(source)[0] == ""


def test_isinstance_is_right_beside_what_is_not_there():
    source = (
        "import numpy as np\nn = isinstance(1, (int, np.integer)), isinstance('a', np.integer)\n"
        "m = isinstance(1, int | np.integer), isinstance(1.0, np.floating | str)"
    )
    ended, namespace = run(source)
    assert ended == ""
    assert namespace["n"] == namespace["m"] == (True, False)


@pytest.mark.parametrize(
    ("source", "name", "line"),
    [
        ("import torch\ndef f():\n    return torch.tensor(1.0)\nf()", "torch", 3),
        ("import numpy as np\ndef f(x):\n    return np.exp(x)\nf(1)", "numpy", 3),
        ("import numpy as np\ny = np.pi * 2", "numpy", 2),
        ("import numpy as np\ny = 2 - np.array([1])", "numpy", 2),
        ("import torch\nif torch.cuda.is_available():\n    pass", "torch", 2),
        ("import torch\nwith torch.no_grad():\n    pass", "torch", 2),
        ("from scipy.special import expit\ndef f():\n    return expit(1)\nf()", "scipy", 3),
        ("import os\ndef f():\n    os.system('ls')\nf()", "os", 3),
        ("import numpy as np\nfor x in np.arange(3):\n    pass", "numpy", 2),
        ("import numpy as np\nx = float(np.pi)", "numpy", 2),
    ],
)
def test_its_use_says_what_is_not_there_and_where_it_was_used(source, name, line):
    assert run(source)[0] == uses(name, line)
    assert SENTENCE.fullmatch(GONE.format(name))


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import torch\nexcept ImportError:\n    torch = None",
        "try:\n    import torch\nexcept:\n    torch = None",
        "try:\n    import torch\nexcept (OSError, ModuleNotFoundError):\n    torch = None",
        "try:\n    import torch\nexcept Exception as e:\n    torch = None",
        "from contextlib import suppress\ntorch = None\n"
        "with suppress(ImportError):\n    import torch",
        "def get():\n    import torch\n    return torch\n"
        "try:\n    torch = get()\nexcept ImportError:\n    torch = None",
    ],
)
def test_where_its_author_foresaw_that_it_is_absent_the_import_fails(source):
    ended, namespace = run(source)
    assert ended == ""
    assert namespace["torch"] is None


def test_a_try_for_other_trouble_does_not_make_an_import_fail():
    source = "try:\n    import torch\n    x = 1 / 0\nexcept ZeroDivisionError:\n    x = 2"
    ended, namespace = run(source)
    assert ended == ""
    assert namespace["x"] == 2


def test_a_try_in_another_block_of_the_same_name_does_not_count():
    assert run("x = 1\n", "import torch\ntorch.manual_seed(1)")[0] == ""


def test_names_of_a_newer_python_are_there_or_say_so():
    version = ".".join(map(str, sys.version_info[:2]))
    source = "from itertools import chain, no_such_tool\ndef f():\n    return no_such_tool()\nf()"
    said = f"itertools.no_such_tool is not in Python {version}, with which this exercise is graded"
    assert run(source)[0] == f"ImportError: {said} (engine.py, line 3)"
    assert SENTENCE.fullmatch(said)
    source = (
        "from typing import override\nclass A:\n    @override\n    def f(self): return 1\nA().f()"
    )
    assert run(source)[0] == ""


def test_what_stands_above_can_be_imported_from_its_file():
    source = "class A: pass\nB = A\nfrom engine import A\nfrom .engine import A as C"
    ended, namespace = run(source)
    assert ended == ""
    assert namespace["A"] is namespace["B"] is namespace["C"]


def test_what_the_exercise_allows_is_there_for_who_names_it_alone():
    import numpy

    assert run("import numpy as np", imports=("math", "numpy"))[1]["np"] is numpy
    ended, namespace = run("np = __import__('num' + 'py')", imports=("math", "numpy"))
    assert ended == ""
    assert namespace["np"] is not numpy


def test_a_module_that_is_not_loaded_within_one_that_is_there_is_named_in_full():
    source = "import json.no_part\ndef f():\n    from json.no_part import g\n    g()\nf()"
    assert run(source)[0] == uses("json.no_part", 4)


@pytest.mark.parametrize("name", STANDARD)
def test_every_standard_module_is_the_real_one(name):
    import importlib

    real = importlib.import_module(name)
    assert run(f"import {name} as m")[1]["m"] is real


def test_no_module_is_both_real_and_quiet():
    assert not [name for name in QUIET if is_within(name, STANDARD)]
