"""Networks, training loops and comparisons as the judge plays them: 08, 09 and 10."""

import random

import pytest
from model_submissions import (
    EXERCISES,
    ROOT,
    WRONG_LOOPS,
    answers_with,
    compiled,
    failed_checks,
    names_of,
)

from autograder.authoring.checks.vocabulary_models import layer_sizes, parameter_names
from autograder.authoring.lessons.exercises import load_exercise
from autograder.authoring.proof.compiling import compile_afresh
from autograder.course.compiled import public_half
from autograder.course.course_file import load_course
from autograder.judging.diagnosing import same_answer
from autograder.model import Role, Visibility
from autograder.worker import driver
from autograder.worker.imports.importable import STANDARD
from reference.nn import MLP, Layer, Neuron

# The catalogues -----------------------------------------------------------------------


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_mutant_is_killed(exercise):
    assert [m.name for m in compiled(exercise).mutants if not m.answers] == []


@pytest.mark.parametrize("half", [lambda c: c, public_half], ids=["whole", "public"])
@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_two_misconceptions_answer_alike(exercise, half):
    mutants = half(compiled(exercise)).mutants
    for k, one in enumerate(mutants):
        for other in mutants[:k]:
            alike = set(one.answers) == set(other.answers) and all(
                same_answer(a, b)
                for check in one.answers
                for a, b in zip(one.answers[check], other.answers[check], strict=True)
            )
            assert one.misconception == other.misconception or not alike, (one.name, other.name)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_check_kills_some_mutant(exercise):
    killing = {check for m in compiled(exercise).mutants for check in m.answers}
    assert {c.id for c in compiled(exercise).checks} == killing


@pytest.mark.parametrize(
    ("exercise", "points"), [("08_mlp", 25), ("09_training", 40), ("10_pytorch", 25)]
)
def test_points_are_round_and_a_quarter_of_them_public(exercise, points):
    checks = compiled(exercise).checks
    public = sum(c.points for c in checks if c.visibility is Visibility.PUBLIC)
    assert sum(c.points for c in checks) == points
    assert 0.2 < public / points < 0.3


@pytest.mark.parametrize("exercise", EXERCISES)
def test_compiling_twice_gives_the_same_bytes(exercise):
    assert compile_afresh(load_course(ROOT), exercise).sha256 == compiled(exercise).sha256


@pytest.mark.parametrize("exercise", EXERCISES)
def test_snippets_can_be_pasted_after_the_solution(exercise):
    authored = load_exercise(ROOT / "exercises" / exercise, ROOT / "reference")
    for check in compiled(exercise).checks:
        for case in check.cases:
            namespace = driver.make_namespace((*STANDARD, "numpy"))
            for cell in authored.exercise.cells:
                if cell.role in (Role.PROVIDED, Role.SOLVE):
                    exec(cell.source if cell.solution is None else cell.solution, namespace)
            refused = pytest.raises(ValueError, match="takes") if case.kind == "refusal" else None
            if refused:
                with refused:
                    exec(case.snippet, namespace)
            else:
                exec(case.snippet, namespace)


# Right answers of other kinds ---------------------------------------------------------

