"""Run a checks.py, and record what each check in it asks to be played."""

import inspect
import runpy
from pathlib import Path

from autograder.authoring.checks.random_tapes import Gradients, none_known
from autograder.authoring.checks.vocabulary import ATTRIBUTE, Recorder
from autograder.errors import CourseError
from autograder.model import Check, Visibility


def load_checks(
    path: Path, visibility: Visibility, seed: str, gradients: Gradients = none_known
) -> tuple[Check, ...]:
    """Run a checks.py and record the cases of each check in it, in the file's order.

    Args:
        path: the file.
        visibility: of all its checks: the folder says it.
        seed: the course's secret seed; public checks are given a public one.
        gradients: right ones, which random graphs are chosen by.
    Raises: CourseError for a check without docstring, cases, or with bad points.
    """
    if not path.exists():
        return ()
    namespace = runpy.run_path(str(path))
    checks = []
    for name, function in namespace.items():
        declared = getattr(function, ATTRIBUTE, None)
        if declared is None or function.__module__ != "<run_path>":
            continue
        title = (inspect.getdoc(function) or "").partition("\n")[0]
        if not title:
            raise CourseError(path, name, "a check without a docstring", "Write one sentence")
        if declared["points"] < 0:
            raise CourseError(path, name, f"points {declared['points']}", "Use 0 or more")
        recorder = Recorder(seed, f"{path.parent.name}/{name}", gradients)
        try:
            function(recorder)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            raise CourseError(path, name, problem, "Mend the call") from error
        if not recorder.cases:
            raise CourseError(path, name, "a check without a case", "Observe something")
        checks.append(
            Check(
                id=name,
                title=title,
                visibility=visibility,
                cases=tuple(recorder.cases),
                **declared,
            )
        )
    return tuple(checks)
