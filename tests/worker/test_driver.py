"""Blocks are executed and cases played: what each failure is called, and where it was."""

import signal
import warnings

import pytest

from autograder import limits
from autograder.tape import trace
from autograder.worker import driver
from autograder.worker.driver import execute, made_ready, make_namespace, play
from autograder.worker.imports.importable import STANDARD
from autograder.worker.players.base import MODULE, Lacking, WrongType
from autograder.worker.protocol import Played, printable
from autograder.worker.status import Status

pytestmark = pytest.mark.usefixtures("no_submission_left")


def run(*blocks, imports=STANDARD):
    """Execute blocks; return (word, detail) of each and the namespace."""
    namespace = make_namespace(imports)
    labelled = [(f"cell {k}", source) for k, source in enumerate(blocks, 1)]
    return [(Status(p.status).in_words, p.detail) for p in execute(labelled, namespace)], namespace


def ended(source, **given):
    ((word, detail),), _ = run(source, **given)
    return word, detail


def played(source, *cases, cpu_s=5.0):
    """Execute one block, play cases given as keyword dicts; return (word, numbers, detail)."""
    _, namespace = run(source)
    whole = [{"kind": "call", "ops": [], "within_s": 1.0, **c} for c in cases]
    return [
        (Status(p.status).in_words, list(p.numbers), p.detail)
        for p in play(namespace, whole, cpu_s)
    ]


def calling(name, *args, **given):
    return {"request": {"name": name, "args": list(args)}, **given}


# Blocks ------------------------------------------------------------------------------------


def test_blocks_share_a_namespace_and_one_that_raises_does_not_stop_the_next():
    ends, namespace = run("a = 1", "a += 1\nraise KeyError('x')\na = 9", "b = a")
    assert ends == [("ok", ""), ("raised", "KeyError: 'x' (cell 2, line 2)"), ("ok", "")]
    assert namespace["b"] == 2


def test_a_recursion_error_is_placed_where_a_line_comes_again_or_else_where_it_was_raised():
    endless = "def f():\n    return g()\ndef g():\n    return f()\nf()"
    assert ended(endless) == ("recursion", "cell 1, line 2")
    by_hand = "def f():\n    raise RecursionError('too deep')\nf()"
    assert ended(by_hand) == ("recursion", "cell 1, line 2")


def test_cases_made_ready_are_answered_like_the_plain_ones():
    source = "class Value:\n    def __init__(self, data): self.data = data\n"
    source += "    def __add__(self, other): return Value(self.data + other.data)\n"
    _, namespace = run(source)
    tape = trace(lambda a, b: a + b + b, (1.0, 2.0)).plain()
    cases = [
        {"kind": "values", "request": {"tape": tape}, "ops": ["add"], "within_s": 1.0},
        {"kind": "call", "ops": [], "within_s": 1.0, **calling("Value", 1.0)},
    ]
    ready = made_ready(cases)
    assert ready != cases and ready[1] == cases[1]
    plain = [(p.status, list(p.numbers)) for p in play(namespace, cases, 5.0)]
    assert plain[0] == (Status.OK, [5.0, 1.0, 2.0, 3.0, 5.0])
    assert [(p.status, list(p.numbers)) for p in play(namespace, ready, 5.0)] == plain


def test_a_syntax_error_names_block_and_line():
    assert ended("a = 1\nclass Value\n    pass") == (
        "raised",
        "SyntaxError: expected ':' (cell 1, line 2)",
    )


def test_a_syntax_error_without_a_line_names_the_block():
    assert ended("raise SyntaxError('mine')") == ("raised", "SyntaxError: mine (cell 1)")


def test_a_null_byte_or_endless_nesting_is_the_submissions_own_failure():
    assert ended("a = 1\0")[0] == "raised"
    word, _ = ended("x = " + "(" * 5000 + ")" * 5000)
    assert word in ("raised", "memory", "recursion")


def test_an_unwritten_stub_and_a_missing_name_are_told_apart():
    assert ended("raise NotImplementedError('mul rule')") == ("unwritten", "mul rule")
    assert ended("raise NotImplementedError")[0] == "unwritten"
    assert ended("Nod") == ("raised", "NameError: name 'Nod' is not defined (cell 1, line 1)")


@pytest.mark.parametrize("exit", ["raise SystemExit(0)", "raise KeyboardInterrupt", "exit(0)"])
def test_exit_in_a_block_does_not_end_the_process(exit):
    assert ended(exit)[0] == "raised"


def test_recursion_without_end_is_called_recursion_and_says_where():
    word, detail = ended("def f():\n    return f()\nf()")
    assert word == "recursion" and detail == "cell 1, line 2"


