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

# %% [markdown] id="prose-05-the-walk-back"
# # 05 The walk back
#
# Every operation has its rule now. A rule passes on the gradient that its node holds *at the moment it is called*. So the order of the calls matters. In this lesson you find out how much, and then the engine finds the order itself.
#
# You may import what computes in the standard library (`math`, `random`, `functools` and the like) and `numpy`. Any other module costs nothing to import where your work is graded, but it cannot be used there.

# %% id="provided-setup"
import math

from autograder import check, draw, method_of

# %% [markdown] id="prose-all-operations-and-their-rules-are"
# All operations and their rules are given, in two folded cells. Run them.

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

    # Operations that make a node: forward, then the rule ------------------------------
    #
    # subtle: a rule is handed its upstream gradient and never mentions `out`. A rule
    # that did would tie each node to itself; then no graph could be freed by counting
    # references, and most of a training step would go to the garbage collector.

    def __add__(self, other):
        """Add: self + other."""
        other = as_value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def rule(upstream):
            self.grad += upstream * 1.0  # d(a + b)/da = 1
            other.grad += upstream * 1.0  # d(a + b)/db = 1

        out._rule = rule
        return out

    def __mul__(self, other):
        """Multiply: self * other."""
        other = as_value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def rule(upstream):
            self.grad += upstream * other.data  # d(a * b)/da = b
            other.grad += upstream * self.data  # d(a * b)/db = a

        out._rule = rule
        return out

    def __pow__(self, exponent):
        """Raise to a power: self ** exponent, a plain number."""
        # math.pow refuses what ** would answer with a complex number, such as (-8)**0.5
        out = Value(math.pow(self.data, exponent), (self,), f"**{exponent}")

        def rule(upstream):
            if not exponent:
                return  # x**0 is 1 everywhere: nothing flows back, and 0**-1 is not asked for
            # d(x**n)/dx = n * x**(n - 1)
            self.grad += upstream * exponent * self.data ** (exponent - 1)

        out._rule = rule
        return out

    def __neg__(self):
        """Negate: -self."""
        out = Value(-self.data, (self,), "neg")

        def rule(upstream):
            self.grad += upstream * -1.0  # d(-a)/da = -1

        out._rule = rule
        return out

    def __sub__(self, other):
        """Subtract: self - other."""
        other = as_value(other)
        out = Value(self.data - other.data, (self, other), "-")

        def rule(upstream):
            self.grad += upstream * 1.0  # d(a - b)/da = 1
            other.grad += upstream * -1.0  # d(a - b)/db = -1

        out._rule = rule
        return out

    def __truediv__(self, other):
        """Divide: self / other."""
        other = as_value(other)
        out = Value(self.data / other.data, (self, other), "/")

        def rule(upstream):
            self.grad += upstream / other.data  # d(a / b)/da = 1 / b
            other.grad += upstream * -self.data / other.data**2  # d(a / b)/db = -a / b**2

        out._rule = rule
        return out

    def exp(self):
        """The exponential, e ** self."""
        result = math.exp(self.data)
        out = Value(result, (self,), "exp")

        def rule(upstream):
            self.grad += upstream * result  # d(e**x)/dx = e**x, the output itself

        out._rule = rule
        return out

    def log(self):
        """The natural logarithm."""
        out = Value(math.log(self.data), (self,), "log")

        def rule(upstream):
            self.grad += upstream / self.data  # d(log x)/dx = 1 / x

        out._rule = rule
        return out

    def tanh(self):
        """The hyperbolic tangent."""
        result = math.tanh(self.data)
        out = Value(result, (self,), "tanh")

        def rule(upstream):
            self.grad += upstream * (1.0 - result**2)  # from the output t: 1 - t**2

        out._rule = rule
        return out

    def relu(self):
        """The rectifier: max(0, self)."""
        out = Value(self.data if self.data > 0 else 0.0, (self,), "relu")

        def rule(upstream):
            # 1 above the kink, 0 below; at 0 itself any of 0, 0.5, 1 would do
            self.grad += upstream * (1.0 if self.data > 0 else 0.0)

        out._rule = rule
        return out

    def sigmoid(self):
        """The logistic function, 1 / (1 + e**-self)."""
        # Through tanh: e**800 overflows a float, tanh(400) is simply 1.
        result = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        out = Value(result, (self,), "sigmoid")

        def rule(upstream):
            self.grad += upstream * result * (1.0 - result)  # from the output s: s * (1 - s)

        out._rule = rule
        return out

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

