"""Gives the names inside each function a name of their own, so that no two are taken for one."""

import ast
from collections import ChainMap
from collections.abc import Iterable, Iterator
from itertools import count

MARK = "\x1f"  # what stands between a name and the number of its function
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def separate(trees: Iterable[ast.AST]) -> None:
    """Rename parameters and what functions assign, in place: two that are called x are two.

    What is imported, and functions and classes, keep their names, wherever they stand.

    Args:
        trees: of all blocks; they are changed.
    """
    numbers = count()
    waiting: list[tuple[ast.AST, ChainMap[str, str]]] = [(tree, ChainMap()) for tree in trees]
    while waiting:
        scope, names = waiting.pop()
        if isinstance(scope, FUNCTIONS):
            number = next(numbers)
            local, of_all = _own(scope)
            own = {name: f"{name}{MARK}{number}" for name in local} | {
                name: name for name in of_all
            }
            names = ChainMap(own, *names.maps)
            for argument in arguments(scope.args):
                argument.arg = own[argument.arg]
        for node in _inside(scope):
            if isinstance(node, FUNCTIONS):
                waiting.append((node, names))
            elif isinstance(node, ast.Name):
                node.id = names.get(node.id, node.id)
            elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                node.name = names.get(node.name, node.name)


def plain(name: str) -> str:
    """A name as the program has it."""
    return name.partition(MARK)[0]


def arguments(given: ast.arguments) -> list[ast.arg]:
    """All parameters of a function."""
    others = [argument for argument in (given.vararg, given.kwarg) if argument is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *others]


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """What belongs to a scope: of the functions in it only what is worked out outside of them."""
    if isinstance(scope, ast.Lambda):
        waiting: list[ast.AST] = [scope.body]
    else:
        waiting = list(getattr(scope, "body", []))
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, FUNCTIONS):
            given = node.args
            waiting += given.defaults
            waiting += [default for default in given.kw_defaults if default is not None]
            waiting += getattr(node, "decorator_list", [])
        else:
            waiting += ast.iter_child_nodes(node)


def _own(function: Function) -> tuple[set[str], set[str]]:
    """The names that are a function's own, and those that it says are everyone's."""
    parameters = {argument.arg for argument in arguments(function.args)}
    names, others, of_all = set[str](), set[str](), set[str]()
    for node in _inside(function):
        match node:
            case ast.Name(name, ast.Store()) | ast.ExceptHandler(_, str(name)):
                names.add(name)
            case ast.MatchAs(_, str(name)) | ast.MatchStar(str(name)):
                names.add(name)
            case ast.Global(declared):
                of_all.update(declared)
            case ast.Nonlocal(declared):
                others.update(declared)
            case ast.Import(aliases) | ast.ImportFrom(_, aliases):
                others.update(alias.asname or alias.name.partition(".")[0] for alias in aliases)
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                others.add(name)
    return names - others - of_all | parameters, of_all
