"""What programs answered, kept by what was run and what was asked: answers are played once.

The keys are hashes: of a program's blocks, of the cases that it was asked, and of all that
runs and plays it. If the last one changes, nothing that was kept counts any more.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from autograder import limits
from autograder.course.kept import read_kept, write_kept
from autograder.model import Answer, Block, Check
from autograder.worker.requests import PlainCase
from autograder.worker.status import Status

TOOL = Path(__file__).resolve().parents[2]
# The code that plays a case, wherever it is played, and that sees what a program remembers.
PLAYER = (
    *("worker/players/*.py", "worker/driver.py", "worker/imports/*.py", "worker/status.py"),
    *("worker/engines/*.py", "sandbox/engines/planted.py"),
    *("authoring/proof/playing.py", "authoring/proof/memory.py", "limits.py"),
)
# The same for a sandbox: all of it.
SANDBOX = ("worker/**/*.py", "sandbox/**/*.py", "limits.py", "authoring/proof/bench.py")
FORMAT = 1
# Answers that were not asked for in this many rounds (a round is a run that played something
# new) are dropped. So a change that is undone costs nothing, and the file stays small.
ROUNDS = 8


class KeptAnswers:
    """The answers of an exercise's programs, in one file.

    Args:
        path: the file; read if it is there and undamaged.
        player: hash of all that plays. Answers that another player gave are dropped.
    """

    def __init__(self, path: Path, player: str) -> None:
        self._path, self._player = path, player
        self._round = 1
        self._texts: list[str] = []  # each answer once, as JSON: most programs answer alike
        # program to unit to [number of its answers, CPU milliseconds, round of its last use]
        self._programs: dict[str, dict[str, list[int]]] = {}
        self._changed = False
        self._read()
        self._numbers = {text: number for number, text in enumerate(self._texts)}
        self._answers: dict[int, tuple[Answer, ...]] = {}

    def get(self, program: str, unit: str) -> tuple[tuple[Answer, ...], float] | None:
        """What a program answered to a unit, and the CPU seconds it took; None if not kept.

        Args:
            program: hash of its blocks.
            unit: hash of the cases that were played together.
        """
        entry = self._programs.get(program, {}).get(unit)
        if entry is None:
            return None
        number, cpu_ms, _ = entry
        entry[2] = self._round
        if number not in self._answers:
            plain = json.loads(self._texts[number])
            self._answers[number] = tuple(Answer(Status(s), tuple(n), d) for s, n, d in plain)
        return self._answers[number], cpu_ms / 1000

    def put(self, program: str, unit: str, answers: Sequence[Answer], cpu_s: float) -> None:
        """Keep what a program answered to a unit, and the CPU seconds it took."""
        text = json.dumps([[int(a.status), a.numbers, a.detail] for a in answers])
        number = self._numbers.setdefault(text, len(self._texts))
        if number == len(self._texts):
            self._texts.append(text)
        entry = [number, round(cpu_s * 1000), self._round]
        self._programs.setdefault(program, {})[unit] = entry
        self._changed = True

    def save(self) -> None:
        """Write what is kept, if it has changed, without what was long not asked for."""
        if not self._changed:
            return
        numbers: dict[int, int] = {}
        programs: dict[str, dict[str, list[int]]] = {}
        for program, units in self._programs.items():
            recent = {u: e for u, e in units.items() if e[2] > self._round - ROUNDS}
            for unit, (number, *rest) in recent.items():
                place = numbers.setdefault(number, len(numbers))
                programs.setdefault(program, {})[unit] = [place, *rest]
        plain = {
            "format": FORMAT,
            "player": self._player,
            "round": self._round,
            "answers": [self._texts[number] for number in numbers],
            "programs": programs,
        }
        write_kept(self._path, json.dumps(plain, separators=(",", ":")).encode())
        self._changed = False

    def _read(self) -> None:
        data = read_kept(self._path)
        plain: Mapping[str, object] = json.loads(data) if data is not None else {}
        if plain.get("format") == FORMAT and plain.get("player") == self._player:
            self._round = plain["round"] + 1  # type: ignore[operator]
            self._texts = plain["answers"]  # type: ignore[assignment]
            self._programs = plain["programs"]  # type: ignore[assignment]


# Keys --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """What is played together: the cases of one check, as the worker gets them.

    Attributes:
        key: hash of the cases.
        cases: plain data.
    """

    key: str
    cases: tuple[PlainCase, ...]


def parts_of(checks: Sequence[Check]) -> tuple[Part, ...]:
    """The cases of each check."""
    parts = []
    for check in checks:
        cases = tuple(case.plain() for case in check.cases)
        parts.append(Part(hash_of(cases), cases))
    return tuple(parts)


def hash_of(plain: Any) -> str:
    """Hash of plain data."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def key_of(blocks: Sequence[Block]) -> str:
    """Hash of a program."""
    return hash_of([[block.label, block.source] for block in blocks])


def key_of_all(parts: Sequence[Part]) -> str:
    """Hash of all parts together, in their order."""
    return hash_of([part.key for part in parts])


def player_hash(imports: Iterable[str]) -> str:
    """Hash of all that decides what a trusted program answers in this process.

    Args:
        imports: modules that programs may import.
    """
    of_limits = [limits.CASE_LOOK_CPU_S, limits.BLOCK_CPU_S, limits.TIMEOUTS]
    of_limits += [limits.ENGINE_QUESTIONS, limits.ENGINE_EVENTS]
    return hash_of([_files(PLAYER), of_limits, *_world(imports)])


def sandbox_hash(imports: Iterable[str], level: int) -> str:
    """Hash of all that decides what a program answers in the sandbox, at an isolation level."""
    return hash_of([_files(SANDBOX), level, *_world(imports)])


def _files(patterns: Iterable[str]) -> list[str]:
    """Names and hashes of files of the tool."""
    paths = sorted({path for pattern in patterns for path in TOOL.glob(pattern)})
    return [f"{p.relative_to(TOOL)} {hashlib.sha256(p.read_bytes()).hexdigest()}" for p in paths]


def _world(imports: Iterable[str]) -> tuple[list[str], list[str]]:
    """What programs may import, and the versions of Python and of the packages among it.

    The list itself counts: a program is refused what does not stand in it, json as well as numpy.
    """
    allowed, versions = sorted(set(imports)), [sys.version]
    for name in sorted({name.partition(".")[0] for name in allowed} - sys.stdlib_module_names):
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            versions.append(f"{name} absent")
    return allowed, versions
