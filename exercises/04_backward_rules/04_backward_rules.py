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

# %% [markdown] id="prose-04-one-rule-for-each-operation"
# # 04 One rule for each operation
#
# In 03 every node learned where it came from. Now it learns to pass a gradient on. Take one node, `out`, and one question: *I know how much $L$ changes per unit of me. What do I tell my parents?*
#
# Two numbers answer it, for each parent.
#
# - The **upstream** gradient, $\frac{\partial L}{\partial\,\text{out}}$, comes from above and can be any number.
# - The **local** derivative, $\frac{\partial\,\text{out}}{\partial\,\text{parent}}$: how much `out` changes per unit of that parent, while the others are held still.
#
# Lesson 02 multiplied along a path and added where paths meet. So does a rule:
#
# $$\text{parent.grad} \;\mathrel{+}=\; \text{upstream} \times \text{local}.$$
#
# You may import what computes in the standard library (`math`, `random`, `functools` and the like) and `numpy`. Any other module costs nothing to import where your work is graded, but it cannot be used there.

# %% id="provided-setup"
import math

from autograder import check, draw, method_of

# %% [markdown] id="prose-your-value-of-03-is-given"
# Your `Value` of 03 is given from here on, in two folded cells (click on the three dots to read one). Run them.

# %% id="provided-engine-as-value"
def as_value(number):
    """Wrap a plain number in a leaf; hand a Value back as it is.

    Args:
        number: a Value, int or float.
    Returns: a Value.
    """
    return number if isinstance(number, Value) else Value(number)

# %% id="provided-engine-value"
class Value:
    """One scalar of a graph: its data, its gradient, and the parents it was made from."""

    _rule = None  # a leaf has no parents, so it passes nothing on

    def __init__(self, data, _children=(), _op=""):
        """Make a node.

        Args:
            data: the number it holds, int or float.
            _children: the parents, the Values it was computed from.
            _op: the operation that made it, as a symbol; empty for a leaf.
        """
        self.data = data
        self.grad = 0.0
        # A tuple, not micrograd's set: the order of a set follows object
        # addresses, and sums of floats depend on order.
        self._prev = tuple(_children)
        self._op = _op

    def __repr__(self):
        """Show data and gradient: `Value(data=3.0, grad=0.0)`."""
        return f"Value(data={self.data}, grad={self.grad})"

    # Reflected operators: Python asks these when the left operand is a plain number ---

    def __radd__(self, other):
        """other + self, so that sum() works."""
        return as_value(other) + self

    def __rmul__(self, other):
        """other * self."""
        return as_value(other) * self

    def __rsub__(self, other):
        """other - self."""
        return as_value(other) - self

    def __rtruediv__(self, other):
        """other / self."""
        return as_value(other) / self

    # The walk back --------------------------------------------------------------------

    def _backward(self):
        """Pass this node's gradient on to its parents, by the rule of its operation."""
        if self._rule is not None:
            self._rule(self.grad)

# %% [markdown] id="prose-new-in-the-class-is-that"
# New in the class is that a node may hold a rule, and a method that runs it with the node's own gradient:
#
# ```text
# def _backward(self):
#     if self._rule is not None:      a leaf has none
#         self._rule(self.grad)
# ```
#
# ## The contract
#
# 1. Each operation defines a function `rule(upstream)` inside itself: its **rule**. `upstream` is a plain number.
# 2. The rule **adds** upstream times local to each parent's `grad`. A parent may already hold something; that stays.
# 3. The rule changes nothing else: no `data`, no other node, not `out.grad`. It returns nothing.
# 4. `out._rule = rule` attaches it, without parentheses: stored, not called. `out._backward()` runs it, with `out.grad` as `upstream`.
#
# ## A worked rule: add
#
# Raise $a$ by a little $h$: then $a + b$ rises by $h$. The local derivative is 1, for $b$ as well.

