"""The hidden checks of 05: graphs on which each plausible wrong walk gives a wrong number."""

from autograder.authoring.checks.vocabulary import check

OPS = ("add", "sub", "mul", "truediv", "pow", "neg", "exp", "log", "tanh", "sigmoid", "relu")
ORDER = "Write the list down and mark each node that stands before one of its parents."
PAPER = "Write on paper what each node holds after each rule, in your order."


def _doublings(x):
    for _ in range(25):
        x = x + x
    return x


def _long_below(x):
    """A chain of two below the shared node, used over a short and a long way."""
    w = x * 2
    y = w * 3
    a = y * 2
    b = y * 5
    return (a + b) * y


def _ladder(x, y):
    """Each rung uses both nodes of the rung below."""
    for _ in range(3):
        x, y = x * y, x + y
    return x + y


@check(
    task="topological order",
    points=4,
    advice=ORDER,
    because="orders that are right by luck on small graphs; the set of parents decides which",
)
def order_of_reused_nodes(student):
    """Nodes that are used at several depths are listed once, after all their parents."""
    student.order(lambda a: a, at=[3.0])
    student.order(lambda a: a * a, at=[3.0])
    student.order(lambda a: (a * 2) + (a * 5), at=[3.0])
    student.order(lambda a, b: ((a * b) * 2) * 3 + a * b, at=[3.0, 2.0])
    student.order(lambda x: x * x + ((x * x) * 2) * x, at=[2.0])
    student.order(lambda x: x + (x * 2) * 3, at=[2.0])
    student.order(lambda x: (x * 2) * 3 + x, at=[2.0])
    student.order(_skew_mirrored, at=[2.0])
    student.order(_long_below, at=[1.5])
    student.order(_ladder, at=[1.5, 0.5])


def _skew_mirrored(x):
    t = x * x
    q = (t * 2) * 3
    return t + q


@check(
    task="topological order",
    points=1,
    advice="How often does your code look at one node?",
    because="time, where the graphs of the other check are too small to cost any",
)
def order_of_many_paths(student):
    """25 doublings, 26 nodes and 33,554,432 paths, are ordered at once."""
    student.order(_doublings, at=[3.0])


@check(task="topological order", points=2, advice="Meet a node while its own parents are open.")
def cycles_are_refused(student):
    """Long and short cycles are refused with ValueError."""
    student.cycle(lambda a: ((a + 1) * 2).exp() + 3, at=[3.0])
    student.cycle(lambda a, b: ((a * b) + a) * b, at=[3.0, 2.0], node=2)
    student.cycle(lambda a: a * 2, at=[3.0], node=2 - 1)
    student.cycle(lambda a: (a * a) * 2 + a, at=[3.0], node=None)


@check(
    task="backward",
    points=1,
    advice="What does the output hold before the first rule runs?",
    because="credit for the seed where the order is still wrong",
)
def walk_starts_with_one(student):
    """The output's own gradient is 1, whatever its data are."""
    student.gradients(lambda a: a + 1, at=[3.0])
    student.gradients(lambda a: a * a, at=[3.0], seed_gradient=-1.7)
    student.gradients(lambda a, b: a / b, at=[6.0, 4.0])


@check(
    task="backward",
    points=3,
    advice=PAPER,
    because="graphs chosen by hand; random ones may miss a pattern after a change of Hypothesis",
)
def gradients_of_reused_nodes(student):
    """Each rule runs once, and after the rules of all nodes that use its node."""
    student.gradients(lambda a: a + a, at=[3.0])
    student.gradients(lambda a: (a + a) + (a + a), at=[3.0])
    student.gradients(_doubled_twice, at=[3.0])
    student.gradients(lambda x: x + (x * 2) * 3, at=[2.0], seed_gradient=-1.7)
    student.gradients(_skew, at=[2.0], seed_gradient=-1.7, layouts=3)
    student.gradients(_long_below, at=[1.5], layouts=3)
    student.gradients(_ladder, at=[1.5, 0.5], seed_gradient=-1.7, layouts=3)


def _doubled_twice(a):
    b = a + a
    return b + b


def _skew(x):
    t = x * x
    return (t * 2) * 3 + t


@check(
    task="backward",
    points=2,
    advice="The first failing graph is a small one: walk it by hand.",
    because="patterns that nobody thought of",
)
def gradients_of_random_graphs(student):
    """Random graphs of all operations, which you have not seen, have the right gradients."""
    student.random_graphs(24, ops=OPS, steps=9, leaves=3)


@check(task="backward", points=1, advice="How often does your code look at one node?")
def gradients_over_many_paths(student):
    """25 doublings have the gradient 33,554,432, at once."""
    student.gradients(_doublings, at=[3.0], both_orders=False)


@check(
    task="backward",
    points=1,
    advice="When are two nodes the same node?",
    because="mistakes with equality that no mutant of the walk can show",
)
def nodes_with_equal_data(student):
    """Different nodes that hold the same number keep their own gradients."""
    student.gradients(lambda a, b: (a * 2) * (b * 2) + a, at=[3.0, 3.0])


@check(
    task="deep graphs", points=3, advice="Neither the calls nor the look-ups may grow with depth."
)
def chain_of_ten_thousand(student):
    """A chain of 10,000 additions has the gradient 1, in good time."""
    student.chain(lambda a: a + 1.0, start=0.5, times=10_000)


@check(task="twice", points=2, advice="Print what each node holds before the second call.")
def second_call_adds_its_gradient(student):
    """Two and three calls give twice and three times the gradient."""
    student.gradients(lambda x: ((x * 3) * 4) * 5, at=[2.0], calls=2)
    student.gradients(_skew, at=[2.0], calls=3)


@check(
    task="twice",
    points=2,
    advice="What a leaf held before the first call is a result too.",
    because="credit for leaves apart from that for interior nodes",
)
def leaves_add_to_what_they_hold(student):
    """Leaves that hold 7 keep it through one call and through two."""
    student.gradients(lambda a, b: a * b + a, at=[2.0, 3.0], preset=7.0)
    student.gradients(lambda a, b: (a * b) * b, at=[2.0, 3.0], preset=7.0, calls=2)
    student.gradients(lambda a: a, at=[3.0], preset=7.0, calls=2)
