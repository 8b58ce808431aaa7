"""Numbers in the lessons' prose that the other tests of lessons leave out: each is worked out.

A line of a table below is a place in the lesson, with brackets around its numbers, and what
they come to. Layout does not count: spaces are made single first. When a lesson drops a
sentence, drop its line here.
"""

import math
import re
import subprocess
import sys

import pytest
from conftest import ROOT

from autograder.tolerance import RTOL
from reference import derivative as d
from reference import gradcheck as g
from reference import manual as m
from reference.engine import Value

N = r"(-?\d[\d ]*(?:\.\d+)?)"  # a number; thousands may stand apart


def lesson(exercise):
    (folder,) = ROOT.glob(f"exercises/{exercise}_*")
    text = (folder / "lesson.md").read_text(encoding="utf-8")
    return " ".join(text.replace("{,}", "").split())


def agrees(said, true):
    """Whether a number as printed is the true one, rounded to the digits that stand there."""
    digits = said.replace(" ", "")
    decimals = len(digits.partition(".")[2])
    slack = 0.5 * 10.0**-decimals if decimals else 0.0
    return abs(float(digits) - true) <= slack * (1 + 1e-9) + 1e-9 * abs(true)


def check(exercise, place, *true):
    """Find a place, made a pattern by writing # for each number, and compare its numbers."""
    pattern = re.escape(" ".join(place.split())).replace(r"\#", N)
    found = re.findall(pattern, lesson(exercise))
    assert found, f"lesson {exercise} no longer says {place!r}; is its line here still needed?"
    for hit in found:
        numbers = (hit,) if isinstance(hit, str) else hit
        assert len(numbers) == len(true)
        for said, number in zip(numbers, true, strict=True):
            assert agrees(said.strip(), number), f"{place}: says {said}, is {number!r}"


def gradients(function, *at, calls=1):
    """Gradients of a function of Values, by the reference's engine."""
    leaves = [Value(x) for x in at]
    out = function(*leaves)
    for _ in range(calls):
        out.backward()
    return [leaf.grad for leaf in leaves]


def slope(function, x):
    return gradients(function, x)[0]


def fed(function, *at):
    """What parents that hold 7 hold after a rule with upstream -1.7: the probe of 04."""
    return [7 - 1.7 * local for local in gradients(function, *at)]


def square(x):
    return x**2


def parabola(x):
    return 3 * x**2 - 4 * x + 5


