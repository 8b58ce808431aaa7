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

# %% [markdown] id="prose-03-a-number-that-remembers"
# # 03 A number that remembers
#
# In lesson 02 you walked through $L = (a\,b + c)\,f$ with a pencil. The graph was on your paper. Python never had it: type `(2.0 * 3.0 - 1.0) * 4.0` and you get `20.0`, a number with no past. A program that is to walk back from $L$ needs that past. Here you build a number that keeps it.
#
# As before: predict, look at a small case, write one method, check.
#
# You may import what computes in the standard library (`math`, `random`, `functools` and the like) and `numpy`. Any other module costs nothing to import where your work is graded, but it cannot be used there.

# %% id="provided-setup"
import math

from autograder import check, draw, method_of

# %% [markdown] id="prose-the-class-is-given-and-is"
# The class is given, and is still empty. In the cells below, `@method_of(Value)` adds a method to it, so that each can have a cell of its own.

# %% id="provided-engine-value"
class Value:
    """One scalar of a graph: its data, its gradient, and the parents it was made from."""

# %% [markdown] id="prose-this-helper-is-given-too-it"
# This helper is given too. It makes a `Value` of a plain number and leaves a `Value` as it is.

# %% id="provided-engine-as-value"
def as_value(number):
    """Wrap a plain number in a leaf; hand a Value back as it is.

    Args:
        number: a Value, int or float.
    Returns: a Value.
    """
    return number if isinstance(number, Value) else Value(number)

# %% [markdown] id="prose-make-a-value"
# ## Make a value
#
# A `Value` is one **node** of a graph. It holds four things.
#
# | attribute | what it is | in a new node |
# |---|---|---|
# | `data` | the node's number | the argument `data` |
# | `grad` | its gradient: how much the output $L$ changes per unit of this number | `0.0`; nobody has worked it out yet |
# | `_prev` | its **parents**: the nodes it was computed from | the argument `_children` (micrograd's word for them) |
# | `_op` | the operation that made it, as a short text | the argument `_op` |
#
# A node without parents is a **leaf**: nothing computed it, you typed it in. Predict: what are `_prev` and `_op` of `Value(3.0)`?
#
# Write `__init__`, which Python calls for `Value(...)`: it stores the four things. Keep the parents in a tuple, a list or a set, as you like. Then write `__repr__`, which returns the text that Python shows for a node: `Value(data=3.0, grad=0.0)`.

# %% id="solve-make-a-value-init"
@method_of(Value)
def __init__(self, data, _children=(), _op=""):
    """Make a node.

    Args:
        data: the number it holds, int or float.
        _children: the parents, the Values it was computed from.
        _op: the operation that made it, as a symbol; empty for a leaf.
    """
    raise NotImplementedError("make a value")

# %% id="solve-make-a-value-repr"
@method_of(Value)
def __repr__(self):
    """Show data and gradient: `Value(data=3.0, grad=0.0)`."""
    raise NotImplementedError("make a value")

# %% id="check-make-a-value"
check("make a value")

# %% id="example-make-a-value"
x = Value(3.0)
print(x, x._prev, repr(x._op))

# %% [markdown] id="prose-a-node-is-a-number-plus"
# A node is a number plus its history.
#
# ## Add
#
# Python turns `a + b` into `a.__add__(b)`: inside the method `self` is `a` and `other` is `b`. Predict what `b + 1` needs: here `other` is a plain `1`, which has no `data` and cannot be a parent.
#
# Here is a whole operation, worked: the larger of two numbers. Three steps: wrap `other`, compute the number, return a new `Value` with that number, both parents and a symbol.

# %% id="example-add"
@method_of(Value)
def larger(self, other):
    """The larger of self and other."""
    other = as_value(other)
    result = max(self.data, other.data)
    return Value(result, (self, other), "max")


print(Value(2.0).larger(5))

# %% [markdown] id="prose-addition-has-the-same-three-steps"
# Addition has the same three steps. On paper, with $a = 2$ and $b = 3$:
#
# ```text
# node     data   _prev     _op
# a        2.0    ()        ""
# b        3.0    ()        ""
# a + b    5.0    (a, b)    "+"
# ```
#
# Any text that is not empty will do as the symbol.

# %% id="solve-add-add"
@method_of(Value)
def __add__(self, other):
    """Add: self + other."""
    raise NotImplementedError("add")

# %% id="check-add"
check("add")

# %% [markdown] id="prose-an-operation-does-not-change-its"
# An operation does not change its parents. It makes a new node that points to them.
#
# ## Multiply
#
# Fill in the line before you write the method, again with $a = 2$ and $b = 3$:
#
# ```text
# node     data   _prev     _op
# a * b    ____   ______    ____
# ```

