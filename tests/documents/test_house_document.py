"""The house as its document draws it is the table that the tests enforce."""

import re

from document_tools import ROOT, read
from test_architecture import EXCEPTIONS, MODULES, TABLE, WORDS

HOUSE = read(ROOT / "docs/house.md")


def rows():
    """Room to what it may import, as the document's table says it."""
    table = HOUSE.partition("| room |")[2].partition("\n\n")[0]
    found = {}
    for line in table.splitlines()[2:]:
        room, _, allowed = [cell.strip() for cell in line.strip("|").split("|")]
        found[room.strip("`")] = re.findall(r"`([\w.]+)`", allowed) or allowed
    return found


def test_rooms_and_what_they_may_import_are_those_of_the_table():
    expected = {
        room: "everything" if "" in TABLE[room] else list(TABLE[room]) or ""
        for room in TABLE
        if room
    }
    assert rows() == expected


def test_the_shared_words_are_those_of_the_table():
    told = HOUSE.partition("the shared words:")[2].partition(", which import")[0]
    named = {name.removesuffix(".py").replace("/", ".") for name in re.findall(r"`(.+?)`", told)}
    assert named == set(WORDS)


def test_its_number_of_exceptions_is_that_of_the_table():
    words = {0: "no exception", 1: "one exception", 2: "two exceptions", 3: "three exceptions"}
    assert words[len(EXCEPTIONS)] in HOUSE


def test_the_way_of_a_submission_goes_through_modules_that_exist():
    way = HOUSE.partition("## A submission")[2].partition("## Who may")[0]
    named = re.findall(r"`([\w/]+)\.py`", way)
    assert len(named) >= 10
    for name in named:
        assert name.replace("/", ".") in MODULES, name
    rooms = [name.split("/")[0] for name in named if "/" in name]
    order = ["intake", "sandbox", "worker", "judging", "grading", "records"]
    assert list(dict.fromkeys(rooms)) == order
