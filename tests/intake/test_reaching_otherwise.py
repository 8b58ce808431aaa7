"""Attributes and names are flagged that are reached by what no dotted name shows.

By a table that is walked, a descriptor, a star, a class, a pattern or a library's own getattr; and
behind any number of other things that the same name was bound to before.
"""

import time

import pytest

from autograder.intake.flags.prefilter import may_reach
from autograder.intake.flags.reaching import reaching
from autograder.model import Block


def found(source):
    """The flags of a submission of one block."""
    return list(reaching([Block("engine.py", source)]))


BY_OTHER_WAYS = (
    (
        "def part(x, end):\n"
        "    return [d.__get__(x) for k, d in vars(type(x)).items() if k.endswith(end)][0]"
    ),
    "import random\nfor k, v in vars([random][0]).items():\n    if k.endswith('_os'): o = v",
    "getattr.__call__(t, us('tb-frame'))",
    "type(t).__getattribute__.__get__(t)(us('tb-frame'))",
    "from operator import *\nattrgetter(us('tb-frame.f-back'))(t)",
    "from typing import *\nA = NamedTuple('A', [('x', us('q(t)'))])\nget_type_hints(A, {'t': t})",
    "from string import *\nclass F(Formatter):\n    def format_field(self, v, s): got.append(v)",
    "class A:\n    import sys as q\nA.q.modules",
    "class A:\n    from operator import attrgetter as g\nA.g(us('tb-frame'))(t)",
    (
        "import math\nx = math.sin\nx = math.sin\nx = math.sin\nx = math.sin\nx = math.sin\n"
        "x = math.sin\nx = math.sin\nx = math.sin\nx = getattr\nx(t, us('a'))"
    ),
    (
        "import math, sys\nx = math.sin\nx = math.cos\nx = math.tan\nx = math.exp\n"
        "x = math.log\nx = math.pow\nx = math.erf\nx = math.ceil\nx = math.floor\nx = sys\n"
        "x.modules"
    ),
    (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    tb_frame: object\n"
        "C.__eq__(t, spy)"
    ),
    "class P(metaclass=M):\n    __match_args__ = (us('tb-frame'),)\nmatch t:\n    case P(x): pass",
    "from functools import update_wrapper\nupdate_wrapper(box, t, [us('tb-frame')], ())",
    "for v in list(globals().values()):\n    if type(v) is dict and 'len' in v: tools = v",
    "for k, d in vars(type).items():\n    d(object)",
    "for d in type(t).__dict__.values(): d",
    "v = vars(t.__class__)\nfor k in v: x = v[k]",
    "take = [*type.__dict__.values()]",
    "def part(self, e):\n    return [d for k, d in vars(type(self)).items()]\npart(t, 'x')",
    "class A:\n    def part(self): return vars(self).items()\nimport random\nA.part(random)",
    "class W:\n    def __new__(cls, x): return x\nimport random\na = W(random)\nvars(a).items()",
    "f(**vars(x))",
    "dict(type(t).__dict__)",
    "box.__dict__.update(type(t).__dict__)",
    "getattr.__call__.__call__(t, us('a'))",
    "g = getattr.__call__\ng(t, us('a'))",
    "type(t).__getattribute__.__call__(t, us('a'))",
    "from operator import methodcaller\nmethodcaller('__get__', t)(d)",
    "getattr(d, '__get__')(t)",
    "from operator import *\ng = attrgetter\ng(us('a'))(t)",
    "if 1:\n    from operator import *\nattrgetter = attrgetter\nattrgetter(us('a'))",
    "from ast import *\nsys.modules",
    "from statistics import *\nfrom string import *\nclass F(Formatter): pass",
    "class A:\n    if 1:\n        import sys as q\nA.q.modules",
    "class A:\n    (q := getattr)\nA.q(t, us('a'))",
    "class A:\n    with x:\n        from builtins import getattr as q",
    "def f():\n    class B:\n        import os\n    return B",
    (
        "import math\nx = [math.sin, math.cos]\nn = 'a'\nn = 'b'\nn = 'c'\nn = 'd'\nn = 'e'\n"
        "n = 'f'\nn = 'g'\nn = 'h'\nn = us('x')\ngetattr(t, n)"
    ),
    (
        "x = a.b\nx = a.c\nx = a.d\nx = a.e\nx = a.f\nx = a.g\nx = a.h\nx = a.i\nx = a.j\n"
        "x = vars\nx(type(t)).items()"
    ),
    (
        "def f(g):\n    g(t, us('a'))\n"
        "f(a.b); f(a.c); f(a.d); f(a.e); f(a.f); f(a.g); f(a.h); f(a.i); f(getattr)"
    ),
    "from dataclasses import dataclass\n@dataclass\nclass C:\n    f_back: object",
    "class P:\n    __match_args__ = [us('x')]\nmatch t:\n    case P(x): pass",
    "class P: pass\nP.__match_args__ = (us('x'),)",
    "P = type('P', (), {'__match_args__': (us('x'),)})",
    (
        "class M(type):\n    def __getattr__(c, n): return (us('x'),)\n"
        "class P(metaclass=M): pass\nmatch t:\n    case P(x): pass"
    ),
    "from functools import *\nwraps(t, [us('x')], ())(box)",
    "import functools as f\nf.update_wrapper(wrapped=t, wrapper=box, assigned=names)",
    "from functools import partial, update_wrapper\npartial(update_wrapper, assigned=n)",
    "import contextlib\ncontextlib.wraps(t, n)(box)",
    "from functools import wraps\nw = [wraps]",
    "import optparse\noptparse.Values.ensure_value(t, us('x'), 0)",
    "for v in list(globals().values()): v",
    "g = locals()\nfor k, v in g.items(): v",
    "globals()[us('x')]",
    "x = [*vars().values()]",
    "f(globals())",
    "g = globals\nfor v in g().values(): v",
    "import math\ny = math\ny.exp = f",
    "import math\ny = z = math  # c\ny.exp = f",
    "import math\ny = math; y.exp = f",
    "import random\ny = random.Random\ny.random = f",
    "import math\ny = 0 or math\ny.exp = f",
    "import math\ny = x if x else math\ny.exp = f",
)


