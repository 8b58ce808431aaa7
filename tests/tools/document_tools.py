"""The documents that people read, and what stands in them."""

import re
from pathlib import Path

from repository import ROOT

DOCUMENTS = tuple(
    sorted(
        [
            *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
            ROOT / "SECURITY.md",
            *(ROOT / "docs").glob("*.md"),
            ROOT / "tests/hostile/README.md",
        ]
    )
)
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def name_of(path: Path) -> str:
    """How a test names a document."""
    return str(path.relative_to(ROOT))


def read(path: Path) -> str:
    """A document's text."""
    return path.read_text(encoding="utf-8")


def one_line(text: str) -> str:
    """Text with its line breaks taken out, as it is read."""
    return " ".join(text.split())


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [body for found, body in FENCE.findall(text) if found == language]


def console_lines(text: str) -> list[str]:
    """What a document says to type, line by line, without the prompt."""
    lines = [line for block in blocks(text, "console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def spans(text: str) -> list[str]:
    """Every piece of code within a sentence."""
    return SPAN.findall(FENCE.sub("", text))


def commands(text: str) -> list[str]:
    """Every command that a document names: lines to type, and code within sentences."""
    found = [part.strip() for line in console_lines(text) for part in line.split("&&")]
    return found + [part.strip() for span in spans(text) for part in span.split("&&")]
