"""Code that reaches is flagged also where the text does not spell out what it reaches for.

What cannot be followed is flagged as that: a name that is worked out, a module or a
function such as getattr that is handed on.
"""

import time

import pytest

from autograder.intake.flags.prefilter import may_reach
from autograder.intake.flags.reaching import reaching
from autograder.model import Block

HIDDEN = {
    "getattr(*[w, 's' + x])": "getattr",
    "getattr(w, *['kcab_f'[::-1]])": "f_back",
    "import sys\nclass A: pass\nA.s = sys": "sys",
    "def f(getattr=getattr): pass": "getattr",
    "import io\nio._io.FileIO(4)": "io._io.FileIO",
    "import logging.config\nlogging.config.dictConfig(x)": "logging.config",
    "import unittest\nunittest.TestLoader().loadTestsFromName(x)": "loadTestsFromName",
    "from functools import reduce\nreduce(lambda o, n: getattr(o, n), x.split('.'), y)": "getattr",
    "getattr(x, min(dir(x), key=len))": "getattr",
    "getattr(x, f.__name__)": "getattr",
    "getattr(x, 'f_xback'.replace(y, ''))": "getattr",
    "getattr(x, ''.join(map(chr, y)))": "getattr",
    "getattr(x, 'ab'.translate(t))": "getattr",
    "a, *b = ['kcab_f'[::-1]]\ngetattr(x, a)": "f_back",
    "for k, v in {'a': 'kcab_f'[::-1]}.items(): getattr(x, v)": "f_back",
    "import random\ndef f(rng): return vars(rng)\nf(random)": "random.__dict__",
    "x.f_trace = g": "f_trace",
    "def f(n): 0\nf('data')\ndef g(o, n): getattr(o, n)\ng(x, 'kcab_f'[::-1])": "f_back",
    "def f(n): 0\nf('data')\ng = lambda o, n: getattr(o, n)\nmap(g, x, y)": "getattr",
    "import sys\ndef f():\n    q = 0\n    def g():\n        global q\n        q = sys\nq.modules": (
        "sys.modules"
    ),
    "def f():\n    n = 'data'\n    for _ in x:\n        n += y\n    getattr(x, n)": "getattr",
    (
        'import random\nw = lambda *c: "".join(chr(k + 0) for k in c)\n'
        "o = getattr(random, w(95,111,115))\ns = getattr(o, w(115,121,115))\n"
        "m = getattr(s, w(109,111,100,117,108,101,115))\n"
        'd = m[w(97)+"utograder.worker.driver"]'
    ): "random",
    (
        "import math\nclass A:\n    pass\ndef look(o, k):\n    for n in dir(o):\n"
        '        if n.startswith("__glo"):\n            return getattr(o, n)\n'
        "from autograder import method_of\ng = look(method_of, 0)"
    ): "autograder",
    (
        "import warnings\n"
        's = next(getattr(warnings, n) for n in dir(warnings) if n == "sys")\n'
        'm = next(getattr(s, n) for n in dir(s) if len(n) == 7 and n[:3] == "mod")'
    ): "warnings",
    "def f(o, n, g=getattr): return g(o, n)": "getattr",
    "object.__getattribute__(x, n)": "getattr",
    'n = ""\nfor c in (102, 95, 98): n += chr(c)\ngetattr(x, n)': "getattr",
    'n = "".join(chr(c) for c in (102, 95))\ngetattr(x, n)': "getattr",
    'getattr(x, "%s_%s" % ("f", "back"))': "getattr",
    'import codecs\ngetattr(x, codecs.decode("s_onpx", "rot13"))': "getattr",
    "getattr(x, bytes([102, 95, 98]).decode())": "getattr",
    'for n in dir(x):\n    if n.endswith("frame"): y = getattr(x, n)': "getattr",
    'import warnings\ngetattr(warnings, "s" + x)': "warnings",
    "import sys\nsys.__class__.__getattribute__(sys, n)": "sys",
    (
        'import warnings\ns, = map(getattr, [warnings], ["sys"])\n'
        'm, = map(getattr, [s], ["modules"])'
    ): "getattr",
    "import warnings\nfor w in [warnings]:\n    m = w.sys.modules": "warnings",
    (
        "import warnings\nmatch warnings:\n    case object(sys=s):\n        match s:\n"
        "            case object(modules=m):\n"
        '                print("GOT", [v for k, v in m.items() if k.endswith("worker.driver")])'
    ): "warnings",
    (
        'import functools, warnings\np = functools.partial(getattr, warnings)\ns = p("sys")\n'
        'm = functools.partial(getattr, s)("modules")'
    ): "getattr",
    "import sys\nfor s in [sys]: s.modules": "sys",
    "import sys\n[s.modules for s in (sys,)]": "sys",
    "import sys\ns, t = sys, 1\ns.modules": "sys",
    "import sys\n*s, = [sys]\ns[0].modules": "sys",
    (
        "import sys\nfrom contextlib import nullcontext\nwith nullcontext(sys) as s:\n    s.modules"
    ): "sys",
    "import sys\n(lambda x=sys: x.modules)()": "sys",
    "import sys\nclass K:\n    s = sys\nK.s.modules": "sys",
    "import sys\ndef f(*, s=sys): return s.modules": "sys",
    'import sys\nd = {"a": sys}\nd["a"].modules': "sys",
    "import sys\ndef f(): yield sys\nnext(f()).modules": "sys",
    "import sys\ndef f():\n    return sys\nf().modules": "sys",
    "import sys\nmatch sys:\n    case s: s.modules": "sys",
    "import sys\nmatch [sys]:\n    case [s, *_]: s.modules": "sys",
    'g = {"g": getattr}\ng["g"](x, y)': "getattr",
    "class K:\n    get = staticmethod(getattr)": "getattr",
    "@exec\nclass A: pass": "exec",
    "sorted(x, key=eval)": "eval",
    "import builtins\nf = [builtins.getattr]": "getattr",
    "import sys\nx = [sys][0]\nx.modules": "sys",
    "import sys\nprint(*[s.modules for s in [sys]])": "sys",
    'import sys\ndef f(*a, **k): return k["s"].modules\nf(s=sys)': "sys",
    "import sys\ns = sys\nt = s if s else 0\nt.modules": "sys",
    "import sys, functools\nfunctools.partial(vars, sys)()": "sys",
    (
        "import sys\ntry:\n    raise KeyError(sys)\nexcept KeyError as e:\n    e.args[0].modules"
    ): "sys",
    "import sys\nx = next(iter({sys}))\nx.modules": "sys",
    'import operator, warnings\ng = operator.attrgetter("sys.modules")\nm = g(warnings)': "sys",
    "import warnings\ndef f(w):\n    return w.sys.modules\nm = f(warnings)": "sys.modules",
    (
        "import warnings\ndef f(w, *names):\n    for n in names:\n        w = getattr(w, n)\n"
        '    return w\nm = f(warnings, "sys", "modules")'
    ): "sys",
    (
        "import operator, warnings\n"
        's = operator.methodcaller("__getattribute__", "sys")(warnings)\n'
        'm = operator.methodcaller("__getattribute__", "modules")(s)'
    ): "sys",
    "import sys\ndef f(s): return s.modules\nf(sys)": "sys.modules",
    "import random\nrandom._os.sys.modules": "_os",
    "import contextlib\ncontextlib.sys.modules": "contextlib.sys",
    'import enum\nenum.bltns.eval("1")': "enum.bltns",
    "import re\nre.enum.sys.modules": "re.enum.sys",
    "import numpy as np\nnp.lib.os.sys": "numpy.lib.os",
    "import engine\nengine.sys.modules": "engine.sys",
    'import pickle\npickle.loads(b"")': "pickle",
    'import pkgutil\npkgutil.resolve_name("sys:modules")': "pkgutil",
    'from unittest import mock\nmock.patch("builtins.len")': "unittest.mock",
    "import unittest.mock": "unittest.mock",
    "import __main__": "__main__",
    "__spec__.loader": "__spec__",
    "import warnings\nw = warnings.catch_warnings()._module\nw.sys": "_module.sys",
    "import inspect\ninspect.getmodule(f)": "inspect.getmodule",
    "import sys\nsys.meta_path.append(F())": "meta_path",
    (
        "import warnings\ndef look(o, *path):\n"
        '    for p in path: o = getattr(o, p.strip("z"))\n    return o\n'
        'look(warnings, "zsysz", "zmodulesz")'
    ): "sys",
    "import asyncio\nasyncio.sys.modules": "asyncio.sys",
    'x = globals\nx()["sys"].modules': "sys.modules",
    'import sys\ndel sys.modules["math"]': "sys.modules",
    "import sys\ndef g():\n    global q\n    q = sys\nq.modules": "sys.modules",
    "from dataclasses import sys as s\ns.modules": "dataclasses.sys",
    "import collections.abc as c\nc.sys.modules": "collections.abc.sys",
    "import math\nmath.__loader__": "__loader__",
    "import math\nmath.__spec__.loader": "__spec__",
    (
        'def get(o, n):\n    return getattr(o, n[::-1].replace("z", "_"))\ntry:\n    1 / 0\n'
        "except ZeroDivisionError as e:\n"
        '    f = get(get(e.__traceback__, "emarfzbt"), "kcabzf")'
    ): "f_back",
    (
        'names = ["tb" + "_" + x for x in ["frame"]]\ndef get(o, n):\n'
        "    return getattr(o, n)\ntry:\n    1 / 0\nexcept ZeroDivisionError as e:\n"
        "    f = get(e.__traceback__, names[0])\n"
        '    f = get(f, "_".join(map(str, ["f", "back"])))'
    ): "tb_frame",
    "import dataclasses\ndataclasses.inspect.currentframe()": "currentframe",
    'import operator\nf = operator.attrgetter\nf("f_" + "back")(x)': "f_back",
    'g = object.__getattribute__\ng(x, "f_back")': "f_back",
    'names = ["data"]\nnames.append("kcab_f"[::-1])\ngetattr(x, names[1])': "f_back",
    'k = {}\nk["a"] = "kcab_f"[::-1]\ngetattr(x, k["a"])': "f_back",
    "import traceback\ntraceback.StackSummary.extract(x, capture_locals=True)": "capture_locals",
    "import statistics\nstatistics.sys._getframe()": "_getframe",
    'f"{x.f_back}"': "f_back",
    '"{x.f_back}".format(x=y)': "f_back",
    '"".join(["{0.", "f_locals}"]).format(f)': "f_locals",
    "async def f(): pass\nf().cr_frame": "cr_frame",
    "import logging\nlogging.currentframe()": "currentframe",
    (
        "import dataclasses\n"
        'C = dataclasses.make_dataclass("C", [("x", "int", dataclasses.field(default=0))], na'
        "mespace={})\n"
        'import collections\nN = collections.namedtuple("N", "a b")'
    ): "make_dataclass",
    (
        "import string, warnings\n"
        'o, _ = string.Formatter().get_field("0.sys.modules", (warnings,), {})'
    ): "get_field",
    "import dataclasses\ndataclasses.builtins.exec": "builtins.exec",
    'import string\nstring.Formatter().vformat("{0.sys.modules}", [w], {})': "string.Formatter",
    'import string\nF = string.Formatter\nF().get_field("a", (), {})': "string.Formatter",
    (
        "import functools\n@functools.singledispatch\ndef f(x): pass\n@f.register\n"
        'def g(x: "print(1)"): pass'
    ): "an annotation",
    "import typing\ntyping.get_type_hints(f)": "get_type_hints",
    'import timeit\ntimeit.timeit("import sys; sys.modules")': "timeit.timeit",
    'from timeit import repeat as r\nr(setup="import sys")': "timeit.repeat",
    "import code\ncode.interact()": "code",
    'import ast\neval(compile(ast.parse("1"), "", "eval"))': "compile",
    '__annotations__["x"] = 1': "__annotations__",
    (
        'from operator import methodcaller as m\nlist(map(m("__sub" "classes__"), [object]))'
    ): "__subclasses__",
    "x.__class__.__mro__[1].__subclasses__()": "__subclasses__",
    'type.mro(x)[-1].__dict__["__sub" + "classes__"]': "__subclasses__",
    "def f(): pass\nK = type(f)\nK(f.__code__, {})": "__code__",
    "f.__code__.replace(co_names=())": "__code__.replace",
    "import numpy as np\nx.__array_interface__": "__array_interface__",
    "help.__call__.__self__": "__self__",
    'import os\nos.write(3, b"x")': "os.write",
    'import os as o\no.write(3, b"x")': "os.write",
    "from os import write": "os.write",
    'open(4, "wb").write(b"x")': "open",
    'import io\nio.FileIO(5, "w")': "io.FileIO",
    "import inspect\ninspect.getmembers(x)": "getmembers",
    "import weakref\n[v for v in vars(weakref).values()]": "weakref.__dict__",
    "import warnings\ndef f(w):\n    return vars(w)\nf(warnings)": "warnings.__dict__",
    "import sys\nclass A:\n    def __init__(self, m): self.m = m\nA(sys).m.modules": "sys",
}


