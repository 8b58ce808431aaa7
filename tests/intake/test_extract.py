"""From submissions of every kind to the program that is graded."""

import copy
import doctest
import json
import re
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_course import load, write_course

from autograder import limits
from autograder.authoring.lessons.exercises import solved_blocks, stub_blocks
from autograder.authoring.lessons.notebooks import (
    solved_notebook,
    solved_script,
    source_notebook,
    student_notebook,
    student_script,
)
from autograder.errors import SubmissionError
from autograder.intake import handed_in
from autograder.intake import outline as outline
from autograder.intake.extract import extract
from autograder.intake.jupyter import without_magics
from autograder.limits import ADDED_STATEMENTS, PARSED_CHARACTERS, REPAIRS
from autograder.model import Program
from autograder.parsing import parse

POINTS = {"add": 2, "mul rule": 3, "rectangles": 1}
OWN_ADD = "@method_of(Value)\ndef __add__(self, other):\n    return 'mine'\n"


@pytest.fixture(scope="module")
def authored(tmp_path_factory):
    return load(write_course(tmp_path_factory.mktemp("course")))


@pytest.fixture(scope="module")
def exercise(authored):
    return authored.exercise


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return load(write_course(tmp_path_factory.mktemp("whole")), "06_engine").exercise


@pytest.fixture
def solved(exercise):
    """A solved notebook as Jupyter would save it, to be damaged."""
    return json.loads(solved_notebook(exercise, POINTS))


@pytest.fixture
def untouched(exercise):
    return json.loads(student_notebook(exercise, POINTS))


def take(notebook, exercise, name="03_value.ipynb"):
    return extract(json.dumps(notebook).encode(), name, exercise)


def cell(notebook, id):
    return next(cell for cell in notebook["cells"] if cell.get("id") == id)


def added(source, cell_type="code"):
    return {"cell_type": cell_type, "metadata": {}, "source": source, "outputs": []}


def insert_after(notebook, id, *cells):
    place = notebook["cells"].index(cell(notebook, id)) + 1
    notebook["cells"][place:place] = cells


def run(program):
    """Run a program as the worker does: what fails is passed over."""
    namespace = {"method_of": lambda cls: lambda f: setattr(cls, f.__name__, f)}
    for block in program.blocks:
        source = block.source.replace("from autograder import check, method_of", "")
        exec(compile(source, block.label, "exec"), namespace)
    return namespace


def sources(program):
    return [block.source for block in program.blocks]


def labels(program):
    return [block.label for block in program.blocks]


def test_examples_in_docstrings_hold():
    assert doctest.testmod(outline).failed == 0


# Notebooks as they should be


def test_solved_notebook_gives_the_solved_program(authored, exercise, solved):
    assert take(solved, exercise) == Program(solved_blocks(authored, {}))


def test_untouched_notebook_gives_the_stub_program(exercise, untouched):
    assert take(untouched, exercise) == Program(stub_blocks(exercise))


def test_extraction_does_not_need_solutions(exercise, solved):
    from dataclasses import replace

    published = replace(exercise, cells=tuple(replace(c, solution=None) for c in exercise.cells))
    assert take(solved, published) == take(solved, exercise)


def test_scripts_give_the_same_programs_as_notebooks(authored, exercise):
    for script, blocks in [
        (student_script(exercise), stub_blocks(exercise)),
        (solved_script(exercise), solved_blocks(authored, {})),
    ]:
        program = extract(script, "03_value.py", exercise)
        assert [s.strip() for s in sources(program)] == [block.source for block in blocks]
        assert program.repairs == program.flags == ()


def test_line_numbers_of_a_script_add_up(exercise):
    script = solved_script(exercise)
    program = extract(script, "03_value.py", exercise)
    block = next(block for block in program.blocks if "rectangles" in block.label)
    marker = int(re.search(r"cell at line (\d+) \(rectangles\)", block.label)[1])
    first = block.source.split("\n")[0]
    assert script.split("\n")[marker - 1 + 1] == first and first.startswith("def area")


