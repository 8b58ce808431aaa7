"""`check` and `draw` in a running notebook: on the notebook's own names, with pictures."""

import html
import json
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.authoring.checks.check_files import load_checks
from autograder.authoring.lessons.exercises import load_exercise
from autograder.course.compiled import public_half
from autograder.course.course_file import Course
from autograder.errors import UsageError
from autograder.model import (
    Answer,
    Check,
    CompiledExercise,
    Exercise,
    Hints,
    Task,
    Visibility,
)
from autograder.report.graph import text_of
from autograder.storage import dumps
from autograder.student import notebook
from autograder.student.drawing import Drawing, graph_of_value, number_text
from autograder.student.finding import Workspace
from autograder.student.kernel import check_namespace, graph_of_case
from autograder.student.notebook import check_task
from autograder.worker import driver
from autograder.worker.status import Status

ENGINE = '''
class Value:
    """A number with its history; add and multiply."""

    def __init__(self, data, _children=(), _op=""):
        self.data, self.grad, self._prev, self._op = data, 0.0, tuple(_children), _op
        self._backward = lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node._prev:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node._backward()
'''
CHECKS = '''
from autograder.authoring.checks.vocabulary import check


@check(task="walk", points=2, advice="Draw it.")
def reaches_every_node(student):
    """The walk back reaches every node."""
    student.gradients(lambda a, b: (a * a + b) * 2.0, at=[3.0, 1.0])


@check(task="mul rule", points=1)
def passes_on(student):
    """A product passes its gradient on."""
    student.rule(lambda a, b: a * b, at=[2.0, 3.0], upstream=-1.7)
'''


