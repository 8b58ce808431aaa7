"""Opens nbgrader's gradebook; what is wrong with it becomes one sentence that says what to do."""

import contextlib
import logging
import os
import subprocess
import sysconfig
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from autograder.errors import InfrastructureError, UsageError
from autograder.outputs import new_partial, partials, reason_of
from autograder.records.claims import alone_in

INSTALL = 'run: pip install "micrograde[jupyter]"'
NO_URL = "the gradebook's URL cannot be read; it looks like --gradebook sqlite:///gradebook.db"
AGAIN = "then run the same command again"
# What a database says, by its own words, and what to do; the first that fits.
REMEDIES = (
    ("locked", f"is another program using it, formgrader perhaps? End that, {AGAIN}"),
    ("readonly", f"it, or its folder, may only be read: permit writing there, {AGAIN}"),
    ("read-only", f"it, or its folder, may only be read: permit writing there, {AGAIN}"),
    ("permission denied", f"permit writing there, {AGAIN}"),
    ("unable to open", f"make its folder, or permit writing there, {AGAIN}"),
    ("no such file", f"make its folder, or name another gradebook with --gradebook, {AGAIN}"),
    ("not a database", f"put a backup of it in its place, or move it away, {AGAIN}"),
    ("malformed", f"it is damaged: put a backup of it in its place, or move it away, {AGAIN}"),
    ("full", f"make room, {AGAIN}"),
    ("no space", f"make room, {AGAIN}"),
    ("no such", f"after an update of nbgrader run: nbgrader db upgrade, {AGAIN}"),
)
OTHER = (
    "is another program writing to it? After an update of nbgrader run: nbgrader db upgrade, "
    + AGAIN
)
# What a driver calls a failure of the whole database, whatever the driver.
OF_THE_DATABASE = ("OperationalError", "DatabaseError", "InternalError")
THEIR_LOG = "tornado.application"  # nbgrader prints a whole traceback there, beside our sentence


def check_gradebook(url: str) -> None:
    """Find out, before a class is graded, whether its gradebook can be opened at all.

    Raises: UsageError if nbgrader is missing, the URL is none, or its folder is not there.
    """
    _import_nbgrader()
    file = _file_of(url)
    if file is not None and not file.parent.is_dir():
        raise UsageError(
            f"the gradebook '{file}' cannot be written: there is no folder '{file.parent}'; make "
            "it, or name another gradebook with --gradebook"
        )


@contextlib.contextmanager
def opened(url: str, course_id: str) -> Iterator[Any]:
    """Open a gradebook; what the database raises becomes one of our errors.

    Args:
        url: of the database.
        course_id: nbgrader's name for the course.
    Returns: a context that yields nbgrader's Gradebook.
    Raises: UsageError if nbgrader or a driver is missing, or the URL is none;
        InfrastructureError if the database fails.
    """
    _import_nbgrader()
    from nbgrader.api import Gradebook, InvalidEntry
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

    shown, file = _url_of(url).render_as_string(hide_password=True), _file_of(url)
    path = os.environ.get("PATH", "")
    # nbgrader asks a bare `alembic` for the newest schema, whatever environment is active
    os.environ["PATH"] = os.pathsep.join((sysconfig.get_path("scripts"), path))
    log = logging.getLogger(THEIR_LOG)
    silent, log.disabled = log.disabled, True
    try:
        if file is not None:
            _make(url, file, course_id)
        with Gradebook(url, course_id) as gradebook:
            yield gradebook
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise UsageError(f"no driver for the gradebook {shown} ({error})") from error
    except (SQLAlchemyError, InvalidEntry, subprocess.CalledProcessError) as error:
        raise InfrastructureError(_sentence(shown, reason(error))) from error
    except OSError as error:
        raise InfrastructureError(_sentence(shown, reason_of(error))) from error
    finally:
        os.environ["PATH"], log.disabled = path, silent


def concerns_all(error: BaseException) -> bool:
    """Whether an error is the whole database's, so that nobody else can be written either."""
    return type(_root(error)).__name__ in OF_THE_DATABASE or isinstance(error, OSError)


def reason(error: BaseException) -> str:
    """What a database or nbgrader says, in one line."""
    root = _root(error)
    lines = str(root).splitlines()
    return lines[0] if lines else type(root).__name__


def _root(error: BaseException) -> BaseException:
    """What the driver raised: SQLAlchemy wraps it, and nbgrader wraps that."""
    for one in (error, error.__cause__, error.__context__):
        original = getattr(one, "orig", None)
        if isinstance(original, BaseException):
            return original
    return error.__cause__ or error


def _sentence(shown: str, why: str) -> str:
    remedy = next((remedy for words, remedy in REMEDIES if words in why), OTHER)
    return f"the gradebook {shown} cannot be written ({why}); {remedy}"


def _import_nbgrader() -> None:
    try:
        for name in ("nbgrader.api", "sqlalchemy"):
            import_module(name)
    except ImportError as error:
        raise UsageError(f"--gradebook needs nbgrader ({error}); {INSTALL}") from error


def _url_of(url: str) -> Any:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UsageError(NO_URL) from error


def _file_of(url: str) -> Path | None:
    """The file of an SQLite database; None for any other, or one in memory."""
    made = _url_of(url)
    name = made.database
    if made.get_backend_name() != "sqlite" or not name or name.startswith((":", "file:")):
        return None
    return Path(os.path.realpath(name))


def _make(url: str, file: Path, course_id: str) -> None:
    """Make a new database aside, and give it its name when it is whole.

    subtle: nbgrader makes the tables first and notes their version a second later; one that was
    ended in between would be taken for a gradebook of an older nbgrader for ever after.
    """
    from nbgrader.api import Gradebook

    if file.exists() and file.stat().st_size:
        return
    with alone_in(file.parent) as locked:
        for left in partials(file) if locked else ():
            left.unlink(missing_ok=True)
            _journal(left).unlink(missing_ok=True)
        if file.exists() and file.stat().st_size:  # another grader has made it meanwhile
            return
        aside, descriptor = new_partial(file)
        os.close(descriptor)
        try:
            Gradebook(_url_of(url).set(database=str(aside)), course_id).close()
            aside.replace(file)
        finally:
            for left in (aside, _journal(aside)):
                left.unlink(missing_ok=True)


def _journal(database: Path) -> Path:
    """What SQLite keeps beside a database until a change of it is whole."""
    return database.with_name(f"{database.name}-journal")
