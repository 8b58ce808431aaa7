"""Mutation beyond the catalogue: small changes to the reference that nobody thought of.

Each change is tried in the sandbox. One that no check with points notices is a hole, or
is equivalent: it changes nothing that an exercise promises, and stands in
`reference/hidden/<exercise>/equivalent.yml` with the reason.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.lessons.exercises import (
    AuthoredExercise,
    authored_exercise,
    solved_blocks,
)
from autograder.authoring.lessons.regions import Region, find_region, parse_module
from autograder.course.course_file import Course
from autograder.course.yaml_files import Keys, read_yaml
from autograder.judging.judge import Judge
from autograder.model import Block, CompiledExercise, Outcome
from autograder.sandbox.runners import start_runner
from autograder.sandbox.running import run_program
from autograder.sandbox.workload import make_workload

BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ANY = "*"  # in a list of equivalents: every change to a region whose details are free
UNORDERED = (ast.Add, ast.Mult)  # exchanging these operands changes nothing


@dataclass(frozen=True, slots=True)
class Change:
    """One change to one region.

    Attributes:
        region: qualified name.
        line: in the module, from 1.
        before, after: the piece of code, as one line each.
        source: the whole changed module.
    """

    region: str
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """How a list of equivalents names it: without its line, which moves."""
        return f"{self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class MutationRun:
    """What became of the changes to an exercise's regions.

    Attributes:
        tried: how many.
        killed: how many some check with points noticed.
        equivalent: survivors that the list explains.
        survivors: survivors that it does not.
        unused: entries of the list that explain no survivor.
    """

    exercise: str
    tried: int
    killed: int
    equivalent: tuple[Change, ...]
    survivors: tuple[Change, ...]
    unused: tuple[str, ...]


def changes(module_name: str, source: str, region_name: str) -> Iterator[Change]:
    """Make every small change to a region, one at a time.

    Args:
        module_name: `engine`.
        source: the module's text.
        region_name: `engine.Value.__mul__`.
    """
    module = parse_module(module_name, source)
    region = find_region(module, region_name, file=f"{module_name}.py", key="mutation")
    node = region.node if region.node is not None else module.tree
    seen = {source}
    for target, replacement in _replacements(node):
        changed = _spliced(source, target, replacement)
        if changed in seen:
            continue
        seen.add(changed)
        try:
            ast.parse(changed)
        except SyntaxError:
            continue
        before = ast.get_source_segment(source, target) or ""
        yield Change(
            region_name,
            getattr(target, "lineno", region.first),
            " ".join(before.split()),
            " ".join(replacement.split()),
            changed,
        )


def _spliced(source: str, target: ast.AST, text: str) -> str:
    """The source with a node's text replaced."""
    lines = source.encode().splitlines(keepends=True)
    first, last = target.lineno - 1, target.end_lineno - 1  # type: ignore[attr-defined]
    head = b"".join(lines[:first]) + lines[first][: target.col_offset]  # type: ignore[attr-defined]
    tail = lines[last][target.end_col_offset :] + b"".join(lines[last + 1 :])  # type: ignore[attr-defined]
    changed: bytes = head + text.encode() + tail
    return changed.decode()


def _replacements(root: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(root):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.If | ast.For | ast.While):
            yield from _deletions(node)
        if isinstance(node, ast.BinOp):
            yield from _binary(node)
        elif isinstance(node, ast.AugAssign):
            yield node, ast.unparse(ast.Assign([node.target], node.value, lineno=0))
            if type(node.op) in BINARY:
                yield (
                    node,
                    ast.unparse(ast.AugAssign(node.target, BINARY[type(node.op)](), node.value)),
                )
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            for op in COMPARISONS.get(type(node.ops[0]), ()):
                yield node, f"({ast.unparse(ast.Compare(node.left, [op()], node.comparators))})"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
            yield node, f"({ast.unparse(node.operand)})"
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                yield node, f"({ast.unparse(value)})"
        elif isinstance(node, ast.IfExp):
            yield node, f"({ast.unparse(ast.IfExp(node.test, node.orelse, node.body))})"
        elif isinstance(node, ast.Constant):
            yield from _constant(node)
        elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            yield node, f"({ast.unparse(node.args[0])})"
        elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and node.elts:
            for k in range(len(node.elts)):
                left = [e for place, e in enumerate(node.elts) if place != k]
                yield node, f"({ast.unparse(ast.Tuple(left, ast.Load()))})"


