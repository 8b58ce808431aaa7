"""Confine this process, from the inside, before a student's code runs in it.

Called in the child that the zygote forked for one submission: `confine(limits, level)`.
The layers come in this order, because each one helps to set up or to keep the next: root is
given up, resource limits, no new privileges, Landlock, and last the seccomp filter, after which
none of it can be undone. A layer that the level promises and that cannot be set up raises
`ConfineError`: the child says so and dies, so that a submission never runs with less around
it than the report says.

subtle: this module needs ctypes, and a student's code can find ctypes again through `gc`
whatever is taken out of `sys.modules`. So assume that it calls any C function, with any
argument, at any address. What holds is that the kernel refuses: the filter is checked at
the system call, below all of that.
"""

import ctypes
import errno
import functools
import os
import platform
import signal
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from autograder.limits import Limits
from autograder.worker.seccomp_filter import PROGRAMS

if sys.platform != "win32":
    import resource  # here, not below: a child that imported it would pay 1 ms each time

# A uid that owns nothing and that no distribution hands out: above users and services,
# below nobody, and below 2**16 because a container often maps no more than that.
WORKER_UID = 65_533

# From <linux/prctl.h> and <linux/seccomp.h>.
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
PR_GET_SECCOMP, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 21, 22, 2

ADDR_NO_RANDOMIZE = 0x0040000  # from <sys/personality.h>

# From <linux/capability.h>: what root needs to give root up in a child, and to end it then.
CAPABILITY_VERSION_3 = 0x20080522
ROOT_NEEDS = {5: "CAP_KILL", 6: "CAP_SETGID", 7: "CAP_SETUID"}

