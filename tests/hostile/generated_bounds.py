"""Hostile submissions that want more room than a submission has in what is kept and shown.

Each makes as much as it can of one thing that a line of results holds: file names, flags, repairs,
output, what is raised. A generator is like those of generated.py; those of NOTEBOOKS make a
notebook for 04_backward_rules.
"""

import copy
import json
from pathlib import Path
from typing import Any

from .generated import HONEST

FACE = "\U0001f600"  # 4 bytes in a name, 12 in a line of results
LIKE_AN_A = "\u0430"  # and is none
Notebook = dict[str, Any]


def _write(folder: Path, content: str, name: str = "engine.py") -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return file


def _useless(body: str) -> str:
    """A class whose every operation does the same."""
    return (
        "class Value:\n"
        "    def __init__(self, data, *_):\n        self.data = self.grad = 0.0\n"
        f"    def _all(self, *_):\n        {body}\n"
        "    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = _all\n"
        "    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __repr__ = _all\n"
        "    exp = log = tanh = relu = sigmoid = backward = _backward = _all\n"
        "    topological_order = _all\n"
    )


def _long_names(folder: Path, count: int, ending: str) -> None:
    for number in range(count):
        (folder / f"{FACE * 50}{number:04}{ending}").touch()


def files_by_the_thousand(folder, _):
    """Comes with 1,500 more files, all of them programs with long names.

    family: bounds
    expect: honest
    gain: a line of results of megabytes
    """
    _long_names(folder, 1_500, ".py")
    return _write(folder, HONEST)


def files_without_the_right_one(folder, _):
    """Comes as 1,500 programs with long names, none of which is the one that is due.

    family: bounds
    expect: refused
    gain: all of these names in each of 70 checks
    """
    _long_names(folder, 1_500, ".py")
    return folder / f"{FACE * 50}0000.py"


def a_long_name_and_no_program(folder, _):
    """Has a name as long as a file system takes, and a null byte, so that it is refused by name.

    family: bounds
    expect: refused
    gain: its name in each of 70 checks
    """
    return _write(folder, "x = 1\n\0\n", f"{FACE * 62}.py")


def long_identifiers(folder, _):
    """Has 300 identifiers of 2,000 letters each that look like others.

    family: bounds
    expect: flagged
    gain: flags of 600 kB
    """
    names = "".join(f"{LIKE_AN_A * 2_000}{n} = {n}\n" for n in range(300))
    return _write(folder, HONEST + names[:400_000])


def flags_by_the_thousand(folder, _):
    """Reaches for the interpreter in 2,000 places, by 200 names.

    family: bounds
    expect: flagged
    gain: more flags than anybody reads, or a line of megabytes
    """
    names = (
        "f_back",
        "f_locals",
        "f_globals",
        "tb_frame",
        "gi_frame",
        "__globals__",
        "__closure__",
    )
    lines = [f"lambda x: x.{names[k % 7]}.a{k}.__builtins__" for k in range(2_000)]
    return _write(
        folder,
        f"{HONEST}\nimport sys\nkept = 'sys.modules', sys.modules\n" + "\n".join(lines[:1_000]),
    )


def padding_before_what_it_reaches_for(folder, _):
    """Stands behind 130 KiB of comments when it reaches for the modules.

    family: bounds
    expect: flagged
    gain: no flag, for who reads does not read so far
    """
    return _write(folder, HONEST + "# padding\n" * 13_400 + "import sys\nkept = sys.modules\n")


def padding_of_faces(folder, _):
    """Has docstrings of 64 kB, and of characters that a line of results writes in twelve bytes.

    family: bounds
    expect: honest
    gain: a line of results that holds them
    """
    text = FACE * 16_000
    return _write(folder, f'"""{text}"""\n{HONEST}\n\ndef documented():\n    """{text}"""\n')


def output_of_control_characters(folder, _):
    """Prints 64 KiB of what a line of results writes in six bytes each.

    family: bounds
    expect: limit: output
    gain: a line of 400 kB
    """
    return _write(folder, HONEST + "\nprint('\\x1b' * (1 << 17))\n")


