"""What a lesson's cells import from `autograder`: `method_of`, and stand-ins for grading.

While a submission is graded nobody looks at plots, and `check` and `draw` have nothing to say.
So these, and the modules that draw, are replaced by objects that accept everything and do
nothing.
"""

import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

from autograder.worker.imports.absent import absent_module
from autograder.worker.imports.importable import QUIET


def method_of(cls: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the function below to a class, so that each method can have a cell of its own.

    Args:
        cls: the class that gets the method.
    Returns: a decorator that stores the function under its own name.
    """

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__qualname__ = f"{cls.__name__}.{function.__name__}"
        setattr(cls, function.__name__, function)
        return function

    return add


class Inert:
    """Accepts any attribute, call, item and iteration, and does nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __getattr__(self, name: str) -> "Inert":
        if name.startswith("__"):  # protocols that look for special methods find none
            raise AttributeError(name)
        return Inert()

    def __call__(self, *args: Any, **kwargs: Any) -> "Inert":
        """Do nothing."""
        return Inert()

    def __getitem__(self, key: Any) -> "Inert":
        return Inert()

    def __setitem__(self, key: Any, value: Any) -> None:
        pass  # plt.rcParams["figure.figsize"] = (6, 3)

    def __iter__(self) -> Any:
        # `fig, ax = plt.subplots()` takes two; loops over axes end at once otherwise
        return iter((Inert(), Inert()))

    def __enter__(self) -> "Inert":
        return self

    def __exit__(self, *exc: object) -> None:
        return None


class InertModule(ModuleType):
    """A module of which every name is inert: plotting neither fails nor costs."""

    __path__: list[str] = []  # noqa: RUF012 - what makes it a package

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert()


# What of `os` is text alone; the rest stands in for itself (see absent.py).
OS_TEXTS = ("curdir", "extsep", "linesep", "name", "pardir", "pathsep", "sep")


def modules() -> dict[str, Any]:
    """The stand-in modules by name, `autograder` among them."""
    made: dict[str, Any] = {name: InertModule(name) for name in QUIET}
    tool = ModuleType("autograder")
    tool.__dict__.update(method_of=method_of, check=Inert(), draw=Inert())
    made["autograder"] = tool
    made["tqdm"].__dict__["tqdm"] = lambda items, *args, **kwargs: items
    made["os"], made["os.path"] = _reduced_os(), os.path
    return made


def _reduced_os() -> ModuleType:
    """`os` with names and paths, which are texts, and an environment of its own."""
    reduced = ModuleType("os")
    reduced.__dict__.update({name: getattr(os, name) for name in OS_TEXTS})
    environment: dict[str, str] = {}
    reduced.__dict__.update(path=os.path, environ=environment, getenv=environment.get)
    reduced.__dict__["__getattr__"] = absent_module("os").__getattr__
    return reduced
