# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="prose-07-you-are-the-examiner"
# # 07 You are the examiner
#
# You have written an engine. Why should anyone believe it? Six friends have written engines too, and some of them are wrong. In this lesson you change sides. You build the instrument that tells right from wrong without reading a line of code, and you find out what fools it. The same instrument stands behind every autograd library that people trust.
#
# Once more: predict, look at a small case, write one function, check. A function that you have not written yet raises `NotImplementedError`, and so does an example cell that needs it.

# %% id="provided-setup"
import math
import operator

from autograder import check

# %% [markdown] id="prose-six-engines"
# ## Six engines
#
# So that six engines fit on a page, all of them come from one workshop. `SLOPES` holds the local derivatives of 04, one line for each operation. `make_engine()` makes a `Value` class of it. A friend who knows better hands in changes.

# %% id="provided-engines"
UNARY = {
    "neg": operator.neg,
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "relu": lambda x: max(0.0, x),
    "sigmoid": lambda x: 0.5 * (1.0 + math.tanh(0.5 * x)),
}
BINARY = ("add", "sub", "mul", "truediv", "pow")
SLOPES = {
    "add": lambda a, b, out: (1.0, 1.0),
    "sub": lambda a, b, out: (1.0, -1.0),
    "mul": lambda a, b, out: (b, a),
    "truediv": lambda a, b, out: (1.0 / b, -a / b**2),
    "pow": lambda a, n, out: (n * a ** (n - 1), 0.0),
    "neg": lambda x, out: (-1.0,),
    "exp": lambda x, out: (out,),
    "log": lambda x, out: (1.0 / x,),
    "tanh": lambda x, out: (1.0 - out**2,),
    "relu": lambda x, out: (1.0 if x > 0 else 0.0,),
    "sigmoid": lambda x, out: (out * (1.0 - out),),
}


def make_engine(arrive=operator.add, **changes):
    """Make a class of Values.

    Args:
        arrive: from what a node's grad holds and what arrives, what it holds then.
        changes: an operation's name to its local derivatives, in place of those in SLOPES:
            a function of the parents' data and the output's.
    """
    slopes = {**SLOPES, **changes}

    class Value:
        def __init__(self, data, _children=(), _op=""):
            self.data, self.grad = data, 0.0
            self._prev, self._op = tuple(_children), _op

        def backward(self):
            order, seen = [], set()

            def visit(node):
                if node not in seen:
                    seen.add(node)
                    for parent in node._prev:
                        visit(parent)
                    order.append(node)

            visit(self)
            self.grad = 1.0
            for node in reversed(order):
                node._backward()

        def _backward(self):
            if self._prev:
                numbers = [parent.data for parent in self._prev]
                for parent, local in zip(self._prev, slopes[self._op](*numbers, self.data)):
                    parent.grad = arrive(parent.grad, self.grad * local)

    def operation(name, function):
        def made(*operands):
            nodes = [node if isinstance(node, Value) else Value(node) for node in operands]
            return Value(function(*[node.data for node in nodes]), nodes, name)

        return made

    for name in BINARY:
        made = operation(name, getattr(operator, name))
        setattr(Value, f"__{name}__", made)
        setattr(Value, f"__r{name}__", lambda self, other, made=made: made(other, self))
    for name, function in UNARY.items():
        setattr(Value, "__neg__" if name == "neg" else name, operation(name, function))
    return Value

# %% id="provided-friends"
Ada = make_engine()
Ben = make_engine(tanh=lambda x, out: (1 - x * x,))
Cleo = make_engine(
    truediv=lambda a, b, out: (1 / b, -out / b),
    sigmoid=lambda x, out: (out - out**2,),
    tanh=lambda x, out: ((1 + out) * (1 - out),),
)
Dev = make_engine(exp=lambda x, out: (2.718**x,))
Eve = make_engine(relu=lambda x, out: (0.5 if x == 0 else float(x > 0),))
Finn = make_engine(arrive=lambda held, new: new)

