"""A class in an archive: a bad file costs one result, a bad archive all; nothing leaves it."""

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
from autograder.errors import InfrastructureError, SubmissionError, UsageError
from autograder.intake.arriving.archives import ArchiveSource
from autograder.intake.arriving.arrival import arrival
from autograder.intake.arriving.names import entry_of
from autograder.intake.submissions import read_submission

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


def read(path, strays=()):
    """Who handed in what: student to content, or to the reason why there is none."""
    with arrival(path, EXERCISE, FILE) as arrived:
        assert strays is None or tuple(stray.name for stray in arrived.strays) == strays
        found = {}
        for submission in arrived.submissions:
            try:
                found[submission.student] = read_submission(submission)[0]
            except SubmissionError as error:
                found[submission.student] = str(error)
            except InfrastructureError as error:
                found[submission.student] = f"withheld: {error}"
        return found


def refusal(path):
    with pytest.raises(UsageError) as refused, arrival(path, EXERCISE, FILE):
        pytest.fail("it was let in")
    text = str(refused.value)
    assert text.startswith(f"cannot grade '{path}': ")
    assert "; nothing was graded; mend the archive, or unpack it yourself" in text
    assert text.endswith("and run: autograder grade DIR")
    return text


# What is read -----------------------------------------------------------------------------


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
def test_of_two_files_of_one_name_the_outer_one_is_read_and_the_others_are_told(ending, tmp_path):
    student = "Anna_1_assignsubmission_file_"
    names = [
        (f"{student}/old/engine.py", b"old\n"), (f"{student}/engine.py", b"new\n"),
        (f"{student}/older/engine.py", b"older\n"), (f"{student}/{'x' * 198}/engine.py", b"x\n"),
    ]  # fmt: skip
    with arrival(WRITERS[ending](tmp_path / "class", *names), EXERCISE, FILE) as arrived:
        (submission,) = arrived.submissions
        assert read_submission(submission)[0] == b"new\n"
        assert submission.note.startswith("Read engine.py; not read: old/engine.py, older/engine.")
        assert [path.name for path in submission.path.parents[1].iterdir()] == ["1"]


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


@each_kind
def test_when_it_was_handed_in_is_kept_as_a_fact(ending, tmp_path):
    names = ["anna/06_engine/engine.py", ("anna/06_engine/timestamp.txt", b"2026-11-22 10:00 UTC")]
    with arrival(WRITERS[ending](tmp_path / "class", *names), EXERCISE, FILE) as arrived:
        (submission,) = arrived.submissions
        assert submission.facts.time == "2026-11-22 10:00 UTC" and submission.remarks == ()


@each_kind
def test_no_more_is_unpacked_than_what_is_read(ending, tmp_path, temporary):
    names = [GOOD, "anna/06_engine/helper.py", "anna/06_engine/report.pdf", "ben/06_engine/a.zip"]
    with arrival(WRITERS[ending](tmp_path / "class", *names), EXERCISE, FILE) as arrived:
        assert len(arrived.submissions) == 2
        unpacked = [path.name for path in temporary.rglob("*") if path.is_file()]
        assert unpacked == ["engine.py"]


# What costs one result --------------------------------------------------------------------

GOOD = "anna/06_engine/engine.py"
LEADING_OUT = {
    "../../etc/engine.py": "climbs out of its folder",
    "..\\..\\engine.py": "climbs out of its folder",
    "nobody/../../06_engine/engine.py": "climbs out of its folder",
    "/tmp/micrograde-canary-archive.py": "has an absolute path",
    "\\\\server\\share\\engine.py": "has an absolute path",
    "C:/Windows/engine.py": "has an absolute path",
}


@each_kind
@pytest.mark.parametrize("name", LEADING_OUT)
def test_a_name_that_leads_out_is_nobodys_and_is_named(name, ending, tmp_path):
    path = WRITERS[ending](tmp_path / "class", GOOD, name)
    with arrival(path, EXERCISE, FILE) as arrived:
        assert [submission.student for submission in arrived.submissions] == ["anna"]
        (stray,) = arrived.strays
        assert stray.why == LEADING_OUT[name]
        assert stray.name.rpartition("/")[2] == name.replace("\\", "/").rpartition("/")[2]


@each_kind
def test_a_name_that_leads_out_of_a_students_folder_is_that_students_and_is_not_read(
    ending, tmp_path
):
    climbing = "anna/06_engine/../../ben/06_engine/engine.py"
    path = WRITERS[ending](tmp_path / "class", (climbing, b"evil"), "ben/06_engine/engine.py",
                           "anna/06_engine/notes.txt")  # fmt: skip
    found = read(path)
    assert found["ben"] == CODE
    assert found["anna"].startswith("withheld: '../../ben/06_engine/engine.py' climbs out of")


