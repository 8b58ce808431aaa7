"""The checks of 04 that you can see. Each runs one rule alone, on leaves that hold 7.

The last case of each is exact: a rule is a formula, and a measured slope ends after ten digits.
"""

from autograder.authoring.checks.vocabulary import check


@check(task="mul rule", points=1, advice="Name the local derivative for each factor.")
def mul_rule(student):
    """A product passes the right share to each factor."""
    student.rule(lambda a, b: a * b, at=[2.0, 3.0], upstream=-1.7)
    student.rule(
        lambda a, b: a * b, at=[-1432.6789, 657.12345], upstream=-1.7, preset=0.0, exact=True
    )


@check(task="neg and sub rules", points=1, advice="The sign is part of the local derivative.")
def neg_and_sub_rules(student):
    """A difference and a negation pass on the right signs."""
    student.rule(lambda a: -a, at=[2.0], upstream=-1.7)
    student.rule(lambda a, b: a - b, at=[2.0, 3.0], upstream=-1.7)
    student.rule(
        lambda a, b: a - b, at=[-1432.6789, 657.12345], upstream=-1.7, preset=0.0, exact=True
    )


@check(task="pow rule", points=1, advice="Measure the slope of x ** 3 at 2, as the lesson does.")
def pow_rule(student):
    """A power passes on upstream times its slope."""
    student.rule(lambda a: a**3, at=[2.0], upstream=-1.7)
    student.rule(lambda a: a**3, at=[1.7], upstream=-1.7, preset=0.0, exact=True)
    student.rule(lambda a: a**-2, at=[1.3], upstream=-1.7, preset=0.0, exact=True)


@check(task="div rule", points=1, advice="Measure both slopes at 6 / 2, as the lesson does.")
def div_rule(student):
    """A quotient passes on gradients above and below the line."""
    student.rule(lambda a, b: a / b, at=[6.0, 2.0], upstream=-1.7)
    student.rule(lambda a, b: a / b, at=[1.9, 1.3], upstream=-1.7, preset=0.0, exact=True)


@check(task="exp and log rules", points=1, advice="Of the input or of the output?")
def exp_and_log_rules(student):
    """exp and log each pass on upstream times their slope."""
    student.rule(lambda a: a.exp(), at=[2.0], upstream=-1.7)
    student.rule(lambda a: a.log(), at=[2.0], upstream=-1.7)
    student.rule(lambda a: a.exp(), at=[1.3], upstream=-1.7, preset=0.0, exact=True)
    student.rule(lambda a: a.log(), at=[1.7], upstream=-1.7, preset=0.0, exact=True)


@check(task="tanh rule", points=1, advice="Of the input or of the output?")
def tanh_rule(student):
    """tanh passes on upstream times its slope."""
    student.rule(lambda a: a.tanh(), at=[0.5], upstream=-1.7)
    student.rule(lambda a: a.tanh(), at=[0.7], upstream=-1.7, preset=0.0, exact=True)


@check(task="sigmoid rule", points=1, advice="Of the input or of the output?")
def sigmoid_rule(student):
    """sigmoid passes on upstream times its slope."""
    student.rule(lambda a: a.sigmoid(), at=[2.0], upstream=-1.7)
    student.rule(lambda a: a.sigmoid(), at=[0.3], upstream=-1.7, preset=0.0, exact=True)


@check(task="relu rule", points=1, advice="Draw relu. Where is it steep, and where flat?")
def relu_rule(student):
    """relu passes the gradient on above 0 and stops it below."""
    student.rule(lambda a: a.relu(), at=[2.0], upstream=-1.7)
    student.rule(lambda a: a.relu(), at=[-2.0], upstream=-1.7)
    student.rule(lambda a: a.relu(), at=[1432.6789], upstream=-1.7, preset=0.0, exact=True)