@pytest.mark.parametrize("source", BY_OTHER_WAYS, ids=range(len(BY_OTHER_WAYS)))
def test_what_no_dotted_name_shows_is_flagged(source):
    assert found(source)


HONEST = (
    "@method_of(MLP)\ndef zero_grad(self):\n    for v in vars(self).values(): v.grad = 0",
    "class V:\n    def __repr__(self): return str({k: v for k, v in self.__dict__.items()})",
    "class V:\n    def show(self):\n        for k, v in type(self).__dict__.items(): print(k)",
    "class V: pass\na = V()\nprint(vars(a).items(), V.__dict__.values())",
    (
        "print(vars(node), node.__dict__, f'{node.__dict__}', vars(node)['data'], "
        "sorted(vars(node)), len(vars(x)))"
    ),
    "assert 'grad' in vars(node) and vars(a) == vars(b)",
    "copy.__dict__.update(data=1); node.__dict__['grad'] = 0.0",
    (
        "class MLP:\n    def __call__(self, x): return [n(x) for n in self.layers]\n"
        "model.__call__(x); self.act.__call__(2)"
    ),
    "class D:\n    def __get__(self, a, b): return 1",
    "from math import *\nx = exp(1)",
    "from random import *\nx = uniform(0, 1)",
    "from typing import *\ndef f(x: List[float]) -> Optional[int]: return None",
    "from operator import *\nx = add(1, mul(2, 3))\nfor n in ('a',): getattr(x, n)",
    "from engine import *\na = Value(2.0)\nfor n in names_of(a): n",
    "from numpy import *\nx = array([1.0])",
    (
        "from dataclasses import dataclass\n@dataclass\nclass V:\n    data: float\n"
        "    modules: list = None\n    __match_args__ = ('data', 'grad')\nmatch v:\n"
        "    case V(d, g): pass\n    case int(x) | float(x): pass"
    ),
    "class V:\n    import math\n    from math import exp as e\n    x = math.pi",
    "from functools import wraps, update_wrapper\n@wraps(f)\ndef g(): pass\nupdate_wrapper(g, f)",
    (
        "import functools\ndef d(f):\n"
        "    @functools.wraps(f, assigned=('__name__', '__doc__'))\n"
        "    def g(*a): return f(*a)\n    return g"
    ),
    "if 'Value' in globals(): print(globals()['Value'], locals().get('x'), 'x' in locals())",
    "globals()['f'] = 1; print(globals(), len(locals()), sorted(globals()))",
    "import math\nexp = math.exp\nhalf = math.pi\nx = half",
    (
        "for name in "
        "('exp','log','tanh','relu','sigmoid','add','mul','sub','pow','neg','div'): "
        "getattr(Value, name)"
    ),
)


