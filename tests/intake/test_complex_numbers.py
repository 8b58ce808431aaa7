"""Complex numbers in a submission are pointed out to staff, line by line."""

import ast

import pytest
from repository import ROOT

from autograder.intake.complex_numbers import complex_flags

ENGINES = sorted((ROOT / "tests/right_answers").glob("*.py"))


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def f(x):\n    return x + 1e-100j", "a number with j"),
        ("def f(x):\n    return complex(x, 1e-100)", "complex"),
        ("import cmath\ng = cmath.exp", "cmath"),
        ("def f(z):\n    return z.imag / 1e-100", ".imag"),
        ("import numpy as np\nz = np.complex128(2)", ".complex128"),
    ],
)
def test_each_way_to_compute_with_complex_numbers_is_found(source, what):
    (flag,) = complex_flags("engine.py", source)
    assert flag == (f"engine.py, line 2: uses complex numbers ({what}); a complex step is no rule.")


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
    assert list(complex_flags("engine.py", source)) == []


def test_one_sentence_for_each_way_however_often_it_is_used():
    source = "a = 1j\nb = 2j\nc = (a * b).imag + a.imag"
    assert len(list(complex_flags("engine.py", source))) == 2


def test_the_complex_step_among_the_wild_mistakes_is_flagged():
    source = (ROOT / "tests/wild_mistakes/complex_step.py").read_text()
    ast.parse(source)
    assert len(list(complex_flags("engine.py", source))) >= 3


def test_no_right_answer_is_flagged():
    assert len(ENGINES) > 40
    for file in ENGINES:
        assert list(complex_flags(file.name, file.read_text())) == [], file