E, CUBE_ROOT = math.ulp(1.0), math.ulp(1.0) ** (1 / 3)
TANH, SIGMOID = math.tanh(0.5), 1 / (1 + math.exp(-1))
FIRST = [
    ("where $f(3) = #$", square(3)),
    ("it is $(# - #) / 1 = #$", 16, 9, d.forward_difference(square, 3.0, 1.0)),
    ("$f(3.1) = #$, and it is $# / 0.1 = #$", 3.1**2, 3.1**2 - 9, 6.1),
    ("They settle at #.", slope(square, 3.0)),
    ("near 3, $f$ changes # times as fast", slope(square, 3.0)),
    ("f(2.1) = # f(1.9) = # rise #", 2.1**3, 1.9**3, 2.1**3 - 1.9**3),
    ("The true slope is #.", slope(lambda x: x**3, 2.0)),
    (r"$\varepsilon = # \cdot 10^{-#}$", E * 1e16, 16),
    (r"about $# \cdot 10^{-#}$", round(CUBE_ROOT * 1e6), 6),
    ("# * 3 - 1 = # 5 -> # slope #", 2.1, 5.3, 5.3, d.partials(lambda a: a * 3 - 1, [2.0])[0]),
    ("2 * # - 1 = # 5 -> #", 3.1, 5.2, 5.2),
    ("at $x = 2$, at height #, where the slope is #", parabola(2), slope(parabola, 2.0)),
    ("2 - 0.1 * 8 = # height #", 1.2, parabola(1.2)),
    ("jumps across the valley to a height of #", parabola(2 - 0.5 * 8)),
]
AT = (2.0, 3.0, -1.0, 4.0)
N1, N2 = 2.0 * 0.5, -1.0 * 1.5
SECOND = [
    ("a - b: raise a by 0.1: # -> # local #", 2 - 3, 2.1 - 3, m.local_sub(2, 3)[0]),
    ("a * b: raise a by 0.1: # -> # local #", 6, 2.1 * 3, m.local_mul(2, 3)[0]),
    ("$t = #$ and the local derivative is $#$", TANH, 1 - TANH**2),
    ("The gradient of $s$ is #.", m.expression_gradients(*AT)[2]),
    (r"$L = s \cdot f$ rises by #", 0.1 * 4),
    ("and then $L$ by #", 0.1 * 4),
    ("1 * f = 1 * 4 #", 4),
    (r"it would be $# \cdot 3 = #$: slope #", 5.1, 5.1 * 3, 3),
    (r"$5 \cdot # = #$: slope #", 3.1, 5 * 3.1, 5),
    ("s # ──┐ b 2.0", 5),
    ("* ── L # a", m.used_twice(3.0, 2.0)),
    ("is it 3, 5, # or 15", m.used_twice_gradients(3.0, 2.0)[0]),
    ("* ── # ──┐ w1 0.5", N1),
    ("+ ── n # ── tanh ── o #", N1 + N2 + 1, math.tanh(N1 + N2 + 1)),
    (r"$2 + 0.01 \cdot # = #$ and", 12, 2.12),
    (r"$3 + 0.01 \cdot # = #$", 8, 3.08),
]
THIRD = [
    ("you get `#`", (2.0 * 3.0 - 1.0) * 4.0),
    ("* ── p # ──┐ b  3.0", 6),
    ("+ ── s # ──┐ c -1.0", 5),
    ("* ── L #", 20),
    ("a + b #", (Value(2.0) + 3.0).data),
    ("a - 5 = # asks", (Value(2.0) - 5).data),
    ("5 - a = # asks", (5 - Value(2.0)).data),
    ("$2^{-1} = #$", (Value(2) ** -1).data),
    ("$9^{0.5} = #$", (Value(9) ** 0.5).data),
    ("One is #, the other is #.", (Value(4.0) / 8).data, (8 / Value(4.0)).data),
    (r"$e \approx #$", math.e),
    (r"$\tanh 0 = #$", Value(0.0).tanh().data),
    (r"$\sigma(0) = #$", Value(0.0).sigmoid().data),
    ("so close to 0 that # is the right answer", Value(-800.0).sigmoid().data),
    (r"$e^{800}$ is about $10^{#}$", int(800 / math.log(10))),
    (r"about $# \cdot 10^{308}$", sys.float_info.max / 1e308),
]
FOURTH = [
    ("a.grad: 7 + (-1.7) * 1 = # b.grad: 7 + (-1.7) * 1 = #", *fed(lambda a, b: a + b, 2.0, 3.0)),
    ("a.grad: 7 + (-1.7) * 3 = #", fed(lambda a, b: a * b, 2.0, 3.0)[0]),
    ("a.grad = # right a.grad = 3 + 3 = # right", 3, slope(lambda a: a * a, 3.0)),
    ("ends at #, the other at #.", *fed(lambda a, b: a - b, 2.0, 3.0)),
    (r"that is $3 \cdot 2^2 = #$", slope(lambda x: x**3, 2.0)),
    (r"$2^2 = #$ forgets the factor, $3 \cdot 2^3 = #$ keeps", 4, 24),
    ("for exp it is the output, $#$", slope(Value.exp, 2.0)),
    ("$1/2 = #$", slope(Value.log, 2.0)),
    ("The output, $#$, would give $#$", math.log(2), 1 / math.log(2)),
    ("from the output t = # 1 - t*t = #", TANH, slope(Value.tanh, 0.5)),
    ("from the input x = 0.5 1 - x*x = #", 1 - 0.5**2),
    ("At $x = 2$ the first is $#$", slope(Value.tanh, 2.0)),
    ("At $x = 1$ the output is $#$", SIGMOID),
    (
        "the gradients #, #, # and # that a pencil gives",
        *gradients(lambda a, b, c, f: (a * b + c) * f, *AT),
    ),
]
FIFTH = [
    ("* 2 ── a # ──┐", 2 * 6),
    ("+ ── L # └", 7 * 6),
    ("* 5 ── b # ──┘", 5 * 6),
    ("the gradient of $x$ is #. Now", slope(lambda x: 2 * (3 * x) + 5 * (3 * x), 2.0)),
    ("t # ─┬─ * 2 ─ p # ─ * 3 ─ q # ─┐", 9, 18, 54),
    ("+ ─ L #", 63),
    ("the gradient of $x$ is $14x = #$", slope(lambda x: 7 * x * x, 3.0)),
    (r"$1 \cdot 3 + 1 \cdot 3 = #$. The other # never arrive", 6, 42 - 6),
    ("`y = y + y`, 25 times, makes # nodes but # paths", 26, 2**25),
    (r"$t = 1 + 6 = #$, $x = 7 \cdot 3 + 7 \cdot 3 = #$", 7, 42),
    ("the gradient of $x$ is #. What should", slope(lambda x: 4 * (3 * x), 2.0)),
    ("nothing reset 4 + 4 = # 12 + 8 * 3 = #", 8, 36),
    ("12 + 4 * 3 = #", gradients(lambda x: 4 * (3 * x), 2.0, calls=2)[0]),
    ("Our contract is PyTorch's: 12, then #.", gradients(lambda x: 12 * x, 2.0, calls=2)[0]),
]
SIXTH = [
    ("`y = y + y`, has # paths and # nodes", 2**25, 26),
    ("`Value(400.0).tanh()` is #", Value(400.0).tanh().data),
    (
        "`Value(-400.0).sigmoid()` is as good as #, both with a gradient as good as #",
        Value(-400.0).sigmoid().data,
        slope(Value.sigmoid, -400.0),
    ),
    ("`Value(1) / Value(2)` is #", (Value(1) / Value(2)).data),
    ("a relative tolerance of $10^{#}$", math.log10(RTOL)),
]
SEVENTH = [
    ("tanh(a) at 0.5 a * b at 2, 3 Ada # # # Ben # 3 2", 1 - TANH**2, 3, 2, 1 - 0.5**2),
    ("off by # percent at 0.5", 100 * g.relative_error(0.75, 1 - TANH**2)),
    ("For 2 and 1 it is $1/#$", 1 / g.relative_error(2, 1)),
    ("the left slope is $(9 - #) / 0.1 = #$", 2.9**2, (9 - 2.9**2) / 0.1),
    ("$(# + #) / 2 = #$", (9 - 2.9**2) / 0.1, (3.1**2 - 9) / 0.1, 6),
    ("where floats are # apart", math.ulp(3.1e8**2)),
    ("with slope # # #", 2 * 3.1e8 / 1e6, 0, 0),
    (r"about $# \cdot 10^{-6}$", round(CUBE_ROOT * 1e6)),
]
EIGHTH = [
    ("0.5 * 3 - 1 * 1 + 0.25 = # #", 0.75, 0.75),
    ("3 neurons, each 2 + 1 #", 3 * (2 + 1)),
]
NINTH = [
    ("p - t # # # ____", -1, -3, -5),
    ("(1 + 9 + 25 + 49) / 4 = #", 84 / 4),
    ("= 2 * (#) / 4 = #", sum(x * t for x, t in zip(range(4), (-1, -3, -5, -7), strict=True)), -17),
    ("(-1 - 3 - 5 - 7) / 4 = 2 * (#) / 4", -16),
    ("0 - 0.05 * (-17) = #", 0.85),
    ("1 - y * p # # # ____", 1 - 2.5, 1 - 0.3, 2),
    (r"$0.1 \cdot # = #$", 3**2 + 4**2, 2.5),
]
TENTH = [
    (r"$\tanh 1 = #$", math.tanh(1)),
    ("Together $#$", math.tanh(1) + 1),
    (r"about $# \cdot 10^{-16}$", 2.0**-53 * 1e16),
    (r"about $# \cdot 10^{-8}$", round(2.0**-24 * 1e8)),
    (r"$3 \cdot (2 \cdot 2 + 1) = #$ in the first layer", 3 * (2 * 2 + 1)),
    ("# in all", 3 * (2 * 2 + 1) + 2 * 3),
]
LESSONS = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, EIGHTH, NINTH, TENTH)
CLAIMS = [(f"{k:02}", *claim) for k, claims in enumerate(LESSONS, 1) for claim in claims]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim[0]} {claim[1]}")
def test_a_number_in_a_lesson_is_what_it_comes_to(claim):
    check(*claim)


