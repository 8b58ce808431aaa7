"""Build the seccomp programs of `autograder/worker/seccomp_filter.py` from its table.

Run by a maintainer who changed the table, never at grading time:

    python -m autograder.authoring.build_seccomp

It needs the development extra (`pyseccomp`) and the system's libseccomp (Debian and
Ubuntu: `apt-get install libseccomp2`). It runs on any Linux: libseccomp knows the call
numbers of every architecture, not only of its own machine.
"""

import errno
import tempfile
from base64 import b64encode
from pathlib import Path

from autograder.worker import seccomp_filter

SOURCE = Path(seccomp_filter.__file__)
MARKER = "# Everything from here on is written by autograder/authoring/build_seccomp.py.\n"
ARCHITECTURES = {"x86_64": "X86_64", "aarch64": "AARCH64"}  # machine name to libseccomp's
LINE = 88  # characters of base64 on a line


def build(machine: str) -> bytes:
    """Compile the table of allowed calls for one architecture.

    Args:
        machine: `x86_64` or `aarch64`, as `platform.machine()` says it.
    Returns: the BPF program, 8 bytes an instruction, in the byte order of both machines.
    """
    import pyseccomp

    program = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    # A process, not a thread: half a killed interpreter helps nobody.
    program.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    architecture = getattr(pyseccomp.Arch, ARCHITECTURES[machine])
    if architecture != pyseccomp.system_arch():
        program.remove_arch(pyseccomp.Arch.NATIVE)
        program.add_arch(architecture)
    for call in seccomp_filter.ALLOWED:
        if number(machine, call.name) is None:
            continue
        for rule in call.rules:
            conditions = [
                pyseccomp.Arg(part.index, pyseccomp.MASKED_EQ, part.mask, part.value)
                for part in rule
            ]
            program.add_rule(pyseccomp.ALLOW, call.name, *conditions)
    with tempfile.TemporaryFile() as file:
        program.export_bpf(file)
        file.seek(0)
        return file.read()


def number(machine: str, name: str) -> int | None:
    """Look up the number of a system call.

    Args:
        machine: `x86_64` or `aarch64`.
        name: as the kernel names it.
    Returns: the number, or None where that architecture has no such call.
    Raises: LookupError if no architecture has it.
    """
    import pyseccomp

    found = pyseccomp.resolve_syscall(getattr(pyseccomp.Arch, ARCHITECTURES[machine]), name)
    if found == -1:
        raise LookupError(f"seccomp_filter.py: {name!r} is not a system call; check its spelling")
    # libseccomp gives names that exist elsewhere a negative number of its own.
    return found if found >= 0 else None


def render(programs: dict[str, bytes]) -> str:
    """Write programs out as the generated end of `seccomp_filter.py`.

    Args:
        programs: machine name to BPF bytes.
    Returns: Python source, formatted as `ruff format` would.
    """
    lines = ["PROGRAMS: dict[str, bytes] = {\n"]
    for machine, program in programs.items():
        lines.append(f'    "{machine}": b64decode(\n')
        text = b64encode(program).decode()
        lines += [f'        "{text[i : i + LINE]}"\n' for i in range(0, len(text), LINE)]
        lines.append("    ),\n")
    return "".join([*lines, "}\n"])


def main() -> None:
    """Rewrite the generated end of `seccomp_filter.py`."""
    head, _, _ = SOURCE.read_text().partition(MARKER)
    SOURCE.write_text(head + MARKER + render({name: build(name) for name in ARCHITECTURES}))


if __name__ == "__main__":
    main()