def test_stub_written_by_nbgrader_counts_as_untouched(authored, exercise):
    notebook = json.loads(source_notebook(authored, POINTS))
    marks = re.compile(r"^( *)### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL | re.MULTILINE)
    for each in notebook["cells"]:
        stub = r"\1# YOUR CODE HERE\n\1raise NotImplementedError()"
        each["source"] = marks.sub(stub, "".join(each["source"]))
    assert "YOUR CODE HERE" in cell(notebook, "solve-add-add")["source"]
    assert take(notebook, exercise) == Program(stub_blocks(exercise))


# What students do to cells


def test_provided_and_check_cells_are_the_courses_own(authored, exercise, solved):
    cell(solved, "provided-engine-value")["source"] = "class Value:\n    data = 1\n"
    cell(solved, "check-add")["source"] = "check('add', cheat=True)"
    program = take(solved, exercise)
    assert program.blocks == solved_blocks(authored, {})
    assert program.repairs == (
        "cell 4 is provided and had been changed; the course's own text counts, and what was "
        "added to it.",
        "cell 4, line 1: Value is provided; the course's own counts.",
    )


def test_import_added_to_a_provided_cell_counts(exercise, solved):
    setup = cell(solved, "provided-setup")
    setup["source"] = [*setup["source"], "\nimport random\n"]
    program = take(solved, exercise)
    assert program.blocks[1].source.strip() == "import random"
    assert program.blocks[1].label == "cell 2 (added)" and program.blocks[1].optional


def test_deleted_provided_cell_is_put_back(authored, exercise, solved):
    solved["cells"].remove(cell(solved, "provided-engine-value"))
    program = take(solved, exercise)
    assert sources(program) == [block.source for block in solved_blocks(authored, {})]
    assert program.repairs == (
        "The provided cell provided-engine-value had been deleted; it was put back.",
    )


def test_deleted_solve_cell_counts_as_not_written(exercise, solved):
    solved["cells"].remove(cell(solved, "solve-rectangles-area"))
    program = take(solved, exercise)
    assert program.blocks[-1].source == exercise.cells[10].source
    assert program.repairs == (
        "The cell solve-rectangles-area (rectangles) had been deleted; it counts as not written.",
    )


@pytest.mark.parametrize("source", ["", "  \n", "# nothing yet\n\n  # later"])
def test_emptied_solve_cell_counts_as_not_written(exercise, solved, source):
    cell(solved, "solve-rectangles-area")["source"] = source
    assert take(solved, exercise).blocks[-1].source == exercise.cells[10].source


def test_moved_cells_are_put_back_in_order(authored, exercise, solved):
    moved = cell(solved, "provided-engine-value")
    solved["cells"].remove(moved)
    solved["cells"].append(moved)
    program = take(solved, exercise)
    assert sources(program) == [block.source for block in solved_blocks(authored, {})]
    assert program.repairs == ("Cells had been moved; they were put back in the lesson's order.",)


def test_moving_prose_is_no_repair(exercise, solved):
    solved["cells"].append(solved["cells"].pop(0))
    assert take(solved, exercise).repairs == ()


def test_solve_cell_made_text_is_read_as_code(authored, exercise, solved):
    cell(solved, "solve-add-add")["cell_type"] = "markdown"
    program = take(solved, exercise)
    assert program.blocks == solved_blocks(authored, {})
    assert program.repairs == ("cell 6 had been made a text cell; it was read as code.",)


def test_untouched_copy_of_a_solve_cell_is_dropped(authored, exercise, solved, untouched):
    copied = copy.deepcopy(cell(untouched, "solve-add-add")) | {"id": "new"}
    insert_after(solved, "solve-add-add", copied)
    program = take(solved, exercise)
    assert sources(program) == [block.source for block in solved_blocks(authored, {})]
    assert program.repairs == ()


def test_split_solve_cell_is_joined(exercise, solved):
    half = cell(solved, "solve-rectangles-area")
    text = "".join(half["source"])
    first, second = text.split("\n")
    half["source"] = first
    insert_after(solved, half["id"], copy.deepcopy(half) | {"id": "other", "source": second})
    program = take(solved, exercise)
    assert program.blocks[-1].source == text
    assert program.repairs == (
        "cell 11 (rectangles) and cell 12 (rectangles) are pieces of one cell; they were joined.",
    )


def test_of_pieces_that_cannot_be_joined_those_that_parse_count(exercise, solved):
    whole = cell(solved, "solve-rectangles-area")
    broken = copy.deepcopy(whole) | {"id": "other", "source": "def area(:"}
    insert_after(solved, whole["id"], broken)
    program = take(solved, exercise)
    assert program.blocks[-1].source == "".join(whole["source"])
    assert program.repairs[0].endswith("are pieces of one cell; those that parse count.")
    whole["source"] = "def area(;"
    assert take(solved, exercise).blocks[-1].source == "def area(;\ndef area(:"


def test_syntax_error_in_one_solve_cell_leaves_the_others(exercise, solved):
    cell(solved, "solve-add-add")["source"] = "def __add__(self, other:\n"
    program = take(solved, exercise)
    assert program.blocks[3].source == "def __add__(self, other:\n"
    assert len(program.blocks) == 6 and program.repairs == ()


def test_everything_in_a_solve_cell_counts(exercise, solved):
    cell(solved, "solve-rectangles-area")["source"] = (
        "k = 2\nfor k in [3]: pass\ndef area(w): return k"
    )
    assert run(take(solved, exercise))["area"](0) == 3


# Cells that students add


def test_of_added_cells_imports_definitions_and_used_assignments_count(exercise, solved):
    solve = cell(solved, "solve-rectangles-area")
    solve["source"] = "def area(width, height=1):\n    return helper(width) * SCALE\n"
    insert_after(
        solved,
        "check-mul-rule",
        added(
            "import random\nSCALE = BASE * 2\nprint('hello')\nunused = [1] * 9\n"
            "def helper(x):\n    return x\nBASE = 1; SCALE += BASE\nunused[0] = 1\n"
        ),
    )
    program = take(solved, exercise)
    own = [block for block in program.blocks if "added" in block.label]
    assert [block.source.strip() for block in own] == [
        "import random",
        "SCALE = BASE * 2",
        "def helper(x):\n    return x",
        "BASE = 1",
        "SCALE += BASE",
    ]
    assert all(block.optional and block.label == "cell 11 (added)" for block in own)
    # the text of each block begins on its own line of the cell
    assert [b.source.count("\n", 0, len(b.source) - len(b.source.lstrip())) for b in own] == [
        0, 1, 4, 6, 6,
    ]  # fmt: skip
    place = labels(program).index("cell 11 (added)")
    assert labels(program)[place - 1] == "cell 9 (mul rule)"
    assert labels(program)[-1] == "cell 12 (rectangles)"
    assert program.repairs == (
        "Statements that the solution does not use were left out as trials: cell 11 (3).",
    )


def test_statements_that_do_not_count_are_told(exercise, solved):
    insert_after(solved, "check-add", added("for i in []:\n    pass\nif 1: x = 2\n"))
    insert_after(solved, "check-add", added("while 0: pass"))
    assert take(solved, exercise).repairs == (
        "Statements that the solution does not use were left out as trials: cell 8 (1), "
        "cell 9 (2).",
    )


def test_import_with_a_fallback_is_an_import(exercise, solved):
    text = "try:\n    import numpy as np\nexcept ImportError:\n    np = None\nelse:\n    pass"
    insert_after(solved, "check-add", added(text))
    assert text in [source.strip() for source in sources(take(solved, exercise))]
    insert_after(solved, "check-add", added("try:\n    main()\nfinally:\n    pass"))
    assert "main" not in "".join(sources(take(solved, exercise)))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def as_value(x):\n    return 3", "as_value"),
        ("as_value = abs", "as_value"),
        ("as_value, y = abs, 1", "as_value"),
        ("as_value: int = 3", "as_value"),
        ("async def as_value(): pass", "as_value"),
        ("from micrograd.engine import Value", "Value"),
        ("import micrograd as Value", "Value"),
        ("@method_of(Value)\ndef __init__(self): pass", "Value.__init__"),
        ("Value.__init__ = None", "Value.__init__"),
        ("class Value:\n    def __init__(self): pass", "Value"),
        ("class Value:\n    def __add__(self, o): pass", "Value"),
        ("Value[0] = 1", "Value"),
        ("[*Value] = 1, 2", "Value"),
    ],
)
def test_added_definition_of_what_is_provided_is_dropped(authored, exercise, solved, source, name):
    insert_after(solved, "check-add", added("\n" + source))
    program = take(solved, exercise)
    assert sources(program) == [block.source for block in solved_blocks(authored, {})]
    assert program.repairs == (f"cell 8, line 2: {name} is provided; the course's own counts.",)


