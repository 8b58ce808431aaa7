"""Reading what a student handed in: bytes of any kind into cells, or a clear refusal.

Nothing here trusts its input, and nothing but SubmissionError comes out. Notebooks are
read with json alone: nbformat costs a second to import and refuses what can be repaired.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from autograder import limits
from autograder.errors import SubmissionError
from autograder.parsing import parse

REPLACEMENT = "\ufffd"
NO_TEXT = re.compile("[\0\ud800-\udfff]")  # in no Python source: null and half characters
COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
MARKER = re.compile(r"^# ?%%(?!%)(?P<options>.*)$", re.MULTILINE)
MARKER_ID = re.compile(r"""(?:\bid=|"(?:grade_)?id": ?)"([^"\n]*)\"""")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # the marks with which a file in it begins
# How files begin that people hand in by mistake, and what they are.
OTHER_KINDS = (
    (b"version https://git-lfs.", "a pointer of Git LFS; run: git lfs pull, and hand the file in"),
    (b"\x1f\x8b", "compressed with gzip, whatever its name says; unpack it and hand that in"),
    (b"PK\3\4", "a zip archive, whatever its name says; unpack it and hand that in"),
    (b"%PDF-", "a PDF, whatever its name says; hand in the file that you work in"),
    (b"\x89PNG", "a picture, whatever its name says; hand in the file that you work in"),
    (b"\xff\xd8\xff", "a picture, whatever its name says; hand in the file that you work in"),
)
WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
# The lines of a merge that git could not settle, in their order.
CONFLICT = tuple(re.compile(line, re.MULTILINE) for line in ("^<{7} ", "^={7}\r?$", "^>{7} "))
SAVE_AGAIN = "open it in Jupyter, save it, and hand it in again"


@dataclass(frozen=True, slots=True)
class HandedCell:
    """One cell of a submission.

    Attributes:
        where: how a message names it: "cell 7", or "cell at line 40" of a script.
        code: whether it is a code cell.
        source: its text, lines ended by newlines only, without null characters.
        ids: what it may be known by, nbgrader's grade_id first.
    """

    where: str
    code: bool
    source: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A submission as cells.

    Attributes:
        cells: in the order of the file.
        is_program: a plain .py without cell markers, whose one cell is the file.
        repairs: what was put right in reading it, one sentence each.
    """

    cells: tuple[HandedCell, ...]
    is_program: bool
    repairs: tuple[str, ...] = ()


def read_handed_in(data: str | bytes, name: str, *, split_scripts: bool) -> HandedIn:
    """Read a notebook or a script.

    Args:
        data: the file's content.
        name: the file's name; an ending of .py or .ipynb says what it is.
        split_scripts: whether `# %%` lines in a .py begin cells.
    Raises: SubmissionError, one sentence that says what is wrong and what to do.
    """
    name = "".join(c if c.isprintable() else "?" for c in name)[-limits.SHOWN_FILE_NAME :]
    if len(data) > limits.NOTEBOOK_BYTES:
        _refuse(
            name, f"has more than {limits.NOTEBOOK_BYTES >> 20} MiB; clear its outputs and save it"
        )
    repairs: list[str] = []
    start = data[: limits.START_BYTES]
    if isinstance(start, str):
        start = start.encode("ascii", "replace")
    if start.startswith(UTF_16):
        start = start.decode("utf-16", "replace").encode()
    looks_like_json = start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
    _check_kind(start, name)
    if looks_like_json and not name.endswith(".ipynb"):
        repairs.append(f"{name} is a notebook, whatever its name says, and was read as one.")
    if looks_like_json or name.endswith(".ipynb"):
        text = _decode(data, name, repairs, is_script=False)
        cells = _notebook_cells(text, name, repairs)
        is_program = False
    else:
        text = _decode(data, name, repairs, is_script=True)
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            _refuse(name, f"has a null byte in line {line}; save it as plain UTF-8 text")
        if "<<<<<<< " in text and isinstance(parse(text), SyntaxError):
            _check_conflict(text, name)
        marked = split_scripts and MARKER.search(text) is not None
        cells = _script_cells(text, name) if marked else [HandedCell(name, True, text)]
        is_program = not marked
    # a picture in a text cell is no code, and may be large
    if sum(len(cell.source) for cell in cells if cell.code) > limits.SOURCE_BYTES:
        _refuse(name, f"has more than {limits.SOURCE_BYTES >> 20} MiB of code")
    return HandedIn(tuple(_clean(cell, repairs) for cell in cells), is_program, tuple(repairs))


