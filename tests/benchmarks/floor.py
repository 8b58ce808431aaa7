"""The floor: fork, execute the file, play the same tapes, leave. No sandbox, no judge, no report.

What any grader must do that runs each submission in a process of its own; everything ours
takes beyond it is the price of safety, judging and reporting. The processes that fork are as
lean as a zygote: started without site-packages, with nothing loaded but what a child needs.
"""

import gc
import io
import json
import os
import random
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

START = "import sys; sys.path.insert(0, sys.argv[1]); exec(open(sys.argv[2]).read())"


def run(cases: list[dict[str, Any]], files: Sequence[Path], workers: int) -> None:
    """Run every file, `workers` at a time."""
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-P", "-s", "-S", "-B", "-c", START, str(root), __file__]
    parts = []
    for k in range(workers):
        work = {"cases": cases, "files": [str(file) for file in files[k::workers]]}
        part = subprocess.Popen(command, stdin=subprocess.PIPE)
        part.stdin.write(json.dumps(work).encode())
        part.stdin.close()
        parts.append(part)
    if any(part.wait() for part in parts):
        raise RuntimeError("the floor fell in: a submission did not pass")


def _main() -> None:
    from autograder.worker import driver, zygote
    from autograder.worker.imports import importable

    work = json.load(sys.stdin)
    zygote.preload([])
    cases = driver.made_ready(work["cases"])
    namespace = driver.make_namespace(importable.STANDARD)
    gc.collect()
    gc.freeze()
    for file in work["files"]:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                _child(file, cases, namespace)
                code = 0
            finally:
                os._exit(code)
        if os.waitpid(pid, 0)[1] != 0:
            sys.exit(1)


def _child(file: str, cases: list[dict[str, Any]], namespace: dict[str, Any]) -> None:
    from autograder.worker import driver

    sys.stdout = sys.stderr = io.StringIO()
    warnings.simplefilter("ignore")
    random.seed(0)
    gc.disable()  # as ours does
    source = Path(file).read_text(encoding="utf-8")
    blocks = list(driver.execute([("engine.py", source)], namespace))
    played = list(driver.play(namespace, cases, 4.0))
    if any(p.status for p in (*blocks, *played)):
        raise RuntimeError


if __name__ == "__main__":
    _main()
