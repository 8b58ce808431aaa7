"""The checks of 06 that you can see. They look at behaviour alone: data and gradients."""

from autograder.authoring.checks.vocabulary import check

SHAPE = "Wrap what is plain, compute the number, return a new Value."
LEFT = "With a plain number on the left, Python asks the reflected method of the right operand."


@check(task="operators", points=1, advice=SHAPE)
def plus(student):
    """a + b, a + 1 and 1 + a."""
    student.values(lambda a, b: a + b, at=[2.0, 3.5])
    student.values(lambda a: a + 1, at=[2.0])
    student.values(lambda a: 1 + a, at=[2.0])


@check(task="operators", points=1, advice=SHAPE)
def times(student):
    """a * b, a * 2 and 2 * a."""
    student.values(lambda a, b: a * b, at=[2.0, 3.5])
    student.values(lambda a: a * 2, at=[3.0])
    student.values(lambda a: 2 * a, at=[3.0])


@check(task="operators", points=1, advice=LEFT)
def minus(student):
    """a - b, a - 1 and 1 - a."""
    student.values(lambda a, b: a - b, at=[2.0, 3.5])
    student.values(lambda a: a - 1, at=[3.0])
    student.values(lambda a: 1 - a, at=[3.0])


@check(task="operators", points=1, advice=SHAPE)
def opposite(student):
    """-a."""
    student.values(lambda a: -a, at=[2.5])


@check(task="operators", points=1, advice=LEFT)
def over(student):
    """a / b, a / 2 and 2 / a."""
    student.values(lambda a, b: a / b, at=[3.0, 4.0])
    student.values(lambda a: a / 2, at=[3.0])
    student.values(lambda a: 2 / a, at=[4.0])


@check(task="operators", points=1, advice="The exponent is a plain number.")
def to_the_power(student):
    """a ** 3 and a ** -1."""
    student.values(lambda a: a**3, at=[2.0])
    student.values(lambda a: a**-1, at=[4.0])


@check(task="operators", points=1, advice="Compare with math.exp.")
def exponential(student):
    """a.exp()."""
    student.values(lambda a: a.exp(), at=[1.5])


@check(task="operators", points=1, advice="Compare with math.log.")
def logarithm(student):
    """a.log()."""
    student.values(lambda a: a.log(), at=[3.0])


@check(task="operators", points=1, advice="Compare with math.tanh.")
def hyperbolic_tangent(student):
    """a.tanh()."""
    student.values(lambda a: a.tanh(), at=[0.5])


@check(task="operators", points=1, advice="sigmoid is 0.5 at 0, and about 0.731 at 1.")
def logistic(student):
    """a.sigmoid()."""
    student.values(lambda a: a.sigmoid(), at=[1.0])


@check(task="operators", points=1, advice="Positive numbers pass, all others become 0.")
def rectifier(student):
    """a.relu()."""
    student.values(lambda a: a.relu(), at=[3.0])
    student.values(lambda a: a.relu(), at=[-2.0])


@check(
    task="gradients",
    points=1,
    needs=("add", "mul", "sub", "neg", "truediv", "pow"),
    advice="The first case that fails has one operation: work out its local derivatives.",
)
def gradients_of_arithmetic(student):
    """Gradients of the six operators."""
    student.gradients(lambda a, b: a + b, at=[2.0, 3.0], both_orders=False)
    student.gradients(lambda a, b: a * b, at=[2.0, 3.0], both_orders=False)
    student.gradients(lambda a, b: a - b, at=[2.0, 3.0])
    student.gradients(lambda a: -a, at=[2.0])
    student.gradients(lambda a, b: a / b, at=[6.0, 4.0])
    student.gradients(lambda a: a**3, at=[2.0])
    for op in (lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b, lambda a, b: a / b):
        student.gradients(op, at=[1432.6789, -1.7], both_orders=False, exact=True)
    student.gradients(lambda a: -a, at=[1432.6789], exact=True)
    student.gradients(lambda a: a**3, at=[1.7], exact=True)


