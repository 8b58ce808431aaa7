"""Finding code by name, changing it, and cutting cells out of it."""

import ast
import doctest
import re

import pytest
from small_course import ENGINE

from autograder.authoring.lessons import cutting, regions
from autograder.authoring.lessons.cutting import Cut, Form, cut
from autograder.authoring.lessons.regions import (
    find_region,
    parse_module,
    region_text,
    replace_in_region,
)
from autograder.errors import CourseError

MODULE = parse_module("engine", ENGINE)


def find(name, module=MODULE):
    return find_region(module, name, file="lesson.md", key="cell 3")


def show(name, form=Form.SOLVED, leave_out=(), apart=(), blanks=None, module=MODULE):
    how = Cut(tuple(leave_out), frozenset(apart), blanks or {})
    return cut(module, find(name, module), how, form)


def test_examples_in_docstrings_hold():
    for module in (regions, cutting):
        assert doctest.testmod(module).failed == 0


def test_regions_have_qualified_names_and_exact_text():
    assert region_text(MODULE, find("engine")) == ENGINE
    assert region_text(MODULE, find("engine.LIMIT")) == "LIMIT = 10"
    assert region_text(MODULE, find("engine.Value.doubled")).startswith("    @property\n")
    rule = region_text(MODULE, find("engine.Value.__mul__.rule"))
    assert rule.startswith("        def rule") and rule.endswith("upstream * self.data")
    assert "engine.Value.__add__.out" not in MODULE.regions


def test_definitions_under_if_and_try_are_regions_too():
    source = "try:\n    def f():\n        return 1\nexcept E:\n    pass\nif x:\n    y: int = 1\n"
    assert {"m.f", "m.y"} <= set(parse_module("m", source).regions)


def test_unknown_region_offers_the_nearest_name():
    message = "lesson.md: cell 3: engine.Value.__mull__ is not in engine.py. Did you mean"
    with pytest.raises(CourseError, match=re.escape(message)):
        find("engine.Value.__mull__")


def test_name_defined_twice_is_refused_with_both_lines():
    module = parse_module("m", "def f():\n    pass\n\ndef f():\n    pass\n")
    with pytest.raises(CourseError, match=r"m.f is defined 2 times in m.py \(lines 1 and 4\)"):
        find("m.f", module)


def test_module_that_does_not_parse_is_named_with_its_line():
    with pytest.raises(CourseError, match=r"m.py: line 2: does not parse \("):
        parse_module("m", "x = 1\ndef\n")


# Mutants


def change(region, changes):
    return replace_in_region(ENGINE, region, changes, file="misconceptions.yml", key="overwrites")


def test_replacing_changes_the_region_and_nothing_else():
    changed = change("engine.Value.__mul__.rule", {"self.grad +=": "self.grad ="})
    expected = ENGINE.replace("self.grad += upstream * other", "self.grad = upstream * other")
    assert changed == expected != ENGINE


def test_replacing_may_span_lines_and_all_changes_see_the_original():
    changed = change(
        "engine.Value.__add__",
        {
            "upstream\n            other.grad += upstream": "1\n",
            "self.data + other": "other + self",
        },
    )
    assert "self.grad += 1\n" in changed and "other + self.data" in changed
    swapped = change("engine.LIMIT", {"LIMIT": "A10", "10": "LIMIT"})
    assert "\nA10 = LIMIT\n" in swapped


def test_text_that_occurs_often_is_refused_in_the_house_shape():
    with pytest.raises(CourseError) as caught:
        change("engine.Value", {"self.grad +=": "self.grad ="})
    assert str(caught.value) == (
        'misconceptions.yml: overwrites: "self.grad +=" occurs 2 times in engine.Value; '
        "it must occur once. Name a smaller region."
    )


def test_text_that_does_not_occur_is_refused():
    with pytest.raises(CourseError, match=r'"nowhere" does not occur in engine.Value; .* Copy'):
        change("engine.Value", {"nowhere": "x"})
    with pytest.raises(CourseError, match=r'"" does not occur'):
        change("engine.Value", {"": "x"})


def test_texts_that_overlap_are_refused():
    with pytest.raises(CourseError, match=r'"0" overlaps .* Join the two'):
        change("engine.LIMIT", {"10": "11", "0": "1"})


def test_change_that_breaks_the_module_is_refused():
    with pytest.raises(CourseError, match=r"does not parse once engine.LIMIT is changed \(line"):
        change("engine.LIMIT", {"10": "("})


# Cutting


def test_method_moves_to_the_margin_under_its_decorator():
    text = show("engine.Value.text")
    assert text.startswith('@method_of(Value)\ndef text(self):\n    """Show it.\n\n    In two')
    assert text.endswith('    return """first\n    second"""')  # a text keeps its spaces
    namespace = {"method_of": lambda cls: lambda f: f, "Value": None}
    exec(text, namespace)
    assert namespace["text"](None) == "first\n    second"


def test_decorators_of_a_method_stay_below_method_of():
    assert show("engine.Value.doubled").startswith("@method_of(Value)\n@property\ndef doubled")