RIGHT = {
    "08: as micrograd has it": (
        "08_mlp",
        {
            "Neuron___init__": """
@method_of(Neuron)
def __init__(self, nin, nonlin=True, rng=random):
    self.w = tuple(Value(rng.uniform(-1, 1)) for _ in range(nin))
    self.b = Value(0)
    self.nonlin = nonlin
""",
            "Neuron___call__": """
@method_of(Neuron)
def __call__(self, x):
    if len(x) != len(self.w):
        raise ValueError
    act = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
    return act.relu() if self.nonlin else act
""",
            "Neuron_parameters": """
@method_of(Neuron)
def parameters(self):
    return [self.b] + list(self.w)
""",
            "MLP_parameters": """
@method_of(MLP)
def parameters(self):
    return tuple(p for layer in reversed(self.layers) for p in layer.parameters())
""",
        },
    ),
    "08: triangular weights, loops and a helper": (
        "08_mlp",
        {
            "Neuron___init__": """
@method_of(Neuron)
def __init__(self, nin, nonlin=True, rng=random):
    self.w, self.b, self.nonlin = [], Value(0.0), nonlin
    while len(self.w) < nin:
        self.w.append(Value(rng.triangular(-1, 1)))
""",
            "MLP___call__": """
@method_of(MLP)
def __call__(self, x):
    for layer in self.layers:
        x = layer(x if isinstance(x, (list, tuple)) else [x])
    return x
""",
            "parameter_count": """
def parameter_count(nin, nouts):
    total = 0
    for nout in nouts:
        total += nin * nout + nout
        nin = nout
    return total
""",
            "Module_zero_grad": """
@method_of(Module)
def zero_grad(self):
    for k in range(len(self.parameters())):
        self.parameters()[k].grad = 0
""",
        },
    ),
    "09: everything by hand, gradients reset at the end": (
        "09_training",
        {
            "mean_squared_error": """
def mean_squared_error(predictions, targets):
    total = Value(0.0)
    for k in range(len(targets)):
        error = targets[k] - predictions[k]
        total = total + error * error * (1 / len(targets))
    return total
""",
            "train": """
def train(model, inputs, targets, loss, steps, learning_rate):
    losses = []
    while len(losses) < steps:
        total = loss(list(map(model, inputs)), targets)
        losses.append(total.data)
        total.backward()
        for p in model.parameters():
            p.data = p.data - p.grad * learning_rate
            p.grad = 0
    return tuple(losses)
""",
            "fit": """
def fit(model, batches, rates, loss, strength):
    losses = []
    for k in range(len(batches)):
        model.zero_grad()
        total = l2_penalty(model.parameters(), strength)
        total += loss([model(x) for x in batches[k][0]], batches[k][1])
        total.backward()
        sgd_step(model.parameters(), rates[k])
        losses += [total.data]
    return losses
""",
            "hinge_loss": """
def hinge_loss(predictions, labels):
    total = 0
    for p, y in zip(predictions, labels):
        total = total + (-p * y + 1).relu()
    return total * (1 / len(labels))
""",
            "minibatch": """
def minibatch(inputs, targets, size, rng):
    pairs = list(zip(inputs, targets))
    rng.shuffle(pairs)
    xs, ts = zip(*pairs[:size])
    return xs, ts
""",
            "accuracy": """
def accuracy(predictions, labels):
    right = 0
    for p, y in zip(predictions, labels):
        if (p.data > 0) == (y > 0):
            right += 1
    return right / len(labels)
""",
        },
    ),
    "10: other ways": (
        "10_pytorch",
        {
            "expression": """
def expression(a, b):
    gap = a - b
    return gap.relu() * a * a + (b * a).tanh() + 2 * b ** -1
""",
            "worst_error": """
def worst_error(ours, theirs):
    return max(abs(a - b) / (max(abs(a), abs(b)) or 1) for a, b in zip(ours, theirs))
""",
            "grad_in_torch": """
def grad_in_torch(leaf, requires_grad, gradient, calls):
    return sum([gradient] * calls) if leaf and requires_grad and calls else None
""",
            "grad_without_reset": """
def grad_without_reset(inner, outer, calls):
    return inner * outer * calls * (calls + 1) / 2
""",
            "layer_backward": """
def layer_backward(rows, x, upstream):
    of_x = [0] * len(x)
    for i in range(len(rows)):
        for j in range(len(x)):
            of_x[j] += upstream[i] * rows[i][j]
    return [[[u * xj for xj in x] for u in upstream], tuple(upstream), of_x]
""",
        },
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answer_of_another_kind_passes(name):
    exercise, sources = RIGHT[name]
    assert failed_checks(exercise, answers_with(exercise, **sources)) == []


# Mistakes as students write them ------------------------------------------------------


@pytest.mark.parametrize("name", WRONG_LOOPS)
def test_wrong_loop_is_named(name):
    assert names_of("09_training", train=WRONG_LOOPS[name]) == {name}


WRONG_PARTS = [
    ("08_mlp", "parameters-in-no-order", "Neuron_parameters", "return list({*self.w, self.b})"),
    (
        "08_mlp",
        "nested-parameters",
        "MLP_parameters",
        "return [l.parameters() for l in self.layers]",
    ),
    ("08_mlp", "list-for-one-output", "Layer___call__", "return [n(x) for n in self.neurons]"),
]


@pytest.mark.parametrize(("exercise", "name", "cell", "body"), WRONG_PARTS)
def test_wrong_method_is_named(exercise, name, cell, body):
    cls, method = cell.split("_", 1)
    arguments = "self, x" if method == "__call__" else "self"
    source = f"@method_of({cls})\ndef {method}({arguments}):\n    {body}\n"
    assert name in names_of(exercise, **{cell: source})


# The names of parameters, and the weights of a model -----------------------------------


@pytest.mark.parametrize(
    ("make", "cls", "args"),
    [("Neuron", Neuron, (3,)), ("Layer", Layer, (2, 3)), ("MLP", MLP, (2, [3, 1]))],
)
def test_names_lead_to_the_parameters_in_order(make, cls, args):
    model = cls(*args, rng=random.Random(5))
    found = [eval(name, {"model": model}) for name in parameter_names(make, args)]
    assert all(a is b for a, b in zip(found, model.parameters(), strict=True))
    assert sum(nout * (nin + 1) for nin, nout in layer_sizes(make, args)) == len(found)
