"""The table of allowed calls, and the bytes that are said to be the same thing."""

import errno
import random
import struct

import pytest
from sandbox_tools import need

from autograder.authoring import build_seccomp
from autograder.worker.seccomp_filter import ALLOWED, PROGRAMS, Call

try:
    import pyseccomp
except (ImportError, RuntimeError):  # RuntimeError: the package is there, the library is not
    pyseccomp = None

ALLOW, KILL_PROCESS, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "i386": 0x40000003}
MACHINES = sorted(PROGRAMS)

# Written down apart from the table, by what they do; none may ever get in.
NEVER = {
    "takes a path": "open openat openat2 creat stat lstat newfstatat statx access faccessat "
    "faccessat2 readlink readlinkat unlink unlinkat rename renameat2 mkdir chdir fchdir chroot "
    "mount umount2 pivot_root link symlink chmod chown truncate utimensat getdents64 "
    "name_to_handle_at open_by_handle_at inotify_add_watch fanotify_init",
    "makes a process": "fork vfork clone clone3 execve execveat unshare setns",
    "reaches another process": "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo "
    "pidfd_open pidfd_send_signal pidfd_getfd ptrace process_vm_readv process_vm_writev "
    "process_madvise kcmp sched_setaffinity setpriority setpgid setsid",
    "opens a socket": "socket socketpair connect bind listen accept accept4 sendto sendmsg "
    "sendmmsg recvmsg",
    "shares memory": "shmget shmat shmctl memfd_create memfd_secret msgget semget mq_open "
    "eventfd2 pipe pipe2 userfaultfd",
    "reaches deep into the kernel": "bpf perf_event_open io_uring_setup io_uring_enter "
    "keyctl add_key prctl seccomp personality arch_prctl modify_ldt setuid setresuid "
    "setrlimit capset init_module kexec_load reboot syslog",
}


def run_bpf(program: bytes, number: int, architecture: int, arguments: list[int]) -> int:
    """Do what the kernel does with a filter: the verdict on one call."""
    data = struct.pack("<iIQ6Q", _signed(number), architecture, 0, *arguments)
    instructions = list(struct.iter_unpack("<HBBI", program))
    accumulator, at = 0, 0
    while True:
        code, if_true, if_false, constant = instructions[at]
        at += 1
        if code == 0x20:  # load a word of the call
            (accumulator,) = struct.unpack_from("<I", data, constant)
        elif code == 0x54:  # and
            accumulator &= constant
        elif code == 0x05:  # jump
            at += constant
        elif code in (0x15, 0x25, 0x35, 0x45):  # jump if ==, >, >=, has bits
            holds = {
                0x15: accumulator == constant,
                0x25: accumulator > constant,
                0x35: accumulator >= constant,
                0x45: bool(accumulator & constant),
            }[code]
            at += if_true if holds else if_false
        elif code == 0x06:  # return
            return constant
        else:
            raise AssertionError(f"unknown instruction {code:#x}")


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number


def table_allows(call: Call | None, arguments: list[int]) -> bool:
    """What the table, read as it is written, says about one call."""
    return call is not None and any(
        all(arguments[part.index] & part.mask == part.value for part in rule) for rule in call.rules
    )


@pytest.fixture
def libseccomp() -> None:
    need(pyseccomp, "pyseccomp with libseccomp (apt-get install libseccomp2)")


@pytest.mark.parametrize("machine", MACHINES)
def test_a_rebuild_gives_the_same_bytes(libseccomp: None, machine: str) -> None:
    assert build_seccomp.build(machine) == PROGRAMS[machine], "run build_seccomp.py and commit"


def test_the_generated_end_of_the_source_is_what_the_builder_writes(
    monkeypatch, tmp_path, libseccomp: None
) -> None:
    written = build_seccomp.SOURCE.read_text()
    copy = tmp_path / "seccomp_filter.py"
    copy.write_text(written.partition(build_seccomp.MARKER)[0] + build_seccomp.MARKER + "stale")
    monkeypatch.setattr(build_seccomp, "SOURCE", copy)
    build_seccomp.main()
    assert copy.read_text() == written


@pytest.mark.parametrize("machine", MACHINES)
def test_the_bytes_allow_what_the_table_allows_and_nothing_else(
    libseccomp: None, machine: str
) -> None:
    rng = random.Random(20)
    calls = {build_seccomp.number(machine, call.name): call for call in ALLOWED}
    interesting = [0, 1, 2, 3, 4, 5, 7, 8, 10, 0x406, 0x2000, 0x2004, 0x5401, 0x5410, 0x5451]
    interesting += [value | 1 << 32 for value in interesting] + [(1 << 64) - 1, 1 << 63]
    seen_allowed, seen_refused = set(), set()
    for number in range(1024):
        call = calls.get(number)
        for _ in range(400 if call and call.rules != ((),) else 4):
            arguments = [rng.choice(interesting) for _ in range(6)]
            verdict = run_bpf(PROGRAMS[machine], number, AUDIT_ARCH[machine], arguments)
            allowed = table_allows(call, arguments)
            assert verdict == (ALLOW if allowed else REFUSE), (number, call, arguments)
            (seen_allowed if allowed else seen_refused).add(number)
    there = {number for number in calls if number is not None}
    conditional = {number for number, call in calls.items() if call.rules != ((),)}
    assert seen_allowed == there, "every allowed call was tried in a way that is allowed"
    assert conditional <= seen_refused, "every conditional call was tried in a way that is not"


@pytest.mark.parametrize("machine", MACHINES)
def test_a_call_by_another_architecture_kills_the_process(machine: str) -> None:
    for name, architecture in AUDIT_ARCH.items():
        verdict = run_bpf(PROGRAMS[machine], 0, architecture, [0] * 6)
        assert (verdict == KILL_PROCESS) == (name != machine)


def test_a_call_by_an_x32_number_kills_the_process() -> None:
    for number in (0x40000000, 0x40000000 + 39, 0x40000000 + 520, 0x7FFFFFFF):
        verdict = run_bpf(PROGRAMS["x86_64"], number, AUDIT_ARCH["x86_64"], [0] * 6)
        assert verdict == KILL_PROCESS


@pytest.mark.parametrize("what", NEVER)
def test_no_call_is_allowed_that_could(what: str) -> None:
    assert {call.name for call in ALLOWED}.isdisjoint(NEVER[what].split())


def test_every_allowed_call_says_what_it_is_for_and_stands_there_once() -> None:
    names = [call.name for call in ALLOWED]
    assert len(names) == len(set(names))
    assert [call.name for call in ALLOWED if len(call.reason) < 3] == []


def test_the_names_that_must_never_get_in_are_names_of_calls(libseccomp: None) -> None:
    numbers = [build_seccomp.number("x86_64", n) for n in " ".join(NEVER.values()).split()]
    assert None not in numbers
    assert len(set(numbers)) == len(numbers), "a name stands there twice"


def test_a_misspelt_call_is_refused_by_the_builder(libseccomp: None) -> None:
    with pytest.raises(LookupError, match="'raed' is not a system call; check its spelling"):
        build_seccomp.number("x86_64", "raed")


def test_a_call_that_an_architecture_lacks_has_no_number_there(libseccomp: None) -> None:
    assert build_seccomp.number("x86_64", "time") == 201
    assert build_seccomp.number("aarch64", "time") is None
