"""What graders and students are shown: the lesson with the student's text, and comments."""

import json
import re
from dataclasses import replace

import nbformat
import pytest
from nbgrader_tools import ANSWER, filled, solutions
from sample_reports import overwrites, report, result
from small_course import load, write_course

from autograder.authoring.lessons.notebooks import notebook_form, student_notebook, student_script
from autograder.intake.graded_copy import graded_copy, inert, reasons_of
from autograder.model import (
    CompiledExercise,
    Exercise,
    Outcome,
    Role,
    Visibility,
)
from autograder.report.comments import cell_comments

POINTS = {"add": 2.0, "mul rule": 3.5, "rectangles": 1.0}
WHOLE_POINTS = {"operators": 2.0, "graphs": 1.0}
QUESTION = "answer-why-the-seed-is-1"


@pytest.fixture
def root(tmp_path):
    return write_course(tmp_path)


@pytest.fixture
def exercise(root):
    return load(root).exercise


def copy_of(exercise, notebook, name="03_value.ipynb"):
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    copy = graded_copy(student_notebook(exercise, POINTS), exercise, data, name)
    nbformat.validate(nbformat.reads(copy.notebook, as_version=4))
    return copy


def cells_of(copy):
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(copy.notebook)["cells"]}


def compiled_of(exercise: Exercise) -> CompiledExercise:
    return CompiledExercise(exercise, (), {}, {}, (), "")


def test_the_students_text_stands_in_the_lessons_cells(exercise):
    notebook = filled(exercise, POINTS, solutions(exercise))
    copy = copy_of(exercise, notebook)
    cells = cells_of(copy)
    assert {id: cells[id] for id in solutions(exercise)} == solutions(exercise)
    assert cells[QUESTION].endswith(ANSWER)
    assert copy.reasons == {QUESTION: cells[QUESTION]}
    assert reasons_of(copy.notebook, exercise) == {QUESTION: cells[QUESTION]}
    assert list(cells) == [cell.id for cell in exercise.cells]


def test_an_untouched_notebook_is_copied_as_it_was_given_out(exercise):
    given = student_notebook(exercise, POINTS)
    copy = copy_of(exercise, given.encode())
    assert json.loads(copy.notebook) == json.loads(given)
    assert copy.reasons == {QUESTION: None}


def test_nbgraders_own_stub_is_no_written_reason(exercise):
    notebook = filled(exercise, POINTS, {}, answer="YOUR ANSWER HERE")
    assert copy_of(exercise, notebook).reasons == {QUESTION: None}


def test_nothing_but_the_text_comes_from_the_student(exercise):
    notebook = filled(exercise, POINTS, solutions(exercise))
    for cell in notebook["cells"]:
        cell["metadata"].setdefault("nbgrader", {})["schema_version"] = "evil"
        cell["metadata"]["tags"] = ["skip-execution"]
        if cell["cell_type"] == "code":
            html = {"text/html": "<script>steal()</script>"}
            cell["outputs"] = [{"output_type": "display_data", "data": html, "metadata": {}}]
    notebook["metadata"]["widgets"] = "<script>steal()</script>"
    copy = copy_of(exercise, notebook)
    assert "steal" not in copy.notebook
    assert "skip-execution" not in copy.notebook
    assert "evil" not in copy.notebook


@pytest.mark.parametrize("html", ["<script>steal()</script>", "<img src=x>", "</div>", "<!--"])
def test_html_in_a_written_reason_becomes_plain_text(exercise, html):
    copy = copy_of(exercise, filled(exercise, POINTS, {}, answer=f"so {html} and $a < b$"))
    shown = cells_of(copy)[QUESTION]
    assert html not in shown
    assert shown.replace("\u200b", "").endswith(f"so {html} and $a < b$")
    assert "$a < b$" in shown


def test_cells_that_the_student_added_stand_where_they_were(exercise):
    notebook = filled(exercise, POINTS, {})
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "id": "mine"}
    place = next(k for k, c in enumerate(notebook["cells"]) if c["id"] == "solve-add-add")
    notebook["cells"].insert(place + 1, own | {"source": "helper = 1"})
    notebook["cells"].insert(0, own | {"source": "first = 0", "id": "top"})
    ids = list(cells_of(copy_of(exercise, notebook)))
    assert ids[0] == "added-1"
    assert ids[ids.index("solve-add-add") + 1] == "added-2"


def test_a_cell_is_cut_where_nobody_would_read_on(exercise):
    notebook = filled(exercise, POINTS, {"solve-add-add": "x = 1\n" * 10_000})
    shown = cells_of(copy_of(exercise, notebook))["solve-add-add"]
    assert len(shown) < 21_000
    assert shown.endswith("# [the rest is cut off here; it was graded in full]")


