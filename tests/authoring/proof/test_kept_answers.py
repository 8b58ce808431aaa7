"""The store of answers: by program and unit, each answer once, old ones go, damage is no error."""

import math
from functools import partial

import pytest
from core_tools import case, check

from autograder.authoring.proof import kept_answers
from autograder.authoring.proof.kept_answers import (
    ROUNDS,
    KeptAnswers,
    parts_of,
    player_hash,
    sandbox_hash,
)
from autograder.model import Answer
from autograder.worker.status import Status

ANSWERS = (
    Answer(Status.OK, (0.1, -0.0, math.inf, math.nan, 5e-324, 1e308)),
    Answer(Status.RAISED, (), "ValueError: \u00e9 \ud800 (m, line 2)"),
    Answer(Status.CPU),
)


def store(tmp_path, player="p"):
    return KeptAnswers(tmp_path / "answers.json", player)


def saved(tmp_path, **units):
    kept = store(tmp_path)
    for unit, answers in units.items():
        kept.put("program", unit, answers, 0.25)
    kept.save()
    return kept


def test_answers_come_back_to_the_bit(tmp_path):
    saved(tmp_path, unit=ANSWERS)
    answers, cpu_s = store(tmp_path).get("program", "unit")
    assert repr(answers) == repr(ANSWERS) and cpu_s == 0.25
    assert store(tmp_path).get("program", "other") is None
    assert store(tmp_path).get("other", "unit") is None


def test_the_answers_of_another_player_do_not_count(tmp_path):
    saved(tmp_path, unit=ANSWERS)
    assert store(tmp_path, "q").get("program", "unit") is None


def test_a_damaged_file_is_as_none_and_is_written_anew(tmp_path):
    path = tmp_path / "answers.json"
    saved(tmp_path, unit=ANSWERS)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"0.1", b"0.2"))
    assert store(tmp_path).get("program", "unit") is None
    saved(tmp_path, unit=ANSWERS)
    assert path.read_bytes() == whole


def test_nothing_is_written_when_nothing_is_new(tmp_path):
    saved(tmp_path, unit=ANSWERS)
    path = tmp_path / "answers.json"
    path.unlink()
    store(tmp_path).save()
    assert not path.exists()


def test_equal_answers_are_written_once(tmp_path):
    saved(tmp_path, one=ANSWERS, two=ANSWERS)
    assert (tmp_path / "answers.json").read_bytes().count(b"ValueError") == 1


def test_what_is_long_not_asked_for_goes_and_what_is_asked_for_stays(tmp_path):
    saved(tmp_path, wanted=ANSWERS, unwanted=(Answer(Status.OK, (42.0,)),))
    for number in range(ROUNDS):
        kept = store(tmp_path)
        assert kept.get("program", "wanted") is not None
        kept.put("program", f"new {number}", ANSWERS, 0.0)
        kept.save()
    assert store(tmp_path).get("program", "wanted") is not None
    assert store(tmp_path).get("program", "unwanted") is None
    assert b"42.0" not in (tmp_path / "answers.json").read_bytes()


def test_a_case_is_known_by_what_the_worker_gets_of_it():
    (first,), (reworded,), (other,) = (
        parts_of([check("a", case(**given))])
        for given in ({}, {"snippet": "g(2)", "accept": ((1.0,),)}, {"within_s": 2.0})
    )
    assert first.key == reworded.key != other.key


def test_a_key_changes_with_the_code_that_plays_with_limits_and_with_packages(
    tmp_path, monkeypatch
):
    tool = tmp_path / "tool"
    for name in ("worker/driver.py", "worker/players/calls.py", "sandbox/talk.py", "cli.py"):
        (tool / name).parent.mkdir(parents=True, exist_ok=True)
        (tool / name).write_text("one")
    monkeypatch.setattr(kept_answers, "TOOL", tool)

    def keys():
        return player_hash(["numpy", "math"]), sandbox_hash(["numpy"], 3)

    def changed(name):
        before = keys()
        (tool / name).write_text((tool / name).read_text() + ".")
        return [a != b for a, b in zip(before, keys(), strict=True)]

    assert changed("worker/driver.py") == [True, True]
    assert changed("worker/players/calls.py") == [True, True]
    assert changed("sandbox/talk.py") == [False, True]
    assert changed("cli.py") == [False, False]
    before = keys()
    assert sandbox_hash(["numpy"], 2) != before[1]
    assert player_hash(["math"]) != before[0]
    monkeypatch.setattr(kept_answers.limits, "TIMEOUTS", 3)
    assert player_hash(["numpy", "math"]) != before[0]
    monkeypatch.setattr(kept_answers, "version", lambda name: "0.0")
    assert sandbox_hash(["numpy"], 3) != before[1]


@pytest.mark.parametrize("imports", [["json"], ["json.decoder"], ["numpy.linalg"]])
def test_a_key_changes_with_what_may_be_imported_and_not_with_its_order(imports):
    for key in (player_hash, partial(sandbox_hash, level=3)):
        assert key([*imports, "numpy"]) != key(["numpy"])
        assert key([*imports, "numpy"]) == key(["numpy", *imports])
