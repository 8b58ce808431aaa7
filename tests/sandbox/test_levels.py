"""The levels: found by doing, described as they are, and built the way they are described."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sandbox_tools import ROOT, linux_only, myself, need, python

from autograder.errors import InfrastructureError
from autograder.sandbox import attacks, launch, levels
from autograder.worker import confine

pytestmark = [linux_only, pytest.mark.sandbox]
IDENTITIES = ("root", "user")
BUBBLEWRAP = shutil.which("bwrap")

PROBE = """
import json
from autograder.sandbox import levels
found = levels.probe()
print(json.dumps([found.level, found.reasons]))
"""

# Start code at a level as the judge would, and print what it printed.
AT_LEVEL = """
import subprocess, sys
from pathlib import Path
from autograder.sandbox import launch
ROOT = Path(launch.__file__).parents[2]
def at_level(level, code, extra=()):
    command = launch.worker_command(level, ROOT, code, tuple(map(Path, extra)))
    with launch.fixed_addresses():
        ran = subprocess.run(command, env=launch.zygote_environment(), capture_output=True,
                             text=True, check=False)
    print(ran.stdout + ran.stderr, flush=True)
"""


@pytest.fixture
def bubblewrap() -> None:
    need(BUBBLEWRAP, "bubblewrap (apt-get install bubblewrap)")


@pytest.fixture
def fresh_probe():
    levels.probe.cache_clear()
    yield levels.probe
    levels.probe.cache_clear()


# What is found ----------------------------------------------------------------------------


@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_machine_with_bubblewrap_gives_level_3(bubblewrap: None, identity: str) -> None:
    assert json.loads(python(PROBE, identity)) == [3, []]


def test_a_container_without_user_namespaces_gives_an_ordinary_user_level_2(
    bubblewrap: None,
) -> None:
    no_namespaces = (str(BUBBLEWRAP), "--unshare-user", "--disable-userns", "--dev-bind", "/", "/")
    level, reasons = json.loads(python(PROBE, "user", (*no_namespaces, "--proc", "/proc")))
    assert level == 2
    (reason,) = reasons
    assert "no worker runs at level 3: bwrap: Creating new namespace failed" in reason
    assert "level 2 is what it is good for" in reason


def test_a_container_gives_its_root_level_2(bubblewrap: None) -> None:
    container = [str(BUBBLEWRAP), "--dev-bind", "/", "/", "--cap-drop", "ALL"]
    for capability in confine.ROOT_NEEDS.values():
        container += ["--cap-add", capability]
    level, reasons = json.loads(python(PROBE, "root", tuple(container)))
    assert level == 2
    assert "bwrap: " in reasons[0]


def test_a_root_that_could_not_end_its_children_gets_level_1(bubblewrap: None) -> None:
    container = (str(BUBBLEWRAP), "--dev-bind", "/", "/", "--cap-drop", "ALL")
    level, reasons = json.loads(python(PROBE, "root", container))
    assert level == 1
    assert reasons[0].startswith("root without CAP_KILL, CAP_SETGID, CAP_SETUID, as in a contain")


def test_without_bubblewrap_the_level_is_2_and_the_reason_installs_it(
    monkeypatch, fresh_probe
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = fresh_probe()
    assert found.level == 2
    assert found.reasons == ("bubblewrap is not installed; run: sudo apt-get install bubblewrap",)
    assert ("bubblewrap", "absent") in found.details


def test_off_linux_the_level_is_1_and_nothing_is_started(monkeypatch, fresh_probe) -> None:
    def missing() -> None:
        raise confine.ConfineError("levels 2 and 3 need Linux, and this is darwin")

    monkeypatch.setattr(levels, "prepare", missing)
    monkeypatch.setattr(attacks, "_ask", lambda *_: pytest.fail("a trial was started"))
    found = fresh_probe()
    assert (found.level, found.reasons) == (1, ("levels 2 and 3 need Linux, and this is darwin",))
    assert ("landlock", "absent") in found.details


def test_a_level_that_does_not_hold_is_not_claimed(monkeypatch, fresh_probe) -> None:
    def leaky(level: int, quick: bool) -> tuple[attacks.AttackResult, ...]:
        fine = attacks.AttackResult("fork", True, "raised", "raised")
        through = attacks.AttackResult("read a file", level < 3, "raised", "got root:x:0:0")
        return (fine, through)

    monkeypatch.setattr(attacks, "run", leaky)
    found = fresh_probe()
    assert found.level == 2
    assert found.reasons == ("level 3 was set up, but does not hold: read a file: got root:x:0:0",)


def test_if_nothing_holds_the_level_is_1_and_every_reason_is_kept(monkeypatch, fresh_probe) -> None:
    def broken(level: int, quick: bool) -> tuple[attacks.AttackResult, ...]:
        raise InfrastructureError(f"no worker runs at level {level}: no memory")

    monkeypatch.setattr(attacks, "run", broken)
    found = fresh_probe()
    assert found.level == 1
    assert found.reasons == tuple(f"no worker runs at level {n}: no memory" for n in (3, 2))


def test_a_probe_is_made_once(monkeypatch, fresh_probe) -> None:
    calls = []
    monkeypatch.setattr(attacks, "run", lambda level, quick: calls.append(level) or ())
    assert fresh_probe() is fresh_probe()
    assert calls == [3]


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "bwrap-userns-restrict"),
        ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
        ("none", "", "autograder doctor, on the host itself"),
    ],
)
def test_bubblewraps_complaint_comes_with_the_command_that_mends_it(
    monkeypatch, setting: str, value: str, remedy: str
) -> None:
    monkeypatch.setattr(levels, "_setting", lambda name: value if name == setting else None)
    assert remedy in levels._why_not("no worker runs at level 3: bwrap: Permission denied")


def test_a_kernel_setting_that_is_not_there_is_none() -> None:
    assert levels._setting("kernel/no_such_setting") is None
    assert levels._setting("kernel/ostype") == "Linux"


def test_each_level_says_what_is_in_force() -> None:
    assert [levels.describe(level)[:8] for level in (1, 2, 3)] == [
        "level 1:",
        "level 2:",
        "level 3:",
    ]
    assert "inside bubblewrap" in levels.describe(3)
    assert "without bubblewrap" in levels.describe(2)
    assert "can do whatever you can do" in levels.describe(1)


def test_a_program_without_a_version_is_said_to_give_none(monkeypatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/true")
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, stdout="")
    )
    assert levels._version_of("true") == "no answer from /bin/true"


# How a worker is started ------------------------------------------------------------------


@pytest.mark.parametrize("identity", IDENTITIES)
def test_level_3_shows_the_interpreter_and_the_worker_and_nothing_else(
    bubblewrap: None, identity: str
) -> None:
    look = """
