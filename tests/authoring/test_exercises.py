"""exercise.yml and lesson.md into exercises and programs; every mistake of an author named."""

import doctest
import re

import pytest
from small_course import ENGINE, VALUE_MD, VALUE_YML, WHOLE_MD, load, write_course

from autograder.authoring.lessons import exercises
from autograder.authoring.lessons import lesson_files as lessons
from autograder.authoring.lessons.exercises import solved_blocks, stub_blocks
from autograder.authoring.lessons.regions import replace_in_region
from autograder.course import yaml_files
from autograder.course.folders import find_exercise, list_exercises
from autograder.errors import CourseError, UsageError
from autograder.model import Hints, Role


@pytest.fixture
def root(tmp_path):
    return write_course(tmp_path)


def test_examples_in_docstrings_hold():
    for module in (lessons, yaml_files):
        assert doctest.testmod(module).failed == 0


def test_without_the_authors_packages_one_sentence_says_what_to_install(root, monkeypatch):
    monkeypatch.setattr(exercises, "COURSE_PACKAGES", ("hypothesis", "no_such_a", "no_such_b"))
    with pytest.raises(UsageError) as raised:
        load(root)
    assert str(raised.value) == (
        "03_value cannot be compiled here: no_such_a and no_such_b not installed; "
        'run: pip install "micrograde[course]"'
    )


def test_exercise_is_read_with_all_its_fields(root):
    exercise = load(root).exercise
    assert (exercise.id, exercise.title, exercise.minutes) == ("03_value", "A value", 20)
    assert exercise.prerequisites == exercise.imports == ()
    assert exercise.tasks[0].hints == Hints("Look.", "Think.", "Compare.")
    assert exercise.tasks[1].regions == ("engine.Value.__mul__.rule",)
    assert load(root, "06_engine").exercise.prerequisites == ("03_value",)


def test_cells_have_ids_that_name_role_task_and_region(root):
    cells = load(root).exercise.cells
    assert [cell.id for cell in cells] == [
        "prose-a-value",
        "provided-setup",
        "provided-engine-as-value",
        "provided-engine-value",
        "prose-add",
        "solve-add-add",
        "check-add",
        "example-add",
        "solve-mul-rule-mul",
        "check-mul-rule",
        "solve-rectangles-area",
        "check-rectangles",
        "answer-why-the-seed-is-1",
        "prose-done",
    ]
    answer = cells[-2]
    assert (answer.role, answer.points, answer.source) == (Role.WRITTEN, 2.0, "Why is the seed 1?")
    assert cells[6].source == 'check("add")' and cells[6].task == "add"


def test_solve_cell_has_stub_and_solution(root):
    cells = {cell.id: cell for cell in load(root).exercise.cells}
    solve = cells["solve-mul-rule-mul"]
    assert 'raise NotImplementedError("mul rule")' in solve.source
    assert "self.grad += upstream * other.data" in (solve.solution or "")
    assert "NotImplementedError" not in (solve.solution or "")
    assert "_backward" not in (cells["solve-add-add"].solution or "")  # left out


def test_class_cell_lacks_what_has_cells_of_its_own(root):
    cells = {cell.id: cell for cell in load(root).exercise.cells}
    source = cells["provided-engine-value"].source
    assert "def __init__" in source and "def doubled" in source
    assert "__add__" not in source and "__mul__" not in source


def test_body_in_a_solve_cell_is_the_stub_as_it_stands(root):
    body = "@method_of(Value)\ndef __add__(self, other):\n    out = 1\n"
    body += '    raise NotImplementedError("add")'
    rewrite(root, VALUE_MD.replace('__add__"\n', f'__add__"\n{body}\n'))
    cell = load(root).exercise.cells[5]
    assert cell.source == body and "self.data + other.data" in (cell.solution or "")


def test_ids_given_by_the_author_are_kept_and_equal_ones_numbered(root):
    text = VALUE_MD.replace('check="add"', 'check="add" id="first check"')
    rewrite(root, text + "\n```python\nx = 1\n```\n\n## Add\n\n```python\ny = 1\n```\n")
    ids = [cell.id for cell in load(root).exercise.cells]
    assert "first-check" in ids and ids[-2:] == ["prose-add-2", "example-add-3"]
    assert len(set(ids)) == len(ids) and max(map(len, ids)) <= 64


