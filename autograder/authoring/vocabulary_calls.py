"""The recorder's words for the exercises about functions: 01, 02 and 07."""

from collections.abc import Callable, Sequence
from typing import Any

from autograder.tape import BINARY, Constant, Tape, trace


class CallRecording:
    """Records cases that call functions of the submission by name; mixed into Recorder."""

    _add: Callable[..., None]  # Recorder's own

    def returns(
        self, name: str, *args: Any, afterwards: bool = False, within_s: float = 1.0
    ) -> None:
        """Observe what a function gives back: a number, or a list or tuple of numbers.

        Args:
            name: of the student's function.
            args: numbers, lists of numbers, or functions of numbers (traced).
            afterwards: observe instead what the lists among args hold when it is done.
            within_s: CPU seconds.
        """
        plain, written = [], []
        for arg in args:
            if callable(arg):
                tape = _traced(arg)
                plain.append(tape.plain())
                written.append(function_code(tape))
            else:
                plain.append(arg)
                written.append(repr(arg))
        request: dict[str, Any] = {"name": name, "args": plain}
        line = f"{name}({', '.join(written)})"
        code, label = [line], f"{name}(...)"
        if afterwards:
            request["afterwards"] = True
            (xs,) = [k for k, arg in enumerate(args) if isinstance(arg, list)]
            code = [
                f"xs = {written[xs]}",
                f"{name}({', '.join([*written[:xs], 'xs', *written[xs + 1 :]])})",
                "xs",
            ]
            label = "xs afterwards"
        self._add("returns", request, (), code, [label], -1, (), within_s)

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
        request = {"name": name, "tape": tape.plain(), "x": x, "h": h, "slope": slope}
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
        plain, word = _engine(engine)
        request: dict[str, Any] = {"tape": tape.plain(), "at": list(at), "engine": plain}
        line = f"gradcheck({function_code(tape, method=True)}, {list(at)!r}, {word})"
        code, labels = [line], ["verdict (True is 1)"]
        if afterwards:
            request["afterwards"] = True
            code = [f"xs = {list(at)!r}", line.replace(repr(list(at)), "xs"), "xs"]
            labels = [f"xs[{k}] afterwards" for k in range(len(at))]
        self._add("gradcheck", request, (), code, labels, len(labels))

    def probes(self, engine: str, *, right: str) -> None:
        """Observe whether some probe of the student's tells an engine from a right one.

        Args:
            engine: the one to examine: a class's name or a source, as in gradcheck.
            right: one whose gradients are right.
        """
        plain, word = _engine(engine)
        request = {"engine": plain, "right": _engine(right)[0]}
        code = [f"[gradcheck(f, xs, {word}) for f, xs in probes()]"]
        self._add("probes", request, (), code, ["told apart (yes is 1)"], 1)


def function_code(tape: Tape, *, method: bool = False) -> str:
    """A tape as a lambda to paste.

    Args:
        tape: of a function.
        method: write exp and its kind as methods of Values, not as functions of numbers.

    >>> function_code(trace(lambda a, b: (a + 2) * b.exp(), (1.0, 1.0)))
    'lambda a, b: (a + 2) * math.exp(b)'
    """
    count = len(tape.leaves)
    texts = list(tape.names[:count])
    for step in tape.steps:
        words = [_bare(repr(a.number)) if isinstance(a, Constant) else texts[a] for a in step.args]
        if step.op in BINARY:
            texts.append(f"({words[0]} {BINARY[step.op]} {words[1]})")
        elif step.op == "neg":
            texts.append(f"(-{words[0]})")
        elif method:
            texts.append(f"{words[0]}.{step.op}()")
        else:
            word = f"math.{step.op}" if step.op in ("exp", "log", "tanh") else step.op
            argument = words[0]
            texts.append(f"{word}{argument}" if argument[0] == "(" else f"{word}({argument})")
    body = texts[-1]
    if tape.steps and (tape.steps[-1].op in BINARY or tape.steps[-1].op == "neg"):
        body = body[1:-1]
    return f"lambda {', '.join(tape.names[:count])}: {body}"


def _bare(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _traced(function: Callable[..., Any]) -> Tape:
    return trace(function, (1.0,) * function.__code__.co_argcount)


def _engine(engine: str) -> tuple[dict[str, str], str]:
    """An engine for a request, and the word for it in code to paste."""
    if engine.isidentifier():
        return {"name": engine}, engine
    return {"source": engine}, "engine_you_have_not_seen"
