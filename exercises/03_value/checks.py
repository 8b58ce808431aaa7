"""The checks of 03 that you can see. Each plays your Value and compares what it holds."""

from autograder.authoring.checks.vocabulary import check


@check(task="make a value", points=1, advice="Each attribute takes its own argument.")
def value_shows_itself(student):
    """A new value holds its number and no gradient, and shows both."""
    student.values(lambda a: a, at=[3.0])
    student.shows(3.0, ["Value(", "data=3.0", "grad=0"])
    student.node(6.0, parents=[2.0, 3.0], symbol="*")


@check(task="add", points=1, advice="Wrap, compute, return a node that knows both parents.")
def sum_is_a_value(student):
    """a + b and a + 1 are new values that know their parents."""
    student.values(lambda a, b: a + b, at=[2.0, 3.0])
    student.values(lambda a: a + 1, at=[2.0])
    student.structure(lambda a, b: a + b, at=[2.0, 3.0])


@check(task="multiply", points=1, advice="The same three steps as for a sum.")
def product_is_a_value(student):
    """a * b and a * 2 are new values that know their parents."""
    student.values(lambda a, b: a * b, at=[2.0, 3.0])
    student.values(lambda a: a * 2, at=[3.0])
    student.structure(lambda a, b: a * b, at=[2.0, 3.0])


@check(
    task="plain number on the left",
    points=1,
    advice="Here self is the operand on the right, and the plain number comes in as other.",
)
def number_on_the_left(student):
    """2 * a, 1 + a and sum() work."""
    student.values(lambda a: 2 * a, at=[3.0])
    student.values(lambda a: 1 + a, at=[3.0])
    student.values(lambda a, b: sum([a, b]), at=[2.0, 3.0])


@check(
    task="negate and subtract",
    points=1,
    advice="Ask which operand is self, and on which side of the minus sign it stands.",
)
def difference_has_its_sign(student):
    """-a, a - b and 5 - a have the right sign."""
    student.values(lambda a: -a, at=[2.0])
    student.values(lambda a, b: a - b, at=[2.0, 3.0])
    student.values(lambda a: 5 - a, at=[2.0])


@check(task="power", points=1, advice="The exponent is a plain number and stays one.")
def power_of_a_value(student):
    """a ** 3 and a ** -1 are right."""
    student.values(lambda a: a**3, at=[2.0])
    student.values(lambda a: a**-1, at=[2.0])


@check(task="divide", points=1, advice="Ask which operand is above the line.")
def quotient_of_values(student):
    """a / b and 8 / a are right."""
    student.values(lambda a, b: a / b, at=[6.0, 4.0])
    student.values(lambda a: 8 / a, at=[4.0])


@check(task="exp and log", points=1, advice="Compare with math.exp and math.log on paper.")
def exp_and_log_of_a_value(student):
    """a.exp() and a.log() are right, and one undoes the other."""
    student.values(lambda a: a.exp(), at=[2.0])
    student.values(lambda a: a.log(), at=[2.0])
    student.values(lambda a: a.exp().log(), at=[1.5])


@check(
    task="tanh and sigmoid",
    points=1,
    advice="Work out both functions at 0 and at 1 on paper, and compare.",
)
def squashed_values(student):
    """a.tanh() and a.sigmoid() are right, near 0 and far out."""
    student.values(lambda a: a.tanh(), at=[0.5])
    student.values(lambda a: a.sigmoid(), at=[1.0])
    student.values(lambda a: a.tanh(), at=[400.0])
    student.values(lambda a: a.sigmoid(), at=[-800.0])


@check(task="relu", points=1, advice="Draw the function: flat on the left, a slope on the right.")
def relu_of_a_value(student):
    """a.relu() lets a positive number pass and stops a negative one."""
    student.values(lambda a: a.relu(), at=[3.0])
    student.values(lambda a: a.relu(), at=[-2.0])