@check(task="gradients", points=1, needs=("exp", "log"), advice="Of the input or of the output?")
def gradients_of_exp_and_log(student):
    """Gradients of exp and log."""
    student.gradients(lambda a: a.exp(), at=[1.5])
    student.gradients(lambda a: a.log(), at=[4.0])
    student.gradients(lambda a: a.exp(), at=[1.7], exact=True)
    student.gradients(lambda a: a.log(), at=[1.7], exact=True)


@check(
    task="gradients", points=1, needs=("tanh", "sigmoid"), advice="Of the input or of the output?"
)
def gradients_of_tanh_and_sigmoid(student):
    """Gradients of tanh and sigmoid."""
    student.gradients(lambda a: a.tanh(), at=[0.75])
    student.gradients(lambda a: a.sigmoid(), at=[2.0])
    student.gradients(lambda a: a.tanh(), at=[0.3], exact=True)
    student.gradients(lambda a: a.sigmoid(), at=[0.3], exact=True)


@check(task="gradients", points=1, needs=("relu",), advice="A gate that the data opens.")
def gradients_of_relu(student):
    """Gradients of relu on both sides of 0."""
    student.gradients(lambda a: a.relu(), at=[3.0])
    student.gradients(lambda a: a.relu(), at=[-3.0])
    student.gradients(lambda a: a.relu(), at=[1432.6789], exact=True)


@check(task="graphs", points=2, needs=("add", "mul"), advice="Which two uses of a meet in a?")
def value_used_twice(student):
    """a * a + a has the gradient 2a + 1."""
    student.gradients(lambda a: a * a + a, at=[3.0], names="p L")
    student.gradients(lambda a: a + a, at=[3.0], names="L")


@check(
    task="graphs",
    points=3,
    needs=("add", "mul"),
    advice="Write on paper what each node holds after each rule, in your order.",
)
def double_and_skew(student):
    """DOUBLE gives 21 and SKEW gives 28, with the operands either way round."""
    student.gradients(_double, at=[2.0], names="y a b L", layouts=2)
    student.gradients(_skew, at=[2.0], names="t p q L", layouts=2)


def _double(x):
    y = x * 3
    return y * 2 + y * 5


def _skew(x):
    t = x * x
    return (t * 2) * 3 + t


@check(task="deep graphs", points=2, advice="Does something call itself once for each node?")
def chain_of_1200(student):
    """A chain of 1,200 additions."""
    student.chain(lambda a, b: a + b, start=0.5, beside=1.0, times=1200)


@check(task="numerical range", points=1, advice="Whole numbers behave as floats do.")
def whole_numbers(student):
    """Value(1) / Value(2) and Value(2) ** -1 are 0.5."""
    student.values(lambda a, b: a / b, at=[1, 2])
    student.values(lambda a: a**-1, at=[2])


@check(task="numerical range", points=1, advice="Which power of e is too large for a float?")
def far_end_of_tanh(student):
    """Value(400.0).tanh() is 1, with gradient 0."""
    student.gradients(lambda a: a.tanh(), at=[400.0])


@check(task="numerical range", points=1, advice="Which power of e is too large for a float?")
def far_end_of_sigmoid(student):
    """sigmoid is 0 to a hundred digits at -400, 1 at 400, and flat at both."""
    student.gradients(lambda a: a.sigmoid(), at=[-400.0])
    student.gradients(lambda a: a.sigmoid(), at=[400.0])  # so that an engine of noughts fails


@check(
    task="remarks",
    points=0,
    remark=(
        "After two calls of backward on y = 3x, L = 4y, PyTorch says 24: leaves add up, and what "
        "is between starts afresh. micrograd says 36, since y passes the first call's gradient "
        "on again. An engine that clears everything first says 12. Yours differs from PyTorch; "
        "know which you have."
    ),
)
def two_backward_calls(student):
    """Two calls of backward on y = 3x, L = 4y: 24, as in PyTorch."""
    student.gradients(lambda x: (x * 3) * 4, at=[2.0], calls=2, both_orders=False, names="y L")
