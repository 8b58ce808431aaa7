"""The words a course author writes checks in.

    @check(task="mul rule", points=2)
    def reused_value_accumulates(student):
        '''A value used twice collects a gradient from each use.'''
        student.gradients(lambda a: a * a + a, at=[3.0], preset=7.0)

Running the function plays nothing: it records cases, which are data.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

from autograder import limits
from autograder.authoring.checks.random_tapes import Drawing
from autograder.authoring.checks.vocabulary_calls import CallRecording
from autograder.authoring.checks.vocabulary_gradients import GradientRecording
from autograder.authoring.checks.vocabulary_graphs import GraphRecording
from autograder.authoring.checks.vocabulary_models import ModelRecording
from autograder.authoring.checks.vocabulary_training import TrainingRecording
from autograder.model import Case
from autograder.tape import trace
from autograder.worker.requests import ReprRequest, TapeRequest

Numbers = Sequence[float]


class Recorder(GradientRecording, GraphRecording, CallRecording, ModelRecording, TrainingRecording):
    """What a check's function gets as `student`: each method records a case.

    Args:
        seed: the course's secret seed, for random graphs.
        salt: the check's own part of it, so that two checks get different graphs.
        drawing: what random graphs are drawn with.
    """

    def __init__(self, seed: str, salt: str, drawing: Drawing | None = None) -> None:
        self.cases: list[Case] = []
        self.has_drawn = False  # whether a random graph is among the cases
        self._seed, self._salt, self._drawing = seed, salt, drawing or Drawing()

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

    def shows(self, data: float, parts: Sequence[str]) -> None:
        """Observe whether repr of a Value contains each of the texts, and its numbers."""
        code = [f"repr(Value({data!r}))"]
        labels = [f"repr contains {', '.join(parts)}", "the number of data", "the number of grad"]
        request: ReprRequest = {"data": data, "parts": list(parts)}
        self._add("repr", request, (), code, labels, 3)

    def _draw(self) -> str:
        """What the seed draws for the next case: it decides when each submission meets it."""
        drawn = f"{self._seed}/{self._salt}/{len(self.cases)}"
        return hashlib.sha256(drawn.encode()).hexdigest()[:16]

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
        at: Sequence[Numbers] = (),
        exact: bool = False,
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
                at=tuple(map(tuple, at)),
                exact=exact,
            )
        )


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
            task and visibility too; validation asks for it. A check with random graphs and
            without it is drawn anew until there is such a mutant.
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
