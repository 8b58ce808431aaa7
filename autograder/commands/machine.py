"""At which level, and with how many workers, a verb runs submissions on this machine."""

import os
import sys

from autograder.errors import UsageError
from autograder.sandbox import levels


def choose_level(trust_submissions: bool) -> int:
    """The isolation level to grade at, printed with what is in force.

    Raises: UsageError at level 1 unless submissions are trusted.
    """
    probe = levels.probe()
    print(levels.describe(probe.level), file=sys.stderr)
    for reason in probe.reasons:
        print(f"  not higher: {reason}", file=sys.stderr)
    if probe.level == 1 and not trust_submissions:
        raise UsageError(
            "this machine cannot isolate submissions; grade on Linux, or, if you trust every "
            "one of them, add: --trust-submissions"
        )
    return probe.level


def default_workers() -> int:
    """One worker for each core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