# Numbers that take a few lines --------------------------------------------------------------


def test_twenty_small_steps_find_the_bottom_of_01():
    assert "Twenty small steps find the bottom" in lesson("01")
    xs = [2.0]
    for _ in range(20):
        xs = d.step_downhill(xs, d.partials(parabola, xs), 0.1)
    assert xs == pytest.approx([d.flat_point()], abs=1e-6)


def test_errors_of_01_shrink_by_a_half_and_a_quarter():
    assert re.search("half a quarter", lesson("01"))
    for difference, share in ((d.forward_difference, 1 / 2), (d.central_difference, 1 / 4)):
        wide, narrow = (abs(difference(lambda x: x**3, 2.0, h) - 12) for h in (0.1, 0.05))
        assert narrow / wide == pytest.approx(share, rel=0.02)


def walk(order):
    """Call the rules of DOUBLE in this order; return the gradient of x."""
    x = Value(2.0)
    y = 3 * x
    a, b = 2 * y, 5 * y
    nodes = {"y": y, "a": a, "b": b, "L": a + b}
    nodes["L"].grad = 1.0
    for name in order.split():
        nodes[name]._backward()
    return x.grad


def test_orders_of_double_in_05_give_the_four_wrong_answers_and_the_right_one():
    text = lesson("05")
    orders = [order.split(", ") for order in re.findall(r'"((?:[Layb] ?){4,5})"', text)]
    answers = [walk(order) for (order,) in orders]
    assert answers[-1] == 21 and 21 not in answers[:-1]
    (said,) = re.findall(r"four wrong answers: ([\d, ]+)\.", text)
    assert sorted(answers[:-1]) == [float(number) for number in said.split(", ")]


