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

# %% [markdown] id="prose-09-a-loop-that-learns"
# # 09 A loop that learns
#
# A new network predicts at random. To train it you need a **loss** that says how wrong it is, a **step** that makes it a little less wrong, and a **loop**. The loop has four lines and a dozen ways to get them wrong. Most of those raise no error, so look at the symptoms as much as at the code.
#
# You may import what computes in the standard library (`math`, `random`, `functools` and the like) and `numpy`. Any other module costs nothing to import where your work is graded, but it cannot be used there.

# %% id="provided-setup"
import math
import random

import matplotlib.pyplot as plt
import numpy as np

from autograder import check, draw

plt.style.use("autograder.student.plots")
plt.rcParams["figure.figsize"] = (6, 3)
BLUE, RED = "#2f83d6", "#d9534f"

# %% [markdown] id="prose-engine-and-network-are-those-of"
# Engine and network are those of 05 and 08, in three folded cells (click on the three dots to read one). Run them.

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

# %% id="provided-nn-module-nn-neuron-nn-layer-nn-mlp"
class Module:
    """Anything with parameters to train."""

    def parameters(self):
        """List every trainable Value, each once, always in the same order."""
        return []

    def zero_grad(self):
        """Set every parameter's gradient to 0: backward adds to what is there."""
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    """A weighted sum of the inputs plus a bias, then relu unless told otherwise."""

    def __init__(self, nin, nonlin=True, rng=random):
        """Make a neuron with weights `w`, drawn from [-1, 1], and a bias `b` of 0.

        Args:
            nin: number of inputs, >= 1.
            nonlin: whether relu is applied to the sum.
            rng: source of randomness with `uniform`, such as random.Random(7).
        """
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin

    def __call__(self, x):
        """Compute the neuron's output.

        Args:
            x: nin inputs, Values or numbers.
        Returns: a Value.
        Raises: ValueError if x has another length (zip would silently drop the rest).
        """
        if len(x) != len(self.w):
            raise ValueError(f"this neuron takes {len(self.w)} inputs, not {len(x)}")
        total = self.b
        for weight, number in zip(self.w, x, strict=True):
            total = total + weight * number
        return total.relu() if self.nonlin else total

    def parameters(self):
        """The weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self):
        """Show kind and number of inputs: `ReLUNeuron(2)`."""
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons that all see the same inputs."""

    def __init__(self, nin, nout, nonlin=True, rng=random):
        """Make a list `neurons` of nout neurons.

        Args:
            nin: number of inputs of each, >= 1.
            nout: number of neurons, >= 1.
            nonlin: whether they end in relu.
            rng: source of randomness with `uniform`.
        """
        self.neurons = [Neuron(nin, nonlin=nonlin, rng=rng) for _ in range(nout)]

    def __call__(self, x):
        """Compute every neuron's output.

        Args:
            x: nin inputs, Values or numbers.
        Returns: a list of Values; if there is one neuron only, its Value itself.
        """
        outputs = [neuron(x) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self):
        """Every neuron's parameters in one flat list."""
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]

    def __repr__(self):
        """Show the neurons."""
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers in a row; all but the last end in relu."""

    def __init__(self, nin, nouts, rng=random):
        """Make a list `layers`; each takes what the one before it puts out.

        Args:
            nin: number of inputs, >= 1.
            nouts: number of neurons of each layer, such as [16, 16, 1].
            rng: source of randomness with `uniform`.
        """
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [
            Layer(sizes[k], sizes[k + 1], nonlin=k != last, rng=rng) for k in range(len(nouts))
        ]

    def __call__(self, x):
        """Pass the inputs through every layer.

        Args:
            x: nin inputs, Values or numbers.
        Returns: what the last layer puts out: a list of Values, or one Value.
        """
        for layer in self.layers:
            if isinstance(x, Value):
                x = [x]  # the layer before has one neuron, and hands it over bare
            x = layer(x)
        return x

    def parameters(self):
        """Every layer's parameters in one flat list."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def __repr__(self):
        """Show the layers."""
        return f"MLP of [{', '.join(map(str, self.layers))}]"

