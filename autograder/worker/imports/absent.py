"""Stand-ins for modules that are not there while a submission is graded.

An import costs nothing: `import torch` works, and so do annotations, `isinstance`, decorators,
base classes and what a module's top level sets up with it. Its use may: calling it inside a
function, or calculating with it, raises one sentence. An import in a `try` that catches
ImportError fails, as its author foresaw.
"""

import ast
import sys
import types
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

OPTIMISED = 1  # CO_OPTIMIZED of a code object: the body of a function
CAUGHT = frozenset(("ImportError", "ModuleNotFoundError", "Exception", "BaseException"))
SENTENCE = "{name} is not available while this exercise is graded"
NEWER = "{name} is not in Python {version}, with which this exercise is graded"


class Absent:
    """Stands for a module that is not there, and for all that is taken from it.

    Args:
        said: the sentence that its use raises.
        others: types that stand beside it in an annotation, `float | np.floating`.
    """

    __slots__ = ("_others", "_said")
    _said: str
    _others: tuple[Any, ...]
    __all__ = ()  # `from torch import *` finds no name

    def __init__(self, said: str, others: Sequence[Any] = ()) -> None:
        object.__setattr__(self, "_said", said)
        object.__setattr__(self, "_others", tuple(others))

    def __getattr__(self, name: str) -> "Absent":
        if name.startswith("__"):  # protocols that look for special methods find none
            raise AttributeError(name)
        return Absent(self._said)

    def __setattr__(self, name: str, value: object) -> None:
        pass  # np.random.bit_generator = ...: nobody will look

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Give back what it decorates; stand for its result at the top level of a module."""
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType | type):
            return args[0]
        if sys._getframe(1).f_code.co_flags & OPTIMISED:
            self._refuse()
        return Absent(self._said)

    def __getitem__(self, key: Any) -> "Absent":
        return Absent(self._said)  # NDArray[np.float64]

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __or__(self, other: Any) -> "Absent":
        return Absent(self._said, (*self._others, other))

    __ror__ = __or__

    def __instancecheck__(self, thing: Any) -> bool:
        return isinstance(thing, self._others)

    def __subclasscheck__(self, kind: type) -> bool:
        return issubclass(kind, self._others)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()  # class Net(nn.Module): a class of its own

    def __repr__(self) -> str:
        return f"<{self._said}>"

    def _refuse(self, *args: Any) -> NoReturn:
        raise ImportError(self._said)

    __bool__ = __int__ = __float__ = __complex__ = __index__ = __len__ = __iter__ = _refuse
    __contains__ = __enter__ = __exit__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __neg__ = __pos__ = __abs__ = __invert__ = __round__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __matmul__ = __rmatmul__ = __truediv__ = __rtruediv__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _refuse
    __divmod__ = __rdivmod__ = __and__ = __rand__ = __xor__ = __rxor__ = _refuse
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = _refuse


def absent_module(name: str) -> Absent:
    """What `import name` gives where there is no such module."""
    return Absent(SENTENCE.format(name=name))


def with_names(module: types.ModuleType, wanted: Sequence[str]) -> Any:
    """A module, with a stand-in for each wanted name that only a newer Python has.

    Args:
        module: a real one.
        wanted: names of `from module import ...`.
    """
    version = ".".join(map(str, sys.version_info[:2]))
    missing = [n for n in wanted if n != "*" and not hasattr(module, n)]
    if not missing:
        return module
    newer = sys.modules.get("typing_extensions") if module.__name__ == "typing" else None
    filled = types.ModuleType(module.__name__)
    filled.__dict__.update(module.__dict__)
    for name in missing:
        said = NEWER.format(name=f"{module.__name__}.{name}", version=version)
        filled.__dict__[name] = getattr(newer, name, None) or Absent(said)
    return filled


def is_caught(frame: types.FrameType | None, sources: Mapping[str, Sequence[str]]) -> bool:
    """Whether an import stands in a `try`, or a `suppress`, that catches its failure.

    Args:
        frame: of the import.
        sources: of the submission's blocks, by the file names of their code.
    """
    while frame is not None:
        texts = sources.get(frame.f_code.co_filename, ())
        if any(_is_caught_at(frame.f_lineno, source) for source in texts):
            return True
        frame = frame.f_back
    return False


def _is_caught_at(line: int, source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Try):
            kinds = [name for h in node.handlers for name in _names(h.type)]
        elif isinstance(node, ast.With):
            calls = [item.context_expr for item in node.items]
            kinds = [n for c in calls if isinstance(c, ast.Call) for a in c.args for n in _names(a)]
        else:
            continue
        first, last = node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno
        if first <= line <= last and not CAUGHT.isdisjoint(kinds):
            return True
    return False


def _names(kinds: ast.expr | None) -> Sequence[str]:
    """The exceptions of `except (ImportError, OSError)`; a bare `except` catches all."""
    if kinds is None:
        return ("BaseException",)
    if isinstance(kinds, ast.Tuple):
        return [name for element in kinds.elts for name in _names(element)]
    return (kinds.id,) if isinstance(kinds, ast.Name) else ()
