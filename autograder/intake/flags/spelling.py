"""Names and texts in a program, however they are spelled: nothing of it is run here.

`sys.modules` can also be written `getattr(sys, "mod" + "ules")`, `vars(sys)["modules"]` or
`__import__("sys").modules`, and a name may stand for another: `s = sys`.
"""

import ast
import builtins
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, product

from autograder import limits

UNKNOWN = "?"  # what stands for an object that has no name we know
WORKED_OUT = "*"  # what stands for an attribute whose name is worked out as the program runs
OWN_NAMES = ("globals()", "locals()", "vars()")
IMPORTING = ("__import__", "importlib.import_module", "importlib.__import__")
ITEM_METHODS = ("get", "pop", "setdefault", "__getitem__")
# What is done to a text without making a long one.
TEXT_METHODS = (
    *("lower", "upper", "swapcase", "casefold", "strip", "lstrip", "rstrip"),
    *("replace", "removeprefix", "removesuffix", "join", "decode", "encode"),
)
PLAIN_FORMAT = re.compile(r"(?:[^{}]|\{\d?\})*")
# Modules that others hold, under their own name or with a line in front: `collections._sys`.
INNER = frozenset(
    ("builtins", "ctypes", "gc", "imp", "importlib", "inspect", "os", "sys", "thread", "threading")
)


