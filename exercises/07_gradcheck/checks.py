"""Public checks of 07. The engines are the friends' of the lesson."""

from autograder.authoring.checks.vocabulary import check


@check(task="relative error", points=0.5)
def errors_without_a_unit(student):
    """The relative error is the same in metres and millimetres."""
    student.returns("relative_error", 2.0, 1.0)
    student.returns("relative_error", 2000.0, 1000.0)
    student.returns("relative_error", 0.0, 0.0)


@check(task="side slopes", points=0.5)
def slopes_on_both_sides(student):
    """relu has slope 0 to the left of its kink and 1 to the right."""
    student.returns("side_slopes", lambda a: a.relu(), [0.0], 0)


@check(task="numeric gradient", points=0.5)
def slopes_of_a_small_graph(student):
    """The slopes of a * b + c at (2, 3, -1)."""
    student.returns("numeric_gradient", lambda a, b, c: a * b + c, [2.0, 3.0, -1.0])


@check(task="gradcheck", points=1)
def verdicts_on_friends(student):
    """Ada and Cleo are cleared; Ben, Dev and Finn are found out."""
    student.gradcheck(lambda a: a.tanh(), [0.5], engine="Ada")
    student.gradcheck(lambda a: a.tanh(), [0.5], engine="Ben")
    student.gradcheck(lambda a, b: a / b, [6.0, 2.0], engine="Cleo")
    student.gradcheck(lambda a: a.exp(), [3.0], engine="Dev")
    student.gradcheck(lambda a: a * a, [3.0], engine="Finn")


@check(task="kinks", points=0.5)
def no_alarm_on_the_kink(student):
    """At the kink of relu Ada says 0 and Eve 0.5, and both are right; Ben is not, beside it."""
    student.gradcheck(lambda a: a.relu() * 3, [0.0], engine="Ada")
    student.gradcheck(lambda a: a.relu() * 3, [0.0], engine="Eve")
    student.gradcheck(lambda a, b: a.relu() + b.tanh(), [0.0, 0.5], engine="Ben")


@check(task="probes", points=0.75)
def probes_find_three_friends(student):
    """Your probes tell Ben, Dev and Finn from Ada."""
    student.probes("Ada", right="Cleo")
    student.probes("Ben", right="Ada")
    student.probes("Dev", right="Ada")
    student.probes("Finn", right="Ada")


@check(task="probes", points=0.25, requires=["probes_find_three_friends"])
def probes_clear_two_friends(student):
    """Your probes do not tell Cleo and Eve, who are right, from Ada."""
    student.probes("Cleo", right="Ada")
    student.probes("Eve", right="Ada")
