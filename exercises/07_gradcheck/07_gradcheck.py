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
# You have written an engine. Why should anyone believe it? Six friends have written engines too, and some are wrong. You now build the instrument that tells right from wrong without reading a line of code, and find out what fools it. Every autograd library that people trust is tested with it.
#
# You may import what computes in the standard library (`math`, `random`, `functools` and the like) and `numpy`. Any other module costs nothing to import where your work is graded, but it cannot be used there.

# %% id="provided-setup"
import math
import operator

from autograder import check

# %% [markdown] id="prose-six-engines"
# ## Six engines
#
# `SLOPES` holds the local derivatives of 04, one line for each operation: from the data of the parents and of the output, the derivative for each parent.

# %% id="provided-slopes"
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

# %% [markdown] id="prose-the-next-cell-folded-makes-a"
# The next cell, folded, makes a `Value` class out of such a table. You need not read it: it is the engine of 05, written short. Run it.

# %% id="provided-engines"
FORWARD = {
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "relu": lambda x: max(0.0, x),
    "sigmoid": lambda x: 0.5 * (1.0 + math.tanh(0.5 * x)),
}


def make_engine(arrive=operator.add, **changes):
    """Make a class of Values.

    Args:
        arrive: from what a node's grad holds and what arrives, what it holds then.
        changes: local derivatives in place of those in SLOPES.
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
                if node._prev:
                    numbers = [parent.data for parent in node._prev]
                    local = slopes[node._op](*numbers, node.data)
                    for parent, slope in zip(node._prev, local):
                        parent.grad = arrive(parent.grad, node.grad * slope)

    def operation(name, function):
        def made(*operands):
            nodes = [node if isinstance(node, Value) else Value(node) for node in operands]
            return Value(function(*[node.data for node in nodes]), nodes, name)

        return made

    for name, function in FORWARD.items():
        setattr(Value, name, operation(name, function))
    Value.__neg__ = operation("neg", operator.neg)
    for name in ("add", "sub", "mul", "truediv", "pow"):
        made = operation(name, getattr(operator, name))
        setattr(Value, f"__{name}__", made)
        setattr(Value, f"__r{name}__", lambda self, other, made=made: made(other, self))
    return Value

# %% [markdown] id="prose-read-this-one-each-friend-keeps"
# Read this one. Each friend keeps the table, but for what they have changed. Finn has changed how a gradient arrives at a parent: `held` is there already, `new` comes.

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

# %% [markdown] id="prose-whom-do-you-trust-write-down"
# Whom do you trust? Write down six verdicts before you go on. Some friends look odd and are right.
#
# Two of them on two small graphs. After `backward`, the leaves hold
#
# ```text
#             tanh(a) at 0.5      a * b at 2, 3
# Ada         0.7864              3    2
# Ben         0.75                3    2
# ```
#
# On the right they agree. On the left, who is wrong? A third engine may share the mistake. But all six compute `data` alike, and in 01 you got a slope from values alone.
#
# ## Relative error
#
# A difference of 0.001 is nothing for a gradient of a million, and everything for one of 0.0005. So measure it against the numbers themselves:
#
# $$\text{relative error} = \frac{|a - b|}{\max(|a|, |b|)}$$
#
# For 2 and 1 it is $1/2$; for 2000 and 1000 as well. Predict it for 3 and 0, and for 1 and $-1$. If both numbers are 0, they agree: it is 0.
#
# Elsewhere you will meet $|a + b|$ in the denominator. For 1 and $-1$ that is 0, so a wrong sign, the commonest mistake of all, ends in a division by zero.

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
# Ben's tanh is off by 4.6 percent at 0.5. Somebody else is off by only two parts in ten thousand, at 2.
#
# ## Side slopes
#
# The **left slope** of $f$ at $x$ is the slope from $x - h$ to $x$, the **right slope** the one from $x$ to $x + h$. For $x^2$ at 3 with $h = 0.1$ the left slope is $(9 - 8.41) / 0.1 = 5.9$. Predict the right one, and both for $\operatorname{relu}(x) = \max(0, x)$ at 0.
#
# How long should the step $h$ be? In 01 a fixed one did, since the inputs were small. Take $x = 3.1 \cdot 10^8$ and $f(x) = x^2$, with slope 620 000 000. The values of $f$ are near $10^{17}$, where floats are 16 apart: a short step sees a staircase. From $x - h$ to $x + h$:
#
# ```text
# h = 1e-5      slope 620 800 000
# h = 1860      slope 620 000 000
# ```
#
# So let the step grow with the input: $h = \varepsilon^{1/3} \cdot \max(1, |x|)$. As in 01, $\varepsilon = 2^{-52}$, and $\varepsilon^{1/3}$ is about $6 \cdot 10^{-6}$. What would happen at $x = 0$ without the 1?
#
# The argument `i` says which input moves; the others stay.

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
# Where a function is smooth the two are as good as equal. Where it has a corner they differ: more of that below.
#
# ## Numeric gradient
#
# Take the mean of the two side slopes. For $x^2$ at 3 with $h = 0.1$ it is $(5.9 + 6.1) / 2 = 6$. In the mean of both quotients $f(x)$ cancels: it is the central difference of 01.

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
right = 1 - math.tanh(0.5) ** 2
print("relative error of the estimate:", relative_error(slope, right))

# %% id="check-numeric-gradient"
check("numeric gradient")

# %% [markdown] id="prose-the-estimate-has-ten-good-digits"
# The estimate has ten good digits or more. The next step makes use of that.
#
# ## Gradcheck
#
# `gradcheck(f, xs, engine)` examines one engine on one function at one point. It returns True if the gradient of *every* input is right, else False.
#
# - `f` takes nodes and returns a node, such as `lambda a, b: a * b.tanh()`.
# - `xs` is a list of plain numbers. It is left as it was.
# - `engine` is a class: `engine(2.0)` makes a leaf with `data`, `grad`, the operations, and `backward()`. Use nothing else of it.
#
# Three steps:
#
# 1. **Analytic**: make leaves, call `f(*leaves)`, then `backward()`, and read the gradients.
# 2. **Numeric**: `numeric_gradient` wants a function of plain numbers. Wrap one around `f`: it makes fresh leaves and returns the output's `data`. The engine's own values count: one whose `exp` is a power of two is right if its gradient is that of a power of two.
# 3. **Compare**, input by input, with `agree`.
#
# What should `agree` call right? The estimate is good to about $10^{-10}$: a tolerance below that would blame everybody. Mistakes are seldom smaller than $10^{-3}$. We draw the line between, at $10^{-4}$. One case is left: rounding may turn a true 0 into $10^{-11}$. Predict `relative_error(0.0, 1e-11)`. So a difference of up to $10^{-8}$ always passes.

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

# %% [markdown] id="prose-true-says-right-at-this-point"
# True says "right at this point". It never says "right".
#
# ## Kinks
#
# At $x = 0$ relu turns a corner, a **kink**. To the left its slope is 0, to the right 1. The central difference mixes the two:
#
# ```text
# x        left slope   right slope   central   a right engine
# 0        0            1             0.5       0, 0.5 or 1
# 1e-7     0.0167       1             0.508     1
# -1e-7    0            0.983         0.492     0
# ```
#
# Your check raises an alarm on Ada in all three lines, and Ada is right. In the last two the kink is less than a step away. So ask the two sides: every number *from one side slope to the other*, ends included, is right, and all others are wrong. (Rounding may put an end a hair off. You may let `agree` decide there.)
#
# Go back to `gradcheck`, and let it look at the side slopes before it returns False. It must still find a wrong gradient: 7 is wrong on a kink too, and a kink along one input excuses no other.

# %% id="example-kinks"
for x in (0.0, 1e-7, -1e-7):
    left, right = side_slopes(lambda a: max(0.0, a), [x], 0)
    verdict = gradcheck(lambda a: a.relu(), [x], Ada)
    print(f"{x:8}   left {left:.4f}   right {right:.4f}   Ada: {verdict}")

# %% id="check-kinks"
check("kinks")

# %% [markdown] id="prose-a-false-alarm-is-a-mistake"
# A false alarm is a mistake too: after three of them nobody listens.
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
# Find a better probe for each line. Then write `probes()`, which returns a list of them. They are tried on engines that you have not seen, each with one fault:
#
# - in the rule of one of the eleven operations, for either parent,
# - in what it does with the upstream gradient,
# - with a node that is used more than once,
# - or in the walk. DOUBLE and SKEW of 05 find those; write sums both ways round, since an order can be right by luck.
#
# Each fault found brings its part of the points, as long as no right engine raises an alarm. Some engines are right in their own way, so stay off the kink. Many small probes are better than a few large ones: the one that fails says where to look.

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


names = ("Ada", "Ben", "Cleo", "Dev", "Eve", "Finn")
for name, engine in zip(names, (Ada, Ben, Cleo, Dev, Eve, Finn)):
    print(name, "is right" if examine(engine) else "is wrong")

# %% id="check-probes"
check("probes")

# %% [markdown] id="prose-compare-with-your-six-verdicts-who"
# Compare with your six verdicts. Who deceived you when you read?
#
# ## Your reason

# %% [markdown] id="answer-why-the-line-is-there"
# **My reason** (two or three sentences): why is the line drawn at $10^{-4}$, and not at $10^{-2}$ or $10^{-12}$? Say what each of the other two would do, and name a friend, or a function, on which it goes wrong.

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can examine any engine from outside. Paste your `Value` of 06 into a new cell, then run `examine(Value)`. You know what a passed test proves, and what it does not. From 08 on you build on the engine, and now you have a reason to trust it.