def _deletions(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for body in (getattr(node, "body", []), getattr(node, "orelse", [])):
        for k, statement in enumerate(body):
            docstring = (
                k == 0
                and isinstance(statement, ast.Expr)
                and isinstance(statement.value, ast.Constant)
            )
            if not docstring and not isinstance(statement, ast.Pass):
                yield statement, "pass"


def _binary(node: ast.BinOp) -> Iterator[tuple[ast.AST, str]]:
    if type(node.op) in BINARY:
        other = ast.BinOp(node.left, BINARY[type(node.op)](), node.right)
        yield node, f"({ast.unparse(other)})"
    if not isinstance(node.op, UNORDERED):
        yield node, f"({ast.unparse(ast.BinOp(node.right, node.op, node.left))})"
    yield node, f"({ast.unparse(node.left)})"
    yield node, f"({ast.unparse(node.right)})"


def _constant(node: ast.Constant) -> Iterator[tuple[ast.AST, str]]:
    value = node.value
    if isinstance(value, bool):
        yield node, repr(not value)
    elif isinstance(value, int | float):
        for other in (value + 1, -value, value * 2, value * 0):
            if other != value:
                yield node, f"({other!r})"


def mutate_exercise(
    course: Course, compiled: CompiledExercise, level: int, folders: tuple[Path, ...]
) -> MutationRun:
    """Try every change to what an exercise's students write.

    Args:
        course: where it stands.
        compiled: the exercise.
        level: isolation level.
        folders: further folders that its imports need.
    """
    exercise = compiled.exercise
    authored = authored_exercise(course, exercise.id)
    judge, workload = Judge(compiled), make_workload(compiled, exercise.imports)
    counted = {check.id for check in compiled.checks if check.points > 0}
    explained = _equivalents(course, exercise.id)
    unused = set(explained)
    unchanged = _code(solved_blocks(authored, authored.sources))
    tried = killed = 0
    equivalent, survivors = [], []
    runner = start_runner(workload, level, folders)
    try:
        for region in _asked(authored):
            module = region.partition(".")[0]
            for change in changes(module, authored.sources[module], region):
                blocks = solved_blocks(authored, {**authored.sources, module: change.source})
                if _code(blocks) == unchanged:
                    continue  # in a part of the region that this exercise leaves out
                verdict = judge.judge(run_program(runner, workload, blocks), blocks)
                tried += 1
                failed = {r.id for r in verdict.checks if r.outcome is not Outcome.PASSED}
                if failed & counted:
                    killed += 1
                elif keys := {(region, change.name), (region, ANY)} & set(explained):
                    unused -= keys
                    equivalent.append(change)
                else:
                    survivors.append(change)
    finally:
        runner.close()
    return MutationRun(
        exercise.id,
        tried,
        killed,
        tuple(equivalent),
        tuple(survivors),
        tuple(f"{region}: {name}" for region, name in sorted(unused)),
    )


def _code(blocks: Sequence[Block]) -> list[list[str]]:
    """The lines of a program, without `pass`: what is left of a deleted statement."""
    return [[x for x in b.source.splitlines() if x.strip() not in ("", "pass")] for b in blocks]


def _asked(authored: AuthoredExercise) -> list[str]:
    """The regions that students fill; of a whole module, its functions and methods."""
    asked = [r for task in authored.exercise.tasks for r in task.regions]
    whole = [r for r in asked if "." not in r]
    for name in whole:
        module = parse_module(name, authored.sources[name])
        asked += [key for key, (region, *_) in module.regions.items() if _is_outer(region)]
    return [region for region in dict.fromkeys(asked) if region not in whole]


def _is_outer(region: Region) -> bool:
    """Whether a region is a function or method, not nested in another."""
    parent = region.parent
    return isinstance(region.node, ast.FunctionDef) and (
        parent is None or not isinstance(parent.node, ast.FunctionDef)
    )


def _equivalents(course: Course, exercise_id: str) -> dict[tuple[str, str], str]:
    """The list of equivalents: (region, change) to reason."""
    path = course.hidden / exercise_id / "equivalent.yml"
    if not path.exists():
        return {}
    found = {}
    name = f"reference/hidden/{exercise_id}/equivalent.yml"
    plain: Sequence[object] = read_yaml(path) or []
    for number, item in enumerate(plain, 1):
        keys = Keys(name, f"entry {number}", item, ("region", "change", "reason"))
        found[(keys.text("region"), keys.text("change"))] = keys.text("reason")
    return found
