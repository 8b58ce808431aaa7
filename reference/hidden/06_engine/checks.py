"""The hidden checks of 06: behaviour alone, one check for each operation, small cases first.

Nothing here looks at parents, symbols or rules, presets a gradient or calls backward
twice: engines differ there and are right. A gradient that is replaced instead of added
to shows where a value is used twice; each rule is tried on a value used before, after
and below it.
"""

from autograder.authoring.checks.vocabulary import check

PAPER = "Work the case out on paper and compare each node's number with yours."
SLOPE = "Measure the slope with a small step, and compare it with your rule."
ONE_WALK = "How much does one backward() do for each leaf? One walk back serves all nodes at once."
WALK = "Write on paper what each node holds after each rule, in your order."
COMPANY = "Which contributions meet at a? Write one number on each edge, then add."
LEFT = "With a plain number on the left, Python asks the reflected method of the right operand."
ARITHMETIC = ("add", "mul", "sub", "neg", "truediv", "pow")
ALL = (*ARITHMETIC, "exp", "log", "tanh", "sigmoid", "relu")


# Operators ---------------------------------------------------------------------------


@check(task="operators", points=1, needs=("add",), advice=PAPER)
def addition(student):
    """Sums of values and plain numbers."""
    student.values(lambda a, b: a + b, at=[-1.5, 4.0])
    student.values(lambda a: a + 2.5, at=[1.5])
    student.values(lambda a, b: (a + b) + a, at=[2.5, 3.0])


@check(task="operators", points=1, needs=("mul",), advice=PAPER)
def multiplication(student):
    """Products of values and plain numbers."""
    student.values(lambda a, b: a * b, at=[-1.5, 4.0])
    student.values(lambda a: a * -2.5, at=[1.5])
    student.values(lambda a, b: (a * b) * a, at=[2.5, 3.0])


@check(task="operators", points=1, needs=("sub",), advice=PAPER)
def subtraction(student):
    """Differences of values and plain numbers."""
    student.values(lambda a, b: a - b, at=[-1.5, 4.0])
    student.values(lambda a: a - 2.5, at=[4.0])
    student.values(lambda a, b: (a - b) - a, at=[2.5, 3.0])


@check(task="operators", points=1, needs=("neg",), advice="What is the opposite of -3?")
def negation(student):
    """Opposites of positive and negative numbers."""
    student.values(lambda a: -a, at=[4.5])
    student.values(lambda a: -a, at=[-3.0])
    student.values(lambda a: (-a) * a, at=[3.0])


@check(task="operators", points=1, needs=("truediv",), advice=PAPER)
def division(student):
    """Quotients of values and plain numbers."""
    student.values(lambda a, b: a / b, at=[-1.5, 4.0])
    student.values(lambda a: a / 0.5, at=[3.0])
    student.values(lambda a, b: (a / b) / a, at=[2.5, 4.0])


@check(task="operators", points=1, needs=("pow",), advice=PAPER)
def powers(student):
    """Whole, negative and fractional exponents."""
    student.values(lambda a: a**3, at=[-2.0])
    student.values(lambda a: a**0.5, at=[9.0])
    student.values(lambda a: a**-1.5, at=[4.0])
    student.values(lambda a: a**5, at=[3])


@check(task="operators", points=1, needs=("radd",), advice=LEFT)
def number_plus_value(student):
    """A plain number plus a value, and sum()."""
    student.values(lambda a: 1.5 + a, at=[-4.0])
    student.values(lambda a, b, c: sum([a, b, c]), at=[2.5, -1.0, 4.0])


@check(task="operators", points=1, needs=("rmul",), advice=LEFT)
def number_times_value(student):
    """A plain number times a value."""
    student.values(lambda a: -2.5 * a, at=[4.0])
    student.values(lambda a: 3 * a, at=[5])


@check(task="operators", points=1, needs=("rsub",), advice=LEFT)
def number_minus_value(student):
    """A plain number minus a value."""
    student.values(lambda a: 1.5 - a, at=[4.0])
    student.values(lambda a: 1 - a, at=[-2.0])


@check(task="operators", points=1, needs=("rtruediv",), advice=LEFT)
def number_over_value(student):
    """A plain number divided by a value."""
    student.values(lambda a: 1.5 / a, at=[4.0])
    student.values(lambda a: 7 / a, at=[-2.0])


