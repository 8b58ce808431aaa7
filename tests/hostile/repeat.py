"""Grade the whole hostile corpus several times in a row, on a machine that has other work.

    python -m tests.hostile.repeat --times 3 --load 2

At levels 2 and 3, as root and as an ordinary user: what pytest does once, on an idle machine,
with `tests/grading/test_hostile_graded.py`. A wall that holds by luck, or an honest neighbour
that is late only under load, shows here. Started by an ordinary user, it leaves out root.
"""

import argparse
import contextlib
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests/grading/test_hostile_graded.py"


def spin() -> None:
    """Want a core for ever."""
    while True:
        sum(range(100_000))


@contextlib.contextmanager
def load(count: int) -> Iterator[None]:
    """Have so many processes compete for the cores; they end with the block."""
    busy = [multiprocessing.Process(target=spin, daemon=True) for _ in range(count)]
    for process in busy:
        process.start()
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.join()


def main() -> int:
    """Read the command line, repeat, and say how each time ended; 0 if none failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.repeat", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="how often in a row (3)")
    parser.add_argument("--load", type=int, default=2, help="busy processes beside it (2)")
    parser.add_argument("rest", nargs="*", help="further words for pytest, after --")
    chosen = parser.parse_args()
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", TESTS]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    failed = 0
    with load(chosen.load):
        for number in range(1, chosen.times + 1):
            started = time.monotonic()
            ran = subprocess.run(
                [*command, *chosen.rest], cwd=ROOT, env=environment, check=False
            ).returncode
            failed += ran != 0
            said = "passed" if ran == 0 else f"failed (pytest's status {ran})"
            took = time.monotonic() - started
            print(
                f"{number} of {chosen.times}: {said} in {took:.0f} s "
                f"beside {chosen.load} busy processes",
                flush=True,
            )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
