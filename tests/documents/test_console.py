"""What documents say to type is tried, or it is said here why it is not."""

import shlex

import pytest
from click.testing import CliRunner
from document_tools import DOCUMENTS, ROOT, blocks, console_lines, name_of, one_line, read

from autograder import cli
from autograder.authoring.demo import EXERCISE

# Lines that are not run here, by their beginning, and where they are.
NOT_RUN = {
    "pip install": "installing needs a network; the workflow and .ci/run do it",
    "python -m pytest": "this is what runs the tests",
    "python -m tests.": "takes minutes; that it starts is tested in test_named_things.py",
    ".ci/long": "takes an hour",
    "nbgrader ": "a term with the real nbgrader: tests/commands/test_nbgrader_term.py",
    "autograder grade submitted": "the same",
    "autograder grade DIR": "the class is the reader's: tests/commands/test_classes.py has seven",
    "autograder release": "the same, and tests/authoring/test_release.py",
    "cd term": "the same",
    "autograder validate": "takes a minute; .ci/run does it",
    "autograder doctor": "tests/sandbox/test_doctor.py",
    "autograder show STUDENT": "the tour below shows a student of the demo",
}
TOUR = ["autograder demo", "autograder show edsger --results micrograde-demo/results.jsonl"]


# Every command that a document says to type, with the document.
PIECES = [
    (name_of(path), command.strip())
    for path in DOCUMENTS
    for line in console_lines(read(path))
    for command in line.split("&&")
]


@pytest.mark.parametrize(("document", "command"), PIECES)
def test_a_line_to_type_is_run_in_the_tour_or_it_is_known_why_not(document, command):
    assert command in TOUR or any(command.startswith(known) for known in NOT_RUN), document


def test_no_reason_is_given_for_what_no_document_says():
    for known in NOT_RUN:
        assert any(command.startswith(known) for _, command in PIECES), known


@pytest.fixture(scope="module")
def tour(real_course, compiled, level, tmp_path_factory):
    """What the tour's two commands print, in the course's folder: (demo, show)."""
    compiled(EXERCISE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("tour"))
        said = []
        for line in TOUR:
            words = [*shlex.split(line)[1:]]
            words += ["--course", str(real_course.root)] if "demo" in words else []
            result = CliRunner().invoke(cli.main, words)
            assert result.exit_code == 0, result.output
            said.append(result.output)
    return said


@pytest.mark.sandbox
def test_the_tour_goes_as_the_readme_tells_it(tour):
    demo, show = tour
    text = one_line(read(ROOT / "README.md"))
    assert set(TOUR) <= {command for document, command in PIECES if document == "README.md"}
    assert "a class of 40:" in text and "made a class of 40" in demo
    for kind in ("right", "mistake", "a damaged notebook", "claims to have passed"):
        assert kind in demo
    # the student whom the README shows is the one to whom the demo sends its reader
    assert TOUR[1] in demo
    assert "student   edsger" in show and "failed " in show


def test_feedback_in_the_readme_is_what_a_student_reads():
    (sample,) = blocks(read(ROOT / "README.md"), "text")
    golden = read(ROOT / "tests/golden/04_backward_rules.txt")
    due = golden.partition("== overwrites-gradient\n")[2].partition("\n\n==")[0]
    assert sample.strip("\n") == due.strip("\n"), f"write in the README:\n{due}"
