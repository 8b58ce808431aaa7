"""What students and staff are shown of hostile submissions says no case, and acts on nobody.

The families `leaks` and `markup` of the corpus, end to end: graded, into nbgrader's gradebook, to
the copies that graders open and the feedback that nbgrader gives out.
"""

import json
import os
import re
import sysconfig
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile import graded
from hostile.corpus import REQUEST, load_corpus
from nbgrader_tools import need_nbgrader, run
from sandbox_tools import linux_only

from autograder.authoring.lessons.notebooks import notebook_form
from autograder.commands.gradebook import write_gradebook
from autograder.commands.instructors import grade_compiled
from autograder.course.compiled import task_points
from autograder.intake.submissions import safe_text
from autograder.model import CompiledExercise, Role, Visibility
from autograder.records.results import read_results
from autograder.report.comments import cell_comments
from autograder.report.terminal import show
from autograder.verdicts import Report

pytestmark = [linux_only, pytest.mark.sandbox, pytest.mark.slow]

ENGINE, RULES = graded.ENGINE, graded.RULES
LEAKS = [entry for entry in load_corpus() if entry.family == "leaks"]
MARKUP = [entry for entry in load_corpus() if entry.family == "markup"]
# Whose feedback nbgrader makes as well, which takes it a second for each; and a pattern for them,
# because it takes three to start.
SPECIMENS = {
    ENGINE: ("raised_requests", "raised_when_the_file_is_run"),
    RULES: ("links", "formulas", "formulas_of_tables", "raised_markup"),
}
PATTERNS = {ENGINE: "raised_*", RULES: "[lfr]*[sp]"}
ACTING_TAGS = {
    *("script", "iframe", "object", "embed", "form", "input", "base", "meta", "link", "style"),
    *("img", "image", "picture", "source", "video", "audio", "svg", "math", "details"),
}
# MathJax's ways to links, pages elsewhere, and what other commands mean.
COMMAND = re.compile(r"\\(href|url|require|style|class|cssId|def|let|newcommand|unicode)\b", re.I)


@dataclass(frozen=True)
class Shown:
    """A class that was graded, with what became of it in nbgrader.

    Attributes:
        root: nbgrader's folder.
        compiled: the exercise.
        reports: by student.
    """

    root: Path
    compiled: CompiledExercise
    reports: dict[str, Report]

    def page(self, student: str) -> "Page":
        """The feedback that nbgrader made for a student."""
        exercise = self.compiled.exercise.id
        file = self.root / "feedback" / student / exercise / f"{exercise}.html"
        return Page(file.read_text(encoding="utf-8"))


class Page(HTMLParser):
    """What a browser makes of HTML.

    Attributes:
        text: what is shown.
        prose: the part of it in which MathJax looks for formulas: no code.
        tags: names of all elements.
        attributes: names and values of all attributes.
        scripts: texts of scripts.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.prose, self.scripts = "", "", ""
        self._code = 0
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update((name, value or "") for name, value in attrs)
        self._inside = tag if tag in ("script", "style") else ""
        self._code += tag in ("pre", "code")

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside
        self._code -= tag in ("pre", "code")

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts += data
        elif not self._inside:
            self.text += data
            self.prose += "" if self._code else data

    def acts(self) -> list[str]:
        """What a student could have put there: scripts, and addresses that run one."""
        found = [f"{n}={v}" for n, v in self.attributes if n.startswith("on") and "alert" in v]
        found += [f"{n}={v}" for n, v in self.attributes if re.match(r"\s*(javascript|data):a", v)]
        found += [f"{n}={v}" for n, v in self.attributes if "127.0.0.1" in v or "example.com" in v]
        return found + (["a script"] if "alert(" in self.scripts else [])


@pytest.fixture(scope="module")
def shown(compiled, real_course, level, tmp_path_factory):
    """Grade a family, fill a gradebook, make the specimens' feedback."""
    need_nbgrader()
    notebooks = graded.load_notebooks(real_course, compiled)

    def of(exercise, entries):
        root = tmp_path_factory.mktemp("shown")
        (root / "home" / "config").mkdir(parents=True)
        for entry in entries:
            place = root / "submitted" / entry.student / exercise
            place.mkdir(parents=True)
            entry.place(place, notebooks.get((exercise, entry.start)))
        one, results = compiled(exercise), root / "results.jsonl"
        with pytest.MonkeyPatch.context() as patch:
            # nbgrader asks a bare `alembic` for its newest schema
            patch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
            grade_compiled(one, root / "submitted", results, 2, level)
            url = f"sqlite:///{root / 'gradebook.db'}"
            write_gradebook(real_course, one, root / "submitted", results, url)
        run("nbgrader", "generate_feedback", exercise, "--student", PATTERNS[exercise],
            "--course", real_course.course_id, cwd=root, home=root / "home")  # fmt: skip
        made = {path.parents[1].name for path in (root / "feedback").glob("*/*/*.html")}
        assert made == {*SPECIMENS[exercise]}
        reports = {report.student: report for report in read_results(results)}
        return Shown(root, one, reports)

    return of