@each_kind
@pytest.mark.parametrize(
    "again", [GOOD, "anna//06_engine/./engine.py", "anna\\06_engine\\engine.py"]
)
def test_a_name_that_is_there_twice_withholds_one_score(again, ending, tmp_path):
    path = WRITERS[ending](tmp_path / "class", GOOD, (again, b"other"), "ben/06_engine/engine.py")
    assert read(path) == {"anna": "withheld: 'engine.py' is there twice", "ben": CODE}


BAD_FILES = {
    "/".join(["anna", *["deep"] * 25, "engine.py"]): "lies more than 20 folders deep",
    f"anna/06_engine/{'y' * 300}.py": "has a name that is too long",
}


@each_kind
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_name_of_a_submission_withholds_one_score(name, ending, tmp_path):
    found = read(WRITERS[ending](tmp_path / "class", name, "ben/06_engine/engine.py"))
    assert found["ben"] == CODE
    assert found["anna"].startswith("withheld: '") and found["anna"].endswith(BAD_FILES[name])


@each_kind
def test_eighty_letters_of_chinese_are_a_name_like_any_other(ending, tmp_path):
    name = "作" * 80
    names = [f"{name}_1_assignsubmission_file_/{name}.py", "Ben_2_assignsubmission_file_engine.py",
             f"{name}_3_assignsubmission_file_engine.py"]  # fmt: skip
    found = read(WRITERS[ending](tmp_path / "class", *names))
    assert found == {f"{name}_1": CODE, "Ben_2": CODE, f"{name}_3": CODE}


@each_kind
def test_a_student_whose_name_no_folder_could_have_is_named_at_the_end(ending, tmp_path):
    long = f"{'x' * 300}_1_assignsubmission_file_/engine.py"
    path = WRITERS[ending](tmp_path / "class", "Ben_2_assignsubmission_file_/engine.py", long)
    with arrival(path, EXERCISE, FILE) as arrived:
        assert [submission.student for submission in arrived.submissions] == ["Ben_2"]
        (stray,) = arrived.strays
        assert stray.why == "the name of its student is longer than any folder's"
        assert stray.name == "x" * limits.SHOWN_TEXT


@each_kind
@pytest.mark.parametrize(
    "junk",
    [
        "__MACOSX/._x", ".DS_Store", "anna/Thumbs.db", "anna/06_engine/__pycache__/x.py",
        "anna/.git/objects/ab/cd", "index.html", f"anna/06_engine/{'y' * 300}.pdf",
        "/".join(["anna", *["deep"] * 25, "x.png"]), "../report.pdf",
    ],
)  # fmt: skip
def test_what_nobody_would_read_refuses_nothing_though_it_is_there_twice(junk, ending, tmp_path):
    path = WRITERS[ending](tmp_path / "class", GOOD, junk, (junk, os.urandom(100)))
    assert read(path) == {"anna": CODE}


def test_a_null_byte_in_a_name_withholds_one_score(tmp_path):
    path = zip_of(tmp_path / "class.zip", "ben/06_engine/engine.py", "anna/06_engine/Xevil.py",
                  "anna/06_engine/notes.txt")  # fmt: skip
    path.write_bytes(path.read_bytes().replace(b"Xevil", b"\0evil"))
    assert read(path) == {"anna": r"withheld: '\x00evil.py' has a null byte in its name",
                          "ben": CODE}  # fmt: skip


# What refuses the whole -------------------------------------------------------------------


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


# What is no plain file --------------------------------------------------------------------

LINK = "engine.py is a link or no plain file; hand in the file itself."


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_what_is_no_plain_file_in_a_zip_is_its_students_affair(kind, tmp_path):
    info = zipfile.ZipInfo("ben/06_engine/engine.py")
    info.external_attr = (kind | 0o777) << 16
    path = zip_of(tmp_path / "class.zip", GOOD, (info, b"/etc/passwd"))
    assert read(path) == {"anna": CODE, "ben": LINK}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_what_is_no_plain_file_in_a_tar_is_its_students_affair(kind, tmp_path):
    info = tarfile.TarInfo("ben/06_engine/engine.py")
    info.type, info.linkname = kind, "/etc/passwd"
    path = tar_of(tmp_path / "class.tar.gz", GOOD, (info, b""))
    assert read(path) == {"anna": CODE, "ben": LINK}


def test_a_file_with_holes_withholds_one_score(tmp_path):
    info = tarfile.TarInfo("ben/06_engine/engine.py")
    info.type = tarfile.GNUTYPE_SPARSE
    path = tar_of(tmp_path / "class.tar.gz", (info, b""), GOOD)
    found = read(path)
    assert found["anna"] == CODE and "'engine.py' has holes: it claims" in found["ben"]