# %% id="solve-multiply-mul"
@method_of(Value)
def __mul__(self, other):
    """Multiply: self * other."""
    raise NotImplementedError("multiply")

# %% id="check-multiply"
check("multiply")

# %% [markdown] id="prose-now-the-graph-of-lesson-02"
# Now the graph of lesson 02 builds itself.
#
# ```text
# a  2.0 ──┐
#          * ── p 6.0 ──┐
# b  3.0 ──┘            + ── s 5.0 ──┐
# c -1.0 ───────────────┘            * ── L 20.0
# f  4.0 ────────────────────────────┘
# ```

# %% id="example-multiply"
a, b, c, f = Value(2.0), Value(3.0), Value(-1.0), Value(4.0)
p = a * b
s = p + c
L = s * f
print(L)
draw(L)

# %% [markdown] id="prose-you-never-told-python-about-a"
# You never told Python about a graph. It came from `_prev`, one node at a time.
#
# ## Plain number on the left
#
# `a * 2` works, because your method wraps the `2`. Predict: does `2 * a`?

# %% id="example-plain-number-on-the-left"
a, b = Value(2.0), Value(3.0)
try:
    print(2 * a)
except TypeError as error:
    print("TypeError:", error)

# %% [markdown] id="prose-python-asks-the-left-operand-first"
# Python asks the left operand first. The integer `2` has never heard of `Value`, so it declines. Then Python asks the right operand under another name, the **reflected** operator: `a.__rmul__(2)`. Now `self` is the operand on the *right*, and `other` is the plain number on the left. Your class has no `__rmul__` yet. And `sum([a, b])` starts with `0 + a`, so it asks `a.__radd__(0)`.
#
# One trap: if a reflected method computes `other * self` while `other` is still the plain number, Python comes straight back to the same method, and again, until `RecursionError`. Make sure that a `Value` stands on the left.

# %% id="solve-plain-number-on-the-left-radd"
@method_of(Value)
def __radd__(self, other):
    """other + self, so that sum() works."""
    raise NotImplementedError("plain number on the left")

# %% id="solve-plain-number-on-the-left-rmul"
@method_of(Value)
def __rmul__(self, other):
    """other * self."""
    raise NotImplementedError("plain number on the left")

# %% id="check-plain-number-on-the-left"
check("plain number on the left")

# %% [markdown] id="prose-in-and-the-sides"
# In `+` and `*` the sides may be swapped. In the next two they may not.
#
# ## Negate and subtract
#
# Two contrasting cases, with $a = 2$:
#
# ```text
# a - 5  =  -3     asks a.__sub__(5)      self is on the left
# 5 - a  =   3     asks a.__rsub__(5)     self is on the right
# ```
#
# And `-a` asks `a.__neg__()`, which has one parent. You may make subtraction a node of its own, or build it from what you have, as `a + (-b)`. Both are right; the second draws more nodes.

# %% id="solve-negate-and-subtract-neg"
@method_of(Value)
def __neg__(self):
    """Negate: -self."""
    raise NotImplementedError("negate and subtract")

# %% id="solve-negate-and-subtract-sub"
@method_of(Value)
def __sub__(self, other):
    """Subtract: self - other."""
    raise NotImplementedError("negate and subtract")

# %% id="solve-negate-and-subtract-rsub"
@method_of(Value)
def __rsub__(self, other):
    """other - self."""
    raise NotImplementedError("negate and subtract")

# %% id="check-negate-and-subtract"
check("negate and subtract")

# %% [markdown] id="prose-what-is-built-from-other-operations"
# What is built from other operations will need no gradient rule of its own.
#
# ## Power
#
# In `a ** 3` the exponent is a plain number, `int` or `float`. It may be negative or a fraction: $2^{-1} = 0.5$, $9^{0.5} = 3$. It stays fixed, so it is not a parent, and `a ** 3` has one. A tuple of one is written `(self,)`: without the comma it is just `self`.

# %% id="solve-power-pow"
@method_of(Value)
def __pow__(self, exponent):
    """Raise to a power: self ** exponent, a plain number."""
    raise NotImplementedError("power")

# %% id="check-power"
check("power")

# %% [markdown] id="prose-divide"
# ## Divide
#
# Predict both with $a = 4$: `a / 8` and `8 / a`. One is 0.5, the other is 2. Which method is asked for each?
#
# Again you may make a node of its own, or build it as `a * b**-1`. Division by zero may raise `ZeroDivisionError`.

