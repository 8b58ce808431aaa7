"""What is fuzzed: functions of bytes that raise only if a promise of the reader is broken.

The promise: a result, or the reader's own named error with a text that can be written; and
no hang. Hypothesis calls them in the ordinary tests (tests/test_fuzzing.py), atheris in an
optional job (`python -m tests.fuzz`).
"""

import atexit
import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from autograder.authoring.lessons.exercises import AuthoredExercise, load_exercise
from autograder.authoring.lessons.notebooks import (
    solved_notebook,
    solved_script,
    student_notebook,
    student_script,
)
from autograder.authoring.proof.mutants import load_entries, mutants
from autograder.course.course_file import Course, load_course
from autograder.errors import CourseError, SubmissionError
from autograder.intake.arriving.names import Wanted, entry_of, is_candidate
from autograder.intake.arriving.sorting import sort_entries
from autograder.intake.arriving.students import student_of
from autograder.intake.arriving.submitting import chosen_of
from autograder.intake.extract import extract
from autograder.judging.judge import Judge
from autograder.limits import NAME_PART_BYTES
from autograder.model import Answer, Block, Case, Check, CompiledExercise, Mutant, Visibility
from autograder.sandbox.running import Run, _read_stream
from autograder.worker.protocol import (
    NONCE_BYTES,
    MalformedReply,
    Played,
    frame,
    pack_reply,
    parse_reply,
    unpack,
)
from autograder.worker.status import Status

ROOT = Path(__file__).resolve().parents[2]
EXERCISE = "03_value"  # a notebook; small enough to be read hundreds of times a second
NONCE = bytes(range(NONCE_BYTES))
BLOCKS, CASES = 1, 6
MOST_NAMES = 40

Target = Callable[[bytes], None]


def course() -> Course:
    """The repository's own course."""
    return load_course(ROOT)


@cache
def authored() -> AuthoredExercise:
    """The exercise that the fuzzed submissions are handed in for."""
    return load_exercise(course().exercises / EXERCISE, course().reference)


# Replies ----------------------------------------------------------------------------------


def reply(data: bytes) -> None:
    """A frame's payload, and a stream of frames; what is accepted must be sound."""
    for payload in (data, NONCE + data):
        try:
            found = parse_reply(payload, NONCE, BLOCKS, CASES)
        except MalformedReply as error:
            str(error).encode()
            continue
        assert len(found.blocks) == BLOCKS
        assert all(status < len(Status) for status, _, _ in found.blocks)
        assert all(text.isprintable() and text.isascii() for text in found.details)
        unpack(found.floats)
    blocks, played = _read_stream(data, NONCE, BLOCKS, CASES)
    assert len(blocks) <= BLOCKS and len(played) <= CASES


@cache
def judge() -> Judge:
    """A judge of a made-up exercise: every way of putting a failure into words."""

    def case(kind: str, judged: int, ops: tuple[str, ...]) -> Case:
        tape = {"leaves": [1.0, 2.0], "steps": [["add", 0, 1], ["mul", 2, 0]]}
        everything = 11 if kind == "gradients" else judged  # output; leaves; all, twice
        names = tuple(f"n{k}.grad" for k in range(everything))
        return Case(kind, {"tape": tape}, ops, "a + b", names, judged, within_s=1.0)

    def check(id: str, visibility: Visibility, *cases: Case, **given: object) -> Check:
        filled = {"requires": (), "needs": (), **given}
        return Check(id, "one", f"Title of {id}.", 1.0, visibility, cases=cases, **filled)

    ops = ("add", "mul", "tanh")
    checks = (
        check("facts", Visibility.PUBLIC, case("structure", 4, ()), case("values", 3, ops)),
        check("rule", Visibility.HIDDEN, case("gradients", 3, ops), requires=("facts",)),
        check("all", Visibility.HIDDEN, case("call", 1, ()), case("rule", 2, ops), needs=("add",)),
        check("last", Visibility.PUBLIC, case("gradients", 2, ops)),
    )
    expected = {
        c.id: tuple(Answer(Status.OK, tuple(map(float, range(len(k.labels))))) for k in c.cases)
        for c in checks
    }
    wrong = {"last": (Answer(Status.OK, (7.0, float("nan"))),), "rule": (Answer(Status.CPU),)}
    exercise = replace(authored().exercise, tasks=(), cells=())
    mutant = Mutant("made", "made", wrong)
    entry = replace(next(iter(load_entries(course().hidden, EXERCISE))).misconception, id="made")
    return Judge(CompiledExercise(exercise, checks, expected, {"made": entry}, (mutant,), "0" * 64))


