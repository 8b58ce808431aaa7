"""Generated parts of documents: fresh, whole, in the words of the docstrings."""

import inspect
import json
import shutil
from dataclasses import dataclass
from enum import Enum

import pytest
import sample_reports
from document_tools import ROOT, blocks, read

from autograder.authoring import documents
from autograder.authoring.checks.vocabulary import Recorder, check
from autograder.authoring.documents import (
    build_documents,
    check_words,
    parse_docstring,
    result_format,
    stale_documents,
)
from autograder.commands import authors
from autograder.errors import CourseError
from autograder.records.results import result_line

CHECKS, RESULTS = ROOT / "docs/checks.md", ROOT / "docs/results.md"
EMPTY = "Before.\n\n{mark}\n<!-- end -->\n\nAfter.\n"


@pytest.fixture
def checkout(tmp_path):
    """A folder with one document that holds an empty block."""
    (tmp_path / "docs").mkdir()
    mark = documents.MARK.format("check words")
    (tmp_path / "docs/words.md").write_text(EMPTY.format(mark=mark))
    return tmp_path


def test_what_is_committed_is_what_would_be_built():
    assert stale_documents(ROOT) == [], "run: autograder build"


def test_each_block_stands_in_a_document():
    every = read(CHECKS) + read(RESULTS)
    for name in documents.BLOCKS:
        assert every.count(documents.MARK.format(name)) == 1


def test_building_fills_a_block_once_and_leaves_the_rest(checkout):
    path = checkout / "docs/words.md"
    assert stale_documents(checkout) == [path]
    assert build_documents(checkout) == [path]
    text = path.read_text()
    assert text.startswith("Before.\n\n<!-- generated") and text.endswith(
        "<!-- end -->\n\nAfter.\n"
    )
    assert "### `gradients`" in text
    assert stale_documents(checkout) == build_documents(checkout) == []


def test_a_word_changed_by_hand_is_stale_and_mended(checkout):
    build_documents(checkout)
    path = checkout / "docs/words.md"
    right = path.read_text()
    path.write_text(right.replace("Declare a check.", "Declare a chick."))
    assert stale_documents(checkout) == [path]
    build_documents(checkout)
    assert path.read_text() == right


def test_a_course_without_documents_has_none_to_build(small_course):
    assert build_documents(small_course.root) == []


def test_a_mark_with_an_unknown_name_is_an_authors_error(checkout):
    (checkout / "docs/words.md").write_text(EMPTY.format(mark=documents.MARK.format("chekc words")))
    with pytest.raises(
        CourseError, match=r"^docs/words.md: .*there is no such block.*'check words'"
    ):
        build_documents(checkout)


@pytest.mark.sandbox
def test_validate_says_stale_and_how_to_mend_it(small_course, capsys, level):
    docs = small_course.root / "docs"
    docs.mkdir()
    shutil.copy(CHECKS, docs)
    list(authors.build(small_course))
    assert authors.run_validate(small_course, (), False, False, False) == 0
    (docs / "checks.md").write_text(read(CHECKS).replace("Declare a check.", ""))
    assert authors.run_validate(small_course, (), False, False, False) == 1
    assert "HOLE docs/checks.md: is stale; run: autograder build" in capsys.readouterr().out


# The words of a check ----------------------------------------------------------------------


def test_every_word_of_the_vocabulary_is_there_with_its_docstring():
    text = check_words(ROOT)
    words = [
        name
        for name, method in inspect.getmembers(Recorder, inspect.isfunction)
        if not name.startswith("_")
    ]
    assert len(words) >= 25
    for name in words:
        section = text.partition(f"### `{name}`\n")[2].partition("\n### ")[0]
        assert section.startswith(f"\n```python\nstudent.{name}("), name
        for paragraph in parse_docstring(getattr(Recorder, name)).text:
            assert paragraph in section, name


def test_an_argument_of_the_decorator_is_explained_and_has_its_default():
    section = check_words(ROOT).partition("## Data")[0]
    for parameter in inspect.signature(check).parameters.values():
        assert f"- `{parameter.name}`: " in section
    assert "@check(*, task, points, requires=(), needs=()" in section


def test_examples_are_calls_of_public_checks():
    public = "\n".join(read(path) for path in ROOT.glob("exercises/*/checks.py"))
    examples = [
        block.strip()
        for part in read(CHECKS).split("For example:")[1:]
        for block in blocks(part, "python")[:1]
    ]
    assert len(examples) >= 20
    for example in examples:
        assert example in public


def test_a_docstring_with_a_name_that_is_no_argument_is_refused():
    def word(self, at):
        """Observe.

        Args:
            att: misspelt.
        """

    with pytest.raises(CourseError, match=r"no argument is named.*att"):
        list(documents._callable_text("word", word, "student."))


def test_a_docstring_is_taken_apart():
    def function():
        """One sentence.

        More of it,
        over two lines.

        Args:
            a, b: numbers
                of one unit.
            c: whether: yes or no.
        Returns: nothing.
        """

    told = parse_docstring(function)
    assert told.text == ("One sentence.", "More of it, over two lines.")
    assert told.entries == {
        "a": "numbers of one unit.",
        "b": "numbers of one unit.",
        "c": "whether: yes or no.",
    }


# The result format -------------------------------------------------------------------------


def keys_of(text, title):
    """The first column of the table of a section."""
    section = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]


def test_keys_of_a_line_are_those_of_the_document_in_this_order():
    line = json.loads(result_line(sample_reports.report(sample_reports.overwrites("reused"))))
    text = read(RESULTS)
    assert list(line) == ["format", *keys_of(text, "Report")]
    assert list(line["checks"][0]) == keys_of(text, "CheckResult")
    assert f"`format`, the number of this format: {line['format']}." in text


def test_every_key_has_a_meaning():
    rows = [line for line in result_format().splitlines() if line.startswith("| `")]
    for row in rows:
        if row.count(" | ") == 2:  # a key; a value of an enum speaks for itself
            assert not row.endswith("|  |"), f"say what it is in its class's docstring: {row}"


class Colour(Enum):
    RED = "red"  # like blood
    BLUE = "blue"


@dataclass
class Told:
    """What is said of it.

    Attributes:
        attempt: what to do. The key `try` of a result line.
    """

    attempt: str


@dataclass
class Shape:
    """A shape.

    Its keys, in their order: `corners`, `colour`, and what is told: `names`, `try`, `size`.

    Attributes:
        colour: of its line, "red|blue".
    """

    colour: Colour | None
    corners: tuple[tuple[float, float], ...]
    names: dict[str, bool]
    size: float  # in metres
    told: Told


def test_keys_and_types_are_said_as_they_stand_in_json():
    rows = documents._keys(Shape, parse_docstring(Shape))
    assert rows == [
        ("`corners`", "list of list: number, number", ""),
        ("`colour`", "[Colour](#colour) or null", 'of its line, "red|blue".'),
        ("`names`", "object: text to true or false", ""),
        ("`try`", "text", "what to do."),
        ("`size`", "number", "in metres"),
    ]
    assert list(documents._shapes(Shape)) == [Colour]
    assert list(documents._members(Colour)) == [("`red`", "like blood"), ("`blue`", "")]
    assert r"red\|blue" in documents._table(("key", "type", "meaning"), *rows)