import os, sys
root = [folder for folder, _, _ in os.walk("/")]
library = os.path.dirname(os.__file__)
own = [path for path in root if not path.startswith((library, "/worker/autograder/worker"))]
files = {os.path.join(folder, name) for folder in own for name in os.listdir(folder)
         if not os.path.isdir(os.path.join(folder, name))}
files = {name for name in files if ".so" not in name and not name.startswith(library)}
shared = {os.path.basename(name).split(".")[0] for folder in own for name in os.listdir(folder)
          if ".so" in name}
print(sorted(files - {sys.executable}), os.listdir(library + "/site-packages")
      if os.path.isdir(library + "/site-packages") else [], "libc" in shared, os.getuid())
"""
    seen = python(AT_LEVEL + f"at_level(3, {look!r})", identity)
    files = ["/worker/autograder/__init__.py", "/worker/autograder/limits.py"]
    assert seen == f"{files} [] True {confine.WORKER_UID}"


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("level", (1, 2, 3))
def test_nothing_of_the_judges_environment_reaches_a_worker(
    bubblewrap: None, level: int, identity: str
) -> None:
    code = (
        "import os; os.environ['SECRET_SEED'] = 'loot'\n"
        f"at_level({level}, 'import os; print(sorted(os.environ))')"
    )
    names = eval(python(AT_LEVEL + code, identity))
    assert set(names) - {"PWD"} == set(launch.zygote_environment())


@pytest.mark.parametrize("level", (1, 2, 3))
def test_a_worker_imports_no_site_packages_and_none_of_the_judges_folders(
    bubblewrap: None, level: int
) -> None:
    code = "import sys; print([p for p in sys.path if 'site-packages' in p or p == ''])"
    assert python(AT_LEVEL + f"at_level({level}, {code!r})", myself()) == "[]"


@pytest.mark.parametrize("level", (2, 3))
def test_numpy_computes_in_a_confined_child(bubblewrap: None, level: int) -> None:
    import numpy

    package = Path(numpy.__file__).parent
    extra = [str(path) for path in (package, package.with_name("numpy.libs")) if path.is_dir()]
    code = f"""