def test_a_memory_error_is_called_memory():
    assert ended("raise MemoryError") == ("memory", "cell 1, line 1")


def test_an_error_whose_text_raises_is_still_named():
    source = "class E(Exception):\n    def __str__(self):\n        raise ValueError\nraise E"
    assert ended(source) == ("raised", "E: (its text could not be read) (cell 1, line 4)")


def test_an_error_raised_in_a_library_names_the_submissions_own_line():
    assert ended("import math\n\nmath.log(-1)")[1].endswith("(cell 1, line 3)")
    _, detail = ended("import string\nstring.Template('$x').substitute()")
    assert detail == "KeyError: 'x' (cell 1, line 2)"


def test_futures_of_the_tool_do_not_reach_the_submission():
    # `annotations` is switched on in no module of the worker; dont_inherit keeps it so
    _, namespace = run("def f(x: 1 + 1): ...")
    assert namespace["f"].__annotations__ == {"x": 2}


def test_a_block_that_runs_for_ever_is_stopped_and_the_next_one_runs(monkeypatch):
    monkeypatch.setattr(limits, "BLOCK_CPU_S", 0.05)
    ends, namespace = run("while True:\n    pass", "done = True")
    assert ends == [("cpu", ""), ("ok", "")]
    assert namespace["done"]


def test_a_block_that_catches_the_timeout_is_interrupted_again(monkeypatch):
    monkeypatch.setattr(limits, "BLOCK_CPU_S", 0.05)
    source = (
        "n = 0\nwhile n < 2:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        n += 1\nwhile True:\n    pass"
    )
    ends, namespace = run(source)
    assert ends == [("cpu", "")] and namespace["n"] == 2


def test_the_signal_handler_is_put_back():
    before = signal.getsignal(signal.SIGPROF)
    run("a = 1")
    assert signal.getsignal(signal.SIGPROF) is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_blocks_run_also_where_the_platform_has_no_timer(monkeypatch):
    monkeypatch.delattr(signal, "setitimer")
    assert ended("a = 1") == ("ok", "")


# Imports -----------------------------------------------------------------------------------


def test_what_an_exercise_allows_can_be_imported_in_every_form():
    source = (
        "import math\nimport collections.abc\nfrom collections.abc import Iterable\n"
        "import collections.abc as names\nfrom math import tanh as t"
    )
    ends, namespace = run(source)
    assert ends == [("ok", "")]
    assert namespace["collections"].__name__ == "collections"
    assert namespace["names"].__name__ == "collections.abc"


def test_a_loaded_module_inside_an_allowed_package_can_be_imported():
    import xml.dom

    assert xml.dom
    ends, _ = run("import xml.dom\nfrom xml import dom\nimport xml", imports=("xml",))
    assert ends == [("ok", "")]
    _, namespace = run("import xml.dom", imports=("xm",))
    assert namespace["xml"] is not xml


def test_a_relative_import_is_refused():
    word, detail = ended("from . import x")
    assert word == "raised" and detail.startswith("ImportError")


def test_what_a_lesson_draws_with_is_inert():
    source = (
        "import matplotlib.pyplot as plt\nfrom autograder import check, draw, method_of\n"
        "fig, ax = plt.subplots()\nax.plot([1], label='x')[0].set(x=1)\ncheck('mul rule')"
    )
    assert ended(source) == ("ok", "")


def test_a_future_import_holds_for_the_blocks_below_as_in_a_notebook():
    late = "class A:\n    def f(self, other: A) -> A: pass"
    ends, _ = run("from __future__ import annotations", late)
    assert ends == [("ok", "")] * 2
    assert ended(late)[0] == "raised"


def test_dataclasses_and_typing_find_the_submissions_module():
    source = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "import typing\n@dataclass\nclass P:\n    x: float\nh = typing.get_type_hints(P)"
    )
    ends, namespace = run(source)
    assert ends == [("ok", "")]
    assert namespace["h"] == {"x": float}
    assert namespace["__name__"] == MODULE


def test_builtins_of_one_submission_are_its_own():
    run("__builtins__['len'] = 3")
    assert len([1]) == 1
    _, namespace = run("n = len([1, 2])")
    assert namespace["n"] == 2


# Cases -------------------------------------------------------------------------------------

VALUE = "class Value:\n    def __init__(self, data):\n        self.data = data\n"


def test_each_case_is_played_though_one_before_it_failed():
    assert played(
        "def f(x):\n    return 1 / x", calling("f", 0), calling("f", 4), calling("g", 1)
    ) == [
        ("raised", [], "ZeroDivisionError: division by zero (cell 1, line 2)"),
        ("ok", [0.25], ""),
        ("lacking", [], "g"),
    ]


