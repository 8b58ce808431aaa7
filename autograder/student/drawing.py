"""What `draw` does: finds the nodes of a student's own Value, by `_prev`, and draws their graph."""

from collections.abc import Iterator, Mapping
from typing import Any

from autograder import limits
from autograder.errors import UsageError
from autograder.report.graph import Graph, Node, text_of
from autograder.report.html import graph_html
from autograder.report.words import printable


class Drawing:
    """A drawn graph: a picture in a notebook, text everywhere.

    Args:
        graph: what is drawn.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __repr__(self) -> str:
        return text_of(self.graph)

    def _repr_html_(self) -> str:
        return graph_html(self.graph)


def graph_of_value(output: Any, namespace: Mapping[str, Any]) -> Graph:
    """The graph of a Value, output first, nearest nodes first.

    Args:
        output: the student's own node: anything with `data` and `_prev`.
        namespace: variables that may hold nodes of it; they lend their names.
    Raises: UsageError if output is no Value, or some `_prev` holds no nodes.
    """
    nodes = _nodes(output)
    shown = nodes[: limits.SHOWN_NODES]
    place = {id(node): k for k, node in enumerate(shown)}
    names = _names(shown, namespace)
    described = tuple(
        Node(
            name=names[k],
            op=_short(str(getattr(node, "_op", ""))),
            parents=tuple(place[id(p)] for p in _parents(node) if id(p) in place),
            data=number_text(node.data),
            grad=number_text(getattr(node, "grad", None)),
        )
        for k, node in enumerate(shown)
    )
    note = f"{len(shown)} of {len(nodes)} nodes are shown" if len(nodes) > len(shown) else ""
    return Graph(described, note)


def _nodes(output: Any) -> list[Any]:
    """Every node that output depends on, each once; a cycle is walked once."""
    found, seen = [output], {id(output)}
    for node in found:  # it grows while it is walked: breadth first, without recursion
        for parent in _parents(node):
            if id(parent) not in seen:
                seen.add(id(parent))
                found.append(parent)
    return found


def _parents(node: Any) -> list[Any]:
    if not hasattr(node, "data") or not hasattr(node, "_prev"):
        raise UsageError(
            f"draw needs a Value, something with data and _prev; this is of type "
            f"{type(node).__name__}"
        )
    try:
        return list(node._prev)
    except TypeError as error:
        raise UsageError(
            f"_prev is of type {type(node._prev).__name__}; it should be a tuple, list or set "
            "of the parents"
        ) from error


def _names(nodes: list[Any], namespace: Mapping[str, Any]) -> list[str]:
    """A name for each node: of the variable that holds it, else n1, n2, ..."""
    known: dict[int, str] = {}
    for name, held in list(namespace.items()):
        if not name.startswith("_"):  # IPython keeps every output in _, _1, ...
            known.setdefault(id(held), _short(name))
    spare = _spare(set(namespace))
    return [known.get(id(node)) or next(spare) for node in nodes]


def _spare(taken: set[str]) -> Iterator[str]:
    number = 1
    while True:
        if f"n{number}" not in taken:
            yield f"n{number}"
        number += 1


def number_text(number: Any) -> str:
    """A number as a node shows it; of anything else the type."""
    if number is None:
        return ""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return f"of type {type(number).__name__}"
    text = f"{float(number):.6g}"
    return text if any(c in text for c in ".en") else text + ".0"


def _short(text: str) -> str:
    text = printable(text)
    most = limits.SHOWN_LABEL
    return text if len(text) <= most else text[: most - 3] + "..."
