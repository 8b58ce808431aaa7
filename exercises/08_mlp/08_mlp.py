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

# %% [markdown] id="prose-08-neurons-layers-a-network"
# # 08 Neurons, layers, a network
#
# Your engine gives the gradient of any expression. Now you build the expressions that learn: a **neuron**, a **layer** of neurons, and layers in a row, a **multi-layer perceptron** or MLP. There is no new calculus in this lesson. The skill is bookkeeping: who holds which number, and is none of them forgotten.
#
# You may import what computes in the standard library (`math`, `random`, `functools` and the like) and `numpy`. Any other module costs nothing to import where your work is graded, but it cannot be used there.

# %% id="provided-setup"
import math
import random

from autograder import check, draw, method_of

# %% [markdown] id="prose-the-engine-of-03-to-05"
# The engine of 03 to 05 is given, in two folded cells (click on the three dots to read one). Run them.

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

    def topological_order(self):
        """List every node that self depends on, parents always before what they made.

        Returns: a list of Values that ends with self, each once.
        Raises: ValueError if the graph has a cycle.
        """
        order, placed, entered = [], set(), set()
        stack = [self]  # a stack of our own: Python's breaks at a chain of 1,000 nodes
        while stack:
            node = stack[-1]
            if node in placed:
                stack.pop()
            elif node in entered:  # all its parents have been placed since
                stack.pop()
                placed.add(node)
                order.append(node)
            else:
                entered.add(node)
                for parent in node._prev:
                    if parent not in placed:
                        if parent in entered:
                            raise ValueError("the graph has a cycle: a node depends on itself")
                        stack.append(parent)
        return order

    def backward(self):
        """Fill in d(self)/d(node) as `grad` for every node that self depends on.

        Gradients of leaves add up from call to call, as in PyTorch; what is in between
        starts afresh, or a second call would pass the first one's gradients on again.
        """
        order = self.topological_order()
        for node in order:
            if node._prev:
                node.grad = 0.0
        self.grad += 1.0  # d(self)/d(self)
        for node in reversed(order):
            node._backward()

# %% [markdown] id="prose-weights"
# ## Weights
#
# A neuron with two inputs holds three numbers: a **weight** $w$ for each input, and one **bias** $b$. These are its **parameters**: leaves that training will change. `Module` is the base of all that has parameters.

# %% id="provided-nn-module"
class Module:
    """Anything with parameters to train."""

    def parameters(self):
        """List every trainable Value, each once, always in the same order."""
        return []

# %% id="provided-nn-neuron"
class Neuron(Module):
    """A weighted sum of the inputs plus a bias, then relu unless told otherwise."""

    def __repr__(self):
        """Show kind and number of inputs: `ReLUNeuron(2)`."""
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"

# %% [markdown] id="prose-the-weights-start-at-random-between"
# The weights start at random between $-1$ and $1$. The bias starts at 0. The random numbers come from `rng`, a generator that the caller hands in: `random.Random(7)` draws the same numbers on every machine. So you and a friend can start from the same network.
#
# Predict: how many different numbers are in each list?

# %% id="example-weights"
rng = random.Random(7)
print([rng.uniform(-1, 1)] * 3)
print([rng.uniform(-1, 1) for _ in range(3)])

# %% [markdown] id="prose-write-init-it-sets-three-attributes"
# Write `__init__`. It sets three attributes, and the names matter: `w`, a list of nin Values; `b`, a Value; `nonlin`, as it was given.

# %% id="solve-weights-init"
@method_of(Neuron)
def __init__(self, nin, nonlin=True, rng=random):
    """Make a neuron with weights `w`, drawn from [-1, 1], and a bias `b` of 0.

    Args:
        nin: number of inputs, >= 1.
        nonlin: whether relu is applied to the sum.
        rng: source of randomness with `uniform`, such as random.Random(7).
    """
    raise NotImplementedError("weights")

# %% id="check-weights"
check("weights")

# %% [markdown] id="prose-value-0-3-3-is-one-value"
# `[Value(0.3)] * 3` is one Value in three places. It would learn as one.
#
# ## A neuron decides
#
# The neuron multiplies each input $x_i$ by its weight, adds everything up with the bias, and passes the sum on if it is positive:
#
# $$\text{output} = \operatorname{relu}(w_1 x_1 + w_2 x_2 + b).$$
#
# On paper, with weights $0.5$ and $-1$ and bias $0.25$:
#
# ```text
# x             sum                              after relu
# (3, 1)        0.5 * 3 - 1 * 1 + 0.25 = 0.75    0.75
# (2, 3)        0.5 * 2 - 1 * 3 + 0.25 = ____    ____
# ```
#
# So it answers a question: on which side of the line $0.5\,x_1 - x_2 + 0.25 = 0$ does the point lie, and how far? A neuron made with `nonlin=False` leaves relu out and is **linear**.
#
# `zip` hides a trap. Predict what this prints:

