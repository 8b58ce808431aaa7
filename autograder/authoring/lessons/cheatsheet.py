"""The sheet of local derivatives: words by the author, formulas and numbers by the reference.

`reference/cheatsheet.yml` names the operations, the points of the examples and what to mind.
Formulas are read from the code of `reference/engine.py`, numbers come from running it. A
formula that does not agree with the values it belongs to stops the build.
"""

import ast
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.authoring.lessons.formulas import Operation, evaluate, latex, operations, renamed
from autograder.authoring.lessons.regions import parse_module
from autograder.course.course_file import Course
from autograder.course.yaml_files import Keys, read_yaml
from autograder.errors import CourseError
from autograder.tolerance import close

SHEET, SOURCE, ENGINE = "cheatsheet.md", "cheatsheet.yml", "engine.py"
FROM = f"{SOURCE} and {ENGINE}"
KEYS = ("title", "before", "operations", "after")
OPERATION_KEYS = ("method", "code", "at", "output", "also", "mind")
STEP = 6e-6  # about eps**(1/3): where a central difference is best for numbers near 1
NOTHING = "\N{EM DASH}"
HEADER = """\
<!-- Written by `autograder build` from {sources}. Do not edit. -->

# {title}

{before}

| you write | value | local, first parent | local, second parent | example | mind |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One operation on the sheet: the reference's formulas in the sheet's letters.

    Attributes:
        operation: the reference's.
        code: what a student writes, `a * b`.
        points: letter to number, in the order of the operands; one mapping an example.
        output: letter of the output, if the formulas have one.
        value: what the operation computes, in letters.
        also: the same as textbooks write it, or None.
        slopes: letter to local derivative.
        mind: domain and kink.
    """

    operation: Operation
    code: str
    points: tuple[Mapping[str, float], ...]
    output: str | None
    value: ast.expr
    also: ast.expr | None
    slopes: Mapping[str, ast.expr]
    mind: str


def has_sheet(course: Course) -> bool:
    """Whether the course has the words of a sheet."""
    return (course.reference / SOURCE).is_file()


def cheatsheet(course: Course) -> str:
    """Write the sheet.

    Args:
        course: one that has a sheet.
    Returns: Markdown, the same on every machine.
    Raises: CourseError if an operation has no row, or a formula or a rule of the reference
        is not the slope of its values.
    """
    keys = Keys(SOURCE, "", read_yaml(course.reference / SOURCE), KEYS)
    value = runpy.run_path(str(course.reference / ENGINE))["Value"]
    lines = [
        HEADER.format(sources=FROM, title=keys.text("title"), before=keys.text("before")).rstrip()
    ]
    lines += [_line(row, value) for row in sheet_rows(course)]
    return "\n".join([*lines, "", keys.text("after"), ""])


def sheet_rows(course: Course) -> list[Row]:
    """The sheet's rows, in its order; every operation of the reference has one.

    Raises: CourseError.
    """
    engine = course.reference / ENGINE
    module = parse_module(engine.stem, engine.read_text(encoding="utf-8"))
    known = {operation.method: operation for operation in operations(module)}
    keys = Keys(SOURCE, "", read_yaml(course.reference / SOURCE), KEYS)
    rows, left = [], dict(known)
    for entry in keys.entries("operations"):
        own = Keys(SOURCE, "operation", entry, OPERATION_KEYS)
        method = own.choice("method", tuple(known))
        if method not in left:
            raise own.error("method", f"{method} has a row already", "Take one of them out.")
        rows.append(_row(own, left.pop(method)))
    for method in left:
        raise keys.error("operations", f"{method} has no row", f"Add an entry for {method}.")
    return rows


def _row(keys: Keys, operation: Operation) -> Row:
    points = []
    for text in keys.texts("at"):
        try:
            pairs = [part.split("=") for part in text.split(",")]
            points.append({letter.strip(): float(number) for letter, number in pairs})
        except ValueError:
            raise keys.error("at", f"{text!r} is not a point", "Write a = 2, b = 3.") from None
        if len(points[-1]) != len(operation.operands) or list(points[-1]) != list(points[0]):
            wanted = ", ".join(operation.operands)
            raise keys.error("at", f"{text!r} does not fit ({wanted})", "Write a letter for each.")
    letters = dict(zip(operation.operands, points[0], strict=True))
    names: dict[str, ast.expr] = {operand: ast.Name(x) for operand, x in letters.items()}
    output, also = keys.text("output", ""), keys.text("also", "")
    value = renamed(operation.value, names)
    names |= {name: ast.Name(output) if output else value for name in operation.kept}
    return Row(
        operation,
        keys.text("code"),
        tuple(points),
        output or None,
        value,
        ast.parse(also, mode="eval").body if also else None,
        {letters[operand]: renamed(s, names) for operand, s in operation.slopes.items()},
        keys.text("mind"),
    )


def _line(row: Row, value: Any) -> str:
    """A row of the table, proven at the points of its examples."""
    examples = []
    for point in row.points:
        out, slopes = _measured(row, value, point)
        _prove(row, value, point, out, slopes)
        at = ", ".join(f"{letter} = {_number(x)}" for letter, x in point.items())
        locals_ = ", ".join(_number(slope) for slope in slopes.values())
        examples.append(f"${at}$: value ${_number(out)}$, local ${locals_}$")
    forms = [ast.Name(row.output) if row.output else None, row.also, row.value]
    formulas = [f"${latex(slope)}$" for slope in row.slopes.values()]
    first, second = (*formulas, NOTHING)[:2]
    cells = (
        f"`{row.code}`",
        f"${' = '.join(latex(form) for form in forms if form)}$",
        *(first, second),
        "; ".join(examples),
        row.mind,
    )
    return f"| {' | '.join(cells)} |"


def _measured(row: Row, value: Any, point: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """What the reference says at a point: value, and gradients under upstream 1."""
    nodes: dict[str, Any] = {
        letter: value(number) if letter in row.slopes else number
        for letter, number in point.items()
    }
    out = eval(row.code, {"__builtins__": {}}, nodes)
    out.backward()
    return out.data, {letter: nodes[letter].grad for letter in row.slopes}


def _prove(
    row: Row, value: Any, point: Mapping[str, float], out: float, slopes: Mapping[str, float]
) -> None:
    """Compare formulas and rules with the values of the reference. Raises: CourseError."""
    numbers = {**point, row.output: out} if row.output else point
    claims = [("value", out, evaluate(row.value, numbers))]
    if row.also:
        claims.append(("also", out, evaluate(row.also, numbers)))
    for letter, slope in slopes.items():
        ends = [
            _measured(row, value, {**point, letter: point[letter] + step})[0]
            for step in (STEP, -STEP)
        ]
        difference = (ends[0] - ends[1]) / (2 * STEP)
        claims.append((f"formula for {letter}", difference, evaluate(row.slopes[letter], numbers)))
        claims.append((f"rule for {letter}", difference, slope))
    for what, measured, said in claims:
        if not close(said, measured):
            raise CourseError(
                FROM,
                f"Value.{row.operation.method}: {what}",
                f"says {_number(said)} at {dict(point)}, but the values say {_number(measured)}",
                f"Mend the reference or {SOURCE}",
            )


def _number(number: float) -> str:
    """Four digits, as the lessons print them."""
    return f"{number:.4g}"
