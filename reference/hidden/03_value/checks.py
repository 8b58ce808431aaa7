"""The hidden checks of 03: other numbers, whole numbers, both sides, and every node's history.

A wrong sum is also seen by the checks of what is built on sums. Each task has its own
check all the same, so that a mistake is reported, and paid for, where it was made.
"""

from autograder.authoring.checks.vocabulary import check

HISTORY = "Each node must name the Values it was made from; without them nothing can walk back."
NUMBERS = "Work the case out on paper and compare each node's number with yours."


@check(task="make a value", points=2, advice="Each argument of __init__ has a place to be kept.")
def stores_what_it_is_given(student):
    """A node keeps its number, its parents and its operation; a leaf has no parents."""
    student.node(-2.5, parents=[4.0], symbol="neg")
    student.node(9.0, parents=[4.0, 5.0, 1.0], symbol="larger")


@check(task="make a value", points=1, advice="Show what the node holds, not a fixed text.")
def shows_any_number(student):
    """Fractions, negative and whole numbers are kept and shown as they are."""
    student.values(lambda a: a, at=[-2.75])
    student.values(lambda a: a, at=[7])
    student.shows(-2.75, ["data=-2.75", "grad=0"])


@check(
    task="add",
    points=1,
    advice=NUMBERS,
    because="the public numbers alone must not be enough",
)
def adds_values(student):
    """Sums of values are right, also when one is used twice."""
    student.values(lambda a, b: a + b, at=[-1.5, 4.0])
    student.values(lambda a, b: a + b, at=[2, 3])
    student.values(lambda a, b: (a + b) + a, at=[2.5, 3.0])


@check(task="add", points=1, advice="A plain number has no data of its own.")
def adds_plain_numbers(student):
    """A plain number on the right of + is taken as a value."""
    student.values(lambda a: a + 2.5, at=[1.5])
    student.structure(lambda a: a + 3, at=[1.5])


@check(task="add", points=1, advice=HISTORY)
def sums_know_their_parents(student):
    """Each sum of a longer sum names its own parents, and no others."""
    student.structure(lambda a, b: a + b, at=[-1.5, 4.0])
    student.structure(lambda a, b: (a + b) + a, at=[2.5, 3.0])


@check(
    task="multiply",
    points=1,
    advice=NUMBERS,
    because="the public numbers alone must not be enough",
)
def multiplies_values(student):
    """Products of values are right, also when one is used twice."""
    student.values(lambda a, b: a * b, at=[-1.5, 4.0])
    student.values(lambda a, b: a * b, at=[3, 5])
    student.values(lambda a, b: (a * b) * a, at=[2.5, 3.0])


@check(task="multiply", points=1, advice="A plain number has no data of its own.")
def multiplies_by_plain_numbers(student):
    """A plain number on the right of * is taken as a value."""
    student.values(lambda a: a * -2.5, at=[1.5])
    student.structure(lambda a: a * 3, at=[1.5])


@check(task="multiply", points=1, advice=HISTORY)
def products_know_their_parents(student):
    """Each product of a longer product names its own parents, and no others."""
    student.structure(lambda a, b: a * b, at=[-1.5, 4.0])
    student.structure(lambda a, b: (a * b) * a, at=[2.5, 3.0])


@check(task="plain number on the left", points=1, advice="self is the operand on the right.")
def number_plus_value(student):
    """A plain number plus a value, and sum() of several, are right."""
    student.values(lambda a: 1.5 + a, at=[-4.0])
    student.values(lambda a, b, c: sum([a, b, c]), at=[2.5, -1.0, 4.0])


@check(task="plain number on the left", points=1, advice="self is the operand on the right.")
def number_times_value(student):
    """A plain number times a value is right."""
    student.values(lambda a: -2.5 * a, at=[4.0])
    student.values(lambda a: 3 * a, at=[5])


@check(task="plain number on the left", points=1, advice=HISTORY)
def left_numbers_keep_history(student):
    """2 + a and 2 * a name a among their parents."""
    student.structure(lambda a: 2 + a, at=[3.0])
    student.structure(lambda a: 2 * a, at=[3.0])


@check(task="negate and subtract", points=1, advice="What is the opposite of a negative number?")
def negates_values(student):
    """The sign of positive and negative numbers is turned."""
    student.values(lambda a: -a, at=[4.5])
    student.values(lambda a: -a, at=[-3.0])


@check(
    task="negate and subtract",
    points=1,
    advice=NUMBERS,
    because="the public numbers alone must not be enough",
)
def subtracts_values(student):
    """Differences of values, and of a value and a plain number, are right."""
    student.values(lambda a, b: a - b, at=[-1.5, 4.0])
    student.values(lambda a: a - 2.5, at=[4.0])
    student.values(lambda a, b: (a - b) - a, at=[2.5, 3.0])


@check(task="negate and subtract", points=1, advice="self is the operand on the right.")
def subtracts_from_plain_numbers(student):
    """A plain number minus a value is right."""
    student.values(lambda a: 1.5 - a, at=[4.0])
    student.values(lambda a: 1 - a, at=[-2.0])


@check(task="negate and subtract", points=1, advice=HISTORY)
def differences_know_their_parents(student):
    """-a, a - b and 5 - a lead back to what they were made from."""
    student.structure(lambda a: -a, at=[3.0])
    student.structure(lambda a, b: a - b, at=[2.0, 5.0])
    student.structure(lambda a, b: (a - b) - a, at=[2.0, 5.0])
    student.structure(lambda a: a - 5, at=[2.0])
    student.structure(lambda a: 5 - a, at=[2.0])