@pytest.fixture(scope="module")
def leaked(shown):
    """The family `leaks`."""
    return shown(ENGINE, LEAKS)


@pytest.fixture(scope="module")
def marked(shown):
    """The family `markup`."""
    return shown(RULES, MARKUP)


def comments_of(one: Shown, report: Report) -> str:
    """All that nbgrader is given to show below a student's cells."""
    exercise = notebook_form(one.compiled.exercise, task_points(one.compiled))
    return "\n".join(filter(None, cell_comments(report, one.compiled, exercise).values()))


def hidden_inputs(one: Shown) -> set[str]:
    """The inputs of hidden cases that are no numbers of every day."""
    cases = [c for k in one.compiled.checks if k.visibility is Visibility.HIDDEN for c in k.cases]
    found = {repr(x) for case in cases for x in case.request.get("tape", {}).get("leaves", ())}
    return {text for text in found if len(text.replace(".", "").strip("-0")) >= 3}


# Leaks ----------------------------------------------------------------------------------------


def test_there_are_hidden_inputs_that_a_leak_would_show(leaked):
    assert len(hidden_inputs(leaked)) > 10
    told = leaked.reports["raised_requests"].output  # for staff
    assert REQUEST in told and any(text in told for text in hidden_inputs(leaked))


@pytest.mark.parametrize("entry", LEAKS, ids=lambda entry: entry.name)
def test_no_comment_and_no_report_says_what_was_asked(leaked, entry):
    report = leaked.reports[entry.name]
    cases = "\n".join(check.minimal_case or "" for check in report.checks)
    numbers = {n.observed for check in report.checks for n in check.explanation.numbers}
    for text in (comments_of(leaked, report), show(report, leaked.compiled)):
        assert REQUEST not in text and "tape" not in text
        for line in text.splitlines():
            if line.strip() in cases or any(number in line for number in numbers):
                continue  # a minimal case says its inputs: that is what it is for
            assert not any(text in line for text in hidden_inputs(leaked)), line


@pytest.mark.parametrize("student", SPECIMENS[ENGINE])
def test_the_feedback_that_nbgrader_gives_out_says_nothing_of_it(leaked, student):
    page = leaked.page(student)
    report = leaked.reports[student]
    known = "\n".join(check.minimal_case or "" for check in report.checks)
    known += (leaked.root / "submitted" / student / ENGINE / "engine.py").read_text()
    assert "{'tape'" not in page.text and "'leaves'" not in page.text
    assert f"{REQUEST} {{'" not in page.text
    assert {
        text for text in hidden_inputs(leaked) if text in page.text and text not in known
    } == set()


# Markup ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", MARKUP, ids=lambda entry: entry.name)
def test_nothing_in_the_copy_that_staff_open_acts(marked, entry):
    markdown = pytest.importorskip("nbconvert.filters.markdown", reason="needs nbconvert")
    copies = [
        path
        for path in (marked.root / "autograded").glob(f"*/{RULES}/{RULES}.ipynb")
        if path.parents[1].name == entry.student
    ]
    if entry.expect == "withheld":
        assert copies == [], "nobody looks into it before the folder has another name"
        return
    notebook = json.loads(copies[0].read_text(encoding="utf-8"))
    exercise = notebook_form(marked.compiled.exercise, task_points(marked.compiled))
    written = {cell.id for cell in exercise.cells if cell.role is Role.WRITTEN}
    ours = {cell.id for cell in exercise.cells}
    assert "javascript" not in json.dumps(notebook["metadata"])
    for cell in notebook["cells"]:
        assert cell["id"] in ours or re.fullmatch(r"added-\d+", cell["id"])
        assert "attachments" not in cell and not cell.get("outputs")
        assert "alert" not in json.dumps(cell["metadata"])
        source = "".join(cell["source"])
        if cell["id"] in written:
            page = Page(markdown.markdown2html(source))
            assert not page.tags & (ACTING_TAGS | {"a"})
            assert page.acts() == []
            assert COMMAND.search(page.prose) is None
        elif cell["cell_type"] != "code":
            assert "alert" not in source and "127.0.0.1" not in source


@pytest.mark.parametrize("entry", MARKUP, ids=lambda entry: entry.name)
def test_nothing_of_it_acts_on_a_terminal_or_in_a_line_of_results(marked, entry):
    report = marked.reports[safe_text(entry.student)]
    staff = show(report, marked.compiled, staff=True)
    assert all(line.isprintable() for line in staff.splitlines())
    comments = comments_of(marked, report)
    assert all(line.isprintable() for line in comments.splitlines())
    assert comments == "" or re.fullmatch(r"(`{3,})text\n.*\n\1", comments.split("\n\n\n")[0], re.S)
    lines = (marked.root / "results.jsonl").read_text(encoding="ascii").splitlines()
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("student", SPECIMENS[RULES])
def test_nothing_in_the_feedback_that_nbgrader_gives_out_acts(marked, student):
    page = marked.page(student)
    assert page.acts() == []
    assert student == "raised_markup" or "Each use adds a path." in page.text
    assert COMMAND.search(page.prose) is None
