"""A rule that is computed by differences, or in many digits, is pointed out; a test is not."""

import time

import pytest
from repository import ROOT

from autograder.intake.flags.shortcuts import shortcuts
from autograder.model import Block

SENTENCE = "uses a difference divided by its step; it gives a slope without a rule."


def found(*sources):
    """The flags of a submission whose blocks are these."""
    return list(shortcuts([Block(f"cell {n}", source) for n, source in enumerate(sources, 1)]))


def in_a_rule(body):
    """A program whose rule for an operation is computed by that."""
    lines = "\n        ".join(body.split("\n"))
    return f"def operation(x, f, h):\n    def rule(upstream):\n        {lines}\n    return rule\n"


QUOTIENTS = (
    "x.grad += upstream * (f(x.data + h) - f(x.data - h)) / (2 * h)",
    "x.grad += upstream * (f(x.data + h) - f(x.data)) / h",
    "x.grad = x.grad + (f(x.data) - f(x.data - h)) / h * upstream",
    "x.grad += upstream * ((x.data + h) ** 3 - (x.data - h) ** 3) / (2.0 * h)",
    "x.grad += upstream * (f(x.data + 1e-6) - f(x.data - 1e-6)) / 2e-6",
    "x.grad += upstream * (f(x.data + h) - f(x.data - h)) * (0.5 / h)",
    "up = f(x.data + h)\ndown = f(x.data - h)\nx.grad += upstream * (up - down) / 2 / h",
    (
        "up, down = f(x.data + h), f(x.data - h)\nrise = up - down\n"
        "x.grad += upstream * (rise) / (2*h)"
    ),
    "a = x.data + h\nb = x.data - h\nx.grad += upstream * (f(a) - f(b)) / (a - b)",
    "xs = [x.data]\nxs[0] += h\nup = f(*xs)\nxs[0] -= 2 * h\ndown = f(*xs)\n"
    "x.grad += upstream * (up - down) / (2 * h)",
    "xs[0] = x.data + h\nup = f(*xs)\nxs[0] = x.data - h\ndown = f(*xs)\n"
    "x.grad += upstream * (up - down) / (2 * h)",
    "x.grad += upstream * (-f(x.data + 2*h) + 8*f(x.data + h) - 8*f(x.data - h) + f(x.data - 2*h))"
    " / (12 * h)",
    "x.grad += upstream * sum(c * f(x.data + k * h) for k, c in STENCIL) / h",
    "x.grad += upstream * float((f(x.data + h) - f(x.data - h)) / (2 * h))",
    "def at(d):\n    return f(x.data + d)\nx.grad += upstream * (at(h) - at(-h)) / (2 * h)",
    "def at(d):\n    return f(x.data + d)\nx.grad += upstream * (at(0.5) - at(-0.5))",
    "def at(d):\n    return f(x.data + d)\nrow = [(at(h) - at(-h)) / (2 * h)]\n"
    "row.append((4 * row[0] - row[-1]) / 3)\nx.grad += upstream * row[-1]",
    "setattr(x, 'grad', x.grad + (f(x.data + h) - f(x.data - h)) / (2 * h))",
    # however it is divided
    "x.grad += upstream * (f(x.data + h) - f(x.data - h)) * (2 * h) ** -1",
    "x.grad += (h * 2.0)**(-1.0) * (f(x.data + h) - f(x.data - h)) * upstream",
    "x.grad += upstream * (f(x.data + h) - f(x.data)) * pow(h, -1)",
    "x.grad += upstream * (f(x.data + h) - f(x.data - h)) * (h + h) ** - 1",
    "x.grad += upstream * (f(x.data + h) - f(x.data)) * h ** -1",
    "d = f(x.data + h) - f(x.data - h)\nd /= 2 * h\nx.grad += upstream * d",
    "d = f(x.data + h) - f(x.data - h)\nd *= (2 * h) ** -1\nx.grad += upstream * d",
    "n = 1 / (2 * h)\nx.grad += upstream * (f(x.data + h) - f(x.data - h)) * n",
    "x.grad += upstream * operator.truediv(f(x.data + h) - f(x.data - h), 2 * h)",
    "x.grad += truediv(sub(f(x.data + h), f(x.data - h)), 2 * h)",
    "x.grad += (f(x.data + h) - f(x.data - h)).__truediv__(2 * h)",
    "x.grad += (2 * h).__rtruediv__(f(x.data + h) - f(x.data - h))",
    # however it is subtracted
    "x.grad += math.fsum((f(x.data + h), -f(x.data - h))) / (2 * h)",
    "x.grad += sum([f(x.data + h), operator.neg(f(x.data - h))]) / (2 * h)",
    "x.grad += fsum(c * f(x.data + k * h) for k, c in STENCIL) / (h)",
    # however it is stored
    "x.grad: float = x.grad + (f(x.data + h) - f(x.data - h)) / (2 * h)",
    "for x.grad in [x.grad + (f(x.data + h) - f(x.data - h)) / (2 * h)]: pass",
    "[0 for x.grad in [(f(x.data + h) - f(x.data - h)) / (2 * h)]]",
    "object.__setattr__(x, 'grad', (f(x.data + h) - f(x.data - h)) / (2 * h))",
    "x.__setattr__('grad', (f(x.data + h) - f(x.data - h)) / (2 * h))",
    "vars(x)['grad'] = (f(x.data + h) - f(x.data - h)) / (2 * h)",
    "x.__dict__.update(grad=(f(x.data + h) - f(x.data - h)) / (2 * h))",
)


