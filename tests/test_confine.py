"""The walls from the inside: each is there, each is needed, and none is missing in silence."""

import ctypes
import errno
import os
import resource
import types

import pytest
from sandbox_tools import IN_A_CHILD, as_identity, linux_only, myself, need, python

from autograder.worker import confine as walls
from autograder.worker.confine import ConfineError, Limits

pytestmark = linux_only
IDENTITIES = ("root", "user")


# Behind the walls, for real ---------------------------------------------------------------


@pytest.mark.parametrize("identity", IDENTITIES)
def test_python_works_behind_the_walls(identity: str) -> None:
    code = """
import math, random, io, contextlib, dataclasses, collections
def work():
    random.random(); random.Random().random()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        print("hello")
    exec("class Node: pass\\nnodes = {Node() for _ in range(10000)}", {})
    import time; time.sleep(0.001)
    try:
        import surely_no_such_module
    except ModuleNotFoundError:
        said.write("no module")
    return said.getvalue(), math.tanh(0.0), os.cpu_count() is not None
in_a_child(2, work)
"""
    assert python(IN_A_CHILD + code, identity) == r"('hello\nno module', 0.0, True)"


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("level", (1, 2))
def test_the_limits_are_the_ones_that_were_asked_for(identity: str, level: int) -> None:
    code = f"""
import resource
NAMES = "AS CPU STACK NOFILE NPROC FSIZE CORE".split()
limits = Limits(memory_bytes=300 * MIB, cpu_s=3, stack_bytes=4 * MIB, open_files=9)
in_a_child({level}, lambda: [resource.getrlimit(getattr(resource, "RLIMIT_" + name))
                             for name in NAMES], limits)
"""
    mib = 1024 * 1024
    assert eval(python(IN_A_CHILD + code, identity)) == [
        (300 * mib, 300 * mib), (3, 4), (4 * mib, 4 * mib), (9, 9), (0, 0), (0, 0), (0, 0),
    ]  # fmt: skip


def test_a_stricter_limit_from_outside_stays() -> None:
    code = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
in_a_child(2, lambda: resource.getrlimit(resource.RLIMIT_CPU))
"""
    assert python(IN_A_CHILD + code, myself()) == "(2, 2)"


def test_root_is_nobody_behind_the_walls() -> None:
    code = "in_a_child(2, lambda: {os.getuid(), os.geteuid(), os.getgid(), os.getegid()})"
    assert python(IN_A_CHILD + code, "root") == str({walls.WORKER_UID})


def test_an_ordinary_user_stays_who_they_are() -> None:
    as_identity("user")
    code = "before = os.getuid()\nin_a_child(2, lambda: os.getuid() == before)"
    assert python(IN_A_CHILD + code, "user") == "True"


def test_landlock_refuses_files_by_itself() -> None:
    need(walls.prepare().landlock, "Landlock in its kernel")
    code = """
def work():
    raise AssertionError("not reached")
def only_landlock(limits, level):
    material = prepare()
    confine_module._prctl(material, "no_new_privs", PR_SET_NO_NEW_PRIVS, 1)
    confine_module._enter_landlock(material)
    open("/etc/passwd")
confine = only_landlock
in_a_child(2, work)
"""
    # 13, EACCES, is Landlock's word; the filter's would be 1, EPERM.
    assert python(IN_A_CHILD + code, myself()).startswith("PermissionError: [Errno 13]")


def test_the_filter_refuses_files_by_itself() -> None:
    code = """
prepare()
confine_module.prepare = lambda: Walls(prepare().libc, prepare().program, None, landlock=0)
in_a_child(2, lambda: open("/etc/passwd"))
"""
    assert python(IN_A_CHILD + code, myself()).startswith("PermissionError: [Errno 1]")


def test_another_process_of_the_same_user_cannot_look_into_a_child() -> None:
    code = """
prepare()
ready, say = os.pipe()
child = os.fork()
if child == 0:
    confine(Limits(), 2)
    os.write(say, b"!")
    import time
    time.sleep(60)
os.read(ready, 1)
try:
    print(open(f"/proc/{child}/environ").read())
except PermissionError:
    print("refused")
os.kill(child, 9)
"""
    as_identity("user")
    assert python(IN_A_CHILD + code, "user") == "refused"


@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_sleeping_child_dies_with_its_zygote(identity: str) -> None:
    code = """