def test_added_copy_of_what_is_provided_is_dropped_in_silence(exercise, solved):
    text = "".join(cell(solved, "provided-engine-as-value")["source"])
    insert_after(solved, "check-add", added(text), added("import math\n" + text + "  \n"))
    program = take(solved, exercise)
    assert len(program.blocks) == 6 and program.repairs == ()


def test_added_cell_that_does_not_parse_is_left_out_and_told(authored, exercise, solved):
    insert_after(
        solved, "check-add", added("def f(:"), added("x = " + "(" * 300), added("-" * 9999)
    )
    program = take(solved, exercise)
    assert sources(program) == [block.source for block in solved_blocks(authored, {})]
    assert program.repairs[0] == "cell 8 does not parse (line 1: invalid syntax); it was left out."
    assert "too many nested parentheses" in program.repairs[1]
    assert "cell 10 does not parse" in program.repairs[2]


def test_text_cells_that_students_add_do_not_count(authored, exercise, solved):
    insert_after(solved, "check-add", added("def area(): pass", "markdown"))
    assert sources(take(solved, exercise)) == [b.source for b in solved_blocks(authored, {})]


def test_solution_in_an_added_cell_counts_where_its_own_is_missing(exercise, untouched):
    untouched["cells"].remove(cell(untouched, "solve-add-add"))
    insert_after(untouched, "check-add", added(OWN_ADD))
    program = take(untouched, exercise)
    block = next(block for block in program.blocks if "mine" in block.source)
    assert not block.optional and block.task == "add"
    value = run(program)["Value"]
    assert value(1) + value(2) == "mine"
    assert program.repairs == ("Found in other cells than their own: Value.__add__.",)


