"""A catalogue of misconceptions: read strictly, and turned into mutants of the reference."""

import re

import pytest

from autograder.authoring.proof.mutants import LONGEST_ENTRY, Shape, load_entries, mutants
from autograder.errors import CourseError

MODULE = "def f(x):\n    return 2 * x\n\n\ndef g(x):\n    return 2 * x + 1\n"
TEXTS = "  what: W.\n  why: Y.\n  try: T.\n"
ONE = '- id: one\n  region: m.f\n  replace: {"2 * x": "3 * x"}\n' + TEXTS


@pytest.fixture
def catalogue(tmp_path):
    """Write an exercise's misconceptions.yml and read it."""

    def read(text, exercise="01_a"):
        path = tmp_path / exercise / "misconceptions.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return load_entries(tmp_path, exercise)

    return read


def made(entries):
    return {m.name: m.source for m in mutants(entries, {"m": MODULE})}


def test_an_entry_is_read_with_its_texts_on_one_line(catalogue):
    (entry,) = catalogue(ONE.replace("what: W.", "what: >-\n    First\n    line."))
    assert entry.misconception.id == "one"
    assert entry.misconception.what == "First line."
    assert (entry.misconception.why, entry.misconception.attempt) == ("Y.", "T.")
    assert entry.shapes == (Shape("m.f", {"2 * x": "3 * x"}),)


def test_an_exercise_without_a_catalogue_has_no_entries(tmp_path):
    assert load_entries(tmp_path, "01_none") == ()


def test_a_mutant_is_the_reference_with_one_change(catalogue):
    assert made(catalogue(ONE)) == {"one": MODULE.replace("2 * x\n\n", "3 * x\n\n")}


def test_each_region_of_each_shape_is_a_mutant_with_a_number(catalogue):
    shapes = (
        "- id: one\n  shapes:\n"
        '    - {regions: [m.f, m.g], replace: {"2 * x": "3 * x"}}\n'
        '    - {regions: [m.g], replace: {"+ 1": "- 1"}}\n'
    )
    sources = made(catalogue(shapes + TEXTS))
    assert list(sources) == ["one#1", "one#2", "one#3"]
    assert "3 * x + 1" in sources["one#2"] and "2 * x - 1" in sources["one#3"]


def test_another_exercises_entries_can_be_included_with_exceptions(catalogue):
    catalogue(ONE + ONE.replace("one", "two"), "01_a")
    both = catalogue("- include: 01_a\n" + ONE.replace("one", "three"), "02_b")
    assert [e.misconception.id for e in both] == ["one", "two", "three"]
    some = catalogue("- include: 01_a\n  except: [one]\n", "03_c")
    assert [e.misconception.id for e in some] == ["two"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\n", "reference/hidden/02_b/misconceptions.yml: top level: not a list of"),
        ("- [", "reference/hidden/02_b/misconceptions.yml: line 1: "),
        ("- just text\n", "an entry is not a mapping"),
        (ONE.replace("why: Y.", "because: Y."), "one: because: unknown key. Known keys"),
        (ONE.replace("  why: Y.\n", ""), "one: why: is missing. Add a line"),
        (ONE.replace("what: W.", "what: 3"), "one: what: is a number, not a text"),
        (ONE.replace("- id: one\n  region", "- region"), "entry 1: id: is missing. Add a line"),
        (ONE + ONE.replace("one", "5"), "entry 2: id: is a number, not a text. Write a text"),
        (ONE.replace("one", "' '"), "entry 1: id: is an empty text, not a text"),
        (ONE.replace("  region: m.f\n", ""), "a shape needs a region and what to replace"),
        (ONE.replace('{"2 * x": "3 * x"}', "3 * x"), "a shape needs a region and what"),
        (ONE + ONE, "one: the id is used twice"),
        ("- include: 09_none\n", "include: there is no exercise 09_none with a catalogue. Others"),
        ("- {include: 09_b, except: [ten]}\n", r"include: there is no .* have one: 01_a\.$"),
        ("- include: 01_b\n", "with a catalogue. Did you mean '01_a'"),
        ("- include: 01_a\n  except: [ten]\n", "include 01_a: has no entry ten"),
    ],
)
def test_a_broken_catalogue_is_refused_with_its_remedy(catalogue, text, words):
    catalogue(ONE)
    with pytest.raises(CourseError, match=words):
        catalogue(text, "02_b")


def test_an_entry_of_too_many_lines_is_refused(catalogue):
    lines = "".join(f"    line {k}\n" for k in range(LONGEST_ENTRY))
    long = ONE.replace("  what: W.\n", f"  what: >-\n{lines}")
    with pytest.raises(
        CourseError, match=rf"one: the entry has \d+ lines, at most {LONGEST_ENTRY}"
    ):
        catalogue(long)
    catalogue(ONE.replace("  why", "\n\n\n\n\n\n\n\n  why"))  # empty lines are free


@pytest.mark.parametrize(("text", "times"), [("x", "occurs 2 times"), ("4 * x", "does not occur")])
def test_a_text_that_does_not_occur_once_in_its_region_is_refused(catalogue, text, times):
    entries = catalogue(ONE.replace("2 * x", text))
    words = rf'one: "{re.escape(text)}" {times} in m.f; it must occur once'
    with pytest.raises(CourseError, match=words):
        made(entries)


def test_a_region_of_another_module_is_refused(catalogue):
    entries = catalogue(ONE.replace("m.f", "n.f"))
    with pytest.raises(CourseError, match=r"one: the exercise has no module 'n'. Use one of m"):
        made(entries)


def test_no_mutant_of_the_real_course_is_like_another_or_like_the_reference(real_course):
    for folder in sorted(real_course.hidden.iterdir()):
        modules = {p.stem: p.read_text() for p in sorted(real_course.reference.glob("*.py"))}
        sources = set()
        for mutant in mutants(load_entries(real_course.hidden, folder.name), modules):
            assert mutant.source != modules[mutant.module], mutant.name
            assert (mutant.module, mutant.source) not in sources, f"{folder.name} {mutant.name}"
            sources.add((mutant.module, mutant.source))
            compile(mutant.source, mutant.name, "exec")


# What fuzzing found: shapes that no author means ------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- include: 3\n", "include: is a number, not a text"),
        ("- include: value\n", "include: 'value' is not an exercise. Write one like 03_value"),
        ("- include: 01_a\n", "include: 01_a includes itself, by 01_a. Leave one out"),
        ("- {include: 01_a, but: [x]}\n", "but: unknown key"),
        ("- {include: 02_b, except: 3}\n", "except: is a number, not a list"),
        (ONE.replace("region: m.f", "region: 3"), "a shape needs a region"),
        (ONE.replace("region: m.f", "shapes: 3"), "a shape needs a region"),
        (ONE.replace("region: m.f", "shapes: [3]"), "a shape needs a region"),
        (ONE.replace('"3 * x"', "[3]"), r"\[3\] in replace is not a text. Put it in quotes"),
    ],
)
def test_entries_of_other_shapes_are_refused_in_words(catalogue, text, words):
    with pytest.raises(CourseError, match=words):
        catalogue(text)


def test_two_catalogues_that_include_each_other_are_refused(catalogue):
    with pytest.raises(
        CourseError, match=r"there is no exercise 02_b with a catalogue. Others have one: none\."
    ):
        catalogue("- include: 02_b\n", "01_a")
    with pytest.raises(CourseError, match="02_b includes itself, by 02_b and 01_a"):
        catalogue("- include: 01_a\n", "02_b")
