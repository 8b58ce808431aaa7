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

# %% [markdown] id="prose-02-forward-then-back-by-hand"
# # 02 Forward, then back, by hand
#
# In 01 every slope cost two calls of the function, for each input. Here you get the slopes of all inputs in one walk, from the output back, with a pencil. The engine that you build in 03 to 05 does nothing else.
#
# Each of your functions is graded at inputs that you have not seen. Numbers copied from the drawing will not do; a walk written down as code will.
#
# You may import what computes in the standard library (`math`, `random`, `functools` and the like) and `numpy`. Any other module costs nothing to import where your work is graded, but it cannot be used there.

# %% id="provided-setup"
import math

from autograder import check

# %% [markdown] id="prose-local-derivatives"
# ## Local derivatives
#
# A calculation is a chain of small operations. For one operation alone, the question of 01 is easy: raise one input a little, hold the other still, how fast does the result change? This is the operation's **local derivative** for that input.
#
# Raise $a$ by $h$: then $a + b$ rises by $h$, so its local derivative for $a$ is 1. The same for $b$. As a function:

# %% id="provided-manual-local-add"
def local_add(a, b):
    """The two local derivatives of a + b.

    Returns: slope along a, slope along b.
    """
    return 1.0, 1.0

# %% [markdown] id="prose-predict-the-next-two-from-one"
# Predict the next two from one small step. At $a = 2$, $b = 3$:
#
# ```text
# a - b:   raise a by 0.1:   -1 -> -0.9    local  1
#          raise b by 0.1:   -1 -> ____    local ____
# a * b:   raise a by 0.1:    6 -> 6.3     local  3
#          raise b by 0.1:    6 -> ____    local ____
# ```
#
# The 3 is no accident: it is $b$. The third operation is $\tanh$ (in Python `math.tanh`), which squashes any number into the range from $-1$ to $1$. With $t = \tanh x$, its local derivative is $1 - t^2$. At $x = 0.5$, $t = 0.4621$ and the local derivative is $0.7864$.

# %% id="solve-local-derivatives-local-sub"
def local_sub(a, b):
    """The two local derivatives of a - b.

    Returns: slope along a, slope along b.
    """
    raise NotImplementedError("local derivatives")

# %% id="solve-local-derivatives-local-mul"
def local_mul(a, b):
    """The two local derivatives of a * b.

    Returns: slope along a, slope along b.
    """
    raise NotImplementedError("local derivatives")

# %% id="solve-local-derivatives-local-tanh"
def local_tanh(x):
    """The local derivative of tanh at x, one number."""
    raise NotImplementedError("local derivatives")

# %% id="example-local-derivatives"
h = 0.001
print(local_mul(2.0, 3.0), (2.001 * 3.0 - 2.0 * 3.0) / h, (2.0 * 3.001 - 2.0 * 3.0) / h)
print(local_tanh(0.5), (math.tanh(0.5 + h) - math.tanh(0.5 - h)) / (2 * h))

# %% id="check-local-derivatives"
check("local derivatives")

# %% [markdown] id="prose-four-operations-and-their-local-derivatives"
# Four operations, and their local derivatives. The rest of this lesson only combines them.
#
# ## Forward pass
#
# Here is the calculation $L = (a\,b + c)\,f$ as a **graph**. Each number is a **node**, each line an **edge**. The names $p$ and $s$ stand for the product and the sum in between; $L$ is the **output**.
#
# ```text
# a  2.0 ──┐
#          * ── p ____ ──┐
# b  3.0 ──┘             + ── s ____ ──┐
# c -1.0 ────────────────┘             * ── L ____
# f  4.0 ──────────────────────────────┘
# ```
#
# Walk from left to right and fill in the three places. Then write the walk as a function that returns all three: on the way back they will be needed.

# %% id="solve-forward-pass-expression"
def expression(a, b, c, f):
    """Walk forward through L = (a * b + c) * f.

    Returns: p, s, L, where p = a * b and s = p + c.
    """
    raise NotImplementedError("forward pass")

# %% id="example-forward-pass"
print(expression(2.0, 3.0, -1.0, 4.0))