# Programs


def run(blocks):
    namespace = {"method_of": lambda cls: lambda f: setattr(cls, f.__name__, f)}
    for block in blocks:
        source = block.source.replace("from autograder import check, method_of", "")
        exec(compile(source, block.label, "exec"), namespace)
    return namespace


def test_solved_program_is_provided_and_solve_cells_in_order(root):
    authored = load(root)
    blocks = solved_blocks(authored, authored.sources)
    assert [block.label for block in blocks] == [
        "cell 2 (provided)",
        "cell 3 (provided)",
        "cell 4 (provided)",
        "cell 6 (add)",
        "cell 9 (mul rule)",
        "cell 11 (rectangles)",
    ]
    namespace = run(blocks)
    value = namespace["Value"]
    assert (value(2) * value(3)).data == 6 and namespace["area"](2) == {"area": 4}


def test_stub_program_raises_the_name_of_the_task(root):
    namespace = run(stub_blocks(load(root).exercise))
    with pytest.raises(NotImplementedError, match=r"^rectangles$"):
        namespace["area"](1)


def test_changed_module_gives_the_program_of_a_mutant(root):
    authored = load(root)
    mutant = replace_in_region(
        ENGINE, "engine.area", {"width * height": "width + height"}, file="m.yml", key="adds"
    )
    blocks = solved_blocks(authored, {"engine": mutant})
    assert run(blocks)["area"](3) == {"area": 5}
    same = solved_blocks(authored, {})
    assert [a == b for a, b in zip(blocks, same, strict=True)] == [True] * 5 + [False]


def test_module_exercise_is_one_block_named_after_its_file(root):
    authored = load(root, "06_engine")
    (stub,) = stub_blocks(authored.exercise)
    assert (stub.label, stub.source) == ("engine.py", '"""Yours."""\n')
    (solved,) = solved_blocks(authored, {})
    assert solved.source.startswith('"""A tiny engine."""') and solved.source.endswith("}\n")
    (mutant,) = solved_blocks(authored, {"engine": ENGINE.replace("LIMIT = 10", "LIMIT = 11")})
    assert mutant.source == solved.source.replace("LIMIT = 10", "LIMIT = 11")


# Finding


def test_exercises_are_listed_in_order_and_nothing_else(root):
    (root / "exercises" / "notes").mkdir()
    (root / "exercises" / "09_file").write_text("")
    assert list_exercises(root) == ("03_value", "06_engine")
    assert list_exercises(root / "nowhere") == ()


@pytest.mark.parametrize("text", ["03_value", "03", "03_v", "value"])
def test_exercise_is_found_by_what_people_type(root, text):
    assert find_exercise(root, text) == "03_value"


def test_unknown_exercise_is_answered_with_the_nearest(root):
    with pytest.raises(UsageError) as caught:
        find_exercise(root, "03_valeu")
    assert str(caught.value) == (
        "unknown exercise '03_valeu'; did you mean '03_value'? run: autograder list"
    )
    with pytest.raises(UsageError, match=r"^unknown exercise 'zzz'; run: autograder list$"):
        find_exercise(root, "zzz")


def test_prefix_of_several_exercises_lists_them(root):
    with pytest.raises(UsageError, match=r"^'0' fits several exercises: 03_value, 06_engine; run"):
        find_exercise(root, "0")
    with pytest.raises(UsageError, match=r"^unknown exercise ''; run"):
        find_exercise(root, "")


# Mistakes in exercise.yml


def rewrite(root, text, name="lesson.md", exercise="03_value"):
    (root / "exercises" / exercise / name).write_text(text, encoding="utf-8")


