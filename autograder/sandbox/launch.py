"""How a worker process is started at each level: its command, environment and view of the disk.

At level 3 bubblewrap builds an empty read-only root and binds what the interpreter needs,
file by file. Decided here, each for a reason that was observed:

*   No `--as-pid-1`. bubblewrap's own small init is process 1: it reaps, it keeps the
    parent-death signal (a change of uid would cost the zygote its own), and when it goes,
    the kernel ends everything in the namespace. The zygote is process 2.
*   As root there is no user namespace: bubblewrap keeps the two capabilities that giving up
    root takes, a first Python gives it up, and the zygote starts as nobody (12 ms more).
*   No /proc, no /dev, no tmpfs: `/proc/1/environ` holds the judge's environment,
    `/proc/1/mem` opens, and a writable folder that children share is a dead drop.
*   An empty environment from the start: `--clearenv` comes too late for `/proc/1/environ`.
*   `--die-with-parent` follows the *thread* that started bubblewrap: start zygotes from a
    thread that lives as long as they are needed.
"""

import contextlib
import ctypes
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.errors import InfrastructureError
from autograder.worker.confine import ADDR_NO_RANDOMIZE, WORKER_UID

ROOT = Path(__file__).resolve().parents[2]  # the folder that holds the package

# -P: no folder of the student's on sys.path. -s -S: no site-packages, no .pth files.
# -B: writes no cache. Not -I, which would ignore PYTHONHASHSEED.
PYTHON_FLAGS = ("-P", "-s", "-S", "-B")

# Where the autograder package stands in the sandbox: the real path may tell a name.
SANDBOX_ROOT = "/worker"

# Of the package, what a worker sees.
SHOWN = ("__init__.py", "limits.py", "worker")

# The modules of the standard library that link to a system library and that a worker may
# import (numpy asks for hashlib and ctypes). Others fail to import, which is loud.
LINKED_MODULES = (
    "_bz2", "_ctypes", "_decimal", "_hashlib", "_lzma", "_random", "cmath", "math", "zlib",
)  # fmt: skip

ASK_PERSONALITY = 0xFFFFFFFF  # an argument that changes nothing