def test_untouched_stub_never_overrides_what_was_written_before_it(exercise, untouched):
    insert_after(untouched, "provided-engine-value", added(OWN_ADD))
    value = run(take(untouched, exercise))["Value"]
    assert value(1) + value(2) == "mine"


def test_solution_in_another_solve_cell_counts(exercise, untouched):
    cell(untouched, "solve-add-add")["source"] += ["\n\n\ndef area(w):\n    return 'here'\n"]
    broken = cell(untouched, "solve-mul-rule-mul")
    broken["source"] = "def area(w:"
    program = take(untouched, exercise)
    assert (
        run(Program(tuple(b for b in program.blocks if "mul" not in b.label)))["area"](1) == "here"
    )
    assert program.repairs == ("Found in other cells than their own: area.",)


def test_own_class_written_as_a_whole_takes_the_place_of_the_provided_one(exercise, untouched):
    own = "class Value:\n    def __init__(self, data): self.data = -data\n"
    own += "    def __add__(self, other): return 'mine'\n"
    for place in ("provided-setup", "check-rectangles"):
        notebook = copy.deepcopy(untouched)
        insert_after(notebook, place, added(own))
        program = take(notebook, exercise)
        namespace = run(program)
        value = namespace["Value"]
        assert value(1).data == -1 and value(1) + 1 == "mine", place
        assert "your own class Value takes the place of the provided one" in program.repairs[0]
        with pytest.raises(NotImplementedError):
            namespace["area"](1)


def test_helper_of_an_example_counts_if_a_solution_uses_it(exercise, solved):
    cell(solved, "solve-rectangles-area")["source"] = (
        "def area(w):\n    return slope(lambda x: x, w)"
    )
    program = take(solved, exercise)
    block = next(block for block in program.blocks if "example" in block.label)
    assert block.label == "cell 8 (example)" and block.optional
    assert run(program)["area"](1.0) == pytest.approx(1.0)
    insert_after(solved, "check-add", added("def slope(f, x):\n    return 7"))
    program = take(solved, exercise)
    assert "cell 8 (example)" not in labels(program) and run(program)["area"](1.0) == 7


def test_changed_example_is_the_students_own(exercise, solved):
    cell(solved, "example-add")["source"] = "def helper():\n    return 1\n\nhelper()"
    program = take(solved, exercise)
    assert "cell 8 (added)" in labels(program) and "helper()\n" not in sources(program)


def test_copied_check_cell_does_not_move_what_follows_it(exercise, solved):
    again = copy.deepcopy(cell(solved, "check-add")) | {"id": "copy"}
    solved["cells"] += [again, added("def late():\n    return area")]
    assert labels(take(solved, exercise))[-1] == "cell 16 (added)"


def test_cells_that_lost_ids_and_metadata_are_known_by_text_and_by_what_they_define(
    exercise, solved
):
    for each in solved["cells"]:
        each["metadata"] = {}
        del each["id"]
    program = take(solved, exercise)
    namespace = run(program)
    assert (namespace["Value"](2) * namespace["Value"](3)).data == 6
    assert program.repairs == (
        "Found in other cells than their own: Value.__add__, Value.__mul__, area.",
    )


def test_notebook_without_any_cell_of_the_lesson_still_counts(exercise):
    notebook = {"cells": [added(OWN_ADD), added("def area(w):\n    return w")], "nbformat": 4}
    program = take(notebook, exercise)
    value = run(program)["Value"]
    assert value(1) + 2 == "mine" and run(program)["area"](3) == 3
    assert program.repairs[0] == "No cell of the lesson was recognised; all were read as added."


@pytest.mark.parametrize("keep", ["grade_id", "id", "metadata.id"])
def test_each_kind_of_id_is_enough(authored, exercise, solved, keep):
    for each in solved["cells"]:
        id, metadata = each.pop("id"), each.pop("metadata")
        each["metadata"] = {}
        if keep == "id":
            each["id"] = id
        elif keep == "metadata.id":
            each["metadata"] = {"id": id}
        elif "nbgrader" in metadata:
            each["metadata"] = {"nbgrader": metadata["nbgrader"]}
            each["id"] = "random"
    assert take(solved, exercise) == Program(solved_blocks(authored, {}))


# Lines for IPython

