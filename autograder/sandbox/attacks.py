"""Attacks to try on our own sandbox, and one honest piece of work.

`autograder doctor` runs them all; `levels.probe` runs the quick ones before it claims a
level. Each stands for a family seen in real submissions. None harms the machine if a layer
is missing: a signal to everyone is signal 0, a file that could be made is removed again.
"""

import contextlib
import json
import os
import platform
import socket
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder import limits
from autograder.errors import InfrastructureError, UsageError
from autograder.sandbox import launch
from autograder.worker.confine import ConfineError
from autograder.worker.trial import NEIGHBOUR_HURT

ROOT = Path(__file__).resolve().parents[2]
TRIAL_LIMITS = limits.Limits(cpu_s=limits.ATTACK_CPU_S)
REFUSED = ("raised PermissionError",)


@dataclass(frozen=True, slots=True)
class Attack:
    """One thing a submission must not be able to do.

    Attributes:
        name: what it is after.
        source: Python for the worker; it has modules, `neighbour` (a pid) and `libc`
            at hand, and puts its loot in `got`.
        held_if: how an observation begins when the layers hold.
        quick: whether it is tried at each start; the others take seconds.
    """

    name: str
    source: str
    held_if: tuple[str, ...] = REFUSED
    quick: bool = True


@dataclass(frozen=True, slots=True)
class AttackResult:
    """What one attack came to.

    Attributes:
        name: the attack's.
        held: whether the layers held.
        expected: how the observation should begin.
        observed: what was observed, in words.
    """

    name: str
    held: bool
    expected: str
    observed: str


