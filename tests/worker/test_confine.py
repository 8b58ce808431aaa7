"""The layers from the inside: each is there, each is needed, and none is missing in silence."""

import pytest
from sandbox_tools import IN_A_CHILD, as_identity, linux_only, myself, need, python

from autograder.worker import confine as confining

pytestmark = linux_only
IDENTITIES = ("root", "user")


@pytest.mark.parametrize("identity", IDENTITIES)
def test_python_works_in_a_confined_child(identity: str) -> None:
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
limits = Limits(memory_bytes=300 << 20, cpu_s=3, stack_bytes=4 << 20, open_files=9)
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


def test_root_has_become_the_worker_user_in_a_confined_child() -> None:
    code = "in_a_child(2, lambda: {os.getuid(), os.geteuid(), os.getgid(), os.getegid()})"
    assert python(IN_A_CHILD + code, "root") == str({confining.WORKER_UID})


def test_an_ordinary_user_stays_who_they_are() -> None:
    as_identity("user")
    code = "before = os.getuid()\nin_a_child(2, lambda: os.getuid() == before)"
    assert python(IN_A_CHILD + code, "user") == "True"


def test_landlock_refuses_files_by_itself() -> None:
    need(confining.prepare().landlock, "Landlock in its kernel")
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
confine_module.prepare = lambda: Layers(prepare().libc, prepare().program, None, landlock=0)
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
