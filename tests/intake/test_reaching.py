"""Code that reaches for the grader or the interpreter is flagged, however it is spelled."""

import time
from pathlib import Path

import pytest
from hostile.corpus import load_corpus
from repository import ROOT
from small_course import load, write_course

from autograder.intake.extract import extract
from autograder.intake.flags.prefilter import may_reach
from autograder.intake.flags.reaching import reaching
from autograder.intake.flags.registry import REACHES
from autograder.limits import SEARCHED_CHARACTERS
from autograder.model import Block


def found(*sources):
    """The flags of a submission whose blocks are these."""
    return list(reaching([Block(f"cell {n}", source) for n, source in enumerate(sources, 1)]))


MODULES = "sys.modules (takes modules that it did not import)."
SPELLINGS = {
    "import sys; sys.modules": "sys.modules",
    "import sys as s; s.modules": "sys.modules",
    "from sys import modules": "sys.modules",
    "from sys import *": "sys",
    "import sys; s = sys; s.modules": "sys.modules",
    "import sys; b = a; b = sys; a = b; a.modules": "sys.modules",
    "import sys; (s := sys); s.modules": "sys.modules",
    "import sys; (sys or 0).modules": "sys.modules",
    "import sys; (sys if x else 0).modules": "sys.modules",
    "def f(s): return s.modules['os']": "sys.modules",
    "import sys; getattr(sys, 'modules')": "sys.modules",
    "import sys; getattr(sys, 'mod' + 'ules')": "sys.modules",
    "import sys; getattr(sys, 'mod' 'ules')": "sys.modules",
    "import sys; getattr(sys, ''.join(['mod', 'ules']))": "sys.modules",
    "import sys; getattr(sys, f\"mod{'ules'}\")": "sys.modules",
    "import sys; getattr(sys, '{}{}'.format('mod', 'ules'))": "sys.modules",
    "import sys; getattr(sys, 'seludom'[::-1])": "sys.modules",
    "import sys; getattr(sys, chr(109) + 'odules')": "sys.modules",
    "import sys; getattr(sys, 'MODULES'.lower())": "sys.modules",
    "import sys; getattr(sys, 'm0dules'.replace('0', 'o'))": "sys.modules",
    "import sys; getattr(sys, b'modules'.decode())": "sys.modules",
    "import sys; getattr(sys, '\\x6dodules')": "sys.modules",
    "import sys; n = 'mod'; getattr(sys, n + 'ules')": "sys.modules",
    "import sys; g = getattr; g(sys, 'modules')": "sys.modules",
    "import sys; sys.__getattribute__('modules')": "sys.modules",
    "import sys; object.__getattribute__(sys, 'modules')": "sys.modules",
    "import sys; sys.__dict__['modules']": "sys.modules",
    "import sys; sys.__dict__.get('modules')": "sys.modules",
    "import sys; vars(sys)['mod' + 'ules']": "sys.modules",
    "import sys; d = vars(sys); d['modules']": "sys.modules",
    "import operator, sys; operator.attrgetter('modules')(sys)": "sys.modules",
    "import sys; sys.\uff4dodules": "sys.modules",
    "import sys; sys\\\n.modules": "sys.modules",
    "__import__('sys').modules": "sys.modules",
    "import collections; collections._sys.modules": "sys.modules",
    "import warnings; warnings.sys.modules": "warnings.sys",
    "import sys; getattr(sys, name)": "sys",
    "import sys; vars(sys).values()": "sys.__dict__",
    "__import__('gc')": "gc",
    "import importlib; importlib.import_module('gc')": "gc",
    "import gc": "gc",
    "from gc import freeze": "gc",
    "import sys; sys._getframe()": "_getframe",
    "import sys; (lambda: sys)()._getframe()": "_getframe",
    "from sys import _getframe as look": "_getframe",
    "x.f_back": "f_back",
    "x.f_locals['expected']": "f_locals",
    "'{0.f_globals}'.format(x)": "f_globals",
    "from operator import attrgetter; attrgetter('f_' + 'back')(x)": "f_back",
    "match x:\n    case object(f_back=y): pass": "f_back",
    "error.__traceback__.tb_frame": "tb_frame",
    "(i for i in x).gi_frame": "gi_frame",
    "import inspect; inspect.stack()": "inspect.stack",
    "import inspect as i; i.currentframe()": "currentframe",
    "().__class__.__base__.__subclasses__()": "__subclasses__",
    "getattr(object, '__sub' 'classes__')()": "__subclasses__",
    "import sys; sys.settrace(f)": "settrace",
    "import sys; sys.setprofile(f)": "setprofile",
    "__builtins__['len'] = f": "__builtins__",
    "globals()['__builtins__']": "__builtins__",
    "import builtins; builtins.len = f": "builtins",
    "import builtins; setattr(builtins, 'len', f)": "builtins",
    "import builtins; vars(builtins)['len'] = f": "builtins",
    "import math; math.exp = f": "math",
    "import math; math.exp, y = f, 1": "math",
    "import math; math.exp += 1": "math",
    "import math; del math.exp": "math",
    "import math as m\nfor m.exp in x: pass": "math",
    "import random; random.Random.random = f": "random.Random",
    "import ctypes": "ctypes",
    "from ctypes import c_int": "ctypes",
    "f.__code__ = g.__code__": "__code__",
    "setattr(f, '__code__', g)": "__code__",
    "check.__globals__": "__globals__",
    "print.__self__": "__self__",
    "import autograder.worker": "autograder.worker",
    "from autograder.worker import driver": "autograder.worker",
    "from autograder import limits": "autograder.limits",
    "import autograder as a; a.worker.driver.KINDS": "autograder.worker",
    "name = 'autograder.worker.players.kinds'": "autograder.worker.players.kinds",
    "import signal; signal.setitimer": "setitimer",
    "eval('1')": "eval",
    "e = eval; e('1')": "eval",
    "exec(text)": "exec",
    "compile('1', '', 'eval')": "compile",
}
HONEST = (
    "from autograder import check, draw, method_of\n\n@method_of(Value)\ndef exp(self): pass",
    "import autograder; autograder.check('mul rule')",
    "import sys; sys.setrecursionlimit(10_000); print(sys.float_info.epsilon, file=sys.stdout)",
    "import re; WORD = re.compile('a+')",
    "model.eval(); loss = model.modules(); self.modules[0]; stack = []; stack.pop()",
    "g, gc = f(x), h(x); gc.append(1)",
    "for name in ('exp', 'log'): setattr(Value, name, getattr(math, name))",
    "Value.__add__ = add; Value.exp.__doc__ = 'e ** x'; self.__dict__.update(data=1)",
    "f.__code__.co_argcount; print(vars(node)); type(self).__mro__; super().__init__()",
    "import math as m\nlocal = m.exp(x) if x == m.pi else m.inf\nassert m.tau, m.e",
    "import numpy as np; np.random.seed(0); x = np.pi",
    "import matplotlib.pyplot as plt; plt.rcParams['figure.figsize'] = (6, 3)",
)