def test_level_by_level_skew_of_05_loses_the_long_path():
    x = Value(3.0)
    t = x * x
    p = 2 * t
    q = 3 * p
    out = q + t
    out.grad = 1.0
    for node in (out, q, t, p):
        node._backward()
    assert x.grad == 6 and "and $x$ gets" in lesson("05")


def test_paths_and_nodes_of_25_doublings_are_counted():
    y = Value(1.0)
    for _ in range(25):
        y = y + y
    y.backward()
    assert len(y.topological_order()) == 26
    leaf = y.topological_order()[0]
    assert leaf.grad == 2**25 == 33_554_432  # each path adds 1


def test_python_stops_at_about_a_thousand_calls_as_05_says():
    assert "about 1,000 calls inside each other" in lesson("05")
    code = "import sys; print(sys.getrecursionlimit())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(told.stdout) == 1000


def test_probes_of_07_are_blind_to_the_faults_beside_them_and_others_are_not():
    text = lesson("07")
    assert "`3 * a**3` for `3 * a**2`" in text and "`a.relu()` at 2.5" in text
    wrong, right = (lambda a: 3 * a**3), (lambda a: 3 * a**2)
    assert wrong(1) == right(1) and wrong(2) != right(2)
    for x, alike in ((2.5, True), (-2.5, False)):
        assert (slope(Value.relu, x) == 1) is alike
    engine = (ROOT / "reference/engine.py").read_text(encoding="utf-8")
    assert "eleven operations" in text and engine.count("def rule(upstream)") == 11
