"""`autograder doctor`: what this machine gives, tried out."""

import importlib.metadata
import shutil
from pathlib import Path

from autograder.grading import attacks, levels

LEAST_DISK_GIB = 1.0  # ten thousand result lines take about 0.3
PACKAGES = ("micrograde", "numpy", "click", "PyYAML", "rich", "hypothesis", "jupytext", "nbgrader")


def examine(folder: Path, *, full: bool = False) -> tuple[str, bool]:
    """Probe the machine and attack its sandbox.

    Args:
        folder: whose disk is looked at.
        full: try every attack, the slow ones too (some 20 s).
    Returns: what was found, in lines; and whether all is well.
    """
    probe = levels.probe()
    lines = [levels.describe(probe.level)]
    lines += [f"  not higher: {reason}" for reason in probe.reasons]
    lines += [f"  {name}: {value}" for name, value in probe.details]
    healthy = True
    if probe.level == 1:
        lines.append("attacks: not tried, nothing would stop them")
        healthy = False
    else:
        results = attacks.run(probe.level, quick=not full)
        broken = [result for result in results if not result.held]
        healthy = not broken
        lines.append(f"attacks: {len(results) - len(broken)} of {len(results)} held off")
        lines += [f"  GOT THROUGH {result}" for result in broken]
    lines.append("packages:")
    for name in PACKAGES:
        try:
            lines.append(f"  {name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"  {name} is not installed")
    free = shutil.disk_usage(folder).free / 2**30
    lines.append(f"disk: {free:.1f} GiB free")
    if free < LEAST_DISK_GIB:
        healthy = False
        lines.append(f"  TOO LITTLE: results need up to {LEAST_DISK_GIB:g} GiB")
    return "\n".join(lines), healthy