# From <linux/landlock.h>; the numbers are the same on every architecture.
SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_RESTRICT_SELF = 444, 446
LANDLOCK_CREATE_RULESET_VERSION = 1
# What each version of Landlock can forbid, as (first version, bits).
LANDLOCK_FILES = ((1, 0x1FFF), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
LANDLOCK_NETWORK = ((4, 0b11),)  # bind and connect TCP
LANDLOCK_SCOPES = ((6, 0b11),)  # abstract Unix sockets, signals out of the domain
# ENOSYS: not built in. EOPNOTSUPP: not switched on. EPERM: a container's own filter.
LANDLOCK_ABSENT = (errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM)


class ConfineError(Exception):
    """A layer that the level promises could not be set up: no student code may run."""


@dataclass(frozen=True, slots=True)
class Layers:
    """What `prepare` made ready, so that a child does not repeat it.

    Attributes:
        libc: the C library.
        program: `struct sock_fprog` that points at the filter's bytes.
        instructions: the filter's bytes; kept because `program` points at them.
        landlock: version of Landlock that the kernel offers, 0 for none.
    """

    libc: Any
    program: Any
    instructions: Any
    landlock: int


class _FilterProgram(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class _CapabilityHeader(ctypes.Structure):
    """`struct __user_cap_header_struct`."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`."""

    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


@functools.cache
def prepare() -> Layers:
    """Load what the layers of levels 2 and 3 are made of; the zygote calls it before it forks.

    Returns: the layers' material, the same object on each call.
    Raises: ConfineError off Linux, on an architecture without a filter, or as a root that
        could not end a child which gave root up.
    """
    machine = platform.machine()
    if sys.platform != "linux":
        raise ConfineError(
            f"levels 2 and 3 need Linux, and this is {sys.platform}; "
            "run the grader on Linux, or in a Linux container here"
        )
    if machine not in PROGRAMS:
        raise ConfineError(
            f"no seccomp filter for {machine}, only for {', '.join(PROGRAMS)}; "
            "build one with autograder/authoring/build_seccomp.py"
        )
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    libc.syscall.argtypes = (ctypes.c_long, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint)
    libc.syscall.restype = ctypes.c_long
    if os.geteuid() == 0:
        _check_root(libc)
    instructions = ctypes.create_string_buffer(PROGRAMS[machine], len(PROGRAMS[machine]))
    program = _FilterProgram(len(instructions) // 8, ctypes.addressof(instructions))
    return Layers(libc, program, instructions, _landlock_version(libc))


def confine(limits: Limits, level: int) -> None:
    """Set up every layer of a level around this process; there is no way back.

    At level 1 that is the resource limits that the platform has, and no promise. At
    levels 2 and 3 the process must be single-threaded: the filter covers the calling thread.

    Args:
        limits: how much the submission may use.
        level: 1, 2 or 3, as `autograder.sandbox.levels` found it.
    Raises: ConfineError if a layer that the level promises cannot be set up.
    """
    if level == 1:
        _limit_resources(limits, promised=False)
        return
    layers = prepare()
    give_up_root()
    _limit_resources(limits, promised=True)
    # If the zygote dies, so does the child: at level 2 nothing else would end a long sleep.
    # After give_up_root, because a change of uid takes this setting back.
    _prctl(layers, "the parent-death signal", PR_SET_PDEATHSIG, signal.SIGKILL)
    # RLIMIT_CORE does not stop a core_pattern that pipes to a crash reporter: without
    # this each crash of a class would start one. It also shuts /proc/PID/mem to others.
    _prctl(layers, "the ban on core dumps", PR_SET_DUMPABLE, 0)
    _prctl(layers, "no_new_privs", PR_SET_NO_NEW_PRIVS, 1)
    if layers.landlock:
        _enter_landlock(layers)
    program = ctypes.addressof(layers.program)
    _prctl(layers, "the seccomp filter", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program)
    # The filter refuses prctl too. If this call is answered, there is no filter.
    if layers.libc.prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != -1 or ctypes.get_errno() != errno.EPERM:
        raise ConfineError("the seccomp filter was accepted, but it does not refuse anything")


def give_up_root() -> None:
    """Become a user who owns nothing, if this process is root; else do nothing.

    As root, RLIMIT_NPROC counts nothing and files of others open. Called before the zygote
    starts where bubblewrap lets it see its interpreter, else by the child: there the
    interpreter may lie in a folder that only root reads, so imports come first.

    Raises: ConfineError if root cannot be given up, or comes back when asked.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    try:
        os.setgroups([])
        os.setresgid(WORKER_UID, WORKER_UID, WORKER_UID)
        os.setresuid(WORKER_UID, WORKER_UID, WORKER_UID)
    except OSError as refused:
        raise ConfineError(
            f"cannot give up root for uid {WORKER_UID} ({refused.strerror}); "
            "start the grader as an ordinary user"
        ) from refused
    try:
        os.setresuid(0, 0, 0)
    except PermissionError:
        return
    raise ConfineError("root was given up and came back; start the grader as an ordinary user")


def start_as_nobody(command: list[str]) -> NoReturn:
    """Give up root, then become another program: how root starts a zygote in bubblewrap.

    The new program never was root. The kernel takes fixed addresses back from whatever
    root starts, so they are asked for again; where that is refused, they are random.

    Args:
        command: full path and arguments.
    Raises: ConfineError if root cannot be given up; OSError if the program cannot start.
    """
    give_up_root()
    ctypes.CDLL(None).personality(ADDR_NO_RANDOMIZE)
    os.execv(command[0], command)


def _check_root(libc: Any) -> None:
    """Refuse to be a root that may become someone else, but may not end that someone."""
    effective_permitted_inheritable = (ctypes.c_uint32 * 6)()
    header = _CapabilityHeader(CAPABILITY_VERSION_3, 0)
    if libc.capget(ctypes.byref(header), effective_permitted_inheritable) != 0:
        raise ConfineError(f"cannot ask for capabilities: {os.strerror(ctypes.get_errno())}")
    missing = [
        name
        for bit, name in ROOT_NEEDS.items()
        if not effective_permitted_inheritable[0] >> bit & 1
    ]
    if missing:
        raise ConfineError(
            f"root without {', '.join(missing)}, as in a container started with --cap-drop; "
            "start the grader as an ordinary user"
        )


def _limit_resources(limits: Limits, *, promised: bool) -> None:
    """Set the resource limits; where they are not promised, those that the platform takes."""
    if sys.platform == "win32":
        return  # it has none
    wanted = {
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_FSIZE": (limits.written_bytes, limits.written_bytes),
        "RLIMIT_NOFILE": (limits.open_files, limits.open_files),
        "RLIMIT_NPROC": (limits.processes, limits.processes),
        "RLIMIT_MEMLOCK": (0, 0),  # locked memory and message queues are the kernel's own
        "RLIMIT_MSGQUEUE": (0, 0),  # memory: nobody here needs a byte of either
        "RLIMIT_STACK": (limits.stack_bytes, limits.stack_bytes),
        "RLIMIT_CPU": (limits.cpu_s, limits.cpu_s + 1),
        "RLIMIT_AS": (limits.memory_bytes, limits.memory_bytes),
    }
    for name, (soft, hard) in wanted.items():
        try:
            kind: int = getattr(resource, name)
            _, ceiling = resource.getrlimit(kind)
            if ceiling != resource.RLIM_INFINITY:  # an outer limit may be the stricter one
                soft, hard = min(soft, ceiling), min(hard, ceiling)
            resource.setrlimit(kind, (soft, hard))
        except (AttributeError, OSError, ValueError) as refused:
            if promised:
                raise ConfineError(f"cannot set {name} to {soft}: {refused}") from refused


def _prctl(layers: Layers, layer: str, option: int, first: int, second: int = 0) -> None:
    """Call prctl, and say which layer is missing if it fails."""
    if layers.libc.prctl(option, first, second, 0, 0) != 0:
        raise ConfineError(f"cannot set up {layer}: {os.strerror(ctypes.get_errno())}")


def _landlock_version(libc: Any) -> int:
    """Ask the kernel which Landlock it has; 0 for none."""
    version: int = libc.syscall(
        SYS_LANDLOCK_CREATE_RULESET, None, 0, LANDLOCK_CREATE_RULESET_VERSION
    )
    if version < 0 and ctypes.get_errno() not in LANDLOCK_ABSENT:
        raise ConfineError(f"cannot ask for Landlock: {os.strerror(ctypes.get_errno())}")
    return max(version, 0)


def _enter_landlock(layers: Layers) -> None:
    """Forbid all that this kernel's Landlock can forbid, with no exception to the rule."""
    files, network, scopes = (
        sum(bits for first, bits in table if first <= layers.landlock)
        for table in (LANDLOCK_FILES, LANDLOCK_NETWORK, LANDLOCK_SCOPES)
    )
    # An older kernel knows a shorter struct, and takes a longer one if its rest is zero.
    ruleset = _Ruleset(files, network, scopes)
    descriptor: int = layers.libc.syscall(
        SYS_LANDLOCK_CREATE_RULESET, ctypes.addressof(ruleset), ctypes.sizeof(ruleset), 0
    )
    if descriptor < 0:
        raise ConfineError(f"cannot make a Landlock ruleset: {os.strerror(ctypes.get_errno())}")
    failed = layers.libc.syscall(SYS_LANDLOCK_RESTRICT_SELF, descriptor, 0, 0)
    os.close(descriptor)
    if failed:
        raise ConfineError(f"cannot enter Landlock: {os.strerror(ctypes.get_errno())}")
