"""A program that could answer otherwise after other cases is seen to be one."""

import decimal
import math
import random
import sys
from collections.abc import Iterator

import pytest
from core_tools import case, check

from autograder.authoring.proof.kept_answers import parts_of
from autograder.authoring.proof.playing import play_parts
from autograder.model import Block
from autograder.worker.imports.importable import STANDARD

CHECKS = [
    check(f"check_{x}", case(request={"name": "double", "args": [float(x)]})) for x in range(3)
]


@pytest.fixture(autouse=True)
def what_was_changed_is_put_back() -> Iterator[None]:
    """The programs below play in this process and change it: later tests compute with math.pi."""
    pi, limit, drawn = math.pi, sys.getrecursionlimit(), random.getstate()
    with decimal.localcontext():
        yield
    math.pi = pi
    sys.setrecursionlimit(limit)
    random.setstate(drawn)


def plays_alone(source, imports=()):
    names = (*STANDARD, *imports)
    return play_parts([Block("m", source)], parts_of(CHECKS), names).alone


REMEMBERS = {
    "a default that is appended to": "def double(x, log=[]):\n    log.append(x)\n    return x",
    "a global that is counted up": "n = 0\ndef double(x):\n    global n\n    n += 1\n    return x",
    "a global that is turned over and back": (
        "odd = False\ndef double(x):\n    global odd\n    odd = not odd\n    return x"
    ),
    "a dictionary of what was asked": "d = {}\ndef double(x):\n    d[x] = 1\n    return x",
    "a set": "s = set()\ndef double(x):\n    s.add(x)\n    return x",
    "a list in a dictionary": "d = {'a': []}\ndef double(x):\n    d['a'].append(x)\n    return x",
    "an attribute of the function": "def double(x):\n    double.x = x\n    return x",
    "an attribute of a class": "class A: n = 0\ndef double(x):\n    A.n += 1\n    return x",
    "an attribute of an object": (
        "class A:\n    pass\na = A()\na.n = 0\ndef double(x):\n    a.n += 1\n    return x"
    ),
    "a slot of an object": (
        "class A:\n    __slots__ = 'n'\na = A()\ndef double(x):\n    a.n = x\n    return x"
    ),
    "an object behind a bound method": (
        "class A:\n    def f(self, x):\n        self.x = x\nkeep = A().f\n"
        "def double(x):\n    keep(x)\n    return x"
    ),
    "a list behind its own method": "keep = [].append\ndef double(x):\n    keep(x)\n    return x",
    "a list that is no plain one": (
        "class L(list): pass\nl = L()\ndef double(x):\n    l.append(x)\n    return x"
    ),
    "a closure": (
        "def made():\n    n = 0\n    def double(x):\n        nonlocal n\n        n += 1\n"
        "        return x\n    return double\ndouble = made()"
    ),
    "an open generator": (
        "def numbers():\n    yield from range(9)\nn = numbers()\n"
        "def double(x):\n    next(n)\n    return x"
    ),
    "a counter": (
        "import itertools\nn = itertools.count()\ndef double(x):\n    next(n)\n    return x"
    ),
    "a cache": "import functools\n@functools.lru_cache\ndef double(x):\n    return x",
    "a new code of a function": (
        "def f(): pass\ndef double(x):\n    f.__code__ = (lambda: 1).__code__\n    return x"
    ),
    "a built-in name that is replaced": (
        "def double(x):\n    __builtins__['abs'] = lambda y: x\n    return x"
    ),
    "an attribute of a module": "import math\ndef double(x):\n    math.pi = x\n    return x",
    "the random generator": "import random\ndef double(x):\n    random.random()\n    return x",
    "the recursion limit": (
        "import sys\ndef double(x):\n    sys.setrecursionlimit(900 + int(x))\n    return x"
    ),
    "the precision of decimals": (
        "import decimal\ndef double(x):\n    decimal.getcontext().prec = 5 + int(x)\n    return x"
    ),
}

FORGETS = {
    "a plain function": "def double(x):\n    return 2 * x",
    "what a lesson imports": (
        "from autograder import check, draw, method_of\nimport math\n"
        "import matplotlib.pyplot as plt\ndraw(1)\n"
        "def double(x):\n    check('x')\n    plt.plot([x])\n    return math.exp(x)"
    ),
    "an engine": (
        "class Value:\n    def __init__(self, data, _children=()):\n        self.data = data\n"
        "        self._prev = set(_children)\n        self._backward = lambda: None\n"
        "    def __add__(self, other):\n"
        "        return Value(self.data + other.data, (self, other))\n"
        "    @property\n    def size(self):\n        return 1\n    @staticmethod\n    def f():\n"
        "        return 1\na = Value(1.0) + Value(2.0)\n"
        "def double(x):\n    return (Value(x) + Value(x)).data"
    ),
    "tables that are read": (
        "D = {'a': (1, [2.0])}\nS = frozenset({1})\ndef double(x):\n    return x * D['a'][1][0]"
    ),
    "its own random generator": (
        "import random\ndef double(x):\n    return 2 * x + 0 * random.Random(3).random()"
    ),
    "what raises": "class A: pass\ndef double(x):\n    raise ValueError(x)",
}


@pytest.mark.parametrize("source", REMEMBERS.values(), ids=REMEMBERS)
def test_a_trace_is_seen(source):
    assert not plays_alone(source)


@pytest.mark.parametrize("source", FORGETS.values(), ids=FORGETS)
def test_a_program_that_leaves_no_trace_is_playable_check_by_check(source):
    assert plays_alone(source)


def test_numpys_random_generator_is_watched_where_numpy_is_used():
    import numpy as np

    state = np.random.get_state()
    drawn = "import numpy as np\ndef double(x):\n    return float(np.random.random())"
    assert not plays_alone(drawn, ["numpy"])
    assert plays_alone("import numpy as np\ndef double(x):\n    return float(np.exp(x))", ["numpy"])
    np.random.set_state(state)


def test_a_limit_that_is_hit_by_all_cases_together_makes_the_program_one_unit():
    for_ever = "def double(x):\n    while True: pass"
    many = [
        check(f"check_{x}", case(request={"name": "double", "args": [1.0]}, within_s=0.01))
        for x in range(9)
    ]
    played = play_parts([Block("m", for_ever)], parts_of(many), STANDARD)
    assert not played.alone
    two = play_parts([Block("m", for_ever)], parts_of(many[:2]), STANDARD)
    assert two.alone
