"""The types of requests say what is sent: each case of the course has its kind's keys."""

from typing import get_type_hints

import pytest
from repository import ROOT

from autograder.authoring.lessons.exercises import load_exercise
from autograder.authoring.proof.drafting import read_checks
from autograder.model import Case
from autograder.worker.players.kinds import KINDS
from autograder.worker.requests import PlainCase, PlainTape

# Their players take any mapping.
UNTYPED = ("wide", "foreign", "any_number")


def request_type(kind):
    """The TypedDict that a kind's player is annotated with."""
    return get_type_hints(KINDS[kind])["request"]


def test_every_player_says_what_its_request_holds():
    for kind in KINDS:
        typed = hasattr(request_type(kind), "__required_keys__")
        assert typed or kind in UNTYPED, kind


@pytest.mark.parametrize("folder", sorted(ROOT.glob("exercises/*/")), ids=lambda path: path.name)
def test_every_case_of_the_course_has_the_keys_that_its_kind_is_said_to_have(real_course, folder):
    authored = load_exercise(real_course.exercises / folder.name, real_course.reference)
    cases = [case for c in read_checks(real_course, authored.exercise) for case in c.cases]
    assert cases
    for case in cases:
        if case.kind in UNTYPED:
            continue
        said = request_type(case.kind)
        keys = set(case.request)
        assert said.__required_keys__ <= keys <= said.__annotations__.keys(), case
        tape = case.request.get("tape")
        assert tape is None or PlainTape.__required_keys__ == tape.keys(), case


def test_a_plain_case_has_what_the_worker_needs_and_nothing_else():
    case = Case("call", {"name": "f", "args": [2]}, ("add",), "f(2)", ("f(2)",), 1, within_s=0.5)
    plain = case.plain()
    assert plain.keys() == PlainCase.__required_keys__
    assert plain["request"] is case.request
    assert (plain["kind"], plain["ops"], plain["within_s"]) == ("call", ("add",), 0.5)