@check(task="operators", points=1, needs=("exp",), advice="e is about 2.718.")
def exponentials(student):
    """exp at negative, small and whole numbers."""
    student.values(lambda a: a.exp(), at=[-1.25])
    student.values(lambda a: a.exp(), at=[0.5])
    student.values(lambda a: a.exp(), at=[2])


@check(task="operators", points=1, needs=("log",), advice="The logarithm of 2.718 is about 1.")
def logarithms(student):
    """log below 1, above 1 and at whole numbers."""
    student.values(lambda a: a.log(), at=[0.25])
    student.values(lambda a: a.log(), at=[6.0])
    student.values(lambda a: a.log(), at=[10])


@check(task="operators", points=1, needs=("tanh",), advice="tanh is 0 at 0, and below 1.")
def hyperbolic_tangents(student):
    """tanh on both sides of 0."""
    student.values(lambda a: a.tanh(), at=[-1.25])
    student.values(lambda a: a.tanh(), at=[0.75])
    student.values(lambda a: a.tanh(), at=[2])


@check(task="operators", points=1, needs=("sigmoid",), advice="sigmoid is 0.5 at 0, and below 1.")
def sigmoids(student):
    """sigmoid on both sides of 0."""
    student.values(lambda a: a.sigmoid(), at=[-1.25])
    student.values(lambda a: a.sigmoid(), at=[0.75])
    student.values(lambda a: a.sigmoid(), at=[2])


@check(task="operators", points=1, needs=("relu",), advice="Where does the flat part end?")
def rectifiers(student):
    """relu on both sides of 0, near it and at it."""
    student.values(lambda a: a.relu(), at=[0.25])
    student.values(lambda a: a.relu(), at=[-0.25])
    student.values(lambda a: a.relu(), at=[0.0])
    student.values(lambda a: a.relu() + a, at=[-3.0])


# Gradients ---------------------------------------------------------------------------
#
# First each rule by itself, which asks nothing of + and *; then in company, where its
# operands and its result have other uses, and what arrives from above is scaled. At the points
# below a formula has twelve digits, and a measured slope has not, whatever its step.

TWO = (1234.5678, -1.3)
CURVED = (0.7, 1.3)  # two: at one of them a step may be lucky
STRAIGHT = (1234.5678,)


def _binary_alone(student, op, at):
    student.gradients(op, at=at)
    student.gradients(lambda a, b: op(op(a, b), b), at=at)
    student.gradients(lambda a: op(a, a), at=at[:1])
    student.gradients(op, at=TWO, both_orders=False, exact=True)


def _binary_company(student, op, at):
    student.gradients(op, at=at, seed_gradient=-1.7)
    student.gradients(lambda a, b: op(a, b) + a, at=at)
    student.gradients(lambda a, b: op(a, b) + b, at=at)
    student.gradients(lambda a, b: op(a * 2, b * 3), at=at)
    student.gradients(lambda a, b: op(a, b) * op(a, b), at=at)
    student.gradients(lambda a: op(a, a) + a, at=at[:1], seed_gradient=5.0)
    student.gradients(op, at=TWO, seed_gradient=-1.7, both_orders=False, exact=True)


def _unary_alone(student, op, points, formula=CURVED):
    for at in points:
        student.gradients(op, at=[at])
        student.gradients(lambda a: op(op(a)), at=[at])
    for at in formula:
        student.gradients(op, at=[at], both_orders=False, exact=True)


def _unary_company(student, op, points, formula=CURVED):
    for at in points:
        student.gradients(op, at=[at], seed_gradient=-1.7)
        student.gradients(op, at=[at], seed_gradient=5.0)
        student.gradients(lambda a: op(a) + a, at=[at])
        student.gradients(lambda a: op(a * 2), at=[at])
        student.gradients(lambda a: op(a) * op(a), at=[at], both_orders=False)
    for at in formula:
        student.gradients(op, at=[at], seed_gradient=-1.7, both_orders=False, exact=True)


@check(
    task="gradients",
    points=1,
    needs=("add",),
    advice=SLOPE,
    because="credit for the rule by itself, also where the engine's sums or products are wrong",
)
def sum_gradients(student):
    """Gradients of sums by themselves."""
    _binary_alone(student, lambda a, b: a + b, [2.0, 3.0])


@check(task="gradients", points=1, needs=("add",), advice=COMPANY)
def sum_gradients_in_company(student):
    """Gradients of sums, scaled, and with operands that are used again."""
    _binary_company(student, lambda a, b: a + b, [2.0, 3.0])
    student.gradients(lambda a: (a + 1) * a, at=[3.0])


