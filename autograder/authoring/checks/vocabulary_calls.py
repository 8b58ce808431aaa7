"""The recorder's words for the exercises about functions: 01, 02 and 07."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograder import limits
from autograder.tape import BINARY, Constant, Tape, trace
from autograder.worker.requests import (
    CallRequest,
    ErrorOrderRequest,
    GradcheckRequest,
    PlainEngine,
    ProbesRequest,
)


class CallRecording:
    """Records cases that call functions of the submission by name; mixed into Recorder."""

    # Recorder's own
    _add: Callable[..., None]
    _draw: Callable[[], str]

    def returns(
        self, name: str, *args: Any, afterwards: bool = False, within_s: float = limits.CALL_CPU_S
    ) -> None:
        """Observe what a function gives back: a number, or a list or tuple of numbers.

        Args:
            name: of the student's function.
            args: numbers, lists of numbers, or functions of numbers (traced).
            afterwards: observe instead what the lists among args hold when it is done.
            within_s: CPU seconds.
        """
        plain: list[Any] = []
        written = []
        for arg in args:
            if callable(arg):
                tape = _traced(arg)
                plain.append(tape.plain())
                written.append(function_code(tape))
            else:
                plain.append(arg)
                written.append(repr(arg))
        request: CallRequest = {"name": name, "args": plain}
        code, label = [], f"{name}(...)"
        if afterwards:
            request["afterwards"] = True
            spare = iter(("xs", "ys", "zs"))
            for k, arg in enumerate(args):
                if isinstance(arg, list):
                    code.append(f"{next(spare)} = {written[k]}")
                    written[k] = code[-1].partition(" ")[0]
            lists = ", ".join(line.partition(" ")[0] for line in code)
            label = f"{lists} afterwards"
        code.append(f"{name}({', '.join(written)})")
        if afterwards:
            code.append(lists)
        self._add("call", request, (), code, [label], -1, (), within_s)

    def error_order(
        self, name: str, function: Callable[..., Any], x: float, h: float, *, slope: float
    ) -> None:
        """Observe how many times smaller a difference's error gets when its step is halved.

        Args:
            name: of the student's difference, called as name(f, x, h).
            function: of one number; its error at step h must not be 0.
            x: where.
            h: the larger step.
            slope: the exact one.
        """
        tape = _traced(function)
        f = f"f = {function_code(tape)}"
        errors = [f"abs({name}(f, {x!r}, {step!r}) - {slope!r})" for step in (h, h / 2)]
        request: ErrorOrderRequest = {
            "name": name,
            "tape": tape.plain(),
            "x": x,
            "h": h,
            "slope": slope,
        }
        label = f"error at h = {h} / error at h = {h / 2}"
        self._add("error-order", request, (), [f, " / ".join(errors)], [label], 1)

    def gradcheck(
        self,
        function: Callable[..., Any],
        at: Sequence[float],
        *,
        engine: str,
        afterwards: bool = False,
    ) -> None:
        """Observe the verdict of the student's gradcheck on one engine.

        Args:
            function: of Values; builds a graph and returns its output.
            at: data of its leaves.
            engine: name of a class that the lesson provides, or the source of a planted
                one, which defines `Value`.
            afterwards: observe instead what the list of inputs holds when it is done.
        """
        tape = _traced(function)
        plain, word = self._engine(engine)
        request: GradcheckRequest = {"tape": tape.plain(), "at": list(at), "engine": plain}
        line = f"gradcheck({function_code(tape, method=True)}, {list(at)!r}, {word})"
        code, labels = [line], ["verdict (True is 1)"]
        if afterwards:
            request["afterwards"] = True
            code = [f"xs = {list(at)!r}", line.replace(repr(list(at)), "xs"), "xs"]
            labels = [f"xs[{k}] afterwards" for k in range(len(at))]
        self._add("gradcheck", request, (), code, labels, len(labels))

    def probes(self, engine: str, *, right: str, about: str = "") -> None:
        """Observe whether some probe of the student's tells an engine from a right one.

        Args:
            engine: the one to examine: a class's name or a source, as in gradcheck.
            right: one whose gradients are right.
            about: what a student may know of an engine not seen: where its fault is, in a
                word or two; empty for one that is right.
        """
        plain, word = self._engine(engine)
        if about:
            plain = {**plain, "fault": about}
        request: ProbesRequest = {"engine": plain, "right": self._engine(right)[0]}
        code = [f"# its fault is in {about}"] if about else []
        code.append(f"[gradcheck(f, xs, {word}) for f, xs in probes()]")
        self._add("probes", request, (), code, ["told apart (yes is 1)"], 1)

    def _engine(self, engine: str) -> tuple[PlainEngine, str]:
        """An engine for a request, and the word for it in code to paste."""
        if engine.isidentifier():
            return {"name": engine}, engine
        return {"source": engine, "draw": self._draw()}, "engine_you_have_not_seen"


def function_code(tape: Tape, *, method: bool = False) -> str:
    """A tape as a lambda to paste.

    Args:
        tape: of a function.
        method: write exp and its kind as methods of Values, not as functions of numbers.

    >>> function_code(trace(lambda a, b: (a + 2) * b.exp(), (1.0, 1.0)))
    'lambda a, b: (a + 2) * math.exp(b)'
    """
    count = len(tape.leaves)
    written = [_Written(name, ATOM) for name in tape.names[:count]]
    for step in tape.steps:
        operands = [
            _constant(a.number) if isinstance(a, Constant) else written[a] for a in step.args
        ]
        first = operands[0]
        if step.op in BINARY:
            level = LEVELS[step.op]
            left = first.inside(level + (step.op == "pow"))
            right = operands[1].inside(level + (step.op != "pow"))
            written.append(_Written(f"{left} {BINARY[step.op]} {right}", level))
        elif step.op == "neg":
            written.append(_Written(f"-{first.inside(LEVELS['pow'])}", LEVELS["neg"]))
        elif method:
            written.append(_Written(f"{first.inside(ATOM)}.{step.op}()", ATOM))
        else:
            pattern = WITHOUT_MATH.get(step.op, f"math.{step.op}({{}})")
            written.append(_Written(pattern.format(first.text), ATOM))
    return f"lambda {', '.join(tape.names[:count])}: {written[-1].text}"


# How tightly Python's operators bind.
LEVELS = {"add": 1, "sub": 1, "mul": 2, "truediv": 2, "neg": 3, "pow": 4}
ATOM = 5
# Functions of numbers that the math module lacks.
WITHOUT_MATH = {"relu": "max(0.0, {})", "sigmoid": "(1 / (1 + math.exp(-({}))))"}


@dataclass(frozen=True, slots=True)
class _Written:
    """A piece of an expression, and how tightly its outermost operator binds."""

    text: str
    level: int

    def inside(self, level: int) -> str:
        """The text as an operand of an operator that asks for this level."""
        return self.text if self.level >= level else f"({self.text})"


def _constant(number: float) -> _Written:
    return _Written(repr(number), ATOM if number >= 0 else 0)


def _traced(function: Callable[..., Any]) -> Tape:
    return trace(function, (1.0,) * function.__code__.co_argcount)