# %% [markdown] id="prose-read-what-the-friends-have-changed"
# Read what the friends have changed. Whom do you trust? Write down six verdicts before you go on: some look odd and are right, and at least one looks harmless. At the end you compare.
#
# Look at two of them on two small graphs. After `backward`, the leaves hold
#
# ```text
#             tanh(a) at 0.5      a * b at 2, 3
# Ada         0.7864              3    2
# Ben         0.75                3    2
# ```
#
# On the right they cannot be told apart. And on the left, who says which of them is wrong? Not a third engine: it may share the mistake. Values do. All six compute `data` in the same way, and 01 has taught you to get a slope from values alone.
#
# ## Relative error
#
# Two numbers are never quite equal in floats. How far apart is too far? A difference of 0.001 is nothing for a gradient of a million, and everything for one of 0.0005. So measure it against the numbers themselves:
#
# $$\text{relative error} = \frac{|a - b|}{\max(|a|, |b|)}$$
#
# For 2 and 1 it is $1/2$; for 2000 and 1000 as well. Predict it for 3 and 0, and for 1 and $-1$. If both numbers are 0, they agree perfectly: it is 0.
#
# Beware of $|a + b|$ in the denominator, which you will meet elsewhere. For 1 and $-1$ it is 0. A plain wrong sign, the commonest mistake of all, would end in a division by zero.

# %% id="solve-relative-error-relative-error"
def relative_error(a, b):
    """Size of the difference relative to the larger of the two.

    Args:
        a, b: numbers of the same unit.
    Returns: |a - b| / max(|a|, |b|), from 0 to 2, without unit; 0 if both are 0.
    """
    raise NotImplementedError("relative error")

# %% id="example-relative-error"
print(relative_error(2.0, 1.0), relative_error(3.0, 0.0), relative_error(1.0, -1.0))
print(relative_error(0.75, 1 - math.tanh(0.5) ** 2))

# %% id="check-relative-error"
check("relative error")

# %% [markdown] id="prose-ben-s-tanh-is-off-by-4-6"
# Ben's tanh is off by 4.6 percent at 0.5. Somebody else is off by two parts in ten thousand.
#
# ## Side slopes
#
# Stand at a point and look to both sides. The **left slope** is the slope from one step below the point up to it, the **right slope** from there to one step above. Predict both for $\operatorname{relu}(x) = \max(0, x)$ at 0, and for $x^2$ at 3 with $h = 0.1$: one of these is 5.9.
#
# How long should the step be? In 01 a fixed one did, since the inputs were small. Now take $x = 3.1 \cdot 10^8$ and $f(x) = x^2$, whose slope is 620 000 000. At that height the values of $f$ are whole multiples of 16, so a short step sees a staircase. From $x - h$ to $x + h$ it is
#
# ```text
# h = 1e-5      slope 620 800 000
# h = 1860      slope 620 000 000
# ```
#
# The first is off by 1.3 parts in a thousand.
#
# Let the step grow with the input: $h = \varepsilon^{1/3} \cdot \max(1, |x|)$, with $\varepsilon^{1/3}$ about $6 \cdot 10^{-6}$ as in 01. Why not simply $\varepsilon^{1/3} \cdot |x|$? Ask what happens at $x = 0$.

# %% id="solve-side-slopes-side-slopes"
def side_slopes(f, xs, i):
    """Measure the slope of f along one input, to the left of its value and to the right.

    Args:
        f: function of len(xs) numbers, called as f(*xs).
        xs: list of numbers, small or large; holds the same numbers afterwards.
        i: which input.
    Returns: the slope from one step below xs[i] to xs[i], then the slope from xs[i] to
        one step above.
    """
    raise NotImplementedError("side slopes")

# %% id="example-side-slopes"
print(side_slopes(lambda a: max(0.0, a), [0.0], 0))
print(side_slopes(lambda a, b: a * b, [2.0, 3.0], 1))

# %% id="check-side-slopes"
check("side slopes")

