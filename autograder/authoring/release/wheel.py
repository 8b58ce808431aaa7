"""The tool as a wheel, written from the very files that run: no build, no network."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from autograder.errors import UsageError

DISTRIBUTION = "micrograde"
PACKAGE = Path(__file__).resolve().parents[2]
# The first moment that a zip file can hold: the same bytes whenever it is written.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
NOT_SHIPPED = ("__pycache__", ".ipynb_checkpoints")
TAGS = "Wheel-Version: 1.0\nGenerator: micrograde\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def tool_wheel() -> tuple[str, bytes]:
    """Pack the running tool, so that students check with what the instructor grades with.

    Returns: the wheel's file name, and its content, the same bytes for the same files.
    Raises: UsageError if the tool runs without being installed.
    Source: the binary distribution format of packaging.python.org, version 1.0.
    """
    try:
        installed = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError as error:
        raise UsageError(
            f"{DISTRIBUTION} is not installed here, so there is nothing to pack for students; "
            "run: pip install -e ."
        ) from error
    info = f"{DISTRIBUTION}-{installed.version}.dist-info"
    files = {
        f"{PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes()
        for path in PACKAGE.rglob("*")
        if path.is_file() and not set(NOT_SHIPPED) & set(path.parts) and path.suffix != ".pyc"
    }
    files[f"{info}/WHEEL"] = TAGS.encode()
    for name in ("METADATA", "entry_points.txt", "licenses/LICENSE"):
        text = installed.read_text(name)
        if text is not None:
            files[f"{info}/{name}"] = text.encode()
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    return f"{DISTRIBUTION}-{installed.version}-py3-none-any.whl", zipped(files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file: sorted, without times, and not compressed, as zlibs differ in their bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.create_system = 3  # Unix, wherever it is written: the mode below counts
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()


def _record(files: Mapping[str, bytes], own_name: str) -> bytes:
    """The list of files and their hashes that pip checks."""
    lines = []
    for name in sorted(files):
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).decode()
        lines.append(f"{name},sha256={digest.rstrip('=')},{len(files[name])}")
    return "\n".join([*lines, f"{own_name},,", ""]).encode()