@pytest.mark.parametrize("source", HONEST, ids=range(len(HONEST)))
def test_what_looks_like_it_is_not_flagged(source):
    assert found(source) == []


@pytest.mark.parametrize("number", ["9" * 4_000, "0x" + "f" * 5_000, "-0o" + "7" * 9_000])
@pytest.mark.parametrize("place", ["def f(x: {}): getattr", "x: {} = eval", "'a'[{}:]\neval"])
def test_no_number_is_too_long_to_be_looked_at(place, number):
    assert not any("annotation" in flag for flag in found(place.format(number)))


@pytest.mark.parametrize(
    "alias",
    [
        "y = math",
        "y = math;",
        "y = z = math  # c",
        "y = 0 or math",
        "y = random.Random",
        "y = (math)",
    ],
)
def test_another_name_for_a_module_is_looked_into(alias):
    assert may_reach(f"import math, random\n{alias}\ny.exp = f\n")


@pytest.mark.parametrize(
    "plain",
    [
        "half = math.pi",
        "exp = math.exp  # faster",
        "# as with math\nx = math.e",
        "math.exp(1); y = 2",
    ],
)
def test_a_name_for_one_of_its_functions_is_not(plain):
    assert not may_reach(f"from math import exp\nimport math\n{plain}\nx = half\n")


def test_a_table_of_texts_that_overflows_is_told_only_if_one_is_not_known():
    names = "".join(f"n = 'name{k}'\n" for k in range(40))
    assert found(f"{names}getattr(x, n)") == []
    assert found(f"{names}n = us('a')\ngetattr(x, n)")


@pytest.mark.parametrize(
    ("first", "line"),
    [
        ("class V: pass\n", "x = V(); x.__dict__.items()\n"),
        ("wraps\n", "import "),
        ("import math\n", "y = math\n"),
        ("import math\n", "math.a.a.a.a "),
        ("from operator import *\nfrom string import *\n", "a = b; c(d)\n"),
        ("eval\n" + "".join(f"a = 'open{k}'\n" for k in range(40)), "f'{a}{a}{a}'\n"),
    ],
)
def test_looking_is_bounded(first, line):
    began = time.process_time()
    found(first + line * ((60_000 - len(first)) // len(line)))
    assert time.process_time() - began < 3.0  # 0.1 to 0.8 s on a quiet machine


@pytest.mark.parametrize("text", ["keep[enum.sys]", "enum.sys", "list[collections._sys]"])
def test_an_annotation_that_reaches_for_a_module_is_seen(text):
    assert found(f"import collections, enum\n@show.register\ndef f(x: '{text}'): pass\n")


@pytest.mark.parametrize("text", ["list[np.ndarray]", "typing.Optional[Value]", "Value.Node | x."])
def test_an_annotation_that_names_a_type_is_not(text):
    assert found(f"import typing\n@show.register\ndef f(x: '{text}'): pass\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "catch == sys",
        "sys in catch",
        "sys > catch",
        "b.put((y := sys))",
        "b.put(sys or 0)",
        "b.v = sys or 0",
        "b.v = 0 if x else sys",
        "Catch() + (sys or 0)",
        "match (sys or 0):\n    case object(modules=m): pass",
        "raise ValueError(sys or 0)",
        "x = {'a': sys or 0}",
    ],
)
def test_a_module_that_is_handed_on_beside_something_is_seen(line):
    assert found(f"import sys\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "if sys is not None and x: pass",
        "if sys == None: pass",
        "if (s := sys): s.setrecursionlimit(9)",
        "while sys and x: pass",
    ],
)
def test_a_module_that_is_asked_after_is_not(line):
    assert found(f"import sys\n{line}\n") == []
