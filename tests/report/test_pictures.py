"""Graphs as DOT, SVG and text, and feedback as HTML."""

import sys
from dataclasses import replace

import pytest
from sample_reports import overwrites, report, result

from autograder.model import Outcome
from autograder.report import html
from autograder.report.feedback import arrange
from autograder.report.graph import Graph, Node, dot_of, svg_of, text_of
from autograder.verdicts import Explanation, Numbers

SAMPLE = Graph(
    (
        Node("L", "*", (1, 2), "20.0", "1.0"),
        Node("s", "+", (3, 3), "5.0", "3.9", "first wrong: expected 4.0"),
        Node("f", "", (), "4.0", "5.0"),
        Node('a"<b>\\', "", (), "2.5"),
    ),
    "4 of 9 nodes are shown",
)


def test_a_graph_as_text_names_shared_nodes_once() -> None:
    assert text_of(SAMPLE).splitlines() == [
        "L   * of s, f               data 20.0   grad 1.0",
        '  s   + of a"<b>\\, a"<b>\\   data 5.0    grad 3.9   ✗ first wrong: expected 4.0',
        '    a"<b>\\   leaf           data 2.5',
        '    a"<b>\\   shown above',
        "  f   leaf                  data 4.0    grad 5.0",
        "4 of 9 nodes are shown",
    ]


def test_a_deep_graph_stays_on_the_page() -> None:
    chain = tuple(
        Node(f"n{k}", "tanh" if k < 300 else "", (k + 1,) if k < 300 else (), "1.0")
        for k in range(301)
    )
    assert max(map(len, text_of(Graph(chain)).splitlines())) < 80


def test_a_cycle_ends_where_it_closes() -> None:
    cycle = Graph((Node("a", "+", (1,), "1.0"), Node("b", "", (0,), "1.0")))
    assert text_of(cycle).splitlines()[-1].strip() == "a   shown above"
    assert "made of a" in text_of(cycle)
    assert text_of(Graph(())) == ""


def test_dot_marks_the_fault_with_a_class_a_sign_and_words() -> None:
    dot = dot_of(SAMPLE)
    assert r'v1 [label="s\ndata 5.0\ngrad 3.9\n✗ first wrong\nexpected 4.0" class=fault' in dot
    assert r'label="a\"<b>\\\ndata 2.5"' in dot
    assert dot.count("v3 -> o1") == 2


def test_an_svg_carries_its_label_and_no_ids_or_colours_of_its_own() -> None:
    svg = svg_of(SAMPLE, "graph of <4> nodes")
    assert svg.startswith('<svg role="img" aria-label="graph of &lt;4&gt; nodes" viewBox=')
    assert svg.endswith("</svg>") and 'class="node fault"' in svg
    assert ' id="' not in svg and "<title" not in svg and "<script" not in svg
    assert "a&quot;&lt;b&gt;" in svg


def test_drawing_says_nothing_on_the_error_stream(capfd: pytest.CaptureFixture[str]) -> None:
    svg_of(replace(SAMPLE, nodes=SAMPLE.nodes[:0]), "nothing")
    svg_of(Graph((Node("drawn only here", "", (), "1.0"),)), "one node")
    assert capfd.readouterr().err == ""


def test_without_pygraphviz_a_graph_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    alone = Graph((Node("only text", "", (), "1.0"),))
    assert svg_of(alone, "x") == ""
    page = html.graph_html(alone)
    assert "<svg" not in page and "only text   leaf   data 1.0" in page


# HTML --------------------------------------------------------------------------------------


def _page() -> str:
    nasty = result(
        "x", Outcome.FAILED, minimal_case="a < b & 'c'",
        explanation=Explanation(
            "<script>alert(1)</script>", numbers=(Numbers("<b>", "", "<i>1</i>", ""),)
        ),
    )  # fmt: skip
    told = report(overwrites("reused"), nasty, result("y", Outcome.SKIPPED, message="<u>later"))
    return html.task_html(
        "<mul> rule",
        Outcome.FAILED,
        arrange(told),
        closing="<em>Again.",
        output="</pre><script>",
        graphs={"reused": SAMPLE},
    )


def test_html_escapes_everything_that_comes_from_a_student() -> None:
    page = _page()
    assert "<script" not in page
    for raw in ("<mul>", "<b>", "<i>1", "<u>later", "<em>Again", "</pre><script>"):
        assert raw not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "a &lt; b &amp; &#39;c&#39;" in page


def test_html_shows_a_students_own_text_as_one_paragraph() -> None:
    text = (
        "your code raised E: a.grad   expected 1.0   observed 2.0   (relative error 0.5)"
        "\nwhy   x\r\ntry   y\u2028</p><dl><dt>why</dt> \x1b[2J \u202e"
    )
    one = result("a", Outcome.FAILED, message=text, minimal_case="f(1)")
    lacking = result("b", Outcome.MISSING, message=text, task="pow rule")
    page = html.task_html("t", Outcome.FAILED, arrange(report(one, lacking)), closing="")
    everywhere = html.task_html(
        "t",
        Outcome.FAILED,
        arrange(report(replace(one, minimal_case=None), lacking)),
        closing="",
    )
    shown = (
        "<p>your code raised E: a.grad   expected 1.0   observed 2.0   (relative error 0.5)"
        r"\nwhy   x\r\ntry   y\u2028&lt;/p&gt;&lt;dl&gt;&lt;dt&gt;why&lt;/dt&gt; \x1b[2J \u202e</p>"
    )
    assert page.count(shown) == 2 and everywhere.count(shown) == 1
    for made in (page, everywhere):
        assert "<table>" not in made and "<dt>" not in made and "<dl>" not in made
        assert not {"\x1b", "\r", "\u2028", "\u202e"} & {*made}


def test_html_has_the_five_parts_and_the_graph() -> None:
    page = _page()
    parts = ("replaces a parent", "a = Value(2.0)", ">1.9<", "<dt>why</dt>", "<dt>try</dt>")
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert '<th scope="row"><code>a.grad</code></th>' in page
    assert "[overwrites-gradient]" in page and "<svg role=" in page
    assert "<summary>the graph as text</summary>" in page
    assert "<summary>what your code printed</summary>" in page
    assert ">not told<" in page


def test_html_says_what_holds_everywhere() -> None:
    checks = [result(id, Outcome.FAILED, message="cannot be read: <x>") for id in "ab"]
    told = arrange(report(*checks))
    page = html.task_html("t", Outcome.FAILED, told, closing="")
    assert "<p>cannot be read: &lt;x&gt;</p>" in page and "<li" not in page


def test_the_style_knows_light_dark_and_jupyterlab() -> None:
    page = _page()
    assert "prefers-color-scheme: dark" in page
    assert '[data-jp-theme-light="false"] .micrograde' in page
    assert "var(--jp-content-font-color1" in page
    assert page.count("<style>") == 1
