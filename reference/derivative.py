"""Slopes: what a derivative measures, and how to estimate one from values alone."""


def forward_difference(f, x, h):
    """Estimate the slope of f at x from its values at x and one step to the right.

    Args:
        f: function of one number.
        x: where.
        h: length of the step, > 0.
    Returns: the slope, in units of f per unit of x.
    """
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    """Estimate the slope of f at x from its values one step to each side.

    Args:
        f: function of one number.
        x: where.
        h: length of each step, > 0.
    Returns: the slope, in units of f per unit of x.
    """
    return (f(x + h) - f(x - h)) / (2 * h)


def slope_of_square(x):
    """The slope of x**2 at x, by formula."""
    return 2 * x


def slope_of_parabola(x):
    """The slope of 3*x**2 - 4*x + 5 at x, by formula."""
    return 6 * x - 4


def flat_point():
    """The x at which 3*x**2 - 4*x + 5 has slope 0."""
    return 2 / 3


def errors(difference, f, x, slope, steps):
    """Measure how far a difference is from the true slope, for each of several steps.

    Args:
        difference: forward_difference, or any other function of f, x and h.
        f: function of one number.
        x: where.
        slope: the true slope of f at x.
        steps: list of steps h.
    Returns: list of absolute errors, one for each step, never negative.
    """
    return [abs(difference(f, x, h) - slope) for h in steps]


def partials(f, xs):
    """Estimate the slope of f along each of its inputs while the others are held still.

    Args:
        f: function of len(xs) numbers, called as f(*xs).
        xs: list of numbers; holds the same numbers afterwards.
    Returns: list of slopes, right to six digits, one for each input.
    """
    h = 1e-5  # near the best step for inputs of ordinary size
    slopes = []
    for i, x in enumerate(xs):
        moved = list(xs)
        moved[i] = x + h
        above = f(*moved)
        moved[i] = x - h
        below = f(*moved)
        slopes.append((above - below) / (2 * h))
    return slopes


def step_uphill(xs, slopes, rate):
    """Move every input along its slope, all at once.

    Args:
        xs: list of numbers; holds the same numbers afterwards.
        slopes: list of slopes, one for each input.
        rate: how far to move per unit of slope, > 0.
    Returns: a new list of numbers.
    """
    return [x + rate * slope for x, slope in zip(xs, slopes, strict=True)]


def step_downhill(xs, slopes, rate):
    """Move every input against its slope, all at once. Args, Returns: as step_uphill."""
    return [x - rate * slope for x, slope in zip(xs, slopes, strict=True)]
