"""Code that may be hostile is read as Python reads it, and never takes the reader down."""

import ast

import pytest

from autograder import limits
from autograder.parsing import parse, parser_says


def test_code_becomes_a_tree_and_says_nothing():
    assert isinstance(parse("x = 1"), ast.Module)
    assert parser_says("x = 1") == ""


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("x = (1", "'(' was never closed"),
        ("x = \0", "null byte"),
        ("x = '\ud800'", "surrogates not allowed"),
        ("(" * 100_000, "too many nested parentheses"),
        ("-" * 100_000 + "1", "nested too deep"),
        ("#" * (limits.PARSED_CHARACTERS + 1), "more than 128 KiB in one cell"),
    ],
)
def test_code_that_cannot_be_read_is_an_error_with_a_sentence(code, says):
    found = parse(code)
    assert isinstance(found, SyntaxError)
    assert says in found.msg and says in parser_says(code)


def test_some_mistakes_are_found_only_when_it_is_compiled():
    assert isinstance(parse("return 1"), ast.Module)
    assert parser_says("return 1") == ""  # it would generate code
    assert parser_says("def f(a):\n    global a") == "name 'a' is parameter and global"


def test_code_that_doubles_with_each_level_is_not_generated():
    levels = 60
    code = "".join(" " * k + "try:\n" + " " * (k + 1) + "a\n" + " " * k + "finally:\n"
                   for k in range(18))  # fmt: skip
    code += " " * 18 + "def f():\n"
    code += "".join(" " * (19 + k) + "try: a\n" + " " * (19 + k) + "finally:\n" for k in range(18))
    code += " " * levels + "a\n"
    assert isinstance(parse(code), ast.Module)
    assert parser_says(code) == ""