MAGICS = [
    ("%matplotlib inline\nx = 1", "\nx = 1", 1),
    ("!pip install x\n?help\nhelp?\nx??\nx = 1", "\n\n\n\nx = 1", 4),
    ("if x:\n    %time f()\n", "if x:\n    pass\n", 1),
    ("files = !ls\na, b = %env\n", "\n\n", 2),
    ("%%time\nx = 1", "\nx = 1", 1),
    ("\n%%capture out\nx = 1", "\n\nx = 1", 1),
    ("%%bash\nls", "", -1),
    ("%%writefile engine.py\nx = 1", "\nx = 1", 1),
    ("%cd x\ny = '''\n%keep\n\\'''!keep\n'''\n!ls", "\ny = '''\n%keep\n\\'''!keep\n'''\n", 2),
    ("x = (7\n% 2)\n%now", "x = (7\n% 2)\n", 1),
    ("x = 7 \\\n% 2\n", "x = 7 \\\n% 2\n", 0),
    ("# really?\nx = 'a' # (\n% y", "# really?\nx = 'a' # (\n", 1),
    ('x = "%d" \\\n% 3\n!a "\ny = 1', 'x = "%d" \\\n% 3\n\ny = 1', 1),
    ("def f(:\n)\n%magic\n", "def f(:\n)\n\n", 1),
    ("x = '''\n%never closed", "x = '''\n%never closed", 0),
    ("x = [\n%never closed", "x = [\n%never closed", 0),
    ("x = y != 2\nz %= 3", "x = y != 2\nz %= 3", 0),
]


@pytest.mark.parametrize(("source", "expected", "count"), MAGICS)
def test_lines_for_ipython_are_blanked_and_texts_are_not(source, expected, count):
    assert without_magics(source) == (expected, count)


def test_lines_for_ipython_are_dropped_with_a_note(exercise, solved):
    solve = cell(solved, "solve-rectangles-area")
    solve["source"] = "%time 1\n!ls\n" + "".join(solve["source"])
    insert_after(solved, "check-add", added("%%bash\nls"), added("%matplotlib inline"))
    program = take(solved, exercise)
    assert run(program)["area"](2) == {"area": 4}
    assert program.repairs == (
        "cell 13: 2 lines for IPython left out.",
        "cell 8 (%%bash) does not run in the notebook; it was left out.",
        "cell 9: 1 line for IPython left out.",
    )


# Whole modules


def test_module_is_one_block_as_it_is(whole):
    program = extract(b"class Value:\n    pass\n# %%\nprint(1)\n", "engine (1).py", whole)
    assert labels(program) == ["engine.py"] and program.repairs == ()
    assert sources(program) == ["class Value:\n    pass\n# %%\nprint(1)\n"]


def test_module_with_a_syntax_error_is_sent_on(whole):
    assert sources(extract("def f(:", "engine.py", whole)) == ["def f(:"]
    assert sources(extract("", "engine.py", whole)) == [""]


def test_notebook_for_a_module_exercise_counts_by_its_definitions(whole):
    cells = [added("import math\nclass Value:\n    pass\nv = Value()"), added("v.x = 1\nprint(v)")]
    program = extract(json.dumps({"cells": cells}), "engine.ipynb", whole)
    assert sources(program) == ["import math\n", "\nclass Value:\n    pass\n"]
    assert [block.optional for block in program.blocks] == [True, False]
    assert program.repairs == (
        "Statements that the solution does not use were left out as trials: cell 1 (1), "
        "cell 2 (2).",
    )


# Plain programs for a notebook exercise


def test_program_without_cell_marks_counts_by_its_definitions(exercise, authored):
    script = re.sub(r"^# %%.*\n", "", solved_script(exercise), flags=re.MULTILINE)
    program = extract(script + "\nassert False\n", "mine.py", exercise)
    namespace = run(program)
    assert (namespace["Value"](2) * namespace["Value"](3)).data == 6
    assert {"mine.py"} == set(labels(program)[3:])
    assert program.repairs == (
        "Statements that the solution does not use were left out as trials: mine.py (1).",
    )


def test_whole_class_in_a_program_replaces_the_provided_one(exercise):
    # The fairest reading: such a file is an engine of the student's own, whose methods fit
    # each other. Half of it under the course's half would fail for no fault of theirs.
    own = "import math\nclass Value:\n    def __init__(self, d): self.own = d\n"
    own += "    def __mul__(self, other): return self.own * other.own\n"
    namespace = run(extract(own, "mine.py", exercise))
    value = namespace["Value"]
    assert value(2) * value(3) == 6 and not hasattr(value(2), "data")
    with pytest.raises(NotImplementedError, match="rectangles"):
        namespace["area"](1)


def test_program_that_does_not_parse_is_sent_on_for_the_worker_to_say_where(exercise):
    program = extract("def area(:\n", "mine.py", exercise)
    assert program.blocks[-1].label == "mine.py" and program.blocks[-1].source == "def area(:\n"
    assert program.blocks[:-1] == stub_blocks(exercise)


def test_notebook_named_py_is_read_as_a_notebook(authored, exercise, solved):
    program = take(solved, exercise, "03_value.py")
    assert program.blocks == solved_blocks(authored, {})
    assert program.repairs == (
        "03_value.py is a notebook, whatever its name says, and was read as one.",
    )


