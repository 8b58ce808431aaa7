"""A class in an archive: the layouts of three LMSs are read, and nothing leaves its folder."""

import gzip
import io
import os
import stat
import struct
import tarfile
import tempfile
import warnings
import zipfile

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import limits
from autograder.cli import main
from autograder.errors import SubmissionError, UsageError
from autograder.intake import archives
from autograder.intake.archive_names import Names, RefusedError
from autograder.intake.archives import class_folder
from autograder.intake.submissions import find_submissions, read_submission
from autograder.limits import NAME_PART_BYTES

EXERCISE, FILE = "06_engine", "engine.py"
CODE = b"class Value: pass\n"


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Everything temporary goes to a folder of its own, which is empty when all is over."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def zip_of(path, *members, method=zipfile.ZIP_DEFLATED):
    """Write a zip; a member is a name or a ZipInfo, and perhaps content."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        with zipfile.ZipFile(path, "w", method) as archive:
            for member in members:
                name, content = member if isinstance(member, tuple) else (member, CODE)
                archive.writestr(name, content, method)
    return path


def tar_of(path, *members):
    """Write a .tar.gz; a member is a name or a TarInfo, and perhaps content."""
    with tarfile.open(path, "w:gz") as archive:
        for member in members:
            name, content = member if isinstance(member, tuple) else (member, CODE)
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            if name == "" or (isinstance(name, str) and name.endswith("/")):
                info.type, content = tarfile.DIRTYPE, b""
            if info.isreg():
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return path


WRITERS = {".zip": zip_of, ".tar.gz": tar_of}
each_kind = pytest.mark.parametrize("ending", WRITERS)


def read(path):
    """Who handed in what: student to content, or to the reason why there is none."""
    with class_folder(path, EXERCISE, FILE) as folder:
        found = {}
        for submission in find_submissions(folder, EXERCISE, FILE):
            try:
                found[submission.student] = read_submission(submission)[0]
            except SubmissionError as error:
                found[submission.student] = str(error)
        return found


def refusal(path):
    with pytest.raises(UsageError) as refused, class_folder(path, EXERCISE, FILE):
        pytest.fail("it was let in")
    text = str(refused.value)
    assert text.startswith(f"cannot grade '{path}': ")
    assert "; nothing was graded; mend the archive, or unpack it yourself" in text
    assert text.endswith("and run: autograder grade DIR")
    return text


# Layouts ----------------------------------------------------------------------------------

LAYOUTS = {
    "nbgrader": (["anna/06_engine/engine.py", "ben/06_engine/engine.py"], ["anna", "ben"]),
    "nbgrader in a folder": (
        ["submitted/", "submitted/anna/", "submitted/anna/06_engine/engine.py"],
        ["anna"],
    ),
    "Moodle": (
        ["Anna Lee_123456_assignsubmission_file_/engine.py"],
        ["Anna Lee_123456"],
    ),
    "Moodle, newer": (["Anna Lee_123456_assignsubmission_file/engine.py"], ["Anna Lee_123456"]),
    "Moodle without folders": (
        ["Anna Lee_123456_assignsubmission_file_engine.py"],
        ["Anna Lee_123456"],
    ),
    "Moodle, a folder in the folder": (
        ["06 Engine-4711/Anna Lee_12_assignsubmission_file_/my work/src/engine.py"],
        ["Anna Lee_12"],
    ),
    "Moodle, blind": (["Participant_77_assignsubmission_file_/engine.py"], ["Participant_77"]),
    "Canvas": (["leeanna_12345_67890_engine.py"], ["leeanna_12345"]),
    "Canvas, late": (["leeanna_LATE_12345_67890_engine.py"], ["leeanna_12345"]),
    "Canvas, second attempt": (["leeanna_12345_67890_engine-1.py"], ["leeanna_12345"]),
}


@each_kind
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_of_an_lms_is_read(layout, ending, tmp_path):
    names, students = LAYOUTS[layout]
    path = WRITERS[ending](tmp_path / f"class{ending}", *names)
    assert read(path) == dict.fromkeys(students, CODE)


def test_a_folder_is_taken_as_it_is(tmp_path):
    with class_folder(tmp_path, EXERCISE, FILE) as folder:
        assert folder == tmp_path


@each_kind
def test_what_is_no_submission_is_passed_over(ending, tmp_path):
    names = [
        "anna/06_engine/engine.py", "__MACOSX/anna/06_engine/._engine.py", ".DS_Store",
        "grades.csv", "readme.txt", "anna/06_engine/notes.pdf", "anna/05_backward/05_backward.py",
    ]  # fmt: skip
    assert read(WRITERS[ending](tmp_path / "class", *names)) == {"anna": CODE}


@each_kind
def test_who_handed_in_nothing_that_was_asked_for_is_in_the_class(ending, tmp_path):
    names = [
        "Anna_1_assignsubmission_file_/engine.py", "Ben_2_assignsubmission_file_/engine.txt",
        "Cy_3_assignsubmission_onlinetext_/onlinetext.html", "dora/05_backward/05_backward.py",
        "eve/06_engine/",
    ]  # fmt: skip
    found = read(WRITERS[ending](tmp_path / "class", *names))
    nothing = dict.fromkeys(("Ben_2", "Cy_3", "dora", "eve"), "nothing handed in")
    assert found == {"Anna_1": CODE, **nothing}


@each_kind
def test_an_archive_in_the_archive_is_its_students_affair(ending, tmp_path):
    inner = zip_of(tmp_path / "inner.zip", "engine.py").read_bytes()
    names = [("anna/06_engine/engine.zip", inner), ("ben/06_engine/engine.py", CODE)]
    assert read(WRITERS[ending](tmp_path / "class", *names)) == {
        "anna": "engine.zip is an archive; hand in engine.py itself.",
        "ben": CODE,
    }


@each_kind
def test_a_submission_that_is_only_too_large_is_its_students_affair(ending, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ARCHIVE_FILE_BYTES", 100 << 20)
    noise = os.urandom(1 << 20) * 65
    names = [("anna/06_engine/engine.py", noise), ("ben/06_engine/engine.py", CODE)]
    found = read(WRITERS[ending](tmp_path / "class", *names))
    assert "has more than 67108864 bytes" in found["anna"] and found["ben"] == CODE


@each_kind
def test_of_two_files_of_one_name_the_outer_one_keeps_it(ending, tmp_path):
    student = "Anna_1_assignsubmission_file_"
    names = [
        (f"{student}/old/engine.py", b"old\n"), (f"{student}/engine.py", b"new\n"),
        (f"{student}/older/engine.py", b"older\n"), (f"{student}/{'x' * 198}/engine.py", b"x\n"),
    ]  # fmt: skip
    with class_folder(WRITERS[ending](tmp_path / "class", *names), EXERCISE, FILE) as folder:
        place = folder / "Anna_1" / EXERCISE
        assert sorted(path.name for path in place.iterdir()) == [
            "3_engine.py", "engine.py", "old_engine.py", "older_engine.py",
        ]  # fmt: skip
        assert (place / "engine.py").read_bytes() == b"new\n"


@each_kind
def test_nobody_hands_in_for_somebody_else(ending, tmp_path):
    names = [
        "anna/06_engine/Ben_2_assignsubmission_file_/engine.py",
        "cy/06_engine/dora/06_engine/engine.py",
        "Eve_5_assignsubmission_file_/fay/06_engine/engine.py",
        "Gil_7_assignsubmission_file_Hal_8_assignsubmission_file_engine.py",
        "ida_9_10_jim_11_12_engine.py",
    ]
    found = read(WRITERS[ending](tmp_path / "class", *names))
    assert sorted(found) == ["Eve_5", "Gil_7", "anna", "cy", "ida_9"]


def test_when_it_was_handed_in_is_kept(tmp_path):
    names = ["anna/06_engine/engine.py", ("anna/06_engine/timestamp.txt", b"2026-11-22 10:00 UTC")]
    with class_folder(zip_of(tmp_path / "class.zip", *names), EXERCISE, FILE) as folder:
        assert (folder / "anna/06_engine/timestamp.txt").read_text() == "2026-11-22 10:00 UTC"


# Refusals by name -------------------------------------------------------------------------

GOOD = "anna/06_engine/engine.py"
BAD_NAMES = {
    "../../etc/engine.py": "climbs out of its folder",
    "anna/../../06_engine/engine.py": "climbs out of its folder",
    "..\\..\\engine.py": "climbs out of its folder",
    "/tmp/micrograde-canary-archive": "has an absolute path",
    "\\\\server\\share\\engine.py": "has an absolute path",
    "C:/Windows/engine.py": "has an absolute path",
    "/".join(["deep"] * 25): "lies more than 20 folders deep",
    f"{'y' * 210}/06_engine/engine.py": "has a name of more than 200 bytes",
}


@each_kind
@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_leads_elsewhere_refuses_the_archive(name, ending, tmp_path):
    text = refusal(WRITERS[ending](tmp_path / "class", GOOD, name))
    shown = name.replace("\\", "\\\\")[:200]
    assert f"its member '{shown}' {BAD_NAMES[name]}" in text


def test_a_null_byte_in_a_name_refuses_the_archive(tmp_path):
    path = zip_of(tmp_path / "class.zip", GOOD, "anna/06_engine/Xevil.py")
    path.write_bytes(path.read_bytes().replace(b"Xevil", b"\0evil"))
    assert r"its member 'anna/06_engine/\x00evil.py' has a null byte in its name" in refusal(path)


@each_kind
@pytest.mark.parametrize(
    "again", [GOOD, "anna//06_engine/./engine.py", "anna\\06_engine\\engine.py"]
)
def test_a_name_that_is_there_twice_refuses_the_archive(again, ending, tmp_path):
    assert "is there twice" in refusal(WRITERS[ending](tmp_path / "class", GOOD, again))


@each_kind
def test_more_members_than_a_class_has_refuse_the_archive(ending, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ARCHIVE_MEMBERS", 3)
    path = WRITERS[ending](tmp_path / "class", *(f"s{k}/06_engine/engine.py" for k in range(4)))
    assert "more than 3" in refusal(path)


def test_more_members_than_its_end_admits_refuse_a_zip(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ARCHIVE_MEMBERS", 3)
    path = zip_of(tmp_path / "class.zip", *(f"s{k}/06_engine/engine.py" for k in range(4)))
    data = path.read_bytes()
    at = data.rfind(b"PK\5\6")
    path.write_bytes(data[: at + 10] + struct.pack("<H", 1) + data[at + 12 :])
    assert "its member 's3/06_engine/engine.py' is one of more than 3" in refusal(path)


def test_a_table_of_contents_that_would_fill_the_memory_refuses_a_zip(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ARCHIVE_DIRECTORY_BYTES", 100)
    assert "more than 50000 members" in refusal(zip_of(tmp_path / "class.zip", GOOD, "b" * 90))


# Refusals by kind -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (stat.S_IFLNK, "is a link"),
        (stat.S_IFCHR, "is a device or a pipe"),
        (stat.S_IFIFO, "is a device or a pipe"),
    ],
)
def test_what_is_no_plain_file_refuses_a_zip(kind, problem, tmp_path):
    info = zipfile.ZipInfo("ben/06_engine/engine.py")
    info.external_attr = (kind | 0o777) << 16
    text = refusal(zip_of(tmp_path / "class.zip", GOOD, (info, b"/etc/passwd")))
    assert f"its member 'ben/06_engine/engine.py' {problem}" in text


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (tarfile.SYMTYPE, "is a link"),
        (tarfile.LNKTYPE, "is a link"),
        (tarfile.CHRTYPE, "is a device or a pipe"),
        (tarfile.BLKTYPE, "is a device or a pipe"),
        (tarfile.FIFOTYPE, "is a device or a pipe"),
        (tarfile.GNUTYPE_SPARSE, "has holes"),
    ],
)
def test_what_is_no_plain_file_refuses_a_tar(kind, problem, tmp_path):
    info = tarfile.TarInfo("ben/06_engine/engine.py")
    info.type, info.linkname = kind, "/etc/passwd"
    text = refusal(tar_of(tmp_path / "class.tar.gz", GOOD, (info, b"")))
    assert f"its member 'ben/06_engine/engine.py' {problem}" in text


@pytest.mark.parametrize(
    ("offset", "value", "problem"),
    [(8, 1, "is encrypted"), (10, 99, "is packed in a way that Python cannot unpack")],
)
def test_what_cannot_be_unpacked_refuses_a_zip(offset, value, problem, tmp_path):
    path = zip_of(tmp_path / "class.zip", GOOD)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\1\2")
    data[at + offset : at + offset + 2] = struct.pack("<H", value)
    path.write_bytes(data)
    assert f"its member '{GOOD}' {problem}" in refusal(path)


# Bombs ------------------------------------------------------------------------------------


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = zip_of(tmp_path / "class.zip", GOOD, ("ben/06_engine/engine.py", b"#" * (64 << 20)))
    text = refusal(path)
    assert "'ben/06_engine/engine.py' unpacks to more than 200 times its size: a bomb" in text


def test_a_tar_bomb_is_refused_where_it_begins(tmp_path):
    path = tar_of(tmp_path / "class.tar.gz", GOOD, ("ben/06_engine/engine.py", b"#" * (64 << 20)))
    text = refusal(path)
    assert "its member 'ben/06_engine/engine.py' unpacks, with all before it, to more than" in text
    assert "bytes: a bomb" in text


@each_kind
def test_text_that_shrinks_well_is_no_bomb(ending, tmp_path):
    text = b"0\n" * (3 << 20)  # one line printed without end: 6 MiB, a thousandth when packed
    found = read(WRITERS[ending](tmp_path / "class", (GOOD, text)))
    assert found == {"anna": text}


@each_kind
def test_a_file_of_more_than_any_notebook_refuses_the_archive(ending, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ARCHIVE_FILE_BYTES", 1 << 20)
    path = WRITERS[ending](tmp_path / "class", ("anna/06_engine/engine.py", os.urandom(2 << 20)))
    assert f"its member '{GOOD}' unpacks to more than 1 MiB" in refusal(path)


def test_more_than_the_disk_should_hold_refuses_a_zip(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", 3000)
    names = [(f"s{k}/06_engine/engine.py", os.urandom(1000)) for k in range(4)]
    text = refusal(zip_of(tmp_path / "class.zip", *names))
    assert "its member 's3/06_engine/engine.py' brings the whole to more than" in text


def test_more_than_the_disk_should_hold_refuses_a_tar(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", 3000)
    names = [(f"s{k}/06_engine/engine.py", os.urandom(1000)) for k in range(4)]
    assert "unpacks, with all before it, to more than 3000 bytes" in refusal(
        tar_of(tmp_path / "c.tar.gz", *names)
    )


def test_a_tar_header_of_megabytes_is_not_read(tmp_path):
    path = tmp_path / "class.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo(GOOD)
        info.pax_headers = {"comment": "x" * (limits.TAR_READ_BYTES + 5000)}
        archive.addfile(info)
    assert "has, or is followed by, a header of more than 1 MiB" in refusal(path)


def test_a_size_that_lies_refuses_a_zip(tmp_path):
    path = zip_of(tmp_path / "class.zip", (GOOD, CODE * 100))
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\1\2")
    data[at + 24 : at + 28] = struct.pack("<I", 10)  # unpacked: more comes out
    path.write_bytes(data)
    assert f"its member '{GOOD}' is damaged" in refusal(path)


# Damage -----------------------------------------------------------------------------------


def test_what_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "class.zip"
    for content in (b"", b"Rar!\x1a\x07", b"#!/bin/sh\n"):
        path.write_bytes(content)
        assert "it is neither a .zip nor a .tar.gz" in refusal(path)


@each_kind
def test_an_archive_without_students_says_what_it_should_hold(ending, tmp_path):
    text = refusal(WRITERS[ending](tmp_path / "class", "readme.txt", "src/main.c"))
    assert "it holds no student's folder or file: neither <student>/06_engine/..., nor" in text


@pytest.mark.parametrize("kept", [10, 60, 200])
@each_kind
def test_an_archive_that_is_cut_off_is_refused(ending, kept, tmp_path):
    path = WRITERS[ending](tmp_path / "class", (GOOD, os.urandom(4000)), "ben/06_engine/engine.py")
    path.write_bytes(path.read_bytes()[:kept])
    text = refusal(path)
    assert "it is cut off" in text or "damaged" in text


def test_a_tar_with_rubbish_behind_a_member_is_refused(tmp_path):
    path = tar_of(tmp_path / "class.tar.gz", GOOD)
    data = bytearray(gzip.decompress(path.read_bytes()))
    data[1024:1536] = b"rubbish!" * 64
    path.write_bytes(gzip.compress(data))
    assert "is followed by what is no member: it is damaged" in refusal(path)


def test_a_disk_that_refuses_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archives, "_write", full)
    text = refusal(zip_of(tmp_path / "class.zip", GOOD))
    assert "it cannot be unpacked: no space left on device" in text


@each_kind
def test_any_byte_may_change_and_nothing_but_a_refusal_comes_out(ending, tmp_path):
    whole = WRITERS[ending](tmp_path / "class", GOOD, "ben/06_engine/engine.py").read_bytes()
    path = tmp_path / "changed"

    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, len(whole) - 1), st.integers(0, 255), st.integers(0, len(whole)))
    def change(place, byte, length):
        changed = bytearray(whole)
        changed[place] = byte
        path.write_bytes(changed[: max(length, place)] if length % 3 == 0 else changed)
        try:
            found = read(path)
        except UsageError as refused:
            assert "nothing was graded" in str(refused)
        else:
            assert len(found) <= 2

    change()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.sampled_from("ab_12/\\.é\ud800 06engi.py"), max_size=40), max_size=8))
def test_any_names_are_placed_one_below_the_other_or_refused(tried):
    names = Names(EXERCISE, FILE, 100)
    try:
        for number, name in enumerate(tried):
            names.add(number, name, is_folder=name.endswith("/"))
    except RefusedError:
        return
    destinations = list(names.destinations().values())
    assert len(set(destinations)) == len(destinations)
    for place in destinations:
        parts = f"{place.folder}/{place.file}".split("/")
        assert len(parts) == 3 and not {"", ".", ".."} & set(parts)
        assert len(place.file.encode("utf-8", "surrogatepass")) <= NAME_PART_BYTES + 8


def test_a_number_in_front_of_a_name_takes_no_other_files_place():
    names = Names("03_value", "03_value.ipynb", 100)
    for number, below in enumerate(["b.py", "c/b.py", "c_b.py", "1_b.py"]):
        names.add(number, f"ann/03_value/{below}", is_folder=False)
    placed = {number: place.file for number, place in names.destinations().items()}
    assert placed == {0: "b.py", 1: "101_b.py", 2: "c_b.py", 3: "1_b.py"}


def test_half_a_character_in_a_name_is_refused_in_words():
    with pytest.raises(RefusedError, match="has half a character in its name"):
        Names(EXERCISE, FILE, 100).add(0, "a\ud800/b", is_folder=False)


# From the command line --------------------------------------------------------------------


@pytest.mark.sandbox
def test_grade_takes_an_archive_and_leaves_nothing_of_it(real_course, tmp_path, temporary):
    work = tmp_path / "work"
    work.mkdir()
    engine = (real_course.reference / "engine.py").read_bytes()
    path = zip_of(
        work / "class.zip",
        ("Anna_1_assignsubmission_file_/engine.py", engine),
        ("Ben_2_assignsubmission_file_/engine.py", CODE),
    )
    out = work / "results.jsonl"
    arguments = ["grade", str(path), "--exercise", "06", "--out", str(out)]
    ran = CliRunner().invoke(main, [*arguments, "--course", str(real_course.root)])
    assert ran.exit_code == 0, ran.output
    assert [line.split('"')[5] for line in out.read_text().splitlines()] == ["Anna_1", "Ben_2"]
    assert sorted(each.name for each in work.iterdir()) == ["class.zip", "results.jsonl"]


def test_grade_refuses_a_bad_archive_in_one_line(real_course, tmp_path):
    path = zip_of(tmp_path / "class.zip", GOOD, "../engine.py")
    arguments = ["grade", str(path), "--exercise", "06", "--out", str(tmp_path / "out.jsonl")]
    ran = CliRunner().invoke(main, [*arguments, "--course", str(real_course.root)])
    assert ran.exit_code == 2
    assert "autograder: cannot grade" in ran.output and "climbs out of its folder" in ran.output
    assert not (tmp_path / "out.jsonl").exists()


def test_a_gradebook_is_not_filled_from_an_archive(real_course, tmp_path):
    path = zip_of(tmp_path / "class.zip", GOOD)
    arguments = ["grade", str(path), "--exercise", "06", "--gradebook", "sqlite:///x.db"]
    ran = CliRunner().invoke(main, [*arguments, "--course", str(real_course.root)])
    assert ran.exit_code == 2
    assert "is an archive; unpack it and run: autograder grade DIR --gradebook" in ran.output
