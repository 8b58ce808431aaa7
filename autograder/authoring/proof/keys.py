"""Keys of kept answers: hashes of what was run, of what was asked, and of what runs it."""

import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from autograder import limits
from autograder.model import Block, Check
from autograder.worker.requests import PlainCase

TOOL = Path(__file__).resolve().parents[2]
# The code that plays a case, wherever it is played, and that sees what a program remembers.
PLAYER = (
    *("worker/players/*.py", "worker/driver.py", "worker/standins.py", "worker/status.py"),
    *("authoring/proof/playing.py", "authoring/proof/memory.py"),
)
# The same for a sandbox: all of it.
SANDBOX = ("worker/**/*.py", "sandbox/*.py", "limits.py", "authoring/proof/bench.py")


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
    return hash_of([_files(PLAYER), of_limits, _versions(imports)])


def sandbox_hash(imports: Iterable[str], level: int) -> str:
    """Hash of all that decides what a program answers in the sandbox, at an isolation level."""
    return hash_of([_files(SANDBOX), level, _versions(imports)])


def _files(patterns: Iterable[str]) -> list[str]:
    """Names and hashes of files of the tool."""
    paths = sorted({path for pattern in patterns for path in TOOL.glob(pattern)})
    return [f"{p.relative_to(TOOL)} {hashlib.sha256(p.read_bytes()).hexdigest()}" for p in paths]


def _versions(imports: Iterable[str]) -> list[str]:
    """Versions of Python and of packages that programs may import."""
    found = [sys.version]
    for name in sorted({name.partition(".")[0] for name in imports} - sys.stdlib_module_names):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} absent")
    return found
