"""Lessons 01, 02 and 07: right answers that are not written like the reference pass too."""

import inspect
import textwrap
from collections.abc import Callable

import pytest
from course_tools import play_program

from autograder.authoring.lessons.exercises import load_exercise
from autograder.course.course_file import Course
from autograder.judging.rightness import is_right
from autograder.model import Block, CompiledExercise, Role
from autograder.worker.imports.importable import STANDARD
from autograder.worker.status import Status
from reference import gradcheck as g

Compile = Callable[[str], CompiledExercise]
FIRST, SECOND, SEVENTH = "01_derivative", "02_manual_backprop", "07_gradcheck"


def failed_checks(
    course: Course, compiled: CompiledExercise, changed: dict[str, str]
) -> dict[str, str]:
    """Checks that a solution does not pass when some of its cells are written otherwise.

    Args:
        changed: name of a function to the source of the cell that defines it.
    Returns: check id to what its first wrong case shows.
    """
    cells = load_exercise(course.exercises / compiled.exercise.id, course.reference).exercise.cells
    blocks = []
    for cell in cells:
        if cell.role in (Role.PROVIDED, Role.SOLVE):
            name = cell.regions[0].rpartition(".")[2] if cell.regions else ""
            own = changed.get(name)
            blocks.append(Block(name, own or cell.solution or cell.source))
    answers = iter(play_program(blocks, compiled.checks, STANDARD))
    failed: dict[str, str] = {}
    for check in compiled.checks:
        for case, due in zip(check.cases, compiled.expected[check.id], strict=True):
            answer = next(answers)
            if answer.status is not Status.OK or not is_right(case, due.numbers, answer.numbers):
                failed.setdefault(check.id, f"{case.snippet}: {answer}")
    return failed


PARTIALS = {
    "puts each input back": """
        def partials(f, xs):
            slopes = []
            for i in range(len(xs)):
                kept = xs[i]
                xs[i] = kept + {h}
                up = f(*xs)
                xs[i] = kept - {h}
                down = f(*xs)
                xs[i] = kept
                slopes.append((up - down) / (2 * {h}))
            return slopes
    """,
    "undoes each move by the opposite move": """
        def partials(f, xs):
            slopes = []
            for i in range(len(xs)):
                xs[i] += {h}
                up = f(*xs)
                xs[i] -= 2 * {h}
                slopes.append((up - f(*xs)) / 2 / {h})
                xs[i] += {h}
            return slopes
    """,
    "uses central_difference of a function of one number": """
        def partials(f, xs):
            def along(i):
                return lambda x: f(*xs[:i], x, *xs[i + 1:])
            return tuple(central_difference(along(i), x, {h}) for i, x in enumerate(xs))
    """,
}


@pytest.mark.parametrize("step", ["1e-4", "3e-5", "1e-6", "1e-7"])
@pytest.mark.parametrize("kind", PARTIALS)
def test_partials_written_otherwise_pass(
    kind: str, step: str, real_course: Course, compiled: Compile
) -> None:
    source = textwrap.dedent(PARTIALS[kind]).format(h=step)
    assert failed_checks(real_course, compiled(FIRST), {"partials": source}) == {}


@pytest.mark.parametrize("step", ["1e-2", "1e-11", "1e-16"])
def test_partials_with_a_step_far_from_the_best_do_not_pass(
    step: str, real_course: Course, compiled: Compile
) -> None:
    source = textwrap.dedent(PARTIALS["puts each input back"]).format(h=step)
    failed = failed_checks(real_course, compiled(FIRST), {"partials": source})
    assert "partials_to_six_digits" in failed