YAML_MISTAKES = [
    ("minutes: 20", "minuets: 20", "minuets: unknown key. Did you mean 'minutes'?"),
    ("minutes: 20", "minutes: 20\nminutes: 30", "line 4: key 'minutes' occurs twice"),
    ("minutes: 20", "minutes: true", "minutes: True is not a whole number from 1 to 600"),
    ("difficulty: 2", "difficulty: 6", "difficulty: 6 is not a whole number from 1 to 5"),
    ("title: A value\n", "", "title: is missing. Add a line that begins 'title:'."),
    ("title: A value", "title:", "title: is empty, not a text"),
    ("title: A value", "title: ''", "title: is an empty text, not a text"),
    ("title: A value", "title: [1]", "title: is a list, not a text"),
    ("title: A value", "title: 2020-01-01", "title: is a date, not a text"),
    ("form: notebook", "form: notebok", "form: 'notebok' is no form that is known. Did you"),
    ("03_value.ipynb", "value.py", "file: 'value.py' is not the name of a .ipynb file"),
    ("03_value.ipynb", "../v.ipynb", "file: '../v.ipynb' is not the name of a .ipynb file"),
    ("modules: [engine]", "modules: engine", "modules: is a text, not a list"),
    ("modules: [engine]", "modules: [1]", "modules: entry 1 is not a text"),
    ("modules: [engine]", "modules: [engine, engine]", "modules: 'engine' occurs twice"),
    ("modules: [engine]", "modules: [engin]", "'engin' is not a reference module. Did you mean"),
    ("modules: [engine]", "modules: [../x]", "'../x' is not a reference module. Known"),
    ("modules: [engine]", "imports: [a-b]", "imports: 'a-b' is not a module"),
    ("[engine.Value.__add__.rule]", "[engine.Value.bakward]", "matches nothing. Did you"),
    ("id: mul rule", "id: mul(rule)", "task 2: id: 'mul(rule)' holds more than letters"),
    ("id: mul rule", "id: ADD", "task 2: id: 'ADD' is the name of two tasks"),
    ("id: mul rule", "id: mul rule\n    point: 3", "task 2: point: unknown key"),
    ("[engine.area]", "[engine.aera]", "task 'rectangles': engine.aera is not in engine.py. Did"),
    ("[engine.area]", "[nn.area]", "nn.area: the exercise has no module 'nn'"),
    (", twin: Compare.", "", "task 'add': hints: twin: is missing"),
    ("{nudge: Look., concept: Think., twin: Compare.}", "yes", "hints: is a truth value, not a"),
    ("[engine.area]", "[engine.area, engine.LIMIT]", "engine.LIMIT is in no solve cell"),
    ("[engine.area]", "[engine.area, engine.Value.__add__]", "is filled in task 'add' too"),
    ("title: A value", "? [a]\n: b", "line 1: a key is not plain text"),
    ("title: A value", "title: !!python/name:os.system", "could not determine a constructor"),
    ("title: A value", "title: [", "line"),
    ("title: A value", "title: \0", "is not YAML (unacceptable character #x0000"),
]


@pytest.mark.parametrize(("old", "new", "message"), YAML_MISTAKES)
def test_mistake_in_exercise_yml_is_named(root, old, new, message):
    assert old in VALUE_YML
    rewrite(root, VALUE_YML.replace(old, new, 1), "exercise.yml")
    with pytest.raises(CourseError, match=re.escape(message)) as caught:
        load(root)
    assert caught.value.file == "03_value/exercise.yml"


def test_exercise_yml_without_tasks_or_keys_is_refused(root):
    head = VALUE_YML.partition("tasks:")[0]
    rewrite(root, head + "tasks: []\n", "exercise.yml")
    with pytest.raises(CourseError, match=r"tasks: is a list, not a list with entries"):
        load(root)
    rewrite(root, head + "tasks: [add]\n", "exercise.yml")
    with pytest.raises(CourseError, match=r"task 1: is a text, not a mapping. Write its keys: id"):
        load(root)
    rewrite(root, "- 1\n", "exercise.yml")
    with pytest.raises(CourseError, match=r"exercise.yml: file: is a list, not a mapping"):
        load(root)