# %% id="provided-engine-value-add"
@method_of(Value)
def __add__(self, other):
    """Add: self + other."""
    other = as_value(other)
    out = Value(self.data + other.data, (self, other), "+")

    def rule(upstream):
        self.grad += upstream * 1.0  # d(a + b)/da = 1
        other.grad += upstream * 1.0  # d(a + b)/db = 1

    out._rule = rule
    return out

# %% [markdown] id="prose-to-see-a-rule-alone-give"
# To see a rule alone, give it an upstream gradient that is neither 1 nor positive, and parents that already hold 7. On paper, with upstream $-1.7$:
#
# ```text
# a.grad:  7 + (-1.7) * 1 = 5.3
# b.grad:  7 + (-1.7) * 1 = 5.3
# ```

# %% id="example-a-worked-rule-add"
def probe(out, *parents):
    """Run the rule of `out` once, with upstream -1.7 and parents that hold 7."""
    for parent in parents:
        parent.grad = 7.0
    out.grad = -1.7
    out._backward()
    return [parent.grad for parent in parents]


a, b = Value(2.0), Value(3.0)
print(probe(a + b, a, b))

# %% [markdown] id="prose-the-local-derivative-you-can-always"
# The local derivative you can always measure. This is the central difference of 01:

# %% id="example-a-worked-rule-add-2"
def slope(f, x, h=1e-5):
    """Estimate the derivative of f at x; f takes a Value and returns one."""
    return (f(Value(x + h)).data - f(Value(x - h)).data) / (2 * h)


print(slope(lambda x: x + 3.0, 2.0))

# %% [markdown] id="prose-for-every-rule-below-predict-the"
# For every rule below: predict the local derivative, measure it with `slope`, write the rule, `probe` it, check. Add cells for that.
#
# Measuring is for you, not for the rule. A measured slope is right to ten digits or so; a rule is a formula, and right to the last. The checks look at twelve.
#
# ## Multiply
#
# Half of it is given. Raise $a$ by $h$: the product rises by $h\,b$. So the local derivative for $a$ is $b$, and the first line of the rule says, in the letters of the formula,
#
# ```text
# a.grad += upstream * b.data
# ```
#
# Inside the method $a$ is called `self` and $b$ is called `other`. The second line is yours. With $a = 2$, $b = 3$ and upstream $-1.7$ on parents that hold 7:
#
# ```text
# a.grad:  7 + (-1.7) * 3    = 1.9
# b.grad:  7 + (-1.7) * ____ = ____
# ```

# %% id="solve-mul-rule-mul"
@method_of(Value)
def __mul__(self, other):
    """Multiply: self * other."""
    other = as_value(other)
    out = Value(self.data * other.data, (self, other), "*")

    def rule(upstream):
        raise NotImplementedError("mul rule")

    out._rule = rule
    return out

# %% id="check-mul-rule"
check("mul rule")

# %% [markdown] id="prose-now-two-cases-side-by-side"
# Now two cases side by side, upstream 1 and fresh leaves. What if a rule wrote `=` where yours writes `+=`?
#
# ```text
#            a * b  at 2, 3        a * a  at 3
# with +=    a.grad = 3  right     a.grad = 3 + 3 = 6  right
# with =     a.grad = 3  right     a.grad = 3          wrong
# ```
#
# On the left `=` is right by luck: nothing was there to lose. In `a * a` both parents are the same node, and the second line wipes out the first. Each of your rules needs `+=`, also those with one parent, since several operations may use that node.
#
# ## Negate and subtract
#
# Raise $b$ by $h$: what does $a - b$ do? On paper with $a = 2$, $b = 3$, upstream $-1.7$, parents that hold 7: one of them ends at 5.3, the other at 8.7. Which is which?

# %% id="solve-neg-and-sub-rules-neg"
@method_of(Value)
def __neg__(self):
    """Negate: -self."""
    out = Value(-self.data, (self,), "neg")

    def rule(upstream):
        raise NotImplementedError("neg and sub rules")

    out._rule = rule
    return out