# %% [markdown] id="prose-where-a-function-is-smooth-the"
# Where a function is smooth the two are as good as equal. Remember that they can differ: the lesson comes back to it.
#
# ## Numeric gradient
#
# The mean of the two side slopes is an old friend. For $x^2$ at 3 with $h = 0.1$ it is $(5.9 + 6.1) / 2 = 6$. Write out the mean of both quotients and see what becomes of $f(x)$: it is the central difference.

# %% id="solve-numeric-gradient-numeric-gradient"
def numeric_gradient(f, xs):
    """Estimate the slope of f along each input from values of f alone.

    Args:
        f: function of len(xs) numbers, called as f(*xs).
        xs: list of numbers, small or large; holds the same numbers afterwards.
    Returns: list of slopes, right to six digits, one for each input.
    """
    raise NotImplementedError("numeric gradient")

# %% id="example-numeric-gradient"
print(numeric_gradient(lambda a, b, c: a * b + c, [2.0, 3.0, -1.0]))
(slope,) = numeric_gradient(math.tanh, [0.5])
print("relative error of the estimate:", relative_error(slope, 1 - math.tanh(0.5) ** 2))

# %% id="check-numeric-gradient"
check("numeric gradient")

# %% [markdown] id="prose-the-estimate-has-about-ten-good"
# The estimate has about ten good digits. Keep that number in mind for the next step.
#
# ## Gradcheck
#
# Your instrument is `gradcheck(f, xs, engine)`. It examines one engine on one function at one point. It returns True if the gradient of *every* input is right, else False.
#
# - `engine` is a class: `engine(2.0)` makes a leaf, which has `data`, `grad`, the operations, and `backward()`. Use nothing else of it.
# - `f` takes nodes and returns a node, such as `lambda a, b: a * b.tanh()`. Call it as `f(*leaves)`.
# - `xs` is a list of numbers, and holds the same numbers afterwards.
# - What is examined is the gradient of *what the engine computes*. If its `exp` is a power of two, that is its affair; then the gradient has to be that of a power of two.
#
# It goes in three steps. **Analytic**: make leaves, build the graph, call `backward()`, read the gradients. **Numeric**: `numeric_gradient` wants a function of plain numbers. Wrap one around `f` that makes fresh leaves each time and returns the output's `data`. **Compare**, input by input, with `agree`.
#
# What should `agree` call right? The estimate is good to about $10^{-10}$, so a tolerance below that would find fault with everybody. Mistakes are seldom smaller than $10^{-3}$. Between the two there is room; we draw the line at $10^{-4}$. And a true gradient of 0 will be estimated as $10^{-11}$, say, by rounding. No relative error can forgive that: predict `relative_error(0.0, 1e-11)`. So a difference of up to $10^{-8}$ always passes.

# %% id="provided-tolerances"
TOO_FAR = 1e-4  # relative error above which a gradient is called wrong
AS_GOOD_AS_ZERO = 1e-8  # a difference up to this is never called an error

# %% id="solve-gradcheck-agree"
def agree(analytic, numeric):
    """Whether a gradient is as good as equal to an estimate of it.

    Args:
        analytic: an engine's gradient.
        numeric: the estimate.
    Returns: True if their relative error is at most TOO_FAR, or their difference at most
        AS_GOOD_AS_ZERO.
    """
    raise NotImplementedError("gradcheck")

# %% id="solve-gradcheck-gradcheck"
def gradcheck(f, xs, engine):
    """Decide whether an engine's gradients of f at xs are right.

    Args:
        f: function that is given len(xs) nodes and returns the output, a node.
        xs: list of numbers; holds the same numbers afterwards.
        engine: class of the nodes: engine(2.0) makes a leaf with data, grad, backward().
    Returns: True if the gradient of every input is right, else False. At a kink, any
        number from the slope on one side to the slope on the other is right.
    """
    raise NotImplementedError("gradcheck")

# %% id="example-gradcheck"
print("Ada, tanh:", gradcheck(lambda a: a.tanh(), [0.5], Ada))
print("Ben, tanh:", gradcheck(lambda a: a.tanh(), [0.5], Ben))
print("Ben, a * b:", gradcheck(lambda a, b: a * b, [2.0, 3.0], Ben))

