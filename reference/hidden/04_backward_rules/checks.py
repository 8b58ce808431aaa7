"""The hidden checks of 04: each rule alone, at points where plausible wrong rules differ.

Upstream gradients are neither 1 nor only positive, leaves hold 7 before the rule runs,
and slopes are far from 0 and 1. A parent that a sum made shows whether a rule leaves other nodes
alone, and their rules. The last cases of each check want twelve digits, at points where
no measured slope has them: a rule is a formula.
"""

from autograder.authoring.checks.vocabulary import check

MEASURE = "Measure the slope at this point with a small step, and compare it with your rule."


def _formula(student, function, *, at, upstream):
    # leaves that hold 7 would swallow a digit
    student.rule(function, at=at, upstream=upstream, preset=0.0, exact=True)


@check(task="mul rule", points=2, advice=MEASURE)
def product_of_two(student):
    """Both factors receive their part, whatever the upstream gradient."""
    student.rule(lambda a, b: (a + 1) * b, at=[2.5, 2.0], upstream=5.0)
    student.rule(lambda a, b: a * b, at=[3.0, 2.0], upstream=5.0)
    student.rule(lambda a, b: a * b, at=[-0.5, 4.25], upstream=-1.7)
    student.rule(lambda a: a * 3, at=[2.0], upstream=5.0)
    _formula(student, lambda a, b: a * b, at=[1234.5678, -876.54321], upstream=5.0)


@check(task="mul rule", points=1, advice="Which two parents does the rule see in a * a?")
def product_with_itself(student):
    """A value that is multiplied by itself receives both parts."""
    student.rule(lambda a: a * a, at=[3.0], upstream=5.0)
    student.rule(lambda a: a * a, at=[2.0], upstream=-1.7, calls=2)
    _formula(student, lambda a: a * a, at=[1234.5678], upstream=-1.7)


@check(task="neg and sub rules", points=1, advice=MEASURE)
def negation(student):
    """A negation turns the sign of what it passes on."""
    student.rule(lambda a: -a, at=[3.0], upstream=5.0)
    student.rule(lambda a: -(a + 1), at=[2.5], upstream=5.0)
    student.rule(lambda a: -a, at=[-2.0], upstream=-1.7, calls=2)
    _formula(student, lambda a: -a, at=[1234.5678], upstream=5.0)


@check(task="neg and sub rules", points=1, advice=MEASURE)
def difference_of_two(student):
    """Both sides of a difference receive their part."""
    student.rule(lambda a, b: a - b, at=[3.0, 2.0], upstream=5.0)
    student.rule(lambda a, b: (a + 1) - b, at=[2.5, 0.5], upstream=5.0)
    student.rule(lambda a, b: a - b, at=[-2.0, 0.5], upstream=-1.7, calls=2)
    student.rule(lambda a: a - 3, at=[2.0], upstream=-1.7)
    _formula(student, lambda a, b: a - b, at=[1234.5678, -876.54321], upstream=5.0)


@check(task="neg and sub rules", points=1, advice="How much does a - a change if a changes?")
def difference_with_itself(student):
    """A value minus itself receives two parts that cancel."""
    student.rule(lambda a: a - a, at=[3.0], upstream=5.0)


@check(task="pow rule", points=2, advice=MEASURE)
def powers(student):
    """Whole, negative and fractional exponents have the right slope."""
    student.rule(lambda a: a**3, at=[3.0], upstream=5.0)
    student.rule(lambda a: (a + 1) ** 3, at=[1.5], upstream=5.0)
    student.rule(lambda a: a**-2, at=[2.0], upstream=-1.7)
    student.rule(lambda a: a**0.5, at=[4.0], upstream=5.0)
    student.rule(lambda a: a**1.5, at=[2.25], upstream=-1.7, calls=2)
    _formula(student, lambda a: a**3, at=[1.3], upstream=5.0)
    _formula(student, lambda a: a**-2, at=[0.7], upstream=-1.7)


@check(task="pow rule", points=1, advice=MEASURE)
def powers_of_negative_numbers(student):
    """A negative base keeps its sign in the slope."""
    student.rule(lambda a: a**2, at=[-3.0], upstream=5.0)
    student.rule(lambda a: a**4, at=[-2.0], upstream=-1.7)
    _formula(student, lambda a: a**4, at=[-1.3], upstream=5.0)
    _formula(student, lambda a: a**3, at=[-2.3], upstream=-1.7)


