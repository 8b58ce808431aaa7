"""Code that reaches for the grader or the interpreter, found by its text for staff to look at.

One process cannot keep a submission from its own player; so whoever takes hold of the player,
the frames or the modules is seen. Nothing is run here, and nothing is taken away for it.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise

from autograder import limits
from autograder.intake.flags.attributes import (
    assigned_in,
    by_place,
    copied,
    in_class,
    named_by_place,
    walked,
)
from autograder.intake.flags.binding import UNKNOWN
from autograder.intake.flags.prefilter import WORD, may_reach
from autograder.intake.flags.registry import (
    ALL_NAMES,
    ARGUMENTS,
    ASKING,
    ATTRIBUTES,
    BY_NAME,
    FREE,
    GRADER,
    HANDED_ON,
    HARMLESS,
    HELD,
    HOLE,
    INNER,
    INSIDES,
    LOADED,
    OFTEN_VARIABLES,
    ONLY_AS_NAMES,
    OPENING,
    OURS,
    PIPES,
    REACHES,
    REPLACED,
    STORING,
    STYLE,
    TAKEN_FROM,
    TAKING,
    TEXTS,
    WATCHED,
    is_of_python,
)
from autograder.intake.flags.spelling import Spelling
from autograder.intake.flags.texts import whole_number
from autograder.model import Block
from autograder.parsing import parse

IN_FORMAT = re.compile(r"\{[^{}]*[.\[](\w+)")


def reaching(blocks: Sequence[Block]) -> Iterator[str]:
    """Say where a submission reaches for the grader or the interpreter.

    Args:
        blocks: what the student wrote, in the order in which it runs.
    Returns: one sentence for each thing reached for in a block, with its first line; and one
        for each block that was too long, or nested too deep, to be searched.
    """
    whole = "\n".join(block.source for block in blocks)
    if len(whole) <= limits.SEARCHED_CHARACTERS and not may_reach(whole):
        return
    left = limits.SEARCHED_CHARACTERS  # for all together: a submission may have many blocks
    trees: list[tuple[Block, ast.Module]] = []
    for block in blocks:
        if len(block.source) > left:
            yield f"{block.label}: more code than is searched; read it yourself."
            yield from _by_words(block)
            continue
        left -= len(block.source)
        tree = parse(block.source)
        if isinstance(tree, ast.Module):
            trees.append((block, tree))
        elif tree.lineno is None:  # not a mistake in it: it may run all the same
            yield f"{block.label}: {tree.msg}; it was not searched, so read it yourself."
            yield from _by_words(block)
    spelling = Spelling(tree for _, tree in trees)
    for block, tree in trees:
        yield from _in_block(block, tree, spelling)


def _in_block(block: Block, tree: ast.Module, spelling: Spelling) -> Iterator[str]:
    """What one block reaches for, each thing once."""
    found: dict[tuple[str, str], int] = {}
    plain: set[int] = set()  # names that are used, and not handed on
    try:
        for node in ast.walk(tree):
            plain.update(map(id, _used(node, spelling, is_used=id(node) in plain)))
            for name, reason in _in_node(node, spelling, is_handed_on=id(node) not in plain):
                line = getattr(node, "lineno", 1)
                key = (name[: limits.SHOWN_DOTTED_NAME], reason)
                found[key] = min(line, found.get(key, line))
    except RecursionError:
        yield f"{block.label}: nested too deep; it was not searched, so read it yourself."
    for (name, reason), line in sorted(found.items(), key=lambda item: (item[1], item[0])):
        yield f"{block.label}, line {line}: {name} ({reason})."


def _in_node(node: ast.AST, spelling: Spelling, *, is_handed_on: bool) -> Iterator[tuple[str, str]]:
    """What one node of a program reaches for, and why that matters."""
    yield from by_place(node, spelling, is_handed_on=is_handed_on)
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _named(f"{alias.name}.")
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield from _named(f"{node.module}.{alias.name}")
            if alias.name == "*" and node.module in WATCHED:
                yield node.module, ALL_NAMES
    elif isinstance(node, ast.MatchClass):
        for attribute in node.kwd_attrs:
            yield from _named(f"{UNKNOWN}.{attribute}")
    elif isinstance(node, ast.arg | ast.AnnAssign | ast.FunctionDef | ast.AsyncFunctionDef):
        yield from _annotated(node, spelling)
    elif isinstance(node, ast.ClassDef):
        yield from in_class(node)
        for value in assigned_in(node):
            for name in spelling.names(value):
                yield from _handed_on(value, name, spelling)
    elif isinstance(node, ast.keyword):
        yield from _named(f"{UNKNOWN}.{node.arg}") if node.arg in ARGUMENTS else ()
    elif isinstance(node, ast.expr):
        for text in spelling.texts(node):
            yield from _as_text(text)
        for name in spelling.names(node):
            yield from _named(name)
            if is_handed_on:
                yield from _handed_on(node, name, spelling)
        yield from walked(node, spelling, is_handed_on=is_handed_on)
        yield from _stored(node, spelling)
        if isinstance(node, ast.Call):
            yield from _called(node, spelling)


def _named(name: str) -> Iterator[tuple[str, str]]:
    root, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    shown = name.removeprefix(f"{UNKNOWN}.").rstrip(".")
    if HOLE in name:
        if root not in HARMLESS and _may_be_telling(last):
            yield ("getattr" if root == UNKNOWN else root), BY_NAME
    elif root == OURS:
        if rest and rest.partition(".")[0] not in FREE:
            yield ".".join(name.split(".")[:2]), GRADER
    elif name in REACHES:
        yield shown, REACHES[name]
    elif last in REACHES and last not in ONLY_AS_NAMES:
        yield last, REACHES[last]
    elif f"{root}." in REACHES:
        yield root, REACHES[f"{root}."]
    elif rest and f"{root}.{rest.partition('.')[0]}." in REACHES:
        yield shown, REACHES[f"{root}.{rest.partition('.')[0]}."]
    elif rest and _is_inner(last, root):
        yield shown, LOADED
    elif last == "__dict__" and is_of_python(root):
        yield shown, ALL_NAMES
    elif rest.endswith("__code__.replace"):
        yield "__code__.replace", INSIDES


def _is_inner(name: str, root: str) -> bool:
    """Whether an attribute of that name is a module that another one holds."""
    inner = name.lstrip("_")
    return inner in HELD or (inner in INNER and is_of_python(root))


def _may_be_telling(name: str) -> bool:
    """Whether a name of which pieces are not known may be one that reaches."""
    known = name.split(HOLE)
    return any(one.startswith(known[0]) and one.endswith(known[-1]) for one in (*ATTRIBUTES, *HELD))


def _as_text(text: str) -> Iterator[tuple[str, str]]:
    for word in (text, *(IN_FORMAT.findall(text) if "{" in text else ())):
        if word in REACHES and word.isidentifier() and word not in ONLY_AS_NAMES:
            yield word, REACHES[word]
    dotted = text.split(".")
    if len(dotted) > 1 and "".join(dotted).isidentifier():
        for before, name in pairwise(dotted):
            if f"{before}.{name}" in REACHES:
                yield f"{before}.{name}", REACHES[f"{before}.{name}"]
            elif name in REACHES and name not in ONLY_AS_NAMES:
                yield name, REACHES[name]
    if text.startswith(f"{OURS}.") and text != STYLE and text.replace(".", "_").isidentifier():
        yield text, GRADER


def _used(node: ast.AST, spelling: Spelling, *, is_used: bool) -> Iterator[ast.AST | None]:
    """The parts of a node that are no names handed on, where they are names.

    What stands for one of its parts (`sys or 0`) hands that on where it is handed on itself; and
    a comparison hands it to the other side, except by `is`.
    """
    yield from named_by_place(node)
    match node:
        case ast.Attribute(value) | ast.Subscript(value) | ast.FormattedValue(value):
            yield value
        case ast.For(_, iterated) | ast.comprehension(_, iterated):
            yield iterated
        case ast.Call(function, arguments):
            yield function
            if isinstance(function, ast.Name) and function.id in ASKING:
                yield from arguments
        case ast.Assign([ast.Name()], value) | ast.Expr(value):
            yield value  # the name that is bound is followed
        case ast.NamedExpr(_, value) if is_used:
            yield value
        case ast.If(test) | ast.IfExp(test) | ast.While(test) | ast.UnaryOp(_, test):
            yield test
        case ast.BoolOp(_, values) if is_used:
            yield from values
        case ast.Compare(left, operators, others):
            sides = (left, *others)
            named = [side for side in sides if not isinstance(side, ast.Constant)]
            harmless = all(isinstance(one, ast.Is | ast.IsNot) for one in operators)
            # what was just taken from something is compared, and not the thing itself
            calls = all(isinstance(side, ast.Call) for side in named)
            if len(named) < 2 or harmless or calls:
                yield from sides


def _handed_on(node: ast.expr, name: str, spelling: Spelling) -> Iterator[tuple[str, str]]:
    """A function that takes what a text names, or a module, that is a value like any other."""
    if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return
    root, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    is_its_own = last in OFTEN_VARIABLES and spelling.binds(last)
    if last == "__code__":
        yield last, INSIDES
    elif isinstance(node, ast.Name) and name in sys.stdlib_module_names:
        if name not in HARMLESS | {"random"} and spelling.imports(node.id):  # 08 hands on random
            yield name, HANDED_ON
    elif last in TAKING and (not rest or root in TAKEN_FROM or last[:2] == "__") and not is_its_own:
        yield last, HANDED_ON


def _called(node: ast.Call, spelling: Spelling) -> Iterator[tuple[str, str]]:
    """What a call takes by a text, runs as a text, or opens by a number."""
    first = node.args[:1]
    for function in spelling.names(node.func):
        yield from copied(node, function)
        root, _, last = function.rpartition(".")
        if last in ("attrgetter", "methodcaller"):
            for argument in node.args:
                for text in spelling.texts(argument) or (HOLE,):
                    for part in text.split("."):
                        yield from _named(f"{UNKNOWN}.{part}")
        elif root == "timeit":
            given = [*first, *(k.value for k in node.keywords if k.arg in ("stmt", "setup"))]
            if any(spelling.texts(one) - {HOLE} for one in given):
                yield function, TEXTS
        elif (function in OPENING or last == "FileIO") and first and _is_a_pipe(first[0]):
            yield function, PIPES


def _is_a_pipe(node: ast.expr) -> bool:
    """Whether it is the number of a pipe beside those of print and input."""
    return (whole_number(node) or 0) > 2


def _annotated(node: ast.AST, spelling: Spelling) -> Iterator[tuple[str, str]]:
    """A text in the place of a type that calls or reaches for something: some functions run it."""
    match node:
        case ast.arg(_, ast.expr() as annotation) | ast.AnnAssign(_, annotation):
            pass
        case ast.FunctionDef(returns=ast.expr() as annotation):
            pass
        case _:
            return
    for part in ast.walk(annotation):
        match part:
            case ast.Constant(str(text)) if "(" in text:
                yield "an annotation", TEXTS
            case ast.Constant(str(text)) if "." in text:
                tree = parse(text)
                for inner in ast.walk(tree) if isinstance(tree, ast.Module) else ():
                    if isinstance(inner, ast.Attribute):
                        for name in spelling.names(inner):
                            yield from _named(name)


def _stored(node: ast.expr, spelling: Spelling) -> Iterator[tuple[str, str]]:
    """Attributes that are set or deleted where all code in the process would notice."""
    owner: ast.AST | None = None
    if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
        owner = node.value
        if node.attr == "__code__":
            yield node.attr, INSIDES
    elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        if any(name.endswith(".__dict__") for name in spelling.names(node.value)):
            owner = node.value
    elif isinstance(node, ast.Call) and node.args and spelling.names(node.func) & STORING:
        owner = node.args[0]
        if len(node.args) > 1 and "__code__" in spelling.texts(node.args[1]):
            yield "__code__", INSIDES
    for name in spelling.names(owner) if owner is not None else ():
        if is_of_python(name) or name.partition(".")[0] == OURS:
            yield name.removesuffix(".__dict__"), REPLACED


def _by_words(block: Block) -> Iterator[str]:
    """What a block that is not parsed seems to reach for: its words alone."""
    found: dict[str, int] = {}
    for number, line in enumerate(block.source.split("\n"), 1):
        for word in WORD.findall(line):
            if word in REACHES and word not in ONLY_AS_NAMES:
                found.setdefault(word, number)
    for word, number in found.items():
        yield f"{block.label}, line {number}: {word} ({REACHES[word]})."
