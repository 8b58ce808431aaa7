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
SETTING = frozenset(("setattr", "__setattr__"))
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
    return any(_stores(node) for node in ast.walk(function))


def _stores(node: ast.AST) -> bool:
    """Whether a gradient is stored here that is no number written out."""
    match node:
        case ast.AugAssign(target):
            return _is_gradient(target)
        case ast.Assign(targets, value):
            return not _is_plain(value) and any(map(_holds_gradient, targets))
        case ast.AnnAssign(target, _, ast.expr() as value):
            return not _is_plain(value) and _is_gradient(target)
        case ast.For(target) | ast.AsyncFor(target) | ast.comprehension(target):
            return _holds_gradient(target)
        case ast.withitem(_, ast.expr() as target):
            return _holds_gradient(target)
        case ast.Call(
            ast.Name(name) | ast.Attribute(_, name), [*_, ast.Constant(attribute), value]
        ):
            return name in SETTING and attribute == GRADIENT and not _is_plain(value)
        case ast.Call(ast.Attribute(_, "update"), _, keywords):
            return any(one.arg == GRADIENT and not _is_plain(one.value) for one in keywords)
    return False


def _holds_gradient(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute | ast.Subscript | ast.Tuple | ast.List) and any(
        _is_gradient(node) for node in ast.walk(target)
    )


def _is_gradient(target: ast.AST) -> bool:
    """Whether it is `p.grad`, or what stands under that name in a table of attributes."""
    match target:
        case ast.Attribute(_, name) | ast.Subscript(_, ast.Constant(name)):
            return bool(name == GRADIENT)
    return False


def _is_plain(value: ast.expr) -> bool:
    """Whether a value is a number written out, or a tuple of such."""
    plain = ast.Constant | ast.Tuple | ast.UnaryOp | ast.unaryop | ast.expr_context
    return all(isinstance(node, plain) for node in ast.walk(value))