@pytest.mark.parametrize(("source", "name"), SPELLINGS.items(), ids=SPELLINGS)
def test_what_reaches_is_flagged_with_its_line_however_it_is_spelled(source, name):
    flags = found(f"x = 1\n\n{source}\n")
    lines = ("cell 1, line 3: ", "cell 1, line 4: ")
    assert any(flag.startswith(tuple(f"{line}{name} (" for line in lines)) for flag in flags)
    assert all(flag.startswith(lines) and flag.endswith(").") for flag in flags)


@pytest.mark.parametrize(
    "change",
    [
        "math.exp = f",
        "math.exp \t= f",
        "math.exp = math.log = f",
        "math.exp: float = f",
        "math.pi **= 2",
        "(math.exp) = f",
        "((math.exp)) = f",
        "[math.exp] = [f]",
        "([math.exp]) = [f]",
        "(math.exp\n) = f",
        "(math.exp  # c\n# c\n\n) = f",
        "(math.exp\n, x) = f, 1",
        "(math\n.exp) = f",
        "(math  # c\n.exp) = f",
        "math.exp\\\n = f",
        "math . exp = f",
        "*math.exp, = f",
        "for math.exp in [f]: pass",
        "[0 for math.exp in [f]]",
        "with x as math.exp: pass",
        "from math import (exp, \n pi)\npi.x = f",
        "from math import exp as e\ne.x = f",
        "from\\\n math import exp\nexp.x = f",
        "if x: from math import exp\nexp.x = f",
        "x = 1; import math as m; m.exp = f",
        "f'{0:; import {[0 for math.exp in [f]]}}'",
        "'; import x', [0 for math.exp in [f]]",
        "from math import exp\r(exp).x = f",
    ],
)
def test_a_module_that_is_changed_is_seen_however_it_is_written(change):
    assert any("replaces what all code" in one for one in found(f"import math\n{change}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "import m\nx = (m" + ".m" * 30_000 + ")",
        "".join(f"import m{k};" for k in range(4_500)),
        "import m\n" + "#m\n" * 20_000,
        "import m\n" + "m\n" * 30_000,
        "import m\nm.a" + "\n" * 60_000,
        "import m\nx = (m" + ".m" * 300_000 + ")",
        "x:" * 10_000 + "import " * 6_000,
    ],
    ids=["chain", "imports", "comments", "lines", "empty lines", "too long", "one line"],
)
def test_what_it_costs_to_look_grows_with_the_length_alone(text):
    began = time.process_time()
    found(text)
    assert time.process_time() - began < 2.0  # seconds; to compare all with all takes minutes


