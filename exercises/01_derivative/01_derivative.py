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

# %% [markdown] id="prose-01-how-steep-is-it-here"
# # 01 How steep is it here?
#
# You stand on a hill in thick fog. You cannot see the valley, but you can feel two things under your feet: which way is down, and how steep it is. That is all a network ever knows while it learns. In this lesson you measure both.
#
# Every task runs the same way: predict, look at a small case, write one function, check. Run each cell with Shift+Enter, from the top. A function that you have not written yet raises `NotImplementedError`, and so does an example that needs it: write the function, run its cell, then the example. If you are stuck, run `check("forward difference", hint=True)` in a cell of your own: each time you ask, the hint says more. To write in a text cell, double-click it.
#
# You may import what computes in the standard library (`math`, `random`, `functools` and the like) and `numpy`. Any other module costs nothing to import where your work is graded, but it cannot be used there.

# %% id="provided-setup"
import math

from autograder import check

# %% [markdown] id="prose-forward-difference"
# ## Forward difference
#
# Take $f(x) = x^2$ and stand at $x = 3$, where $f(3) = 9$. Go a little to the right, by a **step** $h$. The value rises. The rise per unit of $x$ is the slope of the piece you walked:
#
# $$\frac{f(x + h) - f(x)}{h}$$
#
# This quotient is the **forward difference**. With $h = 1$ it is $(16 - 9) / 1 = 7$. With $h = 0.1$, $f(3.1) = 9.61$, and it is $0.61 / 0.1 = 6.1$. Predict it for $h = 0.001$. Which number do these quotients approach?

# %% id="solve-forward-difference-forward-difference"
def forward_difference(f, x, h):
    """Estimate the slope of f at x from its values at x and one step to the right.

    Args:
        f: function of one number.
        x: where.
        h: length of the step, > 0.
    Returns: the slope, in units of f per unit of x.
    """
    raise NotImplementedError("forward difference")

# %% id="example-forward-difference"
def square(x):
    return x**2


for h in (1.0, 0.1, 0.01, 0.001):
    print(h, forward_difference(square, 3.0, h))

# %% id="check-forward-difference"
check("forward difference")

# %% [markdown] id="prose-they-settle-at-6-this-number"
# They settle at 6. This number, the slope of $f$ at the point itself, is the **derivative** of $f$ at 3, written $f'(3)$. It says: near 3, $f$ changes 6 times as fast as $x$. Guess $f'(-2)$ before you compute it. Is it positive?
#
# ## Central difference
#
# The forward difference looks to one side only. On a curve that bends upwards it says too much. Look to both sides instead: rise over run between $x - h$ and $x + h$. This is the **central difference**. On paper for $f(x) = x^3$ at $x = 2$ with $h = 0.1$:
#
# ```text
# f(2.1) = 9.261     f(1.9) = 6.859
# rise 2.402         run ____         slope ____
# ```
#
# How long is the run?

# %% id="solve-central-difference-central-difference"
def central_difference(f, x, h):
    """Estimate the slope of f at x from its values one step to each side.

    Args:
        f: function of one number.
        x: where.
        h: length of each step, > 0.
    Returns: the slope, in units of f per unit of x.
    """
    raise NotImplementedError("central difference")

# %% id="example-central-difference"
def cube(x):
    return x**3


for h in (0.1, 0.05):
    print(h, forward_difference(cube, 2.0, h), central_difference(cube, 2.0, h))

# %% id="check-central-difference"
check("central difference")

# %% [markdown] id="prose-the-true-slope-is-12-halve"
# The true slope is 12. Halve $h$, and see what is left of the errors:
#
# ```text
# h        forward    error      central    error
# 0.1      12.61      0.61       12.01      0.01
# 0.05     12.3025    0.3025     12.0025    0.0025
#                     half                  a quarter
# ```
#
# Both take two calls of $f$, but one halves its error and the other quarters it. Lesson 07 builds its instrument on that.
#
# ## Slopes by formula
#
# For $x^2$ the quotient can be worked out for every $x$ at once:
#
# $$\frac{(x + h)^2 - x^2}{h} = \frac{2xh + h^2}{h} = 2x + h$$
#
# As $h$ shrinks, $2x$ remains. Three rules carry you further: the slope of a sum is the sum of the slopes, a constant factor stays in front, and a constant has slope 0. So $5x^2 + x$ has the slope $5 \cdot 2x + 1$, as $x$ itself has the slope 1.
#
# Predict the slope of $3x^2 - 4x + 5$ at $x = 3$; it is a whole number. At one $x$ this parabola is flat: its slope is 0. Which $x$ is that? Let Python work it out, rather than type its digits.