def _refuse(name: str, problem: str) -> NoReturn:
    raise SubmissionError(f"{name}: {problem}.")


def _check_kind(start: bytes, name: str) -> None:
    """Refuse what is no program and no notebook at all, in words for what it is."""
    for begins, what in OTHER_KINDS:
        if start.startswith(begins):
            _refuse(name, f"is {what}")
    if WEB_PAGE.match(start):
        _refuse(name, "is a web page (HTML); download the file itself and hand that in")


def _check_conflict(text: str, name: str) -> None:
    """Refuse what two versions of a file were merged into by git, and nobody settled."""
    found = begin = CONFLICT[0].search(text)
    for line in CONFLICT[1:]:
        found = found and line.search(text, found.end())
    if not (begin and found):
        return
    count = text.count("\n", 0, begin.start()) + 1
    _refuse(
        name,
        f"holds a merge conflict that begins in line {count} (<<<<<<<); keep one version and "
        "hand it in again",
    )


def _decode(data: str | bytes, name: str, repairs: list[str], *, is_script: bool) -> str:
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    if data.startswith(UTF_16):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            _refuse(name, "is broken UTF-16; save it as UTF-8 and hand it in again")
        repairs.append(f"{name} is UTF-16 and was read as that; UTF-8 is what others expect.")
        return text
    encoding = "utf-8-sig"  # swallows the byte order mark that some editors write
    if is_script:
        start = data[: limits.START_BYTES]
        for line in start.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n")[:2]:
            cookie = COOKIE.match(line)
            if cookie:
                encoding = _encoding(cookie[1], name, data)
                break
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line_number = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{data[error.start]:02x}"
        _refuse(name, f"is not UTF-8 (byte {byte} in line {line_number}); save it as UTF-8")


def _encoding(declared: str, name: str, data: bytes) -> str:
    """The encoding a script declares in PEP 263's way, if it is one of the two allowed."""
    plain = declared.lower().replace("_", "-")
    if plain in ("utf-8", "utf8", "utf-8-sig"):
        return "utf-8-sig"
    if plain in ("latin-1", "latin1", "iso-8859-1") and not data.startswith(b"\xef\xbb\xbf"):
        return "latin-1"
    _refuse(name, f"says that it is written in {declared!r}; save it as UTF-8")


def _clean(cell: HandedCell, repairs: list[str]) -> HandedCell:
    source = cell.source
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    if not source.isascii() or "\0" in source:
        source, count = NO_TEXT.subn(REPLACEMENT, source)
        if count:
            repairs.append(f"{cell.where}: {count} characters that are no text were replaced.")
    if source is cell.source:
        return cell
    return HandedCell(cell.where, cell.code, source, cell.ids)


def _check_count(count: int, name: str) -> None:
    if count > limits.NOTEBOOK_CELLS:
        _refuse(name, f"has {count} cells; at most {limits.NOTEBOOK_CELLS} are read")


def _script_cells(text: str, name: str) -> list[HandedCell]:
    """Cells of a percent script; line n of a cell is line n after its marker."""
    markers = list(MARKER.finditer(text))
    _check_count(len(markers), name)
    cells = []
    if text[: markers[0].start()].strip():
        cells.append(HandedCell("the lines above the first cell", True, text[: markers[0].start()]))
    ends = [marker.start() for marker in markers[1:]] + [len(text)]
    line, position = 1, 0
    for marker, end in zip(markers, ends, strict=True):
        line += text.count("\n", position, marker.start())
        position = marker.start()
        body = text[marker.end() + 1 : end]
        options = marker["options"]
        code = not re.search(r"\[(markdown|md|raw)\]", options)
        if not code:
            body = re.sub(r"^# ?", "", body, flags=re.MULTILINE)
        ids = tuple(reversed(MARKER_ID.findall(options)))
        cells.append(HandedCell(f"cell at line {line}", code, body, ids))
    return cells