prepare()
alive, keep = os.pipe()
ready, say = os.pipe()
zygote = os.fork()
if zygote == 0:
    if os.fork() == 0:
        confine(Limits(), 2)
        os.write(say, b"!")
        import time
        time.sleep(60)
    os.wait()
os.close(keep)
os.read(ready, 1)
os.kill(zygote, 9)
print(os.read(alive, 1))  # returns when the last process that holds the other end has gone
"""
    assert python(IN_A_CHILD + code, identity) == "b''"


def test_the_second_over_the_cpu_limit_ends_a_child_that_ignores_the_first() -> None:
    code = """
import signal
def work():
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True: pass
in_a_child(2, work, Limits(cpu_s=1))
"""
    assert python(IN_A_CHILD + code, myself()) == "signal 9"


# A wall that cannot be put up -------------------------------------------------------------


class FakeLibc:
    """A C library whose calls answer what a test says."""

    def __init__(self, code: int = errno.EPERM, **answers: int) -> None:
        self.answers, self.code = answers, code

    def _answer(self, name: str) -> int:
        ctypes.set_errno(self.code)
        return self.answers[name]

    def prctl(self, option: int, *_: int) -> int:
        return self._answer(f"prctl_{option}" if f"prctl_{option}" in self.answers else "prctl")

    def syscall(self, number: int, *_: object) -> int:
        return self._answer(f"syscall_{number}")

    def capget(self, *_: object) -> int:
        return self._answer("capget")


@pytest.fixture
def tame(monkeypatch):
    """Make confine() harmless to the process that runs the tests."""

    def fake(libc: FakeLibc, landlock: int = 0) -> None:
        program = ctypes.create_string_buffer(16)
        material = walls.Walls(libc, program, program, landlock)
        monkeypatch.setattr(walls, "prepare", lambda: material)
        monkeypatch.setattr(walls, "give_up_root", lambda: None)
        monkeypatch.setattr(resource, "setrlimit", lambda kind, pair: None)

    return fake


@pytest.mark.parametrize(
    ("option", "wall"),
    [
        (walls.PR_SET_PDEATHSIG, "the parent-death signal"),
        (walls.PR_SET_DUMPABLE, "the ban on core dumps"),
        (walls.PR_SET_NO_NEW_PRIVS, "no_new_privs"),
        (walls.PR_SET_SECCOMP, "the seccomp filter"),
    ],
)
def test_a_missing_wall_is_named(tame, option: int, wall: str) -> None:
    tame(FakeLibc(errno.EINVAL, prctl=0, **{f"prctl_{option}": -1}))
    with pytest.raises(ConfineError, match=f"cannot put up {wall}: Invalid argument"):
        walls.confine(Limits(), 2)


@pytest.mark.parametrize(("answer", "code"), [(0, 0), (2, 0), (-1, errno.EINVAL)])
def test_a_filter_that_does_not_refuse_is_noticed(tame, answer: int, code: int) -> None:
    tame(FakeLibc(code, prctl=0, prctl_21=answer))
    with pytest.raises(ConfineError, match="was accepted, but it does not refuse anything"):
        walls.confine(Limits(), 3)


def test_all_walls_up_is_no_error(tame) -> None:
    tame(FakeLibc(errno.EPERM, prctl=0, prctl_21=-1))
    walls.confine(Limits(), 2)


def test_a_ruleset_that_cannot_be_made_is_named(tame) -> None:
    tame(FakeLibc(errno.E2BIG, prctl=0, syscall_444=-1), landlock=7)
    with pytest.raises(ConfineError, match="cannot make a Landlock ruleset: Argument list too"):
        walls.confine(Limits(), 2)


def test_a_landlock_that_cannot_be_entered_is_named(tame) -> None:
    descriptor = os.open("/", os.O_RDONLY)
    tame(FakeLibc(errno.E2BIG, prctl=0, syscall_444=descriptor, syscall_446=-1), landlock=1)
    with pytest.raises(ConfineError, match="cannot enter Landlock: Argument list too long"):
        walls.confine(Limits(), 2)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.close(descriptor)


@pytest.mark.parametrize("code", walls.LANDLOCK_ABSENT)
def test_a_kernel_without_landlock_is_version_0(code: int) -> None:
    assert walls._landlock_version(FakeLibc(code, syscall_444=-1)) == 0


def test_a_strange_answer_about_landlock_is_not_taken_for_its_absence() -> None:
    with pytest.raises(ConfineError, match="cannot ask for Landlock: Invalid argument"):
        walls._landlock_version(FakeLibc(errno.EINVAL, syscall_444=-1))


def test_each_version_of_landlock_forbids_what_it_knows(monkeypatch) -> None:
    asked = []

    class Recorder(FakeLibc):
        def syscall(self, number: int, *arguments: object) -> int:
            if number == walls.SYS_LANDLOCK_CREATE_RULESET:
                asked.append(tuple((ctypes.c_uint64 * 3).from_address(arguments[0])))
            return 0

    monkeypatch.setattr(os, "close", lambda descriptor: None)
    for version in (1, 2, 3, 4, 5, 6, 9):
        walls._enter_landlock(walls.Walls(Recorder(), None, None, version))
    assert asked == [
        (0x1FFF, 0, 0), (0x3FFF, 0, 0), (0x7FFF, 0, 0), (0x7FFF, 3, 0), (0xFFFF, 3, 0),
        (0xFFFF, 3, 3), (0xFFFF, 3, 3),
    ]  # fmt: skip


@pytest.mark.parametrize("level", (2, 3))
def test_a_limit_that_cannot_be_set_is_named_where_it_is_promised(
    tame, monkeypatch, level: int
) -> None:
    tame(FakeLibc(prctl=0))

    def refuse(kind: int, pair: tuple[int, int]) -> None:
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    with pytest.raises(ConfineError, match="cannot set RLIMIT_CORE to 0: not allowed to raise"):
        walls.confine(Limits(), level)
    walls.confine(Limits(), 1)  # promises nothing, and takes what it gets


def test_a_system_without_limits_runs_at_level_1_alone(monkeypatch) -> None:
    monkeypatch.setattr(walls.sys, "platform", "win32")
    walls.confine(Limits(), 1)
    walls.give_up_root()


@pytest.fixture
def fresh(monkeypatch):
    """Let prepare() run again, and forget its answer afterwards."""
    walls.prepare.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    walls.prepare.cache_clear()


def test_another_system_is_told_where_to_go(fresh) -> None:
    fresh.setattr(walls.sys, "platform", "darwin")
    with pytest.raises(ConfineError, match="need Linux, and this is darwin; run the grader on"):
        walls.prepare()


def test_an_architecture_without_a_filter_is_named(fresh) -> None:
    fresh.setattr(walls.platform, "machine", lambda: "riscv64")
    with pytest.raises(ConfineError, match="no seccomp filter for riscv64, only for x86_64, aar"):
        walls.prepare()


def test_a_root_that_could_not_end_its_children_is_refused(fresh) -> None:
    fresh.setattr(walls.os, "geteuid", lambda: 0)
    fresh.setattr(walls.ctypes, "CDLL", lambda *_, **__: _libc_without_capabilities())
    with pytest.raises(
        ConfineError, match="root without CAP_KILL, CAP_SETGID, CAP_SETUID, .* an ordinary user"
    ):
        walls.prepare()


def _libc_without_capabilities() -> types.SimpleNamespace:
    return types.SimpleNamespace(
        prctl=types.SimpleNamespace(),
        syscall=types.SimpleNamespace(),
        capget=lambda header, data: 0,
    )


def test_capabilities_that_cannot_be_asked_for_are_an_error() -> None:
    with pytest.raises(ConfineError, match="cannot ask for capabilities: Operation not permitted"):
        walls._check_root(FakeLibc(errno.EPERM, capget=-1))


def test_root_that_cannot_be_given_up_is_an_error(monkeypatch) -> None:
    def refuse(groups: list[int]) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(walls.os, "geteuid", lambda: 0)
    monkeypatch.setattr(walls.os, "setgroups", refuse)
    with pytest.raises(ConfineError, match="cannot give up root for uid 65533 .Operation not per"):
        walls.give_up_root()


def test_root_that_comes_back_is_an_error(monkeypatch) -> None:
    monkeypatch.setattr(walls.os, "geteuid", lambda: 0)
    for name in ("setgroups", "setresgid", "setresuid"):
        monkeypatch.setattr(walls.os, name, lambda *_: None)
    with pytest.raises(ConfineError, match="root was given up and came back"):
        walls.give_up_root()
