"""Files that are not what they should be are read where that can be done, and named otherwise."""

import gzip
import io
import json
import sys
import zipfile

import pytest
from class_tools import SOLVE_CELL, notebook
from repository import ROOT

from autograder.errors import SubmissionError
from autograder.intake.extract import extract
from autograder.student.finding import read_public_half

ENGINE = "class Value:\n    def __init__(self, data):\n        self.data = data\n"
CONFLICT = "x = 1\n<<<<<<< HEAD\ny = 2\n=======\ny = 3\n>>>>>>> branch\n"


@pytest.fixture(scope="module")
def exercise():
    return read_public_half(ROOT / "exercises/06_engine").exercise


def zipped(text):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("engine.py", text)
    return made.getvalue()


KINDS = [
    (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12\n",
        "a pointer of Git LFS",
    ),
    (gzip.compress(ENGINE.encode()), "compressed with gzip"),
    (zipped(ENGINE), "a zip archive"),
    (b"%PDF-1.7\n", "a PDF"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff\xe0", "a picture"),
    (b"\n<!DOCTYPE html>\n<html><body>", "a web page (HTML)"),
    (b"<html lang='en'>", "a web page (HTML)"),
]


@pytest.mark.parametrize("name", ["engine.py", "06_engine.ipynb"])
@pytest.mark.parametrize(("data", "what"), KINDS, ids=[what for _, what in KINDS])
def test_a_file_of_another_kind_is_called_what_it_is(exercise, data, what, name):
    with pytest.raises(SubmissionError) as raised:
        extract(data, name, exercise)
    assert str(raised.value).startswith(f"{name}: is {what}")
    assert "hand" in str(raised.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["engine.py", "06_engine.ipynb"])
def test_utf_16_is_read(exercise, encoding, name):
    text = ENGINE + "# é\n"
    if name.endswith(".ipynb"):
        text = notebook(text, solve=0).decode()
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    program = extract(mark + text.encode(encoding), name, exercise)
    assert any(block.source.rstrip() == (ENGINE + "# é") for block in program.blocks)
    assert any("is UTF-16 and was read as that" in said for said in program.repairs)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_merge_conflict_is_named_with_its_line(exercise, ends):
    with pytest.raises(SubmissionError, match=r"a merge conflict that begins in line 2"):
        extract(CONFLICT.replace("\n", ends).encode(), "engine.py", exercise)
    text = notebook(ENGINE, solve=0).decode().replace("{", "{\n" + CONFLICT, 1)
    with pytest.raises(SubmissionError, match=r"a merge conflict that begins in line 3"):
        extract(text.encode(), "06_engine.ipynb", exercise)


def test_marks_of_a_conflict_in_a_text_are_none(exercise):
    source = f"s = '''\n{CONFLICT}'''\n{ENGINE}"
    assert extract(source.encode(), "engine.py", exercise).blocks[0].source == source


def test_a_picture_in_a_text_cell_does_not_count(exercise):
    plain = json.loads(notebook(ENGINE, solve=0))
    picture = "![graph](data:image/png;base64," + "A" * (3 << 20) + ")"
    plain["cells"].append({"cell_type": "markdown", "metadata": {}, "source": picture})
    program = extract(json.dumps(plain).encode(), "06_engine.ipynb", exercise)
    assert [block.source for block in program.blocks] == [ENGINE]


# What Jupyter writes and saves ------------------------------------------------------------


def only(source, exercise, name="06_engine.ipynb"):
    """The one block of a submission, and what was said of it."""
    data = source.encode() if name.endswith(".py") else notebook(source, solve=0)
    program = extract(data, name, exercise)
    assert len(program.blocks) == 1
    return program.blocks[0].source, program.repairs


def test_what_a_cell_writes_into_a_program_is_the_program(exercise):
    assert only("%%writefile engine.py\n" + ENGINE, exercise)[0].strip() == ENGINE.strip()
    assert only("%%writefile -a 'src/engine.py'\n" + ENGINE, exercise)[0].strip() == ENGINE.strip()


def test_what_a_cell_writes_elsewhere_is_left_out_and_said(exercise):
    stub, said = only("%%writefile data.csv\na,b\n", exercise)
    assert "a,b" not in stub
    assert any("(%%writefile) does not run in the notebook; it was left out" in one for one in said)


SAVED = """#!/usr/bin/env python
# coding: utf-8

# In[1]:

get_ipython().run_line_magic('matplotlib', 'inline')
if True:
    get_ipython().system('pip install torch')
files = get_ipython().getoutput('ls')

# In[2]:

"""


def test_a_notebook_saved_as_a_program_is_read_without_lines_for_ipython(exercise):
    source, said = only(SAVED + ENGINE, exercise, "engine.py")
    assert "get_ipython" not in source
    assert source.endswith(ENGINE)
    assert source.count("\n") == (SAVED + ENGINE).count("\n")
    assert any("3 lines for IPython left out" in one for one in said)


def test_a_cell_that_was_timed_or_written_is_found_in_a_saved_program(exercise):
    for magic in ("('time', '', ", "('writefile', 'engine.py', "):
        line = f"get_ipython().run_cell_magic{magic}{ENGINE!r})\n"
        assert only(SAVED + line, exercise, "engine.py")[0].endswith(ENGINE + "\n")
    line = f"get_ipython().run_cell_magic('bash', '', {ENGINE!r})\n"
    assert "class Value" not in only(SAVED + line, exercise, "engine.py")[0]


def test_the_released_cell_of_a_file_exercise_counts_in_full(exercise):
    source = ENGINE + "for name in ('a', 'b'):\n    setattr(Value, name, 1)\nprint(Value(3))\n"
    assert only(source, exercise) == (source, ())


def test_the_cell_id_is_the_released_one(exercise):
    assert SOLVE_CELL in {cell.id for cell in exercise.cells}


def test_a_fence_that_was_copied_with_the_code_is_left_out(exercise):
    source, said = only(f"```python\n{ENGINE}```\n", exercise)
    assert source.strip() == ENGINE.strip()
    assert said == ("cell 1: the fence (```) left out, for it is no Python of a program.",)
    inside = f's = """\n```\n"""\n{ENGINE}'
    assert only(inside, exercise) == (inside, ())


def test_what_a_notebook_awaits_is_left_out(exercise):
    awaits = "import asyncio\nawait asyncio.sleep(0)\nx = [await y for y in []]\n"
    source, said = only(ENGINE + awaits, exercise)
    assert source == ENGINE + "import asyncio\n\n\n"
    assert any("`await` left out" in one for one in said)
    inner = ENGINE + "async def f():\n    await g()\n"
    assert only(inner, exercise) == (inner, ())


def test_a_class_in_a_text_cell_is_said(exercise):
    for kind in ("markdown", "raw"):
        plain = json.loads(notebook("x = 1"))
        plain["cells"].append({"cell_type": kind, "metadata": {}, "source": ENGINE})
        said = extract(json.dumps(plain).encode(), "06_engine.ipynb", exercise).repairs
        assert (
            "cell 2 defines Value and is a text cell, which does not count; make it a code cell."
        ) in said
        plain["cells"].append({"cell_type": "code", "metadata": {}, "source": ENGINE})
        said = extract(json.dumps(plain).encode(), "06_engine.ipynb", exercise).repairs
        assert not any("text cell" in one for one in said)


@pytest.mark.parametrize(
    ("line", "since"),
    [
        ("type Number = int | float", (3, 12)),
        ("type Pair[T] = tuple[T, T]", (3, 12)),
        ("def add[T](a: T) -> T: return a", (3, 12)),
        ("class Box[T]: pass", (3, 12)),
        ("print(f'{a['b']}')", (3, 12)),
        ("except OSError, ValueError:", (3, 14)),
        ("x = t'{a}'", (3, 14)),
    ],
)
def test_syntax_of_a_newer_python_is_called_that(exercise, line, since):
    before = "a = {'b': 1}\ntry:\n    pass\n" if line.startswith("except") else "a = {'b': 1}\n\n\n"
    source = f"{before}{line}\n    pass\n" if line.startswith("except") else before + line
    here = sys.version_info[:2]
    said = " ".join(only(source, exercise, "engine.py")[1])
    due = f"engine.py, line 4 is written for Python {since[0]}.{since[1]} or newer; it is graded"
    assert (due in said) == (since > here)


def test_a_plain_mistake_is_not_called_newer(exercise):
    for source in ("def f(:\n", "x = (1\n", "print 'a'\n", "class A(\n"):
        assert only(source, exercise, "engine.py")[1] == ()
