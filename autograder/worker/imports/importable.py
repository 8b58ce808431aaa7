"""Which modules a submission may import: all else is a stand-in that costs nothing until used."""

from collections.abc import Collection

# The standard library's mathematics, and what else of it computes or describes and touches
# nothing outside the process. All is loaded before a submission runs: later no file can be
# opened.
STANDARD = (
    "__future__", "abc", "argparse", "array", "bisect", "cmath", "collections", "collections.abc",
    "contextlib", "contextvars", "copy", "dataclasses", "datetime", "decimal", "enum",
    "fractions", "functools", "graphlib", "heapq", "inspect", "io", "itertools", "json",
    "logging", "math", "numbers", "operator", "pprint", "queue", "random", "re", "statistics",
    "string", "sys", "textwrap", "threading", "time", "types", "typing", "typing_extensions",
    "uuid", "warnings", "weakref",
)  # fmt: skip
# For the eye, the course's own, and what of the operating system is plain text: these are there,
# and do nothing.
QUIET = (
    "autograder", "graphviz", "IPython", "IPython.display", "matplotlib", "matplotlib.colors",
    "matplotlib.pyplot", "os", "os.path", "seaborn", "tqdm",
)  # fmt: skip


def is_within(name: str, modules: Collection[str]) -> bool:
    """Whether a module is one of some modules, or inside one of them.

    Args:
        name: dotted.
        modules: dotted names.
    """
    # subtle: a.sum() makes numpy's C code import numpy._core._methods, and C code asks
    # the builtins of its caller: so what is inside an allowed package is allowed
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return bool(name)