# %% [markdown] id="prose-four-points"
# ## Four points
#
# Four points lie on the line $t = 2x + 1$. A linear neuron, $p = w x + b$, is to find that out. It starts at $w = 0$, $b = 0$, so that every **prediction** $p$ is 0. The **targets** are $t$.
#
# ```text
# x        0     1     2     3
# t        1     3     5     7
# p - t   -1    -3    -5    ____
# ```
#
# The **mean squared error** squares the differences and takes their mean:
#
# $$L = \frac{1}{n} \sum_i (p_i - t_i)^2.$$
#
# Here $L = (1 + 9 + 25 + 49) / 4 = 21$. The mean and not the sum, so that a hundred points do not call for steps a hundred times smaller. Return a `Value`; `sum()` works on Values since 03.

# %% id="solve-mean-squared-error-mean-squared-error"
def mean_squared_error(predictions, targets):
    """The mean of the squared differences.

    Args:
        predictions: Values.
        targets: as many numbers.
    Returns: a Value.
    """
    raise NotImplementedError("mean squared error")

# %% id="check-mean-squared-error"
check("mean squared error")

# %% [markdown] id="prose-a-loss-is-one-number-that"
# A loss is one number. That is what `backward` starts from.
#
# ## One step by hand
#
# Each point pushes $w$ by $2\,(p - t)\,x / n$, and $b$ by $2\,(p - t) / n$:
#
# ```text
# dL/dw = 2 * (-1*0 - 3*1 - 5*2 - 7*3) / 4 = 2 * (-34) / 4 = -17
# dL/db = 2 * (-1 - 3 - 5 - 7) / 4         = 2 * (-16) / 4 = ____
# ```
#
# The gradient says which way $L$ rises. You want it to fall, so you go against it, by **learning rate** times gradient. With a rate of $0.05$:
#
# ```text
# w:  0 - 0.05 * (-17) = 0.85
# b:  0 - 0.05 * ____  = ____
# ```
#
# With these, the loss is $7.05875$. The step has a trap. Predict what this prints:

# %% id="example-one-step-by-hand"
numbers = [1.0, 2.0]
for number in numbers:
    number = number - 0.5
print(numbers)

# %% [markdown] id="prose-assigning-to-a-name-changes-what"
# Assigning to a name changes what the name stands for, and nothing else. So change the parameter's `data`. Leave the gradients alone: the loop will reset them.

# %% id="solve-step-sgd-step"
def sgd_step(parameters, learning_rate):
    """Move each parameter against its gradient, in place; gradients stay as they are.

    Args:
        parameters: Values.
        learning_rate: length of the step per unit of gradient, > 0.
    """
    raise NotImplementedError("step")

# %% id="check-step"
check("step")

# %% id="example-one-step-by-hand-2"
model = Neuron(1, nonlin=False)
model.w[0].data = 0.0
inputs = [[0.0], [1.0], [2.0], [3.0]]
targets = [1.0, 3.0, 5.0, 7.0]
total = mean_squared_error([model(x) for x in inputs], targets)
total.backward()
print(total.data, [p.grad for p in model.parameters()])
sgd_step(model.parameters(), 0.05)
print([p.data for p in model.parameters()])
print(mean_squared_error([model(x) for x in inputs], targets).data)

# %% [markdown] id="prose-21-then-17-and-8-then"
# 21, then $-17$ and $-8$, then 0.85 and 0.4, then 7.05875: as on paper.
#
# ## The loop
#
# Each round of the loop does three things. `zero_grad` has to go into one of the four gaps:
#
# ```text
# (1)  predictions and loss  (2)  backward  (3)  step  (4)
# ```
#
# In one gap it makes all training stop. Which, and what would the losses look like? Choose one of the other three.
#
# Write `train`. It calls `loss(predictions, targets)` and records the loss before each step as a plain number. A list of Values would keep every graph alive.