# %% id="example-a-neuron-decides"
print([w * x for w, x in zip([0.5, -1.0], [3.0, 1.0, 100.0])])

# %% [markdown] id="prose-the-100-is-gone-without-a"
# The 100 is gone, without a word. An input of the wrong length is a mistake of the caller, so say so: raise `ValueError`.
#
# Write `__call__`, which runs when somebody writes `neuron(x)`.

# %% id="solve-neuron-call"
@method_of(Neuron)
def __call__(self, x):
    """Compute the neuron's output.

    Args:
        x: nin inputs, Values or numbers.
    Returns: a Value.
    Raises: ValueError if x has another length (zip would silently drop the rest).
    """
    raise NotImplementedError("neuron")

# %% id="check-neuron"
check("neuron")

# %% id="example-a-neuron-decides-2"
neuron = Neuron(2)
w1, w2 = neuron.w
b = neuron.b
w1.data, w2.data, b.data = 0.5, -1.0, 0.25
x1, x2 = Value(3.0), Value(1.0)
output = neuron([x1, x2])
output.backward()
draw(output)

# %% [markdown] id="prose-the-gradient-of-a-weight-is"
# The gradient of a weight is its input, where relu lets it pass. You wrote nothing for that.
#
# ## A layer
#
# A **layer** is a list of neurons that all see the same inputs. Three neurons on two inputs:
#
# ```text
# x1 ──┐   ┌── neurons[0] ── h1
#      ├───┼── neurons[1] ── h2
# x2 ──┘   └── neurons[2] ── h3
# ```
#
# `Layer(2, 3)` keeps them in the attribute `neurons`. Called with an input, it returns the list of their outputs. One exception is for comfort: a layer of a single neuron returns the Value itself, so that a network with one output gives a number and not a list of one.

# %% id="provided-nn-layer"
class Layer(Module):
    """Neurons that all see the same inputs."""

    def __repr__(self):
        """Show the neurons."""
        return f"Layer of [{', '.join(map(str, self.neurons))}]"

# %% id="solve-layer-init"
@method_of(Layer)
def __init__(self, nin, nout, nonlin=True, rng=random):
    """Make a list `neurons` of nout neurons.

    Args:
        nin: number of inputs of each, >= 1.
        nout: number of neurons, >= 1.
        nonlin: whether they end in relu.
        rng: source of randomness with `uniform`.
    """
    raise NotImplementedError("layer")

# %% id="solve-layer-call"
@method_of(Layer)
def __call__(self, x):
    """Compute every neuron's output.

    Args:
        x: nin inputs, Values or numbers.
    Returns: a list of Values; if there is one neuron only, its Value itself.
    """
    raise NotImplementedError("layer")

# %% id="check-layer"
check("layer")

# %% [markdown] id="prose-the-trap-from-above-is-back"
# The trap from above is back, one floor up: `[Neuron(2)] * 3` is one neuron.
#
# ## A network
#
# In an MLP the outputs of one layer are the inputs of the next. `MLP(2, [3, 1])` has 2 inputs, then a layer of 3, then a layer of 1. Fill in the line before you write:
#
# ```text
#               inputs    neurons    relu
# layers[0]     2         3          yes
# layers[1]     ____      ____       ____
# ```
#
# The last layer is linear: a network that ends in relu could never say $-1$. All others keep relu. Without it, layers in a row would fold into a single linear one, however many there are.
#
# Mind `MLP(2, [1, 1])`: its first layer hands over a bare Value, and the second wants a list.

# %% id="provided-nn-mlp"
class MLP(Module):
    """Layers in a row; all but the last end in relu."""

    def __repr__(self):
        """Show the layers."""
        return f"MLP of [{', '.join(map(str, self.layers))}]"

# %% id="solve-network-init"
@method_of(MLP)
def __init__(self, nin, nouts, rng=random):
    """Make a list `layers`; each takes what the one before it puts out.

    Args:
        nin: number of inputs, >= 1.
        nouts: number of neurons of each layer, such as [16, 16, 1].
        rng: source of randomness with `uniform`.
    """
    raise NotImplementedError("network")

