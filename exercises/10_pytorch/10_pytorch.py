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
# PyTorch trains networks with billions of parameters. Its heart is what you wrote: a graph, rules, a walk back in topological order. Set the two side by side and look for differences: in the digits, in the habits, in the time they take.
#
# You may import what computes in the standard library (`math`, `random`, `functools` and the like) and `numpy`. Any other module costs nothing to import where your work is graded, but it cannot be used there.

# %% id="provided-setup"
import math
import random

from autograder import check, draw

try:
    import torch
except ImportError:
    torch = None  # then the recorded results speak for it

# %% [markdown] id="prose-if-pytorch-is-installed-here-everything"
# If PyTorch is installed here, everything runs live. If not, `torch_record.json`, beside this notebook, holds what PyTorch 2.13.0 said.

# %% id="example-10-the-same-in-pytorch"
import json
from pathlib import Path

record = json.loads(Path("torch_record.json").read_text())
print("PyTorch", torch.__version__ if torch else record["provenance"]["torch"], end=", ")
print("live" if torch else "recorded")

# %% [markdown] id="prose-engine-network-and-training-loop-are"
# Engine, network and training loop are those of 05, 08 and 09, in four folded cells (click on the three dots to read one). Run them.

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
# PyTorch's numbers are **tensors**: tables of numbers; here each holds just one. Values and tensors have the same operators and methods: `+`, `*`, `/`, `**`, `.tanh()`, `.relu()`, `.exp()`. A function that uses nothing else works for both. `math.tanh` or `torch.tanh` works for one kind only, and `.data` cuts the graph.
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
    print("a, b =", row["at"])
    print("    ours    ", *in_our_engine(row["at"]))
    print("    PyTorch ", *theirs)

# %% [markdown] id="prose-how-far-apart"
# ## How far apart
#
# Take the **relative error** of each pair, $|a - b| / \max(|a|, |b|)$, as in 07, and of these the worst. Two zeros count as 0. On paper:
#
# ```text
# ours         2.0     0.0    -4.0
# theirs       1.0     0.0    -4.0
# error        0.5     ____    0         worst: 0.5
# ```
#
# Python's floats have **double precision**: 53 significant bits. Rounding moves such a number by up to $2^{-53}$ of itself, about $1.1 \cdot 10^{-16}$. PyTorch's default is **single precision**: 24 bits, and $2^{-24}$ is about $6 \cdot 10^{-8}$. So measure an error in roundings: divide it by $2^{-\text{bits}}$. A few are rounding. A million are a mistake.

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
    print(row["at"], f"{error:.1e} is {in_roundings(error, 53):.1f} roundings")

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
    print("live    ", x.grad)
    for _ in range(3):
        L.backward(retain_graph=True)  # keep the graph for another call
        print("live    ", x.grad)
print("recorded", *record["calls"]["leaf"])

# %% [markdown] id="prose-put-these-habits-into-grad-in-torch-then"
# Put these habits into `grad_in_torch`. Then take an engine that never resets interior gradients, such as micrograd, and $y = \text{inner} \cdot x$, $L = \text{outer} \cdot y$. With 3 and 4, what does the third call give?
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

# %% [markdown] id="prose-when-two-trainings-agree-in-the"
# When two trainings agree in the first step and not in the second, look at `zero_grad` first.
#
# ## The same network
#
# A PyTorch layer of nout neurons with nin inputs keeps its weights in one table, nout rows of nin numbers, and its biases in one list. Row $i$ is neuron $i$. Turned on its side, a square table still runs, and is wrong.
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
theirs = record["double"]["outputs"]
if torch:
    live = torch_model(fresh_model(), torch.float64)
    theirs = live(torch.tensor(network["inputs"], dtype=torch.float64)).squeeze(1).tolist()
print(len(ours), "outputs, the first:", ours[0], theirs[0])
print(f"at worst {in_roundings(worst_error(ours, theirs), 53):.1f} roundings apart")

# %% [markdown] id="prose-twenty-steps"
# ## Twenty steps
#
# Train both for twenty steps from the same start, at the same rate. Predict: will the losses still agree at the twentieth?