# %% [markdown] id="prose-four-wrong-answers"
# ## Four wrong answers
#
# DOUBLE is a small graph in which $y$ is used twice. At $x = 2$:
#
# ```text
#                        ┌── * 2 ── a 12.0 ──┐
# x 2.0 ── * 3 ── y 6.0 ─┤                   + ── L 42.0
#                        └── * 5 ── b 30.0 ──┘
# ```
#
# So $L = 2y + 5y = 7y = 21x$, and the gradient of $x$ is 21. Now call the rules by hand. $L$ starts with 1, all others with 0. First order: $L$, $a$, $y$, $b$.
#
# ```text
# call    what it adds          held afterwards
# L       a += 1      b += 1    a 1    b 1
# a       y += 1 * 2            y 2
# y       x += 2 * 3            x 6
# b       y += 1 * 5            y 7    too late
# ```
#
# When $b$ adds its 5, $y$ has been called already: $x$ stays at 6. Predict on paper for the second order: $L$, $b$, $y$, $a$. In the third and fourth, $y$ is called each time something reaches it.

# %% id="example-four-wrong-answers"
def walk(order):
    """Call the rules of DOUBLE in this order; return the gradient of x."""
    x = Value(2.0)
    y = 3 * x
    a = 2 * y
    b = 5 * y
    L = a + b
    nodes = {"y": y, "a": a, "b": b, "L": L}
    L.grad = 1.0
    for name in order.split():
        nodes[name]._backward()
    return x.grad


for order in ("L a y b", "L b y a", "L a y b y", "L b y a y", "L a b y"):
    print(order, "gives", walk(order))

# %% [markdown] id="prose-four-plausible-orders-four-wrong-answers"
# Four plausible orders, four wrong answers: 6, 15, 27, 36. In the first two $y$ passes on a gradient that is not finished. In the last two it passes the early part on twice. Only the fifth is right. What must be true of a right order?
#
# > The rule of a node runs once, and after the rules of all nodes that were made from it.
#
# Is it enough to go back level by level: first $L$, then its parents, then their parents? In DOUBLE that is $L$, $a$, $b$, $y$, and 21 is right, by luck. Here is a second graph, SKEW, $t = x \cdot x$, $p = 2t$, $q = 3p$, $L = q + t$, at $x = 3$:
#
# ```text
# x 3.0 ─┬─ * ─ t 9.0 ─┬─ * 2 ─ p 18.0 ─ * 3 ─ q 54.0 ─┐
# x ─────┘             └───────────────────────────────+ ─ L 63.0
# ```
#
# $L = 7t = 7x^2$, so the gradient of $x$ is $14x = 42$. Level by level the order is $L$, $q$, $t$, $p$: $t$ is a parent of $L$, but also of $p$, further down. Its rule runs while $t$ holds 1, and $x$ gets $1 \cdot 3 + 1 \cdot 3 = 6$. The other 36 never arrives.
#
# ## Topological order
#
# A list of nodes is in **topological order** if every node stands after all its parents. Read from the end, it is a right order for the rules. For SKEW: $x, t, p, q, L$, with the constants anywhere before the nodes that use them. Many graphs have several such orders, and any of them is right.
#
# The same for DOUBLE, with two places left out. Which two names are missing, and may they be swapped?
#
# ```text
# x, ____, a, ____, L
# ```
#
# Write `topological_order`. The contract:
#
# - It returns a list of all nodes that `self` depends on, `self` last, each node **once**.
# - Every node stands after its parents. Any such order is accepted.
# - A graph with a cycle, in which a node depends on itself, has no such order: raise `ValueError`.
#
# You may append a node as soon as all its parents have been appended, so deal with the parents first. A function that calls itself for each parent is a good beginning. Remember in a set which nodes you have placed: `y = y + y`, 25 times, makes 26 nodes but 33 554 432 paths, and a walk without that memory takes them all. A second set, of the nodes whose parents you are still busy with, finds cycles: a node that you meet again while it is in there depends on itself.

# %% id="solve-topological-order-topological-order"
@method_of(Value)
def topological_order(self):
    """List every node that self depends on, parents always before what they made.

    Returns: a list of Values that ends with self, each once.
    Raises: ValueError if the graph has a cycle.
    """
    raise NotImplementedError("topological order")

# %% id="example-topological-order"
x = Value(3.0)
t = x * x
p = 2 * t
q = 3 * p
L = q + t
print([node.data for node in L.topological_order()])

# %% id="check-topological-order"
check("topological order")