@pytest.mark.parametrize("body", QUOTIENTS, ids=range(len(QUOTIENTS)))
def test_a_difference_quotient_in_a_rule_is_found_however_it_is_written(body):
    (flag,) = found(in_a_rule(body))
    assert flag.startswith("cell 1, line ") and flag.endswith(SENTENCE)


SLOPE = "def slope(f, x, h=1e-6):\n    return (f(x + h) - f(x - h)) / (2 * h)\n"
USED = (
    "def rule(self, upstream):\n    self.grad += upstream * slope(math.exp, self.data)\n",
    "LOCAL = {'exp': lambda x: slope(math.exp, x)}\n"
    "def backward(self):\n"
    "    for p in self.parents: p.grad += self.grad * LOCAL[self.op](p.data)\n",
    (
        "class Value:\n    def exp(self):\n"
        "        return Value(2.0, [(self, slope(math.exp, self.data))])\n"
    ),
    "class Value:\n    def d(self, f): return slope(f, self.data)\n"
    "    def _backward(self): self.p.grad += self.d(math.exp) * self.grad\n",
)


@pytest.mark.parametrize("rule", USED, ids=range(len(USED)))
def test_it_is_found_where_a_rule_uses_it_and_in_another_cell(rule):
    assert found(SLOPE + rule) == [f"cell 1, line 2: {SENTENCE}"]
    assert found(rule, SLOPE) == [f"cell 2, line 2: {SENTENCE}"]