@check(
    task="gradients",
    points=1,
    needs=("mul",),
    advice=SLOPE,
    because="credit for the rule by itself, also where the engine's sums or products are wrong",
)
def product_gradients(student):
    """Gradients of products by themselves."""
    _binary_alone(student, lambda a, b: a * b, [-1.5, 4.0])


@check(
    task="gradients",
    points=1,
    needs=("mul",),
    advice=COMPANY,
    because="the rule of * where its operands are used again, apart from other rules",
)
def product_gradients_in_company(student):
    """Gradients of products, scaled, and with operands that are used again."""
    _binary_company(student, lambda a, b: a * b, [2.0, 3.0])
    student.gradients(lambda a: a * 3, at=[2.0], seed_gradient=-1.7)


@check(
    task="gradients",
    points=1,
    needs=("sub",),
    advice="The sign belongs to the rule.",
    because="credit for the rule by itself, also where the engine's sums or products are wrong",
)
def difference_gradients(student):
    """Gradients of differences by themselves."""
    _binary_alone(student, lambda a, b: a - b, [2.0, 3.0])


@check(task="gradients", points=1, needs=("sub",), advice=COMPANY)
def difference_gradients_in_company(student):
    """Gradients of differences, scaled, and with operands that are used again."""
    _binary_company(student, lambda a, b: a - b, [-1.5, 4.0])
    student.gradients(lambda a: (a - 3) * a, at=[2.0])
    student.gradients(lambda a: (3 - a) * a, at=[2.0])


@check(
    task="gradients",
    points=1,
    needs=("truediv",),
    advice=SLOPE,
    because="credit for the rule by itself, also where the engine's sums or products are wrong",
)
def quotient_gradients(student):
    """Gradients of quotients by themselves."""
    _binary_alone(student, lambda a, b: a / b, [3.5, 2.5])


@check(task="gradients", points=1, needs=("truediv",), advice=COMPANY)
def quotient_gradients_in_company(student):
    """Gradients of quotients, scaled, and with operands that are used again."""
    _binary_company(student, lambda a, b: a / b, [-1.5, 5.0])
    student.gradients(lambda a: (a / 4) * a, at=[3.0])
    student.gradients(lambda a: (6 / a) * a * a, at=[2.0])


@check(task="gradients", points=1, needs=("neg",), advice="The sign belongs to the rule.")
def opposite_gradients(student):
    """Gradients of opposites by themselves."""
    _unary_alone(student, lambda a: -a, [3.0], STRAIGHT)


@check(task="gradients", points=1, needs=("neg",), advice=COMPANY)
def opposite_gradients_in_company(student):
    """Gradients of opposites, scaled, and with operands that are used again."""
    _unary_company(student, lambda a: -a, [3.0], STRAIGHT)


@check(task="gradients", points=1, needs=("pow",), advice=SLOPE)
def power_gradients(student):
    """Gradients of powers by themselves."""
    _unary_alone(student, lambda a: a**3, [2.0, -3.0])
    student.gradients(lambda a: a**2, at=[-3.0])


@check(task="gradients", points=1, needs=("pow",), advice=COMPANY)
def power_gradients_in_company(student):
    """Gradients of powers, scaled, and with operands that are used again."""
    _unary_company(student, lambda a: a**3, [2.0, -3.0])
    student.gradients(lambda a: a**-2 + a, at=[2.0], seed_gradient=-1.7)
    student.gradients(lambda a: a**0.5 + a, at=[4.0], seed_gradient=5.0)


@check(
    task="gradients",
    points=1,
    needs=("exp",),
    advice=SLOPE,
    because="credit for the rule by itself, also where the engine's sums or products are wrong",
)
def exponential_gradients(student):
    """Gradients of exp by itself."""
    _unary_alone(student, lambda a: a.exp(), [1.25, -1.25])


@check(task="gradients", points=1, needs=("exp",), advice=COMPANY)
def exponential_gradients_in_company(student):
    """Gradients of exp, scaled, and with an operand that is used again."""
    _unary_company(student, lambda a: a.exp(), [1.3])


@check(
    task="gradients",
    points=1,
    needs=("log",),
    advice=SLOPE,
    because="credit for the rule by itself, also where the engine's sums or products are wrong",
)
def logarithm_gradients(student):
    """Gradients of log by itself."""
    _unary_alone(student, lambda a: a.log(), [3.5, 20.0])


