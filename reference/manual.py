"""Gradients by hand: forward through an expression, then back along its edges."""

import math


def local_add(a, b):
    """The two local derivatives of a + b.

    Returns: slope along a, slope along b.
    """
    return 1.0, 1.0


def local_sub(a, b):
    """The two local derivatives of a - b.

    Returns: slope along a, slope along b.
    """
    return 1.0, -1.0


def local_mul(a, b):
    """The two local derivatives of a * b.

    Returns: slope along a, slope along b.
    """
    return b, a


def local_tanh(x):
    """The local derivative of tanh at x, one number."""
    return 1.0 - math.tanh(x) ** 2


def expression(a, b, c, f):
    """Walk forward through L = (a * b + c) * f.

    Returns: p, s, L, where p = a * b and s = p + c.
    """
    p = a * b
    s = p + c
    L = s * f
    return p, s, L


def expression_gradients(a, b, c, f):
    """Walk back through L = (a * b + c) * f.

    Returns: dL/da, dL/db, dL/dc, dL/df.
    """
    s = a * b + c
    upstream = 1.0  # dL/dL
    to_s = upstream * f
    to_p = to_s * 1.0
    return to_p * b, to_p * a, to_s * 1.0, upstream * s


def used_twice(a, b):
    """L = (a + b) * a, in which a is used twice."""
    return (a + b) * a


def used_twice_gradients(a, b):
    """Walk back through L = s * a, where s = a + b.

    Returns: dL/da, dL/db.
    """
    s = a + b
    to_s = a
    return to_s * 1.0 + s, to_s * 1.0


def neuron(x1, x2, w1, w2, b):
    """A neuron's output, o = tanh(n), where n = x1 * w1 + x2 * w2 + b."""
    return math.tanh(x1 * w1 + x2 * w2 + b)


def neuron_gradients(x1, x2, w1, w2, b):
    """Walk back through o = tanh(x1 * w1 + x2 * w2 + b), from o.

    Returns: do/dx1, do/dx2, do/dw1, do/dw2, do/db.
    """
    n = x1 * w1 + x2 * w2 + b
    to_n = 1.0 - math.tanh(n) ** 2
    return to_n * w1, to_n * w2, to_n * x1, to_n * x2, to_n


def expression_step(a, b, c, f, rate):
    """Move a, b, c and f uphill on L = (a * b + c) * f, all at once.

    Args:
        a, b, c, f: where L's gradients are taken.
        rate: how far to move per unit of gradient, > 0.
    Returns: the new a, b, c, f.
    """
    to_a, to_b, to_c, to_f = expression_gradients(a, b, c, f)
    return a + rate * to_a, b + rate * to_b, c + rate * to_c, f + rate * to_f
