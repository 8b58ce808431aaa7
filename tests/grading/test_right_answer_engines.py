"""Every engine in right_answers/ is as right as it says; the grader has to agree with this."""

import ast
import re
import sys

import pytest
from engine_expressions import (
    EXPRESSIONS,
    REFERENCE,
    TESTS,
    agree,
    chain,
    load,
    observe,
    operations_of,
    programs,
)

FILES = sorted((TESTS / "right_answers").glob("*.py"))
EXPECT = re.compile(
    r"^expect: full"
    r"(?: but (?:missing (?P<missing>[a-z, ]+)|(?P<group>deep graphs|numerical range)))?$",
    re.MULTILINE,
)
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@pytest.fixture(autouse=True)
def restored_recursion_limit():
    """Undo what a file does to the recursion limit: the next engine is not to profit from it."""
    limit = sys.getrecursionlimit()
    yield
    sys.setrecursionlimit(limit)


@pytest.fixture(scope="module")
def reference():
    return load(REFERENCE).Value


@pytest.fixture(scope="module")
def random_programs():
    return programs()


def docstring(file):
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


def claim(file):
    """Return (operations, group) that a file says it lacks."""
    match = EXPECT.search(docstring(file))
    missing = match["missing"].split(", ") if match["missing"] else []
    return frozenset(missing), match["group"]


def deviations(Value, reference, plays, missing):
    """List the plays (Expressions or Programs) on which an engine differs from the reference."""
    wrong = []
    for play in plays:
        nodes = play.play(reference)
        if operations_of(nodes) & missing:
            continue
        observed, expected = observe(play.play(Value)), observe(nodes)
        if not agree(observed, expected):
            wrong.append((play, observed, expected))
    return wrong


@each_file
def test_fixed_expressions_agree_with_the_reference(file, reference):
    missing, group = claim(file)
    plays = [e for e in EXPRESSIONS if e.group != group]
    assert deviations(load(file).Value, reference, plays, missing) == []


@each_file
def test_random_graphs_agree_with_the_reference(file, reference, random_programs):
    missing, _ = claim(file)
    assert deviations(load(file).Value, reference, random_programs, missing) == []


@each_file
def test_a_chain_of_5000_nodes_works_unless_the_file_says_it_does_not(file, reference):
    _, group = claim(file)
    Value = load(file).Value
    if group == "deep graphs":
        with pytest.raises(RecursionError):
            chain(Value)
    else:
        assert agree(observe(chain(Value)), observe(chain(reference)))


@each_file
def test_data_and_gradients_are_plain_numbers(file, random_programs):
    missing, group = claim(file)
    Value = load(file).Value
    for expression in EXPRESSIONS:
        if expression.group != group and not any(f".{op}()" in expression.text for op in missing):
            for pair in observe(expression.play(Value)):
                assert {type(number) for number in pair} <= {int, float}, expression.text


@each_file
def test_relu_at_its_kink_has_an_accepted_slope(file):
    if "relu" not in claim(file)[0]:
        x = load(file).Value(0.0)
        y = x.relu()
        y.backward()
        assert (y.data, x.grad) in [(0, 0), (0, 0.5), (0, 1)]


@each_file
def test_what_a_file_says_it_lacks_it_lacks(file):
    missing, group = claim(file)
    Value = load(file).Value
    for op in missing:
        with pytest.raises((AttributeError, NotImplementedError)):
            getattr(Value(2.0), op)()
    if group == "numerical range":
        with pytest.raises(OverflowError):
            Value(400.0).tanh()


@each_file
def test_a_file_imports_the_standard_library_alone(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module]
        else:
            continue
        assert all(module.split(".")[0] in sys.stdlib_module_names for module in modules)


@each_file
def test_a_file_says_in_its_first_line_what_is_different_about_it(file):
    assert docstring(file).splitlines()[0].endswith(".")
    assert len(EXPECT.findall(docstring(file))) == 1


def test_the_bank_holds_at_least_36_engines_of_which_32_lack_nothing():
    first_lines = {docstring(file).splitlines()[0] for file in FILES}
    assert len(first_lines) == len(FILES) >= 36
    assert sum(claim(file) == (frozenset(), None) for file in FILES) >= 32


def test_the_comparison_sees_one_wrong_derivative(reference, random_programs):
    class Wrong(reference):
        def tanh(self):
            out = super().tanh()
            out._rule = None
            return out

    # the reference makes its own Values: one wrong node at the leaves is enough
    assert deviations(Wrong, reference, EXPRESSIONS, frozenset())
    assert deviations(Wrong, reference, random_programs, frozenset())
