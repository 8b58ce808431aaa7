"""Trials are told from what may change the solution; names and modules that are not there."""

import pytest

from autograder.intake.effects import Effects, global_names
from autograder.intake.imported import absent_modules
from autograder.intake.naming import named_otherwise
from autograder.model import Block

ENGINE = """
import math
RULES = {}
ORDER = []
def add(self, other): return Value(self.data + other)
def patch(): Value.__radd__ = add
def more(): patch()
class Value:
    def __add__(self, other): return RULES["add"](self, other)
    def backward(self): return ORDER + [math.e]
"""


@pytest.fixture(scope="module")
def effects():
    return Effects([ENGINE], ("Value", "Value.__mul__"))


@pytest.mark.parametrize(
    "text",
    [
        "setattr(Value, '__add__', add)",
        "for name in ('a', 'b'):\n    setattr(Value, name, add)",
        "for kind in (int, Value):\n    kind.f = add",
        "patch()",
        "more()",
        "RULES.update(add=add)",
        "ORDER.append(1)",
        "RULES['add'].rules.append(add)",
        "for k in range(3):\n    RULES[k] = add",
        "if True:\n    def add(self, other): pass",
        "with open('f') as f:\n    RULES = f",
        "del Value.__add__",
        "import_of.sys.setrecursionlimit(10 ** 6)",
        "setrecursionlimit(10 ** 6)",
        "np.random.seed(1)",
        "register(cls=Value)",
        "decorate([Value])",
        "exec('class Value: pass')",
        "globals()['Value'] = 3",
        "try:\n    import numpy as math\nexcept ImportError:\n    print(1)",
    ],
)
def test_what_may_change_the_solution_counts(effects, text):
    assert effects.counts(text)


@pytest.mark.parametrize(
    "text",
    [
        "print(Value(2.0) + 1)",
        "a.backward()",
        "for step in range(10 ** 9):\n    print(Value(step))",
        "for k in range(3):\n    losses.append(Value(k))",
        "with open('f') as f:\n    data = f.read()",
        "assert isinstance(a, Value)",
        "help(Value)",
        "print(Value, dir(Value))",
        "plt.plot([v.data for v in values])",
        "if a.grad != 3:\n    raise ValueError(a)",
        "while True:\n    x = Value(1)",
        "this does not parse",
    ],
)
def test_a_trial_does_not_count(effects, text):
    assert not effects.counts(text)


def test_global_names_are_those_that_functions_do_not_bind():
    source = "y = 1\ndef f(a, b=y):\n    c = a + d\n    return lambda e: e + g\nclass K:\n    h = i"
    assert {"d", "g", "i"} <= global_names([source, "return 3", "a ="])
    assert global_names([source]).isdisjoint(("a", "c", "e", "y"))


# Names ------------------------------------------------------------------------------------


def said(*sources, asked=None):
    blocks = [Block(f"cell {k}", source) for k, source in enumerate(sources, 1)]
    return list(named_otherwise(blocks, asked or {"Value": True}))


def test_a_class_of_another_name_is_said():
    assert said("class Scalar: pass") == ["No class Value is found; defined: class Scalar."]
    assert said("class Values: pass\nclass Node: pass") == [
        "No class Value is found; defined: classes Values, Node. Did you mean 'Values'?"
    ]


def test_a_function_of_another_name_is_said():
    assert said("def topological(): pass", asked={"topo_sort": False}) == [
        "No function topo_sort is found; defined: function topological."
    ]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("if __name__ == '__main__':\n    class Value: pass", "`if` of line 1"),
        ("x = 1\ndef main():\n    class Value: pass", "function main of line 2"),
    ],
)
def test_a_class_that_is_not_at_the_left_margin_is_said(source, what):
    assert said(source) == [
        f"class Value is not found, for it stands inside the {what} of cell 1; move it to the "
        "left margin."
    ]


def test_a_class_that_is_defined_twice_is_said():
    assert said("class Value: pass", "x = 1\nclass Value: pass") == [
        "Value is defined more than once: line 1 of cell 1 and line 2 of cell 2. "
        "The last one counts."
    ]


@pytest.mark.parametrize(
    "source",
    [
        "class Value: pass",
        "Value = make()",
        "from nodes import Value",
        "from nodes import Node as Value",
        "class Scalar: pass\nValue = Scalar",
        "class Value: pass\nclass Value(Value): pass",
        "class Scalar: pass\nclass Value",
        "x = 1",
        "",
    ],
)
def test_of_what_is_there_or_cannot_be_read_nothing_is_said(source):
    assert said(source) == []


# Modules ----------------------------------------------------------------------------------


def absent(source, imports=()):
    return list(absent_modules([Block("engine.py", source)], imports))


def test_modules_that_are_not_there_are_said_in_one_sentence():
    assert absent("import math\nimport torch") == [
        "torch is not available while this exercise is graded: importing it costs nothing, using "
        "it fails."
    ]
    (sentence,) = absent("import torch.nn, math, numpy as np\nfrom scipy.special import expit")
    assert sentence.startswith("numpy and scipy and torch are not available")


@pytest.mark.parametrize(
    "source",
    [
        "import math, os.path\nfrom collections.abc import Iterable\nimport matplotlib.pyplot as p",
        '"""\nimport torch\n"""',
        "class Value: pass\nfrom engine import Value",
        "from .engine import Value",
        "import torch as",
    ],
)
def test_of_modules_that_are_there_nothing_is_said(source):
    assert absent(source) == []


def test_what_the_exercise_allows_is_there():
    assert absent("import numpy.linalg", ("numpy",)) == []
