"""What notebooks hold beside an engine costs it nothing; what is left out is said.

The kinds are those of public bug reports about nbgrader, Otter-Grader, Colab, Databricks and
Jupyter itself; the engine in them is one of the right answers.
"""

import json

import pytest
from class_tools import ENGINE, grade_files, notebook
from sandbox_tools import ROOT, linux_only

pytestmark = [linux_only, pytest.mark.sandbox]

TEXT = (ROOT / "tests/right_answers/parents_in_a_set.py").read_text(encoding="utf-8")
BODY = TEXT.replace("import math\n", "", 1)  # the import stands in another cell
NEG = "def neg(self):\n    return self * -1\n"
# Name to the cells of a notebook that is worth what its engine is worth.
RIGHT = {
    "alias_import": ("import math as m", TEXT),
    "math_first": ("import math\nimport numpy as np\nimport torch", BODY),
    "torch_first": ("import torch\nimport random\nimport math\n%matplotlib inline", BODY),
    "np_first_math_second": ("import numpy as np\nimport math", BODY),
    "np_first_same_cell": ("import numpy as np\n" + TEXT,),
    "np_used": ("import numpy as np\nimport math", BODY.replace("math.exp", "np.exp")),
    "os_first_same_cell": ("import os\n" + TEXT,),
    "colab_mount": (
        "from google.colab import drive\ndrive.mount('/content/drive')\nimport math",
        BODY,
    ),
    "from_import_multi": ("from graphviz import Digraph\nimport math, random, os", BODY),
    "star_import": ("from math import *\nimport math", BODY),
    "semicolon": ("import math;import random", BODY),
    "try_import": (
        "try:\n    import torch\nexcept ImportError:\n    torch = None\nimport math",
        BODY,
    ),
    "future_in_a_cell": ("from __future__ import annotations\nimport math", BODY),
    "capture": ("%%capture\n" + TEXT,),
    "prun": ("%%prun -q\n" + TEXT,),
    "time": ("%%time\n" + TEXT,),
    "comment_before_a_magic": ("# my solution\n%%time\n" + TEXT,),
    "magic_at_the_end": ("import math\n%timeit math.exp(2)\n" + BODY + "\n%timeit Value(2)*3",),
    "bash_first": ("%%bash\npip install x", TEXT),
    "html_first": ("%%html\n<b>x</b>", TEXT),
    "writefile": ("%%writefile engine.py\n" + TEXT,),
    "writefile_then_import": (
        "%%writefile engine.py\n" + TEXT,
        "from engine import Value\nprint(Value(3))",
    ),
    "await_in_a_cell": (TEXT, "import asyncio\nawait asyncio.sleep(0)\nx = Value(2)"),
    "await_in_the_same_cell": (TEXT + "\nimport asyncio\nawait asyncio.sleep(0)\n",),
    "del_statement": (TEXT + "\ntmp = 3\ndel tmp\n",),
    "display": (TEXT, "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'))"),
    "fence": (f"```python\n{TEXT}\n```",),
    "table_filled_in_a_loop": ("K = {}\nfor i in range(3):\n    K[i] = i\nimport math", BODY),
    "with_block": ("import math, contextlib\nwith contextlib.nullcontext():\n    ONE = 1.0", BODY),
    "setattr_in_a_loop": (
        TEXT,
        NEG + "for name, fn in [('__neg__', neg)]:\n    setattr(Value, name, fn)",
    ),
    "attribute_in_a_cell": (TEXT + "\n" + NEG, "Value.__neg__ = neg"),
    "attribute_under_if": (TEXT, "if True:\n    Value.__neg__ = lambda self: self * -1"),
    "input": (TEXT, "n = int(input('n? '))\nValue(n)"),
    "return_outside": (TEXT, "return 3"),
    "constant_above": ("EPS = 1e-12\nimport math", BODY),
}
# Name to the cells of a notebook in which no engine runs, and what is said of it.
SAID = {
    "run": (("%run engine.py",), "1 line for IPython left out"),
    "python_elsewhere": (("%%python\n" + TEXT,), "(%%python) does not run in the notebook"),
    "another_class": ((TEXT.replace("Value", "Scalar"),), "No class Value is found"),
}


@pytest.fixture(scope="module")
def reports(compiled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("field")
    made = {name: notebook(*cells, solve=0) for name, cells in RIGHT.items()}
    made |= {f"{name}_without_ids": notebook(*cells) for name, cells in RIGHT.items()}
    made |= {name: notebook(*cells) for name, (cells, _) in SAID.items()}
    plain = json.loads(notebook("x = 1"))
    plain["cells"].append({"cell_type": "markdown", "metadata": {}, "source": TEXT})
    made["text_cell"] = json.dumps(plain).encode()
    files = []
    for name, data in made.items():
        files.append(folder / f"{name}.ipynb")
        files[-1].write_bytes(data)
    return grade_files(compiled(ENGINE), files)


@pytest.mark.parametrize("ids", ["", "_without_ids"])
@pytest.mark.parametrize("name", RIGHT)
def test_what_stands_beside_an_engine_costs_it_nothing(reports, name, ids):
    report = reports[name + ids]
    assert report.score == report.max_score, [c for c in report.checks if c.score < c.max_score][:1]


@pytest.mark.parametrize("name", [*SAID, "text_cell"])
def test_where_no_engine_runs_it_is_said_why(reports, name):
    report = reports[name]
    due = SAID[name][1] if name in SAID else "defines Value and is a text cell"
    assert report.score < report.max_score / 10
    assert any(due in one for one in report.repairs), report.repairs