# A call through ctypes returns a number; make a refusal an exception like Python's.
CALL = """
def call(name, *arguments):
    result = getattr(libc, name)(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""

ATTACKS: tuple[Attack, ...] = (
    # If this one fails, the rest prove nothing: a sandbox in which nothing runs holds all.
    Attack(
        "honest work",
        "class Node:\n    def __init__(self): self.grad = 0.0\n"
        "nodes = [Node() for _ in range(1000)]\n"
        "got = sum(math.tanh(0.0) + 0.5 for _ in nodes) * random.choice([1])",
        held_if=("got 500.0",),
    ),
    Attack("read a file", "got = open('/etc/passwd').read()"),
    Attack("list a folder", "got = os.listdir('/')"),
    Attack("read another's memory map", "got = open(f'/proc/{os.getppid()}/maps').read()"),
    Attack(
        "read another's environment",
        # bubblewrap sets PWD, Python LC_CTYPE; whatever else is there came from the judge.
        f"own = {sorted([*launch.zygote_environment(), 'PWD', 'LC_CTYPE'])!r}\n"
        "got = sorted(set(os.environ) - set(own)) or open(f'/proc/{os.getppid()}/environ').read()",
    ),
    Attack(
        "write a file",
        "path = f'/tmp/micrograde-trial-{os.getpid()}'\n"
        "os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))\n"
        "os.unlink(path); got = path",
    ),
    Attack("run a program", "os.execv(sys.executable, ['python', '-c', 'pass'])"),
    Attack(
        "fork",
        "got = os.fork()\nif not got: os._exit(0)\nos.waitpid(got, 0)",
        held_if=(*REFUSED, "raised BlockingIOError"),  # the filter's word, and RLIMIT_NPROC's
    ),
    Attack(
        "start a thread",
        "threading.Thread(target=print, daemon=True).start(); got = 'a thread'",
        held_if=("raised RuntimeError: can't start new thread",),
    ),
    Attack("open a socket", "got = socket.socket()"),
    Attack("make a pair of sockets", "got = socket.socketpair()"),
    Attack("signal everyone", "os.kill(-1, 0); got = 'leave to kill(-1)'"),
    Attack("signal the zygote", "os.kill(os.getppid(), 0); got = 'leave to kill the zygote'"),
    Attack("stop a neighbour", "os.kill(neighbour, signal.SIGSTOP); got = 'a stopped neighbour'"),
    Attack(
        "kill through fcntl",
        "ours, theirs = os.pipe()\n"
        "fcntl.fcntl(ours, fcntl.F_SETOWN, os.getpid()); got = 'a pipe that sends signals'",
    ),
    Attack(
        "signals from an own pipe",
        "ours, theirs = os.pipe()\n"
        "fcntl.fcntl(ours, fcntl.F_SETFL, os.O_ASYNC); got = 'an asynchronous pipe'",
    ),
    Attack("trace a neighbour", CALL + "got = call('ptrace', 0x4206, neighbour, 0, 0)"),
    Attack(
        "shared memory",
        CALL + "got = call('shmget', 0, 4096, 0o1600)\nlibc.shmctl(got, 0, None)",
    ),
    Attack("a file in memory", CALL + "got = call('memfd_create', b'loot', 0)"),
    Attack("a new user namespace", CALL + "got = call('unshare', 0x10000000)"),
    Attack("a ring of system calls", CALL + "got = call('syscall', 425, 8, ctypes.byref("
           "ctypes.create_string_buffer(256)))"),
    Attack("executable memory", "got = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | 4)"),
    Attack(
        "more for itself",
        "soft, hard = resource.getrlimit(resource.RLIMIT_CPU)\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (hard, hard)); got = 'another second'",
        # The resource module turns EPERM into a ValueError of its own.
        held_if=("raised PermissionError", "raised ValueError: not allowed"),
    ),
    Attack(
        "more memory than allowed",
        f"got = len(bytearray({TRIAL_LIMITS.memory_bytes}))",
        held_if=("raised MemoryError",),
    ),
    Attack(
        "more CPU time than allowed",
        "signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass",
        held_if=("killed by SIGKILL",),
        quick=False,
    ),
)  # fmt: skip

# x86_64 has a second table of calls, whose numbers a careless filter does not know.
FOREIGN_CALL = Attack(
    "a call by another architecture's number",
    CALL + "got = call('syscall', 0x40000000 + 39)",
    held_if=("killed by SIGSYS",),
)

# Level 3 promises two layers. These are tried from where the zygote stands, in front of the
# filter, so that bubblewrap is judged by itself.
NOT_THERE = ("raised FileNotFoundError",)
BUBBLEWRAP_ATTACKS: tuple[Attack, ...] = (
    Attack("zygote: read a file", "got = open('/etc/passwd').read()", NOT_THERE),
    Attack(
        "zygote: see processes, devices, homes",
        "for path in ('/proc', '/dev', '/sys', '/tmp', '/home', '/usr/bin', '/bin'):\n"
        "    if os.path.lexists(path) and path not in sys.executable:\n"
        "        got = os.listdir(path); break\n"
        "else: raise FileNotFoundError('none of them')",
        NOT_THERE,
    ),
    Attack(
        "zygote: write a file",
        "inside = [path + '/site-packages' for path in sys.path]\n"
        "for folder in ['/', '/tmp', '/dev/shm', *sys.path, *inside]:\n"
        "    try: os.close(os.open(folder + '/trial', os.O_CREAT | os.O_EXCL | os.O_WRONLY))\n"
        "    except OSError: continue\n"
        "    os.unlink(folder + '/trial'); got = folder; break\n"
        "else: raise PermissionError('nowhere')",
    ),
    Attack(
        "zygote: reach the network",
        # A datagram socket sends nothing by connecting, and 192.0.2.1 is nobody: this only asks
        # the kernel for a way out.
        "line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "line.connect(('192.0.2.1', 9)); got = line.getsockname()",
        ("raised OSError: [Errno 101]",),
    ),
    Attack(
        "zygote: see outside processes",
        "got = os.getppid()\nif got == 2: raise ProcessLookupError('process 2 of its own world')",
        ("raised ProcessLookupError",),
    ),
    Attack(
        "zygote: be root again",
        "os.setuid(0); got = os.getuid()",
        ("raised PermissionError", "raised OSError: [Errno 22]"),
    ),
)


def run(level: int, *, quick: bool = False) -> tuple[AttackResult, ...]:
    """Try the attacks at a level, each in a confined child of a process started for it.

    Args:
        level: 1, 2 or 3; at level 1 most of them get through, which is what it means.
        quick: leave out those that take seconds.
    Returns: a result for each attack: those of `ATTACKS`, and at level 3 those on bubblewrap.
    Raises: InfrastructureError if the process cannot be started or does not answer;
        UsageError on a system without fork.
    """
    if not hasattr(os, "fork"):
        raise UsageError("attacks need fork, which this system lacks; run them on Linux or macOS")
    attacks = [attack for attack in ATTACKS if attack.quick or not quick]
    if platform.machine() == "x86_64" and level > 1:
        attacks.append(FOREIGN_CALL)
    inside = [(attack.source, level) for attack in attacks]
    if level == 3:
        attacks += BUBBLEWRAP_ATTACKS
        inside += [(attack.source, 0) for attack in BUBBLEWRAP_ATTACKS]
    request = {"level": level, "limits": asdict(TRIAL_LIMITS), "attacks": inside}
    observations = _ask(level, json.dumps(request).encode())
    if len(observations) != len(attacks):
        raise InfrastructureError(
            f"the trial at level {level} answered {len(observations)} of {len(attacks)} attacks"
        )
    return tuple(
        AttackResult(attack.name, _held(attack, seen), " or ".join(attack.held_if), seen)
        for attack, seen in zip(attacks, observations, strict=True)
    )


def _held(attack: Attack, observed: str) -> bool:
    """Whether the attack was refused, and nobody else was hurt by it."""
    return observed.startswith(attack.held_if) and not observed.endswith(NEIGHBOUR_HURT)


def _ask(level: int, request: bytes) -> list[str]:
    """Start the trial at a level, hand it the request, return what it observed."""
    ours, theirs = socket.socketpair()
    # A file, not a pipe: a pipe stays open as long as any child does, and so would we wait.
    with ours, tempfile.TemporaryFile() as errors:
        with theirs, launch.fixed_addresses():
            code = f"from autograder.worker.trial import main; main({theirs.fileno()})"
            command = launch.worker_command(level, ROOT, code)
            trial = subprocess.Popen(
                command,
                env=launch.zygote_environment(),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        heard = _converse(ours, request)
        try:
            status = trial.wait(timeout=limits.TRIAL_END_S)
        except subprocess.TimeoutExpired:
            trial.kill()
            status = trial.wait()
        errors.seek(0)
        complaint = errors.read().decode(errors="replace").strip()
    if status != 0:
        last = complaint.splitlines()[-1] if complaint else f"it ended with status {status}"
        last = last.removeprefix(f"{ConfineError.__module__}.ConfineError: ")
        raise InfrastructureError(f"no worker runs at level {level}: {last}")
    return [json.loads(line) for line in heard.splitlines()]


def _converse(trial: socket.socket, request: bytes) -> bytes:
    """Say all, hear all. What broke the line is for its exit status to tell."""
    trial.settimeout(limits.TRIAL_WALL_S)
    heard = b""
    with contextlib.suppress(OSError):
        trial.sendall(request)
        trial.shutdown(socket.SHUT_WR)
        while part := trial.recv(65536):
            heard += part
    return heard
