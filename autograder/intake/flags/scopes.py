"""Gives the names inside each function a name of their own, so that no two are taken for one."""

import ast
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

MARK = "\x1f"  # what stands between a name and the number of its function
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
OWN = "="  # what stands for an object of the program's own
PLAIN_BASES = frozenset(("object", "NamedTuple", "list", "dict", "tuple", "Exception"))
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


class Owners:
    """The classes of a program, and the names under which their methods know their objects.

    Args:
        trees: of all blocks, after `separate`.
    """

    def __init__(self, trees: Iterable[ast.AST]) -> None:
        nodes = [node for tree in trees for node in ast.walk(tree)]
        classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        self._classes = {one.name for one in classes}
        # what makes an object of the program's own when it is called
        self.makers = set(self._classes)
        # subtle: a method that is taken from its class can be given any object as self
        taken = {
            node.attr
            for node in nodes
            if isinstance(node, ast.Attribute) and self._is_class(node.value)
        }
        read = {one.id for one in nodes if isinstance(one, ast.Name) and _is_read(one)}
        self._selves: set[str] = set()
        self._known: dict[str, bool] = {}
        for one in classes:
            methods = [method for method in one.body if isinstance(method, ast.FunctionDef)]
            bases = {base.id if isinstance(base, ast.Name) else "" for base in one.bases}
            if not bases <= self.makers | PLAIN_BASES or one.keywords:
                self.makers.discard(one.name)
            if any(method.name == "__new__" for method in methods):
                self.makers.discard(one.name)
            self._selves.update(_first(method) for method in methods if method.name not in taken)
        for node in nodes:  # @method_of(MLP)
            match node:
                case ast.FunctionDef(name, decorator_list=[_, *_]) if name not in taken | read:
                    if plain(_first(node)) == "self":
                        self._selves.add(_first(node))

    def is_own(self, node: ast.AST, values: Callable[[str], Sequence[object]]) -> bool:
        """Whether an expression is an object or a class of the program's own.

        Args:
            values: tells what a name is bound to.
        """
        match node:
            case ast.Call(ast.Name("type"), [of]) | ast.Attribute(of, "__class__"):
                return self.is_own(of, values)
            case ast.Name(name):
                if name not in self._known:  # subtle: it may be bound, and used, very often
                    self._known[name] = self._is_own_name(name, values)
                return self._known[name]
        return False

    def _is_own_name(self, name: str, values: Callable[[str], Sequence[object]]) -> bool:
        bound = values(name)
        if name in self._classes or name in self._selves:
            return all(value is None for value in bound)
        makers = {
            value.func.id
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
            else ""
            for value in bound
        }
        return bool(makers) and all(
            maker in self.makers and {*values(maker)} == {None} for maker in makers
        )

    def _is_class(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(name):
                return name in self._classes
            case ast.Call(ast.Name("type")) | ast.Attribute(_, "__class__"):
                return True
        return False


def _first(method: ast.FunctionDef) -> str:
    """What a method calls its object."""
    places = [*method.args.posonlyargs, *method.args.args]
    is_static = any(
        isinstance(d, ast.Name) and d.id == "staticmethod" for d in method.decorator_list
    )
    return places[0].arg if places and not is_static else ""


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)