# %% id="check-gradcheck"
check("gradcheck")

# %% [markdown] id="prose-true-says-right-here-it-never"
# True says "right here". It never says "right".
#
# ## Kinks
#
# At $x = 0$ relu turns a corner. Which slope has it there? To the left 0, to the right 1. The central difference looks at both sides at once:
#
# ```text
# x        left slope   right slope   central   a right engine
# 0        0            1             0.5       0, 0.5 or 1
# 1e-7     0.0167       1             0.508     1
# -1e-7    0            0.983         0.492     0
# ```
#
# Your check raises an alarm on Ada in all three lines, and Ada is right. In the second and third the point is not on the kink, only less than a step away. Moving away is one answer, but you do not always choose the points. Here is another: ask the two sides. Where their slopes differ, every number *from one of them to the other* is right, and all others are wrong.
#
# Go back to `gradcheck`, and let it look at the side slopes before it returns False. It must still find a wrong gradient: 7 is wrong on a kink too, and a kink along one input excuses no other.

# %% id="example-kinks"
for x in (0.0, 1e-7, -1e-7):
    print(x, side_slopes(lambda a: max(0.0, a), [x], 0), gradcheck(lambda a: a.relu(), [x], Ada))

# %% id="check-kinks"
check("kinks")

# %% [markdown] id="prose-a-false-alarm-is-a-mistake"
# A false alarm is a mistake like any other: after three of them nobody listens.
#
# ## Probes
#
# The instrument finds only what it is pointed at. A **probe** is a function with a point, `(f, xs)`. Four ways to look and see nothing:
#
# | probe | a fault that it cannot see | because |
# |---|---|---|
# | `a**3` at 1 | `3 * a**3` for `3 * a**2` | 1 is 1 to any power |
# | `a.exp()` at any point | the upstream gradient is lost | the last operation gets upstream 1 |
# | `a * b` at 2, 3 | `=` where `+=` belongs | nothing is used twice |
# | `a.relu()` at 2.5 | local derivative always 1 | the other side is never visited |
#
# Find a better probe for each line. Then write `probes()`, which returns a list of them. They will be tried on engines that you have not seen. Each has one fault: in the rule of any of the eleven operations, for either parent; in what it does with the upstream gradient; in what happens to a node that is used more than once; or in the walk. Lesson 05 has two graphs for that, and an order can be right by luck, so write sums both ways round. Some of the engines are right in their own way: stay off the kink, where right engines differ.
#
# Many small probes are better than a few large ones, since the one that fails says where to look.

# %% id="solve-probes-probes"
def probes():
    """Choose functions and points at which a wrong engine gives itself away.

    Returns: list of pairs (f, xs), as gradcheck takes them.
    """
    raise NotImplementedError("probes")

# %% id="example-probes"
def examine(engine):
    """Whether an engine passes all probes."""
    return all([gradcheck(f, xs, engine) for f, xs in probes()])


friends = {"Ada": Ada, "Ben": Ben, "Cleo": Cleo, "Dev": Dev, "Eve": Eve, "Finn": Finn}
for name, engine in friends.items():
    print(name, "is right" if examine(engine) else "is wrong")

# %% id="check-probes"
check("probes")

# %% [markdown] id="prose-compare-with-your-six-verdicts-who"
# Compare with your six verdicts. Who deceived you when you read?
#
# ## Your reason
#
# Why is the line drawn at $10^{-4}$, and not at $10^{-2}$ or $10^{-12}$? Say what each of the other two would do, and name a friend of the lesson, or a function, on which it goes wrong.

# %% [markdown] id="answer-why-the-line-is-there"
# **My reason** (two or three sentences):

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can examine any engine from outside, your own of 06 included: `examine(Value)`, with your `Value` in a cell above. You know what a passed test proves, and what it does not. From 08 on you build on the engine and trust it, now with a reason.
