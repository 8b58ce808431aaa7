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

# %% [markdown] id="prose-10-the-same-in-pytorch"
# # 10 The same in PyTorch
#
# PyTorch trains networks with billions of parameters. Its heart is what you wrote: a graph, rules, a walk back in topological order. In this lesson you set the two side by side and look for differences: first in the digits, then in the habits, then in the time they take.

# %% id="provided-setup"
import math
import random
import time

from autograder import check, draw

try:
    import torch
except ImportError:
    torch = None  # then the recorded results speak for it

# %% [markdown] id="prose-if-pytorch-is-installed-here-everything"
# If PyTorch is installed here, everything runs live. If not, nothing is lost: `torch_record.json`, beside this notebook, holds what PyTorch 2.13.0 said in double precision. The record names the script that made it.

# %% id="example-10-the-same-in-pytorch"
import json
from pathlib import Path

record = json.loads(Path("torch_record.json").read_text())
print(record["provenance"])
print("live" if torch else "recorded only")

# %% [markdown] id="prose-engine-network-and-training-loop-are"
# Engine, network and training loop are given.

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

        def _backward(upstream):
            self.grad += upstream * 1.0  # d(a + b)/da = 1
            other.grad += upstream * 1.0  # d(a + b)/db = 1

        out._rule = _backward
        return out

    def __mul__(self, other):
        """Multiply: self * other."""
        other = as_value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward(upstream):
            self.grad += upstream * other.data  # d(a * b)/da = b
            other.grad += upstream * self.data  # d(a * b)/db = a

        out._rule = _backward
        return out

    def __pow__(self, exponent):
        """Raise to a power: self ** exponent, a plain number."""
        out = Value(self.data**exponent, (self,), f"**{exponent}")

        def _backward(upstream):
            # d(x**n)/dx = n * x**(n - 1)
            self.grad += upstream * exponent * self.data ** (exponent - 1)

        out._rule = _backward
        return out

    def __neg__(self):
        """Negate: -self."""
        out = Value(-self.data, (self,), "neg")

        def _backward(upstream):
            self.grad += upstream * -1.0  # d(-a)/da = -1

        out._rule = _backward
        return out

    def __sub__(self, other):
        """Subtract: self - other."""
        other = as_value(other)
        out = Value(self.data - other.data, (self, other), "-")

        def _backward(upstream):
            self.grad += upstream * 1.0  # d(a - b)/da = 1
            other.grad += upstream * -1.0  # d(a - b)/db = -1

        out._rule = _backward
        return out

    def __truediv__(self, other):
        """Divide: self / other."""
        other = as_value(other)
        out = Value(self.data / other.data, (self, other), "/")

        def _backward(upstream):
            self.grad += upstream / other.data  # d(a / b)/da = 1 / b
            other.grad += upstream * -self.data / other.data**2  # d(a / b)/db = -a / b**2

        out._rule = _backward
        return out

    def exp(self):
        """The exponential, e ** self."""
        result = math.exp(self.data)
        out = Value(result, (self,), "exp")

        def _backward(upstream):
            self.grad += upstream * result  # d(e**x)/dx = e**x, the output itself

        out._rule = _backward
        return out

    def log(self):
        """The natural logarithm."""
        out = Value(math.log(self.data), (self,), "log")

        def _backward(upstream):
            self.grad += upstream / self.data  # d(log x)/dx = 1 / x

        out._rule = _backward
        return out

    def tanh(self):
        """The hyperbolic tangent."""
        result = math.tanh(self.data)
        out = Value(result, (self,), "tanh")

        def _backward(upstream):
            self.grad += upstream * (1.0 - result**2)  # from the output t: 1 - t**2

        out._rule = _backward
        return out

    def relu(self):
        """The rectifier: max(0, self)."""
        out = Value(self.data if self.data > 0 else 0.0, (self,), "relu")

        def _backward(upstream):
            # 1 above the kink, 0 below; at 0 itself any of 0, 0.5, 1 would do
            self.grad += upstream * (1.0 if self.data > 0 else 0.0)

        out._rule = _backward
        return out

    def sigmoid(self):
        """The logistic function, 1 / (1 + e**-self)."""
        # Through tanh: e**800 overflows a float, tanh(400) is simply 1.
        result = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        out = Value(result, (self,), "sigmoid")

        def _backward(upstream):
            self.grad += upstream * result * (1.0 - result)  # from the output s: s * (1 - s)

        out._rule = _backward
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

