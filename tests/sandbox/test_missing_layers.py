"""A layer that cannot be set up is named, and no student's code runs without it."""

import ctypes
import errno
import os
import resource
import types

import pytest
from sandbox_tools import linux_only

from autograder.limits import Limits
from autograder.worker import confine as confining
from autograder.worker.confine import ConfineError

pytestmark = linux_only


class FakeLibc:
    """A C library whose calls answer what a test says."""

    def __init__(self, code: int = errno.EPERM, **answers: int) -> None:
        self.answers, self.code = answers, code
        self.asked: list[str] = []

    def _answer(self, name: str) -> int:
        self.asked.append(name)
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
        material = confining.Layers(libc, program, program, landlock)
        monkeypatch.setattr(confining, "prepare", lambda: material)
        monkeypatch.setattr(confining, "give_up_root", lambda: None)
        monkeypatch.setattr(resource, "setrlimit", lambda kind, pair: None)

    return fake


@pytest.mark.parametrize(
    ("option", "layer"),
    [
        (confining.PR_SET_PDEATHSIG, "the parent-death signal"),
        (confining.PR_SET_DUMPABLE, "the ban on core dumps"),
        (confining.PR_SET_NO_NEW_PRIVS, "no_new_privs"),
        (confining.PR_SET_SECCOMP, "the seccomp filter"),
    ],
)
def test_a_missing_layer_is_named(tame, option: int, layer: str) -> None:
    tame(FakeLibc(errno.EINVAL, prctl=0, **{f"prctl_{option}": -1}))
    with pytest.raises(ConfineError, match=f"cannot set up {layer}: Invalid argument"):
        confining.confine(Limits(), 2)


@pytest.mark.parametrize(("answer", "code"), [(0, 0), (2, 0), (-1, errno.EINVAL)])
def test_a_filter_that_does_not_refuse_is_noticed(tame, answer: int, code: int) -> None:
    tame(FakeLibc(code, prctl=0, prctl_21=answer))
    with pytest.raises(ConfineError, match="was accepted, but it does not refuse anything"):
        confining.confine(Limits(), 3)


def test_nothing_is_raised_when_every_layer_is_set_up(tame) -> None:
    libc = FakeLibc(errno.EPERM, prctl=0, prctl_21=-1)
    tame(libc)
    confining.confine(Limits(), 2)
    # death with the zygote, no dumps, no new privileges, the filter; then the filter is tried
    assert libc.asked == ["prctl"] * 4 + [f"prctl_{confining.PR_GET_SECCOMP}"]


def test_a_ruleset_that_cannot_be_made_is_named(tame) -> None:
    tame(FakeLibc(errno.E2BIG, prctl=0, syscall_444=-1), landlock=7)
    with pytest.raises(ConfineError, match="cannot make a Landlock ruleset: Argument list too"):
        confining.confine(Limits(), 2)


def test_a_landlock_that_cannot_be_entered_is_named(tame) -> None:
    descriptor = os.open("/", os.O_RDONLY)
    tame(FakeLibc(errno.E2BIG, prctl=0, syscall_444=descriptor, syscall_446=-1), landlock=1)
    with pytest.raises(ConfineError, match="cannot enter Landlock: Argument list too long"):
        confining.confine(Limits(), 2)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.close(descriptor)


@pytest.mark.parametrize("code", confining.LANDLOCK_ABSENT)
def test_a_kernel_without_landlock_is_version_0(code: int) -> None:
    assert confining._landlock_version(FakeLibc(code, syscall_444=-1)) == 0


def test_a_strange_answer_about_landlock_is_not_taken_for_its_absence() -> None:
    with pytest.raises(ConfineError, match="cannot ask for Landlock: Invalid argument"):
        confining._landlock_version(FakeLibc(errno.EINVAL, syscall_444=-1))


def test_each_version_of_landlock_forbids_what_it_knows(monkeypatch) -> None:
    asked = []

    class Recorder(FakeLibc):
        def syscall(self, number: int, *arguments: object) -> int:
            if number == confining.SYS_LANDLOCK_CREATE_RULESET:
                asked.append(tuple((ctypes.c_uint64 * 3).from_address(arguments[0])))
            return 0

    monkeypatch.setattr(os, "close", lambda descriptor: None)
    for version in (1, 2, 3, 4, 5, 6, 9):
        confining._enter_landlock(confining.Layers(Recorder(), None, None, version))
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
        confining.confine(Limits(), level)
    confining.confine(Limits(), 1)  # promises nothing, and takes what it gets


def test_on_windows_level_1_sets_no_limit_and_gives_up_no_root(monkeypatch) -> None:
    touched: list[str] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *_: touched.append("setrlimit"))
    monkeypatch.setattr(confining.os, "setresuid", lambda *_: touched.append("setresuid"))
    monkeypatch.setattr(confining.os, "geteuid", lambda: 0)
    monkeypatch.setattr(confining.sys, "platform", "win32")
    monkeypatch.setattr(confining, "prepare", lambda: pytest.fail("it asked for Linux's layers"))
    uid = os.geteuid()
    confining.confine(Limits(), 1)
    confining.give_up_root()
    assert os.geteuid() == uid and touched == []


@pytest.fixture
def fresh(monkeypatch):
    """Let prepare() run again, and forget its answer afterwards."""
    confining.prepare.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    confining.prepare.cache_clear()


def test_another_system_is_told_where_to_go(fresh) -> None:
    fresh.setattr(confining.sys, "platform", "darwin")
    with pytest.raises(ConfineError, match="need Linux, and this is darwin; run the grader on"):
        confining.prepare()


def test_an_architecture_without_a_filter_is_named(fresh) -> None:
    fresh.setattr(confining.platform, "machine", lambda: "riscv64")
    with pytest.raises(ConfineError, match="no seccomp filter for riscv64, only for x86_64, aar"):
        confining.prepare()


def test_a_root_that_could_not_end_its_children_is_refused(fresh) -> None:
    fresh.setattr(confining.os, "geteuid", lambda: 0)
    fresh.setattr(confining.ctypes, "CDLL", lambda *_, **__: _libc_without_capabilities())
    with pytest.raises(
        ConfineError,
        match="root without CAP_KILL, CAP_SETGID, CAP_SETUID, as in a container started with",
    ):
        confining.prepare()


def _libc_without_capabilities() -> types.SimpleNamespace:
    return types.SimpleNamespace(
        prctl=types.SimpleNamespace(),
        syscall=types.SimpleNamespace(),
        capget=lambda header, data: 0,
    )


def test_capabilities_that_cannot_be_asked_for_are_an_error() -> None:
    with pytest.raises(ConfineError, match="cannot ask for capabilities: Operation not permitted"):
        confining._check_root(FakeLibc(errno.EPERM, capget=-1))


def test_root_that_cannot_be_given_up_is_an_error(monkeypatch) -> None:
    def refuse(groups: list[int]) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(confining.os, "geteuid", lambda: 0)
    monkeypatch.setattr(confining.os, "setgroups", refuse)
    with pytest.raises(ConfineError, match="cannot give up root for uid 65533"):
        confining.give_up_root()


def test_root_that_comes_back_is_an_error(monkeypatch) -> None:
    monkeypatch.setattr(confining.os, "geteuid", lambda: 0)
    for name in ("setgroups", "setresgid", "setresuid"):
        monkeypatch.setattr(confining.os, name, lambda *_: None)
    with pytest.raises(ConfineError, match="root was given up and came back"):
        confining.give_up_root()