@check(task="power", points=1, advice="Try whole, negative and fractional exponents on paper.")
def raises_to_powers(student):
    """Whole, negative and fractional exponents are right."""
    student.values(lambda a: a**3, at=[-2.0])
    student.values(lambda a: a**0.5, at=[9.0])
    student.values(lambda a: a**-1.5, at=[4.0])
    student.values(lambda a: a**5, at=[3])
    student.values(lambda a: a**-1, at=[2])


@check(task="power", points=1, advice=HISTORY)
def powers_know_their_parent(student):
    """a ** n leads back to a."""
    student.structure(lambda a: a**3, at=[2.0])
    student.structure(lambda a: (a**2) ** 0.5, at=[2.0])


@check(
    task="divide",
    points=1,
    advice=NUMBERS,
    because="the public numbers alone must not be enough",
)
def divides_values(student):
    """Quotients are right, of whole numbers and by plain numbers too."""
    student.values(lambda a, b: a / b, at=[-1.5, 4.0])
    student.values(lambda a, b: a / b, at=[7, 2])
    student.values(lambda a: a / 0.5, at=[3.0])
    student.values(lambda a, b: (a / b) / a, at=[2.5, 4.0])


@check(task="divide", points=1, advice="self is the operand on the right, below the line.")
def divides_plain_numbers(student):
    """A plain number divided by a value is right."""
    student.values(lambda a: 1.5 / a, at=[4.0])
    student.values(lambda a: 7 / a, at=[-2])


@check(task="divide", points=1, advice=HISTORY)
def quotients_know_their_parents(student):
    """a / b, a / 2 and 2 / a lead back to what they were made from."""
    student.structure(lambda a, b: a / b, at=[3.0, 5.0])
    student.structure(lambda a, b: (a / b) / a, at=[3.0, 5.0])
    student.structure(lambda a: a / 2, at=[3.0])
    student.structure(lambda a: 2 / a, at=[3.0])


@check(task="exp and log", points=1, advice="e is about 2.718: e squared is about 7.389.")
def exponential_values(student):
    """exp is right at negative, small and larger numbers."""
    student.values(lambda a: a.exp(), at=[-1.5])
    student.values(lambda a: a.exp(), at=[0.5])
    student.values(lambda a: a.exp(), at=[3])


@check(task="exp and log", points=1, advice="The natural logarithm of 2.718 is about 1.")
def logarithmic_values(student):
    """log is right below 1, above 1 and for whole numbers."""
    student.values(lambda a: a.log(), at=[0.25])
    student.values(lambda a: a.log(), at=[5.0])
    student.values(lambda a: a.log(), at=[10])


@check(task="exp and log", points=1, advice=HISTORY)
def exp_and_log_know_their_parent(student):
    """a.exp() and a.log() lead back to a."""
    student.structure(lambda a: a.exp(), at=[2.0])
    student.structure(lambda a: a.log(), at=[2.0])
    student.structure(lambda a: a.exp().log(), at=[2.0])


@check(task="tanh and sigmoid", points=1, advice="tanh lies between -1 and 1, and is 0 at 0.")
def tanh_values(student):
    """tanh is right on both sides of 0."""
    student.values(lambda a: a.tanh(), at=[-1.25])
    student.values(lambda a: a.tanh(), at=[0.75])
    student.values(lambda a: a.tanh(), at=[2])


@check(
    task="tanh and sigmoid",
    points=1,
    advice="sigmoid lies between 0 and 1, and is 0.5 at 0.",
    because="the public numbers alone must not be enough",
)
def sigmoid_values(student):
    """sigmoid is right on both sides of 0."""
    student.values(lambda a: a.sigmoid(), at=[-1.25])
    student.values(lambda a: a.sigmoid(), at=[0.75])
    student.values(lambda a: a.sigmoid(), at=[2])


@check(task="tanh and sigmoid", points=1, advice="Which power of e becomes too large for a float?")
def squashes_far_out(student):
    """tanh and sigmoid of very large and very small numbers are at their ends."""
    student.values(lambda a: a.tanh(), at=[800.0])
    student.values(lambda a: a.tanh(), at=[-800.0])
    student.values(lambda a: a.sigmoid(), at=[800.0])
    student.values(lambda a: a.sigmoid(), at=[-800.0])


@check(task="tanh and sigmoid", points=1, advice=HISTORY)
def squashed_values_know_their_parent(student):
    """a.tanh() and a.sigmoid() lead back to a."""
    student.structure(lambda a: a.tanh(), at=[2.0])
    student.structure(lambda a: a.sigmoid(), at=[2.0])
    student.structure(lambda a: a.tanh().sigmoid(), at=[2.0])


@check(task="relu", points=1, advice="Where does the flat part end and the slope begin?")
def relu_values(student):
    """relu is right on both sides of 0, near it, and at it."""
    student.values(lambda a: a.relu(), at=[0.25])
    student.values(lambda a: a.relu(), at=[-0.25])
    student.values(lambda a: a.relu(), at=[0.0])
    student.values(lambda a: a.relu(), at=[12])


@check(task="relu", points=1, advice=HISTORY)
def relu_knows_its_parent(student):
    """a.relu() leads back to a, whether a passes or not."""
    student.structure(lambda a: a.relu(), at=[2.0])
    student.structure(lambda a: a.relu(), at=[-2.0])