def test_files_that_cannot_be_read_are_named(root):
    folder = root / "exercises" / "03_value"
    for name in ("lesson.md", "exercise.yml"):
        (folder / name).write_bytes(b"\xff\xff")
        with pytest.raises(CourseError, match=f"03_value/{name}: byte 0: is not UTF-8"):
            load(root)
        (folder / name).unlink()
        with pytest.raises(CourseError, match=f"03_value/{name}: file: does not exist"):
            load(root)


# Mistakes in lesson.md

LESSON_MISTAKES = [
    ('check="add"', 'chek="add"', "cell 7: unknown option 'chek'. Did you mean 'check'?"),
    ('check="add"', "check=2", 'cell 7: check is 2, not a text. Write check="..." in quotes.'),
    ('check="add"', 'check="ad"', "cell 7 check=\"ad\": exercise.yml has no task 'ad'. Did you"),
    ('check="add"', 'check="mul rule"', "the task has a check cell already"),
    ('check="add"\n', 'check="add"\nx = 1\n', "cell 7: a check cell has a body"),
    ('```python check="add"\n```\n', "", "task 'add': has no check cell"),
    ('check="add"', 'check="add" solve="engine.area"', "cell 7: is both check and solve"),
    ("points=2", "points=0", "cell 13: a written answer is worth points=0"),
    ("points=2", "", "cell 13: a written answer is worth points=0"),
    ("points=2", 'points=2 task="x"', "exercise.yml has no task 'x'"),
    ('"engine.as_value"', '"engine.as_values"', "engine.as_values is not in engine.py. Did you"),
    ('"engine.as_value"', '"engin.as_value"', "the exercise has no module 'engin'. Did you mean"),
    ('"engine.as_value"', '"engine.area"', "engine.area is already in cell 3"),
    ('"engine.as_value"', '"engine.Value.__add__.rule"', "is left out by 'engine.Value"),
    ('"engine.area"\n', '"engine.area engine.LIMIT"\n', "engine.LIMIT is an assignment"),
    ('```python solve="engine.area"\n```', "", "engine.area is in no solve cell of lesson.md"),
    ('solve="engine.area"\n', 'solve="engine.area"\ndef area(): 1\n', "never says that it is unf"),
    ("import math\n", "import math math\n", 'cell 2 provided="setup": line 1 does not parse'),
    ('"engine.as_value"', '"engine.as_value" task="x"', "cell 3: unknown option 'task'"),
    ('"engine.as_value"', '"engine.as_value" folded="x"', "cell 3: folded='x' on a cell with the"),
    ('check="add"', 'check="add" folded=true', "the role check. Fold provided cells only: write"),
]


@pytest.mark.parametrize(("old", "new", "message"), LESSON_MISTAKES)
def test_mistake_in_lesson_md_is_named(root, old, new, message):
    assert VALUE_MD.count(old) >= 1
    rewrite(root, VALUE_MD.replace(old, new, 1))
    if "LIMIT" in new:
        text = VALUE_YML.replace("[engine.area]", "[engine.area, engine.LIMIT]")
        rewrite(root, text, "exercise.yml")
    with pytest.raises(CourseError, match=re.escape(message)):
        load(root)


def test_solve_cell_without_a_task_is_refused(root):
    rewrite(root, VALUE_MD + '\n```python solve="engine.Value.text"\n```\n')
    with pytest.raises(CourseError, match=r"belongs to no task of exercise.yml"):
        load(root)


def test_lines_for_ipython_are_no_syntax_errors(root):
    text = VALUE_MD.replace("import math\n", "%matplotlib inline\nimport math\n")
    rewrite(root, text + "\n```bash\nls\n```\n")
    assert load(root).exercise.cells[-1].source == "%%bash\nls"


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("", "a module exercise has one solve cell"),
        ('```python solve="engine"\n```\n', "a module exercise has one solve cell"),
        ('```python solve="engine.area"\nx\n```\n', "a module exercise has one solve cell"),
        (WHOLE_MD + '```python provided="setup"\nx\n```\n', "provides and checks nothing cell by"),
    ],
)
def test_module_exercise_is_one_starting_file(root, new, message):
    rewrite(root, new, exercise="06_engine")
    with pytest.raises(CourseError, match=message):
        load(root, "06_engine")