STEP = "6e-6 * max(1.0, abs(xs[i]))"
OTHER_STEPS = ("1e-5 * max(1, abs(x))", "1e-6 * (1 + abs(x))", "1e-4 * max(abs(x), 1.0)")
GRADCHECKS = {
    "one loop, all slopes at once": """
        def gradcheck(f, xs, engine):
            def value(numbers):
                return f(*map(engine, numbers)).data
            leaves = list(map(engine, xs))
            f(*leaves).backward()
            verdict = True
            for i, x in enumerate(xs):
                h = {step}
                up = value([*xs[:i], x + h, *xs[i + 1:]])
                down = value([*xs[:i], x - h, *xs[i + 1:]])
                left, right = (value(xs) - down) / h, (up - value(xs)) / h
                got = leaves[i].grad
                slack = 1e-8 + 1e-4 * max(abs(left), abs(right), abs(got)) / 2
                near = relative_error(got, (up - down) / (2 * h)) < 5e-5
                verdict &= near or min(left, right) - slack < got < max(left, right) + slack
            return verdict
    """,
    "looks for a kink first": """
        def gradcheck(f, xs, engine):
            leaves = [engine(x) for x in xs]
            output = f(*leaves)
            output.backward()
            plain = lambda *ns: f(*(engine(n) for n in ns)).data
            def right_here(i, gradient, estimate):
                left, right = side_slopes(plain, xs, i)
                if agree(left, right):
                    return agree(gradient, estimate)
                low, high = sorted((left, right))
                return low - 1e-4 * abs(low) <= gradient <= high + 1e-4 * abs(high)
            estimates = numeric_gradient(plain, xs)
            return all(right_here(i, n.grad, e) for i, (n, e) in enumerate(zip(leaves, estimates)))
    """,
}
AGREE = {
    "as written": None,
    "one sum of both tolerances": """
        def agree(analytic, numeric):
            larger = max(abs(analytic), abs(numeric))
            return abs(analytic - numeric) <= 1e-8 + 1e-4 * larger
    """,
}


@pytest.mark.parametrize("agree", AGREE)
@pytest.mark.parametrize("kind", GRADCHECKS)
@pytest.mark.parametrize("step", OTHER_STEPS)
def test_gradchecks_written_otherwise_pass(
    kind: str, step: str, agree: str, real_course: Course, compiled: Compile
) -> None:
    changed = {"gradcheck": textwrap.dedent(GRADCHECKS[kind]).format(step=step)}
    if AGREE[agree]:
        changed["agree"] = textwrap.dedent(AGREE[agree])
    text = inspect.getsource(g.side_slopes)
    assert STEP in text
    changed["side_slopes"] = text.replace(STEP, step.replace("abs(x)", "abs(xs[i])"))
    assert failed_checks(real_course, compiled(SEVENTH), changed) == {}


def test_one_large_probe_for_each_group_of_faults_passes(
    real_course: Course, compiled: Compile
) -> None:
    source = textwrap.dedent("""
        def probes():
            def everything(a, b):
                u = a * b
                v = u / a - b**3 + (-u).exp() + a.log() * u.tanh()
                w = v.sigmoid() * a.relu() + b.relu() * v - a**-2 / b
                return (3 * w + u * (v - w) + (5 - v) * a + a * a + (b + b)) * -1.3
            def double(x):
                y = 3 * x
                return -2 * y + (5 * y).exp() + (y + y * y * y)
            def skew(x):
                t = x * x
                return 3 * (2 * t) + t + (x.sigmoid() + x * 0.3) + (x.relu() + x**2) - x.exp()
            def weks(x):
                t = x * x
                u = x.exp() + x.sigmoid() + x.relu() + x**2 + x
                return t + u * -1.4 + 3 * (2 * t)
            def own(a):
                return 1.5 * (2.0 - a) - 3 * (a + a) + a * a + a.log()
            return [(everything, (1.4, -0.7)), (everything, (0.6, -1.9)), (double, [0.3]),
                    (skew, [1.7]), (weks, [1.7]), (own, [0.4]),
                    (lambda a: -2.2 * a.exp(), [-2.5]), (lambda a: -1.1 * a.log(), [0.3]),
                    (lambda a: -1.1 * (a**2 + a.relu()), [-2.5]),
                    (lambda a: -1.1 * a.relu(), [2.5])]
    """)
    assert failed_checks(real_course, compiled(SEVENTH), {"probes": source}) == {}


def test_gradients_by_hand_written_otherwise_pass(real_course: Course, compiled: Compile) -> None:
    changed = {
        "expression_gradients": """
            def expression_gradients(a, b, c, f):
                return [b * f, a * f, f, expression(a, b, c, f)[1]]
        """,
        "used_twice_gradients": """
            def used_twice_gradients(a, b):
                return 2 * a + b, a
        """,
        "neuron_gradients": """
            def neuron_gradients(x1, x2, w1, w2, b):
                slope = 1 / math.cosh(x1 * w1 + x2 * w2 + b) ** 2
                return tuple(slope * other for other in (w1, w2, x1, x2, 1))
        """,
        "local_tanh": """
            def local_tanh(x):
                return (1 - math.tanh(x)) * (1 + math.tanh(x))
        """,
    }
    changed = {name: textwrap.dedent(text) for name, text in changed.items()}
    assert failed_checks(real_course, compiled(SECOND), changed) == {}