def found(source):
    """The flags of a submission of one block."""
    return list(reaching([Block("engine.py", source)]))


@pytest.mark.parametrize(("source", "name"), HIDDEN.items(), ids=range(len(HIDDEN)))
def test_what_reaches_out_of_sight_is_flagged(source, name):
    assert any(flag.partition(": ")[2].startswith(f"{name} (") for flag in found(source))


HONEST = (
    (
        "def f(nodes):\n    for n in nodes: n.grad = 0.0\ndef g(a):\n"
        "    for n in ('exp',): getattr(a, n)"
    ),
    "def made(name, f): return Value(name)\nfor name in ('add', 'mul'): getattr(operator, name)",
    (
        "import random\ndef f(p): p.data = 1.0\nf(MLP(2, random).p)\n"
        "for p in MLP(2, random): p.grad = 0"
    ),
    "import random\nclass MLP:\n    def __init__(self, nin, rng=random): pass\nMLP(3, random)",
    "import random, copy\nprint(random, copy)\nif copy: x = copy.copy(1)",
    "import sys\ns = sys\nsys = s if s is not None else None\nprint(s.maxsize, file=s.stderr)",
    "import numpy as np\ndef run(lib): return lib.exp(1.0)\nrun(np)",
    "try:\n    import torch\nexcept ImportError:\n    torch = None\nlive(torch)",
    "import math\nfor name in ('exp', 'log'): getattr(math, name)(2.0)",
    "import operator\nfor name in OPS: getattr(operator, name)",
    (
        "unary = {'exp': 1.0}\n"
        "for name, x in unary.items(): f = lambda a, name=name: getattr(a, name)()"
    ),
    "def unary(a, name): return getattr(a, name)()\nunary(a, 'exp'); unary(a, name='tanh')",
    "class V:\n    def rule(self): return getattr(self, 'back_' + self.op)()",
    (
        "def same(self, names):\n    return all(getattr(self, n) for n in names)\n"
        "same(a, ['data', 'grad'])"
    ),
    "names = ['exp']\nnames.append('log')\nfor n in names: getattr(a, n)",
    "getattr(node, '_seen', False); getattr(a, f'{op}_rule') if op == '+' else None",
    "from operator import attrgetter\nsorted(nodes, key=attrgetter('data'))",
    "vars = [a, b]\nfor v in vars: v.grad = 0.0\ntotal(vars)",
    "locals = [a]\nmap(f, locals); map(f, model.eval); model.compile(x)",
    (
        "class T:\n    modules: list['Value | None'] = []\n"
        "    def f(self, x: 'Value') -> 'Value': pass"
    ),
    "import functools\n@functools.singledispatch\ndef f(x: 'Value') -> 'list[Value]': pass",
    "import timeit\ntimeit.timeit(lambda: f(1.0), number=10); timeit.repeat(f)",
    "import os\nos.path.join('a', 'b'); open('data.txt')",
    "import types\nisinstance(f, types.FunctionType); f.__code__.co_argcount",
    "from collections import namedtuple\nNode = namedtuple('Node', 'data grad')",
    "from dataclasses import dataclass, field\n@dataclass\nclass N:\n    data: float = 0.0",
    "class A:\n    def __init_subclass__(cls, **k): super().__init_subclass__(**k)",
    "class A:\n    def __reduce__(self): return (A, (self.data,))",
    "import matplotlib.pyplot as plt\nplt.style.use('autograder.student.plots')",
    "if __name__ == '__main__':\n    import doctest\n    doctest.testmod()",
)


@pytest.mark.parametrize("source", HONEST, ids=range(len(HONEST)))
def test_ordinary_code_is_not_flagged(source):
    assert found(source) == []


LINES = (
    "a, b, c = b, c, a\n",
    "for a in b: b.append(a)\n",
    "def f(a): f(b)\n",
    "def f(self, a, b): f(*a, **b)\n",
    "d['a'] = d\n",
    "x = [a, a, x]\n",
    "getattr(a, b + c.d)\n",
)


@pytest.mark.parametrize("line", [*LINES, "".join(LINES)])
def test_following_names_is_bounded(line):
    began = time.process_time()
    found("getattr\n" + line * (60_000 // len(line)))
    assert time.process_time() - began < 3.0  # 0.1 to 0.7 s on a quiet machine


def test_an_ordinary_engine_is_not_parsed():
    repr_ = 'def __repr__(self): return f"Value(data={self.data}, grad={self.grad})"'
    main = 'if __name__ == "__main__":\n    print(Value(2.0))'
    assert not may_reach(f"import math\nfrom random import uniform\n\n{repr_}\n\n{main}\n")