# %% id="solve-slopes-by-formula-slope-of-square"
def slope_of_square(x):
    """The slope of x**2 at x, by formula."""
    raise NotImplementedError("slopes by formula")

# %% id="solve-slopes-by-formula-slope-of-parabola"
def slope_of_parabola(x):
    """The slope of 3*x**2 - 4*x + 5 at x, by formula."""
    raise NotImplementedError("slopes by formula")

# %% id="solve-slopes-by-formula-flat-point"
def flat_point():
    """The x at which 3*x**2 - 4*x + 5 has slope 0."""
    raise NotImplementedError("slopes by formula")

# %% id="example-slopes-by-formula"
def parabola(x):
    return 3 * x**2 - 4 * x + 5


print(slope_of_square(-2.0), central_difference(square, -2.0, 0.001))
print(slope_of_parabola(3.0), central_difference(parabola, 3.0, 0.001))
print(flat_point(), central_difference(parabola, flat_point(), 0.001))

# %% id="check-slopes-by-formula"
check("slopes by formula")

# %% [markdown] id="prose-a-formula-is-exact-a-difference"
# A formula is exact. A difference needs no formula. Each can check the other.
#
# ## Error curve
#
# A smaller step gave a better slope. Then why not take the smallest there is? Predict the error of the central difference of $x^3$ at 2 for $h = 10^{-3}$, $10^{-9}$ and $10^{-15}$.
#
# Write `errors`, which measures it for a whole list of steps. It is handed the difference to examine as its first argument, as a function.

# %% id="solve-error-curve-errors"
def errors(difference, f, x, slope, steps):
    """Measure how far a difference is from the true slope, for each of several steps.

    Args:
        difference: forward_difference, or any other function of f, x and h.
        f: function of one number.
        x: where.
        slope: the true slope of f at x.
        steps: list of steps h.
    Returns: list of absolute errors, one for each step, never negative.
    """
    raise NotImplementedError("error curve")

# %% id="check-error-curve"
check("error curve")

# %% id="example-error-curve"
import matplotlib.pyplot as plt

plt.style.use("autograder.student.plots")

steps = [10.0**-k for k in range(1, 17)]
forward = errors(forward_difference, cube, 2.0, 12.0, steps)
central = errors(central_difference, cube, 2.0, 12.0, steps)
for h, a, b in zip(steps, forward, central):
    print(f"h {h:.0e}   forward error {a:.1e}   central error {b:.1e}")

plt.loglog(steps, forward, "o-", label="forward")
plt.loglog(steps, central, "s-", label="central")
plt.xlabel("step h")
plt.ylabel("error of the slope of x**3 at 2")
plt.legend()
plt.show()