# %% id="solve-neg-and-sub-rules-sub"
@method_of(Value)
def __sub__(self, other):
    """Subtract: self - other."""
    other = as_value(other)
    out = Value(self.data - other.data, (self, other), "-")

    def rule(upstream):
        raise NotImplementedError("neg and sub rules")

    out._rule = rule
    return out

# %% id="check-neg-and-sub-rules"
check("neg and sub rules")

# %% [markdown] id="prose-two-minus-signs-make-a-gradient"
# Two minus signs make a gradient grow. The sign is part of the local derivative.
#
# ## Power
#
# $$\frac{\partial\, x^n}{\partial x} = n\,x^{n-1}$$
#
# At $x = 2$, $n = 3$ that is $3 \cdot 2^2 = 12$. Two near misses: $2^2 = 4$ forgets the factor, $3 \cdot 2^3 = 24$ keeps the old exponent. At $x = 1$ the second cannot be told from the right answer, so never test a power there. Predict what `probe` gives for `a**3` at $a = 2$.

# %% id="solve-pow-rule-pow"
@method_of(Value)
def __pow__(self, exponent):
    """Raise to a power: self ** exponent, a plain number."""
    # math.pow refuses what ** would answer with a complex number, such as (-8)**0.5
    out = Value(math.pow(self.data, exponent), (self,), f"**{exponent}")

    def rule(upstream):
        raise NotImplementedError("pow rule")

    out._rule = rule
    return out

# %% id="check-pow-rule"
check("pow rule")

# %% [markdown] id="prose-the-exponent-is-fixed-so-nothing"
# The exponent is fixed, so nothing flows to it.
#
# ## Divide
#
# For $a / b$ the local derivative for $a$ is $1/b$. For $b$, read the quotient as $a\,b^{-1}$ and use the power rule. With $a = 6$, $b = 2$ predict both numbers. Raising $b$ makes the quotient smaller: which sign must the second have?

# %% id="solve-div-rule-truediv"
@method_of(Value)
def __truediv__(self, other):
    """Divide: self / other."""
    other = as_value(other)
    out = Value(self.data / other.data, (self, other), "/")

    def rule(upstream):
        raise NotImplementedError("div rule")

    out._rule = rule
    return out

# %% id="example-divide"
print(slope(lambda a: a / 2.0, 6.0), slope(lambda b: 6.0 / b, 2.0))
a, b = Value(6.0), Value(2.0)
print(probe(a / b, a, b))

# %% id="check-div-rule"
check("div rule")

# %% [markdown] id="prose-exp-and-log"
# ## exp and log
#
# $$\frac{\partial\, e^x}{\partial x} = e^x, \qquad \frac{\partial \log x}{\partial x} = \frac{1}{x}$$
#
# Which number does each need, the parent's or the output's? At $x = 2$: for exp it is the output, $7.389$. The input, $2$, would be wrong. For log it is the input: $1/2 = 0.5$. The output, $0.693$, would give $1.443$.

# %% id="solve-exp-and-log-rules-exp"
@method_of(Value)
def exp(self):
    """The exponential, e ** self."""
    result = math.exp(self.data)
    out = Value(result, (self,), "exp")

    def rule(upstream):
        raise NotImplementedError("exp and log rules")

    out._rule = rule
    return out

# %% id="solve-exp-and-log-rules-log"
@method_of(Value)
def log(self):
    """The natural logarithm."""
    out = Value(math.log(self.data), (self,), "log")

    def rule(upstream):
        raise NotImplementedError("exp and log rules")

    out._rule = rule
    return out

# %% id="check-exp-and-log-rules"
check("exp and log rules")

# %% [markdown] id="prose-tanh"
# ## tanh
#
# With $t = \tanh x$ the local derivative is $1 - t^2$: the operation's own *output*, already computed. At $x = 0.5$:
#
# ```text
# from the output   t = 0.4621   1 - t*t = 0.7864   right
# from the input    x = 0.5      1 - x*x = 0.75     near, wrong
# ```
#
# At $x = 2$ the first is $0.0707$. Predict what the second gives, and why no slope of tanh can be that.