# %% id="solve-divide-truediv"
@method_of(Value)
def __truediv__(self, other):
    """Divide: self / other."""
    raise NotImplementedError("divide")

# %% id="solve-divide-rtruediv"
@method_of(Value)
def __rtruediv__(self, other):
    """other / self."""
    raise NotImplementedError("divide")

# %% id="check-divide"
check("divide")

# %% [markdown] id="prose-all-of-ordinary-arithmetic-now-keeps"
# All of ordinary arithmetic now keeps its history.
#
# ## exp and log
#
# These two are methods that you call by name: `a.exp()` is $e^a$ with $e \approx 2.718$, `a.log()` is the natural logarithm, which undoes it. Each has one parent. `math.exp` and `math.log` compute the number; the node around it is your part. Predict `Value(2.0).exp().log()`.

# %% id="solve-exp-and-log-exp"
@method_of(Value)
def exp(self):
    """The exponential, e ** self."""
    raise NotImplementedError("exp and log")

# %% id="solve-exp-and-log-log"
@method_of(Value)
def log(self):
    """The natural logarithm."""
    raise NotImplementedError("exp and log")

# %% id="check-exp-and-log"
check("exp and log")

# %% id="example-exp-and-log"
print(Value(1.0).exp(), Value(2.0).log(), Value(2.0).exp().log())

# %% [markdown] id="prose-tanh-and-sigmoid"
# ## tanh and sigmoid
#
# Both squash any number into a small range, tanh into $(-1, 1)$ and the sigmoid $\sigma$ into $(0, 1)$:
#
# $$\tanh x = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}, \qquad \sigma(x) = \frac{1}{1 + e^{-x}}.$$
#
# On paper $\tanh 0 = 0$ and $\sigma(0) = 0.5$. Predict $\sigma(-800)$. Here is its formula as it stands, first for a small $x$:

# %% id="example-tanh-and-sigmoid"
def sigmoid_as_printed(x):
    return 1 / (1 + math.exp(-x))


for x in (1.0, -800.0):
    try:
        print(x, sigmoid_as_printed(x))
    except OverflowError as error:
        print(x, "OverflowError:", error)

# %% [markdown] id="prose-the-true-value-at-800-is"
# The true value at $-800$ is so close to 0 that 0.0 is the right answer. The way there broke: $e^{800}$ is about $10^{347}$, and the largest float is about $1.8 \cdot 10^{308}$. Powers with a *negative* exponent never break: they fade to 0.
#
# Your methods must answer for every finite $x$. Python's `math.tanh` already does. For the sigmoid find a form, or two for two kinds of $x$, that never raises $e$ to a large positive power.

# %% id="solve-tanh-and-sigmoid-tanh"
@method_of(Value)
def tanh(self):
    """The hyperbolic tangent."""
    raise NotImplementedError("tanh and sigmoid")

# %% id="solve-tanh-and-sigmoid-sigmoid"
@method_of(Value)
def sigmoid(self):
    """The logistic function, 1 / (1 + e**-self)."""
    raise NotImplementedError("tanh and sigmoid")

# %% id="check-tanh-and-sigmoid"
check("tanh and sigmoid")

# %% [markdown] id="prose-a-formula-that-is-right-on"
# A formula that is right on paper can fail in floats.
#
# ## relu
#
# $\operatorname{relu}(x) = \max(0, x)$: a positive number passes, anything else becomes 0. Predict it at $3$, at $-2$ and at $0$.

# %% id="solve-relu-relu"
@method_of(Value)
def relu(self):
    """The rectifier: max(0, self)."""
    raise NotImplementedError("relu")

# %% id="check-relu"
check("relu")

# %% [markdown] id="prose-and-here-is-a-neuron-as"
# And here is a neuron, as in lesson 02, drawn by your own code: a weight $w$, an input $x$, a bias $b$.

# %% id="example-relu"
w, x, b = Value(0.25), Value(2.0), Value(0.1)
L = (w * x + b).tanh()
print(L)
draw(L)

# %% [markdown] id="prose-your-reason"
# ## Your reason
#
# Suppose that a node kept `data` and `grad` but not `_prev`. Name one step of the backward walk in lesson 02 that no program could then do, and say why `data` alone cannot tell.

# %% [markdown] id="answer-why-a-node-keeps-its-parents"
# **My reason** (two or three sentences):

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can write arithmetic the ordinary way and get back a graph, with every node's number, parents and operation. All gradients still read 0.0. In lesson 04 each operation learns one more thing: what to pass back to its parents.
