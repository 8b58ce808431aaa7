"""Every hostile submission is graded beside honest ones: it gains nothing, and hurts nobody.

The whole corpus is graded in one class at each level, as root and as an ordinary user. The
limits on time are lower than the real ones, for most of a run is waiting for them. What is looked
at is said in tests/hostile/graded.py; `python -m tests.hostile` prints it as a table.
"""

from functools import cache

import pytest
from hostile import graded
from hostile.corpus import LEAK
from hostile.graded import CORPUS, EXERCISES, GRADCHECK, Findings, run_once
from sandbox_tools import linux_only, myself, need

from autograder.errors import SubmissionError
from autograder.grading.grade import Grader
from autograder.intake.arriving.arrival import find_submissions
from autograder.intake.extract import extract
from autograder.intake.submissions import Submission, read_submission
from autograder.sandbox import attacks, levels

pytestmark = [linux_only, pytest.mark.sandbox, pytest.mark.slow]


@pytest.fixture(scope="module")
def notebooks(real_course, compiled):
    """The notebooks of 04 and 07 as released, and solved, by exercise and name in the corpus."""
    return graded.load_notebooks(real_course, compiled)


@pytest.fixture(scope="module")
def classes(compiled, notebooks):
    """Two folders of submissions for each exercise: the corpus with neighbours, and these alone."""
    with graded.placed(compiled, notebooks) as root:
        yield root


@pytest.fixture(scope="module")
def forward(compiled):
    """Of each exercise, the points for what is computed forward."""
    return graded.most_forward(compiled)


@cache
def level_is_there(level: int) -> bool:
    """Whether this machine gives a level; level 2 is there wherever 3 is."""
    return levels.probe().level >= level


@pytest.mark.parametrize("level", [3, 2])
def test_the_corpus_gains_nothing_and_hurts_nobody(classes, forward, level):
    need(level_is_there(level), f"level {level}")
    found = run_once(classes, forward, level, myself())
    assert found == Findings(neighbours=len(CORPUS))


@pytest.mark.parametrize("level", [3, 2])
def test_the_corpus_gains_nothing_from_a_grader_that_is_an_ordinary_user(classes, forward, level):
    need(level_is_there(level), f"level {level}")
    if myself() != "root":
        pytest.skip("the test above ran as an ordinary user")
    found = run_once(classes, forward, level, "user")
    assert found == Findings(neighbours=len(CORPUS))


# Each for itself --------------------------------------------------------------------------


def test_what_is_refused_is_refused_before_it_runs_and_nothing_else_is(classes, compiled):
    for exercise in EXERCISES:
        handed_in = compiled(exercise).exercise
        refused = set()
        for submission in find_submissions(classes / exercise / "mixed", exercise, handed_in.file):
            if submission.refused:
                continue  # by its folder's name: the score is withheld
            try:
                data, _ = read_submission(submission)
                extract(data, submission.path.name, handed_in)
            except SubmissionError:
                refused.add(submission.student.partition("-")[2])
        expected = {e.name for e in graded.entries_of(exercise) if e.expect == "refused"}
        assert refused == expected


@pytest.mark.parametrize("name", ["engines_from_frames", "engines_from_the_collector"])
def test_an_attack_on_planted_engines_finds_them_where_no_wall_is_promised(
    name, compiled, notebooks, tmp_path
):
    entry = next(entry for entry in CORPUS if entry.name == name)
    file = entry.place(tmp_path, notebooks[GRADCHECK, "released"])
    (report,) = Grader(compiled(GRADCHECK), 1).grade([Submission("s", GRADCHECK, file)])
    assert LEAK in report.output


@pytest.mark.parametrize("level", [3, 2])
def test_every_attack_of_the_doctor_is_held_off(level):
    need(level_is_there(level), f"level {level}")
    assert [result for result in attacks.run(level) if not result.held] == []