# %% [markdown] id="prose-arithmetic-never-makes-a-cycle-since"
# Arithmetic never makes a cycle, since parents come first. A cycle is a bug somewhere, and an error is better than an endless loop.
#
# ## Backward
#
# One thing is missing: the first number. Predict: how much does $L$ change per unit of $L$? This **seed** starts the walk.
#
# `L.backward()` seeds $L$, then calls `node._backward()` on every node, in the order you have just written, read from the end. It does no calculus of its own: the rules do that. It changes no `data`. On a fresh graph, every `grad` then holds the gradient of $L$.

# %% id="solve-backward-backward"
@method_of(Value)
def backward(self):
    """Fill in d(self)/d(node) as `grad` for every node that self depends on.

    Gradients of leaves add up from call to call, as in PyTorch; what is in between
    starts afresh, or a second call would pass the first one's gradients on again.
    """
    raise NotImplementedError("backward")

# %% id="check-backward"
check("backward")

# %% id="example-backward"
x = Value(3.0)
t = x * x
p = 2 * t
q = 3 * p
L = q + t
L.backward()
print([node.grad for node in (x, t, p, q, L)])
draw(L)

# %% [markdown] id="prose-on-paper-l-1-q-1"
# On paper: $L$ 1, $q$ 1, $p$ 3, $t = 1 + 6 = 7$, $x = 7 \cdot 3 + 7 \cdot 3 = 42$. Seed, order, rules: this is backpropagation.
#
# ## Deep graphs
#
# Python allows about 1,000 calls inside each other. A chain of 10,000 additions is an ordinary graph: a loss summed over many examples is one. A `topological_order` that calls itself ends there with `RecursionError`, and raising the limit can crash Python itself.
#
# Keep a **stack** of your own: a list of the nodes still to deal with, in which only the last one counts. Each node is met twice. The first time, put those parents on the stack that are not placed yet. The second time they are all placed: place the node too. On paper, for $t = x \cdot x$, $L = t + x$:
#
# ```text
# stack     last node    what you do                 placed
# L         L  first     put t and x on the stack
# L t x     x  first     no parents
# L t x     x  second    place it, take it off       x
# L t       t  first     x is placed already
# L t       t  second    place it, take it off       x t
# L         L  second    ____                        ____
# ```
#
# If your function calls itself, go back and rewrite it, and run its cell again. Look nodes up in a set: `node in some_list` reads the whole list, and 10,000 times 10,000 is a long wait.

# %% id="check-deep-graphs"
check("deep graphs")

# %% id="example-deep-graphs"
x = Value(0.5)
L = x
for _ in range(10_000):
    L = L + 1.0
L.backward()
print(L.data, x.grad)

# %% [markdown] id="prose-depth-costs-memory-now-not-calls"
# Depth costs memory now, not calls.
#
# ## Twice
#
# Take $y = 3x$ and $L = 4y$: the gradient of $x$ is 12. What should `x.grad` be after `L.backward()` has been called *twice*? Three engines, three answers:
#
# ```text
#                            y.grad       x.grad
# first call, all three      4            12
# second call
#   all grads set to 0       4            12
#   nothing reset            4 + 4 = 8    12 + 8 * 3 = 36
#   only the interior reset  4            12 + 4 * 3 = 24
# ```
#
# The **interior** nodes are those with parents; what they hold is scratch paper. What a leaf holds is a result, and results of several calls add up: two losses that share a parameter leave the gradient of their sum. PyTorch does so and says 24. In micrograd the first call's 4 still stands at $y$, the second call passes it on again, and $x$ says 36.
#
# Our contract is PyTorch's: 12, then 24. Leaves keep what they hold, also what they held before the first call. Interior nodes start afresh in each call; $L$ too, unless $L$ is itself a leaf. Go back to `backward`, add what is missing, and run its cell again.

# %% id="check-twice"
check("twice")

# %% id="example-twice"
x = Value(2.0)
L = 4 * (3 * x)
L.backward()
L.backward()
print("two calls:", x.grad)

for node in L.topological_order():
    node.grad = 0.0
L.backward()
print("zeroed in between:", x.grad)

# %% [markdown] id="prose-the-loop-in-the-middle-is"
# The loop in the middle is what engines call `zero_grad`. Adding up is what a leaf does by itself; starting again is your decision.
#
# ## Your reason
#
# Why is the seed 1? Say what the number means, and what the gradients would be if you seeded `L.grad` with 5.

# %% [markdown] id="answer-why-the-seed-is-1"
# **My reason** (two or three sentences):

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can compute the gradient of one number with respect to every number it depends on, on any graph, in one walk. You have all the parts of an engine. In 06 you write it again, whole, from an almost empty file.
