"""The cases of an exercise, judged in the process of the student's code, as others do it.

Used by the pytest and the nbgrader that ours is measured against, so that each judges the
same cases with the same tolerance. It is what not to do: a submission could forge all of it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from autograder.tolerance import all_close
from autograder.worker.players.kinds import KINDS


@cache
def checks(file: str) -> dict[str, dict[str, Any]]:
    """Checks with their cases and expected numbers, by id."""
    return {check["id"]: check for check in json.loads(Path(file).read_text())}


def holds(namespace: dict[str, Any], check: dict[str, Any]) -> bool:
    """Whether a namespace passes a check: every case of it."""
    return all(_right(namespace, case) for case in check["cases"])


def _right(namespace: dict[str, Any], case: dict[str, Any]) -> bool:
    judged = case["judged"]
    seen = KINDS[case["kind"]](namespace, case["request"])[:judged]
    if case["kind"] == "order":
        return len(seen) == judged  # any topological order; ours looks closer
    return any(all_close(seen, right[:judged]) for right in (case["expected"], *case["accept"]))