# %% id="solve-tanh-rule-tanh"
@method_of(Value)
def tanh(self):
    """The hyperbolic tangent."""
    result = math.tanh(self.data)
    out = Value(result, (self,), "tanh")

    def rule(upstream):
        raise NotImplementedError("tanh rule")

    out._rule = rule
    return out

# %% id="check-tanh-rule"
check("tanh rule")

# %% [markdown] id="prose-the-flat-ends-of-tanh-pass"
# The flat ends of tanh pass almost nothing on.
#
# ## sigmoid
#
# With $\sigma$ for the output, the local derivative is $\sigma\,(1 - \sigma)$. At $x = 1$ the output is $0.7311$. Work out the local derivative to three digits. What would the same formula give with $x$ in the place of $\sigma$?

# %% id="solve-sigmoid-rule-sigmoid"
@method_of(Value)
def sigmoid(self):
    """The logistic function, 1 / (1 + e**-self)."""
    # Through tanh: e**800 overflows a float, tanh(400) is simply 1.
    result = 0.5 * (1.0 + math.tanh(0.5 * self.data))
    out = Value(result, (self,), "sigmoid")

    def rule(upstream):
        raise NotImplementedError("sigmoid rule")

    out._rule = rule
    return out

# %% id="check-sigmoid-rule"
check("sigmoid rule")

# %% [markdown] id="prose-like-exp-and-tanh-it-uses"
# Like exp and tanh, it uses its own output on the way back. That is why engines keep outputs.
#
# ## relu
#
# To the right of 0 the output rises with the input: local derivative 1. To the left it is always 0: local derivative 0. At exactly 0 there is a **kink**: slope 0 on one side, 1 on the other, no derivative. Engines pick a number there, and any of 0, 0.5 and 1 is accepted.
#
# Predict for a parent at $x = 2$ that holds 7, with upstream $-1.7$: does a negative upstream gradient pass? What decides, `upstream` or `data`?

# %% id="solve-relu-rule-relu"
@method_of(Value)
def relu(self):
    """The rectifier: max(0, self)."""
    out = Value(self.data if self.data > 0 else 0.0, (self,), "relu")

    def rule(upstream):
        raise NotImplementedError("relu rule")

    out._rule = rule
    return out

# %% id="check-relu-rule"
check("relu rule")

# %% [markdown] id="prose-the-gate-opens-by-the-number"
# The gate opens by the number that went forward, never by the gradient that comes back.
#
# ## Three rules in a row
#
# Nothing walks the graph yet. You can do it by hand. Here is the graph of 03 once more:
#
# ```text
# a  2.0 ──┐
#          * ── p 6.0 ──┐
# b  3.0 ──┘            + ── s 5.0 ──┐
# c -1.0 ───────────────┘            * ── L 20.0
# f  4.0 ────────────────────────────┘
# ```

# %% id="example-three-rules-in-a-row"
a, b, c, f = Value(2.0), Value(3.0), Value(-1.0), Value(4.0)
p = a * b
s = p + c
L = s * f

L.grad = 1.0  # L changes by 1 per unit of L
L._backward()
s._backward()
p._backward()
print([leaf.grad for leaf in (a, b, c, f)])
draw(L)

# %% [markdown] id="prose-these-are-the-gradients-12-8"
# These are the gradients 12, 8, 4 and 5 that a pencil gives. Call `p._backward()` before `s._backward()`, and `a` gets 0: at that moment `p` has nothing to pass on.
#
# ## Your reason
#
# A friend writes `=` in every rule and tests them with `a * b`, `a.exp()` and `a ** 3`, each on fresh leaves. All pass. Say why, and say in terms of paths from a node to $L$ why a rule has to add.

# %% [markdown] id="answer-why-a-rule-adds"
# **My reason** (two or three sentences):

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can give any operation its rule: upstream times local, added to each parent. You can test it alone, with an odd upstream gradient and parents that are not empty. In lesson 05 the engine calls the rules itself. The question is in which order.
