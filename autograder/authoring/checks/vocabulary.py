"""The words a course author writes checks in.

    @check(task="mul rule", points=2)
    def reused_value_accumulates(student):
        '''A value used twice collects a gradient from each use.'''
        student.gradients(lambda a: a * a + a, at=[3.0], preset=7.0)

Running the function plays nothing: it records cases, which are data.
"""

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

from autograder import limits
from autograder.authoring.checks.random_tapes import random_tapes
from autograder.authoring.checks.vocabulary_calls import CallRecording
from autograder.authoring.checks.vocabulary_graphs import GraphRecording
from autograder.authoring.checks.vocabulary_models import ModelRecording
from autograder.authoring.checks.vocabulary_training import TrainingRecording
from autograder.model import Case
from autograder.tape import Constant, Step, Tape, spare_names, trace
from autograder.worker.requests import (
    GradientsRequest,
    ReprRequest,
    RuleRequest,
    TapeRequest,
)

LAYOUTS = (0, 1, 2, 3, 5, 7)  # idle objects between allocations; each moves addresses
Numbers = Sequence[float]


class Recorder(GraphRecording, CallRecording, ModelRecording, TrainingRecording):
    """What a check's function gets as `student`: each method records a case.

    Args:
        seed: the course's secret seed, for random graphs.
        salt: the check's own part of it, so that two checks get different graphs.
    """

    def __init__(self, seed: str, salt: str) -> None:
        self.cases: list[Case] = []
        self._seed, self._salt = seed, salt

    def values(
        self,
        function: Callable[..., Any],
        at: Numbers,
        *,
        names: str = "",
        within_s: float = limits.CASE_CPU_S,
    ) -> None:
        """Observe the data of every node of a graph; the output's is judged.

        Args:
            function: builds the graph from its leaves and returns the output.
            at: data of the leaves; an int stays an int.
            names: names of the steps' nodes in messages.
            within_s: CPU seconds.
        """
        tape = trace(function, tuple(at), names)
        output = tape.names[-1]
        request: TapeRequest = {"tape": tape.plain()}
        self._add(
            "values",
            request,
            tape.needs,
            [*tape.python(), f"{output}.data"],
            [f"{output}.data", *(f"{name}.data" for name in tape.names)],
            1,
            within_s=within_s,
        )

    def gradients(
        self,
        function: Callable[..., Any],
        at: Numbers,
        *,
        seed_gradient: float = 1.0,
        preset: float | None = None,
        calls: int = 1,
        both_orders: bool = True,
        layouts: int = 1,
        every_node: bool = False,
        names: str = "",
        accept: Sequence[Numbers] = (),
        within_s: float = limits.CASE_CPU_S,
    ) -> None:
        """Observe output and gradients after backward; output and leaves are judged.

        Args:
            function: builds the graph from its leaves and returns the output.
            at: data of the leaves.
            seed_gradient: the output is multiplied by this number first, so that what
                reaches the function's last node is neither 1 nor positive.
            preset: gradient that every leaf holds before, or None to leave it alone.
            calls: how often backward is called on the output.
            both_orders: play it again with the operands of + and * exchanged.
            layouts: in how many arrangements of memory to play it; a set of parents is
                walked in the order of addresses.
            every_node: judge the gradient of every node, not of the leaves alone; an engine
                that carries derivatives forward has none for the others.
            names: names of the steps' nodes.
            accept: other right answers: output, then leaf gradients.
            within_s: CPU seconds.
        """
        tape = trace(function, tuple(at), names)
        self.gradients_of(
            _seeded(tape, seed_gradient),
            preset=preset,
            calls=calls,
            both_orders=both_orders,
            layouts=layouts,
            every_node=every_node,
            accept=accept,
            within_s=within_s,
        )

    def gradients_of(
        self,
        tape: Tape,
        *,
        preset: float | None = None,
        calls: int = 1,
        both_orders: bool = True,
        layouts: int = 1,
        every_node: bool = False,
        accept: Sequence[Numbers] = (),
        within_s: float = limits.CASE_CPU_S,
    ) -> None:
        """The same for a tape. Args: as `gradients`."""
        tapes = [tape]
        mirrored = tape.mirrored()
        if both_orders and mirrored != tape:
            tapes.append(mirrored)
        for one in tapes:
            for layout in LAYOUTS[:layouts]:
                self._gradients_case(one, preset, calls, layout, every_node, accept, within_s)

    def random_graphs(
        self,
        count: int,
        *,
        ops: Sequence[str],
        steps: int = 8,
        leaves: int = 3,
        seed_gradient: float = -1.7,
        preset: float | None = None,
        fan_out: bool = True,
    ) -> None:
        """Gradients of random graphs, the same for the whole class, small ones first.

        Args:
            count: how many graphs.
            ops: operations to draw from.
            steps: at most this many operations in a graph.
            leaves: at most this many leaves.
            seed_gradient: as in `gradients`.
            preset: as in `gradients`.
            fan_out: every graph uses some node more than once.
        """
        for tape in random_tapes(
            f"{self._seed}/{self._salt}/{len(self.cases)}",
            count,
            ops=tuple(ops),
            steps=steps,
            leaves=leaves,
            fan_out=fan_out,
        ):
            self.gradients_of(_seeded(tape, seed_gradient), preset=preset, both_orders=False)

    def rule(
        self,
        function: Callable[..., Any],
        at: Numbers,
        *,
        upstream: float,
        preset: float = 7.0,
        calls: int = 1,
        accept: Sequence[Numbers] = (),
        within_s: float = limits.CASE_CPU_S,
    ) -> None:
        """Observe what one node's rule adds to its leaves.

        Args:
            function: one operation on its arguments.
            at: data of the leaves.
            upstream: gradient put into the output.
            preset: gradient that every leaf holds before.
            calls: how often the rule is run.
            accept: other right answers.
            within_s: CPU seconds.
        """
        tape = trace(function, tuple(at))
        output = tape.names[-1]
        leaf_names = tape.names[: len(tape.leaves)]
        run = [f"{output}._backward()"] * calls
        code = [
            *tape.python(),
            *(f"{name}.grad = {preset!r}" for name in leaf_names),
            f"{output}.grad = {upstream!r}",
            *run,
            _last_line(leaf_names),
        ]
        request: RuleRequest = {
            "tape": tape.plain(),
            "upstream": upstream,
            "preset": preset,
            "calls": calls,
        }
        labels = [f"{name}.grad" for name in leaf_names]
        self._add("rule", request, tape.needs, code, labels, len(labels), accept, within_s)

    def shows(self, data: float, parts: Sequence[str]) -> None:
        """Observe whether repr of a Value contains each of the texts, and its numbers."""
        code = [f"repr(Value({data!r}))"]
        labels = [f"repr contains {', '.join(parts)}", "the number of data", "the number of grad"]
        request: ReprRequest = {"data": data, "parts": list(parts)}
        self._add("repr", request, (), code, labels, 3)

    def _gradients_case(
        self,
        tape: Tape,
        preset: float | None,
        calls: int,
        layout: int,
        every_node: bool,
        accept: Sequence[Numbers],
        within_s: float,
    ) -> None:
        output = tape.names[-1]
        leaf_names = tape.names[: len(tape.leaves)]
        code = tape.python()
        if preset is not None:
            code += [f"{name}.grad = {preset!r}" for name in leaf_names]
        code += [f"{output}.backward()"] * calls + [_last_line(leaf_names)]
        labels = [f"{output}.data", *(f"{name}.grad" for name in leaf_names)]
        judged = len(labels)
        labels += [f"{name}.grad" for name in tape.names]
        judged = len(labels) if every_node else judged
        labels += [f"{name}.data" for name in tape.names]
        request: GradientsRequest = {"tape": tape.plain(), "calls": calls}
        if preset is not None:
            request["preset"] = preset
        if layout:
            request["layout"] = layout
        self._add("gradients", request, tape.needs, code, labels, judged, accept, within_s)

    def _add(
        self,
        kind: str,
        request: Mapping[str, Any],
        ops: Sequence[str],
        code: Sequence[str],
        labels: Sequence[str],
        judged: int,
        accept: Sequence[Numbers] = (),
        within_s: float = limits.CASE_CPU_S,
    ) -> None:
        self.cases.append(
            Case(
                kind=kind,
                request=request,
                ops=tuple(ops),
                snippet="\n".join(code),
                labels=tuple(labels),
                judged=judged,
                accept=tuple(tuple(float(x) for x in numbers) for numbers in accept),
                within_s=within_s,
            )
        )