def test_nested_function_is_shown_in_its_method_and_alone_is_blanked():
    rule = "engine.Value.__mul__.rule"
    stub = show(rule, Form.STUB, blanks={rule: "mul rule"})
    assert stub.endswith(
        "    out = Value(self.data * other.data, (self, other))\n\n"
        "    def rule(upstream):\n"
        '        """The rule."""\n'
        '        raise NotImplementedError("mul rule")\n\n'
        "    out._rule = rule\n"
        "    return out"
    )
    assert "answer here" not in stub and "trailing" not in stub


def test_stub_keeps_signature_and_docstring_and_no_comment_below():
    stub = show("engine.Value.__mul__", Form.STUB, blanks={"engine.Value.__mul__": "mul"})
    assert stub == (
        "@method_of(Value)\ndef __mul__(\n    self,\n    other,  # a comment in the signature\n):\n"
        '    raise NotImplementedError("mul")'
    )
    stub = show("engine.area", Form.STUB, blanks={"engine.area": "rectangles"})
    assert stub == (
        'def area(width, height=(lambda: 2)(), *rest: "dict[str, int]") -> dict[str, int]:\n'
        '    raise NotImplementedError("rectangles")'
    )


def test_marks_for_nbgrader_stand_around_the_body_alone():
    text = show("engine.area", Form.DELIMITED, blanks={"engine.area": "rectangles"})
    assert text.split("\n")[1:] == [
        "    ### BEGIN SOLUTION",
        '    return {"area": width * height}',
        "    ### END SOLUTION",
    ]


def test_class_blanked_as_a_whole_keeps_its_frame():
    stub = show("engine.Value", Form.STUB, blanks={"engine.Value": "value"})
    methods = ["__init__", "__add__", "__mul__", "text", "doubled"]
    assert stub.count('raise NotImplementedError("value")') == len(methods)
    assert "_rule = None" in stub and '"""Twice."""' in stub
    ast.parse(stub)


def test_class_cell_shows_what_has_no_cell_of_its_own():
    apart = {f"engine.Value.{name}" for name in ("__add__", "text", "doubled")}
    text = show("engine.Value", apart=apart)
    assert "def __init__" in text and "def __mul__" in text and "_rule = None" in text
    assert "def __add__" not in text and "secret" not in text and "Twice" not in text
    assert "# multiply: the answer" in text  # a comment stays with the method below it


def test_class_emptied_of_everything_still_parses():
    module = parse_module("m", "class A:\n    def f(self):\n        return 1\n")
    assert show("m.A", apart={"m.A.f"}, module=module) == "class A:\n    pass"


def test_nested_function_left_out_takes_its_mentions_along():
    text = show("engine.Value.__add__", leave_out=["engine.Value.*.rule"])
    assert text == (
        "@method_of(Value)\ndef __add__(self, other):\n"
        '    """self + other."""\n'
        "    out = Value(self.data + other.data, (self, other))\n"
        "    return out"
    )
    assert (
        "_rule" not in show("engine.Value", leave_out=["engine.Value._rule", "engine.*.__*__"])[:80]
    )


def test_comments_below_the_last_statement_go_with_a_method_that_goes():
    source = "class A:\n    def f(self):\n        return 1\n        # answer\n\n    def g(self):\n"
    module = parse_module("m", source + "        return 2\n")
    assert "answer" not in show("m.A", apart={"m.A.f"}, module=module)
    assert "answer" not in show("m.A", Form.STUB, blanks={"m.A.f": "f"}, module=module)


def test_whole_module_comes_without_imports_of_the_reference():
    text = show("engine")
    assert "import math" in text and "reference" not in text
    module = parse_module("m", "import reference.engine\nx = 1\n")
    assert show("m", module=module) == "x = 1"


def test_assignment_cannot_be_blanked():
    with pytest.raises(CourseError, match=r"engine.LIMIT is an assignment and has no body"):
        show("engine.LIMIT", Form.STUB, blanks={"engine.LIMIT": "limit"})


def test_body_on_the_line_of_its_def_is_refused():
    module = parse_module("m", "def f(x): return x\n")
    with pytest.raises(CourseError, match=r"the body of m.f stands on the line of its def"):
        show("m.f", Form.STUB, blanks={"m.f": "f"}, module=module)


def test_method_that_needs_its_class_cannot_stand_alone():
    source = "class A(B):\n    def f(self):\n        return super().f()\n"
    with pytest.raises(CourseError, match=r"m.A.f uses super, which works only inside a class"):
        show("m.A.f", module=parse_module("m", source))


def test_every_region_of_the_module_can_be_cut_in_every_form():
    names = set(MODULE.regions) - {"engine.Value._rule"}
    assert len(names) == 12
    for name in names:
        node = MODULE.regions[name][0].node
        for form in Form:
            blanks = {name: "task"} if isinstance(node, regions.DEFINITIONS) else {}
            ast.parse(show(name, form, blanks=blanks))


def test_attribute_of_a_class_has_no_cell_of_its_own():
    with pytest.raises(CourseError, match=r"engine.Value._rule is part of a class and no method"):
        show("engine.Value._rule")
