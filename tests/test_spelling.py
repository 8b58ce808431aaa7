"""What people read is spelled rightly, in British English, but for the course's own words.

The dictionary is pyspellchecker's; the lists of common misspellings, and of words that Britain
and America spell differently, are codespell's.
"""

import ast
import re
from importlib import resources

import pytest
import yaml
from conftest import ROOT
from repository import TESTS
from spellchecker import SpellChecker

OWN_WORDS = frozenset((TESTS / "own_words.txt").read_text().split())
READ = (
    "*.md",
    "docs/*.md",
    "tests/hostile/README.md",
    "exercises/*/lesson.md",
    "exercises/*/exercise.yml",
    "exercises/*/checks.py",
    "reference/cheatsheet.yml",
    "reference/hidden/*/checks.py",
    "reference/hidden/*/equivalent.yml",
    "reference/hidden/*/marking.md",
    "reference/hidden/*/misconceptions.yml",
)
FILES = sorted(path for pattern in READ for path in ROOT.glob(pattern))
# Values of these keys are code, or names of things in code.
CODE_KEYS = {"code", "file", "form", "id", "imports", "leave_out", "modules", "regions", "replace"}
CODE_KEYS |= {"also", "at", "method", "output", "shapes", "source"}
BLOCK = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
CODE = re.compile(
    r"\]\(#?[^)\s]*\)|`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|<[^>]*>|https?://\S+|\S*[=_/]\S*", re.DOTALL
)
# A name in code has a dot, a digit or a bracket at its side, or a capital in its middle.
WORD = re.compile(r"(?<![\w.@\\-])[A-Za-z][a-z]+(?:'[a-z]+)?(?![\w(]|\.\w)")


def texts_of(data, key=""):
    """Every text for people in plain data, by its keys."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name not in CODE_KEYS:
                yield from texts_of(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from texts_of(value, key)
    elif isinstance(data, str):
        yield data


def prose(path):
    """What people read in a file: Markdown without code, YAML's texts, docstrings of checks."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yml":
        text = "\n\n".join(texts_of(yaml.safe_load(text)))
    elif path.suffix == ".py":
        made = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        text = "\n\n".join(filter(None, map(ast.get_docstring, made)))
    return without_code(text)


def without_code(text):
    """Markdown without code and formulas; a block marked as text is read."""
    text = BLOCK.sub(lambda block: block[2] if block[1] == "text" else "", text)
    return CODE.sub(" ", text)


def words(text):
    return {word.removesuffix("'s").lower() for word in WORD.findall(text)}


def listed(name):
    """One of codespell's lists: word to what it suggests."""
    text = resources.files("codespell_lib").joinpath("data", name).read_text(encoding="utf-8")
    pairs = (line.partition("->") for line in text.splitlines() if "->" in line)
    return {wrong: right for wrong, _, right in pairs}


MISSPELT = listed("dictionary.txt")
TO_AMERICAN = listed("dictionary_en-GB_to_en-US.txt")
# Words that are British too, in another sense: a computer's program, a parking meter.
BRITISH_TOO = {"analog", "check", "disk", "math", "meter", "meters", "program", "programs", "story"}
AMERICAN = {
    american.strip(): british
    for british, suggested in TO_AMERICAN.items()
    for american in suggested.split(",")
    if american.strip() not in BRITISH_TOO
}
KNOWN = SpellChecker(distance=1)


def mistakes(text):
    """Words that are wrong, American, or unknown, with what to write, as one line each."""
    for word in sorted(words(text) - OWN_WORDS):
        if word in MISSPELT:
            yield f"{word}: write {MISSPELT[word]}"
        elif word in AMERICAN:
            yield f"{word} is American: write {AMERICAN[word]}"
        elif word not in TO_AMERICAN and KNOWN.unknown([word]):
            yield f"{word}: unknown; if it is right, add it to tests/own_words.txt"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_is_spelled_rightly(path):
    assert list(mistakes(prose(path))) == []


def test_every_kind_of_file_is_read():
    for pattern in READ:
        assert list(ROOT.glob(pattern)), pattern
    assert len(FILES) > 60


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The gradiand of a node.", "gradiand: unknown"),
        ("It occured twice.", "occured: write occurred"),
        ("The behavior of relu.", "behavior is American: write behaviour"),
        ("Two neighbors differ.", "neighbors is American: write neighbours"),
        ("a - b = 3 and a.teh is teh end", "teh: write the"),
    ],
)
def test_a_slip_is_noticed(text, told):
    (found,) = mistakes(text)
    assert found.startswith(told)


def test_code_and_formulas_are_not_prose():
    text = (
        "`self.grda`, $\\frca{a}{b}$, x.grda, grda(3) and PyTorhc\n```python\ngrda\n```\n"
        "```text\ngrda of x\n```\n"
    )
    assert words(without_code(text)) == {"and", "grda", "of"}


def test_own_words_are_sorted_and_really_unknown():
    listed_words = (TESTS / "own_words.txt").read_text().split()
    assert listed_words == sorted(set(listed_words))
    for word in listed_words:
        assert word in MISSPELT or word in AMERICAN or KNOWN.unknown([word]), word