def _last_line(leaf_names: Sequence[str]) -> str:
    return ", ".join(f"{name}.grad" for name in leaf_names)


def _seeded(tape: Tape, seed_gradient: float) -> Tape:
    """Append a multiplication, so that backward reaches the function with another seed."""
    if seed_gradient == 1.0:
        return tape
    last = tape.size - 1
    name = next(spare_names(tape.names))
    step = Step("mul", (last, Constant(seed_gradient)))
    return Tape(tape.leaves, (*tape.steps, step), (*tape.names, name))


CheckFunction = Callable[[Recorder], None]
ATTRIBUTE = "__micrograde_check__"  # where a function keeps what its decorator says


def check(
    *,
    task: str,
    points: float,
    requires: Sequence[str] = (),
    needs: Sequence[str] = (),
    remark: str = "",
    advice: str = "",
    because: str = "",
) -> Callable[[CheckFunction], CheckFunction]:
    """Declare a check.

    Args:
        task: id of the task it belongs to.
        points: >= 0; 0 for a remark.
        requires: names of checks that must pass first.
        needs: operations without which the whole check counts as missing.
        remark: for zero points: what to say if it does not pass.
        advice: what to say about a failure that no misconception explains.
        because: why it is kept, if every mutant it kills is killed by another check of its
            task and visibility too; validation asks for it.
    """

    # as it was written: load_checks looks at it, and names file and line
    declared = {"task": task, "points": points, "requires": requires, "needs": needs}
    declared |= {"remark": remark, "advice": advice, "because": because}

    def declare(function: CheckFunction) -> CheckFunction:
        if not isinstance(function, FunctionType):
            raise TypeError(f"a check is a function, not {function!r}")
        setattr(function, ATTRIBUTE, declared)
        return function

    return declare
