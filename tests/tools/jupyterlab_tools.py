"""A real JupyterLab server, and a notebook open in it in headless Chromium.

Everything is read from the application's own model, never from the page: the page shows
only the cells that are scrolled to, the model holds them all.
"""

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import NET_S, eventually

# A net: on an idle machine the server starts in 4 s, a browser, its page and a kernel in 5.
OPEN_MS = 1000 * NET_S
# No profile, no sandbox of Chromium's own (root has none), no word to its maker's servers.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--disable-default-apps", "--no-first-run",
)  # fmt: skip
# Without it JupyterLab asks its news server on each start, and asks the student about that.
PAGE_CONFIG = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
# What the helpers of the page share: the notebook in front, and a cell of it by its id.
HELPERS = """
window.lab = {
  panel: () => window.jupyterapp.shell.currentWidget,
  kernel: () => window.lab.panel()?.sessionContext?.session?.kernel,
  cells: () => window.lab.panel().content.widgets,
  cell: id => {
    const found = window.lab.cells().find(cell => cell.model.sharedModel.id === id);
    if (!found) throw new Error('no cell ' + id);
    return found;
  },
  go: id => {
    window.lab.panel().content.activeCellIndex = window.lab.cells().indexOf(window.lab.cell(id));
  },
};
"""


def chromium() -> str | None:
    """Where the system's Chromium is, or Google's build of it; None if nowhere."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def need_lab() -> None:
    """Fail where our own machines must have JupyterLab and a browser, skip on anybody else's."""
    missing = [
        f"{module} (pip install -e '.[{extra}]')"
        for module, extra in (("jupyterlab", "jupyter"), ("playwright", "lab-tests"))
        if importlib.util.find_spec(module) is None
    ]
    if chromium() is None:
        missing.append("chromium (apt-get install chromium)")
    if missing:
        message = f"no notebook was opened in JupyterLab, for want of {' and '.join(missing)}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


@contextlib.contextmanager
def lab_server(root: Path, home: Path) -> Iterator[str]:
    """Run JupyterLab on a free port, apart from the user's own settings.

    Args:
        root: the folder that it serves.
        home: an empty folder for its settings and logs.
    Returns: its URL with "{}" where the notebook's path goes, once it answers.
    """
    (home / "config" / "labconfig").mkdir(parents=True)
    (home / "config" / "labconfig" / "page_config.json").write_text(json.dumps(PAGE_CONFIG))
    env = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    env |= {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "MPLCONFIGDIR": str(home / "matplotlib"),
    }
    token = secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={root}",
        "--ServerApp.port=0", f"--IdentityProvider.token={token}", "--ServerApp.allow_root=True",
        "--ServerApp.terminals_enabled=False", "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    log = home / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, env=env, cwd=root)
    try:
        port = _port(server, home / "runtime", log, token)
        yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token={token}&reset"
    finally:
        server.terminate()  # it ends its kernels itself
        try:
            server.wait(NET_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _port(server: subprocess.Popen[bytes], runtime: Path, log: Path, token: str) -> int:
    """Wait until the server has named its port and answers there."""
    ports: list[int] = []

    def answers() -> bool:
        assert server.poll() is None, f"JupyterLab did not start:\n{log.read_text()[-3000:]}"
        for file in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(json.JSONDecodeError):  # it is being written
                ports[:] = [int(json.loads(file.read_text())["port"])]
        # it names its port a moment before it listens
        return bool(ports) and _asked(f"http://127.0.0.1:{ports[0]}/api/status?token={token}")

    eventually(answers, lambda: "JupyterLab never answered")
    return ports[0]


def _asked(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=NET_S) as reply:
            return bool(reply.status == 200)
    except urllib.error.URLError:
        return False


class OpenNotebook:
    """A notebook in front of a student, in a Playwright page.

    Args:
        page: Playwright's.
        url: as lab_server gives it.
        path: of the notebook, below the server's folder.
    """

    def __init__(self, page: Any, url: str, path: str) -> None:
        self.page = page
        page.set_default_timeout(OPEN_MS)
        page.goto(url.format(path))
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.context?.isReady")
        page.evaluate(HELPERS)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait for a kernel that has nothing to do."""
        self.page.wait_for_function("window.lab.kernel()?.status === 'idle'")

    def command(self, name: str) -> bool:
        """Do what a menu's entry does, and wait until it is done.

        Returns: of one that runs cells, whether none of them failed.
        """
        done = self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)
        self.wait_until_idle()
        return bool(done)

    def source(self, cell: str) -> str:
        """The text of a cell."""
        return str(self.page.evaluate("id => lab.cell(id).model.sharedModel.getSource()", cell))

    def fill(self, cell: str, source: str) -> None:
        """Give a cell another text."""
        self.page.evaluate(
            "([id, text]) => lab.cell(id).model.sharedModel.setSource(text)", [cell, source]
        )

    def type_in(self, cell: str, text: str) -> None:
        """Replace a cell's text by the keyboard, as a student does.

        Args:
            cell: its id.
            text: whatever it shall hold.
        """
        self.page.evaluate("id => { lab.go(id); lab.panel().content.mode = 'edit'; }", cell)
        # a cell that was out of sight gets its editor when it has been scrolled to
        self.page.wait_for_function(
            "id => { const editor = lab.cell(id).editor; editor?.focus(); "
            "return editor?.hasFocus(); }",
            arg=cell,
        )
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.page.wait_for_function(
            "([id, text]) => lab.cell(id).model.sharedModel.getSource() === text", arg=[cell, text]
        )

    def run(self, cell: str) -> bool:
        """Run one cell; return whether it raised nothing."""
        self.page.evaluate("id => lab.go(id)", cell)
        return self.command("notebook:run-cell")

    def run_down_to(self, cell: str) -> bool:
        """Run every cell above this one, and this one; return whether none of them failed."""
        self.page.evaluate("id => lab.go(id)", cell)
        return self.command("notebook:run-all-above") and self.run(cell)

    def outputs(self, cell: str) -> list[dict[str, Any]]:
        """A cell's outputs, as the notebook's file will hold them."""
        found: list[dict[str, Any]] = self.page.evaluate(
            "id => lab.cell(id).model.outputs.toJSON()", cell
        )
        return found

    def shown(self, cell: str) -> str:
        """A cell's outputs as plain text."""
        return plain_text(self.outputs(cell))

    def save(self) -> None:
        """Save the notebook and wait until the file is written."""
        self.page.evaluate("() => lab.panel().context.save()")


def plain_text(outputs: list[dict[str, Any]]) -> str:
    """What the outputs of a cell say without pictures: printed text, results, errors."""
    told = []
    for output in outputs:
        match output["output_type"]:
            case "stream":
                told.append(output["text"])
            case "error":
                told.append(f"{output['ename']}: {output['evalue']}\n")
            case _:
                told.append(output["data"].get("text/plain", ""))
    return "".join(part if isinstance(part, str) else "".join(part) for part in told)
