"""The examiner's instrument: tell an engine whose gradients are right from one that errs."""

TOO_FAR = 1e-4  # relative error above which a gradient is called wrong
AS_GOOD_AS_ZERO = 1e-8  # a difference below this is never called an error


def relative_error(a, b):
    """Size of the difference relative to the larger of the two.

    Args:
        a, b: numbers of the same unit.
    Returns: |a - b| / max(|a|, |b|), from 0 to 2, without unit; 0 if both are 0.
    """
    largest = max(abs(a), abs(b))
    return abs(a - b) / largest if largest else 0.0


def side_slopes(f, xs, i):
    """Measure the slope of f along one input, to the left of its value and to the right.

    Args:
        f: function of len(xs) numbers, called as f(*xs).
        xs: list of numbers, small or large; holds the same numbers afterwards.
        i: which input.
    Returns: the slope from one step below xs[i] to xs[i], then the slope from xs[i] to
        one step above.
    """
    h = 6e-6 * max(1.0, abs(xs[i]))  # eps**(1/3), and longer where the grid of floats is coarse
    above, below = list(xs), list(xs)
    above[i], below[i] = xs[i] + h, xs[i] - h
    here = f(*xs)
    return (here - f(*below)) / h, (f(*above) - here) / h


def numeric_gradient(f, xs):
    """Estimate the slope of f along each input from values of f alone.

    Args:
        f: function of len(xs) numbers, called as f(*xs).
        xs: list of numbers, small or large; holds the same numbers afterwards.
    Returns: list of slopes, right to six digits, one for each input.
    """
    slopes = []
    for i in range(len(xs)):
        left, right = side_slopes(f, xs, i)
        slopes.append((left + right) / 2)
    return slopes


def agree(analytic, numeric):
    """Whether a gradient is as good as equal to an estimate of it.

    Args:
        analytic: an engine's gradient.
        numeric: the estimate.
    Returns: True if their relative error is at most TOO_FAR, or their difference at most
        AS_GOOD_AS_ZERO.
    """
    small = abs(analytic - numeric) <= AS_GOOD_AS_ZERO
    return small or relative_error(analytic, numeric) <= TOO_FAR


def gradcheck(f, xs, engine):
    """Decide whether an engine's gradients of f at xs are right.

    Args:
        f: function that is given len(xs) nodes and returns the output, a node.
        xs: list of numbers; holds the same numbers afterwards.
        engine: class of the nodes: engine(2.0) makes a leaf with data, grad, backward().
    Returns: True if the gradient of every input is right, else False. At a kink, any
        number from the slope on one side to the slope on the other is right.
    """
    leaves = [engine(x) for x in xs]
    f(*leaves).backward()

    def value(*numbers):
        return f(*[engine(number) for number in numbers]).data

    numeric = numeric_gradient(value, xs)
    for i, leaf in enumerate(leaves):
        if not agree(leaf.grad, numeric[i]):
            left, right = side_slopes(value, xs, i)
            inside = min(left, right) <= leaf.grad <= max(left, right)
            if not (inside or agree(leaf.grad, left) or agree(leaf.grad, right)):
                return False
    return True


def probes():
    """Choose functions and points at which a wrong engine gives itself away.

    Returns: list of pairs (f, xs), as gradcheck takes them.
    """
    x, y = 2.5, -0.6  # neither 0 nor 1, where wrong formulas agree with right ones
    scale = -1.7  # an upstream gradient that is neither 1 nor positive

    def double(a):
        u = 3 * a
        return 2 * u + 5 * u

    def double_mirrored(a):
        u = 3 * a
        return 5 * u + 2 * u

    def skew(a):
        t = a * a
        return 3 * (2 * t) + t

    def skew_mirrored(a):
        t = a * a
        return t + 3 * (2 * t)

    return [
        (lambda a, b: scale * (a * b - b + a), [x, y]),
        (lambda a, b: scale * (a / b), [x, y]),
        (lambda a: scale * a**3, [y]),
        (lambda a: scale * a**-2, [y]),
        (lambda a: scale * (-a).exp(), [x]),
        (lambda a: scale * a.log(), [x]),
        (lambda a, b: scale * a.tanh() + scale * b.sigmoid(), [x, y]),
        (lambda a, b: scale * a.relu() + scale * b.relu(), [x, y]),
        # one input, used by every operation, in two orders
        (lambda a: a + a - a * a + a / 3 + 2 / a, [x]),
        (lambda a: a.exp() + a.log() + a**2 + a.tanh() + a.sigmoid() + a.relu() + -a, [x]),
        (lambda a: -a + a.relu() + a.sigmoid() + a.tanh() + a**2 + a.log() + a.exp(), [x]),
        (lambda a: 5 - a - (3 - a), [x]),
        # the walk: DOUBLE and SKEW of lesson 05, with the sums both ways round
        *[(f, [x]) for f in (double, double_mirrored, skew, skew_mirrored)],
    ]