# %% [markdown] id="prose-both-curves-fall-and-rise-again"
# Both curves fall, and rise again. Two errors work against each other.
#
# - **Truncation**: a long step walks along a curve that bends. For this central difference it is $h^2$. It wins on the right of the plot.
# - **Rounding**: a float keeps about 16 digits, so a value may be wrong by a part $\varepsilon = 2.2 \cdot 10^{-16}$ of itself. As $h$ shrinks, the two values of $f$ agree in more and more digits. Their difference keeps only the rest, and the division by $h$ makes the error grow to about $\varepsilon / h$. It wins on the left, where the curve is jagged: how a value is rounded is a matter of luck. At $h = 10^{-16}$, $2 + h$ *is* 2 in floats: rise 0, slope 0, error 12.
#
# The bottom lies where both are the same size: $h^2 = \varepsilon / h$, so $h = \varepsilon^{1/3}$, about $6 \cdot 10^{-6}$. Read the bottom off the plot and compare. For which of the printed steps is the central error below $10^{-7}$?
#
# ## Partials
#
# A function may have several inputs. Here is one that goes with you through the next lessons: $f(a, b, c) = a\,b + c$ at $a = 2$, $b = 3$, $c = -1$. It has a slope along each input: move one, hold the others still. These slopes are its **partial derivatives**, written $\frac{\partial f}{\partial a}$ for the one along $a$. Together they are its **gradient**.
#
# ```text
# move a by 0.1:   2.1 * 3 - 1 = 5.3     5 -> 5.3     slope 3
# move b by 0.1:   2 * 3.1 - 1 = 5.2     5 -> 5.2     slope ____
# move c by 0.1:   ____                               slope ____
# ```
#
# In the second line $a$ is 2 again, not 2.1. Write `partials` with central differences. It gets a list `xs` and calls `f(*xs)`; the star hands over each number of the list as an argument of its own. You choose the step: the curve above says which one gives six right digits.

# %% id="solve-partials-partials"
def partials(f, xs):
    """Estimate the slope of f along each of its inputs while the others are held still.

    Args:
        f: function of len(xs) numbers, called as f(*xs).
        xs: list of numbers; holds the same numbers afterwards.
    Returns: list of slopes, right to six digits, one for each input.
    """
    raise NotImplementedError("partials")

# %% id="example-partials"
def f(a, b, c):
    return a * b + c


print(partials(f, [2.0, 3.0, -1.0]))

# %% id="check-partials"
check("partials")

# %% [markdown] id="prose-why-is-the-slope-along-a"
# Why is the slope along $a$ just $b$? Lesson 02 makes that its first rule.
#
# ## One step
#
# Now walk. Stand on $3x^2 - 4x + 5$ at $x = 2$, at height 9, where the slope is 8. Positive: the ground rises to the right, so downhill is to the left. Move *against* the slope, by a small **rate** times the slope:
#
# ```text
# rate 0.1    downhill   2 - 0.1 * 8 = 1.2     height 4.52
#             uphill     2 + 0.1 * 8 = 2.8     height ____
# ```
#
# Predict what happens downhill with the rate 0.5.
#
# With several inputs each moves along its own slope, all in the same step. Return a new list and leave `xs` as it was.

# %% id="solve-one-step-step-uphill"
def step_uphill(xs, slopes, rate):
    """Move every input along its slope, all at once.

    Args:
        xs: list of numbers; holds the same numbers afterwards.
        slopes: list of slopes, one for each input.
        rate: how far to move per unit of slope, > 0.
    Returns: a new list of numbers.
    """
    raise NotImplementedError("one step")

# %% id="solve-one-step-step-downhill"
def step_downhill(xs, slopes, rate):
    """Move every input against its slope, all at once. Args, Returns: as step_uphill."""
    raise NotImplementedError("one step")

# %% id="example-one-step"
for rate in (0.1, 0.5):
    (x,) = step_downhill([2.0], [slope_of_parabola(2.0)], rate)
    print("rate", rate, "leads to x =", x, "at height", parabola(x))

xs = [2.0]
for _ in range(20):
    xs = step_downhill(xs, partials(parabola, xs), 0.1)
print("after 20 steps:", xs, "flat at", flat_point())

# %% id="check-one-step"
check("one step")

# %% [markdown] id="prose-the-slope-tells-the-truth-only"
# The slope tells the truth only near the point. A rate of 0.5 jumps across the valley to a height of 25. Twenty small steps find the bottom. All training is this line; 09 does it with more inputs.
#
# ## Your reason
#
# Why does the error curve rise at both ends? Name the error that wins at each end, say in one sentence where it comes from, and why the central curve falls faster than the forward one.

# %% [markdown] id="answer-why-the-curve-has-two-ends"
# **My reason** (two to four sentences):

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can estimate the slope of anything you can evaluate, you know which step to take, and you can walk downhill. But every slope cost you two calls of $f$, for each input. A network has a million inputs. Lesson 02 gets them all in one walk back.