@check(task="gradients", points=1, needs=("log",), advice=COMPANY)
def logarithm_gradients_in_company(student):
    """Gradients of log, scaled, and with an operand that is used again."""
    _unary_company(student, lambda a: a.log(), [3.5, 0.3])


@check(
    task="gradients",
    points=1,
    needs=("tanh",),
    advice=SLOPE,
    because="credit for the rule by itself, also where the engine's sums or products are wrong",
)
def tanh_gradients(student):
    """Gradients of tanh by itself."""
    _unary_alone(student, lambda a: a.tanh(), [0.5, -1.25])


@check(task="gradients", points=1, needs=("tanh",), advice=COMPANY)
def tanh_gradients_in_company(student):
    """Gradients of tanh, scaled, and with an operand that is used again."""
    _unary_company(student, lambda a: a.tanh(), [0.6, 2.0])


@check(
    task="gradients",
    points=1,
    needs=("sigmoid",),
    advice=SLOPE,
    because="credit for the rule by itself, also where the engine's sums or products are wrong",
)
def sigmoid_gradients(student):
    """Gradients of sigmoid by itself."""
    _unary_alone(student, lambda a: a.sigmoid(), [1.0, -1.5])


@check(task="gradients", points=1, needs=("sigmoid",), advice=COMPANY)
def sigmoid_gradients_in_company(student):
    """Gradients of sigmoid, scaled, and with an operand that is used again."""
    _unary_company(student, lambda a: a.sigmoid(), [1.0, -1.5])


@check(
    task="gradients",
    points=1,
    needs=("relu",),
    advice="Only the sign of the input decides.",
    because="credit for the rule by itself, also where the engine's sums or products are wrong",
)
def relu_gradients(student):
    """Gradients of relu by itself."""
    _unary_alone(student, lambda a: a.relu(), [3.0, 0.375, -2.0], STRAIGHT)


@check(task="gradients", points=1, needs=("relu",), advice=COMPANY)
def relu_gradients_in_company(student):
    """Gradients of relu, scaled, and with an operand that is used again."""
    _unary_company(student, lambda a: a.relu(), [3.0, 0.375, -2.0], STRAIGHT)
    student.gradients(
        lambda a: a.relu(), at=[0.0], seed_gradient=5.0, accept=[[0, 0], [0, 2.5], [0, 5]]
    )


# Graphs ------------------------------------------------------------------------------


def _doubled_twice(a):
    b = a + a
    return b + b


def _fan(y):
    return y * 2 + y * 5


def _skew(x):
    t = x * x
    return (t * 2) * 3 + t


def _long_below(x):
    """A chain of two below the shared node, used over a short and a long way."""
    y = (x * 2) * 3
    return _fan(y) * y


def _ladder(x, y):
    """Each rung uses both nodes of the rung below."""
    for _ in range(3):
        x, y = x * y, x + y
    return x + y


def _doublings(x):
    for _ in range(25):
        x = x + x
    return x


@check(
    task="graphs",
    points=5,
    needs=("add", "mul"),
    advice=WALK,
    because="graphs chosen by hand; random ones may miss a pattern after a change of Hypothesis",
)
def reused_nodes(student):
    """Each rule runs once, and after the rules of all nodes that use its node."""
    student.gradients(_doubled_twice, at=[3.0])
    student.gradients(lambda x: x + (x * 2) * 3, at=[2.0], seed_gradient=-1.7)
    student.gradients(lambda x: _fan(x * 3), at=[2.0], seed_gradient=-1.7, layouts=2)
    student.gradients(_skew, at=[3.0], seed_gradient=-1.7, layouts=3)


@check(
    task="graphs",
    points=3,
    needs=("add", "mul"),
    advice=WALK,
    because="orders that are right by luck on other graphs; the set of parents decides which",
)
def long_and_short_ways(student):
    """Nodes with long graphs below them, used at several depths."""
    student.gradients(_long_below, at=[1.5], layouts=3)
    student.gradients(_ladder, at=[1.5, 0.5], seed_gradient=-1.7, layouts=3)


@check(
    task="graphs",
    points=2,
    needs=("add", "mul"),
    advice="When are two nodes the same node?",
    because="mistakes with equality; the random graphs hold equal numbers only by chance",
)
def nodes_with_equal_data(student):
    """Different nodes that hold the same number keep their own gradients."""
    student.gradients(lambda a, b: (a * 2) * (b * 2) + a, at=[3.0, 3.0])