def test_added_cells_together_are_cut_where_nobody_would_read_on(exercise):
    notebook = filled(exercise, POINTS, {})
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1}
    notebook["cells"] += [own | {"source": "a+" * 9_999 + "a", "id": f"x{k}"} for k in range(51)]
    cells = cells_of(copy_of(exercise, notebook))
    added = [text for name, text in cells.items() if name.startswith("added-")]
    assert sum(map(len, added)) < 50_000
    assert added[0] == "a+" * 9_999 + "a"
    assert added[-1].strip() == "# [the rest is cut off here; it was graded in full]"


@pytest.mark.parametrize("data", [b'{"cells": [', b"\x00\xff", None])
def test_what_cannot_be_read_says_so_in_every_cell(exercise, data):
    copy = graded_copy(student_notebook(exercise, POINTS), exercise, data, "03_value.ipynb")
    cells = cells_of(copy)
    for id in solutions(exercise):
        assert cells[id] == (
            "# The file that was handed in could not be read; the comment says why."
        )
    assert copy.reasons == {QUESTION: None}


def test_a_script_fills_the_cells_it_names(exercise):
    text = student_script(exercise)
    stub = next(c.source for c in exercise.cells if c.id == "solve-add-add")
    text = text.replace(stub, "def add_of_mine():\n    return 1")
    cells = cells_of(copy_of(exercise, text.encode(), "03_value.py"))
    assert cells["solve-add-add"] == "def add_of_mine():\n    return 1"


def test_a_module_stands_in_its_one_cell(root):
    exercise = notebook_form(load(root, "06_engine").exercise, WHOLE_POINTS)
    handed_out = student_notebook(exercise, WHOLE_POINTS)
    copy = graded_copy(handed_out, exercise, b"# %% mine\nx = 1\n", "engine.py", is_module=True)
    (solve,) = (cell.id for cell in exercise.cells if cell.role is Role.SOLVE)
    assert cells_of(copy)[solve] == "# %% mine\nx = 1\n"


@pytest.mark.parametrize("text", ["no json", "[]", '{"cells": [1]}', '{"cells": [{"id": 1}]}'])
def test_a_copy_that_was_damaged_has_no_reasons(exercise, text):
    assert reasons_of(text, exercise) == {}


def test_what_passed_needs_no_comment(exercise):
    comments = cell_comments(report(result("a")), compiled_of(exercise), exercise)
    assert set(comments) == set(solutions(exercise))
    assert set(comments.values()) == {None}


def test_a_mistake_is_told_below_the_cell_of_its_task(exercise):
    told = report(result("fine"), overwrites("reused", visibility=Visibility.HIDDEN))
    comments = cell_comments(told, compiled_of(exercise), exercise)
    (mul,) = (cell.id for cell in exercise.cells if cell.regions and "mul" in cell.id.lower())
    assert {id for id, text in comments.items() if text} == {mul}
    assert comments[mul].startswith("```text\nmul rule")
    assert "[overwrites-gradient]" in comments[mul]
    assert "try   Work out" in comments[mul]
    assert "fine" not in comments[mul]
    assert comments[mul].endswith("```")


def test_a_task_without_a_cell_of_its_own_speaks_in_the_cell_above_its_check(root):
    whole = notebook_form(load(root, "06_engine").exercise, WHOLE_POINTS)
    told = report(overwrites("one", task="operators"), overwrites("two", task="graphs"))
    (text,) = cell_comments(told, compiled_of(whole), whole).values()
    assert text.index("operators") < text.index("graphs")


def test_an_unwritten_task_is_told_by_its_name_without_its_methods(exercise):
    missing = result("one", Outcome.MISSING, message="not written yet: __mul__")
    told = report(missing, outcome=Outcome.MISSING)
    said = "".join(filter(None, cell_comments(told, compiled_of(exercise), exercise).values()))
    assert "mul rule" in said and "not written yet" in said
    assert "__mul__" not in said


def test_what_holds_for_all_is_told_once_in_the_first_cell(exercise):
    same = {"message": "03_value.ipynb: is not a notebook."}
    told = report(result("a", Outcome.FAILED, **same), result("b", Outcome.FAILED, **same))
    comments = list(cell_comments(told, compiled_of(exercise), exercise).values())
    assert "This holds for every check" in comments[0]
    assert comments[1:] == [None] * (len(comments) - 1)


def test_a_withheld_score_is_said_to_be_our_fault(exercise):
    told = report(result("a", Outcome.ERROR, message="x"), score=None, outcome=Outcome.ERROR)
    first = next(iter(cell_comments(told, compiled_of(exercise), exercise).values()))
    assert "the fault is ours" in first.replace("\n", " ")