HONEST = (
    SLOPE,  # 01 and 07 ask for it
    SLOPE + "def gradcheck(f, x):\n    x.grad = 0.0\n    f(x).backward()\n"
    "    return abs(x.grad - slope(f, x.data)) < 1e-6\n",
    SLOPE + "def rule(upstream):\n    x.grad += upstream * 2 * x.data\nprint(slope(f, 2.0))\n",
    in_a_rule(
        "x.grad += upstream * (1 - t * t) / (h)\ny.grad -= upstream * (a - b) / (h)\nf(a + h)"
    ),
    in_a_rule("x.grad += upstream * (h - 1) / (h + 1) + (x - h) / (h)"),
    in_a_rule("e = math.exp(h)\nx.grad += (e - 1 / e) / (e + 1 / e)"),
    "class Value:\n    def tanh(self):\n        p, q = math.exp(self.data), math.exp(-self.data)\n"
    "        return Value((p - q) / (p + q))\n",
    "class Value:\n    def __truediv__(self, other):\n        out = Value((self.data) / y)\n"
    "        def rule(upstream):\n            self.grad += upstream / other.data\n"
    "            other.grad += -upstream * (self.data - 0.0) / (other.data * other.data)\n",
    "import fractions, decimal\ndef relative_error(a, b):\n    return fractions.Fraction(a) / b\n",
    "import decimal\nfrom fractions import Fraction\ndef rule(u):\n    x.grad += u\n",
    "# by 1/(2h): never (f(x + h) - f(x - h)) / (2 * h)\ndef rule(u):\n    x.grad += u\n",
    in_a_rule(
        "x.grad += upstream * other.data ** -1 + h ** -1 * (f(x) - f(y)) * (h + 1) ** -1\n"
        "n = 1 / h\nx.grad += n * (a - b)\nd = a - b\nd /= 2 * h\nx.grad -= d * pow(h, -1)"
    ),
    in_a_rule("x.grad += math.fsum((a, -b)) / (h) + truediv(upstream, h) + f(a + h)"),
    SLOPE + "class Value:\n    def __init__(self):\n        self.grad: float = 0.0\n"
    "    def zero(self):\n        object.__setattr__(self, 'grad', 0.0)\n"
    "        vars(self)['grad'] = -0.0\nprint(slope(f, 2.0))\n",
    "import statistics\ndef rule(u):\n    x.grad += u\nprint(statistics.mean([1, 2]))\n",
    "import statistics\nprint(statistics.linear_regression([1, 2], [3, 4]).slope)\n",
    (
        "def step(p, rate):\n    p.data -= rate * p.grad\n    p.grad = 0.0\n"
        "    return (rate - 1) / (rate)\n"
    ),
)


@pytest.mark.parametrize("source", HONEST, ids=range(len(HONEST)))
def test_a_test_by_differences_and_ordinary_rules_are_left_alone(source):
    assert found(source) == []


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("from decimal import Decimal as D\ndef rule(u):\n    x.grad += D(2)", "decimal"),
        (
            "import fractions as f\ndef d(x): return f.Fraction(x)\ndef r(u): x.grad += d(u)",
            "fract",
        ),
        ("from statistics import Decimal as D\ndef r(u): x.grad += D(2)", "decimal"),
        ("import statistics as s\ndef r(u): x.grad += s.Fraction(2)", "fractions"),
        ("import statistics\nF = statistics.fractions\ndef r(u): x.grad += F.Fraction(2)", "fract"),
        ("import _pydecimal as d\ndef r(u): x.grad += d.Decimal(2)", "decimal"),
        (
            "from statistics import linear_regression as fit\n"
            "def r(u): x.grad += u * fit([-h, h], [f(-h), f(h)]).slope",
            "statistics' linear_regression",
        ),
        (
            "import statistics as s\ndef d(x, y): return s.covariance(x, y) / s.variance(x)\n"
            "def r(u): x.grad += d([-h, h], [f(-h), f(h)])",
            "statistics' covariance",
        ),
        ("import numpy as np\ndef r(u): x.grad += np.polyfit(a, b, 1)[0]", "numpy's polyfit"),
        ("r = -1.0\nI = r ** 0.5", "complex numbers (a negative number to a fraction)"),
        ("r = (-2)\nI = r ** (1 / 2)", "complex numbers (a negative number to a fraction)"),
        ("r = -1.0\nI = pow(r, .5)", "complex numbers (a negative number to a fraction)"),
        ("def f(z): return (f(z) * -I).real * 1e200", "complex numbers (.real)"),
        ("z = getattr(y, 'real')", "complex numbers (.real)"),
        ("import cmath as c\ny = c.exp(1)", "complex numbers (cmath)"),
        ("import cmath\nm = cmath\ny = m.exp(1)", "complex numbers (cmath)"),
        ("from cmath import exp\ny = exp(1)", "complex numbers (cmath)"),
        ("from cmath import exp as e\ny = [e]", "complex numbers (cmath)"),
        ("z = (-1) ** 0.5", "complex numbers (a negative number to a fraction)"),
        ("z = (-1.0)**(1 / 2)", "complex numbers (a negative number to a fraction)"),
        ("z = pow(-1, .5)", "complex numbers (a negative number to a fraction)"),
        ("z = getattr(y, 'imag')", "complex numbers (.imag)"),
        ("import operator\nf = operator.attrgetter('imag')", "complex numbers (.imag)"),
        ("import numpy as np\nm = np\nd = m.gradient(x)", "numpy's gradient"),
        ("import numpy as np\nd = getattr(np, 'gradient')(x)", "numpy's gradient"),
        ("from numpy.polynomial import Polynomial as P\nd = P([1]).deriv()", "numpy's deriv"),
        ("from numpy import polynomial\nd = polynomial.Polynomial([1]).deriv()", "numpy's deriv"),
        ("import numpy as np\np = np.poly1d([1, 2])\nq = p\nd = q.deriv()", "numpy's deriv"),
        ("import numpy as np\nP = np.polynomial.Chebyshev\nd = P([1]).deriv()", "numpy's deriv"),
    ],
)
def test_other_ways_are_found_by_any_name(source, what):
    flags = found(source)
    assert any(f": uses {what}" in flag for flag in flags), flags