# %% id="solve-network-call"
@method_of(MLP)
def __call__(self, x):
    """Pass the inputs through every layer.

    Args:
        x: nin inputs, Values or numbers.
    Returns: what the last layer puts out: a list of Values, or one Value.
    """
    raise NotImplementedError("network")

# %% id="check-network"
check("network")

# %% id="example-a-network"
model = MLP(2, [3, 1], rng=random.Random(7))
print(model)
print(model([1.0, -0.5]))

# %% [markdown] id="prose-width-and-depth-are-now-two"
# Width and depth are now two numbers that you choose.
#
# ## Count before you print
#
# How many parameters has `MLP(2, [3, 1])`? Each neuron has one for each input, and a bias:
#
# ```text
# layers[0]     3 neurons, each 2 + 1          9
# layers[1]     1 neuron,       ____        ____
# ```
#
# Write the count as a function, for any sizes. Then it can be compared with what a network really hands over.

# %% id="solve-count-parameter-count"
def parameter_count(nin, nouts):
    """How many parameters MLP(nin, nouts) has.

    Args:
        nin: number of inputs.
        nouts: number of neurons of each layer.
    Returns: a whole number; 13 for 2 and [3, 1].
    """
    raise NotImplementedError("count")

# %% id="check-count"
check("count")

# %% [markdown] id="prose-a-count-that-you-worked-out"
# A count that you worked out is a test that you own.
#
# ## Every parameter, once
#
# Training walks through `model.parameters()` and changes what it finds there. What is missing in this list never learns, and nothing complains: the loss still falls a little. What is in it twice learns at double speed.
#
# The contract:
#
# - One flat list, without lists in it.
# - Every weight and every bias, each **once**: the Values themselves, no copies.
# - The same order in every call. A set has no order that you could rely on.
#
# A neuron lists its own. A layer asks its neurons, a network asks its layers.

# %% id="solve-parameters-parameters"
@method_of(Neuron)
def parameters(self):
    """The weights, then the bias."""
    raise NotImplementedError("parameters")

# %% id="solve-parameters-parameters-2"
@method_of(Layer)
def parameters(self):
    """Every neuron's parameters in one flat list."""
    raise NotImplementedError("parameters")

# %% id="solve-parameters-parameters-3"
@method_of(MLP)
def parameters(self):
    """Every layer's parameters in one flat list."""
    raise NotImplementedError("parameters")

# %% id="check-parameters"
check("parameters")

# %% id="example-every-parameter-once"
for nin, nouts in ((2, [3, 1]), (3, [4, 4, 1]), (2, [16, 16, 1])):
    print(nouts, parameter_count(nin, nouts), len(MLP(nin, nouts).parameters()))

# %% [markdown] id="prose-13-41-and-337-twice-each"
# 13, 41 and 337, twice each. If the columns differ, one of your two functions forgets somebody.
#
# ## Start again at zero
#
# `backward` adds to what a leaf holds: 12 became 24 in 05. A network has hundreds of leaves, so `Module` gets a method that sets the gradient of each to 0. All three classes inherit it.

# %% id="solve-zero-grad-zero-grad"
@method_of(Module)
def zero_grad(self):
    """Set every parameter's gradient to 0: backward adds to what is there."""
    raise NotImplementedError("zero grad")

# %% id="check-zero-grad"
check("zero grad")

# %% [markdown] id="prose-09-shows-what-training-does-without"
# 09 shows what training does without it.
#
# ## What if all weights start equal?
#
# Set every weight of `MLP(2, [3, 1])` to 0.5 and every bias to 0. On paper, for $x = (1, -0.5)$: each hidden neuron puts out $0.5 - 0.25 = 0.25$, and the network $3 \cdot 0.5 \cdot 0.25 = 0.375$. Predict the gradients of the three hidden neurons: which of them differ?

# %% id="example-what-if-all-weights-start-equal"
model = MLP(2, [3, 1])
for layer in model.layers:
    for neuron in layer.neurons:
        for weight in neuron.w:
            weight.data = 0.5
output = model([1.0, -0.5])
output.backward()
print(output)
for neuron in model.layers[0].neurons:
    print([weight.grad for weight in neuron.w], neuron.b.grad)

# %% [markdown] id="answer-why-weights-start-different"
# **My reason** (two or three sentences): what will the three hidden neurons be after one step of training, and after a thousand? What is a layer of such neurons worth? What changes if all weights start at 0 instead?

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can build a network of any width and depth, count its parameters before you print them, and hand every one of them over. It predicts, but what it predicts is random. In 09 you make it learn.