# %% id="example-twenty-steps"
losses = train(fresh_model(), network["inputs"], network["targets"], mean_squared_error, 20, 0.05)


def torch_losses(dtype):
    """The same twenty steps in PyTorch."""
    live = torch_model(fresh_model(), dtype)
    optimizer = torch.optim.SGD(live.parameters(), lr=0.05)
    x = torch.tensor(network["inputs"], dtype=dtype)
    t = torch.tensor(network["targets"], dtype=dtype)
    found = []
    for _ in range(20):
        loss = torch.nn.functional.mse_loss(live(x).squeeze(1), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


double, single = record["double"]["losses"], record["single"]["losses"]
if torch:
    double, single = torch_losses(torch.float64), torch_losses(torch.float32)
for k in (0, 1, 19):
    print(f"step {k:2}   ours {losses[k]:.16f}   double {double[k]:.16f}   single {single[k]:.16f}")
print(f"double {in_roundings(worst_error(losses, double), 53):12.1f} roundings of double")
print(f"single {in_roundings(worst_error(losses, single), 24):12.1f} roundings of single")
print(f"single {in_roundings(worst_error(losses, single), 53):12.1f} roundings of double")

# %% [markdown] id="prose-in-double-a-few-roundings-after"
# In double, a few roundings after twenty steps: the two engines compute the same thing. In single, again a few roundings, but coarser ones: hundreds of millions of the finer kind. That is noise, not a mistake.

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
# Three formulas replace a graph of twelve nodes. Write them with plain numbers, without an engine.

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
of_rows, of_biases, of_x = layer_backward(rows, x, [1.0, -1.0])
print("weights, by the graph", [[w.grad for w in neuron.w] for neuron in layer.neurons])
print("         at once     ", of_rows)
print("inputs,  by the graph", [v.grad for v in inputs])
print("         at once     ", of_x)

# %% [markdown] id="prose-the-same-products-and-sums-written"
# The same products and sums, written as tables. A computer is good at tables.
#
# ## How many nodes
#
# Count the nodes that one forward pass makes, without leaves. Each neuron makes a product and a sum for each input. relu makes one more, but not in the last layer. For `MLP(2, [3, 1])`: $3 \cdot (2 \cdot 2 + 1) = 15$ in the first layer, and ____ in the second, 21 in all.

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
    made = sum(bool(node._prev) for node in order)
    print(len(model.parameters()), "parameters, counted", operation_nodes(nin, nouts), "made", made)

# %% [markdown] id="prose-the-last-network-has-10-000-parameters"
# The last network has 10,000 parameters and needs 19 899 nodes. PyTorch does it in five operations: for each layer a product with the table and a sum with the biases, and one relu.
#
# ## Time both
#
# One training step on one example: forward, back, parameters moved. Predict which engine is faster at 10 parameters, and which at 10,000.
#
# `timeit` pauses Python's garbage collector, so that neither engine pays for the other's objects. Of nine times, take the median.

# %% id="example-time-both"
from timeit import repeat


def milliseconds(step):
    """The median time of nine steps."""
    return 1000 * sorted(repeat(step, number=1, repeat=9))[4]


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
    print(f"{count:6} parameters   ours {milliseconds(our_step(model, nin)):8.3f} ms", end="   ")
    print(f"PyTorch {theirs:8.3f} ms", "" if torch else "(recorded)")

# %% [markdown] id="prose-a-recorded-time-comes-from-another"
# A recorded time comes from another computer than yours: read it as an order of magnitude. Where this lesson was written, the scalar engine took 0.05 ms at 10 parameters and PyTorch 0.2 ms. At 10,000 it was 60 to 150 ms against 0.2 ms: your engine pays for each number, PyTorch for each operation.
#
# ## What you measured
#
# Fill in the table with a phrase in each cell. The last column takes a fact of your own: a time, a number of nodes, a line of code.

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
# You can set one engine against another and say whether they differ by rounding or by a mistake. You can use PyTorch from here on and know what happens when you call `backward`. You have written it yourself.