def defined(source: str = ENGINE) -> dict[str, Any]:
    """The names of a notebook whose one cell is the source."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "/tmp/cells/12.py", "exec"), namespace)
    return namespace


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> CompiledExercise:
    """Two tasks with a public check each, and what the right engine answers."""
    path = tmp_path_factory.mktemp("checks") / "checks.py"
    path.write_text(CHECKS)
    checks = load_checks(path, Visibility.PUBLIC, "public")
    tasks = (Task("walk", "Walk back", ()), Task("mul rule", "Multiply", ()))
    told = Exercise("05_walk", "W", "", 1, 1, (), "notebook", "05_walk.ipynb", (), tasks, ())
    return CompiledExercise(told, checks, {c.id: _answers(c) for c in checks}, {}, (), "")


def _answers(check: Check) -> Any:
    played = driver.play(defined(), [case.plain() for case in check.cases], 10.0)
    return tuple(Answer(Status.OK, tuple(p.numbers)) for p in played)


@pytest.fixture
def workspace(exercise: CompiledExercise, tmp_path: Path) -> Workspace:
    (tmp_path / "public.json").write_text(dumps(exercise))
    return Workspace(tmp_path, tmp_path / "05_walk.ipynb", exercise)


# check -------------------------------------------------------------------------------------


def test_a_right_engine_passes_and_hidden_checks_are_announced(workspace: Workspace) -> None:
    result = check_task("walk", workspace, defined())
    assert result.passed
    assert repr(result) == (
        "walk: Walk back   2 of 2 points\n  passed   The walk back reaches every node.\n\n"
        "Passed. When you hand it in, hidden checks try the same idea with other numbers."
    )
    assert '<span class="passed">passed</span>' in result._repr_html_()


def test_a_wrong_engine_gets_the_five_parts_and_a_marked_graph(workspace: Workspace) -> None:
    wrong = defined(ENGINE.replace("grad += other.data", "grad = other.data").replace(
        "grad += self.data", "grad = self.data"))  # fmt: skip
    result = check_task("walk", workspace, wrong)
    assert not result.passed
    assert "a.grad   expected   12.0\n             observed   6.0   (relative" in result.text
    assert "right at e, d, c and b; first wrong at a" in " ".join(result.text.split())
    assert "try   Draw it." in result.text
    assert result.text.endswith("Change the cell above, run it, then run this one again.")
    assert "✗ first wrong: expected 12.0" in result.html  # the graph as text
    assert 'class="node fault"' in result.html


def test_an_exception_that_looks_like_our_numbers_is_shown_as_its_own_words(
    workspace: Workspace,
) -> None:
    said = "a.grad   expected 1.0   observed 2.0   (relative error 0.5, rtol 1e-06)"
    raising = ENGINE.replace(
        "self.grad += other.data * out.grad", f'raise ValueError("{said}\\nwhy   x\\ntry   y")'
    )
    namespace = defined(raising)
    (result,) = check_namespace(workspace.compiled, namespace, "walk").verdict.checks
    told = result.explanation
    assert told.what.startswith(f"your code raised ValueError: {said}")
    assert (told.numbers, told.where, told.why, told.attempt) == ((), "", "", "Draw it.")
    shown = check_task("walk", workspace, namespace)
    assert f"<p>{html.escape(told.what)}</p>" in shown.html
    assert "<table>" not in shown.html and "<dt>why</dt>" not in shown.html
    assert "    your code raised ValueError: a.grad   expected 1.0   observed" in shown.text
    assert "\n    try   Draw it." in shown.text and "\n    why " not in shown.text


def test_only_the_task_that_is_named_is_checked(workspace: Workspace) -> None:
    text = check_task("mul rule", workspace, defined()).text
    assert "passes its gradient on" in text and "walk" not in text.lower()


def test_the_players_look_does_not_change_the_notebook(workspace: Workspace) -> None:
    namespace = defined()
    before = dict(namespace)
    check_task("walk", workspace, namespace)
    assert namespace == before


def test_a_stub_is_missing(workspace: Workspace) -> None:
    stub = ENGINE.replace(
        "        order, seen", '        raise NotImplementedError("walk")\n        order, seen'
    )
    result = check_task("walk", workspace, defined(stub))
    assert result.text.startswith("walk   not written yet   0 of 2 points")
    assert result.text.endswith("Write it, run its cell, then run this one again.")
    assert 'class="missing"' in result.html


def test_an_engine_whose_cell_was_not_run_is_missing(workspace: Workspace) -> None:
    result = check_task("walk", workspace, {})
    assert "not written yet: __add__, __mul__" in result.text


def test_an_error_is_told_with_its_cell_and_line(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ENGINE.replace("        self.grad = 1.0\n", "        self.grad = 1 / 0\n")
    line = 1 + broken[: broken.index("1 / 0")].count("\n")
    text = " ".join(check_task("walk", workspace, defined(broken)).text.split())
    assert f"your code raised ZeroDivisionError: division by zero (12.py, line {line})" in text

    named = {"/tmp/cells/12.py": ("Cell", "In[7]")}
    shell = SimpleNamespace(compile=SimpleNamespace(format_code_name=named.get))
    ipython = SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)  # type: ignore[arg-type]
    text = " ".join(check_task("walk", workspace, defined(broken)).text.split())
    assert f"division by zero (cell In[7], line {line})" in text


def test_an_error_raised_once_has_no_line(workspace: Workspace) -> None:
    once = ENGINE.replace(
        "        self.grad = 1.0\n",
        "        self.grad = 1.0\n        failed.append(1)\n        if failed == [1]: int('x')\n",
    )
    namespace = defined(once)
    namespace["failed"] = []
    text = " ".join(check_task("walk", workspace, namespace).text.split())
    assert "your code raised ValueError: invalid literal" in text and "line" not in text


def test_an_error_in_a_plain_function_is_told_with_its_line(
    compiled: Callable[[str], CompiledExercise], tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path, tmp_path / "x.ipynb", public_half(compiled("01_derivative")))
    source = "\ndef forward_difference(f, x, h):\n    return f(x) / 0\n"
    text = " ".join(check_task("forward difference", workspace, defined(source)).text.split())
    assert "division by zero (12.py, line 3)" in text


def test_what_passed_earlier_tells_two_mistakes_apart_and_what_stays_alike_is_not_named(
    real_course: Course, compiled: Callable[[str], CompiledExercise], tmp_path: Path
) -> None:
    """A right list walked from its wrong end looks like a wrong list walked rightly."""
    public = public_half(compiled("05_backward"))
    workspace = Workspace(tmp_path, tmp_path / "x.ipynb", public)
    engine = (real_course.reference / "engine.py").read_text()
    wrong = defined(engine.replace("in reversed(order)", "in order"))
    assert check_task("topological order", workspace, wrong).passed
    # on the public graphs it is just as if each node's rule were called before its own gradient
    text = check_task("backward", workspace, wrong).text
    assert "a.grad is too small" in text and "[" not in text.split("Change the cell")[0]
    wrong = defined(engine.replace("return order", "return order[::-1]"))
    assert "[list-the-wrong-way-round]" in check_task("backward", workspace, wrong).text


def test_a_task_that_builds_on_a_failed_one_is_not_judged(workspace: Workspace) -> None:
    walk, rule = workspace.compiled.checks
    built = replace(workspace.compiled, checks=(walk, replace(rule, requires=(walk.id,))))
    wrong = defined(ENGINE.replace("self.grad = 1.0", "self.grad = 2.0"))
    result = check_task("mul rule", replace(workspace, compiled=built), wrong)
    assert not result.passed and 'class="skipped"' in result.html
    assert "not judged: it builds on 'The walk back reaches every node'" in result.text
    assert result.text.endswith("Finish first what it builds on, then run this one again.")
    assert "expected" not in result.text


def test_an_endless_loop_in_the_notebook_ends(workspace: Workspace) -> None:
    endless = ENGINE.replace("        self.grad = 1.0\n", "        while True: pass\n")
    assert "s of CPU time" in check_task("walk", workspace, defined(endless)).text


def test_what_the_code_prints_is_shown_once_and_bounded(workspace: Workspace) -> None:
    loud = ENGINE.replace(
        "        self.grad = 1.0\n", "        print('<seed>' * 600)\n        self.grad = 1 / 0\n"
    )
    run = check_namespace(workspace.compiled, defined(loud), "walk")
    assert run.output.endswith("[more was printed]") and len(run.output) < 2100
    quiet = loud.replace(" * 600", "")
    result = check_task("walk", workspace, defined(quiet))
    assert result.text.count("<seed>") == 1
    assert "<seed>" not in result.html and "&lt;seed&gt;" in result.html
    assert "seed" not in check_task("mul rule", workspace, defined(quiet)).html


def test_nothing_reaches_the_streams(
    workspace: Workspace, capfd: pytest.CaptureFixture[str]
) -> None:
    loud = ENGINE.replace(
        "        self.grad = 1.0\n",
        "        import sys\n        print('x', file=sys.stderr)\n        self.grad = 2.0\n",
    )
    check_task("walk", workspace, defined(loud))
    assert capfd.readouterr() == ("", "")


def test_an_unknown_task_is_met_with_the_known_ones(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match=r"has no task 'mul'; .*its tasks: walk, mul rule") as told:
        check_task("mul", workspace, {})
    # what IPython shows in workspace of the traceback through our own files
    assert told.value._render_traceback_() == [f"UsageError: {told.value}"]


# check as a notebook calls it --------------------------------------------------------------


def _call(namespace: dict[str, Any], line: str = 'check("walk")') -> Any:
    namespace["check"], namespace["draw"] = notebook.check, notebook.draw
    return eval(line, namespace)


def test_a_cell_checks_its_own_names_in_its_own_folder(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.folder)
    assert _call(defined()).passed is True


def test_under_nbgrader_a_failure_raises_and_a_pass_shows_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.folder)
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert _call(defined()) is None
    with pytest.raises(AssertionError, match="walk: Walk back   0 of 2 points"):
        _call(defined(ENGINE.replace("self.grad = 1.0", "self.grad = 2.0")))


def test_a_hint_can_be_asked_for_where_a_check_failed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = workspace.compiled.exercise
    hints = Hints("Look.", "Think in `code`.", "Compare.")
    walk = replace(exercise.tasks[0], hints=hints)
    told = replace(exercise, tasks=(walk, *exercise.tasks[1:]))
    compiled = replace(workspace.compiled, exercise=told)
    (workspace.folder / "public.json").write_text(dumps(compiled))
    monkeypatch.chdir(workspace.folder)
    wrong = defined(ENGINE.replace("self.grad = 1.0", "self.grad = 2.0"))
    ask = 'check("walk", hint=True)'
    failed = _call(wrong)
    assert " ".join(failed.text.split()).endswith(f"Stuck? In a cell of your own run {ask}")
    assert "Stuck" not in _call(defined()).text
    first, second, third = (_call(wrong, ask) for _ in range(3))
    assert first._repr_markdown_() == (
        f"**walk**, hint 1 of 3, a nudge\n\nLook.\n\nFor more, run `{ask}` again."
    )
    assert "Think in `code`." in repr(second)
    assert "There are no further hints" in repr(third)


@pytest.mark.parametrize("tells", ["exercise", "session", "vscode"])
def test_the_exercise_is_found_from_another_folder(
    exercise: CompiledExercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tells: str
) -> None:
    folder = tmp_path / "exercises" / "05_walk"
    folder.mkdir(parents=True)
    (folder / "public.json").write_text(dumps(exercise))
    namespace, line = defined(), 'check("walk")'
    monkeypatch.chdir(tmp_path)
    if tells == "exercise":
        line = 'check("walk", exercise="05_walk")'
    elif tells == "session":
        monkeypatch.setenv("JPY_SESSION_NAME", "elsewhere/05_walk.ipynb")
    else:
        namespace["__vsc_ipynb_file__"] = str(folder / "05_walk.ipynb")
    assert _call(namespace, line).passed is True


def test_a_notebook_that_belongs_to_no_exercise_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"not clear which exercise .*keep public\.json beside"):
        _call(defined())


def test_the_names_come_from_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    import autograder

    assert autograder.check is notebook.check and autograder.draw is notebook.draw


def test_the_solved_lesson_passes_every_check_cell(
    real_course: Course, compiled: Callable[[str], CompiledExercise], tmp_path: Path
) -> None:
    authored = load_exercise(real_course.exercises / "04_backward_rules", real_course.reference)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in authored.exercise.cells:
        if cell.regions:
            source = cell.source if cell.solution is None else cell.solution
            exec(f"import math\nfrom autograder import method_of\n{source}", namespace)
    workspace = Workspace(tmp_path, tmp_path / "x.ipynb", compiled("04_backward_rules"))
    for task in authored.exercise.tasks:
        assert check_task(task.id, workspace, namespace).passed


# draw --------------------------------------------------------------------------------------


def test_draw_names_nodes_by_the_notebooks_variables() -> None:
    namespace = defined(ENGINE + "\na, b = Value(2.0), Value(3.0)\nL = (a * b + a) * a\n_ = L\n")
    drawing = _call(namespace, "draw(L)")
    assert repr(drawing).splitlines() == [
        "L   * of n1, a        data 16.0   grad 0.0",
        "  n1   + of n2, a     data 8.0    grad 0.0",
        "    n2   * of a, b    data 6.0    grad 0.0",
        "      a   leaf        data 2.0    grad 0.0",
        "      b   leaf        data 3.0    grad 0.0",
        "    a   shown above",
        "  a   shown above",
    ]
    assert "<svg role=" in drawing._repr_html_() and "data 16.0" in drawing._repr_html_()


def test_draw_takes_any_container_and_survives_a_cycle() -> None:
    leaf = SimpleNamespace(data=1, grad=None, _prev=())
    middle = SimpleNamespace(data=2.0, grad=math.nan, _prev=[leaf], _op="exp")
    top = SimpleNamespace(data=3.0, _prev=(x for x in (middle,)), _op="\x1b[31m" + "x" * 30)
    top._prev = {id(middle): middle}.values()
    leaf._prev = [top]
    text = text_of(graph_of_value(top, {}))
    assert "\x1b" not in text and "data 2.0   grad nan" in text and "n1   shown above" in text


def test_a_large_graph_is_cut_and_the_cut_is_said() -> None:
    node = SimpleNamespace(data=0.0, grad=0.0, _prev=(), _op="")
    for _ in range(5000):
        node = SimpleNamespace(data=0.0, grad=0.0, _prev=(node,), _op="tanh")
    graph = graph_of_value(node, {"n1": 3})
    assert len(graph.nodes) == 200 and graph.note == "200 of 5001 nodes are shown"
    assert graph.nodes[0].name == "n2"  # n1 is taken
    assert repr(Drawing(graph)).endswith("200 of 5001 nodes are shown")


@pytest.mark.parametrize("thing", [3.0, None, "text", SimpleNamespace(data=1.0)])
def test_draw_of_something_else_says_what_it_needs(thing: object) -> None:
    with pytest.raises(UsageError, match="draw needs a Value, something with data and _prev"):
        notebook.draw(thing)


def test_draw_of_parents_that_are_none_says_what_is_due() -> None:
    with pytest.raises(UsageError, match="_prev is of type int; it should be a tuple, list or set"):
        notebook.draw(SimpleNamespace(data=1.0, _prev=3))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2, "2.0"), (1 / 3, "0.333333"), (1e30, "1e+30"), (math.inf, "inf"), (None, ""),
        (True, "of type bool"), ("x", "of type str"),
    ],
)  # fmt: skip
def test_a_number_is_short_and_always_a_float(number: object, text: str) -> None:
    assert number_text(number) == text


def test_a_case_without_a_wrong_node_has_no_graph(exercise: CompiledExercise) -> None:
    walk = exercise.checks[0].cases[0]
    numbers = exercise.expected["reaches_every_node"][0].numbers
    assert graph_of_case(walk, numbers, numbers) is None
    assert graph_of_case(walk, (), numbers) is None


def test_a_constant_is_part_of_the_operation_it_stands_in(exercise: CompiledExercise) -> None:
    walk = exercise.checks[0].cases[0]
    numbers = exercise.expected["reaches_every_node"][0].numbers
    graph = graph_of_case(walk, [x + 1 for x in numbers], numbers)
    assert graph is not None and graph.nodes[0].op == "* 2.0"
    left = json.loads(json.dumps(walk.request))
    left["tape"]["steps"][-1] = ["mul", [2.0], 3]
    graph = graph_of_case(replace(walk, request=left), [x + 1 for x in numbers], numbers)
    assert graph is not None and graph.nodes[0].op == "2.0 *"
    assert graph.nodes[0].fault == "first wrong: expected 1.0"
