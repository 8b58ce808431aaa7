"""The proof is incremental: what is compiled of kept answers is what is compiled afresh."""

import shutil
from dataclasses import replace

import pytest
from conftest import SMALL

from autograder import limits
from autograder.authoring.proof import compiling, playing
from autograder.authoring.proof.compiling import compile_afresh
from autograder.authoring.proof.kept_answers import parts_of
from autograder.errors import CourseError
from autograder.storage import dumps

HIDDEN, PUBLIC = "reference/hidden/01_small/checks.py", "exercises/01_small/checks.py"
MISTAKES = "reference/hidden/01_small/misconceptions.yml"
CHECK = '''

@check(task="double", points=1)
def {name}(student):
    """Title of {name}."""
    student.returns("double", {x})
    student.returns("double", {x} + 1)
'''
FOR_EVER = "any(False for _ in iter(int, 1))"
ENTRY = (
    "- id: {id}\n  region: small.double\n  replace: {replace}\n  what: W.\n  why: Y.\n  try: T.\n"
)
# A mutant of each kind that matters: what it answers hangs on what was asked before, or on
# how long it took, or on neither.
ENTRIES = {
    "adds-one": '{"2 * x": "2 * x + 1"}',
    "counts": '{"def double(x):": "def double(x, log=[]):", '
    '"2 * x": "2 * x + (log.append(x) or len(log))"}',
    "counts-below-minus-five": '{"def double(x):": "def double(x, log=[]):", '
    '"2 * x": "2 * x + (len(log) if x > -5 or log.append(x) else 0)"}',
    "draws": '{"2 * x": "2 * x + __import__(\'random\').random()"}',
    "hangs-once": f'{{"2 * x": "2 * x if x != 3.5 else {FOR_EVER}"}}',
    "hangs-always": f'{{"2 * x": "{FOR_EVER}"}}',
    "raises": '{"2 * x": "x[0]"}',
}


def edit(course, file, old, new):
    path = course.root / file
    text = path.read_text()
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new))


def add(course, file, text):
    path = course.root / file
    path.write_text(path.read_text() + text)


def hasty_parts(checks):
    """The parts of checks whose cases may take a fiftieth of a second."""
    hasty = [
        replace(check, cases=tuple(replace(case, within_s=0.02) for case in check.cases))
        for check in checks
    ]
    return parts_of(hasty)


@pytest.fixture
def course(small_course, monkeypatch):
    """The small course with six more mutants and four more checks; little time for endless ones."""
    monkeypatch.setattr(limits, "TIMEOUTS", 2)
    monkeypatch.setattr(limits, "CASE_LOOK_CPU_S", 0.01)
    monkeypatch.setattr(compiling, "parts_of", hasty_parts)
    for id, changed in ENTRIES.items():
        add(small_course, MISTAKES, ENTRY.format(id=id, replace=changed))
    for k in range(4):
        add(small_course, HIDDEN, CHECK.format(name=f"more_{k}", x=10.0 * k))
    return small_course


@pytest.fixture
def played(monkeypatch):
    """How many cases each program was played on, in order."""
    counts = []
    play = playing.driver.play

    def counting(namespace, cases, cpu_s):
        counts.append(len(cases))
        return play(namespace, cases, cpu_s)

    monkeypatch.setattr(playing.driver, "play", counting)
    return counts


def afresh(course):
    """The bytes of the exercise when nothing is kept of earlier answers."""
    answers, aside = course.kept / "answers", course.kept / "aside"
    answers.rename(aside)
    try:
        return dumps(compile_afresh(course, SMALL))
    finally:
        shutil.rmtree(answers)
        aside.rename(answers)


def reorder(course):
    head, *checks = (course.root / HIDDEN).read_text().split("\n\n\n@check")
    (course.root / HIDDEN).write_text("\n\n\n@check".join([head, *reversed(checks)]))