def interpreter() -> Path:
    """Find the real executable of this Python, behind virtual environments and links."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def worker_command(
    level: int, root: Path, code: str, extra_readonly: tuple[Path, ...] = ()
) -> list[str]:
    """Say how to start Python code as the zygote is started.

    Start it with `zygote_environment()`, inside `fixed_addresses()`, and from a thread that
    outlives it.

    Args:
        level: 1, 2 or 3, as `levels.probe()` found it.
        root: the folder that holds the `autograder` package.
        code: Python, run once `autograder.worker` can be imported.
        extra_readonly: folders of further packages, `.../site-packages/numpy` and
            `.../site-packages/numpy.libs`, importable by that code and nobody else.
    Returns: program and arguments.
    Raises: InfrastructureError at level 3, if bubblewrap or ldd is missing.
    """
    extra = tuple(Path(folder).resolve() for folder in extra_readonly)
    seen_root = SANDBOX_ROOT if level == 3 else str(Path(root).resolve())
    parents = import_path(extra)
    # Where the judge stands and how it calls the worker is no business of a submission's.
    prelude = (
        f"import os, sys; os.chdir('/'); sys.orig_argv.clear(); sys.path.insert(0, {seen_root!r}); "
    )
    python = [str(interpreter()), *PYTHON_FLAGS, "-c"]
    started = [*python, f"{prelude}sys.path += {parents!r}; {code}"]
    if level < 3:
        return started
    if os.geteuid() == 0:
        drop = (
            "from autograder.worker.confine import start_as_nobody; start_as_nobody(sys.argv[1:])"
        )
        started = [*python, prelude + drop, *started]
    return [*_bubblewrap(), *_view(Path(root).resolve(), extra), "--chdir", "/", "--", *started]


def zygote_environment() -> dict[str, str]:
    """List the whole environment of a worker; nothing of the judge's own goes in."""
    environment = {
        "PYTHONHASHSEED": "0",  # the order of a student's set of strings
        "PYTHONUTF8": "1",  # the same text on every machine, without locale files
        "LC_ALL": "C",
        "TZ": "UTC",
        # No thread can start behind the filter, and OpenBLAS waits for its threads.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
    if sys.platform == "win32":
        environment["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", r"C:\Windows")
    return environment


@contextlib.contextmanager
def fixed_addresses() -> Iterator[bool]:
    """While this lasts, processes started by this thread get the same addresses every time.

    Objects hash by address, so a student's `set` of nodes then has the same order in each
    run on one machine. It takes away address-space randomization, which hides nothing from
    code that can ask `id()`. Costs two system calls.

    Returns: whether it is in force; a container's filter or another system may refuse.
    """
    if sys.platform != "linux":
        yield False
        return
    personality = ctypes.CDLL(None, use_errno=True).personality
    personality.argtypes = (ctypes.c_ulong,)
    before = personality(ASK_PERSONALITY)
    in_force = before != -1 and personality(before | ADDR_NO_RANDOMIZE) != -1
    try:
        yield in_force
    finally:
        if in_force:
            personality(before)


def _bubblewrap() -> list[str]:
    """The program and its namespaces; as root without one for users."""
    program = shutil.which("bwrap")
    if program is None:
        raise InfrastructureError(
            "bubblewrap is not installed; run: sudo apt-get install bubblewrap"
        )
    command = [program, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--hostname", "worker", "--new-session"]
    command += ["--die-with-parent", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        return [*command, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*command, "--unshare-user", "--uid", str(WORKER_UID), "--gid", str(WORKER_UID)]


@functools.cache
def _view(root: Path, extra: tuple[Path, ...]) -> tuple[str, ...]:
    """bubblewrap's arguments for what is visible: the interpreter, the worker, no more."""
    executable = interpreter()
    library = Path(os.__file__).resolve().parent
    extensions = [Path(part).resolve() for part in sys.path if part.endswith("lib-dynload")]
    package = Path(SANDBOX_ROOT, "autograder")
    folders = [library, *(folder for folder in extensions if library not in folder.parents)]
    files = {executable, *_libraries(executable, extra)}
    files |= {path for path in (Path("/etc/ld.so.cache"),) if path.exists()}
    covered = (*folders, *extra)
    loose = sorted(path for path in files if not any(one in path.parents for one in covered))
    hidden = [path for path in (library / "site-packages",) if path.is_dir()]

    binds = [(path, path) for path in (*folders, *loose)]
    binds += [(root / "autograder" / name, package / name) for name in SHOWN]
    arguments: list[str] = []
    for parent in sorted({parent for _, shown in (*binds, *((e, e) for e in extra))
                          for parent in shown.parents} - {Path("/")}):  # fmt: skip
        if not any(parent == one or one in parent.parents for one in folders):
            # bubblewrap's own folders are 0700, which the worker's uid could not enter.
            arguments += ["--perms", "0755", "--dir", str(parent)]
    for real, shown in binds:
        arguments += ["--ro-bind", str(real), str(shown)]
    for path in hidden:  # what is installed beside the standard library is not part of it
        arguments += ["--perms", "0755", "--tmpfs", str(path)]
    for folder in extra:
        arguments += ["--ro-bind", str(folder), str(folder)]
    for path in (*hidden, Path("/")):
        arguments += ["--remount-ro", str(path)]
    return tuple(arguments)


def _libraries(executable: Path, extra: tuple[Path, ...]) -> set[Path]:
    """Shared libraries, the loader too, of the interpreter and of what it may import."""
    ldd = shutil.which("ldd")
    if ldd is None:
        raise InfrastructureError("ldd is missing; run: sudo apt-get install libc-bin")
    origins = [getattr(importlib.util.find_spec(name), "origin", None) for name in LINKED_MODULES]
    linked = [str(executable), *(origin for origin in origins if origin and "/" in origin)]
    linked += [str(path) for folder in extra for path in sorted(folder.rglob("*.so"))]
    # Its exit status is 1 if one file is static: not a failure, that one needs nothing.
    listed = subprocess.run([ldd, *linked], capture_output=True, text=True, check=False, env={})
    found = set()
    for line in listed.stdout.splitlines():
        path = line.partition("=> ")[2] or line.strip()
        if line[:1].isspace() and path.startswith("/"):
            found.add(Path(os.path.normpath(path.partition(" (")[0])))
    return found


def import_path(folders: Iterable[Path]) -> list[str]:
    """What a worker adds to `sys.path` so that it can import some packages.

    Args:
        folders: of the packages, from `import_folders`.
    """
    return sorted({str(folder.parent) for folder in folders})


def import_folders(imports: Iterable[str]) -> tuple[Path, ...]:
    """Folders that a sandbox must make visible for some imports.

    Args:
        imports: names of modules, such as "numpy" or "numpy.random".
    Returns: folders of packages outside the standard library, their libraries included.
    Raises: InfrastructureError if one is not installed.
    """
    folders: list[Path] = []
    # the standard library is visible anyway
    for name in sorted({name.partition(".")[0] for name in imports} - sys.stdlib_module_names):
        spec = importlib.util.find_spec(name)
        if spec is None:
            raise InfrastructureError(
                f"the exercise needs {name}, which is not installed; run: pip install {name}"
            )
        for location in spec.submodule_search_locations or ():
            folder = Path(location)
            folders.append(folder)
            # wheels keep the shared libraries they carry in a folder beside the package
            libraries = folder.with_name(f"{name}.libs")
            if libraries.is_dir():
                folders.append(libraries)
    return tuple(folders)
