"""A graph as indented text, as DOT, and as SVG where pygraphviz is installed.

A graph is plain frozen data, so that the same writers serve a student's own Values and a
report that marks where the gradients first go wrong.
"""

import contextlib
import functools
import html
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

FAULT_SIGN = "✗"
DEEPEST_INDENT = 12  # a chain of 200 nodes must not walk off the page
SVG_START = re.compile(r"<svg\b[^>]*>")
VIEW_BOX = re.compile(r'viewBox="([^"]*)"')
WIDTH_PT = re.compile(r'width="(\d+)pt"')
# Graphviz's own titles would pop up as tooltips, and its ids are the same in every picture.
NEEDLESS = re.compile(r' id="\w+"|<title>.*?</title>\s*|<!--.*?-->\s*', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a graph, as it is shown.

    Attributes:
        name: what it is called; each name once in a graph.
        op: the operation that made it; empty for a leaf.
        parents: places of its parents in the graph's nodes.
        data: as text.
        grad: as text; empty if it is not shown.
        fault: what is wrong with it, in words; empty if nothing is.
    """

    name: str
    op: str
    parents: tuple[int, ...]
    data: str
    grad: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph; its first node is the output.

    Attributes:
        nodes: the output, and what it was made from.
        note: what is left out, one sentence; empty if nothing is.
    """

    nodes: tuple[Node, ...]
    note: str = ""


def text_of(graph: Graph) -> str:
    """The graph as an indented tree, the output first, a line each.

    A node that is used again is only named there: `a   shown above`.
    """
    rows = []
    told: set[int] = set()
    stack = [(0, 0)] if graph.nodes else []
    while stack:
        place, depth = stack.pop()
        node = graph.nodes[place]
        indent = "  " * min(depth, DEEPEST_INDENT)
        if place in told:
            rows.append((f"{indent}{node.name}   shown above", "", "", ""))
            continue
        told.add(place)
        made = f"{node.op or 'made'} of {_names(graph, node)}" if node.parents else "leaf"
        fault = f"{FAULT_SIGN} {node.fault}" if node.fault else ""
        grad = f"grad {node.grad}" if node.grad else ""
        rows.append((f"{indent}{node.name}   {made}", f"data {node.data}", grad, fault))
        # reversed: the first parent is told first
        stack += [(parent, depth + 1) for parent in reversed(node.parents)]
    left, middle = (max((len(row[k]) for row in rows), default=0) for k in (0, 1))
    last = max((len(row[2]) for row in rows), default=0)
    lines = [
        f"{row[0]:<{left}}   {row[1]:<{middle}}   {row[2]:<{last}}   {row[3]}".rstrip()
        for row in rows
    ]
    return "\n".join([*lines, *([graph.note] if graph.note else [])])


def _names(graph: Graph, node: Node) -> str:
    return ", ".join(graph.nodes[parent].name for parent in node.parents)


def dot_of(graph: Graph) -> str:
    """The graph in Graphviz's language, left to right as it was computed."""
    return "\n".join(_dot_lines(graph)) + "\n"


def _dot_lines(graph: Graph) -> Iterator[str]:
    yield "digraph graph_of_values {"
    yield "  graph [rankdir=LR bgcolor=transparent nodesep=0.2 ranksep=0.3 margin=0.05]"
    yield '  node [shape=box style=rounded fontname="monospace" fontsize=11 height=0.3]'
    yield "  edge [arrowsize=0.6]"
    for place, node in enumerate(graph.nodes):
        lines = [node.name, f"data {node.data}"]
        lines += [f"grad {node.grad}"] if node.grad else []
        lines += f"{FAULT_SIGN} {node.fault}".split(": ") if node.fault else []
        marks = " class=fault penwidth=2" if node.fault else ""
        label = r"\n".join(_escaped(line) for line in lines)
        yield f'  v{place} [label="{label}"{marks}]'
        if node.parents:
            label = _escaped(node.op or "?")
            yield f'  o{place} [label="{label}" shape=ellipse width=0.3 margin="0.05,0"]'
            yield f"  o{place} -> v{place}"
            for parent in node.parents:
                yield f"  v{parent} -> o{place}"
    yield "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def svg_of(graph: Graph, label: str) -> str:
    """The graph as an SVG element to put into a page, or "" where pygraphviz is absent.

    Colours are left to the page's style sheet (see templates/style.css), so that one
    picture serves light and dark.

    Args:
        graph: what to draw.
        label: what a screen reader says for the whole picture.
    """
    laid_out = _laid_out(dot_of(graph))
    start = SVG_START.search(laid_out)
    if start is None:
        return ""
    view, width = VIEW_BOX.search(start[0]), WIDTH_PT.search(start[0])
    # a picture shrinks to six tenths to fit its page; a wider one scrolls in its figure
    size = ""
    if width:
        least = int(width[1]) * 6 // 10
        size = f' style="width:{width[1]}pt;max-width:100%;min-width:{least}pt;height:auto"'
    box = f' viewBox="{view[1]}"' if view else ""
    head = f'<svg role="img" aria-label="{html.escape(label)}"{box}{size}>'
    return head + NEEDLESS.sub("", laid_out[start.end() :]).strip()


@functools.lru_cache(maxsize=64)  # the same graph is drawn again at every run of its cell
def _laid_out(dot: str) -> str:
    try:
        import pygraphviz
    except ImportError:
        return ""
    with _silent_stderr():
        drawn: bytes = pygraphviz.AGraph(string=dot).draw(format="svg", prog="dot")
    return drawn.decode("utf-8")


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Drop what C libraries say on descriptor 2.

    Fontconfig complains there of the machine's own font files, and nbgrader counts any word
    on the error stream of a cell as a failure.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