CHANGES = {
    "a hidden check is added": lambda c: add(c, HIDDEN, CHECK.format(name="added", x=-7.0)),
    "a public check is added": lambda c: add(c, PUBLIC, CHECK.format(name="added_here", x=-9.0)),
    "a check is changed": lambda c: edit(c, HIDDEN, '"double", 20.0)', '"double", 21.0)'),
    "a case that hangs goes": lambda c: edit(c, PUBLIC, "3.5", "4.5"),
    "a check is removed": lambda c: edit(c, HIDDEN, CHECK.format(name="more_1", x=10.0), ""),
    "checks are reordered": reorder,
    "a mutant is changed": lambda c: edit(c, MISTAKES, "2 * x + 1", "2 * x + 3"),
    "the reference is changed": lambda c: edit(c, "reference/small.py", "Twice x", "Two times x"),
    "a limit is no longer hit": lambda c: edit(c, MISTAKES, f'"{FOR_EVER}"', '"2 * x - 1"'),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_a_change_the_bytes_are_those_of_a_compilation_afresh(course, change):
    before = dumps(compile_afresh(course, SMALL))
    assert dumps(compile_afresh(course, SMALL)) == before
    change(course)
    after = dumps(compile_afresh(course, SMALL))
    assert after == afresh(course)
    assert after != before


def test_a_program_that_begins_to_remember_with_a_new_check_is_played_on_all_again(course, played):
    compile_afresh(course, SMALL)
    CHANGES["a hidden check is added"](course)
    reorder(course)  # so that the other hidden checks come after it
    played.clear()
    incremental = dumps(compile_afresh(course, SMALL))
    everything = max(played)
    assert [2, everything] in [played[k : k + 2] for k in range(len(played))]
    assert incremental == afresh(course)


def test_after_any_changes_one_after_the_other_too(course):
    compile_afresh(course, SMALL)
    for change in CHANGES.values():
        change(course)
        incremental = dumps(compile_afresh(course, SMALL))
    assert incremental == afresh(course)


def test_nothing_is_played_again_when_nothing_has_changed(course, played):
    compile_afresh(course, SMALL)
    assert len(played) == 2 + len(ENTRIES)  # the reference, the scaffold's mutant, and these
    played.clear()
    compile_afresh(course, SMALL)
    assert played == []


def test_what_may_no_longer_be_imported_is_not_believed_of_kept_answers(small_course):
    allowed = "imports: [plistlib]"
    body = "import plistlib\n    return 2 * x + 0 * len(plistlib.dumps(1))"
    edit(small_course, "exercises/01_small/exercise.yml", "imports: []", allowed)
    edit(small_course, "reference/small.py", "return 2 * x", body)
    compile_afresh(small_course, SMALL)
    edit(small_course, "exercises/01_small/exercise.yml", allowed, "imports: []")
    with pytest.raises(CourseError, match=r"the reference does not pass it: .*plistlib"):
        compile_afresh(small_course, SMALL)


def test_one_changed_check_is_played_alone_but_on_programs_that_remember_or_hit_a_limit(
    course, played
):
    compile_afresh(course, SMALL)
    everything = played[0]
    played.clear()
    edit(course, HIDDEN, '"double", 20.0)', '"double", 21.0)')
    compile_afresh(course, SMALL)
    # the two that remember and the one that always hangs are played on all
    assert sorted(played) == [2] * (len(ENTRIES) + 2 - 3) + [everything] * 3


def test_a_check_that_comes_back_is_not_played_again(course, played):
    compile_afresh(course, SMALL)
    edit(course, HIDDEN, '"double", 20.0)', '"double", 21.0)')
    compile_afresh(course, SMALL)
    edit(course, HIDDEN, '"double", 21.0)', '"double", 20.0)')
    played.clear()
    compile_afresh(course, SMALL)
    assert played == []


def test_in_several_processes_the_bytes_are_the_same(course, monkeypatch):
    here = dumps(compile_afresh(course, SMALL))
    shutil.rmtree(course.kept / "answers")
    monkeypatch.setattr(playing, "CASES_FOR_ONE_PROCESS", 1)
    assert dumps(compile_afresh(course, SMALL, workers=3)) == here


def test_what_is_played_is_shown_with_its_number(course):
    shown = []

    def watch(things, total, what):
        for number, thing in enumerate(things, 1):
            yield thing
            shown.append((number, total, what))

    compile_afresh(course, SMALL, watch=watch)
    total = len(ENTRIES) + 1
    assert shown == [(k, total, f"mutants of {SMALL}") for k in range(1, total + 1)]
    shown.clear()
    compile_afresh(course, SMALL, watch=watch)
    assert shown == []


def test_what_was_played_before_an_error_is_kept(course, played):
    edit(course, MISTAKES, '"2 * x + 1"', '"2 * y"')
    add(course, MISTAKES, ENTRY.format(id="wrong", replace='{"not there": "x"}'))
    with pytest.raises(Exception, match="does not occur in small"):
        compile_afresh(course, SMALL)
    assert len(played) == 1
    played.clear()
    with pytest.raises(Exception, match="does not occur in small"):
        compile_afresh(course, SMALL)
    assert played == []