# %% id="check-forward-pass"
check("forward pass")

# %% [markdown] id="prose-backward-pass"
# ## Backward pass
#
# Now the question that training asks: how much does $L$ change per unit of each input? We write $\frac{\partial L}{\partial a}$ for it, the **gradient** of $a$.
#
# Start at $L$ itself. If $L$ changes by 0.1, then $L$ changes by 0.1: the gradient of $L$ is 1. This is the **seed**.
#
# Go back over one edge, to $s$. Raise $s$ by 0.1: $L = s \cdot f$ rises by 0.4. The gradient of $s$ is 4. One more edge, to $p$: raise $p$ by 0.1, then $s$ rises by 0.1, and then $L$ by 0.4. Two effects, one after the other, multiply: $4 \cdot 1 = 4$. This is the **chain rule**:
#
# $$\frac{\partial L}{\partial p} = \underbrace{\frac{\partial L}{\partial s}}_{\text{upstream}} \cdot \underbrace{\frac{\partial s}{\partial p}}_{\text{local}}$$
#
# What arrives from the output is the **upstream** gradient; the operation brings its local derivative. Fill in the last four:
#
# ```text
# at L    seed                   1
# at s    1 * f     = 1 * 4      4         at f    1 * s = ____
# at p    4 * 1                  4         at c    4 * 1 = ____
# at a    4 * b     = 4 * 3     ____       at b    4 * a = ____
# ```
#
# Check yourself before you code: if $a$ moves by 0.001, by how much will $L$ move? Then write the walk for any inputs.

# %% id="solve-backward-pass-expression-gradients"
def expression_gradients(a, b, c, f):
    """Walk back through L = (a * b + c) * f.

    Returns: dL/da, dL/db, dL/dc, dL/df.
    """
    raise NotImplementedError("backward pass")

# %% id="example-backward-pass"
inputs = [2.0, 3.0, -1.0, 4.0]
L = expression(*inputs)[-1]
print("by hand:  ", expression_gradients(*inputs))
for k, name in enumerate("abcf"):
    nudged = list(inputs)
    nudged[k] += 0.001
    print("by nudging", name, round((expression(*nudged)[-1] - L) / 0.001, 6))

# %% id="check-backward-pass"
check("backward pass")

# %% [markdown] id="prose-nudging-walked-forward-five-times-once"
# Nudging walked forward five times, once for each input and once more. You walked back once, for all.
#
# ## Used twice
#
# In $L = (a + b) \cdot a$ the input $a$ is used twice. At $a = 3$, $b = 2$:
#
# ```text
# a 3.0 ──┬── + ── s 5.0 ──┐
# b 2.0 ──┼───┘            * ── L 15.0
# a ──────┴────────────────┘
# ```
#
# Two paths lead from $a$ to $L$. Raise $a$ by 0.1. Through $s$ alone it would be $5.1 \cdot 3 = 15.3$: slope 3. Straight into the product alone, $5 \cdot 3.1 = 15.5$: slope 5. Both happen at once. Predict the gradient of $a$: is it 3, 5, 8 or 15?
#
# > Along a path the local derivatives multiply. Where paths meet, their products add.

# %% id="solve-used-twice-used-twice-gradients"
def used_twice_gradients(a, b):
    """Walk back through L = s * a, where s = a + b.

    Returns: dL/da, dL/db.
    """
    raise NotImplementedError("used twice")

# %% id="provided-manual-used-twice"
def used_twice(a, b):
    """L = (a + b) * a, in which a is used twice."""
    return (a + b) * a

# %% id="example-used-twice"
print(used_twice_gradients(3.0, 2.0), (used_twice(3.001, 2.0) - used_twice(2.999, 2.0)) / 0.002)

# %% id="check-used-twice"
check("used twice")

