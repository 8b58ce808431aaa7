"""Names and texts in a program, however they are spelled: nothing of it is run here.

`sys.modules` can also be written `getattr(sys, "mod" + "ules")`, `vars(sys)["modules"]` or
`__import__("sys").modules`, and a name may stand for another: `s = sys`.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, product

from autograder import limits
from autograder.intake.flags.binding import UNKNOWN, Bound, bindings
from autograder.intake.flags.registry import (
    HELD,
    HOLE,
    INNER,
    ITEM_METHODS,
    TABLES,
    is_builtin,
    is_of_python,
)
from autograder.intake.flags.scopes import OWN, Owners, separate
from autograder.intake.flags.texts import foremost, made_by, sliced, whole_number

IMPORTING = ("__import__", "importlib.import_module", "importlib.__import__")
GETATTR = frozenset(("getattr", "builtins.getattr"))
OF_FUNCTIONS = frozenset(("math", "cmath", "operator", "random"))  # modules without texts
COUNTING = frozenset(("len", "range", "int", "float", "abs", "sum", "round", "ord", "bool"))
# What hands on the parts of what it is given, and nothing else.
GATHERING = frozenset(
    (
        *("zip", "enumerate", "sorted", "reversed", "list", "tuple", "set", "frozenset", "dict"),
        *("iter", "next", "items", "keys", "values", "copy", "range", "deque"),
    )
)


class Spelling:
    """The names that a program's expressions stand for.

    Args:
        trees: of all its blocks; a name bound in one is known in all. They are changed: names
            inside functions get names of their own.
    """

    def __init__(self, trees: Iterable[ast.AST]) -> None:
        trees = list(trees)
        separate(trees)
        self._bound: dict[str, list[Bound]] = defaultdict(list)
        self._alias: dict[str, str] = {}
        self._names: dict[int | str, frozenset[str]] = {}
        self._texts: dict[int | str, frozenset[str]] = {}
        self._held: dict[int | str, tuple[tuple[ast.expr, int], ...]] = {}
        self._owners = Owners(trees)
        found = list(bindings(trees))
        # `s = sys` and `sys = s` alike: all that are bound to each other are one name
        for name, value in found:
            if isinstance(value, ast.Name):
                self._alias[self._first(name)] = self._first(value.id)
        for name, value in found:
            if isinstance(value, ast.Name):
                if is_builtin(value.id):
                    self._bound[self._first(name)].append(value.id)
            else:
                self._bound[self._first(name)].append(value)

    def names(self, node: ast.AST) -> frozenset[str]:
        """The dotted names that an expression may stand for; none if it is no name at all.

        `UNKNOWN.f_back` is an attribute of some object, `sys.HOLE` some attribute of sys.
        Raises: RecursionError if it is nested deeper than Python itself goes.
        """
        key = self._key(node)
        if key not in self._names:
            self._names[key] = frozenset()  # what leans on itself stands for nothing
            self._names[key] = foremost(
                self._find_names(node), f"{UNKNOWN}.{HOLE}", limits.SPELLED_BINDINGS
            )
        return self._names[key]

    def texts(self, node: ast.AST) -> frozenset[str]:
        """The texts that an expression may stand for; HOLE is a piece that is not known.

        Raises: RecursionError if it is nested deeper than Python itself goes.
        """
        key = self._key(node)
        if key not in self._texts:
            self._texts[key] = frozenset()
            self._texts[key] = foremost(self._find_texts(node), HOLE, limits.SPELLED_WAYS)
        return self._texts[key]

    def makes(self, name: str) -> bool:
        """Whether it is a class of the program's own, and made as classes are."""
        return name in self._owners.makers and all(one is None for one in self.values(name))

    def binds(self, name: str) -> bool:
        """Whether the program gives that name a meaning of its own."""
        return self._first(name) in self._bound

    def values(self, name: str) -> list[Bound]:
        """All that the program binds a name to."""
        return self._bound.get(self._first(name), [])

    def imports(self, name: str) -> bool:
        """Whether a name stands for what is imported, and never for anything else."""
        bound = self._bound.get(self._first(name), ())
        return bool(bound) and all(isinstance(value, str) for value in bound)

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
            if is_builtin(node.id):
                yield node.id
            for value in self._bound.get(self._first(node.id), ()):
                if value is not None:
                    yield from (value,) if isinstance(value, str) else self.names(value)
        elif isinstance(node, ast.Starred):
            for part, _ in self._parts(node.value):
                yield from self.names(part)
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
        names: Iterable[str] = self.names(owner)
        if not names:
            is_table = attributes == ("__dict__",)
            names = (OWN if is_table and self._owners.is_own(owner, self.values) else UNKNOWN,)
        for name, dotted in product(names, attributes):
            for attribute in dotted.split("."):
                if attribute == "__call__":  # of a function is the function
                    yield name
                    continue
                root = UNKNOWN if name == OWN and attribute != "__dict__" else name
                name, holder = f"{root}.{attribute}", name
                yield name
                inner = attribute.lstrip("_")
                if (inner in INNER and is_of_python(holder)) or inner in HELD:
                    name = inner
                    yield name

    def _parts(self, node: ast.expr) -> tuple[tuple[ast.expr, int], ...]:
        """What an expression may hold, and how deep in it; one that holds nothing is all of it."""
        key = self._key(node)
        if key not in self._held:
            self._held[key] = ((node, 0),)
            self._held[key] = tuple(islice(self._find_parts(node), limits.SPELLED_PARTS))
        return self._held[key]

    def _find_parts(self, node: ast.expr) -> Iterator[tuple[ast.expr, int]]:
        below, parts = 1, list[ast.expr | None]()
        match node:
            case ast.List(elts) | ast.Tuple(elts) | ast.Set(elts):
                parts += elts
            case ast.Dict(keys, values):
                parts += (*keys, *values)
            case ast.ListComp(elt) | ast.SetComp(elt) | ast.GeneratorExp(elt) | ast.Starred(elt):
                parts.append(elt)
            case ast.DictComp(key, value):
                parts += [key, value]
            case ast.Call(function, arguments, keywords) if _last(function) in GATHERING:
                if isinstance(function, ast.Attribute):
                    parts.append(function.value)
                parts += arguments
                parts += [keyword.value for keyword in keywords]
            case ast.Name() if bound := self._bound.get(self._first(node.id)):
                below, parts = 0, [value for value in bound if isinstance(value, ast.expr)]
                if len(parts) < len(bound):
                    yield node, 0
            case _:
                yield node, 0
        for part in parts:
            for inner, depth in self._parts(part) if part is not None else ():
                yield inner, depth + below

    def _item(self, owner: ast.AST, key: ast.AST) -> Iterator[str]:
        """What stands under a key in a table of names."""
        for name, text in product(self.names(owner), self.texts(key)):
            if name == f"{UNKNOWN}.modules" and text != HOLE:
                yield "sys.modules"  # a list of that name has no texts as its keys
            if name in (*TABLES, "sys.modules", f"{UNKNOWN}.modules"):
                yield text if HOLE not in text else f"{UNKNOWN}.{text}"
            elif name.endswith(".__dict__"):
                yield f"{name.removesuffix('__dict__')}{text}".replace(f"{OWN}.", f"{UNKNOWN}.")

    def _called(self, node: ast.Call) -> Iterator[str]:
        arguments = node.args
        for function in self.names(node.func):
            last = function.rpartition(".")[2]
            if function in GETATTR and arguments and isinstance(arguments[0], ast.Starred):
                yield f"{UNKNOWN}.{HOLE}"
            elif function in GETATTR and len(arguments) >= 2:
                yield from self._joined(arguments[0], self.texts(arguments[1]) or (HOLE,))
            elif function in ("vars", "builtins.vars") and arguments:
                yield from self._joined(arguments[0], ("__dict__",))
            elif f"{function}()" in TABLES:
                yield f"{function}()"
            elif function in IMPORTING and arguments:
                yield from (text for text in self.texts(arguments[0]) if HOLE not in text)
            elif last == "__getattribute__" and arguments and isinstance(node.func, ast.Attribute):
                owner = arguments[0] if len(arguments) > 1 else node.func.value
                yield from self._joined(owner, self.texts(arguments[-1]) or (HOLE,))
            elif last in ITEM_METHODS and arguments and isinstance(node.func, ast.Attribute):
                yield from self._item(node.func.value, arguments[0])
        if isinstance(node.func, ast.Call) and node.func.args and arguments:
            makers = self.names(node.func.func)
            if any(maker.rpartition(".")[2] == "attrgetter" for maker in makers):
                yield from self._joined(arguments[0], self.texts(node.func.args[0]))

    def _find_texts(self, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.Constant(bytes(value)):
                yield value.decode("latin-1")
            case ast.Constant(str(value)):
                yield value
            case ast.Name(name):
                for bound in self._bound.get(self._first(name), (None,)):
                    yield from self.texts(bound) if isinstance(bound, ast.expr) else (HOLE,)
            case ast.Starred(value):
                yield from self._texts_in(value, whole=not isinstance(value, ast.Starred))
            case ast.Subscript(value, ast.Slice() as places):
                for text in self.texts(value):
                    yield sliced(text, places)
            case ast.Subscript(value):
                yield from self._texts_in(value, whole=False)
            case ast.IfExp(_, one, other):
                yield from self.texts(one) | self.texts(other)
            case ast.BoolOp(_, values):
                for value in values:
                    yield from self.texts(value)
            case ast.NamedExpr(_, value):
                yield from self.texts(value)
            case ast.JoinedStr(values):
                parts = [self.texts(part) for part in values]
                yield from map("".join, product(*parts))
            case ast.FormattedValue(value, -1, None):
                yield from self.texts(value) or (HOLE,)
            case ast.BinOp(left, ast.Add(), right):
                yield from map("".join, product(self.texts(left), self.texts(right)))
            case ast.BinOp(left, ast.Mod()):
                for text in self.texts(left):
                    yield f"{text.partition('%')[0]}{HOLE}"
            case ast.BinOp(left, ast.Mult(), right) if self.texts(left) or self.texts(right):
                yield HOLE
            case ast.Call(function) if _last(function) not in COUNTING:
                yield from self._made_text(node)
            case ast.Attribute() if self.names(node) and all(map(_is_function, self.names(node))):
                return
            case ast.Attribute() | ast.FormattedValue() | ast.Await() | ast.Yield():
                yield HOLE

    def _texts_in(self, node: ast.expr, *, whole: bool) -> Iterator[str]:
        """The texts in a list or a table; those that are no part of one if `whole`."""
        parts = self._parts(node.value if isinstance(node, ast.Starred) else node)
        for part, depth in parts:
            if isinstance(part, ast.Name) and self._is_of_the_course(part.id):
                yield ""  # the texts in a table of the course's own: FORWARD
            elif isinstance(part, ast.Constant) and not depth and not whole:
                yield HOLE  # a letter of a text
            else:
                yield from self.texts(part)
        if len(parts) == limits.SPELLED_PARTS:
            yield HOLE

    def _is_of_the_course(self, name: str) -> bool:
        return not self.binds(name) and not is_builtin(name)

    def _made_text(self, node: ast.Call) -> Iterator[str]:
        """What a method of a text, or `chr`, gives back."""
        match node.func:
            case ast.Name("chr"):
                code = whole_number(node.args[0]) if node.args else None
                yield chr(code) if code is not None and 0 <= code <= sys.maxunicode else HOLE
                return
            case ast.Attribute(owner, method) if not node.keywords:
                texts = self.texts(owner)
            case _:
                yield HOLE
                return
        given = [sorted(self.texts(a)) for a in node.args]
        parts = _elements(node.args[0]) if method == "join" and node.args else None
        for text in texts or (HOLE,):
            if parts is not None:
                yield from map(text.join, product(*map(self.texts, parts)))
            else:
                yield made_by(method, text, [one[0] for one in given] if all(given) else None)


def _is_function(name: str) -> bool:
    """Whether a dotted name is a function, or a number, and surely no text."""
    return name.partition(".")[0] in OF_FUNCTIONS and "__" not in name


def _last(node: ast.expr) -> str:
    """The last name of a dotted one."""
    match node:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
    return ""


def _elements(node: ast.AST) -> list[ast.expr] | None:
    return node.elts if isinstance(node, ast.List | ast.Tuple) else None