# %% id="provided-training-mean-squared-error-training-sgd-step-tra"
def mean_squared_error(predictions, targets):
    """The mean of the squared differences.

    Args:
        predictions: Values.
        targets: as many numbers.
    Returns: a Value.
    """
    squares = [(p - t) ** 2 for p, t in zip(predictions, targets, strict=True)]
    return sum(squares) / len(squares)


def sgd_step(parameters, learning_rate):
    """Move each parameter against its gradient, in place; gradients stay as they are.

    Args:
        parameters: Values.
        learning_rate: length of the step per unit of gradient, > 0.
    """
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.grad


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
    losses = []
    for _ in range(steps):
        total = loss([model(x) for x in inputs], targets)
        model.zero_grad()
        total.backward()
        sgd_step(model.parameters(), learning_rate)
        losses.append(total.data)
    return losses

# %% [markdown] id="prose-one-function-any-engine"
# ## One function, any engine
#
# $$L = \tanh(a\,b) + \frac{2}{b} + \operatorname{relu}(a - b)\;a^2$$
#
# At $a = 0.5$, $b = 2$: $\tanh 1 = 0.7616$, plus 1, plus 0, since $a - b$ is negative. Together $1.7616$.
#
# A Value and a PyTorch **tensor** answer to the same operators and to the same methods: `+`, `*`, `/`, `**`, `.tanh()`, `.relu()`, `.exp()`. A function that uses nothing else does not need to know what it is given. One that calls `math.tanh` or `torch.tanh`, or reads `.data`, works for one kind of number, or cuts the graph.
#
# Write the formula for any kind of number. The check plays it on a kind that you have never seen.

# %% id="solve-one-function-expression"
def expression(a, b):
    """The formula of the lesson, for any kind of number that has its operations.

    Args:
        a, b: Values, PyTorch tensors, or anything else of that sort.
    Returns: a number of the same kind.
    """
    raise NotImplementedError("one function")

# %% id="check-one-function"
check("one function")

# %% id="example-one-function-any-engine"
def in_our_engine(place):
    """Value and gradients of the expression, by your engine."""
    a, b = Value(place[0]), Value(place[1])
    out = expression(a, b)
    out.backward()
    return [out.data, a.grad, b.grad]


def in_torch(place):
    """The same by PyTorch; each leaf says that it wants a gradient."""
    a = torch.tensor(place[0], dtype=torch.float64, requires_grad=True)
    b = torch.tensor(place[1], dtype=torch.float64, requires_grad=True)
    out = expression(a, b)
    out.backward()
    return [out.item(), a.grad.item(), b.grad.item()]


for row in record["expression"]:
    theirs = in_torch(row["at"]) if torch else [row["value"], *row["grads"]]
    print(row["at"], in_our_engine(row["at"]), theirs, sep="\n    ")

# %% [markdown] id="prose-how-far-apart"
# ## How far apart
#
# Sixteen digits are hard to compare by eye. Take the **relative error** of each pair, $|a - b| / \max(|a|, |b|)$, and of these the worst. Two zeros agree: they count as 0. On paper:
#
# ```text
# ours         2.0     0.0    -4.0
# theirs       1.0     0.0    -4.0
# error        0.5     ____    0         worst: 0.5
# ```
#
# How small can it get? A number in **double precision** has 53 significant bits, so that rounding it moves it by up to $2^{-53}$ of itself, about $1.1 \cdot 10^{-16}$. **Single precision**, PyTorch's default, has 24 bits: $2^{-24}$ is about $6 \cdot 10^{-8}$. So measure an error in roundings: divide it by $2^{-\text{bits}}$. A few are rounding. A million are a mistake.

# %% id="solve-agreement-worst-error"
def worst_error(ours, theirs):
    """The largest relative error between two lists of numbers, place by place.

    Args:
        ours, theirs: plain numbers, as many of each.
    Returns: the largest |a - b| / max(|a|, |b|); two zeros count as 0.
    """
    raise NotImplementedError("agreement")

