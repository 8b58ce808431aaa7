"""The words for gradients: of graphs, of random graphs, and what one rule alone passes on."""

from collections.abc import Callable, Sequence
from typing import Any

from autograder import limits
from autograder.authoring.checks.random_tapes import Drawing, random_tapes
from autograder.model import Case
from autograder.tape import Constant, Step, Tape, spare_names, trace
from autograder.worker.requests import GradientsRequest, RuleRequest

LAYOUTS = (0, 1, 2, 3, 5, 7)  # idle objects between allocations; each moves addresses
Numbers = Sequence[float]


class GradientRecording:
    """Methods of a Recorder that observe gradients."""

    cases: list[Case]
    _seed: str
    _salt: str
    _drawing: Drawing
    has_drawn: bool
    _add: Callable[..., None]  # Recorder's own

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
        exact: bool = False,
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
                that carries derivatives forward has none for the others. And judge every data,
                which a walk back does not change.
            names: names of the steps' nodes.
            accept: other right answers: output, then leaf gradients.
            exact: a formula is due: an approximation to ten digits is wrong.
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
            exact=exact,
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
        exact: bool = False,
        within_s: float = limits.CASE_CPU_S,
    ) -> None:
        """The same for a tape. Args: as `gradients`."""
        tapes = [tape]
        mirrored = tape.mirrored()
        if both_orders and mirrored != tape:
            tapes.append(mirrored)
        for one in tapes:
            for layout in LAYOUTS[:layouts]:
                self._gradients_case(
                    one, preset, calls, layout, every_node, accept, within_s, exact
                )

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

        None has an answer among the numbers that students see.

        Args:
            count: how many graphs.
            ops: operations to draw from.
            steps: at most this many operations in a graph.
            leaves: at most this many leaves.
            seed_gradient: as in `gradients`.
            preset: as in `gradients`.
            fan_out: every graph uses some node more than once.
        """

        def is_shown(tape: Tape) -> bool:
            return self._drawing.is_shown(_request(_seeded(tape, seed_gradient), preset))

        self.has_drawn = True
        for tape in random_tapes(
            f"{self._seed}/{self._salt}/{len(self.cases)}",
            count,
            ops=tuple(ops),
            steps=steps,
            leaves=leaves,
            fan_out=fan_out,
            gradients=self._drawing.gradients,
            is_shown=is_shown,
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
        exact: bool = False,
        within_s: float = limits.CASE_CPU_S,
    ) -> None:
        """Observe what one node's rule adds to its parents, and that it leaves all else alone.

        Judged are the gradients of all nodes, then their data.

        Args:
            function: an operation on its arguments, or on nodes that others made.
            at: data of the leaves.
            upstream: gradient put into the output.
            preset: gradient that every other node holds before.
            calls: how often the rule is run.
            accept: other right answers.
            exact: as in `gradients`.
            within_s: CPU seconds.
        """
        tape = trace(function, tuple(at))
        output = tape.names[-1]
        run = [f"{output}._backward()"] * calls
        code = [
            *tape.python(),
            *(f"{name}.grad = {preset!r}" for name in tape.names[:-1]),
            f"{output}.grad = {upstream!r}",
            *run,
            _last_line(tape.names[: len(tape.leaves)]),
        ]
        request: RuleRequest = {
            "tape": tape.plain(),
            "upstream": upstream,
            "preset": preset,
            "calls": calls,
        }
        labels = [f"{name}.{part}" for part in ("grad", "data") for name in tape.names]
        self._add(
            *("rule", request, tape.needs, code, labels, len(labels), accept, within_s),
            exact=exact,
        )

    def _gradients_case(
        self,
        tape: Tape,
        preset: float | None,
        calls: int,
        layout: int,
        every_node: bool,
        accept: Sequence[Numbers],
        within_s: float,
        exact: bool,
    ) -> None:
        output = tape.names[-1]
        leaf_names = tape.names[: len(tape.leaves)]
        code = tape.python()
        if preset is not None:
            code += [f"{name}.grad = {preset!r}" for name in leaf_names]
        code += [f"{output}.backward()"] * calls + [_last_line(leaf_names)]
        labels = [f"{output}.data", *(f"{name}.grad" for name in leaf_names)]
        judged = len(labels)
        labels += [f"{name}.{part}" for part in ("grad", "data") for name in tape.names]
        judged = len(labels) if every_node else judged
        request = _request(tape, preset, calls, layout)
        self._add(
            *("gradients", request, tape.needs, code, labels, judged, accept, within_s),
            exact=exact,
        )


def _request(tape: Tape, preset: float | None, calls: int = 1, layout: int = 0) -> GradientsRequest:
    request: GradientsRequest = {"tape": tape.plain(), "calls": calls}
    if preset is not None:
        request["preset"] = preset
    if layout:
        request["layout"] = layout
    return request


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
