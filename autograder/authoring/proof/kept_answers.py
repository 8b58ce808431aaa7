"""What programs answered, kept by what was run and what was asked: answers are played once."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course.kept import read_kept, write_kept
from autograder.model import Answer
from autograder.worker.status import Status

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