# %% id="solve-agreement-in-roundings"
def in_roundings(error, bits):
    """A relative error, in units of one rounding.

    Args:
        error: relative error, >= 0.
        bits: significant bits of the numbers: 53 for double, 24 for single precision.
    Returns: the error divided by 2**-bits.
    """
    raise NotImplementedError("agreement")

# %% id="check-agreement"
check("agreement")

# %% id="example-how-far-apart"
for row in record["expression"]:
    error = worst_error(in_our_engine(row["at"]), [row["value"], *row["grads"]])
    print(row["at"], error, "is", in_roundings(error, 53), "roundings")

# %% [markdown] id="prose-predict-the-error-in-single-precision"
# Predict the error in single precision: which power of ten?
#
# ## What grad holds
#
# Take $y = 3x$, $L = 4y$ from 05. PyTorch has habits of its own about `x.grad`:
#
# - A tensor made without `requires_grad=True` gets no gradient: it reads `None`.
# - Before the first call of `backward` it reads `None`, where a Value reads 0.
# - Only leaves keep theirs. `y.grad` reads `None`: what an interior node holds is scratch paper.
# - Calls add up, as in yours.

# %% id="example-what-grad-holds"
if torch:
    x = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    L = 4 * (3 * x)
    print(x.grad)
    for _ in range(3):
        L.backward(retain_graph=True)  # keep the graph for another call
        print(x.grad)
print(record["calls"])

# %% [markdown] id="prose-put-these-habits-into-a-function"
# Put these habits into a function. Then write what an engine says that never resets its interior, as micrograd does, for $y = \text{inner} \cdot x$, $L = \text{outer} \cdot y$. 05 has the first two lines; what does the third call give?
#
# ```text
# calls        y holds        x.grad
# 1            4              0 + 4 * 3  = 12
# 2            4 + 4 = 8      12 + 8 * 3 = 36
# 3            ____           ____
# ```

# %% id="solve-what-grad-holds-grad-in-torch"
def grad_in_torch(leaf, requires_grad, gradient, calls):
    """What `x.grad` reads in PyTorch after some calls of backward on the same L.

    Args:
        leaf: whether x is a leaf.
        requires_grad: whether x was made with requires_grad=True.
        gradient: dL/dx, a number.
        calls: how often backward has been called, >= 0.
    Returns: a number, or None.
    """
    raise NotImplementedError("what grad holds")

# %% id="solve-what-grad-holds-grad-without-reset"
def grad_without_reset(inner, outer, calls):
    """What `x.grad` reads for y = inner * x, L = outer * y if y's gradient is never reset.

    Args:
        inner, outer: the two factors.
        calls: how often backward has been called on L, which itself starts with 1 each time.
    Returns: a number; 36 for 3, 4 and 2 calls.
    """
    raise NotImplementedError("what grad holds")

# %% id="check-what-grad-holds"
check("what grad holds")

# %% [markdown] id="prose-one-zero-grad-more-or-less-and"
# One `zero_grad` more or less, and two trainings differ from the second step on. When two engines disagree, look there first.
#
# ## The same network
#
# A PyTorch layer of nout neurons with nin inputs keeps its weights in one table, nout rows of nin numbers, and its biases in one list. Row $i$ is neuron $i$. With the table the other way round, square layers still run, and are wrong.
#
# ```text
# MLP(2, [3, 1])       rows                    biases
# layers[0]            3 rows of 2             3
# layers[1]            ____ rows of ____       ____
# ```

# %% id="solve-weights-weights-for-torch"
def weights_for_torch(model):
    """Copy an MLP's parameters into the shapes that PyTorch's layers have.

    Args:
        model: an MLP.
    Returns: for each layer a pair: rows, one for each neuron with its nin weights; and a
        list of the nout biases. Plain numbers.
    """
    raise NotImplementedError("weights")

# %% id="check-weights"
check("weights")

# %% id="example-the-same-network"
network = record["network"]


def fresh_model():
    """The record's network, with its weights at the start."""
    model = MLP(network["nin"], network["nouts"])
    for parameter, data in zip(model.parameters(), network["parameters"]):
        parameter.data = data
    return model