@check(task="graphs", points=2, needs=("add",), advice="How often do you look at one node?")
def many_paths(student):
    """25 doublings, 26 nodes and 33,554,432 paths, take no time."""
    student.gradients(_doublings, at=[3.0], both_orders=False)


def _each_operation(a, b):
    """Each operation on a node that another made: its rule must change neither more nor less."""
    left = ((b - a) ** 2 / b).log() + (-a).exp() * (a * b).relu()
    return left + (a + b).tanh() * (a - b).sigmoid()


@check(
    task="graphs",
    points=1,
    needs=("add", "mul"),
    advice=ONE_WALK,
    because="forward mode, which no mutant of 12 lines can show",
)
def every_node_has_its_gradient(student):
    """Every node of a graph holds its gradient, not the leaves alone, and its data as before."""
    student.gradients(lambda a, b: (a * b + a) * b, at=[2.0, 3.0], every_node=True)
    student.gradients(lambda a: (a * a + a) * (a + 3.0), at=[-2.0], every_node=True)
    student.gradients(_each_operation, at=[0.5, 1.25], every_node=True)


@check(
    task="graphs",
    points=1,
    needs=("add", "mul"),
    advice=ONE_WALK,
    because="differentiation leaf by leaf, which no mutant of 12 lines can show",
)
def many_leaves(student):
    """200 leaves get their gradients from one walk back."""
    student.wide(200, within_s=0.1)


@check(
    task="graphs",
    points=3,
    needs=("add", "mul"),
    advice=WALK,
    because="an engine that has only sums and products is tried on random graphs too",
)
def random_sums_and_products(student):
    """Random graphs of sums and products, which you have not seen."""
    student.random_graphs(40, ops=("add", "mul"), steps=8)


@check(
    task="graphs",
    points=3,
    advice=WALK,
    because="an engine that has only the operators is tried on random graphs too",
)
def random_arithmetic(student):
    """Random graphs of all operators, which you have not seen."""
    student.random_graphs(40, ops=ARITHMETIC, steps=8)


@check(task="graphs", points=4, advice=WALK)
def random_graphs(student):
    """Random graphs of all operations, which you have not seen."""
    student.random_graphs(60, ops=ALL, steps=10)


# Deep graphs and numerical range -----------------------------------------------------


@check(task="deep graphs", points=4, advice="Does something call itself once for each node?")
def chain_of_5000(student):
    """A chain of 5,000 additions, in good time."""
    student.chain(lambda a, b: a + b, start=0.5, beside=1.0, times=5000)


@check(task="numerical range", points=3, advice="Never int(), never //.")
def whole_number_leaves(student):
    """Values made of whole numbers have the same results and gradients as floats."""
    student.gradients(lambda a, b: a / b, at=[7, 2])
    student.gradients(lambda a, b: a * b + a, at=[3, 2], seed_gradient=-1.7)
    student.gradients(lambda a: a**-1, at=[2])
    student.gradients(lambda a: 1 / a, at=[-4])


@check(task="numerical range", points=2, needs=("tanh",), advice="e**800 is no float.")
def far_ends_of_tanh(student):
    """tanh far out is at its ends, and flat."""
    student.gradients(lambda a: a.tanh() * a, at=[-400.0])
    student.gradients(lambda a: a.tanh(), at=[400.0], seed_gradient=-1.7)


@check(
    task="numerical range",
    points=2,
    needs=("sigmoid",),
    advice="Which power of e does your line take at x = -400?",
)
def far_ends_of_sigmoid(student):
    """sigmoid far out is at its ends, and flat."""
    student.gradients(lambda a: a.sigmoid() * a, at=[400.0])
    student.gradients(lambda a: a.sigmoid(), at=[-400.0], seed_gradient=-1.7)


@check(task="numerical range", points=3, advice="No step may add or subtract a fixed small number.")
def small_and_large_numbers(student):
    """Very small and very large numbers keep their digits."""
    student.gradients(lambda a, b: a * b, at=[1e-150, 1e150])
    student.gradients(lambda a, b: a / b, at=[3e-8, 2e-8])
    student.gradients(lambda a: a.log(), at=[1e-9])
    student.gradients(lambda a: a.exp() * 1e-40, at=[100.0])
    student.gradients(lambda a: a**-2, at=[1e-4])
    student.gradients(lambda a: a.relu() * 1e9, at=[1e-9])