def test_lines_above_the_first_mark_are_read_as_added(exercise):
    script = "import random\n\n" + '#%% id="solve-rectangles-area"\ndef area(w):\n    return 5\n'
    program = extract(script, "x.py", exercise)
    assert run(program)["area"](1) == 5
    assert "the lines above the first cell (added)" in labels(program)


def test_script_written_by_jupytext_from_our_notebook_keeps_its_ids(authored, exercise):
    import jupytext

    notebook = jupytext.reads(solved_notebook(exercise, POINTS), fmt="ipynb")
    script = jupytext.writes(notebook, fmt="py:percent")
    assert '"grade_id": "solve-add-add"' in script
    program = extract(script, "03_value.py", exercise)
    assert [s.strip() for s in sources(program)] == [b.source for b in solved_blocks(authored, {})]


def test_text_cell_of_a_script_that_was_a_solve_cell_is_read_as_code(exercise):
    script = '# %% [markdown] id="solve-rectangles-area"\n# def area(w):\n#     return 5\n'
    assert run(extract(script, "x.py", exercise))["area"](1) == 5


# Bad input

REFUSED = [
    (b"", "03_value.ipynb: is empty; open it in Jupyter"),
    (b"\xff\xfe{\x00\x00", "is broken UTF-16; save it as UTF-8"),
    (b'{"a": \n"\xe9"}', "is not UTF-8 (byte 0xe9 in line 2)"),
    (b'{"cells": [', "is not a notebook: its JSON breaks off or breaks a rule in line 1"),
    (b"print(1)", "or end its name in .py if it is a program"),
    (b"[]", "is JSON, but not a notebook."),
    (b"{}", "is JSON, but not a notebook: it has no list of cells"),
    (b'{"cells": {}}', "it has no list of cells"),
    (b'{"cells": [], "cells": []}', "has the key 'cells' twice in one place"),
    (b'{"a":' * 100_000, "is JSON nested too deep to be a notebook"),
    (b'{"a": ' + b"9" * 5000 + b"}", "is JSON that cannot be read"),
    (b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "is a notebook for 'R', not"),
    (b'{"cells": [], "metadata": {"language_info": {"name": "julia"}}}', "notebook for 'julia'"),
    (b'{"cells": [' + b"{}," * 5000 + b"{}]}", "has 5001 cells; at most 5000 are read"),
    (
        b'{"cells": [{"cell_type": "code", "source": "' + b"x" * (1 << 20) + b'y"}]}',
        "more than 1 MiB of code",
    ),
    (b'{"a": [' + b"1," * 3_000_001 + b"1]}", "has too many parts to read"),
    (b" " * ((64 << 20) + 1), "has more than 64 MiB"),
]


