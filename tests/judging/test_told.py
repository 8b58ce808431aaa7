"""Which texts a student is told: Python's and the player's own, and none that says a case."""

import ast
import re
import time

import pytest
from core_tools import case, check, exercise_of, ok, results_of, verdict_of
from repository import ROOT

from autograder import limits
from autograder.judging.told import Teller
from autograder.model import Answer, Block, Visibility
from autograder.sandbox.engines import planted
from autograder.worker.engines import session
from autograder.worker.status import Status

SOURCE = """
class Value:
    def __init__(self, data):
        self.data = data
    def __repr__(self):
        return None
    def double(self, by=2):
        if by == 0:
            raise ValueError("a factor of zero")
        return missing
    def add(self, other): ...
a = Value(1.0)
f = lambda x: x
xs = []
"""
LINES = SOURCE.count("\n") + 1

# What a beginner's code raises, each by Python itself.
RAISED_BY_PYTHON = (
    "a * 2", "2 ** a", "-a", "a < 3", "a()", "a[0]", "len(a)", "for x in a: pass", "x, y = a",
    "x, y = (1, 2, 3)", "x, y = (1,)", "a.double(1, 2, 3)", "a.add()", "a.double(to=3)",
    "a.double(1, by=2)", "a.nothing", "Value.nothing", "math.nothing", "double", "a.double()",
    "Value()", "[] + 'a'", "'a' + 1", "'a' * 'b'", "1 in a", "{[]: 1}", "xs[0]", "xs[0] = 1",
    "xs[a]", "(1,)[3]", "xs.pop()", "1 / 0", "1.0 / 0", "0.0 ** -1", "1 % 0", "math.log(-1)",
    "math.exp(1000)", "10.0 ** 400", "int(float('inf'))", "10 ** 400 * 1.0", "max([])",
    "range(a)", "float(a)", "math.exp(a)", "xs.remove(3)", "repr(a)", "None.data",
    "f(1, 2)", "import nothing", "sum([a])", "a @ a", "raise 3",
    "[x for x in 3]", "next(iter([1]), 1)(3)", "dict(a)", "del xs[a]", "(1,)[0] = 2",
    "sorted([a, a])", "def g():\n  print(h)\n  h = 1\ng()", "d = {1: 1}\nfor k in d: d[k + 1] = 1",
)  # fmt: skip
KEPT_BACK = (
    "ValueError: the leaves are 3.25 and -1.5",
    "ValueError: [['mul', 0, 1], ['add', 2, 0]]",
    "KeyError: 3.25",
    "KeyError: 'three point two five'",
    "AttributeError: 'Value' object has no attribute 'x3_25'",
    "TypeError: unsupported operand type(s) for *: 'Value' and 'mul_0_1'",
    "NameError: name 'leaf_3' is not defined",
    "TypeError: Value.add() takes 325 positional arguments but 150 were given",
    "ZeroDivisionError: division by zero at 3.25",
    "V3_25",
    "V3_25: division by zero",
    "SyntaxError: 3.25 [0, 1]",
    "SyntaxError: dka,cka,dk on line 150",
    "SyntaxError: invalid syntax",  # of this file Python says no such thing
    "TypeError: 'a.3.25' object is not callable",
    "TypeError: 3.25<lambda>() missing 1 required positional argument: 'by'",
    "TypeError: <lambda>.3.25() takes no arguments",
    "NameError: name 'a.data.by.a.double' is not defined",
    "TypeError: a.a.a.a.a.a.a() takes no arguments",
    "ModuleNotFoundError: No module named 'm325'",
    "",
    "\n",
    "(engine.py, line 3)",
    "ValueError: division by zero (engine.py, line 325)",
    "ValueError: division by zero (three.py, line 3)",
)


def teller(source=SOURCE, *, private=True):
    return Teller([Block("engine.py", source)], private=private)


@pytest.mark.parametrize("code", RAISED_BY_PYTHON)
def test_what_python_itself_says_of_a_mistake_is_told(code):
    namespace = {"math": __import__("math")}
    exec(SOURCE, namespace)
    try:
        exec(code, namespace)
    except Exception as error:  # noqa: BLE001 - each raises another
        detail = f"{type(error).__name__}: {error} (engine.py, line 3)"
    else:
        pytest.skip("this Python does not raise here")
    if re.search(r"got -?\d+\.\d", detail):
        pytest.skip("newer Pythons say the number, so it is not told")
    one = teller(f"{SOURCE}\n{code}")
    assert one.raised(detail) == detail
    assert not one.withheld


@pytest.mark.parametrize("detail", KEPT_BACK)
def test_a_text_that_could_say_a_case_is_for_staff_alone(detail):
    one = teller()
    told = one.raised(detail)
    assert "with a text of its own" in told
    assert not re.search(r"3[._ ]?25|three|leaf|mul_|150|\[|dka|a\.", told)
    assert list(one.withheld) == [detail]
    assert teller(private=False).raised(detail) == detail


@pytest.mark.parametrize(
    "code", ["return 2", "yield 1", "await x", "break", "if x:\n    continue", "f(a=1, a=2)"]
)
def test_what_python_says_when_it_generates_code_is_told(code):
    with pytest.raises(SyntaxError) as raised:
        compile(code, "engine.py", "exec", dont_inherit=True)
    detail = f"SyntaxError: {raised.value.msg} (engine.py, line 1)"
    assert teller(code).raised(detail) == detail


