"""Ways to a slope that are no rule are pointed out to staff, line by line."""

import ast

import pytest
from repository import ROOT

from autograder.intake.flags import shortcuts
from autograder.intake.flags.shortcuts import OF_NUMPY
from autograder.intake.flags.shortcuts import shortcuts as shortcuts_in
from autograder.model import Block


def shortcut_flags(label, source):
    return shortcuts_in([Block(label, source)])


ENGINES = sorted((ROOT / "tests/right_answers").glob("*.py"))


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def f(x):\n    return x + 1e-100j", "a number with j"),
        ("def f(x):\n    return complex(x, 1e-100)", "complex"),
        ("import cmath\ng = cmath.exp", "cmath"),
        ("def f(z):\n    return z.imag / 1e-100", ".imag"),
        ("import numpy as np\nz = np.complex128(2)", ".complex128"),
        ('f"""\n# {complex(1)}"""', "complex"),
        ("# complex numbers are not needed\nx = 1j", "a number with j"),
    ],
)
def test_each_way_to_compute_with_complex_numbers_is_found(source, what):
    (flag,) = shortcut_flags("engine.py", source)
    assert flag == (
        f"engine.py, line 2: uses complex numbers ({what}); it gives a slope without a rule."
    )


@pytest.mark.parametrize(
    "source",
    [
        "import cmath",  # an import alone computes nothing
        "s = '1j complex cmath .imag'",
        "j = 3\ncomplex_graph = 'a.imag'",
        "imag = 2.0",
        "def broken(:\n    return 1j",
    ],
)
def test_words_that_only_look_alike_are_left_alone(source):
    assert list(shortcut_flags("engine.py", source)) == []


def test_one_sentence_for_each_way_however_often_it_is_used():
    source = "a = 1j\nb = 2j\nc = (a * b).imag + a.imag"
    assert len(list(shortcut_flags("engine.py", source))) == 2


def test_the_complex_step_among_the_wild_mistakes_is_flagged():
    source = (ROOT / "tests/wild_mistakes/complex_step.py").read_text()
    ast.parse(source)
    assert len(list(shortcut_flags("engine.py", source))) >= 3


def test_a_comment_alone_is_not_parsed(monkeypatch):
    monkeypatch.setattr(shortcuts, "parse", lambda source: pytest.fail("parsed"))  # 2 ms an engine
    assert (
        list(shortcut_flags("engine.py", "if x:\n    # never a complex number: 1j\n    y = 2"))
        == []
    )


def test_hardly_an_honest_engine_is_parsed(monkeypatch):
    parsed = []
    monkeypatch.setattr(shortcuts, "parse", lambda source: parsed.append(source) or SyntaxError())
    for file in (ROOT / "reference/engine.py", ROOT / "tests/hostile/honest_engine.py", *ENGINES):
        list(shortcut_flags(file.name, file.read_text()))
    assert len(parsed) <= len(ENGINES) // 25  # one of 54; each costs 2 to 12 ms


def test_no_right_answer_is_flagged():
    assert len(ENGINES) > 40
    for file in ENGINES:
        assert list(shortcut_flags(file.name, file.read_text())) == [], file


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import numpy as np\ng = np.gradient", "gradient"),
        ("import numpy\ng = numpy.polyder([1, 2])", "polyder"),
        ("import numpy as n\nd = n.poly1d([1, 2]).deriv()", "deriv"),
        ("\nfrom numpy.polynomial.chebyshev import chebder", "chebder"),
    ],
)
def test_what_numpy_offers_is_found_where_it_is_used(source, what):
    (flag,) = shortcut_flags("cell 3", source)
    assert flag == f"cell 3, line 2: uses numpy's {what}; it gives a slope without a rule."


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nclass V:\n    gradient = 0\nV().gradient",
        "self.gradient = node.deriv()",
        "from engine import gradient",
        "import numpy as np\nnp.tanh(2.0)",
    ],
)
def test_a_students_own_gradient_is_left_alone(source):
    assert list(shortcut_flags("cell 3", source)) == []


def test_all_that_numpy_is_known_to_offer_is_there():
    numpy = pytest.importorskip("numpy")
    for name in OF_NUMPY:
        found = numpy
        for part in name.split("."):
            found = getattr(found, part)
        assert callable(found), name


def test_a_submission_carries_the_flag(compiled):
    from autograder.intake.extract import extract

    source = (ROOT / "tests/wild_mistakes/complex_step.py").read_bytes()
    flags = extract(source, "engine.py", compiled("06_engine").exercise).flags
    assert any("uses complex numbers" in flag for flag in flags)


@pytest.mark.parametrize("make", ["np.eye(n)[k]", "np.zeros(n)", "np.array([0.0] * n)"])
def test_an_array_where_gradients_are_stored_is_pointed_out(make):
    source = (
        "import numpy as np\nclass Value:\n    def __init__(self, x, n=9, k=0):\n"
        f"        self.slopes = seeded(n, k)\n    def backward(self):\n"
        "        for k, leaf in enumerate(leaves): leaf.grad = self.slopes[k] + seeded(9, k)[0]\n"
        f"def seeded(n, k):\n    return {make}\n"
    )
    (flag,) = shortcut_flags("engine.py", source)
    name = make.partition("(")[0].removeprefix("np.")
    assert flag == (
        f"engine.py, line 8: uses numpy's {name} where gradients are stored; see if it carries "
        "all slopes."
    )


def test_numpys_functions_of_one_number_are_left_alone():
    source = (
        "import numpy as np\nclass Value:\n    def tanh(self):\n        t = np.tanh(self.data)\n"
        "        def rule(): self.grad += (1 - t**2) * np.float64(out.grad)\n"
        "x = np.zeros(3)\n"
    )
    assert list(shortcut_flags("engine.py", source)) == []