# %% id="solve-loop-train"
def train(model, inputs, targets, loss, steps, learning_rate):
    """Step downhill, each time on all the data.

    Args:
        model: a Module that takes one of the inputs.
        inputs: a list of inputs.
        targets: as many targets.
        loss: takes a list of predictions and the targets, returns a Value.
        steps: how many.
        learning_rate: of every step.
    Returns: the loss before each step, plain numbers.
    """
    raise NotImplementedError("loop")

# %% id="check-loop"
check("loop")

# %% id="example-the-loop"
def fresh():
    """A linear neuron that starts at w = 0, b = 0."""
    neuron = Neuron(1, nonlin=False)
    neuron.w[0].data = 0.0
    return neuron


model = fresh()
losses = train(model, inputs, targets, mean_squared_error, 100, 0.05)
print([round(x, 2) for x in losses[:5]], "...", losses[-1])
print([p.data for p in model.parameters()])

# %% [markdown] id="prose-from-21-to-less-than-0-00001"
# From 21 to less than 0.00001 in a hundred steps. It has found $w = 2$ and $b = 1$, nearly.
#
# ## Forget it on purpose
#
# Without `zero_grad`, each walk back adds to all that came before. Predict: which of the first three losses, 21, 7.06 and 2.37, stay the same?

# %% id="example-forget-it-on-purpose"
model = fresh()
model.zero_grad = lambda: None  # this model forgets to reset
forgetful = train(model, inputs, targets, mean_squared_error, 30, 0.05)
print([round(x, 2) for x in forgetful[:5]], "...")
print(sum(b > a for a, b in zip(forgetful, forgetful[1:])), "of 29 steps go up")
plt.plot(losses[:30], color=BLUE, label="with zero_grad")
plt.plot(forgetful, color=RED, label="without")
plt.xlabel("step")
plt.ylabel("loss")
plt.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
plt.show()

# %% [markdown] id="prose-21-7-06-then-0-15-better-than"
# 21, 7.06, then 0.15, better than before. Then 10.67 and 22.79: the old gradients carry it past the bottom and up the other side, again and again. 14 of 29 steps go up. No error was raised; you only see it in the curve.
#
# | symptom | look at |
# |---|---|
# | loss exactly constant | does anything change? gap (3), or a name that was rebound |
# | loss constant, parameters move | was the loss computed again in this round? |
# | loss swings up and down | are old gradients still there? |
# | loss explodes | the sign, then the learning rate |
#
# ## Two moons
#
# Now a harder set: two half circles that reach into each other. Each point $(x_1, x_2)$ has a **label**, 0 (blue) or 1 (red).