@pytest.mark.parametrize(
    "code",
    ["x = (1", "def f(:", "  x = 1", "'abc", "def f(a):\n    global a"],
)
def test_what_the_parser_says_of_the_file_is_told(code):
    with pytest.raises(SyntaxError) as raised:
        compile(code, "engine.py", "exec", dont_inherit=True)
    kind, text = type(raised.value).__name__, raised.value.msg
    detail = f"{kind}: {text} (engine.py, line 1)"
    assert teller(code).raised(detail) == detail
    assert "of its own" in teller().raised(detail)


def test_a_name_of_many_digits_is_told_only_where_it_is_pythons():
    source = SOURCE + "x1 = x325 = math.log10"
    for name, is_told in (("x1", True), ("x325", False), ("float64", True), ("__init__", True)):
        detail = f"NameError: name '{name}' is not defined"
        assert (teller(source + "\nfloat64 = 1").raised(detail) == detail) is is_told, name


def test_no_text_takes_long_to_look_at():
    one, began = teller(), time.process_time()
    for start in ("f() missing 1 required positional argument: ", "", "f() takes ", "name '"):
        for filling in ("a", "a, ", "a and ", "'a", "<", ".a", "a.", "1", " "):
            one.raised("TypeError: " + (start + filling * 200)[: limits.DETAIL_BYTES - 12] + "!")
    assert time.process_time() - began < 2.0  # seconds; some backtracking takes hours


def test_only_a_class_of_its_own_lends_its_name_and_only_a_whole_text_is_told():
    assert teller().raised("double") == "an exception, with a text of its own"
    assert "of its own" in teller().raised("ValueError: of zero")
    source = SOURCE + "class Odd(Exception): ..."
    assert teller(source).raised("Odd") == "Odd"


def test_the_line_is_told_where_the_text_is_not():
    assert teller().raised("ValueError: 3.25 (engine.py, line 7)") == (
        "ValueError, with a text of its own (engine.py, line 7)"
    )


def test_a_sentence_that_stands_in_the_file_is_told_unless_it_has_a_digit():
    detail = "ValueError: a factor of zero (engine.py, line 9)"
    assert teller().raised(detail) == detail
    assert "of its own" in teller(SOURCE + "\n# 3 and 5").raised("ValueError: 3 and 5")


@pytest.mark.parametrize("place", ["engine.py, line 3", "engine.py"])
def test_a_place_is_told_of_a_limit(place):
    assert teller().said(place) == place
    assert teller().said("engine.py, line 325") == teller().said("3.25") == ""
    assert teller().said("data is of type a..500000000.2.5, not a number") == ""


def sentences_of_the_players():
    """Every text with which a player refuses an answer, with something in each gap."""
    for path in (ROOT / "autograder/worker/players").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "WrongType":
                (text,) = node.args
                text = constants.get(text.id, text) if isinstance(text, ast.Name) else text
                parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                yield "".join(map(filled, parts))


def filled(part):
    if isinstance(part, ast.Constant):
        return part.value
    gap = ast.unparse(part.value)
    if gap == "what":
        return "an item of xs"
    if "STEPS" in gap:
        return str(limits.RECORDED_STEPS)
    return "12" if gap.startswith("len(") else "Value"


@pytest.mark.parametrize("sentence", list(sentences_of_the_players()))
def test_what_a_player_says_of_an_answer_is_told(sentence):
    assert teller().said(sentence) == sentence


def test_what_is_said_of_planted_engines_is_told():
    for sentence in (session.TOO_MANY_QUESTIONS, session.TOO_MANY_EVENTS, planted.USED_UP):
        assert teller().said(sentence) == sentence
    assert teller().said("more than 325 questions to one engine") == ""


def test_there_are_as_many_sentences_as_there_are_ways_to_be_wrong():
    assert len(list(sentences_of_the_players())) >= 18


# In a report ------------------------------------------------------------------------------

LEAK = "ValueError: [[3.25, -1.5], ['mul', 0, 1]]"


def test_what_was_raised_reaches_staff_and_not_the_student():
    compiled = exercise_of([check("a"), check("b", visibility=Visibility.PUBLIC)])
    raised = [Answer(Status.RAISED, (), LEAK)]
    verdict = verdict_of(compiled, {"a": raised, "b": raised})
    assert all("3.25" not in str(result) for result in verdict.checks)
    assert verdict.withheld == (LEAK,)


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.OK, Status.NOT_RUN)])
def test_no_way_to_end_carries_a_text(status):
    compiled = exercise_of([check("a", case(ops=("add",)), case())])
    for answers in ([Answer(status, (), LEAK), ok(1)], [Answer(status, (), LEAK)] * 2):
        result = results_of(compiled, {"a": answers})["a"]
        assert "3.25" not in str(result) and "mul" not in str(result.explanation)


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.OK, Status.NOT_RUN)])
def test_no_block_carries_a_text(status):
    compiled = exercise_of([check("a")])
    blocks = [(Block("cell 2", "x = 1", task=None), Answer(status, (), LEAK))]
    lacking = [Answer(Status.LACKING, (), "f")]
    assert "3.25" not in str(results_of(compiled, {"a": lacking}, blocks=blocks)["a"])