def verdict(data: bytes) -> None:
    """A reply that is well formed, judged: whatever it says, a verdict comes out."""
    try:
        found = parse_reply(NONCE + data, NONCE, BLOCKS, CASES)
    except MalformedReply:
        return
    said = judge().judge(Run(found, "", "it ended", 0.0), [Block("cell 1", "", task="one")])
    assert 0.0 <= said.score <= said.max_score
    for result in said.checks:
        result.message.encode()


# Submissions ------------------------------------------------------------------------------


def _extracted(data: bytes, name: str) -> None:
    try:
        program = extract(data, name, authored().exercise)
    except SubmissionError as error:
        text = str(error)
        text.encode()
        assert "\n" not in text and len(text) < 500
        return
    for block in program.blocks:
        block.source.encode()
    for sentence in (*program.repairs, *program.flags):
        sentence.encode()


def notebook(data: bytes) -> None:
    """A file that is called a notebook."""
    _extracted(data, f"{EXERCISE}.ipynb")


def script(data: bytes) -> None:
    """A file that is called a program."""
    _extracted(data, f"{EXERCISE}.py")


# Authors' files ---------------------------------------------------------------------------


@cache
def made_course() -> Path:
    """A copy of the files that the loaders read, to be overwritten."""
    root = Path(tempfile.mkdtemp(prefix="micrograde-fuzz-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for folder in (f"exercises/{EXERCISE}", "reference"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Let through nothing but a CourseError of readable length."""
    try:
        yield
    except CourseError as error:
        assert len(str(error).encode()) < 20_000


def yaml(data: bytes) -> None:
    """The same bytes as each of the three files that authors write in YAML."""
    root = made_course()
    (root / "course.yml").write_bytes(data)
    with _refusals():
        load_course(root)
    catalogue = root / "reference/hidden" / EXERCISE / "misconceptions.yml"
    catalogue.write_bytes(data)
    with _refusals():
        entries = load_entries(root / "reference/hidden", EXERCISE)
        list(mutants(entries, authored().sources))
    (root / "exercises" / EXERCISE / "exercise.yml").write_bytes(data)
    with _refusals():
        load_exercise(root / "exercises" / EXERCISE, root / "reference")


def names(data: bytes) -> None:
    """Names in an archive, one a line; a folder's ends in a slash. Each is somebody's or named."""
    wanted = Wanted(EXERCISE, f"{EXERCISE}.ipynb")
    text = data.decode("utf-8", "surrogateescape")
    found = [
        entry_of(number, name, is_folder=name.endswith("/"))
        for number, name in enumerate(text.split("\n")[:MOST_NAMES])
    ]
    entries = [entry for entry in found if entry is not None]
    sorted_out = sort_entries(entries, wanted, "class", {})
    for student, claimed in sorted_out.theirs.items():
        chosen = chosen_of(student_of(student, claimed, wanted), wanted)
        assert chosen.submission.student.isprintable()
        for name in chosen.wanted.values():
            assert not {"/", "\0"} & set(name) and name not in ("", ".", "..")
            assert len(name.encode("utf-8", "surrogateescape")) <= NAME_PART_BYTES
    assert all(stray.name.isprintable() for stray in sorted_out.strays)
    somebodys = {one.entry for claimed in sorted_out.theirs.values() for one in claimed}
    for entry in entries:
        if entry.parts[1:] and is_candidate(entry.parts[-1]) and entry not in somebodys:
            assert sorted_out.strays  # it is named, itself or by its folder


TARGETS: dict[str, Target] = {
    "reply": reply,
    "verdict": verdict,
    "notebook": notebook,
    "script": script,
    "yaml": yaml,
    "names": names,
}


# Seeds ------------------------------------------------------------------------------------


def _replies() -> list[bytes]:
    """Payloads without the nonce that a target puts in front, and a stream."""
    ends = [Played(0, (0.0, 1.0, 2.0, 3.0)), Played(1, (), "KeyError: 'x' (cell 1, line 2)")]
    ends += [Played(Status.LACKING, (), "tanh add"), Played(0, (float("nan"),))]
    ends += [Played(Status.NOT_RUN), Played(0, (1e308, float("-inf")))]
    right = [
        Played(0, answer.numbers) for answers in judge().compiled.expected.values()
        for answer in answers
    ]  # fmt: skip
    wholes = [pack_reply(NONCE, [Played(0)], cases) for cases in (ends, right)]
    stream = frame(pack_reply(NONCE, [Played(0)], ()))
    stream += b"".join(frame(pack_reply(NONCE, (), [end])) for end in ends)
    return [stream, *(whole[NONCE_BYTES:] for whole in wholes)]


def seeds(target: str) -> list[bytes]:
    """Honest inputs to begin from, made of the repository's own files."""
    exercise = authored().exercise
    points = {task.id: 2.0 for task in exercise.tasks}
    match target:
        case "reply" | "verdict":
            return _replies()
        case "notebook":
            made = (solved_notebook(exercise, points), student_notebook(exercise, points))
            return [text.encode() for text in made]
        case "script":
            made = (solved_script(exercise), student_script(exercise))
            return [text.encode() for text in made]
        case "yaml":
            whole = (ROOT / "course.yml", ROOT / "exercises" / EXERCISE / "exercise.yml")
            catalogues = sorted((ROOT / "reference/hidden").glob("0[14]*/misconceptions.yml"))
            begun = [b"\n- ".join(path.read_bytes().split(b"\n- ")[:4]) for path in catalogues]
            return [path.read_bytes() for path in whole] + begun
        case _:
            file = f"{EXERCISE}.ipynb"
            listings = (
                [f"ann/{EXERCISE}/{file}", f"ben/{EXERCISE}/", f"ben/{EXERCISE}/a/{file}"],
                [f"Ann Lee_123_assignsubmission_file_/{file}", "__MACOSX/x"],
                [f"leeann_LATE_12345_67890_{file}", f"bo_1_2_{EXERCISE}-1.ipynb"],
            )
            return ["\n".join(listing).encode() for listing in listings]


# Pieces that mean something to a reader, for a fuzzer to put in.
WORDS: dict[str, tuple[bytes, ...]] = {
    "reply": (NONCE, b"\0\0\0\0\0\0\xf0\x7f", b"\0\0\0\0\0\0\xf8\x7f", b"\xff\xff", b"\3\0\0"),
    "notebook": (
        b'"cells"', b'"source"', b'"metadata"', b'"nbgrader"', b'"grade_id"', b'"cell_type"',
        b'"worksheets"', b"null", b"[]", b"{}", b'"\\ud800"', b"%%bash\\n", b"1e999", b'"id"',
        b"class Value:\\n    pass", b"NaN", b"\\u0000", b"\\r",
    ),
    "script": (
        b"# %%", b"# %% [markdown]", b'id="', b"# -*- coding: latin-1 -*-", b"'''", b"class Value:",
        b"    def __add__(self, other):\n", b"%time ", b"!ls", b"\f", b"\r", b"\0", b"\xe2\x80\xae",
        b"\\\n", b"((((", b"@method_of(Value)\n", b"lambda", b"f'{", b"\xef\xbb\xbf",
    ),
    "yaml": (
        b"- ", b": ", b"&a ", b"*a", b"<<: ", b"!!bool ", b"!!int ", b"!!timestamp ", b"2001-99-99",
        b"0x", b"1:2:3", b'"\\ud800"', b'"\\UFFFFFFFF"', b"include: 03_value", b"except: 3",
        b"shapes: [3]", b"replace: 3", b"{a: b}", b"[[]]", b"null", b"? ", b"| ", b"%TAG ! !",
        b"regions: ", b"---", b"!!set ", b"!!python/name:os.system ", b".inf", b"env:A",
    ),
    "names": (b"../", b"/", b"\\", b"\n", b"C:", b"_assignsubmission_file_", b"03_value/", b".",
              b"\xff", b"\0", b"_1_2_", b"__MACOSX"),
}  # fmt: skip
WORDS["verdict"] = WORDS["reply"]
