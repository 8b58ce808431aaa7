"""Plays the public checks of a task on what a running notebook has defined.

The kernel is the student's own machine, so nothing is confined: the cases are played on
the notebook's own names, each within its time.
"""

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder import limits
from autograder.judging import explaining
from autograder.judging.judge import Judge, Verdict
from autograder.model import Case, CompiledExercise, Outcome
from autograder.report.graph import Graph, Node
from autograder.sandbox.running import Run
from autograder.sandbox.workload import make_workload
from autograder.student.drawing import number_text
from autograder.tape import BINARY
from autograder.worker import driver
from autograder.worker.engines.inside import inside
from autograder.worker.players.kinds import KINDS
from autograder.worker.protocol import NONCE_BYTES, Played, pack_reply, parse_reply
from autograder.worker.requests import PlainCase, PlainWorkload
from autograder.worker.status import Status


@dataclass(frozen=True, slots=True)
class KernelRun:
    """What the notebook's code answered, and what the judge says of it.

    Attributes:
        verdict: the judge's.
        output: what the code printed.
        graphs: check id to the graph of its minimal case, where that shows the fault.
    """

    verdict: Verdict
    output: str
    graphs: dict[str, Graph]


def check_namespace(compiled: CompiledExercise, namespace: dict[str, Any], task: str) -> KernelRun:
    """Judge the names of a notebook.

    Args:
        compiled: the exercise with the checks to play.
        namespace: the notebook's variables; they are read and called, never changed.
        task: the one that is told of.
    """
    workload = make_workload(compiled)
    told: PlainWorkload = json.loads(workload.encoded)
    tasks = [check.task for check in compiled.checks for _ in check.cases]
    # what is played again stands behind all others, and serves staff alone
    cases, cpu_s = inside(told["cases"], workload.planted)[: len(tasks)], told["cpu_s"]
    played, output = [], ""
    printed = io.StringIO()
    # both streams: nbgrader counts any word on the error stream as a failure
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        plays = driver.play(namespace, cases, cpu_s)
        for case, of_task, one in zip(cases, tasks, plays, strict=True):
            if of_task == task:
                output += printed.getvalue()
            printed.seek(0)
            printed.truncate()
            if one.status == Status.RAISED:
                one = one._replace(detail=one.detail + _where(namespace, case))
            played.append(one)
    nonce = bytes(NONCE_BYTES)
    packed = pack_reply(nonce, (), played)
    reply = parse_reply(packed, nonce, 0, len(played))
    judge = Judge(compiled)
    verdict = judge.of_task(judge.judge(Run(reply, "", "", 0.0), ()), task)
    if len(output) > limits.SHOWN_OUTPUT_CHARACTERS:
        output = output[: limits.SHOWN_OUTPUT_CHARACTERS] + "\n[more was printed]"
    return KernelRun(verdict, output, dict(_graphs(compiled, verdict, played)))


def _where(namespace: dict[str, Any], case: PlainCase) -> str:
    """Where in the notebook a case raises: " (cell In[3], line 4)".

    The driver knows files of a submission only, so the case is played once more here.
    """
    unheard = io.StringIO()
    try:
        with contextlib.redirect_stdout(unheard), contextlib.redirect_stderr(unheard):
            KINDS[case["kind"]](namespace, case["request"])
    except BaseException as error:  # noqa: BLE001 - it was judged already; this only looks
        where = _own_line(error.__traceback__, namespace)
        return f" ({where})" if where else ""
    return ""


def _own_line(trace: TracebackType | None, namespace: dict[str, Any]) -> str:
    """The innermost line of the notebook's own code in a traceback."""
    where = ""
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals is namespace:
            where = f"{_cell_name(frame.f_code.co_filename)}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return where


def _cell_name(file: str) -> str:
    """The cell that IPython keeps under a file name, else the file's own name."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    namer = getattr(getattr(shell, "compile", None), "format_code_name", None)
    named = namer(file) if namer else None
    return " ".join(named).lower().replace("in[", "In[") if named else Path(file).name


def _graphs(
    compiled: CompiledExercise, verdict: Verdict, played: list[Played]
) -> Iterator[tuple[str, Graph]]:
    """A graph for each failed check whose minimal case tells where the walk goes wrong."""
    first = 0
    results = {result.id: result for result in verdict.checks}
    for check in compiled.checks:
        result = results.get(check.id)
        if result and result.outcome is Outcome.FAILED and result.minimal_case is not None:
            snippets = [case.snippet for case in check.cases]
            k = snippets.index(result.minimal_case)
            expected = compiled.expected[check.id][k].numbers
            graph = graph_of_case(check.cases[k], played[first + k].numbers, expected)
            if graph is not None:
                yield check.id, graph
        first += len(check.cases)


def graph_of_case(case: Case, observed: Any, expected: Any) -> Graph | None:
    """The graph of a gradients case with its first wrong node marked.

    Args:
        case: with a label for each number.
        observed, expected: all its numbers, judged ones first.
    Returns: None if the case does not tell where the gradients go wrong.
    """
    walked = explaining.walk(case, observed, expected)
    if walked is None:
        return None
    wrong = walked[1]
    tape, judged = case.request["tape"], case.judged
    leaves = len(tape["leaves"])
    count = leaves + len(tape["steps"])
    names = [label.removesuffix(".grad") for label in case.labels[judged : judged + count]]
    grads = observed[judged : judged + count]
    data = observed[judged + count : judged + 2 * count]
    nodes = []
    for k in reversed(range(count)):  # the output, which is made last, comes first
        op, *args = tape["steps"][k - leaves] if k >= leaves else ("",)
        due = number_text(expected[judged + k])
        nodes.append(
            Node(
                name=names[k],
                op=_symbol(op, args),
                parents=tuple(count - 1 - a for a in args if type(a) is int),
                data=number_text(data[k]),
                grad=number_text(grads[k]),
                fault=f"first wrong: expected {due}" if names[k] == wrong else "",
            )
        )
    return Graph(tuple(nodes))


def _symbol(op: str, args: list[Any]) -> str:
    """The operation as its node shows it, with the plain number that it takes, if any."""
    sign = BINARY.get(op, op)
    for k, argument in enumerate(args):
        if type(argument) is not int:
            text = number_text(argument[0])
            return f"{sign} {text}" if k else f"{text} {sign}"
    return sign
