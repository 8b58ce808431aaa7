"""The doctor says what a machine gives, and is loud where a layer is missing."""

import importlib.metadata
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from class_tools import best_level
from click.testing import CliRunner
from sandbox_tools import linux_only

from autograder.cli import main
from autograder.errors import InfrastructureError
from autograder.sandbox import attacks, doctor, launch, levels
from autograder.sandbox.doctor import examine
from autograder.sandbox.levels import Probe

pytestmark = linux_only

# In the process that tries the attacks: all layers but the filter.
WITHOUT_FILTER = (
    "import autograder.worker.confine as c; "
    "c.confine = lambda limits, level: "
    "(c.give_up_root(), c._limit_resources(limits, promised=False)); "
)


@pytest.fixture(autouse=True)
def probed_afresh():
    levels.probe.cache_clear()
    yield
    levels.probe.cache_clear()


@pytest.fixture
def without_filter(monkeypatch):
    """Take a layer away, in earnest: attacks run in a process that never asks for the filter."""
    command = launch.worker_command

    def worker_command(level, root, code, extra=()):
        return command(level, root, WITHOUT_FILTER + code if "trial" in code else code, extra)

    return lambda: monkeypatch.setattr(launch, "worker_command", worker_command)


def test_a_healthy_machine_is_told_its_level_and_what_was_tried(tmp_path):
    level = best_level()
    text, healthy = examine(tmp_path)
    assert healthy, text
    lines = text.splitlines()
    assert lines[0] == levels.describe(level)
    assert lines[-1] == f"all is well: submissions are graded at level {level}"
    for begin in ("  python: 3.", "  system: Linux", "  libseccomp: ", "  numpy ", "  hypothesis ",
                  "  nbgrader ", "disk: ", "memory: ", "worker: started in "):  # fmt: skip
        assert any(line.startswith(begin) for line in lines), begin
    (tried,) = [line for line in lines if line.startswith("attacks: ")]
    count = len(attacks.run(level, quick=True))
    assert count >= 12 and tried.startswith(f"attacks: {count} of {count} held off in ")
    assert tried.endswith("the slow ones too: autograder doctor --full")


def test_a_full_examination_names_every_attack(tmp_path):
    text, healthy = examine(tmp_path, full=True)
    assert healthy
    for attack in attacks.ATTACKS:
        assert f"  held off: {attack.name} (" in text
    assert "--full" not in text


def test_an_attack_that_gets_through_is_loud_and_a_status_of_1(without_filter):
    best_level()
    levels.probe()  # found before the layer went
    without_filter()
    ran = CliRunner().invoke(main, ["doctor"])
    assert ran.exit_code == 1
    assert "  BROKEN run a program GOT THROUGH: " in ran.output
    assert "; expected: raised PermissionError" in ran.output
    assert "NOT FIT FOR GRADING: " in ran.output.splitlines()[-1]
    held = int(ran.output.split("attacks: ")[1].split(" ")[0])
    assert held < int(ran.output.split(" of ")[1].split(" ")[0])


def test_a_level_that_does_not_hold_is_not_claimed_and_is_loud(without_filter, tmp_path):
    best_level()  # it may have asked what is asked below
    levels.probe.cache_clear()
    without_filter()
    text, healthy = examine(tmp_path)
    assert not healthy
    assert text.startswith("level 1: ")
    assert "  BROKEN not higher: level 2 was set up, but does not hold: " in text
    assert "BROKEN nothing keeps a submission from your files" in text
    assert "attacks:" not in text and "worker:" not in text


def test_why_a_level_is_not_higher_comes_with_the_command(monkeypatch, tmp_path):
    best_level()
    reason = "bubblewrap is not installed; run: sudo apt-get install bubblewrap"
    monkeypatch.setattr(levels, "probe", lambda: Probe(2, (reason,), ()))
    text, healthy = examine(tmp_path)
    assert healthy  # level 2 is what a container is good for
    assert f"  not higher: {reason}" in text.splitlines()


def failing(*_, **__):
    raise InfrastructureError("no more processes")


def test_a_sandbox_that_does_not_start_is_loud(monkeypatch, tmp_path):
    monkeypatch.setattr(levels, "probe", lambda: Probe(2, (), ()))
    monkeypatch.setattr(attacks, "run", failing)
    monkeypatch.setattr(doctor, "start_runner", failing)
    text, healthy = examine(tmp_path)
    assert not healthy
    assert "  BROKEN they could not be tried: no more processes" in text
    assert "  BROKEN it does not work: no more processes" in text
    assert "NOT FIT FOR GRADING: 2 broken" in text


def test_an_honest_file_that_fails_is_loud(monkeypatch, tmp_path):
    best_level()
    monkeypatch.setattr(doctor, "HONEST", "import sys\nsys.modules['posix'].abort()\n")
    text, healthy = examine(tmp_path)
    assert not healthy
    assert "  BROKEN an honest file failed: its process was ended by " in text


def test_a_full_disk_is_loud(monkeypatch, tmp_path):
    usage = namedtuple("usage", "total used free")(1, 1, 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    text, healthy = examine(tmp_path)
    assert not healthy and "BROKEN that is little: they may need 1 GiB" in text


@pytest.mark.parametrize(
    ("meminfo", "words"),
    [("MemAvailable:  1024 kB\n", "BROKEN that is little: two workers"), ("", None), (None, None)],
)
def test_little_memory_is_loud_and_an_unknown_one_is_passed_over(
    monkeypatch, tmp_path, meminfo, words
):
    read = Path.read_text

    def read_text(path, *arguments, **options):
        if path == Path("/proc/meminfo"):
            if meminfo is None:
                raise FileNotFoundError
            return meminfo
        return read(path, *arguments, **options)

    monkeypatch.setattr(Path, "read_text", read_text)
    text, healthy = examine(tmp_path)
    assert healthy == (words is None)
    assert (words or "disk: ") in text
    assert ("memory: " in text) == bool(words)


def test_a_package_that_is_too_old_or_absent_is_named(monkeypatch, tmp_path):
    real = importlib.metadata.version

    def version(name):
        if name == "nbgrader":
            raise importlib.metadata.PackageNotFoundError
        return {"numpy": "1.19.5", "click": "9.0"}.get(name) or real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    text, healthy = examine(tmp_path)
    assert not healthy
    assert "  nbgrader is not installed: needed to fill nbgrader's gradebook" in text
    assert "  BROKEN numpy 1.19.5, wanted " in text and "run: pip install -U numpy" in text
    assert "  BROKEN click 9.0, wanted " in text


def test_where_our_own_package_is_not_installed_no_version_is_wanted(monkeypatch, tmp_path):
    def absent(name):
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "requires", absent)
    monkeypatch.setattr(importlib.metadata, "version", absent)
    text, healthy = examine(tmp_path)
    assert healthy and "  numpy is not installed: needed to grade" in text


def test_a_finding_is_healthy_unless_a_line_says_broken():
    assert not doctor.is_broken("attacks: 1 of 1")
    assert doctor.is_broken("  BROKEN it is")
