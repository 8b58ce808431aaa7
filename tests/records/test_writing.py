"""Results are written whole or not at all, and what stood under their name is never lost."""

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_reports import overwrites, report, result, withheld

from autograder.errors import InfrastructureError, UsageError
from autograder.outputs import partials
from autograder.records import writing
from autograder.records.results import read_results, result_line
from autograder.records.writing import ResultsFile, left_behind, write_results
from autograder.verdicts import Report

OLD = [report(result("first"), student="old")]


def sample() -> list[Report]:
    return [report(result("first"), overwrites("reused")), withheld("ben"), withheld("zoe")]


def lines(reports: list[Report]) -> bytes:
    return "".join(result_line(one) + "\n" for one in reports).encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "06_engine.jsonl"


def names(path: Path) -> list[str]:
    return sorted(other.name for other in path.parent.iterdir())


def test_what_is_written_is_read_back_and_nothing_else_is_left(path: Path) -> None:
    assert write_results(path, iter(sample())) == writing.Written(3)
    assert list(read_results(path)) == sample()
    assert names(path) == [path.name]


def test_after_an_interrupt_the_lines_so_far_are_kept_and_the_old_file_stays(path: Path) -> None:
    write_results(path, OLD)

    def interrupted() -> Iterator[Report]:
        yield from sample()[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), ResultsFile(path) as file:
        try:
            file.write(interrupted())
        except KeyboardInterrupt:
            said = file.so_far()
            raise
    assert path.read_bytes() == lines(OLD)
    (left,) = partials(path)
    assert list(read_results(left)) == sample()[:2]
    assert said == f"what is graded so far: {left} (2 results)"


def test_what_was_interrupted_before_its_first_line_leaves_nothing(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), ResultsFile(path) as file:
        assert file.so_far() == "nothing was graded yet"
        raise KeyboardInterrupt
    assert names(path) == []


def test_a_line_is_in_the_file_before_the_next_report_is_asked_for(path: Path) -> None:
    seen = []

    def watched() -> Iterator[Report]:
        for one in sample():
            (aside,) = partials(path)
            seen.append(aside.read_bytes().count(b"\n"))
            yield one

    write_results(path, watched())
    assert seen == [0, 1, 2]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot write '.*absent.*no such file.*--out"):
        write_results(tmp_path / "absent" / "results.jsonl", [])


# An older file under the same name ----------------------------------------------------------


def test_older_results_get_a_number_each_time_and_the_new_ones_the_name(path: Path) -> None:
    for number in range(3):
        before = [report(result("first"), student=f"s{number}")]
        write_results(path, before)
    assert names(path) == ["06_engine.1.jsonl", "06_engine.2.jsonl", "06_engine.jsonl"]
    written = write_results(path, sample())
    assert written.kept == path.with_name("06_engine.3.jsonl")
    assert written.kept.read_bytes() == lines(before)
    assert path.read_bytes() == lines(sample())


def test_the_number_is_above_all_that_there_are_and_overwrites_none(path: Path) -> None:
    path.write_bytes(lines(OLD))
    path.with_name("06_engine.7.jsonl").write_text("seven")
    path.with_name("06_engine.8.jsonl").mkdir()
    assert write_results(path, sample()).kept == path.with_name("06_engine.9.jsonl")
    assert path.with_name("06_engine.7.jsonl").read_text() == "seven"


def test_the_same_results_once_more_make_no_second_file(path: Path) -> None:
    write_results(path, sample())
    before = path.stat()
    written = write_results(path, sample())
    assert (written.same, written.kept) == (True, None)
    assert names(path) == [path.name]
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_an_empty_file_under_the_name_holds_nothing_to_keep(path: Path) -> None:
    path.touch()
    assert write_results(path, sample()).kept is None
    assert names(path) == [path.name]


def test_permissions_of_the_older_file_are_those_of_the_new_one(path: Path) -> None:
    path.write_bytes(lines(OLD))
    path.chmod(0o600)  # grades are nobody else's
    write_results(path, sample())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_no_result_is_kept_as_well(path: Path) -> None:
    path.write_text("my own notes\n")
    kept = write_results(path, sample()).kept
    assert kept is not None and kept.read_text() == "my own notes\n"


def test_where_files_have_one_name_only_the_older_one_is_renamed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path.write_bytes(lines(OLD))
    path.with_name("06_engine.1.jsonl").symlink_to("nowhere")
    kept = write_results(path, sample()).kept
    assert kept == path.with_name("06_engine.2.jsonl") and kept.read_bytes() == lines(OLD)
    assert path.read_bytes() == lines(sample())


def test_a_run_that_was_ended_between_both_names_costs_no_third_one(path: Path) -> None:
    path.write_bytes(lines(OLD))
    os.link(path, path.with_name("06_engine.1.jsonl"))
    assert write_results(path, sample()).kept == path.with_name("06_engine.1.jsonl")
    assert names(path) == ["06_engine.1.jsonl", "06_engine.jsonl"]


def test_whoever_reads_meanwhile_sees_whole_results_the_old_or_the_new(path: Path) -> None:
    write_results(path, OLD)
    seen, ended = set(), threading.Event()

    def read() -> None:
        while not ended.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for k in range(40):
            write_results(path, sample() if k % 2 else OLD)
    finally:
        ended.set()
        reader.join()
    assert seen <= {lines(OLD), lines(sample())}


