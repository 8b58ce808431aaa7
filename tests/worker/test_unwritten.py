"""What a case came upon that is not written: told by what it raised, and no mistake."""

import pytest

from autograder.worker.driver import execute, make_namespace, play
from autograder.worker.imports.importable import STANDARD
from autograder.worker.status import Status

pytestmark = pytest.mark.usefixtures("no_submission_left")

HALF = """
class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0
    def __mul__(self, other):
        return Value(self.data)
    {more}
"""


def played(more, tape, kind="values", **request):
    """Status in words and detail of one case on a class with `__mul__` and more."""
    namespace = make_namespace(STANDARD)
    list(execute([("engine.py", HALF.format(more=more.replace("\n", "\n    ")))], namespace))
    # of a case that names its operations the absent ones are told without playing it
    case = {"kind": kind, "request": {"tape": tape, **request}, "ops": [], "within_s": 1.0}
    (one,) = play(namespace, [case], 5.0)
    return Status(one.status).in_words, one.detail


def tape(op, *operands):
    return {"leaves": [2.0], "steps": [[op, *operands]]}


PRODUCT = tape("mul", 0, 0)


@pytest.mark.parametrize(
    ("more", "step", "op"),
    [
        ("def __radd__(self, other): return self + other", tape("add", [2.0], 0), "add"),
        ("def __radd__(self, other): return self.__add__(other)", tape("add", [2.0], 0), "add"),
        ("def __rsub__(self, other): return -self * other", tape("sub", [2.0], 0), "neg"),
        ("def __rsub__(self, other): return other + self * -1", tape("sub", [2.0], 0), "radd"),
        ("def __rpow__(self, n): return self ** n", tape("pow", [2.0], 0), "pow"),
        ("def tanh(self): return self.exp()", tape("tanh", 0), "exp"),
        ("def tanh(self):\n    self += 1\n    return self", tape("tanh", 0), "add"),
    ],
)
def test_an_operation_that_another_builds_on_and_that_is_not_there(more, step, op):
    assert played(more, step) == ("lacking", op)


@pytest.mark.parametrize(
    "more",
    [
        "def tanh(self): return self.data.exp()",  # a float has none
        "def tanh(self): return self.expp()",
        "def tanh(self): return 'a' + 1",
        "def tanh(self): return self.data.backward()",
    ],
)
def test_a_mistake_is_no_operation_that_is_not_there(more):
    assert played(more, tape("tanh", 0))[0] == "raised"


def test_backward_that_is_not_there_is_lacking_and_one_of_a_list_is_a_mistake():
    assert played("", PRODUCT, "gradients") == ("lacking", "backward")
    walks = "def backward(self): [self].backward()"
    assert played(walks, PRODUCT, "gradients")[0] == "raised"
    walks = "def backward(self): self.topological_order()"
    assert played(walks, PRODUCT, "gradients") == ("lacking", "topological_order")


def test_a_stub_says_which_operation_it_is_whichever_was_called():
    stub = "def __add__(self, other): raise NotImplementedError"
    reflected = stub + "\ndef __radd__(self, other): return self + other"
    assert played(reflected, tape("add", 0, 0)) == ("unwritten", "add")
    assert played(stub + "\ndef tanh(self): raise NotImplementedError", tape("tanh", 0)) == (
        "unwritten",
        "tanh",
    )
