"""Whether a program remembers anything from one case to the next.

Cases share one process. What a program answers to a check can be kept, and used where other
checks are played before it, only if no check leaves a trace. So all that a program could
remember by is noted once, after its blocks have run, and compared after each check: the
objects that its names lead to, the random generators, and some settings of the interpreter.
What cannot be looked into (an open generator, an array, a cache) counts as a trace.
"""

import decimal
import random
import re
import sys
import types
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from operator import is_
from typing import Any

from autograder.worker.imports.standins import Inert
from autograder.worker.players.base import MODULE

# What cannot change, and what leads to nothing of the program's.
ATOMS = (
    *(type(None), bool, int, float, complex, str, bytes, range, slice, type(...)),
    *(type(NotImplemented), decimal.Decimal, Fraction, re.Pattern),
    *(types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType),
    *(types.GetSetDescriptorType, types.MemberDescriptorType, types.CodeType),
    *(types.GenericAlias, types.UnionType),
)
BOUND = (types.BuiltinFunctionType, types.MethodWrapperType)
HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: of a class made by a class statement
EMPTY = object()  # what a cell without content holds

Look = Callable[[], Iterable[object]]


class Memory:
    """All that a program could remember by, as it is now.

    Args:
        namespace: of the program, after its blocks have been executed.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._globals = namespace
        self._looks: list[tuple[Look, list[object]]] = []
        self._all_seen = True
        self._seen: set[int] = set()
        self._todo: list[Any] = []
        self._note(lambda: _parts(namespace), follow=True)
        self._note(lambda: namespace.get("__builtins__", {}).values(), follow=False)
        self._seen |= {id(namespace), id(namespace.get("__builtins__"))}
        while self._todo:
            self._walk(self._todo.pop())
        self._interpreter = _interpreter()

    def is_unchanged(self) -> bool:
        """Whether everything is as it was when this was made, as far as can be seen."""
        return (
            self._all_seen
            and all(_same(look(), before) for look, before in self._looks)
            and _interpreter() == self._interpreter
        )

    def _note(self, look: Look, *, follow: bool) -> None:
        # subtle: what was there is held on to, or a new object could get its address
        before = list(look())
        self._looks.append((look, before))
        if follow:
            self._todo.extend(before)

    def _walk(self, thing: Any) -> None:
        kind = type(thing)
        if id(thing) in self._seen or kind in ATOMS:
            return
        self._seen.add(id(thing))
        if kind in BOUND:
            self._todo.append(thing.__self__)
        elif kind in (dict, list, set, frozenset, tuple, deque) or kind is types.MappingProxyType:
            self._note(lambda: _parts(thing), follow=True)
        elif issubclass(kind, types.ModuleType):
            self._note(lambda: _of_module(thing), follow=False)
        elif kind is Inert:
            self._note(lambda: vars(thing).values(), follow=True)
        elif kind is types.FunctionType:
            # another module's function: what it works on is that module's own
            self._note(lambda: _of_function(thing), follow=thing.__globals__ is self._globals)
        elif kind is types.MethodType:
            self._todo += [thing.__func__, thing.__self__]
        elif kind in (staticmethod, classmethod):
            self._note(lambda: [thing.__func__, *vars(thing).values()], follow=True)
        elif kind is property:
            self._todo += [thing.fget, thing.fset, thing.fdel]
        elif kind is type and not thing.__flags__ & HEAP_TYPE:
            pass  # made in C: nothing can be set on it
        elif kind is type:
            own = thing.__module__ == MODULE
            self._note(lambda: _parts(vars(thing)), follow=own)
            self._todo.extend(thing.__bases__ if own else ())
        elif kind.__module__ == MODULE and type(kind) is type:
            self._note(lambda: _of_instance(thing), follow=True)
            self._todo.append(kind)
            self._all_seen &= kind.__mro__[-2].__module__ == MODULE  # else a list, say, with more
        else:
            self._all_seen = False


def _same(now: Iterable[object], before: list[object]) -> bool:
    seen = list(now)
    return len(seen) == len(before) and all(map(is_, seen, before))


def _parts(thing: Any) -> Iterator[object]:
    """What a container holds, or a dictionary's keys and values."""
    yield from thing
    if isinstance(thing, dict | types.MappingProxyType):
        yield from thing.values()


def _of_module(module: types.ModuleType) -> Iterator[object]:
    """What a module holds, without other modules: numpy loads some when they are first used."""
    return (x for x in vars(module).values() if not isinstance(x, types.ModuleType))


def _of_function(function: types.FunctionType) -> Iterator[object]:
    yield function.__code__
    yield function.__defaults__
    yield function.__kwdefaults__
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            yield EMPTY
    yield from function.__dict__.values()


def _of_instance(thing: Any) -> Iterator[object]:
    """The attributes of an object of one of the program's own classes."""
    yield type(thing)
    for base in type(thing).__mro__:
        for name, member in vars(base).items():
            if type(member) in (types.MemberDescriptorType, types.GetSetDescriptorType):
                # subtle: asked of the slot itself, so that no code of the program runs
                try:
                    found = member.__get__(thing)
                except AttributeError:
                    found = EMPTY
                yield from found.values() if name == "__dict__" else (found,)


def _interpreter() -> tuple[object, ...]:
    """What a case could change outside of the program."""
    numpy = sys.modules.get("numpy")
    noise: tuple[object, ...] = ()
    if numpy is not None:
        name, keys, *rest = numpy.random.get_state()
        noise = (name, keys.tobytes(), *rest, *numpy.geterr().values())
    return (
        random.getstate(),
        sys.getrecursionlimit(),
        str(decimal.getcontext()),
        tuple(warnings.filters),
        *noise,
    )
