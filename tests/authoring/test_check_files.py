"""A checks.py that does not run, or declares what is none: named with file, line and remedy."""

import pytest

from autograder.authoring.checks.check_files import load_checks
from autograder.errors import CourseError
from autograder.model import Visibility

GOOD = '''from autograder.authoring.checks.vocabulary import check


@check({})
def f(student):
    """T."""
    student.returns("double", 3.5)


'''
SOUND = "task='one', points=1"
G = f"@check({SOUND})\ndef g(s):\n    'T.'\n    "


def load(tmp_path, text, visibility=Visibility.PUBLIC):
    path = tmp_path / "checks.py"
    path.write_text(text)
    return load_checks(path, visibility, "seed")


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (f"{SOUND}, pionts=3", r"TypeError: check\(\) got an .*'pionts'\. @check takes task, poi"),
        ("task='one'", r"TypeError: check\(\) missing .*'points'\. @check takes task, points, req"),
        ("task='one', points='two'", "points='two' is not a number from 0. Write points=2"),
        ("task='one', points=True", "points=True is not a number"),
        ("task='one', points=float('nan')", "points=nan is not a number"),
        ("task='one', points=float('inf')", "points=inf is not a number"),
        ("task='one', points=-1", "points=-1 is not a number from 0"),
        ("task='one', points=None", "points=None is not a number"),
        ("task=3, points=1", "task=3 is not the id of a task. Write it in quotes"),
        ("task=' ', points=1", "task=' ' is not the id of a task"),
        (f"{SOUND}, requires='g'", r"requires='g' is not a list of names\. Write requires=\["),
        (f"{SOUND}, requires=[[]]", r"requires=\[\[\]\] is not a list of names"),
        (f"{SOUND}, needs=3", "needs=3 is not a list of names"),
        (f"{SOUND}, advice=3", "advice=3 is not a text. Write it in quotes"),
        (f"{SOUND}, because=None", "because=None is not a text"),
    ],
)
def test_what_a_decorator_declares_wrongly_is_named_with_its_line(tmp_path, declared, words):
    with pytest.raises(CourseError, match=words) as raised:
        load(tmp_path, GOOD.format(declared))
    assert raised.value.file == f"exercises/{tmp_path.name}/checks.py"
    assert raised.value.key in ("line 4", "f, line 4")


@pytest.mark.parametrize(
    ("added", "key", "words"),
    [
        ("def g(:", "line 10", "SyntaxError: invalid syntax. Correct the file there"),
        ("1 / 0", "line 10", "ZeroDivisionError: division by zero. Correct the file"),
        ("def g():\n    return h\n\n\ng()", "line 11", "NameError: name 'h' is not defined"),
        ("exit()", "line 10", "SystemExit"),
        ("raise ValueError", "line 10", "ValueError. Correct"),
        ("raise ValueError('one\\ntwo')", "line 10", "ValueError: one two. Correct"),
        ("import not_there_at_all", "line 10", "ModuleNotFoundError: No module named 'not_there"),
        ("import broken_helper", "line 10", r"SyntaxError: .* \(broken_helper.py, line 2\)"),
        (f"@check({SOUND})\nclass G:\n    'T.'", "line 10", "TypeError: a check is a function"),
        ("x = '\0'", "file", "null bytes"),
        (G + "exit()", "g, line 13", "SystemExit"),
        (G + "s.returns('f', 1, 2", "line 13", "was never closed"),
        (G + "s.value('f', 1)", "g, line 13", "no attribute 'value'. Mend the call"),
        (G + "s.returns('f', {1})", "g, line 10", "type set is not JSON serializable. Mend the"),
        (G + "s.returns('f', {1: 2, 'a': 3})", "g, line 10", "TypeError: '<' not supported"),
    ],
)
def test_what_a_file_of_checks_raises_is_named_with_its_line(
    tmp_path, monkeypatch, added, key, words
):
    (tmp_path / "broken_helper.py").write_text("\nlet us see\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(CourseError, match=words) as raised:
        load(tmp_path, GOOD.format(SOUND) + added + "\n", Visibility.HIDDEN)
    assert raised.value.file == f"reference/hidden/{tmp_path.name}/checks.py"
    assert raised.value.key == key


def test_a_file_of_checks_that_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "checks.py").write_bytes(b"x = 1\ny = '\xff'\n")
    with pytest.raises(CourseError, match=r"SyntaxError: .*utf-8"):
        load_checks(tmp_path / "checks.py", Visibility.PUBLIC, "seed")


def test_a_wrapped_check_is_a_check(tmp_path):
    wrapped = GOOD.format(SOUND).replace("@check", "@functools.lru_cache\n@check")
    assert [check.id for check in load(tmp_path, f"import functools\n{wrapped}")] == ["f"]