@pytest.mark.parametrize(
    ("offset", "value", "problem"),
    [(8, 1, "is encrypted"), (10, 99, "is packed in a way that Python cannot unpack")],
)
def test_what_cannot_be_unpacked_withholds_one_score(offset, value, problem, tmp_path):
    path = zip_of(tmp_path / "class.zip", GOOD, "ben/06_engine/engine.py")
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\1\2")
    data[at + offset : at + offset + 2] = struct.pack("<H", value)
    path.write_bytes(data)
    assert read(path) == {"anna": f"withheld: 'engine.py' {problem}", "ben": CODE}


# Bombs ------------------------------------------------------------------------------------


def test_a_bomb_in_a_zip_is_not_unpacked_and_withholds_one_score(tmp_path):
    path = zip_of(tmp_path / "class.zip", GOOD, ("ben/06_engine/engine.py", b"#" * (64 << 20)),
                  ("cy/06_engine/report.pdf", b"#" * (64 << 20)))  # fmt: skip
    found = read(path)
    assert found["anna"] == CODE and found["cy"] == "nothing handed in"
    assert found["ben"].endswith("'engine.py' unpacks to more than 200 times its size: a bomb")


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
def test_a_file_of_more_than_any_notebook_withholds_one_score(ending, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ARCHIVE_FILE_BYTES", 1 << 20)
    names = [(GOOD, os.urandom(2 << 20)), "ben/06_engine/engine.py"]
    found = read(WRITERS[ending](tmp_path / "class", *names))
    assert found == {"anna": "withheld: 'engine.py' unpacks to more than 1 MiB", "ben": CODE}


def test_more_than_the_disk_should_hold_refuses_a_zip(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", 3000)
    names = [(f"s{k}/06_engine/engine.py", os.urandom(1000)) for k in range(4)]
    text = refusal(zip_of(tmp_path / "class.zip", *names))
    assert "its submissions unpack to more than" in text


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


def test_a_size_that_lies_withholds_one_score(tmp_path):
    path = zip_of(tmp_path / "class.zip", (GOOD, CODE * 100), "ben/06_engine/engine.py")
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\1\2")
    data[at + 24 : at + 28] = struct.pack("<I", 10)  # unpacked: more comes out
    path.write_bytes(data)
    found = read(path)
    assert found["ben"] == CODE and found["anna"].startswith("withheld: 'engine.py' is damaged")


# Damage -----------------------------------------------------------------------------------


def test_what_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "class.zip"
    for content in (b"", b"Rar!\x1a\x07", b"#!/bin/sh\n"):
        path.write_bytes(content)
        assert "it is neither a .zip nor a .tar.gz" in refusal(path)


@each_kind
def test_an_archive_without_students_says_what_it_should_hold(ending, tmp_path):
    text = refusal(WRITERS[ending](tmp_path / "class", "readme.txt", "src/main.c"))
    assert "holds no student's folder or file: neither <student>/06_engine/engine.py, nor" in text
    assert "nor a name such as Ann Lee_123_assignsubmission_file_/engine.py; " in text


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

    monkeypatch.setattr(ArchiveSource, "_write", full)
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
            found = read(path, strays=None)
        except UsageError as refused:
            assert "nothing was graded" in str(refused)
        else:
            assert len(found) <= 2

    change()


def test_half_a_character_in_a_name_is_refused_in_words():
    entry = entry_of(0, "a\ud800/b.py", is_folder=False)
    assert entry.odd == "has half a character in its name"


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
    path = tmp_path / "class.zip"
    path.write_bytes(zip_of(path, GOOD).read_bytes()[:40])
    arguments = ["grade", str(path), "--exercise", "06", "--out", str(tmp_path / "out.jsonl")]
    ran = CliRunner().invoke(main, [*arguments, "--course", str(real_course.root)])
    assert ran.exit_code == 2
    assert "autograder: cannot grade" in ran.output and "it is cut off" in ran.output
    assert not (tmp_path / "out.jsonl").exists()


def test_a_gradebook_is_not_filled_from_an_archive(real_course, tmp_path):
    path = zip_of(tmp_path / "class.zip", GOOD)
    arguments = ["grade", str(path), "--exercise", "06", "--gradebook", "sqlite:///x.db"]
    ran = CliRunner().invoke(main, [*arguments, "--course", str(real_course.root)])
    assert ran.exit_code == 2
    assert "is an archive; unpack it and run: autograder grade DIR --gradebook" in ran.output
