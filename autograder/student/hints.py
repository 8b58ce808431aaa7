"""What `hint` does: hints for a task in three levels, a nudge, the concept, a worked twin."""

import json
import textwrap
from pathlib import Path

from autograder.errors import UsageError
from autograder.model import Hints, Outcome, Task
from autograder.outputs import write_file
from autograder.student.checking import check_workspace, up_to_task
from autograder.student.finding import Workspace
from autograder.verdicts import Report

LEVELS = ("nudge", "concept", "twin")
SAYS = {
    "nudge": "a nudge",
    "concept": "the idea behind it",
    "twin": "a worked example of the same kind, with other numbers",
}
STATE = ".hints.json"  # in the exercise's folder: how many hints of each task were given
WIDTH = 80


def hint(
    workspace: Workspace,
    task: str | None = None,
    level: str | None = None,
    *,
    in_notebook: bool = False,
) -> str:
    """Give a hint.

    Args:
        workspace: the exercise.
        task: id; None for the first task whose public checks do not pass.
        level: nudge, concept or twin; None for one level more each time it is asked.
        in_notebook: whether to write Markdown, and to name the next hint as a notebook asks it.
    Returns: text to print.
    Raises: UsageError for an unknown task or level.
    """
    if level is not None and level not in LEVELS:
        raise UsageError(f"unknown level '{level}'; use one of: {', '.join(LEVELS)}")
    if task is None:
        task = open_task(check_workspace(workspace))
        if task is None:
            return "Every public check passes: there is nothing to hint at."
    up_to_task(workspace.compiled, task)
    chosen = next(known for known in workspace.compiled.exercise.tasks if known.id == task)
    if chosen.hints is None:
        return f"{chosen.id}: this task has no hints. Read its lesson once more."
    if level is None:
        level = _next_level(workspace.folder / STATE, chosen.id)
    return _hint_text(workspace, chosen, chosen.hints, level, in_notebook)


def open_task(report: Report) -> str | None:
    """The first task with a check that did not pass, or None."""
    return next((c.task for c in report.checks if c.outcome is not Outcome.PASSED), None)


def asked_in_a_notebook(task: str) -> str:
    """What to run in a cell for a hint."""
    return f'check("{task}", hint=True)'


def _hint_text(
    workspace: Workspace, task: Task, hints: Hints, level: str, in_notebook: bool
) -> str:
    number = LEVELS.index(level) + 1
    text = getattr(hints, level)
    out = [f"{task.id}: {task.title}", f"hint {number} of {len(LEVELS)}, {SAYS[level]}", ""]
    if in_notebook:
        out = [f"**{task.id}**, hint {number} of {len(LEVELS)}, {SAYS[level]}", "", text.strip()]
    else:
        out += _wrapped(text)
    out.append("")
    if number < len(LEVELS) and in_notebook:
        out.append(f"For more, run `{asked_in_a_notebook(task.id)}` again.")
    elif number < len(LEVELS):
        out.append(f'more: autograder hint {workspace.folder.name} --task "{task.id}"')
    else:
        out.append("There are no further hints; ask a person, and show what you have tried.")
    return "\n".join(out)


def _wrapped(markdown: str) -> list[str]:
    """Prose wrapped; code between fences as it stands, indented."""
    out: list[str] = []
    for number, piece in enumerate(markdown.strip().split("```")):
        if number % 2:  # a fence opens: its first line is the name of the language
            code = piece.partition("\n")[2].rstrip("\n")
            out += ["", *(f"    {line}".rstrip() for line in code.split("\n")), ""]
            continue
        paragraphs = [p for p in piece.strip().split("\n\n") if p.strip()]
        for k, paragraph in enumerate(paragraphs):
            out += [""] if k else []
            out += textwrap.wrap(" ".join(paragraph.split()), WIDTH, break_on_hyphens=False)
    while out and not out[-1]:
        out.pop()
    return out


def _next_level(state: Path, task: str) -> str:
    """One level more than was given before; kept in a file, so that it lasts."""
    given = _read_state(state)
    number = min(given.get(task, 0) + 1, len(LEVELS))
    text = json.dumps({**given, task: number}, indent=1, sort_keys=True) + "\n"
    write_file(state, text, f"ask for a level: autograder hint --level {LEVELS[number - 1]}")
    return LEVELS[number - 1]


def _read_state(state: Path) -> dict[str, int]:
    """How many hints were given; a file that is gone or damaged counts as none."""
    try:
        found = json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {k: v for k, v in found.items() if type(v) is int and v >= 0}
