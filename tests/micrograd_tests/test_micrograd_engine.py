"""What micrograd promises of its engine, asked of the reference and of micrograd itself.

In the spirit of micrograd's own two tests: one small and one large expression, forward and
backward, against PyTorch in double precision; where it is not installed, against what it
answered when it was.
"""

import pytest

import reference.engine
import reference.nn

RTOL = 1e-12


def small(x):
    """A relu that is open, a node used three times, a leaf used four times."""
    y = 3 * x - 2
    z = (y * x).relu() + y
    return z * z + x


def large(a, b):
    """Every operation of micrograd, plain numbers on both sides, names bound anew."""
    c = a - 2 * b
    d = a * b + c**2
    d = d + d + 1
    e = 1 - c + d * 0.25
    e += (b + a).relu() - 3 * d.relu()
    f = (d - e) / 4
    return f**3 / 50 + 10 / (f**2 + 1) - (-a) ** 3


# Answers of PyTorch 2.13 in double precision: output, then gradients.
RECORDED = {
    small: ((-1.5,), (9.0625, -51.0)),
    large: ((-1.25, 2.75), (9347.207704202521, -7279.637384826988, 17177.45449584783)),
}


@pytest.fixture(params=["reference", "micrograd"])
def package(request):
    """Modules `engine` and `nn` of either."""
    if request.param == "reference":
        return reference
    for name in ("micrograd.engine", "micrograd.nn"):
        pytest.importorskip(name, reason="micrograd is a development extra")
    return pytest.importorskip("micrograd")


def play(Value, function):
    leaves = [Value(x) for x in RECORDED[function][0]]
    output = function(*leaves)
    output.backward()
    return output.data, *(leaf.grad for leaf in leaves)


@pytest.mark.parametrize("function", [small, large])
def test_an_expression_agrees_with_what_pytorch_answered(package, function):
    answers = play(package.engine.Value, function)
    assert answers == pytest.approx(RECORDED[function][1], rel=RTOL)


@pytest.mark.parametrize("function", [small, large])
def test_the_record_is_what_pytorch_answers(function):
    torch = pytest.importorskip("torch", reason="without torch its record must do")
    at, recorded = RECORDED[function]
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in at]
    output = function(*leaves)
    output.backward()
    found = (output.item(), *(leaf.grad.item() for leaf in leaves))
    assert found == pytest.approx(recorded, rel=RTOL)


def test_what_micrograd_calls_its_parts_is_there(package):
    a = package.engine.Value(2.0)
    b = a * 3
    assert b.data == 6.0 and b.grad == 0
    assert a in set(b._prev) and b._op == "*"
    b.grad = 1.0
    b._backward()
    assert a.grad == 3.0
    assert "2.0" in repr(a)


def test_a_network_has_micrograds_shape_and_counts(package):
    model = package.nn.MLP(3, [4, 4, 1])
    assert len(model.parameters()) == 41
    model([1.0, -2.0, 0.5]).backward()
    model.zero_grad()
    assert all(p.grad == 0 for p in model.parameters())


def test_the_contract_of_a_second_call_is_pytorchs_where_micrograds_is_its_own(package):
    x = package.engine.Value(1.0)
    y = (x * 3) * 4
    y.backward()
    y.backward()
    assert x.grad == (24.0 if package is reference else 36.0)
