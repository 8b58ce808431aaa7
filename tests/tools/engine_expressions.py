"""Expressions that any engine of exercise 06 gets right, and how two engines are compared.

Shared by the tests of `right_answers/` and of `wild_mistakes/`. An expression is written as a
student would write it, so that the text in a failure can be pasted into a shell.
"""

import importlib.util
import math
import random
import sys
from dataclasses import dataclass

from repository import TESTS

REFERENCE = TESTS.parent / "reference" / "engine.py"
GROUPS = ("operators", "gradients", "graphs", "deep graphs", "numerical range")
CHAIN = 5_000  # nodes: five times Python's recursion limit
# A thousand times tighter than the judge's 1e-6: no honest engine may hang on rounding.
AGREEMENT = 1e-9


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression: `text` is a lambda's parameters and body; a tuple's last node is the root."""

    group: str
    text: str
    at: tuple

    def play(self, Value):
        """Build it from fresh leaves and go back from its root; return leaves, then nodes made."""
        leaves = [Value(number) for number in self.at]
        made = eval(f"lambda {self.text}", {})(*leaves)
        nodes = list(made) if isinstance(made, tuple) else [made]
        nodes[-1].backward()
        return leaves + nodes


def _expressions():
    """List the fixed expressions, by group, as (text, numbers of the leaves)."""
    yield from (
        Expression("operators", text, at)
        for text, at in [
            ("a, b: a + b", (2.0, -3.5)),
            ("a: a + 2", (1.5,)),
            ("a: 2 + a", (1.5,)),
            ("a, b: a - b", (2.0, 5.0)),
            ("a: a - 2.5", (4.0,)),
            ("a: 2.5 - a", (4.0,)),
            ("a, b: a * b", (-2.0, 3.0)),
            ("a: a * 4", (1.25,)),
            ("a: -4 * a", (1.25,)),
            ("a, b: a / b", (7.0, -2.0)),
            ("a: a / 4", (3.0,)),
            ("a: 4 / a", (3.0,)),
            ("a: -a", (2.5,)),
            ("a: a ** 2", (-3.0,)),
            ("a: a ** 3", (-1.5,)),
            ("a: a ** -1", (4.0,)),
            ("a: a ** 0.5", (9.0,)),
            ("a: a ** -2.5", (1.7,)),
            ("a: a ** 1", (-2.0,)),
            ("a: a ** 0", (2.0,)),
            ("a: a ** 2", (0.0,)),
            ("a: a * 0", (3.0,)),
            ("a, b, c: sum([a, b, c])", (1.0, -2.0, 4.5)),
            ("a, b: a + b", (2, -3)),
            ("a, b: a - b * 2", (2, 5)),
            ("a, b: a / b", (7, 2)),
            ("a: a ** -2", (2,)),
            ("a: 1 / a - 3 * a", (4,)),
        ]
    )
    yield from (
        Expression("gradients", text, at)
        for text, at in [
            ("a: a.exp()", (1.3,)),
            ("a: -1.7 * a.exp()", (-0.6,)),
            ("a: a.log()", (2.5,)),
            ("a: -1.7 * a.log()", (0.3,)),
            ("a: a.tanh()", (0.8,)),
            ("a: -1.7 * a.tanh()", (-0.4,)),
            ("a: a.sigmoid()", (0.7,)),
            ("a: -1.7 * a.sigmoid()", (-2.1,)),
            ("a: a.relu()", (0.6,)),
            ("a: -1.7 * a.relu()", (3.0,)),
            ("a: -1.7 * a.relu()", (-2.0,)),
            ("a: (a.exp() + 1).log()", (2,)),
            ("a: a.relu() + 3", (-2,)),
            ("a, b: (a - b) * -1.7", (2.0, 0.5)),
            ("a, b: (a / b) * -1.7", (2.0, 0.4)),
            ("a, b: ((a * b) * -1.7).tanh()", (0.6, 0.4)),
            ("a: -((a ** 3) * 5)", (-1.2,)),
            ("a, b, c: (a * b + c).tanh() * -2.0", (0.5, -0.3, 0.2)),
            ("a, b, c, d: ((a - b) / (c ** 2 + 1)).sigmoid() - d.exp()", (2.0, 0.5, 1.5, 0.2)),
        ]
    )
    yield from (
        Expression("graphs", text, at)
        for text, at in [
            ("a: a + a", (3.0,)),
            ("a: a * a", (3.0,)),
            ("a: a - a", (3.0,)),
            ("a: a / a", (3.0,)),
            ("a: (b := a + a, b + b)", (3.0,)),
            ("a: (b := a * a, b * b)", (1.5,)),
            ("a: a ** 2 + a ** 3", (2.0,)),
            ("a: a.exp() * a", (0.5,)),
            ("a: a * a.exp()", (0.5,)),
            ("a: a.log() + a.log()", (2.0,)),
            ("a: a.tanh() * a.tanh() + a", (0.5,)),
            ("a: a.relu() + a.relu() * a", (2.0,)),
            ("a: a.sigmoid() * a + a.sigmoid()", (0.5,)),
            ("a: -a * a + -a", (2.0,)),
            ("a: a / 2 + 3 / a", (2.0,)),
            # DOUBLE and SKEW of course.md, in both operand orders
            ("x: (y := 3.0 * x, a := 2.0 * y, b := 5.0 * y, a + b)", (2.0,)),
            ("x: (y := 3.0 * x, a := 2.0 * y, b := 5.0 * y, b + a)", (2.0,)),
            ("x: (t := x * x, p := 2.0 * t, q := 3.0 * p, q + t)", (2.0,)),
            ("x: (t := x * x, p := 2.0 * t, q := 3.0 * p, t + q)", (2.0,)),
            ("x: (t := x * x, p := t.tanh(), q := p.exp(), q * t + p)", (0.5,)),
            ("x: (t := x * x, p := t.tanh(), q := p.exp(), p + t * q)", (0.5,)),
            # nodes beside the path: they must not send anything back
            ("a, b: (a * b, a.exp(), a + b)", (2.0, 3.0)),
            ("a, b: (p := a * b, p * 7.0, p + a)", (2.0, 3.0)),
            ("a: (a * a, a)", (3.0,)),
            ("a, b: (b + 1, a * 2)", (3.0, 4.0)),
            ("a, b: (p := a * b, q := p + a, r := q * p, s := r - q, s / p)", (1.5, -2.5)),
            ("a: (b := a * 1.5, c := b.sigmoid(), d := b - c, e := c * d, e * e + b)", (0.7,)),
        ]
    )
    yield from (
        Expression("numerical range", text, at)
        for text, at in [
            ("a: a.tanh()", (400.0,)),
            ("a: a.tanh()", (-400.0,)),
            ("a: a.sigmoid()", (400.0,)),
            ("a: a.sigmoid()", (-400.0,)),
            ("a, b: a.tanh() * b + a.sigmoid()", (-400, 3)),
            ("a: a.tanh() + a.sigmoid()", (1000.0,)),
            ("a: a.sigmoid() - a.tanh()", (-1000.0,)),
        ]
    )


EXPRESSIONS = tuple(_expressions())


@dataclass(frozen=True, slots=True)
class Program:
    """A straight-line program: `steps` of (operation, number of a node, node or constant)."""

    leaves: tuple[float, ...]
    steps: tuple[tuple, ...]

    def play(self, Value):
        """Run it on fresh leaves and go back from its last node; return every node, in order."""
        nodes = [Value(number) for number in self.leaves]
        for step in self.steps:
            nodes.append(_operate(step, nodes))
        nodes[-1].backward()
        return nodes


def _operate(step, nodes):
    """Make the node that one step of a Program asks for."""
    op, first, second = step
    a = nodes[first]
    match op:
        case "neg":
            return -a
        case "add":
            return a + nodes[second]
        case "sub":
            return a - nodes[second]
        case "mul":
            return a * nodes[second]
        case "div":
            return a / nodes[second]
        case "add number":
            return a + second
        case "number sub":
            return second - a
        case "number mul":
            return second * a
        case "number div":
            return second / a
        case "pow":
            return a**second
        case _:
            return getattr(a, op)()


_TWO_NODES = ("add", "sub", "mul", "div")
_NUMBER = ("add number", "number sub", "number mul", "number div")
_ONE_NODE = ("neg", "exp", "log", "tanh", "relu", "sigmoid")


def _draw_step(rng, data):
    """Draw one step whose operands suit it, far from a kink, a pole and the edge of floats."""
    while True:
        op = rng.choice((*_TWO_NODES, *_TWO_NODES, *_NUMBER, *_ONE_NODE, "pow"))
        first = rng.randrange(len(data))
        x, second = data[first], None
        if op in _TWO_NODES:
            second = rng.randrange(len(data))
            suits = op != "div" or abs(data[second]) > 0.1
        elif op in _NUMBER:
            second = rng.choice((2, -3, 0.5, -1.7))
            suits = op != "number div" or abs(x) > 0.1
        elif op == "pow":
            second = rng.choice((2, 3, -1, 0.5, -1.5))
            suits = x > 0.1 if second != int(second) else abs(x) > 0.1
        else:
            suits = {"exp": x < 3, "log": x > 0.1, "relu": abs(x) > 0.01}.get(op, True)
        if suits:
            return op, first, second


def random_programs(Value, count, rng):
    """Draw programs that stay within +-50; every node made is used by the last one.

    Args:
        Value: the engine's class whose data say where a program stays.
        count: how many programs.
        rng: random.Random.
    Returns: a list of Programs, short ones first.
    """
    programs = []
    while len(programs) < count:
        leaves = tuple(round(rng.uniform(-3, 3), 3) for _ in range(rng.randint(1, 4)))
        nodes, steps = [Value(number) for number in leaves], []
        length = 3 + len(programs) // 4
        while len(steps) < length:
            step = _draw_step(rng, [node.data for node in nodes])
            made = _operate(step, nodes)
            if math.isfinite(made.data) and abs(made.data) <= 50:
                steps.append(step)
                nodes.append(made)
        used = {step[1] for step in steps} | {step[2] for step in steps if step[0] in _TWO_NODES}
        root = len(nodes) - 1
        for made, index in enumerate(sorted(set(range(root)) - used), start=len(nodes)):
            # both operand orders, by turns
            steps.append(("add", root, index) if index % 2 else ("add", index, root))
            root = made
        programs.append(Program(leaves, tuple(steps)))
    return programs


def chain(Value, length=CHAIN):
    """Build a chain of `length` nodes that reuses x all along, and go back; return x and root."""
    x = Value(0.5)
    node = x
    for number in range(length):
        match number % 4:
            case 0:
                node = 1 + node
            case 1:
                node = node + x
            case 2:
                node = node * 0.999
            case 3:
                node = node - 0.75
    node.backward()
    return [x, node]


def load(file):
    """Run a file as a fresh module and return it."""
    name = f"submission_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up here
    spec.loader.exec_module(module)
    return module


def observe(nodes):
    """Return [(data, grad), ...] of nodes."""
    return [(node.data, node.grad) for node in nodes]


def agree(observed, expected):
    """Whether two observations are the same numbers, up to AGREEMENT."""
    return len(observed) == len(expected) and all(
        math.isclose(seen, right, rel_tol=AGREEMENT, abs_tol=AGREEMENT)
        for node, wanted in zip(observed, expected, strict=True)
        for seen, right in zip(node, wanted, strict=True)
    )


def operations_of(nodes):
    """Return the reference's names of all operations behind these nodes."""
    return {before._op for node in nodes for before in node.topological_order()}


def programs():
    """Return the hundred random programs that both test files play."""
    return random_programs(load(REFERENCE).Value, 100, random.Random(7))