# Names that lead elsewhere ------------------------------------------------------------------


def test_a_link_stays_a_link_and_the_older_results_stand_where_it_leads(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / "real.jsonl").write_bytes(lines(OLD))
    link = tmp_path / "link.jsonl"
    link.symlink_to("there/real.jsonl")
    assert write_results(link, sample()).kept == there / "real.1.jsonl"
    assert link.is_symlink() and link.read_bytes() == lines(sample())
    assert names(link) == ["link.jsonl", "there"]


def test_a_link_to_nothing_is_written_through(tmp_path: Path) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to("real.jsonl")
    write_results(link, sample())
    assert link.is_symlink() and (tmp_path / "real.jsonl").read_bytes() == lines(sample())


def test_a_pipe_is_written_through_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert write_results(pipe, sample()).count == 3
    assert os.read(reader, 1 << 16) == lines(sample())
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode) and names(pipe) == ["pipe"]


def test_a_device_is_written_through_and_stays_one() -> None:
    assert write_results(Path("/dev/null"), sample()).count == 3
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


# What the disk refuses ----------------------------------------------------------------------


def test_a_disk_that_is_full_from_the_start_is_one_sentence() -> None:
    with pytest.raises(InfrastructureError) as caught:
        write_results(Path("/dev/full"), sample())
    assert str(caught.value) == (
        "cannot go on writing '/dev/full' (no space left on device); make room and grade again, "
        "or name another file with --out; 0 results went to '/dev/full'"
    )


def _full_after(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes so many bytes more, and then a part of what it is given."""
    left = [room]
    write = os.write

    def written(descriptor: int, data: bytes) -> int:
        if descriptor > 2 and not left[0]:
            raise OSError(28, "No space left on device")
        count = write(descriptor, data[: left[0]] if descriptor > 2 else data)
        left[0] -= count if descriptor > 2 else 0
        return count

    monkeypatch.setattr(writing.os, "write", written)


def test_a_disk_that_fills_up_leaves_whole_lines_and_the_older_results(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(lines(OLD))
    _full_after(len(lines(sample()[:2])) + 20, monkeypatch)
    with pytest.raises(InfrastructureError) as caught:
        write_results(path, sample())
    monkeypatch.undo()
    (left,) = partials(path)
    assert list(read_results(left)) == sample()[:2]
    assert path.read_bytes() == lines(OLD)
    assert str(caught.value) == (
        f"cannot go on writing '{path}' (no space left on device); make room and grade again, or "
        f"name another file with --out; what is graded so far: {left} (2 results)"
    )


def test_a_disk_without_room_for_a_line_is_left_without_a_partial_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _full_after(20, monkeypatch)
    with pytest.raises(InfrastructureError, match=r"; nothing was graded yet$"):
        write_results(path, sample())
    assert names(path) == []


def test_results_that_cannot_take_their_name_are_named_where_they_are(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(aside: Path, place: Path) -> None:
        raise OSError(16, "Device or resource busy")

    path.write_bytes(lines(OLD))
    monkeypatch.setattr(type(path), "replace", refuse)
    with pytest.raises(InfrastructureError, match="the results are whole, but cannot take the n"):
        write_results(path, sample())
    monkeypatch.undo()
    (left,) = partials(path)
    assert left.read_bytes() == lines(sample()) and path.read_bytes() == lines(OLD)


@pytest.mark.parametrize(("number", "ends_well"), [(22, True), (28, False), (5, False)])
def test_what_could_not_be_stored_does_not_take_the_name(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int, ends_well: bool
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    if ends_well:  # a file system without that order
        assert write_results(path, sample()).count == 3
        return
    with pytest.raises(InfrastructureError, match="the results are whole, but cannot take the n"):
        write_results(path, sample())
    assert not path.exists()


# What runs before left ----------------------------------------------------------------------


def test_what_a_killed_run_had_graded_is_named_and_an_empty_file_removed(path: Path) -> None:
    mine = path.with_name(f"{path.name}.4242-0123abcd.partial")
    mine.write_bytes(lines(sample()[:2]) + b'{"format":2,"stud')
    path.with_name(f"{path.name}.partial").write_bytes(lines(OLD))  # an earlier version's
    path.with_name(f"{path.name}.4243-0123abcd.partial").write_bytes(b"")
    other = path.with_name("other.jsonl.4242-0123abcd.partial")
    other.write_bytes(b"")
    told = left_behind(path)
    assert told == [
        "an earlier run was ended before it was done; what it had graded is in "
        f"{mine} (2 results); delete it when you need it no more",
        "an earlier run was ended before it was done; what it had graded is in "
        f"{path}.partial (1 result); delete it when you need it no more",
    ]
    assert names(path) == sorted([mine.name, f"{path.name}.partial", other.name])


def test_a_partial_file_of_a_similar_name_is_not_ours(path: Path) -> None:
    for name in (f"{path.name}.jsonl.1-0123abcd.partial", f"{path.name}.x.partial", "partial"):
        path.with_name(name).write_bytes(b"")
    path.with_name(f"{path.name}.1-0123abcd.partial").mkdir()
    assert left_behind(path) == []
    assert len(names(path)) == 4