@pytest.mark.parametrize(("data", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_what_is_no_notebook_is_refused_with_one_sentence(exercise, data, message):
    with pytest.raises(SubmissionError, match=re.escape(message)) as caught:
        extract(data, "03_value.ipynb", exercise)
    assert str(caught.value).startswith("03_value.ipynb: ") and len(str(caught.value)) < 200


REFUSED_PROGRAMS = [
    (b"x = 1\n\0", "has a null byte in line 2; save it as plain UTF-8 text"),
    (b"# coding: cp1252\nx", "says that it is written in 'cp1252'; save it as UTF-8"),
    (b"\xef\xbb\xbf# coding: latin-1\n", "says that it is written in 'latin-1'"),
    (b"\n# -*- coding: utf-8 -*-\n'\xe9'", "is not UTF-8 (byte 0xe9 in line 3)"),
    (b"#" * ((1 << 20) + 1), "has more than 1 MiB of code"),
]


@pytest.mark.parametrize(
    ("data", "message"), REFUSED_PROGRAMS, ids=[m for _, m in REFUSED_PROGRAMS]
)
def test_what_is_no_program_is_refused_with_one_sentence(whole, data, message):
    with pytest.raises(SubmissionError, match=re.escape(f"engine.py: {message}")):
        extract(data, "engine.py", whole)


def test_script_of_too_many_cells_is_refused(exercise):
    with pytest.raises(SubmissionError, match=r"x.py: has 5001 cells; at most 5000 are read"):
        extract("# %%\n" * 5001, "x.py", exercise)


def test_memory_that_runs_out_in_json_is_a_refusal(exercise, monkeypatch):
    def loads(*args, **options):
        raise MemoryError

    monkeypatch.setattr(handed_in.json, "loads", loads)
    with pytest.raises(SubmissionError, match="is JSON that cannot be read"):
        extract(b"{}", "x.ipynb", exercise)


def test_encodings_that_python_knows_are_read(whole):
    assert sources(extract(b"\xef\xbb\xbfx = 1", "engine.py", whole)) == ["x = 1"]
    assert sources(extract("\ufeffx = 1", "engine.py", whole)) == ["x = 1"]
    latin = "# -*- coding: ISO-8859-1 -*-\ns = 'é'"
    assert sources(extract(latin.encode("latin-1"), "engine.py", whole)) == [latin]
    utf = "# coding=utf_8\ns = 'é'"
    assert sources(extract(utf.encode(), "engine.py", whole)) == [utf]


def test_line_ends_of_windows_and_old_macs_are_read(exercise, solved, whole):
    assert sources(extract(b"a\r\nb\rc", "engine.py", whole)) == ["a\nb\nc"]
    for each in solved["cells"]:
        each["source"] = "".join(each["source"]).replace("\n", "\r\n")
    assert take(solved, exercise).repairs == ()


def test_characters_that_are_no_text_are_replaced_and_told(exercise, solved):
    solve = cell(solved, "solve-rectangles-area")
    solve["source"] = "def area(w):\n    return '\ud800 \0'\n"
    program = take(solved, exercise)
    assert run(program)["area"](1) == "\ufffd \ufffd"
    assert "cell 11: 2 characters that are no text were replaced." in program.repairs
    json.dumps(program.repairs).encode()


def test_old_notebooks_are_read(exercise):
    old = {"cell_type": "code", "input": ["def area(w):\n", "    return 5"], "language": "python"}
    notebook = {"nbformat": 3, "worksheets": [{"cells": [old]}, 7, {"cells": 7}]}
    program = take(notebook, exercise)
    assert run(program)["area"](1) == 5
    assert (
        program.repairs[0] == "03_value.ipynb is a notebook of an old format and was read as it is."
    )


def test_cells_that_are_none_are_passed_over_and_told(authored, exercise, solved):
    solved["cells"] += [7, {"cell_type": "code", "source": [1]}, {"cell_type": "code"}, {}]
    solved["cells"] += [{"cell_type": "code", "source": "", "metadata": {"nbgrader": 3}, "id": 4}]
    program = take(solved, exercise)
    assert program.blocks == solved_blocks(authored, {})
    assert "cell 15 is not a cell and was passed over." in program.repairs
    assert "cell 16 has no text and was read as empty." in program.repairs


def test_notebooks_of_any_python_kernel_are_read(exercise, solved):
    kernels = [{"language": "Python3"}, {"language": ""}, 7]
    languages = [{"name": "ipython"}]
    all_metadata = [{"kernelspec": each} for each in kernels]
    all_metadata += [{"language_info": each} for each in languages]
    for metadata in [7, {}, *all_metadata]:
        assert take(solved | {"metadata": metadata}, exercise).repairs == ()


def test_large_outputs_do_not_count_as_source(exercise, solved):
    cell(solved, "check-add")["outputs"] = [{"data": {"image/png": "A" * (2 << 20)}}]
    assert take(solved, exercise).repairs == ()


def test_file_name_that_would_garble_a_message_is_cleaned(exercise):
    with pytest.raises(SubmissionError, match=r"^a\?b\?\.ipynb: is empty"):
        extract(b"", "a\nb\x1b.ipynb", exercise)


# Limits


def test_added_cells_beyond_the_limits_are_left_out_and_told(authored, exercise, solved):
    long = added("y = 1\n" * (PARSED_CHARACTERS // 6 + 1))
    many = added("y = 1\n" * (ADDED_STATEMENTS + 1))
    insert_after(solved, "check-add", long, many)
    program = take(solved, exercise)
    assert sources(program) == [block.source for block in solved_blocks(authored, {})]
    assert program.repairs == (
        "cell 8 does not parse (more than 128 KiB in one cell); it was left out.",
        "cell 9 was left out: more than 2000 statements in added cells.",
    )


def test_repairs_and_flags_are_limited(exercise, solved):
    insert_after(solved, "check-add", *[added("def f(:")] * 60)
    program = take(solved, exercise)
    assert len(program.repairs) == REPAIRS + 1 and program.repairs[-1] == "And 20 more."


def test_empty_lines_for_line_numbers_are_limited(exercise, untouched):
    far = "\n" * 40_000 + "def area(w):\n    return 1\n"
    untouched["cells"] += [added(far), added(far)]
    program = take(untouched, exercise)
    assert sum(map(len, sources(program))) < 50_000 + len("".join(exercise.cells[3].source))
    assert run(program)["area"](1) == 1


# What staff should look at


def test_misleading_characters_and_foreign_letters_are_flagged_with_their_line(exercise, solved):
    solve = cell(solved, "solve-rectangles-area")
    solve["source"] = (
        "def area(w, \u03b7=1):\n    # caf\u00e9\n    v\u0430lue = '\u00e9'  # \u202e\u200b\n"
        "    return w * \u03b7\n"
    )
    program = take(solved, exercise)
    where = "cell 11 (rectangles), line"
    assert program.flags == (
        f"{where} 3: invisible character U+200B (ZERO WIDTH SPACE).",
        f"{where} 3: invisible character U+202E (RIGHT-TO-LEFT OVERRIDE).",
        f"{where} 1: identifier '\\u03b7' is not ASCII (GREEK SMALL LETTER ETA).",
        f"{where} 3: identifier 'v\\u0430lue' is not ASCII (CYRILLIC SMALL LETTER A).",
    )


def test_flags_survive_code_that_does_not_tokenize(whole):
    program = extract("\u03b7 = 1\nx = (\n", "engine.py", whole)
    assert program.flags == (
        "engine.py, line 1: identifier '\\u03b7' is not ASCII (GREEK SMALL LETTER ETA).",
    )
    assert extract("# \u00e9\n" + "x = 1\n" * 30_000, "engine.py", whole).flags == (
        "engine.py: more code than is searched; read it yourself.",
    )


def test_a_long_identifier_is_cut_in_a_flag(whole):
    (flag,) = extract("\u03b7" * 50_000 + " = 1\n", "engine.py", whole).flags
    assert flag.startswith("engine.py, line 1: identifier '\\u03b7") and len(flag) < 400


def test_warnings_about_a_students_text_do_not_reach_the_log(exercise, untouched):
    insert_after(untouched, "check-add", added("def helper():\n    return '\\d', 1 is 1\n"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "helper" in "".join(sources(take(untouched, exercise)))


def test_what_the_parser_chokes_on_is_a_syntax_error_too():
    for source in ("\0", "\ud800", "-" * 100_000 + "1", "1+" * 50_000 + "1", "x" * 200_000):
        assert isinstance(parse(source), SyntaxError)


# Anything at all

JSON_TEXT = st.text(max_size=30) | st.sampled_from(
    ["code", "markdown", "def area(w):\n    return 1", "%%bash", "x = (", "class Value: pass",
     "solve-add-add", "provided-setup", "@method_of(Value)\ndef __add__(s, o): pass", "\ud800"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["cells", "metadata", "source", "cell_type", "id", "nbgrader", "grade_id", "worksheets",
     "kernelspec", "language", "input", "nbformat"]
)  # fmt: skip
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | JSON_TEXT,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(KEYS | JSON_TEXT, inner, max_size=6)
    ),
    max_leaves=30,
)
CELLS = st.fixed_dictionaries(
    {"cell_type": JSON_TEXT, "source": JSON_TEXT | st.lists(JSON_TEXT, max_size=3)},
    optional={"id": JSON_VALUES, "metadata": JSON_VALUES},
)
FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_a_long_notebook_of_few_parts_is_read(exercise, monkeypatch):
    monkeypatch.setattr(limits, "JSON_ITEMS", 100)
    cell = {"cell_type": "code", "source": "text = '" + "x" * 200 + "'"}
    assert isinstance(extract(json.dumps({"cells": [cell]}), "x.ipynb", exercise), Program)
    with pytest.raises(SubmissionError, match="has too many parts to read"):
        extract(json.dumps({"cells": [cell] * 60}), "x.ipynb", exercise)


def survives(data, name, exercise):
    try:
        program = extract(data, name, exercise)
    except SubmissionError as error:
        str(error).encode()
    else:
        assert isinstance(program, Program)
        for block in program.blocks:
            block.source.encode()
        for sentence in (*program.repairs, *program.flags):
            sentence.encode()


@FUZZ
@given(
    data=st.binary(max_size=300) | st.text(max_size=300), ending=st.sampled_from(["py", "ipynb"])
)
def test_any_bytes_and_any_text_give_a_program_or_a_refusal(exercise, whole, data, ending):
    survives(data, f"x.{ending}", exercise)
    survives(data, f"x.{ending}", whole)


@FUZZ
@given(notebook=JSON_VALUES | st.fixed_dictionaries({"cells": st.lists(CELLS, max_size=8)}))
def test_any_json_gives_a_program_or_a_refusal(exercise, whole, notebook):
    survives(json.dumps(notebook), "x.ipynb", exercise)
    survives(json.dumps(notebook).encode(), "x.ipynb", whole)


@FUZZ
@given(
    lines=st.lists(
        st.sampled_from(
            ["# %%", '# %% id="solve-add-add"', "# %% [markdown]", "def area(w):", "    return 1",
             "x = '''", "%magic", "a = (", "class Value:", "    def __init__(s): pass",
             "\u202e\u0430",
             "    def __add__(s, o): pass", "import os; y = area", "area = x = y", "\t", "\f\\"]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_any_lines_of_code_give_a_program(exercise, whole, lines):
    text = "\n".join(lines)
    for name in ("x.py", "engine.py"):
        assert isinstance(extract(text, name, exercise), Program)
    survives(text, "engine.py", whole)
