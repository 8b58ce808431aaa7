"""What keeps the house easy to walk: short files, small folders, tests where they belong."""

import ast
import re
import subprocess

import conftest
import pytest
from repository import ROOT

# Written by hand, and many by nature: one file, one right or wrong answer.
CORPORA = ("tests/right_answers", "tests/wild_mistakes", "tests/hostile/")
# Folder to how many files, and how many lines a file, it may have.
MOST_FILES = {"autograder": 13, "reference": 12, "tests": 13}
MOST_LINES = {"autograder": 330, "reference": 330, "tests": 450}
# Files that may be longer, and why they are not two.
LONGER = {
    "tests/intake/test_extract.py": "one made exercise, and every shape in which it comes back",
    "tests/intake/arriving/test_archives.py": "each case is tried on zip and on tar",
    "tests/sandbox/test_running.py": "one made program, and every way in which its process can end",
    "tests/sandbox/test_zygote.py": "the same zygote, from the judge's side and from inside",
    "tests/student/test_notebook_check.py": "one notebook, and all that a check may say in it",
    "reference/hidden/06_engine/checks.py": "the hidden checks of an exercise are one file",
    "tests/commands/test_nbgrader_term.py": "one story, told once and looked at by every test",
}
FILES = {
    str(path.relative_to(ROOT)): path
    for top in MOST_FILES
    for path in sorted((ROOT / top).rglob("*.py"))
}
# The folders of tests that stand for no room of the tool.
OTHER_TESTS = {"documents", "lessons", "hostile", "micrograd_tests"}


def is_corpus(name):
    return name.startswith(CORPORA[:2]) or (name.startswith(CORPORA[2]) and name.count("/") > 2)


def test_no_file_is_too_long_to_be_read_at_a_sitting():
    lines = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in FILES.items()
    }
    most = {name: MOST_LINES[name.partition("/")[0]] for name in lines}
    long = {name for name in lines if lines[name] > most[name] and not is_corpus(name)}
    assert long - LONGER.keys() == set(), "split it, or say in LONGER why it stays whole"
    assert LONGER.keys() - long == set(), "short enough by now: take it out of LONGER"


def test_no_folder_has_too_many_files_to_be_seen_at_a_glance():
    count = {}
    for name, path in FILES.items():
        if path.name != "__init__.py" and not is_corpus(name):
            folder = name.rpartition("/")[0]
            count[folder] = count.get(folder, 0) + 1
    assert {f: n for f, n in count.items() if n > MOST_FILES[f.partition("/")[0]]} == {}


def test_tests_stand_in_the_folder_of_the_room_that_they_test():
    rooms = {path.parent.name for path in ROOT.glob("autograder/*/__init__.py")}
    folders = {path.parent.name for path in ROOT.glob("tests/*/test_*.py")}
    assert rooms <= folders, "a room without tests"
    assert folders - rooms == OTHER_TESTS


# Markers -----------------------------------------------------------------------------------


def marks_of(path):
    """The markers that a file puts on all of its tests."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            return set(re.findall(r"pytest\.mark\.(\w+)", ast.unparse(node.value)))
    return set()


TESTS = {name: path for name, path in FILES.items() if path.name.startswith("test_")}


def test_files_that_drive_a_browser_and_no_others_are_marked_so():
    driving = {
        n
        for n, p in TESTS.items()
        if re.search(r"^\s*(from|import) playwright", p.read_text(), re.M)
    }
    assert driving
    assert {name for name, path in TESTS.items() if "browser" in marks_of(path)} == driving


def test_every_marker_is_registered_explained_and_used(pytestconfig):
    told = {line.partition(":")[0]: line for line in pytestconfig.getini("markers")}
    ours = ("sandbox", "browser", "slow")
    for marker in ours:
        assert len(told[marker]) > len(marker) + 10
        used = [n for n, p in TESTS.items() if f"pytest.mark.{marker}" in p.read_text()]
        assert used, f"no test is marked {marker}"


@pytest.mark.parametrize(
    "words", [["--unshare-all"], ["-c", "from autograder.worker.zygote import main"]]
)
def test_an_unmarked_test_that_starts_a_sandbox_is_told(request, words):
    assert conftest.complaint(request.node) == ""
    subprocess.run(["true", *words], check=True)
    told = conftest.complaint(request.node)
    conftest.started.clear()
    assert told == "it starts a zygote or bubblewrap; mark it: @pytest.mark.sandbox"


@pytest.mark.sandbox
def test_a_marked_test_may_start_a_sandbox(request):
    subprocess.run(["true", "--unshare-all"], check=True)
    assert conftest.started and conftest.complaint(request.node) == ""