def _notebook_cells(text: str, name: str, repairs: list[str]) -> list[HandedCell]:
    notebook = _parse_json(text, name)
    if not isinstance(notebook, dict):
        _refuse(name, "is JSON, but not a notebook")
    _check_language(notebook, name)
    cells = notebook.get("cells")
    worksheets = notebook.get("worksheets")
    if cells is None and isinstance(worksheets, list):  # nbformat 3 and older
        cells = []
        for worksheet in worksheets:
            inner = worksheet.get("cells") if isinstance(worksheet, dict) else None
            cells += inner if isinstance(inner, list) else []
        repairs.append(f"{name} is a notebook of an old format and was read as it is.")
    if not isinstance(cells, list):
        _refuse(name, f"is JSON, but not a notebook: it has no list of cells; {SAVE_AGAIN}")
    _check_count(len(cells), name)
    return [_notebook_cell(cell, number, repairs) for number, cell in enumerate(cells, 1)]


def _parse_json(text: str, name: str) -> Any:
    if len(text) > limits.JSON_ITEMS:
        items = text.count(",") + text.count("[") + text.count("{")
        if items > limits.JSON_ITEMS:
            _refuse(name, "has too many parts to read; clear its outputs and save it")
    if not text.strip():
        _refuse(name, f"is empty; {SAVE_AGAIN}")
    try:
        return json.loads(text, object_pairs_hook=_unique_keys)
    except _DuplicateKeyError as error:
        _refuse(name, f"has the key {error.args[0]!r} twice in one place; {SAVE_AGAIN}")
    except RecursionError:
        _refuse(name, f"is JSON nested too deep to be a notebook; {SAVE_AGAIN}")
    except json.JSONDecodeError as error:
        _check_conflict(text, name)
        problem = f"is not a notebook: its JSON breaks off or breaks a rule in line {error.lineno}"
        _refuse(name, f"{problem}; {SAVE_AGAIN}, or end its name in .py if it is a program")
    except (ValueError, MemoryError):  # a number of thousands of digits; more than there is room
        _refuse(name, f"is JSON that cannot be read; {SAVE_AGAIN}")


class _DuplicateKeyError(Exception):
    """An object has a key twice: two readers could read two different notebooks."""


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKeyError(key[: limits.SHOWN_WORD])
            seen.add(key)
    return plain


def _check_language(notebook: dict[str, Any], name: str) -> None:
    metadata = notebook.get("metadata")
    if not isinstance(metadata, dict):
        return
    for key, field in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(key)
        language = part.get(field) if isinstance(part, dict) else None
        if isinstance(language, str) and not re.match(r"(i?python|$)", language, re.IGNORECASE):
            _refuse(
                name,
                f"is a notebook for {language[: limits.SHOWN_WORD]!a}, not for Python; "
                "choose the kernel Python 3 and save it",
            )


def _notebook_cell(plain: Any, number: int, repairs: list[str]) -> HandedCell:
    where = f"cell {number}"
    if not isinstance(plain, dict):
        repairs.append(f"{where} is not a cell and was passed over.")
        return HandedCell(where, False, "")
    code = plain.get("cell_type") == "code"
    source = plain.get("source")
    if source is None and code:
        source = plain.get("input")  # nbformat 3
    if isinstance(source, list) and all(isinstance(part, str) for part in source):
        source = "".join(source)
    if not isinstance(source, str):
        repairs.append(f"{where} has no text and was read as empty.")
        source = ""
    return HandedCell(where, code, source, _ids(plain))


def _ids(plain: dict[str, Any]) -> tuple[str, ...]:
    metadata = plain.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    nbgrader = nbgrader if isinstance(nbgrader, dict) else {}
    candidates = (nbgrader.get("grade_id"), plain.get("id"), metadata.get("id"))
    return tuple(c for c in candidates if isinstance(c, str))
