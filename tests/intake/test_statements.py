"""Top-level statements are taken apart in step with a text's length, and flags never withhold."""

import time

import pytest
from small_course import load, write_course

from autograder.authoring.lessons.notebooks import solved_script
from autograder.intake import extract as extraction
from autograder.intake.extract import extract
from autograder.intake.student_code import statements
from autograder.parsing import parse


def texts(source):
    return [statement.text for statement in statements(source, parse(source))]


def test_statements_that_share_a_line_are_taken_apart():
    source = "a = 1; b = 'ä'; c = '''x\ny'''; d = 2  # end\ne = ';'  # kept\n@f\ndef g():\n  h; i\n"
    assert texts(source) == [
        "a = 1",
        "b = 'ä'",
        "c = '''x\ny'''",
        "d = 2",
        "e = ';'  # kept",
        "@f\ndef g():\n  h; i",
    ]


def test_nothing_has_no_statements():
    assert texts("# a comment\n") == []


def test_a_line_of_many_statements_costs_what_its_length_does():
    source = "'中';" + "a;" * 60_000
    tree = parse(source)
    began = time.process_time()
    assert len(list(statements(source, tree))) == 60_001
    assert time.process_time() - began < 3.0  # 0.3 s; where each looked at all of it, minutes


@pytest.mark.parametrize("name", ["reaching", "shortcuts"])
def test_a_fault_in_looking_for_flags_is_itself_a_flag(tmp_path, monkeypatch, name):
    def fails(blocks):
        yield "engine.py, line 1: first."
        raise OverflowError("a fault of ours")

    exercise = load(write_course(tmp_path), "06_engine").exercise
    script = solved_script(exercise)
    before = extract(script, "engine.py", exercise)
    monkeypatch.setattr(extraction, name, fails)
    found = extract(script, "engine.py", exercise)
    assert found.blocks == before.blocks
    assert list(found.flags) == [
        "engine.py, line 1: first.",
        "engine.py: searching it ended with OverflowError; read it yourself.",
    ]