def test_a_students_own_text_is_told_as_it_is_in_a_comment(exercise):
    numbers = "a.grad   expected 1.0   observed 2.0   (relative error 0.5, rtol 1e-06)"
    text = f"your code raised E: {numbers}\n```\nwhy   x\r\ntry   y\x1b[2J"
    told = report(result("reused", Outcome.FAILED, message=text, minimal_case="f(1)"))
    (comment,) = filter(None, cell_comments(told, compiled_of(exercise), exercise).values())
    assert comment.splitlines()[3:] == [
        "    your code raised E: a.grad   expected 1.0   observed 2.0   (relative error",
        r"      0.5, rtol 1e-06)\n```\nwhy   x\r\ntry   y\x1b[2J",
        "        f(1)",
        "````",
    ]


def test_what_code_raises_cannot_leave_its_block_and_what_it_prints_is_not_told(exercise):
    evil = "``` </pre><script>steal()</script> `````"
    told = replace(report(result("a", Outcome.FAILED, message=evil)), output="printed: 3.25\n")
    (first,) = filter(None, cell_comments(told, compiled_of(exercise), exercise).values())
    assert first.startswith("``````text\n") and evil in first
    assert first.endswith("\n``````")
    assert first.count("``````") == 2
    assert "printed" not in first and "3.25" not in first


ACTING = (
    "[x](javascript:alert(1))",
    "[x]( javascript:alert(1) )",
    "[x] (https://example.org)",
    "![x](https://example.org/pixel.png)",
    "[![x](https://example.org/a.png)](https://example.org)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[x] [y]\n\n[y]: https://example.org/",
    "![x][y]\n\n[y]: https://example.org/p.png",
    "[y]\n\n[y]: <javascript:alert(1)>",
    "<https://example.org>",
    "<me@example.org>",
    "https://example.org/pixel.png",
    "see http://example.org, www.example.org",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "<!-- x --><b>b</b>",
    "a &lt;b&gt; [x]\n(javascript:alert(1))",
    "> [x](javascript:alert(1))",
    "- item\n  [x](data:text/html;base64,aaaa)",
    '```mermaid\ngraph TD\n  A-->B\n  click A "//evil.example/steal"\n```',
    "> ~~~ mermaid\n> graph TD\n> ~~~",
    "write to me@example.org",
    "&lbrack;x&rbrack;(javascript:alert(1)) &#91;x&#93;(https&colon;//example.org)",
)


@pytest.mark.parametrize("text", ACTING)
def test_nothing_in_a_written_answer_acts_or_loads_anything(text):
    markdown = pytest.importorskip("nbconvert.filters.markdown", reason="needs nbconvert")
    page = markdown.markdown2html(inert(text))
    assert not re.search(r"class=\"[^\"]*(?<!\u200b)mermaid", page, re.IGNORECASE)
    assert not re.search(r"<(a|img|script|svg|b)\b|\b(href|src|onerror|onload)\s*=\s*[\"']", page)
    assert inert(text).replace("\u200b", "") == text  # and nobody sees that it was changed


@pytest.mark.parametrize(
    "command",
    [
        r"\href{javascript:alert(1)}{x}", r"\HREF{x}{y}", r"\url{x}", r"\require{html}",
        r"\style{color:red}{x}", r"\class{x}{y}", r"\cssId{x}{y}", r"\unicode{x}",
        r"\def\frac{x}", r"\gdef\x{y}", r"\let\a\href", r"\newcommand{\a}{\href}",
        r"\renewcommand{\frac}{x}", r"\newenvironment{a}{b}{c}", r"\csname href\endcsname",
        r"\bbox[url(//example.org/a.png)]{x}", r"\label{x}", r"\eqref{x}",
        r"\ce{H2O}", r"\cancel{x}", r"\enclose{circle}{x}", r"\bra{x}", r"\color{red}{x}",
        r"\definecolor{a}{rgb}{1,0,0}", r"\DeclarePairedDelimiter{\a}{(}{)}",
        r"\begin{CD}A\end{CD}",
        r"\Require{html}", r"\begin {empheq}{x}", r"\verb|x|",
        r"\mmlToken{mi}[href='javascript:1']{x}", r"\includegraphics{https://example.org/a.png}",
    ],
)  # fmt: skip
def test_no_formula_links_loads_or_changes_what_another_formula_means(command):
    name = re.match(r"\\\w+", command)[0]
    assert name not in inert(f"so $x {command}$")


def test_formulas_and_code_stay_as_they_are():
    plain = r"$\left(\frac{a}{b}\right)_{[0]}$, $\delta \text{def}$, `x[0] = f(1)`, a < b: **yes**"
    assert inert(plain) == plain
    lines = r"\begin{align*} \frac{\partial L}{\partial a} &= 2 \cdot b \\\\ &\to 0 \end{align*}"
    assert inert(lines) == lines


def test_no_entity_spells_a_command():
    assert "&bsol;" not in inert("&dollar;&bsol;href{javascript:1}{x}&dollar;")
    assert inert("R&D and a & b") == "R&D and a & b"
