"""The words for whole graphs: how they were made, in which order they are walked, how fast."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from autograder import limits
from autograder.tape import trace
from autograder.worker.requests import (
    ChainRequest,
    CycleRequest,
    NodeRequest,
    OrderRequest,
    TapeRequest,
)

Numbers = Sequence[float]
UPSTREAM = -1.7  # with which a right order is walked back; neither 1 nor positive


class GraphRecording:
    """Methods of a Recorder that observe graphs."""

    _add: Callable[..., None]  # Recorder's own

    def structure(self, function: Callable[..., Any], at: Numbers) -> None:
        """Observe how each step's node was made: has `_op` a text, and who are its parents.

        Args:
            function: builds the graph.
            at: data of the leaves.
        """
        tape = trace(function, tuple(at))
        names = tape.names[len(tape.leaves) :]
        labels = [x for name in names for x in (f"{name}._op is a text", f"parents of {name}")]
        code = [*tape.python(), f"{names[-1]}._op, {names[-1]}._prev"]
        request: TapeRequest = {"tape": tape.plain()}
        self._add("structure", request, tape.needs, code, labels, len(labels))

    def node(self, data: float, *, parents: Numbers, symbol: str) -> None:
        """Observe what a node made by hand remembers.

        Args:
            data: of the node.
            parents: data of its parents, one at least.
            symbol: its op.
        """
        names = [chr(ord("a") + k) for k in range(len(parents))]
        code = [f"{name} = Value({x!r})" for name, x in zip(names, parents, strict=True)]
        code += [
            f"node = Value({data!r}, ({', '.join(names)},), {symbol!r})",
            "node.data, node.grad, node._prev, node._op, a._prev, a._op",
        ]
        labels = [
            "node.data",
            "node.grad",
            "parents in node._prev",
            "others in node._prev",
            f"node._op == {symbol!r}",
            "parents of a leaf",
            "a._op is empty",
        ]
        request: NodeRequest = {"data": data, "parents": list(parents), "symbol": symbol}
        self._add("node", request, (), code, labels, len(labels))

    def order(self, function: Callable[..., Any], at: Numbers) -> None:
        """Observe whether topological_order of a graph's output is one (any valid one).

        The nodes' own rules, called backwards along it, must give the leaves their gradients.
        """
        tape = trace(function, tuple(at))
        output = tape.names[-1]
        labels = [
            "nodes left out",
            "entries too many",
            "nodes before one of their parents",
            f"{output} stands last",
            *(f"place of {name}" for name in tape.names),
            *(f"{name}.grad along this order" for name in tape.names[: len(at)]),
        ]
        code = [*tape.python(), f"{output}.topological_order()"]
        request: OrderRequest = {"tape": tape.plain(), "upstream": UPSTREAM}
        self._add("order", request, tape.needs, code, labels, len(labels))

    def cycle(
        self,
        function: Callable[..., Any],
        at: Numbers,
        *,
        node: int | None = 0,
        method: Literal["topological_order", "backward"] = "topological_order",
    ) -> None:
        """Observe whether a graph is refused with ValueError, as one with a cycle must be.

        Args:
            function: builds the graph.
            at: data of the leaves.
            node: number of the node that is made to depend on the output; None leaves the
                graph without a cycle, which must be accepted.
            method: what is called on the output.
        """
        tape = trace(function, tuple(at))
        output = tape.names[-1]
        knot = [] if node is None else [f"{tape.names[node]}._prev = ({output},)"]
        code = [*tape.python(), *knot, f"{output}.{method}()"]
        request: CycleRequest = {"tape": tape.plain(), "child": node, "method": method}
        self._add("cycle", request, tape.needs, code, ["ValueError is raised"], 1)

    def wide(self, leaves: int, *, within_s: float) -> None:
        """Observe gradients of a graph of many leaves, in a bounded time.

        One walk back serves all leaves; differentiating leaf by leaf takes as many times
        longer as there are leaves.

        Args:
            leaves: how many; five nodes each.
            within_s: CPU seconds, some 100 times what the reference takes.
        """
        code = [
            f"leaves = [Value(0.5 + (k % 7) / 8) for k in range({leaves})]",
            "row = [a * 0.75 + b for a, b in zip(leaves, leaves[1:] + leaves[:1])]",
            "sum(row).backward()",
            f"leaves[0].grad, leaves[{leaves // 2}].grad, leaves[-1].grad",
        ]
        labels = ["output.data", "leaves[0].grad", f"leaves[{leaves // 2}].grad", "leaves[-1].grad"]
        request = {"leaves": leaves}
        self._add("wide", request, ("add", "mul"), code, labels, 4, within_s=within_s)

    def chain(
        self,
        function: Callable[..., Any],
        *,
        start: float,
        beside: float | None = None,
        times: int,
        within_s: float = limits.CHAIN_CPU_S,
    ) -> None:
        """Observe output and leaf gradient of one step repeated many times.

        Args:
            function: one operation on its argument, or on it and a second leaf.
            start: data of the leaf.
            beside: data of the second leaf, the same in each step, so that a step is one
                node and not two; None if the function takes one argument.
            times: how often.
            within_s: CPU seconds.
        """
        tape = trace(function, (start,) if beside is None else (start, beside))
        (step,) = tape.steps
        plain_step = tape.plain()["steps"][0]
        *leaves, last = tape.python()
        line = last.partition(" = ")[2]
        name = tape.names[0]
        code = [
            f"leaf = {leaves[0]}",
            *leaves[1:],
            f"for _ in range({times}):",
            f"    {name} = {line}",
            f"{name}.backward()",
            "leaf.grad",
        ]
        request: ChainRequest = {
            "start": start,
            "beside": beside,
            "step": plain_step,
            "times": times,
        }
        labels = [f"{name}.data", "leaf.grad"]
        self._add("chain", request, (step.needs,), code, labels, 2, within_s=within_s)
