"""Training: a loss, a step, a loop, and what makes them work on real data."""

import math

import numpy as np


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


def signed(labels):
    """Turn labels 0 and 1 into -1 and 1."""
    return [2 * label - 1 for label in labels]


def hinge_loss(predictions, labels):
    """The mean of relu(1 - label * prediction).

    Args:
        predictions: Values.
        labels: as many, each -1 or 1.
    Returns: a Value.
    """
    short = [(1 - y * p).relu() for p, y in zip(predictions, labels, strict=True)]
    return sum(short) / len(short)


def l2_penalty(parameters, strength):
    """The sum of the squares of the parameters, times strength.

    Args:
        parameters: Values.
        strength: cost of one unit of the sum, >= 0.
    Returns: a Value.
    """
    return strength * sum(p**2 for p in parameters)


def decayed_rate(start, step, steps):
    """The learning rate of one step: it falls on a straight line towards a tenth of start.

    Args:
        start: rate of step 0.
        step: 0, 1, ... steps - 1.
        steps: how many there are.
    Returns: a number, in the unit of start; start itself at step 0.
    """
    return start * (1 - 0.9 * step / steps)


def minibatch(inputs, targets, size, rng):
    """Draw some of the examples at random, none twice; the lists stay as they are.

    Args:
        inputs: a list of inputs.
        targets: as many targets.
        size: how many to draw, at most all.
        rng: source of randomness, such as random.Random(7).
    Returns: a list of inputs, and the list of their targets in the same order.
    """
    chosen = rng.sample(range(len(inputs)), size)
    return [inputs[k] for k in chosen], [targets[k] for k in chosen]


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
    losses = []
    for (inputs, labels), rate in zip(batches, rates, strict=True):
        total = loss([model(x) for x in inputs], labels)
        total = total + l2_penalty(model.parameters(), strength)
        model.zero_grad()
        total.backward()
        sgd_step(model.parameters(), rate)
        losses.append(total.data)
    return losses


def accuracy(predictions, labels):
    """The share of predictions that have the sign of their label.

    Args:
        predictions: Values.
        labels: as many, each -1 or 1.
    Returns: a plain number from 0 to 1.
    """
    right = [p.data * y > 0 for p, y in zip(predictions, labels, strict=True)]
    return sum(right) / len(right)


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