# %% [markdown] id="prose-multiplied-out-l-a-2"
# Multiplied out, $L = a^2 + a\,b$ has the slope $2a + b$ along $a$: the same number, and no graph needed. For a network nobody multiplies out.
#
# ## tanh neuron
#
# A **neuron** weighs its inputs $x_1, x_2$ by $w_1, w_2$, adds a bias $b$, and squashes the sum: $o = \tanh(n)$ with $n = x_1 w_1 + x_2 w_2 + b$.
#
# ```text
# x1  2.0 ──┐
#           * ── 1.0 ──┐
# w1  0.5 ──┘          │
# x2 -1.0 ──┐          + ── n 0.5 ── tanh ── o 0.4621
#           * ── -1.5 ─┤
# w2  1.5 ──┘          │
# b   1.0 ─────────────┘
# ```

# %% id="provided-manual-neuron"
def neuron(x1, x2, w1, w2, b):
    """A neuron's output, o = tanh(n), where n = x1 * w1 + x2 * w2 + b."""
    return math.tanh(x1 * w1 + x2 * w2 + b)

# %% [markdown] id="prose-here-o-is-the-output-so"
# Here $o$ is the output, so the walk starts there with 1. One edge back you are at $n$, with the local derivative of $\tanh$ at 0.5, which stands above. A sum of three hands on what it gets to each of its terms. Predict the gradient of $b$, then the sign of the gradient of $w_2$.

# %% id="solve-tanh-neuron-neuron-gradients"
def neuron_gradients(x1, x2, w1, w2, b):
    """Walk back through o = tanh(x1 * w1 + x2 * w2 + b), from o.

    Returns: do/dx1, do/dx2, do/dw1, do/dw2, do/db.
    """
    raise NotImplementedError("tanh neuron")

# %% id="example-tanh-neuron"
print([round(gradient, 4) for gradient in neuron_gradients(2.0, -1.0, 0.5, 1.5, 1.0)])
w2_nudged = (neuron(2.0, -1.0, 0.5, 1.501, 1.0) - neuron(2.0, -1.0, 0.5, 1.499, 1.0)) / 0.002
print("w2 by nudging:", round(w2_nudged, 4))

# %% id="check-tanh-neuron"
check("tanh neuron")

# %% [markdown] id="prose-to-lower-o-training-would-now"
# To lower $o$, training would now raise $w_2$ and lower $w_1$. You have just worked out by how much each of them counts.
#
# ## One step
#
# Take one step uphill on $L = (a\,b + c)\,f$: each input moves by rate times its gradient. With the rate 0.01, $a$ goes from 2 to $2 + 0.01 \cdot 12 = 2.12$ and $b$ from 3 to $3 + 0.01 \cdot 8 = 3.08$.
#
# Look at these two lines, and at what the second one uses:
#
# ```text
# a = a + 0.01 * b * f      2.12
# b = b + 0.01 * a * f      3.0848, not 3.08
# ```
#
# The gradients belong to the point where you stand. All inputs leave it together. Predict: will $L$ rise by about 0.25, 2.5 or 25?

# %% id="solve-one-step-expression-step"
def expression_step(a, b, c, f, rate):
    """Move a, b, c and f uphill on L = (a * b + c) * f, all at once.

    Args:
        a, b, c, f: where L's gradients are taken.
        rate: how far to move per unit of gradient, > 0.
    Returns: the new a, b, c, f.
    """
    raise NotImplementedError("one step")

# %% id="example-one-step"
moved = expression_step(2.0, 3.0, -1.0, 4.0, 0.01)
print(moved, "L was", expression(2.0, 3.0, -1.0, 4.0)[-1], "and is", expression(*moved)[-1])

# %% id="check-one-step"
check("one step")

# %% [markdown] id="prose-the-gradients-promise-0-01-cdot-12-2"
# The gradients promise $0.01 \cdot (12^2 + 8^2 + 4^2 + 5^2) = 2.49$. The step brings 2.557, a little more, since the slopes change on the way.
#
# ## Your reason
#
# Along a path the local derivatives multiply; where paths meet, their products add. Say why each is so, in terms of small changes. Use $a$ in $L = (a + b) \cdot a$ as your example for the second.

# %% [markdown] id="answer-why-paths-add"
# **My reason** (two or three sentences):

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can take any graph of small operations, walk forward with numbers and back with gradients, and prove yourself right by nudging. You did it with a pencil, and a new graph needs a new pencil. In 03 you build a number that draws the graph itself.
