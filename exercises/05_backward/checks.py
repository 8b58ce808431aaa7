"""The checks of 05 that you can see. DOUBLE and SKEW are the graphs of the lesson."""

from autograder.authoring.checks.vocabulary import check


def double(x):
    """y = 3x is used twice: L = 21x."""
    y = x * 3
    return y * 2 + y * 5


def skew(x):
    """t is a parent of L, and also of p further down: L = 7x**2."""
    t = x * x
    p = t * 2
    q = p * 3
    return q + t


@check(task="topological order", points=1, advice="Where does each node stand, and its parents?")
def order_of_double_and_skew(student):
    """The nodes of DOUBLE and SKEW are listed once each, after their parents."""
    student.order(double, at=[2.0])
    student.order(skew, at=[3.0])


@check(task="topological order", points=1, advice="How would you notice that you walk in a ring?")
def cycle_is_refused(student):
    """A graph in which a node depends on itself is refused with ValueError."""
    student.cycle(lambda a: (a + 1) * 2, at=[3.0])
    student.cycle(lambda a: (a + 1) * 2, at=[3.0], node=None)


@check(
    task="backward",
    points=1,
    advice="Seed, order, rules: try each of the three by itself.",
    because="the first graph a student can do on paper",
)
def gradients_of_a_small_graph(student):
    """L = a * b + a has the gradients b + 1 and a."""
    student.gradients(lambda a, b: a * b + a, at=[2.0, 3.0], names="p L")


@check(task="backward", points=2, advice="Write on paper what each node holds after each rule.")
def gradients_of_double_and_skew(student):
    """DOUBLE gives 21 and SKEW gives 42, with the operands either way round."""
    student.gradients(double, at=[2.0], names="y a b L", layouts=2)
    student.gradients(skew, at=[3.0], names="t p q L", layouts=2)


@check(task="deep graphs", points=1, advice="Does something call itself once for each node?")
def chain_of_two_thousand(student):
    """A chain of 2,000 additions has the gradient 1."""
    student.chain(lambda a: a + 1.0, start=0.5, times=2000)


@check(task="twice", points=1, advice="Print what each node holds before the second call.")
def twelve_becomes_twenty_four(student):
    """A second call adds its gradient to the first one's, and no more."""
    student.gradients(lambda x: (x * 3) * 4, at=[2.0], calls=2, both_orders=False, names="y L")


@check(
    task="twice",
    points=1,
    advice="Which nodes does your backward set to 0?",
    because="tells a student which half of the contract is broken",
)
def leaf_keeps_what_it_holds(student):
    """A leaf that holds 7 before the call holds 7 more after it."""
    student.gradients(lambda x: (x * 3) * 4, at=[2.0], preset=7.0, names="y L")
