"""The floor: fork, execute the file, play the same tapes, leave. No walls, no judge, no report.

What any grader must do that runs each submission in a process of its own; everything ours
takes beyond it is the price of safety, judging and reporting.
"""

import gc
import io
import os
import random
import sys
import warnings
from collections.abc import Sequence
from multiprocessing import Process
from pathlib import Path

from autograder.model import CompiledExercise
from autograder.worker import driver, zygote

from .engines import plain_cases


def run(exercise: CompiledExercise, files: Sequence[Path], workers: int) -> None:
    """Run every file, `workers` at a time."""
    cases = plain_cases(exercise)
    parts = [
        Process(target=_part, args=(exercise.exercise.imports, cases, files[k::workers]))
        for k in range(workers)
    ]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
        if part.exitcode != 0:
            raise RuntimeError("the floor fell in: a submission did not pass")


def _part(imports: Sequence[str], cases: list[dict[str, object]], files: Sequence[Path]) -> None:
    zygote.preload(list(imports))
    allowed = [*driver.DEFAULT_IMPORTS, *imports]
    gc.collect()
    gc.freeze()
    for file in files:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                _child(file, allowed, cases)
                code = 0
            finally:
                os._exit(code)
        if os.waitpid(pid, 0)[1] != 0:
            os._exit(1)


def _child(file: Path, imports: Sequence[str], cases: list[dict[str, object]]) -> None:
    sys.stdout = sys.stderr = io.StringIO()
    warnings.simplefilter("ignore")
    random.seed(0)
    gc.disable()  # as ours does
    namespace = driver.make_namespace(imports)
    blocks = list(driver.execute([("engine.py", file.read_text(encoding="utf-8"))], namespace))
    played = list(driver.play(namespace, cases, 4.0))
    if any(p.status for p in (*blocks, *played)):
        raise RuntimeError