class Spelling:
    """The names that a program's expressions stand for.

    Args:
        trees: of all its blocks; a name bound in one is known in all.
    """

    def __init__(self, trees: Iterable[ast.AST]) -> None:
        self._bound: dict[str, list[str | ast.expr]] = defaultdict(list)
        self._alias: dict[str, str] = {}
        self._names: dict[int | str, frozenset[str]] = {}
        self._texts: dict[int | str, frozenset[str]] = {}
        found = [pair for tree in trees for node in ast.walk(tree) for pair in _bindings(node)]
        # `s = sys` and `sys = s` alike: all that are bound to each other are one name
        for name, value in found:
            if isinstance(value, ast.Name):
                self._alias[self._first(name)] = self._first(value.id)
        for name, value in found:
            if isinstance(value, ast.Name):
                if _is_builtin(value.id):
                    self._bound[self._first(name)].append(value.id)
            else:
                self._bound[self._first(name)].append(value)

    def names(self, node: ast.AST) -> frozenset[str]:
        """The dotted names that an expression may stand for; none if it is no name at all.

        `UNKNOWN.f_back` is an attribute of some object, `sys.WORKED_OUT` some attribute of sys.
        Raises: RecursionError if it is nested deeper than Python itself goes.
        """
        key = self._key(node)
        if key not in self._names:
            self._names[key] = frozenset()  # what leans on itself stands for nothing
            self._names[key] = frozenset(islice(self._find_names(node), limits.SPELLED_NAMES))
        return self._names[key]

    def texts(self, node: ast.AST) -> frozenset[str]:
        """The texts that an expression made of literals may stand for.

        Raises: RecursionError if it is nested deeper than Python itself goes.
        """
        key = self._key(node)
        if key not in self._texts:
            self._texts[key] = frozenset()
            found = islice(self._find_texts(node), limits.SPELLED_NAMES)
            self._texts[key] = frozenset(
                text for text in found if len(text) <= limits.SPELLED_CHARACTERS
            )
        return self._texts[key]

    def _first(self, name: str) -> str:
        """The name that stands for all that are bound to each other."""
        while self._alias.get(name, name) != name:
            above = self._alias[name]
            self._alias[name] = self._alias.get(above, above)  # the next way is shorter
            name = above
        return name

    def _key(self, node: ast.AST) -> int | str:
        """Where what is known of an expression is kept; of a name once for all its places."""
        return self._first(node.id) if isinstance(node, ast.Name) else id(node)

    def _find_names(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Name):
            # subtle: a name that no import binds is no module: `gc` may be a gradient of c
            if _is_builtin(node.id):
                yield node.id
            for value in self._bound.get(self._first(node.id), ()):
                yield from (value,) if isinstance(value, str) else self.names(value)
        elif isinstance(node, ast.Attribute):
            yield from self._joined(node.value, (node.attr,))
        elif isinstance(node, ast.NamedExpr):
            yield from self.names(node.value)
        elif isinstance(node, ast.IfExp):
            yield from self.names(node.body) | self.names(node.orelse)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                yield from self.names(value)
        elif isinstance(node, ast.Subscript):
            yield from self._item(node.value, node.slice)
        elif isinstance(node, ast.Call):
            yield from self._called(node)

    def _joined(self, owner: ast.AST, attributes: Iterable[str]) -> Iterator[str]:
        for name, attribute in product(self.names(owner) or (UNKNOWN,), attributes):
            yield f"{name}.{attribute}"
            inner = attribute.lstrip("_")
            if inner in INNER and is_of_python(name):
                yield inner

    def _item(self, owner: ast.AST, key: ast.AST) -> Iterator[str]:
        """What stands under a key in a table of names."""
        for name, text in product(self.names(owner), self.texts(key)):
            if name == f"{UNKNOWN}.modules":
                yield "sys.modules"  # a list of that name has no texts as its keys
            if name in (*OWN_NAMES, "sys.modules", f"{UNKNOWN}.modules"):
                yield text
            elif name.endswith(".__dict__"):
                yield f"{name.removesuffix('__dict__')}{text}"

    def _called(self, node: ast.Call) -> Iterator[str]:
        arguments = node.args
        for function in self.names(node.func):
            last = function.rpartition(".")[2]
            if function == "getattr" and len(arguments) >= 2:
                yield from self._joined(arguments[0], self.texts(arguments[1]) or (WORKED_OUT,))
            elif function == "vars" and arguments:
                yield from self._joined(arguments[0], ("__dict__",))
            elif f"{function}()" in OWN_NAMES:
                yield f"{function}()"
            elif function in IMPORTING and arguments:
                yield from self.texts(arguments[0])
            elif last == "__getattribute__" and arguments and isinstance(node.func, ast.Attribute):
                owner = arguments[0] if len(arguments) > 1 else node.func.value
                yield from self._joined(owner, self.texts(arguments[-1]))
            elif last in ITEM_METHODS and arguments and isinstance(node.func, ast.Attribute):
                yield from self._item(node.func.value, arguments[0])
        if isinstance(node.func, ast.Call) and node.func.args and arguments:
            makers = self.names(node.func.func)
            if any(maker.rpartition(".")[2] == "attrgetter" for maker in makers):
                yield from self._joined(arguments[0], self.texts(node.func.args[0]))

    def _find_texts(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, bytes):
                yield node.value.decode("latin-1")
            elif isinstance(node.value, str):
                yield node.value
        elif isinstance(node, ast.Name):
            for value in self._bound.get(self._first(node.id), ()):
                if not isinstance(value, str):
                    yield from self.texts(value)
        elif isinstance(node, ast.JoinedStr):
            parts = [self.texts(part) for part in node.values]
            yield from map("".join, product(*parts))
        elif isinstance(node, ast.FormattedValue):
            yield from self.texts(node.value) if node.format_spec is None else ()
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            yield from map("".join, product(self.texts(node.left), self.texts(node.right)))
        elif isinstance(node, ast.Subscript):
            places = [_whole(part) for part in _slice_parts(node.slice)]
            for text in self.texts(node.value):
                if len(places) == 3 and places[2] != 0:
                    yield text[slice(*places)]
        elif isinstance(node, ast.Call) and not node.keywords:
            yield from self._made_text(node)

    def _made_text(self, node: ast.Call) -> Iterator[str]:
        """What a method of a text, or `chr`, gives back."""
        if isinstance(node.func, ast.Name) and node.func.id == "chr" and node.args:
            code = _whole(node.args[0])
            if code is not None and 0 <= code <= sys.maxunicode:
                yield chr(code)
        if not isinstance(node.func, ast.Attribute):
            return
        method, given = node.func.attr, [list(self.texts(a)) for a in node.args]
        for text in self.texts(node.func.value):
            parts = _parts(node.args[0]) if method == "join" and node.args else None
            if parts is not None:
                yield from map(text.join, product(*map(self.texts, parts)))
            elif method in ("decode", "encode"):
                yield text
            elif method == "format" and PLAIN_FORMAT.fullmatch(text) and all(given):
                try:
                    yield text.format(*(one[0] for one in given))
                except (IndexError, ValueError):
                    continue
            elif method in TEXT_METHODS and all(given):
                try:
                    yield str(getattr(text, method)(*(one[0] for one in given)))
                except TypeError:
                    continue


def is_of_python(name: str) -> bool:
    """Whether a dotted name begins with a module of the standard library, or with numpy."""
    root = name.partition(".")[0]
    return root in sys.stdlib_module_names or root == "numpy"


def _is_builtin(name: str) -> bool:
    return hasattr(builtins, name) or name.startswith("__")


def _bindings(node: ast.AST) -> Iterator[tuple[str, str | ast.expr]]:
    """What a statement binds: a name, and the dotted name or the expression it stands for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (
                alias.asname or alias.name.partition(".")[0],
                (alias.name if alias.asname else alias.name.partition(".")[0]),
            )
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module or UNKNOWN}.{alias.name}"
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
    elif (
        isinstance(node, ast.AnnAssign | ast.NamedExpr)
        and isinstance(node.target, ast.Name)
        and node.value is not None
    ):
        yield node.target.id, node.value


def _parts(node: ast.AST) -> list[ast.expr] | None:
    return node.elts if isinstance(node, ast.List | ast.Tuple) else None


def _slice_parts(node: ast.AST) -> tuple[ast.AST | None, ...]:
    return (node.lower, node.upper, node.step) if isinstance(node, ast.Slice) else ()


def _whole(node: ast.AST | None) -> int | None:
    """A whole number that is written out, or nothing."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _whole(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None
