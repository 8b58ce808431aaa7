"""course.yml: found from below, read strictly, and its seed kept secret if asked."""

import pytest
from repository import ROOT

from autograder.course.course_file import (
    PUBLISHED_SEED,
    find_course,
    load_course,
    set_fresh_seed,
)
from autograder.errors import CourseError, UsageError

GOOD = "title: T\ncourse_id: c\nseed: plain:abc\n"


@pytest.fixture
def write(tmp_path):
    def write_course(text=GOOD):
        (tmp_path / "course.yml").write_text(text)
        return tmp_path

    return write_course


def test_a_course_knows_its_rooms(write):
    course = load_course(write())
    assert (course.title, course.course_id, course.seed) == ("T", "c", "abc")
    root = course.root
    assert course.exercises == root / "exercises"
    assert course.hidden == root / "reference" / "hidden"
    assert course.cache == root / ".cache" / "compiled"


def test_a_course_is_found_from_any_folder_below_it(write, monkeypatch):
    root = write()
    below = root / "exercises" / "01_a"
    below.mkdir(parents=True)
    assert find_course(below).root == root.resolve()
    monkeypatch.chdir(below)
    from pathlib import Path

    assert find_course(Path()).root == root.resolve()


def test_where_there_is_no_course_it_is_said_how_to_name_one(tmp_path):
    with pytest.raises(UsageError, match=r"no course.yml in .* or above it; .*--course DIR"):
        find_course(tmp_path)


def test_a_seed_can_stand_in_the_environment(write, monkeypatch):
    root = write(GOOD.replace("plain:abc", "env:MICROGRADE_TEST_SEED"))
    monkeypatch.setenv("MICROGRADE_TEST_SEED", "secret")
    assert load_course(root).seed == "secret"
    monkeypatch.setenv("MICROGRADE_TEST_SEED", "")
    with pytest.raises(
        CourseError, match="the environment variable MICROGRADE_TEST_SEED is not set"
    ):
        load_course(root)


def test_a_seed_may_hold_colons(write):
    assert load_course(write(GOOD.replace("plain:abc", "'plain:a:b'"))).seed == "a:b"


@pytest.mark.parametrize("seed", ["abc", "file:x", "'plain:'"])
def test_a_seed_of_another_kind_is_refused(write, seed):
    with pytest.raises(CourseError, match=r"neither 'env:NAME' nor 'plain:TEXT'. Write seed: env:"):
        load_course(write(GOOD.replace("plain:abc", seed)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: T\n", "course.yml: course_id|seed: is missing"),
        (GOOD + "exercises: [01]\n", "course.yml: exercises: unknown key"),
        (GOOD.replace("title: T", "title: 3"), "course.yml: title: is a number, not a text"),
    ],
)
def test_a_key_that_is_missing_unknown_or_no_text_is_refused(write, text, words):
    with pytest.raises(CourseError, match=words):
        load_course(write(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: 2001-99-99\n", "file: has a value that is not what it looks like"),
        ("title: !!bool maybe\n", "file: has a value that is not what it looks like"),
        ('title: "\\ud800"\n', "line 1: holds half a character, which cannot be written"),
    ],
)
def test_values_that_yaml_cannot_make_are_refused_in_words(write, text, words):
    with pytest.raises(CourseError, match=words):
        load_course(write(text))


def test_a_folder_in_place_of_the_file_is_refused_in_words(tmp_path):
    (tmp_path / "course.yml").mkdir()
    with pytest.raises(CourseError, match=r"file: cannot be read \(Is a directory\)"):
        load_course(tmp_path)


# A fresh seed ------------------------------------------------------------------------------

COMMENTED = (
    "# Policy only.\r\ntitle: T \u00e9  # a title\r\n\r\n"
    "seed: {seed}   # keep it\r\ncourse_id: c\r\n"
)


@pytest.mark.parametrize(
    "seed", ["plain:change-me-before-the-term", "'plain:a b'", '"plain:a:b"', "plain:x"]
)
def test_a_fresh_seed_takes_the_place_of_the_old_and_every_other_byte_stays(tmp_path, seed):
    file = tmp_path / "course.yml"
    file.write_bytes(COMMENTED.format(seed=seed).encode())
    file.chmod(0o640)
    seeds = set()
    for _ in range(3):
        set_fresh_seed(tmp_path)
        course = load_course(tmp_path)
        assert course.seed_note == "" and len(course.seed) == 32
        assert file.read_bytes() == COMMENTED.format(seed=f"plain:{course.seed}").encode()
        seeds.add(course.seed)
    assert len(seeds) == 3
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["course.yml"]


def test_a_seed_that_stands_in_the_environment_is_set_there(write):
    text = GOOD.replace("plain:abc", "env:MICROGRADE_TEST_SEED")
    root = write(text)
    with pytest.raises(UsageError, match=r"in the environment variable MICROGRADE_TEST_SEED; set"):
        set_fresh_seed(root)
    assert (root / "course.yml").read_text() == text


@pytest.mark.parametrize(
    "text",
    [
        "title: &a plain:abc\ncourse_id: c\nseed: *a\n",
        "title: T\nseed: &a plain:abc\ncourse_id: *a\n",
    ],
)
def test_a_seed_that_cannot_be_exchanged_alone_is_left(write, text):
    root = write(text)
    with pytest.raises(UsageError, match=r"cannot be exchanged; write it as: seed: plain:[0-9a-f]"):
        set_fresh_seed(root)
    assert (root / "course.yml").read_text() == text


def test_a_course_file_that_cannot_be_written_is_told(write, monkeypatch):
    root = write()

    def fails(self, data):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(root), "write_bytes", fails)
    with pytest.raises(UsageError, match=r"cannot write .*course.yml' \(permission denied\)"):
        set_fresh_seed(root)


def test_the_published_seed_is_noted_in_one_line_with_the_command_that_mends_it(write):
    root = write(GOOD.replace("abc", PUBLISHED_SEED))
    note = load_course(root).seed_note
    assert note.endswith("set a fresh one: autograder seed") and "\n" not in note
    assert PUBLISHED_SEED in (ROOT / "course.yml").read_text(), "the course as published"