def torch_model(model, dtype):
    """The same network out of PyTorch's layers."""
    parts = []
    for rows, biases in weights_for_torch(model):
        linear = torch.nn.Linear(len(rows[0]), len(rows), dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(rows, dtype=dtype))
            linear.bias.copy_(torch.tensor(biases, dtype=dtype))
        parts += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])


ours = [fresh_model()(x).data for x in network["inputs"]]
print(in_roundings(worst_error(ours, record["double"]["outputs"]), 53), "roundings apart")
if torch:
    live = torch_model(fresh_model(), torch.float64)
    print(live(torch.tensor(network["inputs"], dtype=torch.float64)).squeeze(1).tolist())
    print(ours)

# %% [markdown] id="prose-twenty-steps"
# ## Twenty steps
#
# Now twenty steps from the same start, at the same rate. Predict: will the losses still agree at the twentieth?

# %% id="example-twenty-steps"
losses = train(fresh_model(), network["inputs"], network["targets"], mean_squared_error, 20, 0.05)
print(losses[0], losses[-1])
double, single = record["double"]["losses"], record["single"]["losses"]
print("double", in_roundings(worst_error(losses, double), 53), "roundings of double")
print("single", in_roundings(worst_error(losses, single), 24), "roundings of single")
print("single", in_roundings(worst_error(losses, single), 53), "roundings of double")