import os
import numpy, numpy.linalg, numpy.random
from autograder.worker.confine import *
prepare()
child = os.fork()
if child == 0:
    confine(Limits(), {level})
    a = numpy.random.default_rng(0).normal(size=(200, 200))
    print(round(float(numpy.linalg.norm(numpy.linalg.inv(a) @ a - numpy.eye(200))), 6), flush=True)
    os._exit(0)
os.wait()
"""
    if level == 3:
        code += "print(os.listdir(os.path.dirname(os.path.dirname(numpy.__file__))))"
    printed = python(AT_LEVEL + f"at_level({level}, {code!r}, {extra!r})", myself()).splitlines()
    assert printed[0] == "0.0"
    if level == 3:
        assert set(eval(printed[1])) == {Path(path).name for path in extra}


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("level", (1, 2, 3))
def test_a_worker_gets_the_same_addresses_each_time(
    bubblewrap: None, level: int, identity: str
) -> None:
    with launch.fixed_addresses() as fixed:
        need(fixed, "way to switch address randomization off (a container's filter refuses)")
    code = "print(id(object()), id([]))"
    once = AT_LEVEL + f"at_level({level}, {code!r})\n" * 3
    assert len(set(python(once, identity).split("\n\n"))) == 1


def test_addresses_are_random_again_afterwards() -> None:
    with launch.fixed_addresses():
        pass
    code = "import random; print(id(random))"
    seen = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for _ in range(5)
    }
    assert len(seen) > 1


def test_a_system_without_personalities_is_said_to_have_none(monkeypatch) -> None:
    monkeypatch.setattr(launch.sys, "platform", "darwin")
    with launch.fixed_addresses() as fixed:
        assert not fixed


def test_a_missing_ldd_is_named(monkeypatch) -> None:
    launch._view.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/bwrap" if name == "bwrap" else None)
    with pytest.raises(InfrastructureError, match="ldd is missing; run: sudo apt-get install libc"):
        launch.worker_command(3, ROOT, "pass")


def test_a_workers_command_is_a_bare_python_with_the_code_last() -> None:
    *command, code = launch.worker_command(2, ROOT, "pass")
    assert command == [str(launch.interpreter()), *launch.PYTHON_FLAGS, "-c"]
    assert f"sys.path.insert(0, {str(ROOT)!r})" in code and code.endswith("; pass")


def test_on_windows_python_finds_the_system(monkeypatch) -> None:
    monkeypatch.setattr(launch.sys, "platform", "win32")
    assert launch.zygote_environment()["SYSTEMROOT"]


# What is left behind ----------------------------------------------------------------------

# A worker with a confined child; both hold one end of a pipe for as long as they live.
SLEEPERS = """
import os
from autograder.worker.confine import *
prepare()
if os.fork() == 0:
    confine(Limits(), {level})
    os.write({say}, b"!")
    import time
    time.sleep(60)
os.wait()
"""


def _start(level: int, say: int) -> subprocess.Popen[bytes]:
    command = launch.worker_command(level, ROOT, SLEEPERS.format(level=level, say=say))
    return subprocess.Popen(command, env=launch.zygote_environment(), pass_fds=(say,))


@pytest.mark.parametrize("level", (2, 3))
def test_when_a_worker_is_killed_nothing_of_it_lives_on(bubblewrap: None, level: int) -> None:
    hear, say = os.pipe()
    with _start(level, say) as worker:
        os.close(say)
        assert os.read(hear, 1) == b"!"
        worker.kill()
        assert os.read(hear, 1) == b"", "the last process that held the other end has gone"
    os.close(hear)


def test_when_the_judge_dies_nothing_of_level_3_lives_on(bubblewrap: None) -> None:
    hear, say = os.pipe()
    code = SLEEPERS.format(level=3, say=say)
    judge = AT_LEVEL + (
        f"command = launch.worker_command(3, ROOT, {code!r})\n"
        f"subprocess.Popen(command, env=launch.zygote_environment(), pass_fds=({say},))\n"
        "import time; time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", judge], env=environment, pass_fds=(say,)) as dying:
        os.close(say)
        assert os.read(hear, 1) == b"!"
        dying.kill()
        assert os.read(hear, 1) == b""
    os.close(hear)


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("level", [3, 2])
def test_no_path_of_the_judge_is_in_the_workers_arguments_or_folder(
    bubblewrap: None, level: int, identity: str
) -> None:
    seen = "import sys, os; print(sys.argv, sys.orig_argv, os.getcwd())"
    assert python(f"{AT_LEVEL}at_level({level}, {seen!r})", identity) == "['-c'] [] /"