def output_that_is_no_text(folder, _):
    """Writes bytes that are no UTF-8 past the stream, so that each is replaced.

    family: bounds
    expect: honest
    gain: a line of 400 kB, and an error of ours
    """
    return _write(
        folder,
        f"{HONEST}\nimport sys\n"
        "try:\n    sys.modules['posix'].write(1, b'\\xff' * 60_000)\n"
        "except BaseException:\n    pass\n",
    )


def output_and_texts_of_its_own(folder, _):
    """Prints as much as is kept, in characters of six bytes, and raises other texts everywhere.

    family: bounds
    expect: partial: tanh raises
    gain: a line of 443 kB: output, what is raised, and flags together
    """
    flags = "".join(f"{LIKE_AN_A * 300}{n} = {n}\n" for n in range(60))
    honest = HONEST.replace(
        "    def tanh(self):\n",
        "    def tanh(self):\n        raise ValueError(f'{self.data!r}' * 99)\n",
    )
    return _write(folder, f"{honest}\n{flags}\nprint('\\x00\\x1f' * (1 << 16))\n")


def texts_without_an_end(folder, _):
    """Raises, everywhere, a text of 90 kB of control characters, another one every time.

    family: bounds
    expect: zero
    gain: a line of results of megabytes
    """
    body = "raise ValueError(str(id(object())) + '\\x00\"\\\\' * 30_000)"
    return _write(folder, _useless(body))


def classes_with_endless_names(folder, _):
    """Gives back objects whose class has a name of 4,000 letters.

    family: bounds
    expect: zero
    gain: that name in each of 70 checks
    """
    body = "return type('\\u0430\"' * 2_000, (), {})()"
    return _write(folder, _useless(body))


def nested_as_deep_as_it_parses(folder, _):
    """Nests calls, lists and attributes as deep as Python parses, with a flag at every depth.

    family: bounds
    expect: flagged
    gain: a searcher that gives up, or dies of recursion
    """
    nested = "[" * 80 + "x.f_back" + "]" * 80
    chain = "x" + ".f_back" * 900
    return _write(folder, f"{HONEST}\n\ndef never(x):\n    return {nested}, {chain}\n")


GENERATORS = (
    files_by_the_thousand,
    files_without_the_right_one,
    a_long_name_and_no_program,
    long_identifiers,
    flags_by_the_thousand,
    padding_before_what_it_reaches_for,
    padding_of_faces,
    output_of_control_characters,
    output_that_is_no_text,
    output_and_texts_of_its_own,
    texts_without_an_end,
    classes_with_endless_names,
    nested_as_deep_as_it_parses,
)


# Notebooks --------------------------------------------------------------------------------


def _notebook(folder: Path, notebook: Notebook, more: list[Any]) -> Path:
    file = folder / "04_backward_rules.ipynb"
    file.write_text(json.dumps({**notebook, "cells": [*notebook["cells"], *more]}))
    return file


def _cell(source: str, number: int) -> dict[str, Any]:
    """A code cell of the student's own."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"mine-{number}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def cells_by_the_thousand(folder, notebook):
    """Has 1,000 cells more, each with an assignment that nothing uses.

    family: bounds
    expect: honest
    start: solved
    gain: a repair for each, or minutes of matching
    """
    return _notebook(folder, notebook, [_cell(f"x{n} = {n}", n) for n in range(1_000)])


def repairs_by_the_thousand(folder, notebook):
    """Has 1,000 things among its cells that are none, and 500 cells that hold half characters.

    family: bounds
    expect: honest
    start: solved
    gain: a repair for each, and a line of megabytes
    """
    broken = [_cell(f"# \ud83d {n}", n) for n in range(500)]
    return _notebook(folder, notebook, [*(["no cell"] * 1_000), *broken])


def names_that_fill_repairs(folder, notebook):
    """Defines names of 3,000 letters in cells of its own, twice each, and lays one over ours.

    family: bounds
    expect: honest
    start: solved
    gain: repairs that name them all
    """
    long = "\u03b1" * 3_000
    cells = [_cell(f"def {long}{n}():\n    return {n}\n\n{long}{n}()", n) for n in range(60)]
    return _notebook(folder, notebook, [*cells, *copy.deepcopy(cells)])


NOTEBOOKS = (cells_by_the_thousand, repairs_by_the_thousand, names_that_fill_repairs)