# %% id="example-twenty-steps-2"
if torch:
    live = torch_model(fresh_model(), torch.float64)
    optimizer = torch.optim.SGD(live.parameters(), lr=0.05)
    x = torch.tensor(network["inputs"], dtype=torch.float64)
    t = torch.tensor(network["targets"], dtype=torch.float64)
    for k in range(20):
        loss = torch.nn.functional.mse_loss(live(x).squeeze(1), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(k, losses[k], loss.item())

# %% [markdown] id="prose-in-double-a-few-roundings-after"
# In double, a few roundings after twenty steps: the two engines compute the same thing. In single, again a few roundings, but of a coarser kind, and in units of double hundreds of millions. That is noise, not a mistake, and you can tell the two apart.

# %% [markdown] id="answer-why-single-precision-differs"
# **My reason** (two or three sentences): the losses in single precision differ from yours by a relative error of about $10^{-7}$. Why of this size? A friend sees an error of $10^{-3}$ in single precision and says "float noise". What do you answer?

# %% [markdown] id="prose-a-layer-at-once"
# ## A layer at once
#
# Your engine has a rule for each product. A tensor engine has one for the whole layer. The layer computes $\text{out}_i = b_i + \sum_j W_{ij}\,x_j$. Given the upstream gradient of every output, what do all weights, biases and inputs receive? On paper, with two neurons and three inputs:
#
# ```text
# rows W          x            upstream
# 1  2  3         10 20 30     1
# 4  6  5                      -1
#
# gradient of W[0][2]   upstream[0] * x[2]   1 * 30 = 30
# gradient of W[1][0]   ____
# gradient of b[1]      upstream[1]          -1
# gradient of x[0]      from both outputs    1 * 1 + (-1) * 4 = -3
# gradient of x[2]      ____
# ```
#
# Three formulas replace a graph of twelve nodes. They need no engine: write them with plain numbers.

# %% id="solve-layer-at-once-layer-backward"
def layer_backward(rows, x, upstream):
    """The gradients of a whole linear layer, outputs[i] = biases[i] + sum_j rows[i][j] x[j].

    Args:
        rows: nout lists of nin weights.
        x: nin inputs.
        upstream: nout numbers, dL/d(outputs[i]).
    Returns: gradients of rows, of biases and of x, in their shapes. Plain numbers.
    """
    raise NotImplementedError("layer at once")

# %% id="check-layer-at-once"
check("layer at once")

# %% id="example-a-layer-at-once"
rows, biases, x = [[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]], [0.5, -0.5], [10.0, 20.0, 30.0]
layer = Layer(3, 2, nonlin=False)
for neuron, row, bias in zip(layer.neurons, rows, biases):
    neuron.b.data = bias
    for weight, number in zip(neuron.w, row):
        weight.data = number
inputs = [Value(number) for number in x]
first, second = layer(inputs)
(first - second).backward()  # upstream 1 and -1
print([[w.grad for w in neuron.w] for neuron in layer.neurons], [v.grad for v in inputs])
print(layer_backward(rows, x, [1.0, -1.0]))

# %% [markdown] id="prose-nothing-new-was-differentiated-the-same"
# Nothing new was differentiated. The same products and sums were written down once, as tables, and a computer that is good at tables can do them at once.
#
# ## How many nodes
#
# Count what one forward pass costs you. Each neuron makes a product and a sum for each input, and relu makes one more, but not in the last layer. The leaves were there before and do not count. For `MLP(2, [3, 1])`: $3 \cdot (2 \cdot 2 + 1) = 15$ in the first layer, and ____ in the second, 21 in all.

# %% id="solve-nodes-operation-nodes"
def operation_nodes(nin, nouts):
    """How many nodes one forward pass of MLP(nin, nouts) makes, leaves not counted.

    Args:
        nin: number of inputs.
        nouts: number of neurons of each layer.
    Returns: a whole number; 21 for 2 and [3, 1].
    """
    raise NotImplementedError("nodes")

# %% id="check-nodes"
check("nodes")

# %% id="example-how-many-nodes"
for nin, nouts in ((2, [3, 1]), (1, [3, 1]), (99, [99, 1])):
    model = MLP(nin, nouts, rng=random.Random(10))
    order = model([0.5] * nin).topological_order()
    print(
        nouts,
        len(model.parameters()),
        operation_nodes(nin, nouts),
        sum(bool(n._prev) for n in order),
    )

# %% [markdown] id="prose-the-last-network-has-10-000-parameters"
# The last network has 10,000 parameters and needs 19 899 nodes. PyTorch makes five: for each layer a product with the table and a sum with the biases, and one relu.
#
# ## Time both
#
# One step on one example: forward, back, parameters moved. Predict which engine is faster at 10 parameters, and which at 10,000.

# %% id="example-time-both"
def milliseconds(step, times=9):
    """The median time of a step."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        step()
        taken.append(1000 * (time.perf_counter() - start))
    return sorted(taken)[times // 2]


def our_step(model, nin):
    return lambda: train(model, [[0.5] * nin], [1.0], mean_squared_error, 1, 0.05)


def torch_step(model, nin):
    live = torch_model(model, torch.float64)
    optimizer = torch.optim.SGD(live.parameters(), lr=0.05)
    x = torch.full((1, nin), 0.5, dtype=torch.float64)

    def step():
        loss = (live(x) - 1.0).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


for nin, nouts in ((1, [3, 1]), (99, [99, 1])):
    model = MLP(nin, nouts, rng=random.Random(10))
    count = len(model.parameters())
    theirs = milliseconds(torch_step(model, nin)) if torch else record["milliseconds"][str(count)]
    print(count, "parameters: ours", milliseconds(our_step(model, nin)), "theirs", theirs, "ms")

# %% [markdown] id="prose-the-recorded-times-come-from-another"
# The recorded times come from another computer than yours, so read them as orders of magnitude. Where the record was made, the scalar engine took 0.04 ms at 10 parameters and PyTorch 0.2 ms. At 10,000 it was about 150 ms against 0.2 ms: your engine pays for each number, PyTorch for each operation.
#
# ## What you measured
#
# Fill in the table. Each cell gets a phrase, and each row a fact that you measured, counted or wrote in this course: a time, a number of nodes, a line of code.

# %% [markdown] id="answer-scalar-engine-and-tensor-engine"
# | | your engine, or micrograd | PyTorch | fact |
# |---|---|---|---|
# | purpose | | | |
# | operations (on what?) | | | |
# | speed | | | |
# | backprop (what is the same?) | | | |
# | graph (when is it built, how large?) | | | |
# | best for | | | |

# %% [markdown] id="prose-what-you-can-do-now"
# ## What you can do now
#
# You can set one engine against another, measure how far they are apart, and say whether it is rounding or a mistake. You know which of PyTorch's habits are calculus and which are bookkeeping. You can use it from here on and know what happens when you call `backward`. You have written it yourself.