@pytest.mark.parametrize(
    "plain",
    [
        "math.exp(2)",
        "x = math.pi / 2 if math.e else -math.pi",
        "y = [math.exp(x), math.sin(x)][0] == math.pi",
        "# math.exp is what the reference uses, not **\nx = math.exp(1)",
        '"""With math.tanh it never overflows."""',
        "from math import exp, log as ln\ny = exp(1) + ln(2)\nop = 'exp' + \"ln\"",
        "if x: import math as m; from math import exp\nm.exp(exp(1))",
    ],
)
def test_a_file_that_only_uses_a_module_is_not_parsed_for_it(plain):
    assert not may_reach(f"import math\n{plain}\n")  # parsing takes 3 ms, this 0.1


@pytest.mark.parametrize("source", HONEST)
def test_ordinary_code_is_not_flagged(source):
    assert found(source) == []


def test_a_name_that_one_cell_binds_is_known_in_another():
    assert found("import sys as s\n", "\ns.modules\n") == [f"cell 2, line 2: {MODULES}"]


def test_a_thing_is_told_once_a_block_with_its_first_line():
    assert found("import sys\nsys.modules\nsys.modules\n") == [f"cell 1, line 2: {MODULES}"]


def test_every_name_of_the_registry_makes_a_file_be_looked_into():
    for name in REACHES:
        root = name.partition(".")[0]
        assert may_reach(f"import {root}\n{name}x\n" if name[-1] == "." else f"x = {name}(1)\n"), (
            name
        )


# Files that hide it ------------------------------------------------------------------------


@pytest.mark.parametrize("padding", ["#" * 70_000, "\n" * 70_000, "x = 1\n" * 20_000])
def test_padding_hides_nothing(padding):
    flags = found(f"import sys\nsys._getframe().f_back\n{padding}\n")
    assert flags[0] == "cell 1: more code than is searched; read it yourself."
    assert [flag.partition(" (")[0] for flag in flags[1:]] == [
        "cell 1, line 2: _getframe",
        "cell 1, line 2: f_back",
    ]