def test_a_case_that_needs_what_the_class_lacks_is_not_played():
    ((word, _, detail),) = played(VALUE, {**calling("f", 1), "ops": ["tanh", "add", "radd"]})
    assert (word, detail) == ("lacking", "add radd tanh")


def test_a_result_of_a_wrong_type_is_called_so():
    ((word, _, detail),) = played("def f():\n    return 'x'", calling("f"))
    assert (word, detail) == ("wrong-type", "the result is of type str, not a number")


def test_a_case_past_its_time_is_stopped():
    source = "def f():\n    while True: pass\ndef g():\n    return 1.0"
    assert played(source, calling("f", within_s=0.05), calling("g")) == [
        ("cpu", [], ""),
        ("ok", [1.0], ""),
    ]


def test_when_all_cases_together_have_had_their_time_the_rest_is_not_run():
    source = "def f():\n    while True: pass\ndef g():\n    return 1.0"
    slow = calling("f", within_s=0.05)
    ends = played(source, *[slow] * 7, calling("g"), cpu_s=0.3)
    words = [word for word, *_ in ends]
    assert words[:2] == ["cpu", "cpu"] and words[-1] == "not-run"  # 0.05 to 0.15 s each


def test_a_long_call_in_c_counts_in_full():
    """It is interrupted by no look, and is told at its end."""
    source = "def f():\n    return sum(range(30_000_000))\ndef g():\n    return 1.0"
    ends = played(source, calling("f", within_s=0.01), calling("g"))
    assert [word for word, *_ in ends] == ["cpu", "ok"]


def test_after_a_few_cases_past_their_time_the_rest_is_not_run_on_any_machine():
    slow = calling("f", within_s=0.01)
    source = "def f():\n    while True: pass\ndef g(): return 1.0"
    ends = played(source, *[slow] * (limits.TIMEOUTS - 1), calling("g"), slow, calling("g"), slow)
    words = [word for word, *_ in ends]
    assert words == [*["cpu"] * (limits.TIMEOUTS - 1), "ok", "cpu", "not-run", "not-run"]


def test_a_class_that_fights_being_looked_at_is_played_all_the_same():
    source = (
        "class Meta(type):\n    def __getattribute__(cls, name):\n        raise SystemExit\n"
        "class Value(metaclass=Meta): pass\ndef f():\n    return 2"
    )
    assert played(source, {**calling("f"), "ops": ["add"]}) == [("ok", [2.0], "")]


def test_the_line_that_recurses_is_the_same_from_whatever_depth_it_is_called():
    """Or a fingerprint would depend on who compiled it, pytest or the command."""
    source = "def f(n):\n    x = n + 1\n    return g(x)\n\n\ndef g(n):\n    return f(n)\nf(0)"

    def deeper(levels):
        return deeper(levels - 1) if levels else list(execute([("made.py", source)], {}))

    details = {deeper(levels)[0].detail for levels in range(8)}
    assert details == {"made.py, line 3"}


def test_exits_and_deep_recursion_in_a_case_cost_that_case():
    source = "def f():\n    raise SystemExit('bye')\ndef g():\n    return g()"
    words = [(word, detail) for word, _, detail in played(source, calling("f"), calling("g"))]
    assert words == [
        ("raised", "SystemExit: bye (cell 1, line 2)"),
        ("recursion", "cell 1, line 4"),
    ]


def test_a_failure_outside_the_submission_names_no_line():
    assert driver._failed(ValueError("x"), "") == Played(1, (), "ValueError: x")
    assert driver._failed(Lacking("f"), "").detail == "f"
    assert driver._failed(WrongType("x"), "").detail == "x"


def test_a_syntax_error_in_a_case_is_named_with_the_line_that_asked_for_it():
    ((word, _, detail),) = played("def f():\n    return eval('1 +')", calling("f"))
    assert word == "raised"
    assert detail == "SyntaxError: invalid syntax (<string>, line 1) (cell 1, line 2)"


def test_a_warning_is_no_failure_of_the_driver():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert ended("x = 1 is 1") == ("ok", "")


def test_of_a_long_text_one_line_is_told_and_where_it_was_raised():
    namespace = driver.make_namespace(STANDARD)
    source = "raise ValueError('x\\n' * 1000)"
    (played,) = driver.execute([("engine.py", source)], namespace)
    told = printable(played.detail).decode()
    assert told.startswith("ValueError: x x x") and told.endswith("... (engine.py, line 1)")
    assert len(told) == limits.DETAIL_BYTES == 200