@pytest.mark.parametrize(
    "source",
    [
        "import cmath as c",
        "from cmath import exp",
        "n = -1.0\nn = 2.0\ny = n ** 0.5",
        "n = -1\ny = 2 ** n + n ** 2 + 4 ** 0.5\nreal = y\n# .5",
        "x = (2) ** 0.5 + (-1) ** 2 + (-1) ** 3.0 + pow(-x, 2)",
        "# (-8) ** 0.5 is complex\nx = pow(2, 0.5)",
        "import numpy as np\nself.deriv(np.exp(1.0))",
    ],
)
def test_what_looks_like_them_is_left_alone(source):
    assert found(source) == []


@pytest.mark.parametrize("exercise", ["01_derivative", "07_gradcheck"])
def test_where_differences_are_asked_for_none_is_flagged(exercise):
    modules = {"01_derivative": "derivative", "07_gradcheck": "gradcheck"}
    source = (ROOT / "reference" / f"{modules[exercise]}.py").read_text()
    assert found(source) == []


@pytest.mark.parametrize("number", ["9" * 400, "0x" + "f" * 5_000, "-" + "9" * 400, "1e999"])
def test_no_number_is_too_long_to_be_compared(number):
    body = f"x.grad += (f(x.data + h, {number}) - f(x.data - h, {number}) + {number}) / (2 * h)"
    (flag,) = found(in_a_rule(body))
    assert flag.endswith(SENTENCE)
    assert (
        found(in_a_rule(f"x.grad += (f(x.data) - {number}) / {number}\na(0.5) - a({number})")) == []
    )


def test_the_plain_quotient_among_the_wild_mistakes_is_flagged():
    flagged = [
        file.stem
        for file in sorted((ROOT / "tests/wild_mistakes").glob("*.py"))
        if any(SENTENCE in flag for flag in found(file.read_text(encoding="utf-8")))
    ]
    assert flagged == ["numeric_differentiation"]


LINES = (
    "(f(x + h) - f(x - h)) / (2 * h)\n",
    "a = a + b + a + b\n",
    "b = (a - a) / (h)\n",
    "def rule(u): x.grad += (rule(h) - rule(-h)) / (h)\n",
)


@pytest.mark.parametrize("line", [*LINES, "".join(LINES), ")/h" * 200 + "\n"])
def test_comparing_is_bounded(line):
    inner = "    ".join(["", *line.splitlines(keepends=True)]) * (55_000 // (len(line) + 20))
    began = time.process_time()
    found(f"def rule(u):\n    x.grad += u\n    h += h\n{inner}")
    assert time.process_time() - began < 3.0