def test_padding_in_one_cell_hides_no_other():
    flags = found("#" * 70_000, "import gc\n")
    assert [flag[:40] for flag in flags] == [
        "cell 1: more code than is searched; read",
        "cell 2, line 1: gc (looks through every ",
    ]


@pytest.mark.parametrize("chain", ["x" + ".a" * 3_000, "+".join(["'a'"] * 3_000)])
def test_code_nested_too_deep_to_search_is_flagged_as_that(chain):
    flags = found(f"import sys\nsys._getframe()\n{chain}\n")
    assert any("nested too deep" in flag and "read it yourself" in flag for flag in flags)
    assert any("_getframe" in flag for flag in flags)


def test_code_that_cannot_run_needs_no_flag():
    assert found("import sys\nsys.modules\nx = (\n") == []


@pytest.mark.parametrize(
    "line", ["x=x\n", "a.b.c.d=e.f\n", "'a'+'b'\n", "f'{a}{b}'\n", "import sys as a\na.modules\n"]
)
def test_searching_is_bounded(line):
    source = "eval\n" + line * ((SEARCHED_CHARACTERS - 5) // len(line))
    started = time.process_time()
    flags = found(source)
    assert time.process_time() - started < 3.0  # 0.3 to 0.6 s on a quiet machine
    assert sum(map(len, flags)) < 1000


def test_texts_that_multiply_are_not_worked_out():
    letters = "".join(f"a = '{letter}'\n" for letter in "abcdefgh")
    assert found(f"eval\n{letters}f'{'{a}' * 2_000}'\n'a'.replace('a', 'b' * 10**9)\n")


# What is flagged of what there is ------------------------------------------------------------

# Hostile files that take hold of nothing: they loop, lie or fill memory in their own code.
PLAIN = {"exhaustion", "crashing", "two_faced", "source"}
LYING = {
    *("agreeable_object", "everything_by_getattr", "infinite", "lying_floats", "magic_names"),
    *("markup_in_messages", "not_a_number", "other_numbers", "printed_report"),
    *("shifting_data", "value_is_no_class"),
    # of those that examine planted engines, what does no more than use, guess or flood them
    *("always_right", "always_wrong", "by_a_table_of_points", "by_a_third_engine"),
    *("by_dual_numbers", "by_the_place_in_line", "numbers_that_grow", "times_the_answers"),
    *("too_many_nodes", "walks_without_end"),
    # of those that tell what they were asked, what only names things after it
    *("names_of_exceptions", "names_of_types", "texts_of_its_own_numbers"),
    "words_made_while_it_runs",
}


def test_of_the_hostile_files_all_that_reach_for_something_are_flagged():
    missed = set()
    for entry in load_corpus():
        if isinstance(entry.source, Path) and entry.family not in PLAIN:
            text = entry.source.read_text(encoding="utf-8")
            missed |= set() if found(text) else {entry.name}
    assert missed == LYING


@pytest.mark.parametrize("bank", ["right_answers", "wild_mistakes"])
def test_of_honest_engines_none_is_flagged(bank):
    files = sorted((ROOT / "tests" / bank).glob("*.py"))
    assert len(files) > 40
    flagged = {file.stem: found(file.read_text(encoding="utf-8")) for file in files}
    assert {name: flags for name, flags in flagged.items() if flags} == {}


def test_flags_of_a_submission_stand_in_front_of_those_about_letters(tmp_path):
    exercise = load(write_course(tmp_path), "06_engine").exercise
    letters = "".join(f"{chr(0x3B1 + n)} = 1\n" for n in range(24))
    program = extract(f"{letters}import sys\nsys.modules\n", "engine.py", exercise)
    assert program.flags[0] == f"engine.py, line 26: {MODULES}"
    assert program.flags[-1] == "And 5 more."
