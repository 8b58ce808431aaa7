"""One lean pytest for each submission, judging the same cases: how many graders work."""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEST = """
import os
from pathlib import Path

import pytest
from tests.benchmarks.same_cases import checks, holds

ALL = checks(os.environ["CASES"])
SUBMISSION = Path(os.environ["SUBMISSION"])


@pytest.fixture(scope="module")
def namespace():
    found = {"__name__": "submission"}
    exec(compile(SUBMISSION.read_text(), "engine.py", "exec"), found)
    return found


@pytest.mark.parametrize("check", ALL)
def test_check(namespace, check):
    assert holds(namespace, ALL[check])
"""


def run(cases: Path, files: Sequence[Path], workers: int, folder: Path) -> None:
    """Run one pytest for every file, `workers` at a time."""
    test = folder / "test_submission.py"
    test.write_text(TEST)
    # no plugins, no cache, no configuration: nothing that a lean grader would not want
    command = [
        sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header",
        "-c", os.devnull, "--rootdir", str(folder), str(test),
    ]  # fmt: skip

    def one(file: Path) -> None:
        environment = {
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": str(ROOT),
            "CASES": str(cases),
            "SUBMISSION": str(file),
        }
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise RuntimeError(ran.stdout + ran.stderr)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, files))
