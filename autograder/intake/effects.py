"""Which statements of a student's trial cells may change what the solution does.

`setattr(Value, "__radd__", add)` in a cell of its own is part of the solution; `print(Value(2))`
is a trial. Read with `ast`, nothing is run. In doubt a statement counts: one that fails or burns
its time costs nothing else.
"""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from symtable import SymbolTable

from autograder.parsing import parse, scopes

# What looks at its arguments and changes none of them.
LOOKING = """
    abs bool callable dir display draw check float format getattr hasattr hash help id int
    isinstance issubclass iter len list max min print repr reversed round set sorted str sum
    tuple type vars zip
"""
# Methods of lists, sets, tables and registers that change them.
CHANGING = """
    add append appendleft clear discard extend insert pop popitem register remove setdefault
    sort update __setattr__ __setitem__ __delattr__ __delitem__
"""
ONLY_LOOK, CHANGE = frozenset(LOOKING.split()), frozenset(CHANGING.split())
# Whatever their arguments are, what these change may be the solution.
ANYTHING = ("exec", "globals")
# What sets something for the whole process, whatever module it is of.
SETTINGS = """
    filterwarnings getcontext seed setcontext seterr setrecursionlimit simplefilter stack_size
"""
SETTING = frozenset(SETTINGS.split())
Function = ast.FunctionDef | ast.AsyncFunctionDef


def global_names(sources: Iterable[str]) -> set[str]:
    """What the functions and classes of some sources use and do not bind themselves.

    Args:
        sources: Python; one that does not parse uses nothing.
    """
    found: set[str] = set()
    for source in sources:
        outermost = scopes(source)
        todo = [outermost] if isinstance(outermost, SymbolTable) else []
        while todo:
            table = todo.pop()
            todo += table.get_children()
            inner = table.get_type() != "module"
            found.update(s.get_name() for s in table.get_symbols() if s.is_global() and inner)
    return found


class Effects:
    """Tells trials from what may change the solution.

    Args:
        definitions: sources of all that counts as the solution.
        asked: names that the exercise asks for.
    """

    def __init__(self, definitions: Sequence[str], asked: Collection[str]) -> None:
        self._used = global_names(definitions) | {name.partition(".")[0] for name in asked}
        trees = [tree for source in definitions if isinstance(tree := parse(source), ast.Module)]
        top = [node for tree in trees for node in tree.body]
        self._classes = {n.name for n in top if isinstance(n, ast.ClassDef)}
        self._classes |= {name.partition(".")[0] for name in asked if "." in name}
        self._watched = self._used | self._classes
        self._patching: set[str] = set()
        self._find_patching([node for node in top if isinstance(node, Function)])

    def _find_patching(self, functions: Sequence[Function]) -> None:
        """Find the functions that change the solution, and those that call one of them."""
        callers: dict[str, list[str]] = defaultdict(list)
        todo = []
        for function in functions:
            if self._changes(function):
                todo.append(function.name)
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    callers[node.func.id].append(function.name)
        while todo:
            name = todo.pop()
            if name not in self._patching:
                self._patching.add(name)
                todo += callers[name]

    def counts(self, text: str) -> bool:
        """Whether a statement may change what the solution does.

        Args:
            text: one statement that is neither an import, a definition nor an assignment.
        """
        tree = parse(text)
        return isinstance(tree, ast.Module) and any(self._counts(node) for node in tree.body)

    def _counts(self, node: ast.stmt) -> bool:
        return self._changes(node) or any(name in self._used for name in _bound_inside(node))

    def _changes(self, tree: ast.AST) -> bool:
        """Whether anything in it hands a class on, or changes what the solution uses."""
        return any(self._is_change(node) for node in ast.walk(tree))

    def _is_change(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in SETTING:
                return True
            if isinstance(node.func, ast.Name):
                if node.func.id in self._patching or node.func.id in ANYTHING:
                    return True
                if node.func.id in ONLY_LOOK:
                    return False
            elif (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in CHANGE
                and _root(node.func.value) in self._watched
            ):
                return True
            handed = [*node.args, *(keyword.value for keyword in node.keywords)]
            return any(self._is_held(argument) for argument in handed)
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            return _root(node.value) in self._watched
        if isinstance(node, ast.Global):
            return not self._used.isdisjoint(node.names)
        if isinstance(node, ast.For | ast.AsyncFor):  # for cls in (Value, Node): cls.f = f
            return self._is_held(node.iter)
        return False

    def _is_held(self, argument: ast.expr) -> bool:
        """Whether it is a class of the student's, or a list with one in it."""
        return any(isinstance(n, ast.Name) and n.id in self._classes for n in _listed(argument))


def _listed(expression: ast.expr) -> Iterator[ast.expr]:
    """An expression, or what stands in a list of them."""
    todo = [expression]
    while todo:
        one = todo.pop()
        if isinstance(one, ast.Starred):
            todo.append(one.value)
        elif isinstance(one, ast.Tuple | ast.List | ast.Set):
            todo += one.elts
        else:
            yield one


def _root(expression: ast.expr) -> str:
    """The name at the beginning of `Value.ops["+"].rule`; empty if there is none."""
    while isinstance(expression, ast.Attribute | ast.Subscript):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else ""


def _bound_inside(node: ast.AST) -> Iterator[str]:
    """What a compound statement binds in the module: not what its functions bind."""
    todo = list(ast.iter_child_nodes(node))
    while todo:
        inner = todo.pop()
        if isinstance(inner, Function | ast.ClassDef):
            yield inner.name
        elif not isinstance(inner, ast.Lambda | ast.comprehension):
            if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                yield inner.id
            elif isinstance(inner, ast.Import | ast.ImportFrom):
                yield from (a.asname or a.name.partition(".")[0] for a in inner.names)
            elif isinstance(inner, ast.ExceptHandler) and inner.name:
                yield inner.name
            todo += ast.iter_child_nodes(inner)