@check(task="div rule", points=2, advice=MEASURE)
def quotient_of_two(student):
    """Numerator and denominator receive their part."""
    student.rule(lambda a, b: a / b, at=[3.0, 2.0], upstream=5.0)
    student.rule(lambda a, b: (a + 1) / b, at=[2.5, 2.0], upstream=5.0)
    student.rule(lambda a, b: a / b, at=[-1.5, 5.0], upstream=-1.7, calls=2)
    student.rule(lambda a: a / 4, at=[3.0], upstream=5.0)
    _formula(student, lambda a, b: a / b, at=[1234.5678, -1.3], upstream=5.0)


@check(task="div rule", points=1, advice="How much does a / a change if a changes?")
def quotient_with_itself(student):
    """A value divided by itself receives two parts that cancel."""
    student.rule(lambda a: a / a, at=[4.0], upstream=5.0)


@check(task="exp and log rules", points=2, advice=MEASURE)
def exponentials(student):
    """exp has the right slope on both sides of 0."""
    student.rule(lambda a: (a + 1).exp(), at=[0.5], upstream=5.0)
    student.rule(lambda a: a.exp(), at=[1.5], upstream=5.0)
    student.rule(lambda a: a.exp(), at=[-1.25], upstream=-1.7, calls=2)
    _formula(student, lambda a: a.exp(), at=[0.7], upstream=5.0)
    _formula(student, lambda a: a.exp(), at=[-1.3], upstream=-1.7)


@check(task="exp and log rules", points=2, advice=MEASURE)
def logarithms(student):
    """log has the right slope below and above 1."""
    student.rule(lambda a: (a + 1).log(), at=[1.5], upstream=5.0)
    student.rule(lambda a: a.log(), at=[3.0], upstream=5.0)
    student.rule(lambda a: a.log(), at=[0.25], upstream=-1.7, calls=2)
    _formula(student, lambda a: a.log(), at=[0.3], upstream=5.0)
    _formula(student, lambda a: a.log(), at=[2.3], upstream=-1.7)


@check(task="tanh rule", points=2, advice=MEASURE)
def hyperbolic_tangents(student):
    """tanh has the right slope on both sides of 0, also beyond 1."""
    student.rule(lambda a: (a + 1).tanh(), at=[0.75], upstream=5.0)
    student.rule(lambda a: a.tanh(), at=[2.0], upstream=5.0)
    student.rule(lambda a: a.tanh(), at=[-0.75], upstream=-1.7, calls=2)
    _formula(student, lambda a: a.tanh(), at=[1.3], upstream=5.0)
    _formula(student, lambda a: a.tanh(), at=[-0.3], upstream=-1.7)


@check(task="sigmoid rule", points=2, advice=MEASURE)
def sigmoids(student):
    """sigmoid has the right slope on both sides of 0, also at 1."""
    student.rule(lambda a: (a + 1).sigmoid(), at=[0.25], upstream=5.0)
    student.rule(lambda a: a.sigmoid(), at=[1.0], upstream=5.0)
    student.rule(lambda a: a.sigmoid(), at=[-1.5], upstream=-1.7, calls=2)
    _formula(student, lambda a: a.sigmoid(), at=[0.7], upstream=5.0)
    _formula(student, lambda a: a.sigmoid(), at=[-1.7], upstream=-1.7)


@check(task="relu rule", points=2, advice="Only the sign of the input decides; try -2 and 0.5.")
def gates(student):
    """relu is a gate that the data opens, not the gradient; at 0 either choice is right."""
    student.rule(lambda a: (a + 1).relu(), at=[1.25], upstream=5.0)
    student.rule(lambda a: a.relu(), at=[0.5], upstream=5.0)
    student.rule(lambda a: a.relu(), at=[3.0], upstream=-1.7, preset=-7.0, calls=2)
    student.rule(lambda a: a.relu(), at=[-3.0], upstream=5.0)
    either = [[slope, 5.0, 0.0, 0.0] for slope in (7.0, 9.5, 12.0)]
    student.rule(lambda a: a.relu(), at=[0.0], upstream=5.0, accept=either)
    _formula(student, lambda a: a.relu(), at=[1234.5678], upstream=5.0)