# %% id="provided-training-make-moons"
def make_moons(count, noise, seed):
    """Two half circles that reach into each other.

    Args:
        count: points in all; even.
        noise: standard deviation of what is added to each coordinate.
        seed: same seed, same points.
    Returns: a list of points [x, y], and a list of labels, 0 or 1.
    """
    angles = np.linspace(0.0, math.pi, count // 2)
    upper = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    lower = np.stack([1.0 - np.cos(angles), 0.5 - np.sin(angles)], axis=1)
    # RandomState, not default_rng: numpy promises that its numbers never change
    blur = np.random.RandomState(seed).normal(scale=noise, size=(2 * len(angles), 2))
    points = np.concatenate([upper, lower]) + blur
    # plain floats and ints: a numpy number on the left of an operator would not ask a Value
    return points.tolist(), [0] * len(angles) + [1] * len(angles)

# %% id="example-two-moons"
points, labels = make_moons(100, noise=0.1, seed=1)
plt.scatter(*zip(*points), c=[(BLUE, RED)[label] for label in labels], s=15)
plt.gca().set_aspect("equal")
plt.show()

# %% [markdown] id="prose-the-network-gives-one-number-p"
# The network gives one number $p$, and the sign of $p$ is its answer. So turn the labels into $y = -1$ and $y = 1$ first. The **hinge loss** asks for the right sign with room to spare:
#
# $$L = \frac{1}{n} \sum_i \operatorname{relu}(1 - y_i\,p_i), \qquad y_i \in \{-1, 1\}.$$
#
# ```text
# label y       1      1     1    -1
# p             2.5    0.3  -1     0.3
# 1 - y * p    -1.5    0.7   2    ____
# relu          0      0.7   2    ____        the mean is 1.0
# ```
#
# Predict what a point costs if its label is left at 0, for $p = 5$ and for $p = -5$. Can it teach anything?

# %% id="solve-hinge-signed"
def signed(labels):
    """Turn labels 0 and 1 into -1 and 1."""
    raise NotImplementedError("hinge")

# %% id="solve-hinge-hinge-loss"
def hinge_loss(predictions, labels):
    """The mean of relu(1 - label * prediction).

    Args:
        predictions: Values.
        labels: as many, each -1 or 1.
    Returns: a Value.
    """
    raise NotImplementedError("hinge")

# %% id="check-hinge"
check("hinge")

# %% [markdown] id="prose-a-point-that-is-right-by"
# A point that is right by more than 1 costs nothing and pulls at nothing.
#
# ## Large weights cost
#
# To fit every grain of noise, a network needs large weights. The **L2 penalty** makes them dear: `strength` times the sum of the squares of all parameters. For 3 and $-4$ at strength 0.1 it is $0.1 \cdot 25 = 2.5$. Return a `Value`, so that the engine finds its gradient.

# %% id="solve-l2-penalty-l2-penalty"
def l2_penalty(parameters, strength):
    """The sum of the squares of the parameters, times strength.

    Args:
        parameters: Values.
        strength: cost of one unit of the sum, >= 0.
    Returns: a Value.
    """
    raise NotImplementedError("l2 penalty")

# %% id="check-l2-penalty"
check("l2 penalty")

# %% [markdown] id="prose-smaller-steps"
# ## Smaller steps
#
# Large steps find the valley, small ones its floor. Let the rate fall on a straight line towards a tenth of its start:
#
# $$\text{rate} = \text{start} \cdot \left(1 - 0.9\,\frac{\text{step}}{\text{steps}}\right).$$
#
# With start 0.5 and 100 steps: 0.5 at step 0, 0.275 at step 50, ____ at step 99.

# %% id="solve-decay-decayed-rate"
def decayed_rate(start, step, steps):
    """The learning rate of one step: it falls on a straight line towards a tenth of start.

    Args:
        start: rate of step 0.
        step: 0, 1, ... steps - 1.
        steps: how many there are.
    Returns: a number, in the unit of start; start itself at step 0.
    """
    raise NotImplementedError("decay")

# %% id="check-decay"
check("decay")

# %% [markdown] id="prose-a-few-at-a-time"
# ## A few at a time
#
# A random **minibatch** of twenty points gives nearly the same direction as all hundred, for a fifth of the work. Draw `size` different examples with `rng`, each with its own target. Leave the given lists as they are.

# %% id="solve-minibatch-minibatch"
def minibatch(inputs, targets, size, rng):
    """Draw some of the examples at random, none twice; the lists stay as they are.

    Args:
        inputs: a list of inputs.
        targets: as many targets.
        size: how many to draw, at most all.
        rng: source of randomness, such as random.Random(7).
    Returns: a list of inputs, and the list of their targets in the same order.
    """
    raise NotImplementedError("minibatch")

# %% id="check-minibatch"
check("minibatch")

# %% [markdown] id="prose-all-of-it-together"
# ## All of it together
#
# `fit` is `train` with three changes: another batch in each step, another rate in each step, and the penalty added to the loss. `batches` and `rates` are lists of equal length.

# %% id="solve-fit-fit"
def fit(model, batches, rates, loss, strength):
    """Step downhill, each time on another batch and at another rate.

    Args:
        model: a Module that takes one of a batch's inputs.
        batches: for each step a pair, inputs and their labels.
        rates: for each step its learning rate.
        loss: takes a list of predictions and the labels, returns a Value.
        strength: of the L2 penalty on all parameters.
    Returns: loss plus penalty before each step, plain numbers.
    """
    raise NotImplementedError("fit")

# %% id="check-fit"
check("fit")

# %% [markdown] id="prose-how-many-are-right"
# ## How many are right
#
# People ask how many points are right: how many predictions have the sign of their label. Predict what `bool(Value(-3.0))` is before you write.

# %% id="solve-accuracy-accuracy"
def accuracy(predictions, labels):
    """The share of predictions that have the sign of their label.

    Args:
        predictions: Values.
        labels: as many, each -1 or 1.
    Returns: a plain number from 0 to 1.
    """
    raise NotImplementedError("accuracy")

# %% id="check-accuracy"
check("accuracy")

# %% id="example-how-many-are-right"
print(bool(Value(-3.0)), bool(Value(3.0)))

# %% [markdown] id="prose-in-python-an-object-counts-as"
# In Python an object counts as true, unless its class says otherwise. Compare numbers, not Values.
#
# ## Watch it learn
#
# Train `MLP(2, [8, 8, 1])` for a hundred steps, and draw what it believes at step 0, 20 and 100. Blue is $-1$, red is 1, and the edge between them is the **decision boundary**.

# %% id="example-watch-it-learn"
rng = random.Random(2)
model = MLP(2, [8, 8, 1], rng=rng)
signs = signed(labels)
batches = [minibatch(points, signs, 20, rng) for _ in range(100)]
rates = [decayed_rate(0.5, step, 100) for step in range(100)]


def show(axes, title):
    """Paint the plane by the model's prediction, and the points by their labels."""
    across, up = np.linspace(-1.5, 2.5, 30), np.linspace(-1.0, 1.5, 30)
    belief = [[model([x, y]).data for x in across.tolist()] for y in up.tolist()]
    axes.contourf(across, up, belief, levels=[-1e9, 0, 1e9], colors=[BLUE, RED], alpha=0.25)
    axes.scatter(*zip(*points), c=[(BLUE, RED)[label] for label in labels], s=12)
    axes.set_title(f"{title}: {accuracy([model(x) for x in points], signs):.2f}")


figure, axes = plt.subplots(1, 3, figsize=(10, 3))
show(axes[0], "step 0")
losses = fit(model, batches[:20], rates[:20], hinge_loss, 0.0001)
show(axes[1], "step 20")
losses += fit(model, batches[20:], rates[20:], hinge_loss, 0.0001)
show(axes[2], "step 100")
plt.show()
plt.plot(losses, color=BLUE)
plt.xlabel("step")
plt.ylabel("loss on its batch")
plt.show()

# %% [markdown] id="prose-the-share-of-right-points-above"
# The share of right points, above each picture, goes from 0.50 to 0.88 to 0.95. The loss curve is rough, since every step looks at other points.
#
# Accuracy is a poor examiner: the same training without the biases reaches 0.87, and with the last layer alone 0.86. So the checks above compare every parameter after every step.
#
# ## Your reason

# %% [markdown] id="answer-why-gradients-are-reset"
# **My reason** (three sentences): in 05 you wanted gradients to add up, and here you must stop them. Why is adding right within one walk back, why is it wrong across the steps of this loop, and when would you want it across two walks?

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can train a network that you built, on an engine that you wrote, and read from a loss curve which line of the loop is wrong. In 10 you do the same in PyTorch, and compare digit for digit.
