"""What the tests of the judge share: compiled exercises and runs made by hand, no process."""

import contextlib
import gc
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from waiting import eventually

from autograder.judging.judge import Judge, Verdict
from autograder.model import (
    Answer,
    Block,
    Case,
    Check,
    CompiledExercise,
    Exercise,
    ExerciseForm,
    Misconception,
    Mutant,
    Task,
    Visibility,
)
from autograder.sandbox.running import Run
from autograder.verdicts import CheckResult
from autograder.worker.protocol import NONCE_BYTES, Played, pack_reply, parse_reply
from autograder.worker.status import Status

NONCE = bytes(range(NONCE_BYTES))
NOTES = {
    "doubles": Misconception("doubles", "It doubles.", "Because.", "Halve it."),
    "negates": Misconception("negates", "It negates.", "A sign.", "Look at the sign."),
}


def ok(*numbers: float) -> Answer:
    """An answer with numbers."""
    return Answer(Status.OK, tuple(map(float, numbers)))


def case(*labels: str, **given: object) -> Case:
    """A case whose numbers are all judged."""
    filled: dict[str, object] = {
        "kind": "call",
        "request": {"name": "f", "args": [1]},
        "ops": (),
        "snippet": "f(1)",
        "labels": labels or ("f(1)",),
        "judged": len(labels) or 1,
        "within_s": 1.0,
    }
    return Case(**{**filled, **given})  # type: ignore[arg-type]


def check(id: str, *cases: Case, **given: object) -> Check:
    """A hidden check of one point, of task `one`."""
    filled: dict[str, object] = {
        "id": id,
        "task": "one",
        "title": f"Title of {id}.",
        "points": 1.0,
        "visibility": Visibility.HIDDEN,
        "requires": (),
        "needs": (),
        "cases": cases or (case(),),
    }
    return Check(**{**filled, **given})  # type: ignore[arg-type]


def exercise_of(checks: Sequence[Check], **given: object) -> CompiledExercise:
    """A compiled exercise; every case expects 1, 2, 3, ... unless `expected` says otherwise."""
    tasks = dict.fromkeys(c.task for c in checks)
    filled: dict[str, object] = {
        "exercise": Exercise(
            "01_made", "Made", "To test.", 1, 1, (), ExerciseForm.MODULE, "made.py", (),
            tuple(Task(t, t.capitalize(), ()) for t in tasks), (),
        ),
        "checks": tuple(checks),
        "expected": {
            c.id: tuple(ok(*range(1, len(one.labels) + 1)) for one in c.cases) for c in checks
        },
        "misconceptions": NOTES,
        "mutants": (),
        "sha256": "0" * 64,
    }  # fmt: skip
    return CompiledExercise(**{**filled, **given})  # type: ignore[arg-type]


def mutant(misconception: str, answers: Mapping[str, Sequence[Answer]], name: str = "") -> Mutant:
    """A mutant with its fingerprint."""
    return Mutant(misconception, name or misconception, {c: tuple(a) for c, a in answers.items()})


def run_of(
    compiled: CompiledExercise,
    answers: Mapping[str, Sequence[Answer]],
    blocks: Sequence[Answer] = (),
    trouble: str = "",
) -> Run:
    """The run of a submission that gives these answers, and the expected ones elsewhere."""
    given = [
        answer
        for c in compiled.checks
        for answer in answers.get(c.id, compiled.expected[c.id])
    ]  # fmt: skip
    packed = pack_reply(NONCE, map(_played, blocks), map(_played, given))
    reply = parse_reply(packed, NONCE, len(blocks), len(given))
    return Run(reply, "", trouble, 0.0)


def _played(answer: Answer) -> Played:
    return Played(answer.status, answer.numbers, answer.detail)


def verdict_of(
    compiled: CompiledExercise, answers: Mapping[str, Sequence[Answer]], **given: object
) -> Verdict:
    """The judge's verdict on such a run; blocks are (block, how it ended) pairs."""
    blocks: Sequence[tuple[Block, Answer]] = given.pop("blocks", ())  # type: ignore[assignment]
    run = run_of(compiled, answers, [ended for _, ended in blocks], **given)  # type: ignore[arg-type]
    return Judge(compiled).judge(run, [block for block, _ in blocks])


def results_of(
    compiled: CompiledExercise, answers: Mapping[str, Sequence[Answer]], **given: object
) -> dict[str, CheckResult]:
    """The results of that verdict by check."""
    return {r.id: r for r in verdict_of(compiled, answers, **given).checks}


def held_things() -> set[str]:
    """What this process holds: its open descriptors, and the processes that it has started."""
    held = {f"descriptor {path.name}" for path in Path("/proc/self/fd").iterdir()}
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that has just ended
            held |= {f"process {pid}" for pid in (task / "children").read_text().split()}
    return held


@contextlib.contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Fail if what runs inside leaves a descriptor or a process behind."""
    gc.collect()  # what earlier tests have dropped is not ours
    before = held_things()
    yield
    eventually(lambda: held_things() <= before, lambda: f"left: {held_things() - before}")


def processes_below(pid: int) -> list[int]:
    """Ids of a process and of everything below it, level by level."""
    below = [pid]
    for one in below:
        try:
            text = Path(f"/proc/{one}/task/{one}/children").read_text()
        except FileNotFoundError:
            continue
        below += map(int, text.split())
    return below


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or waits for nothing but to be waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"
