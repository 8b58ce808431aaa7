"""Hostile notebooks for 04_backward_rules, made from the exercise's own notebook.

A generator takes the folder to write into and the notebook, solved or as it was released
(the docstring's `start:` says which), so that they stay true when the lesson changes.
"""

import copy
import json
from pathlib import Path
from typing import Any

NAME = "04_backward_rules.ipynb"
Notebook = dict[str, Any]


def _write(folder: Path, content: Notebook | str) -> Path:
    file = folder / NAME
    text = content if isinstance(content, str) else json.dumps(content)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    return file


def _marks(cell: dict[str, Any]) -> dict[str, Any]:
    return cell.get("metadata", {}).get("nbgrader", {})


def _graded(notebook: Notebook) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if _marks(cell).get("grade")]


def _code(source: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "added",
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def forged_points(folder, notebook):
    """Writes other points, names and kinds into the metadata of an unsolved notebook.

    family: forging
    expect: zero
    start: released
    gain: points that the course does not give
    """
    notebook = copy.deepcopy(notebook)
    for number, cell in enumerate(notebook["cells"]):
        if _marks(cell):
            _marks(cell).update(points=1000, grade=True, solution=bool(number % 2), locked=False)
    notebook["metadata"]["nbgrader"] = {"score": 1000, "max_score": 1}
    return _write(folder, notebook)


def duplicated_cells(folder, notebook):
    """Repeats every graded cell of an unsolved notebook, once before and once after all others.

    family: forging
    expect: zero
    start: released
    gain: a check that is counted twice, or the student's copy taken for the course's
    """
    notebook = copy.deepcopy(notebook)
    copies = [copy.deepcopy(cell) for cell in _graded(notebook)]
    for cell in copies:
        cell["source"] = "print('passed')"
    notebook["cells"] = [*copies, *notebook["cells"], *copy.deepcopy(copies)]
    return _write(folder, notebook)


def extra_graded_cells(folder, notebook):
    """Adds graded cells of its own to an unsolved notebook.

    family: forging
    expect: zero
    start: released
    gain: points for a cell that the course does not have
    """
    notebook = copy.deepcopy(notebook)
    for number in range(20):
        marks = {
            "grade": True,
            "grade_id": f"extra-{number}",
            "locked": True,
            "points": 50,
            "schema_version": 3,
            "solution": False,
            "task": False,
        }
        notebook["cells"].append(_code("100.0", nbgrader=marks))
    return _write(folder, notebook)


def replaced_checks(folder, notebook):
    """Rewrites every locked cell of an unsolved notebook: checks that pass, a check() that agrees.

    family: forging
    expect: zero
    start: released
    gain: the student's own checks taken for the course's
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if _marks(cell).get("locked") and cell["cell_type"] == "code":
            cell["source"] = "check = lambda *_: True\nclass Value: pass\n100.0"
    return _write(folder, notebook)


def skipped_execution(folder, notebook):
    """Tags the checks of an unsolved notebook so that they are not run, which nbgrader rewards.

    family: forging
    expect: zero
    start: released
    gain: full marks for a check without output
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
    return _write(folder, notebook)


def forged_outputs(folder, notebook):
    """Stores outputs of passed checks in an unsolved notebook.

    family: forging
    expect: zero
    start: released
    gain: a stored output taken for a result
    """
    notebook = copy.deepcopy(notebook)
    data = {"text/plain": "100.0", "text/html": "<b>passed</b>"}
    passed = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 1
            cell["outputs"] = [passed]
    return _write(folder, notebook)


def unknown_schema(folder, notebook):
    """Claims a version of the metadata that does not exist, which ends nbgrader's whole batch.

    family: source
    expect: honest
    start: solved
    gain: a class that is not graded
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if _marks(cell):
            _marks(cell)["schema_version"] = 99
    notebook["nbformat_minor"] = 99
    return _write(folder, notebook)


def sixty_megabytes_of_output(folder, notebook):
    """Carries 60 MB of stored output in a solved notebook.

    family: source
    expect: honest
    start: solved
    gain: minutes, or a report with 60 MB in it
    """
    notebook = copy.deepcopy(notebook)
    last = next(c for c in reversed(notebook["cells"]) if c["cell_type"] == "code")
    last["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 60_000_000}]
    return _write(folder, notebook)


def retyped_cells(folder, notebook):
    """Turns solved cells into text cells and drops their metadata, as a careless editor does.

    family: source
    expect: honest
    start: solved
    gain: an honest solution that is lost
    """
    notebook = copy.deepcopy(notebook)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    solved = [cell for cell in code if _marks(cell).get("solution")]
    for cell in solved[:1]:
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]
    for cell in solved[1:2]:
        cell["metadata"].pop("collapsed", None)
        cell["metadata"]["nbgrader"]["checksum"] = "0" * 32
    return _write(folder, notebook)


def magics(folder, notebook):
    """Adds cells with shell commands and magics to a solved notebook.

    family: two_faced
    expect: honest
    start: solved
    gain: /tmp/micrograde-canary-magics
    """
    notebook = copy.deepcopy(notebook)
    for source in (
        "!touch /tmp/micrograde-canary-magics",
        "%%bash\ntouch /tmp/micrograde-canary-magics",
        "%run /tmp/micrograde-canary-magics",
        "get_ipython().system('touch /tmp/micrograde-canary-magics')",
        "%matplotlib inline\n%load_ext autoreload",
    ):
        notebook["cells"].append(_code(source))
    return _write(folder, notebook)


def nested_json(folder, _):
    """Is a hundred thousand nested lists, at which json's parser gives up.

    family: source
    expect: refused
    start: released
    gain: an error of ours
    """
    return _write(folder, "[" * 100_000 + "]" * 100_000)


def huge_number(folder, notebook):
    """Has a number of 200,000 digits where its format version stands.

    family: source
    expect: refused
    start: solved
    gain: an error of ours: Python refuses to read such a number
    """
    text = json.dumps({**notebook, "nbformat": "HERE"})
    return _write(folder, text.replace('"HERE"', "4" * 200_000))


def other_shapes(folder, notebook):
    """Has cells that are numbers, sources that are objects, metadata that are lists.

    family: source
    expect: zero
    start: released
    gain: an error of ours
    """
    notebook = copy.deepcopy(notebook)
    notebook["cells"] = [3, None, {"cell_type": "code", "source": {"a": 1}, "metadata": []}, []]
    return _write(folder, notebook)


def no_cells(folder, _):
    """Is JSON, but no notebook.

    family: source
    expect: zero
    start: released
    gain: an error of ours
    """
    return _write(folder, '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "worksheets": []}')


def half_a_character(folder, notebook):
    """Has half a surrogate pair in its source, which no encoding can write.

    family: source
    expect: honest
    start: solved
    gain: an error of ours, late: when the source or a report is written
    """
    notebook = copy.deepcopy(notebook)
    notebook["cells"].append(_code('text = "\ud800"'))
    return _write(folder, notebook)


def repeated_keys(folder, notebook):
    """Has each cell's source twice in one JSON object: readers differ in which they take.

    family: source
    expect: refused
    start: released
    gain: one source graded and another one shown
    """
    text = json.dumps(notebook)
    return _write(folder, text.replace('"source":', '"source": ["print(1)"], "source":'))


GENERATORS = (
    forged_points,
    duplicated_cells,
    extra_graded_cells,
    replaced_checks,
    skipped_execution,
    forged_outputs,
    unknown_schema,
    sixty_megabytes_of_output,
    retyped_cells,
    magics,
    nested_json,
    huge_number,
    other_shapes,
    no_cells,
    half_a_character,
    repeated_keys,
)
