"""One task's feedback, and graphs, as HTML for a notebook: no scripts, light and dark.

What a student or an author wrote is escaped by the templates. The style sheet and what
Graphviz drew go in as they are.
"""

import functools
from collections.abc import Mapping
from pathlib import Path

import jinja2

from autograder.model import Outcome
from autograder.report import words
from autograder.report.feedback import Feedback
from autograder.report.graph import Graph, svg_of, text_of

TEMPLATES = Path(__file__).with_name("templates")


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["printable"] = words.printable
    environment.globals.update(words=words)
    return environment


@functools.cache
def _style() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


def task_html(
    heading: str,
    outcome: Outcome,
    feedback: Feedback,
    *,
    closing: str,
    output: str = "",
    graphs: Mapping[str, Graph] | None = None,
) -> str:
    """One task's feedback.

    Args:
        heading: the task's name.
        outcome: of its checks together.
        feedback: arranged.
        closing: the last line.
        output: what the code printed.
        graphs: check id to the graph of its minimal case.
    """
    drawn = {check: graph_html(graph, inside=True) for check, graph in (graphs or {}).items()}
    return (
        _environment()
        .get_template("task.html")
        .render(
            style=_style(),
            heading=heading,
            outcome=outcome.value,
            feedback=feedback,
            closing=closing,
            output=output,
            graphs=drawn,
        )
    )


def graph_html(graph: Graph, *, inside: bool = False) -> str:
    """A graph as a picture with its text folded away, or as text alone.

    Args:
        graph: what to show.
        inside: whether a page of ours with the style sheet is around it.
    """
    output = graph.nodes[0].name if graph.nodes else "nothing"
    label = f"graph of {len(graph.nodes)} nodes; its output is {output}"
    return (
        _environment()
        .get_template("graph.html")
        .render(
            style="" if inside else _style(),
            svg=svg_of(graph, label),
            text=text_of(graph),
            note=graph.note,
        )
    )
