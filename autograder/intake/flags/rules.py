"""What a submission's rules reach: the functions that fill gradients in, and all that they use."""

import ast
from collections import defaultdict
from collections.abc import Iterable

OPERATIONS = frozenset(
    (
        *("__add__", "__mul__", "__sub__", "__truediv__", "__pow__", "__neg__", "__radd__"),
        *("__rmul__", "__rsub__", "__rtruediv__", "exp", "log", "tanh", "relu", "sigmoid"),
    )
)
GRADIENT = "grad"
Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def reached_by_rules(trees: Iterable[ast.AST]) -> list[ast.AST]:
    """The parts of a program that take part in a rule, each once.

    A rule stores into `grad` anything but a plain number, or is one of a node's operations, where a
    local derivative may be worked out. With it comes, by name, whatever it uses: a function, a
    method, a table of functions. A test that compares gradients with differences is none of it.

    Args:
        trees: of all blocks.
    """
    defined: dict[str, list[ast.AST]] = defaultdict(list)
    found: list[ast.AST] = []
    for tree in trees:
        for node in ast.walk(tree):
            match node:
                case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                    defined[name].append(node)
                case ast.Assign(targets, value):
                    for target in targets:
                        if isinstance(target, ast.Name):
                            defined[target.id].append(value)
            if isinstance(node, Scope) and _is_rule(node):
                found.append(node)
    seen = set(map(id, found))
    for part in found:  # which grows meanwhile
        for node in ast.walk(part):
            match node:
                case ast.Name(name, ast.Load()) | ast.Attribute(_, name, ast.Load()):
                    for other in defined.pop(name, ()):
                        if id(other) not in seen:
                            seen.add(id(other))
                            found.append(other)
    return found


def _is_rule(function: Scope) -> bool:
    """Whether a function stores gradients, itself or in one inside it."""
    if getattr(function, "name", "") in OPERATIONS and function.args.args:
        return True
    for node in ast.walk(function):
        match node:
            case ast.AugAssign(ast.Attribute(_, name)) if name == GRADIENT:
                return True
            case ast.Assign(targets, value) if not _is_plain(value):
                if any(_stores(target) for target in targets):
                    return True
            case ast.Call(ast.Name("setattr"), [_, ast.Constant(name), value]):
                if name == GRADIENT and not _is_plain(value):
                    return True
    return False


def _stores(target: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == GRADIENT for node in ast.walk(target)
    ) and isinstance(target, ast.Attribute | ast.Tuple | ast.List)


def _is_plain(value: ast.expr) -> bool:
    """Whether a value is a number written out, or a tuple of such."""
    plain = ast.Constant | ast.Tuple | ast.UnaryOp | ast.unaryop | ast.expr_context
    return all(isinstance(node, plain) for node in ast.walk(value))
